//! Reads the evidence of a record, and refuses a record whose parts contradict each other.

use std::collections::BTreeMap;

use crate::contract::Contract;
use crate::contract::clause::OperationClauses as Clauses;
use crate::coverage::{BitSet, State, state};

use super::super::format::{ClauseCounts, ClauseCoverage, OperationClauses};
use super::evidence::{Evidence, OperationEvidence, decode};

impl Evidence {
    /// The evidence of a record whose clauses have the digest of those of `contract`; an error names the invalid part.
    pub(crate) fn from_record(coverage: &ClauseCoverage, contract: &Contract) -> Result<Self, String> {
        let (all, held) = (contract.clauses().operations(), &coverage.operations);
        if held.len() != all.len() {
            let (held, all) = (held.len(), all.len());
            return Err(format!("clauses.operations has {held} operations, but the document has {all}"));
        }
        let mut operations = Vec::new();
        for (index, (operation, clauses)) in held.iter().zip(all).enumerate() {
            let declared = contract.operations.get(index).map(|declared| declared.name.as_str()).unwrap_or_default();
            if operation.operation != declared {
                let name = &operation.operation;
                return Err(format!(
                    "clauses.operations[{index}] is `{name}`, but the document has `{declared}` there"
                ));
            }
            let evidence = read(operation, clauses)
                .and_then(|evidence| agree(operation, clauses, &evidence).map(|()| evidence))
                .map_err(|why| format!("clauses.operations[{index}] ({declared}): {why}"))?;
            operations.push(evidence);
        }
        cases(coverage, all)?;
        Ok(Self::new(operations))
    }
}

/// Reads the sets of an operation.
fn read(operation: &OperationClauses, clauses: &Clauses) -> Result<OperationEvidence, String> {
    let set = |name: &str, text: &str| set(text, clauses).map_err(|why| format!("`{name}` {why}"));
    Ok(OperationEvidence {
        met: set("met", &operation.met)?,
        contradicted: set("contradicted", &operation.contradicted)?,
        withheld: set("withheld", &operation.withheld)?,
    })
}

fn set(text: &str, clauses: &Clauses) -> Result<BitSet, String> {
    let number = clauses.entries().len();
    match decode(text) {
        None => Err("is invalid: expected a bit set in base64".to_owned()),
        Some(set) if set.exceeds(number) => Err(format!("has bits beyond the {number} clauses of the operation")),
        Some(set) => Ok(set),
    }
}

/// Checks the counts of an operation against its sets. Excluded clauses may be of any state: the record does not list them all.
fn agree(operation: &OperationClauses, clauses: &Clauses, evidence: &OperationEvidence) -> Result<(), String> {
    let mut actual: BTreeMap<&str, ClauseCounts> = BTreeMap::new();
    for (id, entry) in clauses.ids().zip(clauses.entries()) {
        let counts = actual.entry(entry.group.name()).or_default();
        let state = state(clauses, id, &evidence.met, &evidence.contradicted);
        match state {
            _ if entry.impossible.is_some() => counts.impossible += 1,
            _ if evidence.withheld.contains(id.index()) => counts.withheld += 1,
            State::Met => counts.met += 1,
            State::Contradicted => counts.contradicted += 1,
            State::Unmet => counts.unmet += 1,
        }
    }
    let other = operation.groups.keys().find(|group| !actual.contains_key(group.as_str()));
    if let Some(other) = other {
        return Err(format!("`groups` counts {other}, of which the operation has no clauses"));
    }
    for (group, actual) in actual {
        let held = operation.groups.get(group).copied().unwrap_or_default();
        let all = |counts: &ClauseCounts| counts.total() + counts.excluded + counts.impossible + counts.withheld;
        let is_possible = |held_number: u64, number: u64| (held_number..=held_number + held.excluded).contains(&number);
        let is_in_range = is_possible(held.met, actual.met)
            && is_possible(held.contradicted, actual.contradicted)
            && is_possible(held.unmet, actual.unmet)
            && is_possible(held.impossible, actual.impossible)
            && is_possible(held.withheld, actual.withheld);
        if all(&held) != all(&actual) || !is_in_range {
            return Err(format!(
                "`groups` counts {} met clauses of {} of {group}, but `met` and `contradicted` show {} of {}",
                held.met,
                all(&held),
                actual.met,
                all(&actual)
            ));
        }
    }
    Ok(())
}

/// Checks the clauses of cases.
fn cases(coverage: &ClauseCoverage, all: &[Clauses]) -> Result<(), String> {
    for (index, case) in coverage.cases.iter().enumerate() {
        for (operation, met) in &case.operations {
            let clauses = all.get(*operation);
            let clauses =
                clauses.ok_or_else(|| format!("clauses.cases[{index}] names an operation that is not there"))?;
            set(met, clauses)
                .map_err(|why| format!("clauses.cases[{index}]: the set of operation {operation} {why}"))?;
        }
    }
    Ok(())
}
