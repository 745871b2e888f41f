//! How the tests of `junit.xml` are grouped.

/// What a suite of `junit.xml` contains.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Suites {
    /// The cases of one operation.
    #[default]
    Endpoint,
    /// The cases of one file, or of one row of its table.
    File,
}
