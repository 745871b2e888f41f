//! Table of the endpoints of a run with the cases of each by pile.

use unicode_width::UnicodeWidthStr;

use crate::diff::visible;
use crate::quantity;
use crate::record::{Endpoint, Head, Summary};
use crate::report::counts::{Column, Shares, columns, outside};
use crate::report::text::wrap::wrapped;

use super::paint::{BAD, BOLD, DIM, GOOD, ODD, paint};
use super::style::Style;

/// Heading of the first column.
const HEADING: &str = "endpoint";

/// Heading of the last column, with the spaces before it.
const RESPONSES: &str = "  responses";

/// One line of the table.
struct Line {
    name: String,
    shares: Shares,
    /// Covered and documented responses: `3/4`.
    responses: String,
}

/// Formats the table, followed by an empty line; only a remark if no operation has cases.
pub(super) fn table(head: &Head, style: &Style) -> String {
    let lines = lines(head);
    let mut columns = columns(head);
    let width_of = |columns: &[&Column]| columns.iter().map(|column| column.short.len() + 2).sum::<usize>();
    // The piles count what a narrow table leaves out.
    while HEADING.len() + width_of(&columns) > style.width && columns.len() > 1 {
        columns.pop();
    }
    let numbers = width_of(&columns);
    // If there is not enough room, the counts matter most.
    let last = if HEADING.len() + numbers + RESPONSES.len() > style.width { "" } else { RESPONSES };
    let numbers = numbers + last.len();
    let widest = lines.iter().map(|line| line.name.width()).max().unwrap_or(0).max(HEADING.len());
    let width = widest.min(style.width.saturating_sub(numbers)).max(HEADING.len());
    let headings: String = columns.iter().map(|column| format!("  {}", column.short)).collect();
    let mut shown = paint(&format!("{HEADING:width$}{headings}{last}"), BOLD, style.color) + "\n";
    for line in &lines {
        let cells: String = columns.iter().map(|column| cell(column, &line.shares, style)).collect();
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
    let summaries = head.coverage.iter().map(|endpoint| &endpoint.summary).filter(|summary| summary.cases == 0);
    let (left_out, unknown): (Vec<&Summary>, Vec<_>) = summaries.partition(|summary| summary.not_run > 0);
    let remark = |number: usize, what: &str| {
        let text = format!("{} {what}", quantity::count(number as u64, "endpoint"));
        if number == 0 { String::new() } else { paint(&text, DIM, style.color) + "\n" }
    };
    let cases = quantity::count(quantity::total(left_out.iter().map(|summary| summary.not_run)), "case");
    remark(left_out.len(), &format!("not run ({cases})")) + &remark(unknown.len(), "without cases")
}

fn lines(head: &Head) -> Vec<Line> {
    let with_cases = head.coverage.iter().filter(|endpoint| endpoint.summary.cases > 0);
    let mut lines: Vec<_> = with_cases.map(|endpoint| line(head, endpoint)).collect();
    let rest = outside(head);
    lines.extend((rest.cases > 0).then(|| Line {
        name: "outside the contract".to_owned(),
        shares: Shares::new(head, &rest),
        responses: String::new(),
    }));
    lines
}

fn line(head: &Head, endpoint: &Endpoint) -> Line {
    let touched = endpoint.responses.iter().filter(|response| response.touched).count();
    Line {
        name: visible(&format!("{} {}", endpoint.method, endpoint.path)).into_owned(),
        shares: Shares::new(head, &endpoint.summary),
        responses: format!("{touched}/{}", endpoint.responses.len()),
    }
}

fn cell(column: &Column, shares: &Shares, style: &Style) -> String {
    let (number, width) = ((column.number)(shares), column.short.len() + 2);
    let color = match column.class {
        "passed" => GOOD,
        "failed" => BAD,
        "errored" | "not-checked" => ODD,
        _ => anstyle::Style::new(),
    };
    let (shown, color) = if number == 0 { ("·".to_owned(), DIM) } else { (number.to_string(), color) };
    paint(&format!("{shown:>width$}"), color, style.color)
}

/// Pads the name to `width` columns. A longer name is wrapped onto lines of its own, since paths differ at their ends.
fn name(name: &str, width: usize, style: &Style) -> String {
    if name.width() <= width {
        return format!("{name}{:1$}", "", width - name.width());
    }
    format!("{}\n{:width$}", wrapped(name, style.width, 2).join("\n"), "")
}
