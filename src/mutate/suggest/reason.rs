//! Why a survivor has no suggestion.

/// Why no expectation is suggested for a survivor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NoSuggestion {
    /// A change of the mock's behaviour that every case survives.
    Request,
    /// The value comes from the document's examples or from the generator.
    Unknown,
    /// The response depends on the state of the mock.
    State,
    /// Every case that receives it accepts several statuses.
    Statuses,
    /// The value is redacted.
    Redacted,
    /// The case expects something else at the location.
    Contradicts,
    /// The location has a name that case files read as an operator or an expression.
    Name,
    /// The text of the case file cannot be changed there.
    Layout,
    /// The changed cases fail on the unchanged mock, or do not fail on the mutant.
    NotVerified,
    /// There is no mock on which an expectation could be verified.
    NoMock,
    /// More survivors than are tried.
    Limit,
    /// The patch is full.
    PatchIsFull,
}

impl NoSuggestion {
    /// The reason, as the end of `3 survivors without a suggestion: …`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Request => "only a case with another request can notice the fault",
            Self::Unknown => "neither the request nor a mock rule determines what was changed",
            Self::State => "the response depends on what other cases did before",
            Self::Statuses => "the case accepts several statuses",
            Self::Redacted => "the value, or one in the lines around it, is redacted",
            Self::Contradicts => "the case expects something else at the location",
            Self::Name => "case files read the name of a property there as an operator or an expression",
            Self::Layout => "the case file is written in a way that cannot be changed automatically",
            Self::NotVerified => "no expectation notices the fault and passes without it",
            Self::NoMock => "expectations are verified on a mock, and the target is none",
            Self::Limit => "too many survivors to look for one",
            Self::PatchIsFull => "the patch is full: apply it, and run the command again",
        }
    }
}
