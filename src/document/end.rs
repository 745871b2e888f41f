//! Name or value: the two parts of a property that a location can refer to.

/// The part of a property that a location refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The property's name; for an array element, the element itself.
    Key,
    /// The property's value.
    Value,
}
