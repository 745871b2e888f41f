//! The two ends of an object member that a location can mean.

/// The end of a member that a location means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The member's name; for an array element, the element itself.
    Key,
    /// The member's value.
    Value,
}
