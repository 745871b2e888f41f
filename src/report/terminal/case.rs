//! A case in the terminal, with its diff where it has findings.

use anstyle::Style as Paint;
use unicode_width::UnicodeWidthStr;

use crate::diff::{Line, Role, visible};
use crate::quantity;
use crate::record::{Entry, Finding, Verdict, Waived};
use crate::report::text::command::repeat;
use crate::report::text::diff_lines;
use crate::report::text::distinct::{Distinct, distinct, times};
use crate::report::text::layout::{self, Row};
use crate::report::text::phrases;
use crate::report::text::wrap::{whole, wrapped};

use super::exchange::exchange;
use super::link::linked;
use super::paint::{BAD, DIM, GOOD, ODD, paint};
use super::style::Style;

/// Indentation of the details of a case.
const INDENT: usize = 4;

/// Formats a case: with its diff if it has findings, otherwise in a line or two. Ends with a line break.
pub(crate) fn entry(entry: &Entry, style: &Style) -> String {
    entry_with(entry, &diff_lines::lines(entry), style)
}

/// Formats a case like [`entry`] with a diff that is already laid out.
pub(crate) fn entry_with(entry: &Entry, diff: &[Line], style: &Style) -> String {
    Case { entry, diff, style }.with("")
}

/// Formats a case with its result, its exchange, its acknowledged findings, the rules not checked and the assumptions.
pub(crate) fn in_full(entry: &Entry, style: &Style) -> String {
    let diff = diff_lines::lines(entry);
    let case = Case { entry, diff: &diff, style };
    let counts = if case.is_titled_only() { case.counts() } else { String::new() };
    case.with(&(counts + &exchange(entry, style) + &case.limitations()))
}

/// Formats what the signs of a diff mean.
pub(crate) fn legend(style: &Style) -> String {
    let [expected, actual] =
        [("- expected", GOOD), ("+ actual", BAD)].map(|(sign, color)| paint(sign, color, style.color));
    format!("{:INDENT$}{expected}  {actual}\n", "")
}

/// Formats a line for further cases that are errored for the same reason.
pub(crate) fn repeated(cases: u64, reason: &str, style: &Style) -> String {
    let glyph = phrases::ERRORED;
    let text = format!("{glyph} {}: {}", quantity::count(cases, "more case"), visible(reason));
    let lines = wrapped(&text, style.width, INDENT);
    lines.iter().map(|line| paint(line, verdict_paint(Verdict::Errored), style.color) + "\n").collect()
}

struct Case<'a> {
    entry: &'a Entry,
    diff: &'a [Line],
    style: &'a Style,
}

