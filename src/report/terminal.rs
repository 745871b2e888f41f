//! What a person sees in a terminal: the failures as diffs, the endpoints as a table.

use std::path::PathBuf;

use anstyle::Style as Paint;
use unicode_width::UnicodeWidthStr;

use crate::diff::{Role, visible};
use crate::record::{Entry, Finding, Head, Verdict, Waived};

use super::digest::{digest, skipped};
use super::exchange::exchange;
use super::layout::Row;
use super::link::linked;
use super::paint::{BAD, DIM, GOOD, ODD, paint};
use super::table::table;
use super::wrap::wrapped;
use super::{body, layout, words};

/// How texts are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; wider texts are wrapped.
    pub width: usize,
    /// Whether ANSI colours are used.
    pub color: bool,
    /// The folder that places are relative to, absolute, where they are to be links; only where there are colours.
    pub links: Option<PathBuf>,
}

/// Columns before everything that belongs to a case.
const INDENT: usize = 4;

/// Bytes of a command that is told where many cases are.
const MAX_COMMAND: usize = 2048;

/// One case: the whole diff where something was found, else a line or two. Ends with a line break.
pub fn entry(entry: &Entry, style: &Style) -> String {
    Case { entry, style }.with("")
}

/// One case with the exchange that it is about, and what of it was acknowledged or could not be judged.
pub fn in_full(entry: &Entry, style: &Style) -> String {
    let case = Case { entry, style };
    case.with(&(exchange(entry, style) + &case.lived_with()))
}

/// What was found in short, the endpoints as a table, and the line that sums the run up. Ends with a line break.
pub fn summary(head: &Head, style: &Style) -> String {
    let broken = head.summary.failed > 0;
    let (glyph, paint_as) = match (broken, head.summary.errored > 0) {
        (true, _) => ("✗", BAD),
        (false, true) => ("!", ODD),
        (false, false) => ("✓", GOOD),
    };
    let mut parts = vec![words::counts(&head.summary)];
    parts.extend(words::remarks(&head.summary));
    parts.extend(words::fixed(head));
    parts.extend(head.interrupted.then(|| "interrupted".to_owned()));
    parts.extend([words::duration(head.seconds * 1000.0), format!("seed {}", head.seed)]);
    let verdict = whole(&format!("{glyph} {}", parts.join(SEPARATOR)), style.width).join("\n");
    format!(
        "{}{}{}\n",
        digest(head, style),
        skipped(head, style) + &table(head, style),
        paint(&verdict, paint_as.bold(), style.color)
    )
}

/// What stands between parts that are told on one line.
const SEPARATOR: &str = " · ";

/// The parts of `text` on lines of at most `width` columns, each part whole: only the blanks between them become line breaks.
fn whole(text: &str, width: usize) -> Vec<String> {
    let parts: Vec<_> = text.split(SEPARATOR).map(|part| part.replace(' ', "\u{a0}")).collect();
    let lines = wrapped(&parts.join(" ·\u{a0}"), width, 2);
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

struct Case<'a> {
    entry: &'a Entry,
    style: &'a Style,
}

