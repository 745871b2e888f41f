//! Names of clauses, locations and operations in the configuration and in arguments, resolved against a contract.

use std::collections::BTreeSet;

use crate::contract::Contract;
use crate::contract::clause::{Clause, ClauseLocation, OperationClauses, Verb};
use crate::coverage::{Excluded, Exclusion};
use crate::problem::Problem;
use crate::project::deserialize::with_suggestion;
use crate::suggestion::nearest;

use super::format::ExclusionFormat;

/// Maximum number of locations that a problem lists.
const MAX_LISTED: usize = 20;

/// A problem of an exclusion.
#[derive(Debug)]
pub(super) struct WrongKey {
    /// The key that it is about.
    pub key: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

impl WrongKey {
    fn new(key: &'static str, problem: Problem) -> Box<Self> {
        Box::new(Self { key, problem })
    }
}

/// Converts one exclusion.
pub(super) fn exclusion(format: &ExclusionFormat, contract: &Contract) -> Result<Exclusion, Box<WrongKey>> {
    for (key, text) in [("reason", &format.reason), ("owner", &format.owner)] {
        if text.trim().is_empty() {
            return Err(WrongKey::new(key, Problem::new(format!("`{key}` must not be empty"))));
        }
    }
    let excluded = match (&format.clause, &format.operation, format.group) {
        (Some(clause), None, None) if format.below.is_none() => {
            Excluded::Clause(known_clause(clause, contract).map_err(|problem| WrongKey::new("clause", problem))?)
        }
        (None, Some(name), Some(group)) => {
            let operation = contract
                .operation(name)
                .ok_or_else(|| WrongKey::new("operation", unknown_operation(name, contract)))?;
            let below = format.below.as_deref().map(|text| known_location(text, operation.index, contract));
            let below = below.transpose().map_err(|problem| WrongKey::new("below", problem))?;
            Excluded::Group { operation: operation.index, group: group.0, below }
        }
        _ => {
            let message = "an exclusion needs either `clause`, or `operation` and `group`, with `below` if needed";
            return Err(WrongKey::new("reason", Problem::new(message)));
        }
    };
    Ok(Exclusion { excluded, reason: format.reason.clone(), owner: format.owner.clone() })
}

/// The clause of that name; an error suggests the nearest one of its operation.
pub(crate) fn known_clause(text: &str, contract: &Contract) -> Result<Clause, Problem> {
    let found = contract.clauses().named(text);
    found.map(|(clause, ..)| clause).map_err(|unknown| Problem::new(unknown.message).help(unknown.help))
}

/// The location of that name, at or within which the operation has a clause; an error suggests the nearest one.
fn known_location(text: &str, operation: usize, contract: &Contract) -> Result<ClauseLocation, Problem> {
    let below = location(text)?;
    let own = contract.clauses().operations().get(operation);
    let held = || own.into_iter().flat_map(OperationClauses::entries).filter_map(|entry| entry.clause.location());
    if held().any(|own| own.is_within(&below)) {
        return Ok(below);
    }
    let names: BTreeSet<String> = held().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let problem = Problem::new(format!("no clause of the operation is at or within `{below}`"));
    let help = "`signoff coverage --format json` lists all clauses with their locations";
    match names.len() {
        0..=MAX_LISTED => Err(with_suggestion(problem, &below.to_string(), &names, "locations")),
        _ => Err(match nearest(&below.to_string(), names.iter().copied()) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem.help(help),
        }),
    }
}

/// Parses a location; its grammar is part of that of clauses.
fn location(text: &str) -> Result<ClauseLocation, Problem> {
    match format!("a omits {}", text.trim()).parse::<Clause>().map(|clause| clause.verb) {
        Ok(Verb::Omits(location)) => Ok(location),
        _ => Err(Problem::new(format!("expected a location such as body/metadata or query/limit, found `{text}`"))),
    }
}

/// The problem that the contract has no such operation.
pub(crate) fn unknown_operation(name: &str, contract: &Contract) -> Problem {
    let names: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
    with_suggestion(Problem::new(format!("unknown operation `{name}`")), name, &names, "operations")
}
