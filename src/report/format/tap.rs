//! `report.tap`, TAP 14: one subtest per story, one test point per case, and findings as a YAML block below the point.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::diff::visible;
use crate::record::{Entry, Finding, Head, Since, Verdict};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::command;
use crate::report::text::phrases;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "tap",
    file: "report.tap",
    summary: "report.tap: TAP 14",
    is_default: false,
    marker: TOOL,
    output: Output::File(|_| Box::new(Tap::default())),
};

/// Writes each story when it is complete.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    story: Option<Story>,
    stories: u64,
    interrupted: bool,
}

/// The current subtest.
#[derive(Debug)]
struct Story {
    name: String,
    points: u64,
    ok: bool,
    /// Whether every case so far was skipped.
    skipped: bool,
}

impl Renderer for Tap {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.interrupted = head.interrupted;
        let Head { tool, contract, target, seed, .. } = head;
        writeln!(out, "TAP version 14")?;
        let run = format!(
            "{} {}: {} {} ({}) on {}{}, seed {seed}",
            tool.name,
            tool.version,
            contract.title,
            contract.version,
            contract.file,
            target.name,
            target.partner.as_deref().map(|name| format!(" of {name}")).unwrap_or_default(),
        );
        writeln!(out, "# {}", visible(&run))
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        if self.story.as_ref().is_none_or(|story| story.name != entry.story) {
            self.close(out)?;
            writeln!(out, "# Subtest: {}", visible(&entry.story))?;
        }
        let story =
            self.story.get_or_insert_with(|| Story { name: entry.story.clone(), points: 0, ok: true, skipped: true });
        story.points += 1;
        let ok = matches!(entry.outcome, Verdict::Passed | Verdict::Skipped);
        story.ok &= ok || entry.tolerated;
        story.skipped &= entry.outcome == Verdict::Skipped;
        out.write_all(point(case, story.points, ok).as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.close(out)?;
        writeln!(out, "1..{}", self.stories)?;
        if self.interrupted { writeln!(out, "Bail out! The run was interrupted.") } else { Ok(()) }
    }
}

impl Tap {
    /// Ends the subtest with its plan and counts it as a test point.
    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(story) = self.story.take() else { return Ok(()) };
        self.stories += 1;
        writeln!(out, "    1..{}", story.points)?;
        let skip = if story.skipped { " # SKIP every case was skipped" } else { "" };
        writeln!(out, "{}{skip}", line(story.ok, self.stories, &story.name))
    }
}

/// Formats a test point and its YAML block, indented as part of a subtest.
fn point(case: &ReportedCase<'_>, number: u64, ok: bool) -> String {
    let entry = &*case.entry;
    let mut text = format!("    {}", line(ok, number, &phrases::name(entry)));
    if entry.outcome == Verdict::Skipped {
        let reason = described(entry.reason.as_deref().unwrap_or_default());
        text += format!(" # SKIP {reason}").trim_end();
    } else if entry.tolerated {
        text += " # TODO known failure: its findings are in the baseline";
    }
    text.push('\n');
    let Entry { findings, acknowledged, waived, not_checked, .. } = entry;
    let nothing_found = findings.is_empty() && acknowledged.is_empty() && waived.is_empty() && not_checked.is_empty();
    if !(ok && nothing_found && !entry.flaky) {
        text += "      ---\n";
        // Writing to a string cannot fail.
        let _ = diagnostics(case, &mut text);
        text += "      ...\n";
    }
    text
}

/// `not ok 2 - links a customer`.
fn line(ok: bool, number: u64, name: &str) -> String {
    let (not, name) = (if ok { "" } else { "not " }, described(name));
    if name.is_empty() { format!("{not}ok {number}") } else { format!("{not}ok {number} - {name}") }
}

