//! How generated values look.

/// How generated values look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueStyle {
    /// The document's examples, else the simplest values.
    Plain,
    /// Realistic data from this seed; examples are ignored.
    Realistic(u64),
}

impl ValueStyle {
    /// The style of the value at `index` of several values; realistic ones differ.
    pub(crate) fn nth(self, index: u64) -> Self {
        match self {
            Self::Plain => Self::Plain,
            Self::Realistic(seed) => Self::Realistic(seed.wrapping_add(index)),
        }
    }
}