impl Case<'_> {
    /// Formats the case with `exchange` below its title.
    fn with(&self, exchange: &str) -> String {
        let entry = self.entry;
        if self.is_titled_only() {
            let reason = entry.reason.as_ref().map(|reason| format!(": {}", visible(reason)));
            return self.title(&reason.unwrap_or_default()) + exchange;
        }
        let rest = [self.diff(), self.remarks(), self.repeat()].concat();
        format!("{}{}{exchange}\n{}\n", self.title(""), self.counts(), rest.trim_end())
    }

    /// Whether there is nothing to show of the case but its title, with the reason if it did not pass.
    fn is_titled_only(&self) -> bool {
        self.entry.findings.is_empty() && self.entry.outcome != Verdict::Failed
    }

    /// Formats `✗ POST /path · name` with the location of the case on the right, or below if there is no room.
    fn title(&self, more: &str) -> String {
        let Entry { method, path, .. } = self.entry;
        let text = format!(
            "{} {} · {}{more}",
            phrases::glyph(self.entry),
            visible(&format!("{method} {path}")),
            visible(&phrases::name(self.entry))
        );
        let place = phrases::place(&self.entry.place);
        let mut lines = wrapped(&text, self.style.width, INDENT);
        let last = lines.last().map_or(0, |line| line.width());
        let blanks = self.style.width.saturating_sub(last + place.width());
        let before = if blanks < 2 { format!("\n{:INDENT$}", "") } else { " ".repeat(blanks) };
        let aside = before + &linked(&place, self.style.links.as_deref());
        let first = if lines.is_empty() { String::new() } else { lines.remove(0) };
        let rest: String = lines.iter().map(|line| format!("\n{line}")).collect();
        format!("{}{rest}{}\n", self.paint(&first, case_paint(self.entry)), self.paint(&aside, DIM))
    }

    fn counts(&self) -> String {
        let lines = whole(&phrases::result(self.entry), self.style.width.saturating_sub(INDENT));
        lines.iter().map(|line| self.line(line, DIM)).collect()
    }

    fn line(&self, text: &str, style: Paint) -> String {
        if text.is_empty() { String::new() } else { format!("{:INDENT$}{}\n", "", self.paint(text, style)) }
    }

    fn diff(&self) -> String {
        let rows = layout::rows(self.diff, self.style.width.saturating_sub(INDENT));
        let mut shown: String = rows.iter().map(|row| self.row(row)).collect();
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown
    }

    fn row(&self, row: &Row) -> String {
        if !self.style.color {
            return indented(&row.plain());
        }
        let style = match row.role {
            Role::Removed => GOOD,
            Role::Added => BAD,
            Role::Fold => DIM,
            Role::Context => Paint::new(),
        };
        let mut text = String::new();
        let mut done = 0;
        for range in &row.emphasis {
            text += &self.paint(row.text.get(done..range.start).unwrap_or_default(), style);
            text += &self.paint(row.text.get(range.clone()).unwrap_or_default(), style.bold().underline());
            done = range.end;
        }
        text += &self.paint(row.text.get(done..).unwrap_or_default(), style);
        let aside = format!("{}{}", row.aside, linked(&row.place, self.style.links.as_deref()));
        indented(&(text + &self.paint(&aside, DIM)))
    }

    /// Formats remarks that the diff does not show.
    fn remarks(&self) -> String {
        let needs_remark = |finding: &&Finding| finding.unexpected || finding.branch_of.is_some();
        let room = self.style.width.saturating_sub(INDENT);
        let remark = |Distinct { finding, times: number }: Distinct<'_>| {
            let text = format!("{}: {}{}", finding.check, finding.sentence(), times(number));
            let lines = wrapped(&visible(&text), room, 2);
            lines.iter().map(|line| self.line(line, DIM)).collect::<String>()
        };
        let noted = distinct(self.entry.findings.iter().filter(needs_remark));
        let mut shown: String = noted.into_iter().map(remark).collect();
        for held in &self.entry.waived {
            let Waived { finding, waiver } = held;
            let (note, part) = (phrases::note(finding), phrases::location(finding));
            let text = format!("waived: {note} in {part}: {}", phrases::waiver(waiver));
            let lines = wrapped(&visible(&text), room, 2);
            shown.extend(lines.iter().map(|line| self.line(line, DIM)));
        }
        let reason = self.entry.reason.as_ref().map(|reason| wrapped(&visible(reason), room, 2)).unwrap_or_default();
        shown.extend(reason.iter().map(|line| self.line(line, ODD)));
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown
    }

    /// Formats why findings and rules not checked do not fail the case, and the assumptions of its result.
    fn limitations(&self) -> String {
        let room = self.style.width.saturating_sub(INDENT);
        let reasons =
            phrases::limitations(self.entry).into_iter().flat_map(|reason| wrapped(&visible(&reason), room, 2));
        reasons.map(|line| self.line(&line, DIM)).collect()
    }

    /// Formats the command, unwrapped so that it can be copied.
    fn repeat(&self) -> String {
        let curl = self.entry.curl.as_ref().map(|curl| repeat(curl));
        curl.map(|line| self.line(&line, Paint::new())).unwrap_or_default()
    }

    fn paint(&self, text: &str, style: Paint) -> String {
        paint(text, style, self.style.color)
    }
}

fn indented(text: &str) -> String {
    text.split('\n').map(|line| format!("{:INDENT$}{line}", "").trim_end().to_owned() + "\n").collect()
}

fn case_paint(entry: &Entry) -> Paint {
    if entry.tolerated { DIM } else { verdict_paint(entry.outcome) }
}

fn verdict_paint(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::Passed => GOOD,
        Verdict::Failed => BAD.bold(),
        Verdict::Errored => ODD.bold(),
        Verdict::Skipped => DIM,
    }
}