/// Writes the keys of the YAML block. Scalars are JSON, which YAML 1.2 includes; characters that YAML cannot hold
/// become `\u{..}`.
fn diagnostics(case: &ReportedCase<'_>, out: &mut String) -> std::fmt::Result {
    let entry = &*case.entry;
    let mut member = |name: &str, value: &dyn std::fmt::Display| writeln!(out, "      {name}: {value}");
    let message = phrases::message(entry);
    if !message.is_empty() {
        member("message", &json(&message))?;
    }
    member("severity", &severity(entry))?;
    member("at", &json(&phrases::place(&entry.place)))?;
    member("duration_ms", &to_json(&entry.took_ms))?;
    if entry.flaky {
        member("flaky", &true)?;
    }
    if !entry.requirements.is_empty() {
        member("requirement", &json(&entry.requirements.join(", ")))?;
    }
    if let Some((name, id)) = &entry.request_id {
        member("request_id", &json(&format!("{name}: {id}")))?;
    }
    let acknowledged = entry.acknowledged.iter().map(|held| {
        let reason = Some(shown(&held.reason));
        let (acknowledged, busy) = if held.busy { (None, reason) } else { (reason, None) };
        ReportedFinding { acknowledged, busy, ..ReportedFinding::new(&held.finding) }
    });
    let waived = entry.waived.iter().map(|held| ReportedFinding {
        waived: Some(shown(&phrases::waiver(&held.waiver))),
        ..ReportedFinding::new(&held.finding)
    });
    let found: Vec<_> = entry.findings.iter().map(ReportedFinding::new).chain(acknowledged).chain(waived).collect();
    list(out, "findings", found.iter().map(to_json))?;
    let not_checked = entry.not_checked.iter().map(|held| json(&format!("{}: {}", held.check, held.reason)));
    list(out, "not_checked", not_checked)?;
    if !case.rows().is_empty() && !entry.findings.is_empty() {
        writeln!(out, "      diff: |2")?;
        case.rows().iter().try_for_each(|row| writeln!(out, "{}", format!("        {row}").trim_end()))?;
    }
    match &entry.curl {
        Some(curl) => writeln!(out, "      curl: {}", json(&command::shell(curl))),
        None => Ok(()),
    }
}

fn list(out: &mut String, name: &str, elements: impl Iterator<Item = String>) -> std::fmt::Result {
    let mut elements = elements.peekable();
    if elements.peek().is_some() {
        writeln!(out, "      {name}:")?;
    }
    elements.try_for_each(|element| writeln!(out, "        - {element}"))
}

/// Returns the `severity` of TAP's YAML.
fn severity(entry: &Entry) -> &'static str {
    match entry.outcome {
        Verdict::Failed if entry.tolerated => "todo",
        Verdict::Failed => "fail",
        Verdict::Errored => "error",
        Verdict::Passed | Verdict::Skipped => "comment",
    }
}

/// A finding in the block.
#[derive(Serialize)]
struct ReportedFinding {
    check: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    busy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<String>,
    message: String,
    r#in: String,
    at: String,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Since>,
}

impl ReportedFinding {
    fn new(finding: &Finding) -> Self {
        Self {
            check: phrases::note(finding),
            acknowledged: None,
            busy: None,
            waived: None,
            message: shown(&finding.sentence()),
            r#in: shown(&phrases::location(finding)),
            finding: shown(&finding.fingerprint),
            since: finding.since,
            at: phrases::place(&finding.place),
        }
    }
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

fn json(text: &str) -> String {
    to_json(&visible(text))
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Escapes a description or a reason: `#` would begin a directive, `\` escapes (TAP 14, Escaping).
fn described(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('#', "\\#").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        let parts = sample::parts(&sample::rendered(&mut Tap::default()), ["    not ok 5"]);
        let names = ["json_bodies", "other_bodies"];
        names.iter().zip(parts).for_each(|(name, part)| insta::assert_snapshot!(*name, part));
    }

    #[test]
    fn no_name_is_a_directive() {
        let mut entry = sample::entries().remove(0);
        entry.name = "a\n# TODO\\ b # SKIP".to_owned();
        let expect = r"    ok 1 - setup: a\\u{a}\# TODO\\ b \# SKIP".to_owned() + "\n";
        assert_eq!(point(&entry.into(), 1, true), expect);
    }

    #[test]
    fn a_story_without_sent_cases_is_skipped() {
        let mut skipped = sample::entries().into_iter().filter(|entry| entry.outcome == Verdict::Skipped);
        let (mut tap, mut out) = (Tap::default(), Vec::new());
        tap.case(&skipped.next().expect("one").into(), &mut out).expect("memory");
        tap.end(&mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("\nok 1 - cases/imprint/link.yaml # SKIP every case was skipped\n"), "{text}");
    }

    #[test]
    fn an_interrupted_run_bails_out() {
        let mut out = Vec::new();
        let mut tap = Tap { interrupted: true, ..Tap::default() };
        tap.end(&mut out).expect("memory");
        assert_eq!(out, b"1..0\nBail out! The run was interrupted.\n");
    }
}
