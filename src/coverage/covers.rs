//! The clauses that a case declares to meet (`covers`), compared with those that its exchanges met.

use crate::contract::Contract;
use crate::contract::clause::Clause;
use crate::run::{Outcome, Target, Verdict};

use super::Coverage;

/// The declared clauses that the exchanges of a passed case did not meet. A refusal counts without the accepted request that coverage
/// requires in addition, since that is sent by another case.
pub(crate) fn unmet_covers<'c>(contract: &Contract, target: &Target, outcome: &Outcome<'c>) -> Vec<&'c Clause> {
    if outcome.case.covers.is_empty() || outcome.verdict != Verdict::Passed {
        return Vec::new();
    }
    let mut own = Coverage::default();
    own.observe(contract, target, outcome, &|_, _| false);
    let set = contract.clauses();
    let is_met = |clause: &Clause| {
        set.find(clause)
            .is_some_and(|(operation, id)| own.tally(operation).is_some_and(|tally| tally.met().contains(id.index())))
    };
    outcome.case.covers.iter().filter(|clause| !is_met(clause)).collect()
}
