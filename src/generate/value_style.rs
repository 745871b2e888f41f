//! How generated values look.

/// How generated values look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueStyle {
    /// The document's examples, else the simplest values.
    Plain,
    /// Realistic data from this seed; examples are ignored.
    Realistic(u64),
}
