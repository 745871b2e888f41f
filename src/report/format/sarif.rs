//! `report.sarif`, SARIF 2.1.0: one result per finding, located at its case; one rule per check, with the text of
//! `signoff explain`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::diff::visible;
use crate::quantity;
use crate::record::{CheckText, Entry, Finding, Head, Place, Severity, Since, Verdict};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::clock::Clock;
use crate::report::text::json_list::JsonList;
use crate::report::text::phrases;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// Name of the fingerprints; the version is raised when their algorithm changes.
const FINGERPRINT: &str = "signoffFinding/v1";

/// Name of the fingerprint by which GitHub recognises an alert.
const LINE_HASH: &str = "primaryLocationLineHash";

/// Characters that a URI path may hold unencoded (RFC 3986 §3.3).
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'@').remove(b'+');

/// Maximum number of different notifications; the others are counted.
const MAX_NOTES: usize = 200;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "sarif",
    file: "report.sarif",
    summary: "report.sarif: SARIF 2.1.0, for code scanning",
    is_default: false,
    marker: TOOL,
    output: Output::File(|_| Box::new(Sarif::default())),
};

/// Writes one result per finding.
#[derive(Debug, Default)]
pub(crate) struct Sarif {
    /// Index of each rule by check id.
    rules: BTreeMap<String, usize>,
    /// Fingerprints of the results so far, and whether they are suppressed.
    seen: HashSet<(String, bool)>,
    /// Number of cases with a finding, by fingerprint.
    cases: HashMap<String, u64>,
    results: JsonList,
    tolerates_known: bool,
    invocation: Value,
    notes: Notes,
}

impl Renderer for Sarif {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.rules = head.checks.keys().enumerate().map(|(index, id)| (id.clone(), index)).collect();
        let cases = head.groups.iter().map(|group| (group.finding.fingerprint.clone(), group.cases));
        self.cases = cases.collect();
        self.invocation = invocation(head);
        self.tolerates_known = head.tolerates_known;
        let driver = json!({
            "name": head.tool.name, "version": head.tool.version, "semanticVersion": head.tool.version,
            "rules": head.checks.iter().map(|(id, text)| rule(id, text)).collect::<Vec<_>>(),
        });
        let contract = &head.contract;
        let automation = json!({ "id": format!("{}/{}/", uri(&contract.file), uri(&head.target.name)) });
        let properties = json!({
            "contract": contract, "target": head.target, "seed": head.seed, "summary": head.summary,
        });
        writeln!(out, "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{{")?;
        writeln!(out, "  \"tool\": {{ \"driver\": {driver} }},\n  \"automationDetails\": {automation},")?;
        writeln!(out, "  \"columnKind\": \"unicodeCodePoints\",\n  \"properties\": {properties},")?;
        write!(out, "  \"results\": ")
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        for finding in &entry.findings {
            let is_tolerated = self.tolerates_known && finding.since == Some(Since::Known);
            let justification = || "known: in the baseline, accepted by --fail-on new".to_owned();
            let suppression = is_tolerated.then(|| Suppression { kind: "external", justification: justification() });
            self.add(entry, finding, suppression, out)?;
        }
        for held in &entry.acknowledged {
            let suppression = Suppression { kind: "inSource", justification: visible(&held.reason).into_owned() };
            self.add(entry, &held.finding, Some(suppression), out)?;
        }
        for held in &entry.waived {
            let suppression = Suppression { kind: "external", justification: phrases::waiver(&held.waiver) };
            self.add(entry, &held.finding, Some(suppression), out)?;
        }
        self.notes.add_entry(entry);
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.results.close(out)?;
        let mut invocation = std::mem::take(&mut self.invocation);
        invocation["toolExecutionNotifications"] = std::mem::take(&mut self.notes).notifications();
        write!(out, ",\n  \"invocations\": [{invocation}]\n  }}]\n}}\n")
    }
}

