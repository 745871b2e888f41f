//! Test coverage levels (Martin-Lopez, Segura, Ruiz-Cortés: Test Coverage Criteria for RESTful Web APIs, A-TEST 2019), derived from
//! clauses.
//!
//! | level | criteria | clauses |
//! |---|---|---|
//! | 0 | – | – |
//! | 1 | paths | `calls` or `receives STATUS` of an operation of the path |
//! | 2 | operations | `calls` or `receives STATUS` of the operation |
//! | 3 | content types | `sends MEDIA-TYPE`, `receives STATUS MEDIA-TYPE` |
//! | 4 | parameters, classes of status codes | `sends` a parameter; `receives` a 2xx and a 4xx, where the operation declares one |
//! | 5 | values of parameters, status codes | `sends` a parameter `= VALUE`; `receives STATUS` |
//! | 6 | properties of response bodies | `receives STATUS` a property |
//! | 7 | operation flows | none: clauses do not describe flows yet, so that this level is never reached |

use std::collections::BTreeMap;

use crate::contract::clause::{Aspect, ClauseId, ClauseLocation, OperationClauses, Part, Step, Verb};
use crate::contract::{Contract, StatusKey};

use super::state::State;

/// What a run met of the criteria that a level adds to those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    /// Its number, from 0 to 7.
    pub number: u8,
    /// Its criteria.
    pub criteria: &'static str,
    /// How many items of the contract are met.
    pub met: usize,
    /// How many there are; none for a level that is not measured.
    pub total: Option<usize>,
}

const CRITERIA: [&str; 8] = [
    "none",
    "paths",
    "operations",
    "content types",
    "parameters and classes of status codes",
    "values of parameters and status codes",
    "properties of response bodies",
    "operation flows",
];

/// The levels 0 to 7 by the states of the clauses, given by the index of the operation and the id of the clause.
pub(crate) fn levels(contract: &Contract, state: &dyn Fn(usize, ClauseId) -> State) -> Vec<Level> {
    let mut counts = [(0, 0); 8];
    let mut paths: BTreeMap<&str, bool> = BTreeMap::new();
    for (operation, clauses) in contract.operations.iter().zip(contract.clauses().operations()) {
        let is_met = |id: ClauseId| state(operation.index, id) == State::Met;
        let is_called = |id: &ClauseId| matches!(clauses.entry(*id).clause.verb, Verb::Calls | Verb::Receives(_));
        let is_tested = clauses.ids().filter(is_called).any(is_met);
        *paths.entry(&operation.path).or_default() |= is_tested;
        add(&mut counts[2], is_tested);
        for id in clauses.ids().filter(|id| clauses.entry(*id).impossible.is_none()) {
            if let Some(level) = level(&clauses.entry(id).clause.verb) {
                add(&mut counts[level], is_met(id));
            }
        }
        for class in [2, 4] {
            if let Some(is_received) = received(clauses, class, &is_met) {
                add(&mut counts[4], is_received);
            }
        }
    }
    paths.values().for_each(|is_tested| add(&mut counts[1], *is_tested));
    let level = |(number, (met, total)): (u8, (usize, usize))| Level {
        number,
        criteria: CRITERIA[usize::from(number)],
        met,
        total: (number < 7).then_some(total),
    };
    (0..8).zip(counts).map(level).collect()
}

/// The highest level of which, and of those below it, everything is met.
pub(crate) fn reached(levels: &[Level]) -> u8 {
    let whole = levels.iter().take_while(|level| level.total == Some(level.met));
    whole.last().map_or(0, |level| level.number)
}

fn add(count: &mut (usize, usize), is_met: bool) {
    count.0 += usize::from(is_met);
    count.1 += 1;
}

/// The level that counts the clause, but for those that are counted by path, operation or class.
fn level(verb: &Verb) -> Option<usize> {
    let is_whole = |at: &ClauseLocation| at.is_parameter() && at.steps.is_empty();
    match verb {
        Verb::SendsMediaType(_) | Verb::ReceivesMediaType(..) => Some(3),
        Verb::Sends(at, Aspect::Present) if is_whole(at) => Some(4),
        Verb::Sends(at, Aspect::Value(_)) if at.is_parameter() => Some(5),
        Verb::Receives(_) => Some(5),
        Verb::ReceivesAt(_, at, Aspect::Present) => {
            (at.part == Part::Body && matches!(at.steps.last(), Some(Step::Name(_)))).then_some(6)
        }
        _ => None,
    }
}

/// Whether a status of the class was received; none where the operation declares none.
fn received(clauses: &OperationClauses, class: u16, is_met: &dyn Fn(ClauseId) -> bool) -> Option<bool> {
    let is_of_class = |id: &ClauseId| match clauses.entry(*id).clause.verb {
        Verb::Receives(StatusKey::Exact(status)) => status / 100 == class,
        Verb::Receives(StatusKey::Range(declared)) => declared == class,
        _ => false,
    };
    let mut declared = clauses.ids().filter(is_of_class).peekable();
    declared.peek()?;
    Some(declared.any(is_met))
}
