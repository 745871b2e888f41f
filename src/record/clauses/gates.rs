//! Gates of clause coverage: minimum percentages, and the ratchet that refuses newly uncovered clauses.

use std::collections::HashSet;

use crate::contract::clause::{Clause, ClauseId, Group};

use super::super::format::{ClauseCoverage, NewlyUncovered, OpenClause, OpenState};
use super::cases::CaseIndex;

/// Number of clauses that a sentence names.
const NAMED: usize = 20;

/// Maximum number of cases that are named per newly uncovered clause.
const MET_BY: usize = 3;

/// The sentence of a ratchet that has no earlier run to compare with.
const NO_BASELINE: &str = "uncovered-new: no baseline with clause coverage exists: restore the directory of the baselines, \
                           name a record with --baseline, or run once with --update-baseline to accept the clauses that are not met";

/// The minimum percentage of met clauses in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MinShare {
    /// The group.
    pub group: Group,
    /// The percentage.
    pub percent: u8,
}

/// The gates of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gates {
    /// Minimum percentages.
    pub min: Vec<MinShare>,
    /// Whether newly uncovered clauses fail the run.
    pub ratchet: bool,
}

/// What gates found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// One sentence per missed gate.
    pub missed: Vec<String>,
    /// Gates that could not be missed.
    pub notes: Vec<String>,
}

impl Gates {
    /// Whether there is any gate.
    pub(crate) fn is_empty(&self) -> bool {
        self.min.is_empty() && !self.ratchet
    }

    /// Applies the gates to a run; `baseline` is the coverage of the earlier run, with which `coverage` was compared.
    pub(crate) fn judge(&self, coverage: &ClauseCoverage, baseline: Option<&ClauseCoverage>) -> Judged {
        let mut judged = Judged::default();
        for MinShare { group, percent } in &self.min {
            let counts = coverage.counts(Some(group.name()));
            let (met, total) = (counts.met, counts.total());
            if total == 0 {
                let why = match counts.excluded + counts.withheld {
                    0 => "the document has no clauses of this group that can be met",
                    _ => "all clauses of this group that can be met are excluded or withheld",
                };
                judged.notes.push(format!("coverage of {group}: {why}"));
            } else if met.saturating_mul(100) < u64::from(*percent).saturating_mul(total) {
                let actual = met.saturating_mul(100) / total;
                judged.missed.push(format!(
                    "coverage of {group}: {met} of {total} clauses ({actual} %) are met, at least {percent} % are required"
                ));
            }
        }
        if self.ratchet {
            match baseline {
                Some(_) => judged.missed.extend(ratchet(coverage)),
                // As with `new`: what no baseline accepts is new.
                None => judged.missed.push(NO_BASELINE.to_owned()),
            }
        }
        judged
    }
}

fn ratchet(coverage: &ClauseCoverage) -> Option<String> {
    let new = &coverage.newly_uncovered;
    let phrase = |NewlyUncovered { clause, met_by }: &NewlyUncovered| match met_by.first() {
        Some(case) => format!("`{clause}`, which `{case}` met"),
        None => format!("`{clause}`"),
    };
    let named: Vec<_> = new.iter().take(NAMED).map(phrase).collect();
    let number = new.len();
    let more = number.saturating_sub(NAMED);
    let more =
        if more == 0 { String::new() } else { format!("; and {more} more: list them with `signoff coverage --new`") };
    let clauses = if number == 1 { "clause is" } else { "clauses are" };
    (number > 0).then(|| format!("uncovered-new: {number} {clauses} newly uncovered: {}{more}", named.join("; ")))
}

impl ClauseCoverage {
    /// The clauses that are not met, and are new or were met in `baseline`. Those that the target decides by what it responds are not
    /// compared: they would differ between runs of the same cases. Beyond the length of the list in the record of the baseline,
    /// it is not known whether a clause was met there: it is not new.
    fn uncovered_since(&self, baseline: &Self) -> Vec<&str> {
        let is_open = |state: OpenState| matches!(state, OpenState::Unmet | OpenState::Contradicted);
        let before: HashSet<&str> = baseline.open.iter().map(|open| open.clause.as_str()).collect();
        let last = baseline.open.last().filter(|_| baseline.open_left_out > 0).map(|open| open.clause.as_str());
        let end = match last {
            None => self.open.len(),
            Some(last) => self.open.iter().position(|open| open.clause == last).unwrap_or_default(),
        };
        let known = self.open.iter().take(end);
        let known = known.filter(|open| is_open(open.state) && !before.contains(open.clause.as_str()));
        let known = known.filter(|open| is_decided_by_request(open));
        known.map(|open| open.clause.as_str()).collect()
    }