impl Case<'_> {
    /// All that is to be said of it, `exchange` below its title.
    fn with(&self, exchange: &str) -> String {
        let entry = self.entry;
        if entry.findings.is_empty() && entry.outcome != Verdict::Failed {
            let reason = entry.reason.as_ref().map(|reason| format!(": {}", visible(reason)));
            return self.title(&reason.unwrap_or_default()) + exchange;
        }
        let rest = [self.diff(), self.remarks(), self.repeat()].concat();
        format!("{}{}{exchange}\n{}\n", self.title(""), self.told(), rest.trim_end())
    }

    /// `✗ POST /path · name` with the case's place at the right, or below where there is no room.
    fn title(&self, more: &str) -> String {
        let Entry { method, path, .. } = self.entry;
        let text = format!(
            "{} {} · {}{more}",
            words::glyph(self.entry.outcome),
            visible(&format!("{method} {path}")),
            visible(&words::name(self.entry))
        );
        let place = body::place(&self.entry.place);
        let mut lines = wrapped(&text, self.style.width, INDENT);
        let last = lines.last().map_or(0, |line| line.width());
        let blanks = self.style.width.saturating_sub(last + place.width());
        let before = if blanks < 2 { format!("\n{:INDENT$}", "") } else { " ".repeat(blanks) };
        let aside = before + &linked(&place, self.style.links.as_deref());
        let first = if lines.is_empty() { String::new() } else { lines.remove(0) };
        let rest: String = lines.iter().map(|line| format!("\n{line}")).collect();
        format!("{}{rest}{}\n", self.paint(&first, verdict_paint(self.entry.outcome)), self.paint(&aside, DIM))
    }

    fn told(&self) -> String {
        let lines = whole(&words::told(self.entry), self.style.width.saturating_sub(INDENT));
        lines.iter().map(|line| self.line(line, DIM)).collect()
    }

    fn line(&self, text: &str, style: Paint) -> String {
        if text.is_empty() { String::new() } else { format!("{:INDENT$}{}\n", "", self.paint(text, style)) }
    }

    fn diff(&self) -> String {
        let rows = layout::rows(&body::lines(self.entry), self.style.width.saturating_sub(INDENT));
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
            Role::Removed => BAD,
            Role::Added => GOOD,
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

    /// What the diff alone does not tell.
    fn remarks(&self) -> String {
        let telling = |finding: &&Finding| finding.unexpected || finding.branch_of.is_some();
        let room = self.style.width.saturating_sub(INDENT);
        let remark = |finding: &Finding| {
            let lines = wrapped(&visible(&format!("{}: {}", finding.check, words::said(finding))), room, 2);
            lines.iter().map(|line| self.line(line, DIM)).collect::<String>()
        };
        let mut shown: String = self.entry.findings.iter().filter(telling).map(remark).collect();
        for held in &self.entry.waived {
            let Waived { finding, waiver } = held;
            let (note, part) = (body::note(finding), words::part(finding));
            let text = format!("waived: {note} in {part}: {}", words::waiver(waiver));
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

    /// Why what was found or not judged fails nothing.
    fn lived_with(&self) -> String {
        let room = self.style.width.saturating_sub(INDENT);
        let reasons = words::lived_with(self.entry).into_iter().flat_map(|reason| wrapped(&visible(&reason), room, 2));
        reasons.map(|line| self.line(&line, DIM)).collect()
    }

    /// Never wrapped, so that it can be copied.
    fn repeat(&self) -> String {
        let curl = self.entry.curl.as_ref().map(|curl| repeat(curl));
        curl.map(|line| self.line(&line, Paint::new())).unwrap_or_default()
    }

    fn paint(&self, text: &str, style: Paint) -> String {
        paint(text, style, self.style.color)
    }
}

/// How the request is repeated: by the command, or where to find a long one.
pub fn repeat(curl: &str) -> String {
    match curl.len() {
        ..=MAX_COMMAND => format!("repeat: {}", shell(curl)),
        bytes => format!("repeat: with the command of {bytes} bytes in the report of the endpoint and in record.json"),
    }
}

/// A command with what would act on the terminal made visible, its line breaks kept.
pub fn shell(command: &str) -> String {
    command.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn indented(text: &str) -> String {
    text.split('\n').map(|line| format!("{:INDENT$}{line}", "").trim_end().to_owned() + "\n").collect()
}

fn verdict_paint(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::Passed => GOOD,
        Verdict::Failed => BAD.bold(),
        Verdict::Errored => ODD.bold(),
        Verdict::Skipped => DIM,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::record::Unjudged;
    use crate::report::sample;

    fn shown(width: usize, color: bool) -> String {
        let style = Style { width, color, links: None };
        let entries: String = sample::entries().iter().map(|case| entry(case, &style) + "\n").collect();
        entries + &summary(&sample::head(), &style)
    }

    #[test]
    fn the_sample_run_at_120_columns() {
        insta::assert_snapshot!(shown(120, false));
    }

    #[test]
    fn the_sample_run_at_80_columns() {
        insta::assert_snapshot!(shown(80, false));
    }

    #[test]
    fn the_sample_run_in_colour() {
        insta::assert_snapshot!(shown(120, true).replace('\u{1b}', "␛"));
    }

    /// Links change nothing but what they add, wherever lines break.
    #[cfg(unix)]
    #[test]
    fn places_are_links_where_they_are_wanted() {
        let link = regex::Regex::new(r"\x1b\]8;;(?:file:///api/(\S+?))?\x1b\\").unwrap();
        for width in [40, 80, 120] {
            let style = Style { width, color: true, links: Some("/api".into()) };
            let entries: String = sample::entries().iter().map(|case| entry(case, &style) + "\n").collect();
            let text = entries + &summary(&sample::head(), &style);
            assert_eq!(link.replace_all(&text, ""), shown(width, true));
            let files = link.captures_iter(&text).filter_map(|found| found.get(1));
            let files: BTreeSet<_> = files.map(|file| file.as_str()).collect();
            assert_eq!(Vec::from_iter(files), ["cases/imprint/link.yaml", "specs/imprint.yaml"]);
        }
    }

    #[test]
    fn a_long_command_is_told_by_its_place() {
        assert_eq!(repeat("curl http://h/"), "repeat: curl http://h/");
        let expect = "repeat: with the command of 2049 bytes in the report of the endpoint and in record.json";
        assert_eq!(repeat(&"x".repeat(MAX_COMMAND + 1)), expect);
    }

    #[test]
    fn the_exchange_is_shown_to_those_who_ask() {
        let style = Style { width: 80, color: false, links: None };
        let mut entries = sample::entries();
        entries[0].unjudged = vec![Unjudged { check: "body-schema".to_owned(), reason: "no schema".to_owned() }];
        let [passed, failed] = [0, 1].map(|index| in_full(&entries[index], &style));
        insta::assert_snapshot!(passed + &failed);
    }

    #[test]
    fn nothing_but_a_command_is_wider_than_the_terminal() {
        for width in [60, 80, 120, 200] {
            let style = Style { width, color: false, links: None };
            let full: String = sample::entries().iter().map(|case| in_full(case, &style)).collect();
            let text = shown(width, false) + &full;
            let is_wide = |line: &&str| line.width() > width && !line.contains("repeat: ");
            assert_eq!(text.lines().filter(is_wide).collect::<Vec<_>>(), Vec::<&str>::new());
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
