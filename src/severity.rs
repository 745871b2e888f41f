//! The severity of findings and problems.

/// The severity of a finding or problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Reported, but does not fail the run unless configured to.
    Warning,
    /// A finding fails the run.
    Error,
}

impl Severity {
    /// The word in output and records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
