//! A value to judge by a schema, and how its breaches are labelled.

use crate::contract::refs::Refs;
use crate::contract::{Direction, Location, Rule, SchemaKey};
use crate::pointer::Pointer;

/// Maximum number of breaches that are listed for one value; that others are left out is reported as not checked.
pub(in crate::contract) const MAX_VIOLATIONS: usize = 1_000;

/// Maximum size of the texts of the breaches that are listed for one value, in bytes: reports repeat them.
pub(in crate::contract) const MAX_TEXTS: usize = 500_000;

/// The schema that a value is validated against, and the labels of its breaches.
#[derive(Clone, Copy)]
pub(in crate::contract) struct Subject<'a> {
    /// The documents of the schemas.
    pub refs: Refs<'a>,
    /// The schema.
    pub key: SchemaKey,
    /// The rule of every breach.
    pub rule: Rule,
    /// The location in the message of a location in the value.
    pub location: &'a dyn Fn(Pointer) -> Location,
    /// The direction of the message that holds the value.
    pub direction: Direction,
}
