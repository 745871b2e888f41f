//! How a schema is used: for a whole value, or as a part of a schema for the same value.

use super::grammar::{Holds, Kind};

/// How a schema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Role {
    /// It stands where others may name it.
    Declared,
    /// It describes a whole value.
    Value,
    /// It describes, together with the schema that holds it, one value: `allOf`, `then` and the like.
    Part,
    /// It decides, but says nothing of what a value should be: `if`, `not`.
    Condition,
}

impl Role {
    /// What a keyword of a schema in this role holds: below a condition there are only conditions.
    pub fn within(self, holds: Holds) -> Holds {
        let kind = |kind| if self == Self::Condition { Kind::Schema(self) } else { kind };
        match holds {
            Holds::One(held) => Holds::One(kind(held)),
            Holds::List(held) => Holds::List(kind(held)),
            Holds::Map(held) => Holds::Map(kind(held)),
            Holds::OneOrList(held) => Holds::OneOrList(kind(held)),
        }
    }
}
