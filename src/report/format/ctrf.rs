//! `ctrf.json`: the Common Test Report Format (CTRF).

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::diff::visible;
use crate::record::{Entry, Head, Role, Since, Verdict};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::clock::Clock;
use crate::report::text::json_list::JsonList;
use crate::report::text::phrases;

/// Version of the format.
const VERSION: &str = "0.0.0";

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "ctrf",
    file: "ctrf.json",
    summary: "ctrf.json: the Common Test Report Format",
    is_default: false,
    marker: TOOL,
    output: Output::File(|_| Box::new(Ctrf::default())),
};

/// Writes one test per case.
#[derive(Debug, Default)]
pub(crate) struct Ctrf {
    clock: Clock,
    tests: JsonList,
}

impl Renderer for Ctrf {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.clock = Clock::starting(&head.started);
        let summary = &head.summary;
        let (start, stop) = (self.clock.millisecond(0.0), self.clock.millisecond(head.seconds * 1000.0));
        let tool = json!({ "name": or_unnamed(&head.tool.name), "version": visible(&head.tool.version) });
        // A case without a response has not passed, and readers look at failures only.
        let known = head.tolerated(summary);
        let failed = summary.failed.saturating_sub(known).saturating_add(summary.errored);
        let summary = json!({
            "tests": summary.cases, "flaky": summary.flaky, "passed": summary.passed, "failed": failed, "skipped": summary.skipped,
            "pending": 0, "other": known, "start": start, "stop": stop, "duration": stop.saturating_sub(start),
            "extra": { "errored": summary.errored, "invalid": summary.invalid, "known": summary.known, "warnings": summary.warnings, "notChecked": summary.not_checked,
                "acknowledged": summary.acknowledged, "busy": summary.busy, "waived": summary.waived, "assumed": summary.assumed, "notRun": summary.not_run },
        });
        let contract = &head.contract;
        let environment = json!({
            "testEnvironment": visible(&head.target.name),
            "extra": { "contract": visible(&contract.file), "contractTitle": visible(&contract.title),
                "contractVersion": visible(&contract.version), "contractSha256": visible(&contract.sha256),
                "target": visible(&head.target.url), "partner": head.target.partner.as_deref().map(visible), "seed": head.seed, "interrupted": head.interrupted },
        });
        let generator = format!("{} {}", head.tool.name, head.tool.version);
        writeln!(out, "{{\n  \"reportFormat\": \"CTRF\",\n  \"specVersion\": \"{VERSION}\",")?;
        let now = self.clock.after(head.seconds * 1000.0).to_string();
        writeln!(out, "  \"timestamp\": {},\n  \"generatedBy\": {},", json!(now), json!(visible(&generator)))?;
        writeln!(out, "  \"results\": {{\n  \"tool\": {tool},\n  \"summary\": {summary},")?;
        write!(out, "  \"environment\": {environment},\n  \"tests\": ")
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.tests.push(&Test::new(case, self.clock), out)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.tests.close(out)?;
        out.write_all(b"\n  }\n}\n")
    }
}

/// One case.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test<'a> {
    test_id: String,
    name: String,
    status: &'static str,
    raw_status: &'static str,
    duration: i64,
    start: i64,
    stop: i64,
    suite: [String; 1],
    file_path: &'a str,
    line: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    labels: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    flaky: bool,
}

impl<'a> Test<'a> {
    fn new(case: &'a ReportedCase<'_>, clock: Clock) -> Self {
        let entry = &*case.entry;
        let (start, stop) = (clock.millisecond(entry.started_ms), clock.millisecond(entry.started_ms + entry.took_ms));
        let found = entry.outcome == Verdict::Failed || !entry.findings.is_empty() || !entry.waived.is_empty();
        Self {
            test_id: or_unnamed(&entry.case),
            name: or_unnamed(&phrases::name(entry)),
            status: match entry.outcome {
                Verdict::Passed => "passed",
                Verdict::Failed if entry.tolerated => "other",
                Verdict::Failed | Verdict::Errored => "failed",
                Verdict::Skipped => "skipped",
            },
            raw_status: phrases::outcome(entry),
            duration: stop.saturating_sub(start),
            start,
            stop,
            suite: [visible(&entry.story).into_owned()],
            file_path: &entry.place.file,
            line: entry.place.line,
            kind: "contract",
            tags: entry.tags.iter().map(|tag| visible(tag).into_owned()).collect(),
            labels: labels(entry),
            message: Some(phrases::message(entry)).filter(|message| !message.is_empty()),
            trace: found.then(|| case.text().trim_end()),
            retries: entry.attempts.checked_sub(1).filter(|retries| *retries > 0),
            flaky: entry.flaky,
        }
    }
}

fn labels(entry: &Entry) -> BTreeMap<&str, String> {
    let operation = entry.operation.as_ref().map(|name| ("operation", name.clone()));
    let endpoint = Some(("endpoint", format!("{} {}", entry.method, entry.path)));
    let requirements = &entry.requirements;
    let requirement = (!requirements.is_empty()).then(|| ("requirement", requirements.join(", ")));
    let violations = phrases::violations(entry);
    let violates = (!violations.is_empty()).then(|| ("violates", violations.join(", ")));
    let check = entry.findings.first().map(|finding| ("check", phrases::note(finding)));
    let role = (entry.role == Role::Setup)
        .then_some(("role", "setup"))
        .or((entry.role == Role::Teardown).then_some(("role", "teardown")))
        .map(|(name, role)| (name, role.to_owned()));
    let request = entry.request_id.as_ref().map(|(_, id)| ("requestId", id.clone()));
    let finding = entry.findings.first().map(|finding| ("finding", finding.fingerprint.clone()));
    let since = |since| entry.findings.iter().any(|finding| finding.since == Some(since));
    let new = since(Since::New).then(|| ("since", "new".to_owned()));
    let since = new.or_else(|| since(Since::Known).then(|| ("since", "known".to_owned())));
    let labels =
        [operation, endpoint, requirement, violates, check, finding, since, request, role].into_iter().flatten();
    let own = entry.properties.iter().map(|(name, value)| (name.as_str(), value.clone()));
    own.chain(labels).map(|(name, text)| (name, visible(&text).into_owned())).collect()
}

/// Returns a non-empty name, as the format requires.
fn or_unnamed(text: &str) -> String {
    if text.is_empty() { "(unnamed)".to_owned() } else { visible(text).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        insta::assert_snapshot!(sample::rendered(&mut Ctrf::default()));
    }
}
