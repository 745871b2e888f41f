//! The clauses of one operation that exchanges met, and by which cases.

use std::collections::BTreeMap;

use crate::contract::clause::ClauseId;

use super::bits::BitSet;

/// The clauses of every operation that exchanges met.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    /// By the index of the operation.
    pub by_operation: BTreeMap<usize, Tally>,
    /// The ids of the cases that met a clause first.
    pub cases: Vec<String>,
    /// The first cases that met clauses, with all of them.
    pub held: Vec<CaseTally>,
    /// Number of further such cases.
    pub left_out: u64,
}

/// Maximum number of cases whose clauses are held.
const MAX_CASES: usize = 2_000;

/// The clauses that one case met.
#[derive(Debug, Clone)]
pub(crate) struct CaseTally {
    /// Its id.
    pub case: String,
    /// By the index of the operation.
    pub operations: BTreeMap<usize, BitSet>,
}

impl Tallies {
    /// Adds a finished case with the clauses that it met.
    pub(super) fn end_case(&mut self, case: &str, operations: BTreeMap<usize, BitSet>) {
        if operations.is_empty() {
            return;
        }
        match self.held.len() < MAX_CASES {
            true => self.held.push(CaseTally { case: case.to_owned(), operations }),
            false => self.left_out += 1,
        }
    }
}

/// Number of a case that met a clause first, among the cases that met any clause first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CaseNumber(pub u32);

/// The clauses of one operation: a bit and a number each, whatever the number of exchanges.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    met: BitSet,
    contradicted: BitSet,
    /// By clause: 0 before any case met it, [`SEVERAL`] after several did, else 1 more than the number of the only one.
    by: Vec<u32>,
}

const SEVERAL: u32 = u32::MAX;

/// The cases that met a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetBy<'a> {
    /// No case.
    None,
    /// Only the case with that id.
    One(&'a str),
    /// Several cases.
    Several,
}

impl Tally {
    /// The clauses that exchanges met. Their states depend on each other: see [`super::state`].
    pub(crate) fn met(&self) -> &BitSet {
        &self.met
    }

    /// The clauses that responses contradicted.
    pub(crate) fn contradicted(&self) -> &BitSet {
        &self.contradicted
    }

    /// The cases that met the clause.
    pub(crate) fn met_by<'c>(&self, clause: ClauseId, cases: &'c [String]) -> MetBy<'c> {
        match self.by.get(clause.index()).copied().unwrap_or_default() {
            0 => MetBy::None,
            SEVERAL => MetBy::Several,
            number => cases.get(number as usize - 1).map_or(MetBy::Several, |id| MetBy::One(id)),
        }
    }

    /// Notes that a case met the clause; `number` is called for the number of the case if no other met it before.
    pub(super) fn meet(&mut self, clause: ClauseId, number: &mut dyn FnMut() -> CaseNumber) {
        let index = clause.index();
        if index >= self.by.len() {
            self.by.resize(index + 1, 0);
        }
        self.met.insert(index);
        match self.by[index] {
            SEVERAL => {}
            0 => self.by[index] = number().0.saturating_add(1),
            only if only == number().0.saturating_add(1) => {}
            _ => self.by[index] = SEVERAL,
        }
    }

    /// Notes that a response contradicted the clause.
    pub(super) fn contradict(&mut self, clause: ClauseId) {
        self.contradicted.insert(clause.index());
    }
}
