//! A value that no output may contain.

use std::fmt;

/// A secret and its name; it is shown as `«secret:NAME»`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// `IMPRINT_API_KEY`.
    pub name: String,
    /// The value; at least [`Secret::MIN_LENGTH`] bytes.
    pub value: String,
}

impl Secret {
    /// Minimum length of a secret in bytes: a shorter value would match harmless text and cannot be redacted.
    pub const MIN_LENGTH: usize = 8;
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«secret:{}»", self.name)
    }
}
