//! Clause coverage in Markdown: the output of `signoff coverage --format markdown`, and the part of an endpoint's page.

use crate::quantity;
use crate::record::clauses::ClauseSurvey;
use crate::record::{ClauseCounts, ClauseCoverage, OpenClause};
use crate::report::text::markdown::{MARK, code, fenced, inline};
use crate::report::text::phrases;

use super::shares;

/// Maximum number of clauses listed per operation.
const MAX_CLAUSES: usize = 50;

/// Formats the survey for a pull request.
pub(crate) fn markdown(survey: &ClauseSurvey) -> String {
    let coverage = &survey.coverage;
    let total = shares::line(coverage).unwrap_or_else(|| "no clauses that can be met".to_owned());
    let mut shown = format!("{MARK}\n# Clause coverage\n\n{}\n\n", inline(&total));
    if let Some(withheld) = shares::withheld(coverage) {
        shown += &format!("{withheld}.\n\n");
    }
    for missed in &coverage.missed {
        shown += &format!("- ✗ {}\n", inline(missed));
    }
    if !coverage.gaps.is_empty() {
        shown += "## Most important gaps\n\n";
    }
    for (index, gap) in coverage.gaps.iter().enumerate() {
        let place = gap.place.as_ref().map(|place| format!(" ({})", code(&phrases::place(place)))).unwrap_or_default();
        let owner = gap.owner.as_ref().map(|owner| format!(", owner {}", inline(owner))).unwrap_or_default();
        let stub = if gap.case.is_empty() { &gap.exclusion } else { &gap.case };
        let sentence = inline(&(gap.sentence.clone() + &shares::further(gap)));
        shown += &format!("{}. {sentence}{place}{owner}\n\n", index + 1);
        let stub = fenced("yaml", stub) + &fenced("sh", &gap.command);
        shown += &stub.lines().map(|line| format!("   {line}\n")).collect::<String>();
        shown.push('\n');
    }
    for run in &survey.runs {
        let of = format!("run of {} on {}", phrases::instant(&run.started), run.target);
        shown += &format!("{}: {}\n\n", code(&run.file), inline(&of));
    }
    shown += "## Groups\n\n";
    shown += &table(&shares::by_group(coverage, None));
    shown += "\n## Operations\n\n| operation | met |\n|-|-|\n";
    for operation in &coverage.operations {
        let share = shares::share(&shares::of_operation(coverage, &operation.operation));
        shown += &format!("| {} | {share} |\n", code(&operation.operation));
    }
    shown
}

/// Formats the part of an endpoint's page; empty without clauses.
pub(crate) fn endpoint(coverage: &ClauseCoverage, operation: &str) -> String {
    let groups = shares::by_group(coverage, Some(operation));
    if groups.is_empty() {
        return String::new();
    }
    let open = coverage.open.iter().filter(|open| open.operation == operation && shares::counts_as_gap(open));
    let open: Vec<&OpenClause> = open.collect();
    let mut shown = format!("\n## Coverage\n\n{}", table(&groups));
    if !open.is_empty() {
        shown.push('\n');
    }
    for open in open.iter().take(MAX_CLAUSES) {
        let place = open.place.as_ref().map(|place| format!(", {}", code(&phrases::place(place)))).unwrap_or_default();
        let source = open.source.as_ref().map(|source| format!(": {}", code(source))).unwrap_or_default();
        shown += &format!("- {}: {}{place}{source}\n", inline(&shares::state(open)), code(&open.clause));
    }
    if let Some(more) = open.len().checked_sub(MAX_CLAUSES).filter(|more| *more > 0) {
        shown += &format!("- {}: see `signoff coverage --unmet`\n", quantity::count(more as u64, "more clause"));
    }
    shown
}

fn table(groups: &[(&str, ClauseCounts)]) -> String {
    let mut shown = "| group | met | contradicted | excluded | impossible |\n|-|-|-|-|-|\n".to_owned();
    for (group, counts) in groups {
        let ClauseCounts { contradicted, excluded, impossible, .. } = counts;
        shown += &format!("| {group} | {} | {contradicted} | {excluded} | {impossible} |\n", shares::share(counts));
    }
    shown
}