    /// Lists the clauses that `baseline` does not accept, with the cases that met them. `find` finds a clause of the document by its name.
    pub(crate) fn compare_with(&mut self, baseline: &Self, find: &dyn Fn(&str) -> Option<(usize, ClauseId)>) {
        let cases = CaseIndex::new(std::iter::once(baseline));
        let is_same = self.sha256 == baseline.sha256;
        let new = |clause: &str| {
            // A clause that was new in the baseline, too: the cases are those of the run before.
            let carried = baseline.newly_uncovered.iter().find(|held| held.clause == clause);
            let alone = || baseline.alone.iter().filter(|held| held.clauses.iter().any(|held| held == clause));
            let met_by = carried.map(|held| held.met_by.clone()).unwrap_or_else(|| {
                let found = find(clause).filter(|_| is_same);
                found.map_or_else(
                    || alone().map(|held| held.case.clone()).take(MET_BY).collect(),
                    |(operation, id)| cases.met_by(operation, id, MET_BY).0,
                )
            });
            NewlyUncovered { clause: clause.to_owned(), met_by }
        };
        self.newly_uncovered = self.uncovered_since(baseline).into_iter().map(new).collect();
    }

    /// The coverage that later runs are compared with: newly uncovered clauses stay new until they are met or accepted.
    #[must_use]
    pub(crate) fn without_newly_uncovered(mut self) -> Self {
        let new: HashSet<&str> = self.newly_uncovered.iter().map(|new| new.clause.as_str()).collect();
        self.open.retain(|open| !new.contains(open.clause.as_str()));
        self
    }
}

/// Whether the request of a case decides if the clause is met. A redacted name is not parsed; its group decides.
fn is_decided_by_request(open: &OpenClause) -> bool {
    match open.clause.parse::<Clause>() {
        Ok(clause) => clause.is_decided_by_request(),
        Err(_) => ![Group::Responses, Group::Values].map(Group::name).contains(&open.group.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::format::{ClauseCounts, MetAlone, OperationClauses};
    use super::*;

    fn coverage(open: &[&str]) -> ClauseCoverage {
        let open = open.iter().map(|clause| OpenClause::of_test(clause, OpenState::Unmet)).collect();
        let counts = ClauseCounts { met: 7, unmet: 2, contradicted: 1, excluded: 5, ..ClauseCounts::default() };
        let groups = [("refusals".to_owned(), counts)].into();
        let operations = vec![OperationClauses { operation: "a".to_owned(), groups, ..OperationClauses::default() }];
        ClauseCoverage { operations, open, ..ClauseCoverage::default() }
    }

    #[test]
    fn only_named_groups_are_gated_and_excluded_clauses_do_not_count() {
        let judge = |group, percent| {
            let gates = Gates { min: vec![MinShare { group, percent }], ratchet: false };
            gates.judge(&coverage(&[]), None)
        };
        assert_eq!(judge(Group::Refusals, 70), Judged::default());
        let missed = judge(Group::Refusals, 71).missed;
        assert_eq!(missed, ["coverage of refusals: 7 of 10 clauses (70 %) are met, at least 71 % are required"]);
        let empty = judge(Group::State, 100);
        assert_eq!((empty.missed.len(), empty.notes.len()), (0, 1));
    }

    #[test]
    fn a_clause_that_was_met_or_is_new_is_newly_uncovered() {
        let alone = |case: &str| MetAlone {
            case: case.to_owned(),
            clauses: vec!["a violates json".to_owned()],
            ..MetAlone::default()
        };
        let before = ClauseCoverage { alone: vec![alone("a.yaml::sends text")], ..coverage(&["a calls"]) };
        let mut now = coverage(&["a calls", "a violates json", "b calls"]);
        now.compare_with(&before, &|_| None);
        let gates = Gates { min: Vec::new(), ratchet: true };
        let missed = gates.judge(&now, Some(&before)).missed;
        let expect = "uncovered-new: 2 clauses are newly uncovered: \
                      `a violates json`, which `a.yaml::sends text` met; `b calls`";
        assert_eq!(missed, [expect]);
        // A later run knows the case, too.
        let kept = now.clone().without_newly_uncovered();
        let mut later = coverage(&["a calls", "a violates json", "b calls"]);
        later.compare_with(&kept, &|_| None);
        assert_eq!(later.newly_uncovered, now.newly_uncovered);
        assert_eq!(gates.judge(&now, None).missed, [NO_BASELINE]);
    }

    #[test]
    fn beyond_a_cut_list_nothing_is_newly_uncovered() {
        let before = ClauseCoverage { open_left_out: 3, ..coverage(&["a calls", "a sends body/x"]) };
        let now = coverage(&["a calls", "a omits body/x", "a sends body/x", "a violates json"]);
        assert_eq!(now.uncovered_since(&before), ["a omits body/x"]);
    }

    #[test]
    fn clauses_that_a_response_decides_are_not_compared() {
        let compared = ["a sends body/x = 1", "a sends example b", "a refuses wrong key", "GET /a calls with key"];
        let others =
            ["a receives 404", "a receives 200 body/x = 1", "a receives 200 body/items/*/x", "a receives 200 header b"];
        let now = coverage(&[compared, others].concat());
        assert_eq!(now.uncovered_since(&coverage(&[])), compared);
        // A redacted name of an operation.
        let redacted = |group: &str| {
            let mut now = coverage(&["[redacted] x calls"]);
            now.open.iter_mut().for_each(|open| group.clone_into(&mut open.group));
            now.uncovered_since(&coverage(&[])).len()
        };
        assert_eq!(["operations", "responses", "values"].map(redacted), [1, 0, 0]);
    }
}
