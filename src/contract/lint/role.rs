//! How a schema is used: for a whole value, or as a object of a schema for the same value.

/// How a schema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum SchemaRole {
    /// It stands where others may name it.
    Declared,
    /// It describes a whole value.
    Value,
    /// It describes, together with the schema that holds it, one value: `allOf`, `then` and the like.
    Part,
    /// It decides, but says nothing of what a value should be: `if`, `not`.
    Condition,
}
