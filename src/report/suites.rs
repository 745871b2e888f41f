//! How the tests of `junit.xml` are grouped.

/// What a suite of `junit.xml` is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Suites {
    /// An endpoint.
    #[default]
    Endpoint,
    /// A case file, or one row of its table.
    File,
}
