//! Table of the endpoints of a run with counts per outcome.

use unicode_width::UnicodeWidthStr;

use crate::diff::visible;
use crate::quantity;
use crate::record::{Endpoint, Head, Summary};
use crate::report::counts::outside;
use crate::report::text::wrap::wrapped;

use super::paint::{BAD, BOLD, DIM, GOOD, ODD, paint};
use super::style::Style;

/// A column of numbers.
struct Column {
    heading: &'static str,
    number: fn(&Summary) -> u64,
    color: anstyle::Style,
}

/// Columns; one without numbers is left out.
const COLUMNS: &[Column] = &[
    Column { heading: "passed", number: |summary| summary.passed, color: GOOD },
    Column { heading: "failed", number: |summary| summary.failed, color: BAD },
    Column { heading: "errored", number: |summary| summary.errored, color: ODD },
    Column { heading: "skipped", number: |summary| summary.skipped, color: anstyle::Style::new() },
    Column { heading: "not checked", number: |summary| summary.not_checked, color: ODD },
];

/// Heading of the first column.
const HEADING: &str = "endpoint";

/// Heading of the last column, with the spaces before it.
const RESPONSES: &str = "  responses";

/// One line of the table.
struct Line {
    name: String,
    summary: Summary,
    /// Covered and documented responses: `3/4`.
    responses: String,
}

/// Formats the table, followed by an empty line; only a remark if no operation has cases.
pub(super) fn table(head: &Head, style: &Style) -> String {
    let lines = lines(head);
    let columns: Vec<_> = COLUMNS.iter().filter(|column| (column.number)(&head.summary) > 0).collect();
    let numbers = columns.iter().map(|column| column.heading.len() + 2).sum::<usize>();
    // If there is not enough room, the counts matter most.
    let last = if HEADING.len() + numbers + RESPONSES.len() > style.width { "" } else { RESPONSES };
    let numbers = numbers + last.len();
    let widest = lines.iter().map(|line| line.name.width()).max().unwrap_or(0).max(HEADING.len());
    let width = widest.min(style.width.saturating_sub(numbers)).max(HEADING.len());
    let headings: String = columns.iter().map(|column| format!("  {}", column.heading)).collect();
    let mut shown = paint(&format!("{HEADING:width$}{headings}{last}"), BOLD, style.color) + "\n";
    for line in &lines {
        let cells: String = columns.iter().map(|column| cell(column, &line.summary, style)).collect();
        let responses = if last.is_empty() { String::new() } else { format!("{:>1$}", line.responses, last.len()) };
        shown += format!("{}{cells}{responses}", name(&line.name, width, style)).trim_end();
        shown.push('\n');
    }
    if lines.is_empty() {
        shown.clear();
    }
    shown += &without_cases(head, style);
    if shown.is_empty() { shown } else { shown + "\n" }
}

fn without_cases(head: &Head, style: &Style) -> String {
    let without_cases = || head.coverage.iter().map(|endpoint| &endpoint.summary).filter(|summary| summary.cases == 0);
    let left_out = without_cases().filter(|summary| summary.not_run > 0).count();
    let unknown = without_cases().count() - left_out;
    let remark = |number: usize, what: &str| {
        let text = format!("{} {what}", quantity::count(number as u64, "endpoint"));
        if number == 0 { String::new() } else { paint(&text, DIM, style.color) + "\n" }
    };
    remark(left_out, "not run") + &remark(unknown, "without cases")
}

fn lines(head: &Head) -> Vec<Line> {
    let with_cases = head.coverage.iter().filter(|endpoint| endpoint.summary.cases > 0);
    let mut lines: Vec<_> = with_cases.map(endpoint_line).collect();
    let rest = outside(head);
    lines.extend((rest.cases > 0).then(|| Line {
        name: "outside the contract".to_owned(),
        summary: rest,
        responses: String::new(),
    }));
    lines
}

fn endpoint_line(endpoint: &Endpoint) -> Line {
    let touched = endpoint.responses.iter().filter(|response| response.touched).count();
    Line {
        name: visible(&format!("{} {}", endpoint.method, endpoint.path)).into_owned(),
        summary: endpoint.summary,
        responses: format!("{touched}/{}", endpoint.responses.len()),
    }
}

fn cell(column: &Column, summary: &Summary, style: &Style) -> String {
    let (number, width) = ((column.number)(summary), column.heading.len() + 2);
    let (shown, color) = if number == 0 { ("·".to_owned(), DIM) } else { (number.to_string(), column.color) };
    paint(&format!("{shown:>width$}"), color, style.color)
}

/// Pads the name to `width` columns. A longer name is wrapped onto lines of its own, since paths differ at their ends.
fn name(name: &str, width: usize, style: &Style) -> String {
    if name.width() <= width {
        return format!("{name}{:1$}", "", width - name.width());
    }
    format!("{}\n{:width$}", wrapped(name, style.width, 2).join("\n"), "")
}
