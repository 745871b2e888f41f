//! The severity of findings and problems.

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Shown, but fails nothing unless asked to.
    Warning,
    /// Fails the run.
    Error,
}

impl Severity {
    /// The word shown to people and written into records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
