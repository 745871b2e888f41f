//! Finds the clauses that the exchanges of one case met.

use crate::contract::clause::{ClauseId, OperationClauses};
use crate::contract::{Contract, Judgement};
use crate::run::Outcome;

use super::tally::{CaseNumber, Tallies};

/// Adds the clauses that the exchanges of `outcome` met.
pub(super) fn clauses(tallies: &mut Tallies, contract: &Contract, outcome: &Outcome<'_>) {
    let Some(operation) = outcome.case.operation else { return };
    let Some(clauses) = contract.clauses().operations().get(operation) else { return };
    let Tallies { by_operation, cases } = tallies;
    let mut own = None;
    let mut number = || {
        *own.get_or_insert_with(|| {
            cases.push(outcome.case.id.clone());
            CaseNumber(u32::try_from(cases.len() - 1).unwrap_or(u32::MAX - 2))
        })
    };
    let tally = by_operation.entry(operation).or_default();
    for attempt in &outcome.attempts {
        let Ok((exchange, judgement)) = &attempt.result else { continue };
        let status = exchange.response.status;
        let is_conforming = attempt.judged.breaches.iter().all(|breach| !breach.rule.is_binding());
        if is_conforming && (200..400).contains(&status) {
            clauses.calls().into_iter().for_each(|id| tally.meet(id, &mut number));
        }
        received(clauses, judgement, &mut |id| tally.meet(id, &mut number));
    }
}

fn received(clauses: &OperationClauses, judgement: &Judgement, meet: &mut dyn FnMut(ClauseId)) {
    let Some(status) = judgement.status else { return };
    clauses.received(status, judgement.media_type.as_deref()).for_each(meet);
}
