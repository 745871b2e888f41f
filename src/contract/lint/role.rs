//! Uses of a schema: for a whole value, as part of another schema, or as a condition.

/// A use of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum SchemaRole {
    /// Declared where references can name it: `components.schemas`, `$defs`.
    Declared,
    /// Describes a whole value.
    Value,
    /// Describes the same value as the schema that contains it: `allOf`, `then` and the like.
    Part,
    /// Only selects or excludes values: `if`, `not`.
    Condition,
}