impl Sarif {
    /// Adds the result of a finding, unless an earlier case had it: code scanning shows one alert per finding.
    fn add(
        &mut self,
        entry: &Entry,
        finding: &Finding,
        suppression: Option<Suppression>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let is_suppressed = suppression.is_some();
        if self.seen.insert((finding.fingerprint.clone(), is_suppressed)) || finding.fingerprint.is_empty() {
            self.results.push(&self.result(entry, finding, suppression), out)?;
        }
        Ok(())
    }

    fn result<'a>(&self, entry: &'a Entry, finding: &'a Finding, suppression: Option<Suppression>) -> SarifResult<'a> {
        let (at, case) = (phrases::location(finding), phrases::name(entry));
        SarifResult {
            rule_id: &finding.check,
            rule_index: self.rules.get(&finding.check).copied(),
            level: level(finding.severity),
            message: Text {
                text: escape_message(&format!(
                    "{at}: {} ({} {} · {case})",
                    finding.sentence(),
                    entry.method,
                    entry.path
                )),
            },
            locations: [Location::new(&entry.place, None)],
            related_locations: [Location::new(&finding.place, Some(finding))],
            // GitHub compares the latter: without it, the upload computes one from the line of the case.
            partial_fingerprints: json!({ FINGERPRINT: finding.fingerprint, LINE_HASH: format!("{}:1", finding.fingerprint) }),
            occurrence_count: self.cases.get(&finding.fingerprint).copied().unwrap_or(1),
            baseline_state: finding.since.map(|since| match since {
                Since::New => "new",
                Since::Known => "unchanged",
            }),
            suppressions: suppression.into_iter().collect(),
            properties: json!({
                "case": entry.case, "keyword": finding.keyword, "in": finding.r#in, "at": finding.at,
                "expected": visible(&finding.expected), "actual": finding.actual.as_deref().map(visible),
                "tags": entry.tags, "requestId": entry.request_id.as_ref().map(|(_, id)| visible(id)),
            }),
        }
    }
}

/// One finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    related_locations: [Location; 1],
    partial_fingerprints: Value,
    occurrence_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Value,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u8>,
    physical_location: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

