//! Breaches that do not depend on the rest of the message: what `signoff check` may report before anything is sent.

use crate::contract::{Breach, Contract, keyword};

impl Contract {
    /// Whether the value at the location of the breach violates the contract independently of the rest of the message.
    pub fn is_independent(&self, breach: &Breach) -> bool {
        keyword::is_decided_by_value(&breach.keyword) && self.is_unconditional(breach)
    }

    /// Whether the violated rule applies to every message: it is in no branch, and below no condition.
    pub fn is_unconditional(&self, breach: &Breach) -> bool {
        breach.branch_of.is_none() && !self.schemas.is_conditional(&breach.anchor)
    }
}
