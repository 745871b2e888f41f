//! The output of `signoff coverage --format json`: one object with every clause.

use serde_json::json;

use crate::record::clauses::ClauseSurvey;

use super::shares;

/// Formats the survey as JSON with a final line break.
pub(crate) fn json(survey: &ClauseSurvey) -> String {
    let ClauseSurvey { coverage, clauses, runs, levels, cases_left_out } = survey;
    let counts = coverage.counts(None);
    let groups = shares::by_group(coverage, None);
    let groups: serde_json::Map<_, _> =
        groups.into_iter().map(|(group, counts)| (group.to_owned(), json!(counts))).collect();
    let object = json!({
        "sha256": coverage.sha256,
        "runs": runs,
        "counts": counts,
        "groups": groups,
        "operations": coverage.operations,
        "clauses": clauses,
        "gaps": coverage.gaps,
        "alone": coverage.alone,
        "alone_left_out": coverage.alone_left_out,
        "redundant": coverage.redundant,
        "redundant_left_out": coverage.redundant_left_out,
        "cases_left_out": cases_left_out,
        "omitted": coverage.omitted,
        "missed": coverage.missed,
        "newly_uncovered": coverage.newly_uncovered,
        "test_coverage_levels": levels,
    });
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}
