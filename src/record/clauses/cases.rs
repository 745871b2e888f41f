//! The cases that met clauses, over the records of several runs.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::contract::clause::ClauseId;
use crate::coverage::BitSet;

use super::super::format::{ClauseCoverage, MetAlone};
use super::evidence::decode;

/// The cases of records, by the operations of which they met clauses.
#[derive(Debug, Default)]
pub(crate) struct CaseIndex<'r> {
    by_operation: HashMap<usize, Vec<(&'r str, BitSet)>>,
    /// Number of cases that the records do not list.
    pub left_out: u64,
}

impl<'r> CaseIndex<'r> {
    /// The cases of `records`.
    pub(crate) fn new(records: impl Iterator<Item = &'r ClauseCoverage>) -> Self {
        let mut index = Self::default();
        for record in records {
            index.left_out += record.cases_left_out;
            for case in &record.cases {
                for (operation, met) in &case.operations {
                    let held = index.by_operation.entry(*operation).or_default();
                    held.extend(decode(met).map(|met| (case.case.as_str(), met)));
                }
            }
        }
        index
    }

    /// At most `limit` ids of the cases that met a clause, and the number of the others.
    pub(crate) fn met_by(&self, operation: usize, clause: ClauseId, limit: usize) -> (Vec<String>, u64) {
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        for (case, met) in self.by_operation.get(&operation).into_iter().flatten() {
            if met.contains(clause.index()) && seen.insert(*case) && found.len() < limit {
                found.push((*case).to_owned());
            }
        }
        let more = seen.len() - found.len();
        (found, more as u64)
    }
}

impl ClauseCoverage {
    /// Takes the cases of the summaries of `runs`. A case is redundant if it is in each of them that has it.
    pub(crate) fn take_cases(&mut self, runs: &[&Self]) {
        let mut alone: BTreeMap<&str, usize> = BTreeMap::new();
        for held in runs.iter().flat_map(|run| &run.alone) {
            let at = *alone.entry(&held.case).or_insert_with(|| {
                self.alone.push(MetAlone { case: held.case.clone(), ..MetAlone::default() });
                self.alone.len() - 1
            });
            let own = &mut self.alone[at];
            let new = held.clauses.iter().filter(|clause| !own.clauses.contains(clause)).cloned().collect::<Vec<_>>();
            own.clauses.extend(new);
            own.left_out = own.left_out.max(held.left_out);
        }
        let is_redundant = |case: &String| {
            let is_in = |run: &&Self| run.redundant.contains(case) || run.alone_left_out + run.redundant_left_out == 0;
            !alone.contains_key(case.as_str()) && runs.iter().all(is_in)
        };
        let mut seen = HashSet::new();
        let listed = runs.iter().flat_map(|run| &run.redundant).filter(|case| seen.insert(case.as_str()));
        self.redundant = listed.filter(|case| is_redundant(case)).cloned().collect();
        let most = |left_out: fn(&Self) -> u64| runs.iter().map(|run| left_out(run)).max().unwrap_or_default();
        self.alone_left_out = most(|run| run.alone_left_out);
        self.redundant_left_out = most(|run| run.redundant_left_out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(alone: &[&str], redundant: &[&str], left_out: u64) -> ClauseCoverage {
        let held = |case: &&str| MetAlone {
            case: (*case).to_owned(),
            clauses: vec![format!("{case} calls")],
            ..MetAlone::default()
        };
        ClauseCoverage {
            alone: alone.iter().map(held).collect(),
            redundant: redundant.iter().map(|case| (*case).to_owned()).collect(),
            redundant_left_out: left_out,
            ..ClauseCoverage::default()
        }
    }

    fn redundant(runs: &[ClauseCoverage]) -> Vec<String> {
        let mut all = ClauseCoverage::default();
        all.take_cases(&runs.iter().collect::<Vec<_>>());
        all.redundant
    }

    #[test]
    fn a_case_that_one_run_needs_is_not_redundant() {
        assert_eq!(redundant(&[run(&["a"], &["b", "c"], 0), run(&["b"], &["a"], 0)]), ["c"]);
        // The second run lists not all of its cases.
        assert_eq!(redundant(&[run(&[], &["a", "b"], 0), run(&[], &["a"], 1)]), ["a"]);
        let mut all = ClauseCoverage::default();
        all.take_cases(&[&run(&["a"], &[], 0), &run(&["a", "b"], &[], 0)]);
        assert_eq!(
            all.alone.iter().map(|held| (held.case.as_str(), held.clauses.len())).collect::<Vec<_>>(),
            [("a", 1), ("b", 1)]
        );
    }
}
