//! A value whose clauses are derived.

use crate::contract::clause::location::ClauseLocation;
use crate::contract::clause::tree::Messages;

use super::collector::Collector;
use super::side::{Side, Writing};

/// The whole value of a parameter or a body.
pub(super) struct Subject<'c> {
    /// Its message.
    pub side: Side,
    /// How it is written there.
    pub writing: Writing<'c>,
    /// Its location.
    pub at: ClauseLocation,
}

/// What is derived of an operation so far.
pub(super) struct Derived {
    /// Its clauses.
    pub found: Collector,
    /// Which parts of messages meet them.
    pub messages: Messages,
}
