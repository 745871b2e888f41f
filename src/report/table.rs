//! The endpoints of a run as a table: what was tried of each, with what result.

use unicode_width::UnicodeWidthStr;

use crate::diff::visible;
use crate::record::{Endpoint, Head, Summary};

use super::paint::{BAD, BOLD, DIM, GOOD, ODD, paint};
use super::terminal::Style;
use super::words;

/// The columns behind the endpoint: heading, number and colour.
const COLUMNS: &[(&str, fn(&Summary) -> u64, anstyle::Style)] = &[
    ("passed", |summary| summary.passed, GOOD),
    ("failed", |summary| summary.failed, BAD),
    ("errored", |summary| summary.errored, ODD),
    ("skipped", |summary| summary.skipped, anstyle::Style::new()),
    ("unjudged", |summary| summary.unjudged, ODD),
];

/// The fewest columns for the endpoint's method and path.
const MIN_NAME: usize = 24;

/// One line of the table.
struct Line {
    name: String,
    summary: Summary,
    /// `3/4` declared responses that came.
    responses: String,
}

/// The table with an empty line behind it; only a remark where nothing was tried.
pub fn table(head: &Head, style: &Style) -> String {
    let lines = lines(head);
    let untried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases == 0).count() as u64;
    let columns: Vec<_> = COLUMNS.iter().filter(|(_, number, _)| number(&head.summary) > 0).collect();
    let numbers: usize = columns.iter().map(|(heading, ..)| heading.len() + 2).sum::<usize>() + "  responses".len();
    let widest = lines.iter().map(|line| line.name.width()).max().unwrap_or(0);
    let width = widest.min(style.width.saturating_sub(numbers)).max(MIN_NAME);
    let mut shown = format!("{:width$}", "endpoint");
    columns.iter().for_each(|(heading, ..)| shown += &format!("  {heading}"));
    shown = paint(&(shown + "  responses"), BOLD, style.color) + "\n";
    for line in &lines {
        shown += &padded(&line.name, width);
        for (heading, number, color) in &columns {
            shown += &cell(number(&line.summary), heading.len() + 2, *color, style);
        }
        shown += &format!("{:>11}\n", line.responses);
    }
    if lines.is_empty() {
        shown.clear();
    }
    if untried > 0 {
        let remark = format!("{} of the contract without a case", words::count(untried, "endpoint"));
        shown += &(paint(&remark, DIM, style.color) + "\n");
    }
    if shown.is_empty() { shown } else { shown + "\n" }
}

fn lines(head: &Head) -> Vec<Line> {
    let tried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases > 0);
    let mut lines: Vec<_> = tried.map(of_endpoint).collect();
    let rest = outside(head);
    lines.extend((rest.cases > 0).then(|| Line {
        name: "(no endpoint of the contract)".to_owned(),
        summary: rest,
        responses: String::new(),
    }));
    lines
}

fn of_endpoint(endpoint: &Endpoint) -> Line {
    let touched = endpoint.responses.iter().filter(|response| response.touched).count();
    Line {
        name: visible(&format!("{} {}", endpoint.method, endpoint.path)).into_owned(),
        summary: endpoint.summary,
        responses: format!("{touched}/{}", endpoint.responses.len()),
    }
}

/// The counts of cases that lead to no endpoint.
fn outside(head: &Head) -> Summary {
    let rest = |number: fn(&Summary) -> u64| {
        let inside: u64 = head.coverage.iter().map(|endpoint| number(&endpoint.summary)).sum();
        number(&head.summary).saturating_sub(inside)
    };
    Summary {
        cases: rest(|summary| summary.cases),
        passed: rest(|summary| summary.passed),
        failed: rest(|summary| summary.failed),
        errored: rest(|summary| summary.errored),
        skipped: rest(|summary| summary.skipped),
        unjudged: rest(|summary| summary.unjudged),
        ..Summary::default()
    }
}

fn cell(number: u64, width: usize, color: anstyle::Style, style: &Style) -> String {
    if number == 0 {
        return paint(&format!("{:>width$}", "·"), DIM, style.color);
    }
    paint(&format!("{number:>width$}"), color, style.color)
}

/// `text` in exactly `width` columns: what is too wide loses its middle, since paths differ at their ends.
fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    if text.width() <= width {
        return format!("{text}{:missing$}", "");
    }
    let kept = width.saturating_sub(1);
    let characters: Vec<char> = text.chars().collect();
    let (front, back) = (kept / 2, kept - kept / 2);
    let start: String = characters.iter().take(front).collect();
    let end: String = characters.iter().skip(characters.len().saturating_sub(back)).collect();
    format!("{start}…{end}")
}