impl Location {
    /// Creates the location of a case, or of the rule of a finding with its source line.
    fn new(place: &Place, finding: Option<&Finding>) -> Self {
        // Lines and columns start at 1.
        let mut region = json!({ "startLine": place.line.max(1), "startColumn": place.column.max(1) });
        if let Some(source) = finding.and_then(|finding| finding.source.as_ref()) {
            region["snippet"] = json!({ "text": visible(source) });
        }
        Self {
            id: finding.map(|_| 1),
            physical_location: json!({ "artifactLocation": { "uri": uri(&place.file) }, "region": region }),
            message: finding
                .map(|finding| Text { text: escape_message(&format!("Rule definition: {}", phrases::note(finding))) }),
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Returns a check as a rule: its first sentence, its rationale, and its whole text as help.
fn rule(id: &str, check: &CheckText) -> Value {
    let text = check.text.trim();
    let or_id = |text: &str| if text.is_empty() { id.to_owned() } else { visible(text).into_owned() };
    json!({
        "id": id,
        "shortDescription": { "text": or_id(&check.summary) },
        "fullDescription": { "text": or_id(&check.rationale) },
        "help": { "text": text, "markdown": text },
        "defaultConfiguration": { "level": level(check.severity) },
    })
}

fn invocation(head: &Head) -> Value {
    let clock = Clock::starting(&head.started);
    json!({
        "executionSuccessful": !head.interrupted && head.summary.errored == 0,
        "startTimeUtc": clock.after(0.0).to_string(),
        "endTimeUtc": clock.after(head.seconds * 1000.0).to_string(),
    })
}

/// Notifications about cases without a response and rules not checked; equal ones are counted.
#[derive(Debug, Default)]
struct Notes {
    counts: BTreeMap<(String, &'static str), (u64, Place)>,
    left_out: u64,
}

impl Notes {
    fn add_entry(&mut self, entry: &Entry) {
        for held in &entry.not_checked {
            self.add(format!("not checked: {}: {}", held.check, held.reason), "note", entry);
        }
        let reason = entry.reason.as_deref().unwrap_or_default();
        match entry.outcome {
            Verdict::Errored => self.add(format!("errored: {reason}"), "error", entry),
            Verdict::Skipped => self.add(format!("skipped: {reason}"), "note", entry),
            Verdict::Passed | Verdict::Failed => {}
        }
    }

    fn add(&mut self, text: String, level: &'static str, entry: &Entry) {
        let full = self.counts.len() >= MAX_NOTES;
        match self.counts.get_mut(&(text.clone(), level)) {
            Some((times, _)) => *times += 1,
            None if full => self.left_out += 1,
            None => drop(self.counts.insert((text, level), (1, entry.place.clone()))),
        }
    }

    fn notifications(self) -> Value {
        let note = |((text, level), (times, place)): ((String, &str), (u64, Place))| {
            let cases = quantity::count(times, "case");
            json!({ "level": level, "message": { "text": escape_message(&format!("{text} ({cases})")) }, "locations": [Location::new(&place, None)] })
        };
        let more = (self.left_out > 0).then(
            || json!({ "level": "note", "message": { "text": format!("{} more, see record.json", self.left_out) } }),
        );
        self.counts.into_iter().map(note).chain(more).collect()
    }
}

/// Returns a path as a URI reference (RFC 3986 §4.2); a colon in its first segment would start a scheme.
fn uri(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Escapes the text of a message, in which `[…](…)` would be a link (SARIF 2.1.0 §3.11.6).
fn escape_message(text: &str) -> String {
    let text = visible(text);
    if !text.contains("](") {
        return text.into_owned();
    }
    text.chars().flat_map(|c| matches!(c, '[' | ']' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        insta::assert_snapshot!(sample::rendered(&mut Sarif::default()));
    }

    #[test]
    fn a_finding_of_many_cases_is_one_result() {
        let entries = sample::entries();
        let count = |entries: &[Entry]| {
            let text = sample::rendered_of(&mut Sarif::default(), entries.to_vec());
            let sarif: Value = serde_json::from_str(&text).expect("JSON");
            let results = sarif["runs"][0]["results"].as_array().expect("results").clone();
            let prints: Vec<_> = results.iter().map(|result| result["partialFingerprints"].clone()).collect();
            assert!(prints.iter().all(|prints| {
                let line = prints[LINE_HASH].as_str().and_then(|text| text.strip_suffix(":1"));
                line.is_some() && line == prints[FINGERPRINT].as_str()
            }));
            results.len()
        };
        assert_eq!(count(&entries), count(&[&entries[..], &entries[..]].concat()));
    }

    #[test]
    fn strings_are_not_links_and_paths_not_schemes() {
        assert_eq!(escape_message("[x](http://evil) a[0]"), r"\[x\](http://evil) a\[0\]");
        assert_eq!(escape_message(r"\[x\](http://evil)"), r"\\\[x\\\](http://evil)");
        assert_eq!(escape_message("a[0] {0}"), "a[0] {0}");
        assert_eq!(uri("cases/a b:ü#.yaml"), "cases/a%20b%3A%C3%BC%23.yaml");
    }

    #[test]
    fn notifications_are_bounded() {
        let mut notes = Notes::default();
        let errored = sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Errored).expect("one");
        for number in 0..MAX_NOTES + 5 {
            let reason = Some(format!("refused {}", number.min(MAX_NOTES + 3)));
            notes.add_entry(&Entry { reason, ..errored.clone() });
        }
        let notifications = notes.notifications();
        let notifications = notifications.as_array().expect("a list");
        assert_eq!(notifications.len(), MAX_NOTES + 1);
        assert_eq!(notifications[MAX_NOTES]["message"]["text"], "5 more, see record.json");
    }
}
