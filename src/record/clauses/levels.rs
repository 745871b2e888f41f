//! Test coverage levels 0 to 7 of Martin-Lopez, Segura and Ruiz-Cortés, "Test Coverage Criteria for RESTful Web APIs" (A-TEST 2019).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::contract::StatusKey;
use crate::contract::clause::{Aspect, ClauseLocation, Group, Verb};

use super::table::{ClauseRow, ClauseState, ClauseTable};

/// The level, and how far each criterion is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Levels {
    /// The highest level all of whose criteria, and those of lower levels, are met.
    pub level: u8,
    /// Every criterion.
    pub criteria: Vec<Criterion>,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Criterion {
    /// Its level.
    pub level: u8,
    /// Its name.
    pub criterion: &'static str,
    /// How many elements are covered.
    pub met: u64,
    /// How many there are.
    pub total: u64,
}

/// Level and name of each criterion.
const CRITERIA: [(u8, &str); 9] = [
    (1, "paths"),
    (2, "operations"),
    (3, "content types"),
    (4, "parameters"),
    (4, "status code classes"),
    (5, "parameter values"),
    (5, "status codes"),
    (6, "response body properties"),
    (7, "operation flows"),
];

/// Measures `table`.
pub(super) fn levels(table: &ClauseTable<'_>) -> Levels {
    // Elements that several clauses stand for, such as a path with several operations.
    let mut paths: BTreeMap<&str, bool> = BTreeMap::new();
    let mut classes: BTreeMap<(usize, u16), bool> = BTreeMap::new();
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in table.rows().filter(|row| !matches!(row.state, ClauseState::Excluded | ClauseState::Impossible)) {
        let is_met = row.state == ClauseState::Met;
        if let (Some(operation), Verb::Calls) = (table.contract.operations.get(row.operation), &row.entry.clause.verb) {
            *paths.entry(&operation.path).or_default() |= is_met;
        }
        if let Verb::Receives(status) = &row.entry.clause.verb
            && let Some(class) = class(*status)
        {
            *classes.entry((row.operation, class)).or_default() |= is_met;
        }
        if let Some(criterion) = criterion(&row) {
            let (met, total) = counts.entry(criterion).or_default();
            *met += u64::from(is_met);
            *total += 1;
        }
    }
    let sum = |values: Vec<bool>| (values.iter().filter(|is_met| **is_met).count() as u64, values.len() as u64);
    counts.insert("paths", sum(paths.into_values().collect()));
    counts.insert("status code classes", sum(classes.into_values().collect()));
    let criteria: Vec<_> = CRITERIA
        .iter()
        .map(|(level, criterion)| {
            let (met, total) = counts.get(criterion).copied().unwrap_or_default();
            Criterion { level: *level, criterion, met, total }
        })
        .collect();
    // Flows are measured only if there are clauses of the state.
    let is_complete =
        |criterion: &Criterion| criterion.met == criterion.total && (criterion.level < 7 || criterion.total > 0);
    let missed = criteria.iter().filter(|criterion| !is_complete(criterion)).map(|criterion| criterion.level).min();
    let level = if paths_are_empty(&criteria) { 0 } else { missed.map_or(7, |missed| missed - 1) };
    Levels { level, criteria }
}

fn paths_are_empty(criteria: &[Criterion]) -> bool {
    criteria.first().is_none_or(|paths| paths.total == 0)
}

fn criterion(row: &ClauseRow<'_>) -> Option<&'static str> {
    let is_whole = |location: &ClauseLocation| location.is_parameter() && location.steps.is_empty();
    match &row.entry.clause.verb {
        Verb::Calls => Some("operations"),
        Verb::SendsMediaType(_) | Verb::ReceivesMediaType(..) => Some("content types"),
        Verb::Sends(location, Aspect::Present) if is_whole(location) => Some("parameters"),
        Verb::Sends(location, Aspect::Value(_)) if location.is_parameter() => Some("parameter values"),
        Verb::Receives(_) => Some("status codes"),
        Verb::ReceivesAt(_, location, Aspect::Present) if !location.is_branch() => Some("response body properties"),
        _ if row.entry.group == Group::State => Some("operation flows"),
        _ => None,
    }
}

/// Successful (2) and erroneous (4) responses; redirects are successful.
fn class(status: StatusKey) -> Option<u16> {
    let class = match status {
        StatusKey::Exact(status) => status / 100,
        StatusKey::Range(class) => class,
        StatusKey::Default => return None,
    };
    match class {
        2 | 3 => Some(2),
        4 | 5 => Some(4),
        _ => None,
    }
}
