//! The output of `signoff coverage` as text: the gaps, a table per group and operation, and on request every clause that is not met.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diff::visible;
use crate::quantity;
use crate::record::clauses::{ClauseSurvey, SurveyedRun};
use crate::record::{ClauseCounts, ClauseCoverage, Gap, OpenState};
use crate::report::terminal::Style;
use crate::report::terminal::paint::{BAD, BOLD, DIM, ODD, paint};
use crate::report::text::phrases;
use crate::report::text::wrap::wrapped;

use super::shares;

/// Maximum width of prose in columns.
const WIDTH: usize = 80;

/// Formats the survey: gaps and table, or the list of the clauses that are not met if there is a text for an empty one.
pub(crate) fn text(survey: &ClauseSurvey, if_empty: Option<&str>, style: &Style) -> String {
    let style = &Style { width: style.width.min(WIDTH), ..style.clone() };
    let coverage = &survey.coverage;
    let read: String = survey.runs.iter().map(|run| record(run, style)).collect();
    if let Some(if_empty) = if_empty {
        return unmet(coverage, if_empty, style) + &read;
    }
    let gaps: String = coverage.gaps.iter().enumerate().map(|(index, held)| gap(index + 1, held, style)).collect();
    let gaps = match gaps.is_empty() {
        true => String::new(),
        false => format!("{}\n\n{gaps}", paint("most important gaps", BOLD, style.color)),
    };
    let total = shares::line(coverage).unwrap_or_else(|| "the document has no clauses that can be met".to_owned());
    let more = match coverage.open.iter().filter(|open| shares::counts_as_gap(open)).count() as u64 {
        0 => String::new(),
        open => format!("{} not met: list with --unmet\n", quantity::count(open, "clause")),
    };
    let notes = [shares::omitted(coverage), shares::withheld(coverage)].into_iter().flatten();
    let notes: String = notes.map(|note| wrapped(&note, style.width, 2).join("\n") + "\n").collect();
    format!("{gaps}{}{}{total}\n{more}{notes}{read}", table(coverage, style), cases(coverage, style))
}

/// The record of a run, so that readers can tell an earlier run from the last one.
fn record(run: &SurveyedRun, style: &Style) -> String {
    let text = format!("{}: run of {} on {}", run.file, phrases::instant(&run.started), run.target);
    let lines = wrapped(&visible(&text), style.width, 2).join("\n");
    format!("{}\n", paint(&lines, DIM, style.color))
}

fn gap(number: usize, gap: &Gap, style: &Style) -> String {
    let field = |name: &str, value: &str| {
        let lines = wrapped(&visible(value), style.width.saturating_sub(13), 2);
        let label = paint(&format!("{name:8}"), DIM, style.color);
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| match index {
                0 => format!("   {label} {line}\n"),
                _ => format!("            {line}\n"),
            })
            .collect::<String>()
    };
    let sentence = format!("{number}. {}{}", visible(&gap.sentence), shares::further(gap));
    let sentence = wrapped(&sentence, style.width, 3).join("\n");
    let place = gap.place.as_ref().map(|place| field("at", &phrases::place(place))).unwrap_or_default();
    let owner = gap.owner.as_ref().map(|owner| field("owner", owner)).unwrap_or_default();
    // A command or YAML that is broken at a space could not be copied.
    let command = format!("   {} {}\n", paint(&format!("{:8}", "command"), DIM, style.color), visible(&gap.command));
    let stub = match gap.case.is_empty() {
        true => labelled("exclude in signoff.yaml", &gap.exclusion, style),
        false => labelled("case", &gap.case, style),
    };
    format!("{}\n{place}{owner}{command}{stub}\n", paint(&sentence, BOLD, style.color))
}

/// YAML below its label, without a margin: it is copied to a file.
fn labelled(label: &str, text: &str, style: &Style) -> String {
    format!("   {}\n{}", paint(label, DIM, style.color), yaml(text))
}

/// Table of the operations and of all: met and all clauses of each group that the document has.
fn table(coverage: &ClauseCoverage, style: &Style) -> String {
    let groups: Vec<&str> = shares::by_group(coverage, None).iter().map(|(group, _)| *group).collect();
    if groups.is_empty() {
        return String::new();
    }
    let mut shown = String::new();
    for operation in &coverage.operations {
        let counts = shares::of_operation(coverage, &operation.operation);
        let parts = operation_parts(coverage, &operation.operation);
        shown += &entry(&visible(&operation.operation), &shares::share(&counts), &parts, style);
    }
    let all = shares::by_group(coverage, None);
    let name = all.iter().map(|(group, _)| group.width()).max().unwrap_or(0);
    shown.push('\n');
    for (group, counts) in &all {
        let (total, met) = (counts.total(), counts.met);
        let percent = shares::percent(counts).map(|percent| format!("{percent:>4} %")).unwrap_or_default();
        let aside = set_aside(counts);
        shown += format!("{group:name$}  {met:>5} of {total:<5}{percent}{aside}").trim_end();
        shown.push('\n');
    }
    shown + "\n"
}

