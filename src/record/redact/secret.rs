//! A secret of the run.

use std::fmt;

/// A secret and its name; it is shown as `«secret:NAME»`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// `IMPRINT_API_KEY`.
    pub name: String,
    /// The value; at least 8 bytes.
    pub value: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«secret:{}»", self.name)
    }
}
