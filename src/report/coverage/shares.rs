//! Counts of clauses as phrases. A percentage never appears without its counts.

use crate::quantity;
use crate::record::{ClauseCounts, ClauseCoverage, GROUPS, Gap, OpenClause, OpenState};

/// `84 of 131 (64 %)`, rounded down so that only complete coverage is 100 %; `0 of 0` without a percentage.
pub(crate) fn share(counts: &ClauseCounts) -> String {
    let (met, total) = (counts.met, counts.total());
    match percent(counts) {
        Some(percent) => format!("{met} of {total} ({percent} %)"),
        None => format!("{met} of {total}"),
    }
}

/// The percentage of met clauses, rounded down; none without clauses.
pub(crate) fn percent(counts: &ClauseCounts) -> Option<u64> {
    counts.met.saturating_mul(100).checked_div(counts.total())
}

/// `84 of 131 clauses (64 %), refusals 12 of 40`; none if there is nothing to meet.
pub(crate) fn line(coverage: &ClauseCoverage) -> Option<String> {
    let all = coverage.counts(None);
    let percent = percent(&all)?;
    let refusals = coverage.counts(Some("refusals"));
    let refusals = match refusals.total() {
        0 => String::new(),
        total => format!(", refusals {} of {total}", refusals.met),
    };
    Some(format!("{} of {} clauses ({percent} %){refusals}", all.met, all.total()))
}

/// The groups that have clauses, in their order, with the counts of one operation or of all.
pub(crate) fn by_group(coverage: &ClauseCoverage, operation: Option<&str>) -> Vec<(&'static str, ClauseCounts)> {
    let chosen = |name: &str| operation.is_none_or(|operation| operation == name);
    let counts = |group: &str| {
        let operations = coverage.operations.iter().filter(|held| chosen(&held.operation));
        let mut sum = ClauseCounts::default();
        operations.filter_map(|held| held.groups.get(group)).for_each(|counts| sum.add(counts));
        sum
    };
    let all = GROUPS.iter().map(|group| (*group, counts(group)));
    all.filter(|(_, counts)| *counts != ClauseCounts::default()).collect()
}

/// The counts of an operation over all groups.
pub(crate) fn of_operation(coverage: &ClauseCoverage, operation: &str) -> ClauseCounts {
    let mut sum = ClauseCounts::default();
    by_group(coverage, Some(operation)).iter().for_each(|(_, counts)| sum.add(counts));
    sum
}

/// What a state means: `not met`, `impossible: readOnly …`, `excluded by payments: …`.
pub(crate) fn state(open: &OpenClause) -> String {
    let because = open.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match open.state {
        OpenState::Contradicted => "contradicted by the target".to_owned(),
        OpenState::Unmet => format!("not met{because}"),
        OpenState::Excluded => {
            format!("excluded{}{because}", open.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default())
        }
        OpenState::Impossible => format!("impossible{because}"),
    }
}

/// That parts of the document have no clauses; none if all have.
pub(crate) fn omitted(coverage: &ClauseCoverage) -> Option<String> {
    let locations = quantity::count(coverage.omitted, "location");
    (coverage.omitted > 0).then(|| format!("{locations} not counted: the operations have too many clauses"))
}

/// That the states of some clauses are not shown; none if all are.
pub(crate) fn withheld(coverage: &ClauseCoverage) -> Option<String> {
    let number = coverage.counts(None).withheld;
    let clauses = quantity::count(number, "clause");
    (number > 0).then(|| format!("{clauses} withheld and not counted: their states would disclose redacted values"))
}

/// ` And 12 more like it.` after the sentence of a gap.
pub(crate) fn further(gap: &Gap) -> String {
    if gap.further == 0 { String::new() } else { format!(" And {} more like it.", gap.further) }
}

/// Whether a person can do something about it: it is neither excluded nor impossible.
pub(crate) fn counts_as_gap(open: &OpenClause) -> bool {
    matches!(open.state, OpenState::Contradicted | OpenState::Unmet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_coverage_is_a_hundred_percent() {
        let shown = |met, unmet| share(&ClauseCounts { met, unmet, ..ClauseCounts::default() });
        assert_eq!(shown(1999, 1), "1999 of 2000 (99 %)");
        assert_eq!(shown(2000, 0), "2000 of 2000 (100 %)");
        assert_eq!(shown(0, 0), "0 of 0");
    }
}
