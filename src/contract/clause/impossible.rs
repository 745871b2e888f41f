//! The closed list of proofs that a clause cannot be met: by the document alone, independently of cases and targets.

/// Why a clause cannot be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Impossible {
    /// A `readOnly` property: requests do not have it, so that it is neither sent nor missing.
    ReadOnlyInRequest,
    /// A `writeOnly` property: responses do not have it.
    WriteOnlyInResponse,
    /// Bounds exclude each other, such as `minLength` above `maxLength`.
    ContradictoryBounds,
    /// The value violates another keyword of the same schema, such as `type` or `multipleOf`.
    ValueViolatesSchema,
    /// The value is sent as text and is a string: every text is one.
    TextIsString,
    /// The value is sent as text, which is always read as the declared array or object.
    TextIsReadAsDeclared,
    /// The path without the parameter is another path.
    PathParameterMissing,
    /// The value is sent as text, which has no form for null.
    NullInText,
    /// The value is sent as text, which has no form for the empty array.
    EmptyArrayInText,
    /// No style writes arrays and objects within others.
    NestedInParameter,
    /// The style of the parameter cannot hold the value, such as a separator within an item.
    StyleCannotHold,
    /// The parameter allows an empty value, which is not validated.
    EmptyValueAllowed,
    /// No value violates the keyword, such as `minLength: 0`.
    NothingViolates,
    /// Whatever violates the keyword violates another one at the same location, such as an `enum` or an exclusive bound.
    NeverAlone,
    /// The pattern is not supported, so that values are not checked against it.
    PatternNotSupported,
    /// The response has no content by its status or method.
    NoContent,
    /// A client certificate (`mutualTLS`): every one that is shown is one of the target's.
    CredentialOfConnection,
}

impl Impossible {
    /// Every proof, in the order of the documentation.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 17] = [
        Self::ReadOnlyInRequest,
        Self::WriteOnlyInResponse,
        Self::ContradictoryBounds,
        Self::ValueViolatesSchema,
        Self::TextIsString,
        Self::TextIsReadAsDeclared,
        Self::PathParameterMissing,
        Self::NullInText,
        Self::EmptyArrayInText,
        Self::NestedInParameter,
        Self::StyleCannotHold,
        Self::EmptyValueAllowed,
        Self::NothingViolates,
        Self::NeverAlone,
        Self::PatternNotSupported,
        Self::NoContent,
        Self::CredentialOfConnection,
    ];

    /// Its id, which never changes.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::ReadOnlyInRequest => "read-only-in-request",
            Self::WriteOnlyInResponse => "write-only-in-response",
            Self::ContradictoryBounds => "contradictory-bounds",
            Self::ValueViolatesSchema => "value-violates-schema",
            Self::TextIsString => "text-is-string",
            Self::TextIsReadAsDeclared => "text-is-read-as-declared",
            Self::PathParameterMissing => "path-parameter-missing",
            Self::NullInText => "null-in-text",
            Self::EmptyArrayInText => "empty-array-in-text",
            Self::NestedInParameter => "nested-in-parameter",
            Self::StyleCannotHold => "style-cannot-hold-value",
            Self::EmptyValueAllowed => "empty-value-allowed",
            Self::NothingViolates => "nothing-violates",
            Self::NeverAlone => "never-violated-alone",
            Self::PatternNotSupported => "pattern-not-supported",
            Self::NoContent => "no-content",
            Self::CredentialOfConnection => "credential-of-connection",
        }
    }

    /// The proof as one sentence without a full stop.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::ReadOnlyInRequest => "the property is `readOnly`, so requests do not have it",
            Self::WriteOnlyInResponse => "the property is `writeOnly`, so responses do not have it",
            Self::ContradictoryBounds => "the bounds exclude each other",
            Self::ValueViolatesSchema => "the value violates another keyword of the same schema",
            Self::TextIsString => "the value is sent as text, and every text is a string",
            Self::TextIsReadAsDeclared => {
                "the value is sent as text, which is always read as the declared array or object"
            }
            Self::PathParameterMissing => "without the parameter, the path is another one",
            Self::NullInText => "the value is sent as text, which has no form for null",
            Self::EmptyArrayInText => {
                "the value is sent as text, which has no form for an empty array: it would be absent"
            }
            Self::NestedInParameter => "no style of parameters writes arrays or objects within others",
            Self::StyleCannotHold => "the style of the parameter cannot hold the value",
            Self::EmptyValueAllowed => "the parameter allows an empty value, which is not validated",
            Self::NothingViolates => "no value violates the keyword",
            Self::NeverAlone => "every value that violates the keyword violates another one at its location, too",
            Self::PatternNotSupported => "the pattern is not supported, so values are not checked against it",
            Self::NoContent => "responses with this status or to this method have no content",
            Self::CredentialOfConnection => {
                "a client certificate that is shown is one of the target's, and none is wrong"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let ids: BTreeSet<_> = Impossible::ALL.map(Impossible::id).into_iter().collect();
        assert_eq!(ids.len(), Impossible::ALL.len());
        assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
        assert!(Impossible::ALL.iter().all(|proof| !proof.sentence().ends_with('.')));
    }
}