/// `2 contradicted, 1 excluded` after the numbers of a group.
fn set_aside(counts: &ClauseCounts) -> String {
    let parts = [
        (counts.contradicted, "contradicted"),
        (counts.excluded, "excluded"),
        (counts.impossible, "impossible"),
        (counts.withheld, "withheld"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if parts.is_empty() { String::new() } else { format!("   {}", parts.join(", ")) }
}

/// `refusals 3/9`, for each group with clauses.
fn operation_parts(coverage: &ClauseCoverage, operation: &str) -> String {
    let groups = shares::by_group(coverage, Some(operation));
    let parts = groups.iter().filter(|(_, counts)| counts.total() > 0);
    parts.map(|(group, counts)| format!("{group} {}/{}", counts.met, counts.total())).collect::<Vec<_>>().join(", ")
}

/// An operation with its counts, and its groups on the next lines.
fn entry(name: &str, share: &str, parts: &str, style: &Style) -> String {
    let head = wrapped(&format!("{name}  {share}"), style.width, 2).join("\n");
    let parts: String =
        wrapped(parts, style.width.saturating_sub(2), 0).iter().map(|line| format!("  {line}\n")).collect();
    format!("{head}\n{}", paint(parts.trim_end(), DIM, style.color) + "\n")
}

/// Cases that could be left out, and the number of those that could not.
fn cases(coverage: &ClauseCoverage, style: &Style) -> String {
    let alone = coverage.alone.len() as u64 + coverage.alone_left_out;
    let redundant = coverage.redundant.len() as u64 + coverage.redundant_left_out;
    if alone + redundant == 0 {
        return String::new();
    }
    let names = coverage.redundant.iter().take(5).map(|id| format!("  {}\n", visible(id))).collect::<String>();
    let more = redundant.saturating_sub(5);
    let more = if more == 0 { String::new() } else { format!("  … {}\n", quantity::count(more, "more case")) };
    let text = format!(
        "{} alone in meeting a clause; {} only clauses that others meet too{}",
        plural(alone, "is", "are"),
        plural(redundant, "meets", "meet"),
        if names.is_empty() { "" } else { ":" }
    );
    wrapped(&text, style.width, 2).join("\n") + "\n" + &names + &more + "\n"
}

/// `1 case meets`, `2 cases meet`.
fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", quantity::count(number, "case"), if number == 1 { one } else { many })
}

/// Every clause that is not met, by its location, and the number of those that nothing can be done about.
fn unmet(coverage: &ClauseCoverage, if_empty: &str, style: &Style) -> String {
    let mut shown = String::new();
    for open in coverage.open.iter().filter(|open| shares::counts_as_gap(open)) {
        let source = open.source.as_ref().map(|source| format!(": {}", visible(source))).unwrap_or_default();
        let place = open.place.as_ref().map(|place| format!("  {}{source}", phrases::place(place)));
        let place = place.map(|place| format!("\n{}", cut(&place, style.width))).unwrap_or_default();
        let state = visible(&shares::state(open)).into_owned();
        let paint_as = match open.state {
            OpenState::Contradicted => BAD,
            OpenState::Unmet => ODD,
            OpenState::Excluded | OpenState::Impossible => DIM,
        };
        let state = wrapped(&state, style.width.saturating_sub(2), 2).join("\n  ");
        let before = coverage.newly_uncovered.iter().filter(|new| new.clause == open.clause);
        let before =
            before.flat_map(|new| &new.met_by).map(|case| format!("  met in the baseline by {}\n", visible(case)));
        let before = before.collect::<String>();
        shown += &format!("{}{place}\n  {}\n{before}", visible(&open.clause), paint(&state, paint_as, style.color));
    }
    if shown.is_empty() {
        shown = format!("{if_empty}\n");
    }
    let (aside, withheld) = (set_aside(&coverage.counts(None)), shares::withheld(coverage));
    if !aside.is_empty() {
        shown += &format!("not listed: {}\n", aside.trim_start());
    }
    shown + &withheld.map(|withheld| withheld + "\n").unwrap_or_default()
}

/// The start of a line that is wider than `width` columns.
fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let rest = left.checked_sub(c.width().unwrap_or(0));
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    line.chars().take_while(fits).chain(['…']).collect()
}

/// Formats the only clause of the survey: its state, its locations, the cases that met it, and what to do if it is not met.
pub(crate) fn clause(survey: &ClauseSurvey, style: &Style) -> String {
    let Some(clause) = survey.clauses.first() else { return String::new() };
    let style = &Style { width: style.width.min(WIDTH), ..style.clone() };
    let mut shown = format!("{}\n", paint(&visible(&clause.clause), BOLD, style.color));
    let mut add = |label: &str, text: &str| {
        let label = paint(&format!("{label:8}"), DIM, style.color);
        shown += &format!(
            "  {label} {}\n",
            wrapped(&visible(text), style.width.saturating_sub(11), 0).join("\n           ")
        );
    };
    add("states", &clause.states);
    add("group", clause.group);
    add("state", &clause.state_phrase());
    for source in &clause.sources {
        add("at", &format!("{}: {}", phrases::place(&source.place), source.source));
    }
    clause.targets.iter().for_each(|target| add("met on", target));
    let label = if clause.met_by.len() == 1 && survey.cases_left_out == 0 { "only by" } else { "met by" };
    clause.met_by.iter().for_each(|case| add(label, case));
    if clause.state == "met" && survey.cases_left_out > 0 {
        add(
            "cases",
            &format!("the record does not hold the clauses of {}", quantity::count(survey.cases_left_out, "case")),
        );
    }
    for run in &survey.runs {
        add("record", &format!("{}: run of {} on {}", run.file, phrases::instant(&run.started), run.target));
    }
    let Some(gap) = &clause.gap else { return shown };
    if !gap.case.is_empty() {
        shown += &format!("\n{}\n{}", paint("a case that meets it:", BOLD, style.color), yaml(&gap.case));
    }
    shown += &format!("\n{}\n{}", paint("or an exclusion in signoff.yaml:", BOLD, style.color), yaml(&gap.exclusion));
    shown
}

fn yaml(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", visible(line))).collect()
}
