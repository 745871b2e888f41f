//! Short phrases that all formats use: outcomes, durations, counts, locations.

use crate::diff::visible;
use crate::quantity::count;
use crate::record::{
    Acknowledged, Compared, Entry, Finding, Group, Head, Part, Place, Role, Severity, Since, Summary, Verdict, Waiver,
};

use super::distinct::{Distinct, distinct, elements, times};

/// Sign of an errored case.
pub(crate) const ERRORED: &str = "!";

/// State of a finding of a response that asked to retry later.
const BUSY: &str = "while the target was busy";

/// Returns the sign of a case; one with only warnings has passed.
pub(crate) fn glyph(entry: &Entry) -> &'static str {
    match entry.outcome {
        Verdict::Failed if entry.tolerated => "-",
        Verdict::Passed => "✓",
        Verdict::Failed => "✗",
        Verdict::Errored => ERRORED,
        Verdict::Skipped => "-",
    }
}

/// Outcome of a failed case with known findings only, which does not fail the run.
pub(crate) const KNOWN: &str = "known";

/// Returns the name of a case, with a prefix for setup and teardown: `setup: signs in`.
pub(crate) fn name(entry: &Entry) -> String {
    match entry.role {
        Role::Case => entry.name.clone(),
        Role::Setup => format!("setup: {}", entry.name),
        Role::Teardown => format!("teardown: {}", entry.name),
    }
}

/// Formats a duration: `0.4 ms`, `14 ms`, `1.2 s`.
pub(crate) fn duration(milliseconds: f64) -> String {
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}

/// Formats an instant for people: `2026-11-20 10:06:58 UTC` for `2026-11-20T10:06:58.25Z`.
pub(crate) fn instant(text: &str) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..19)) {
        (Some(day), Some("T"), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}

/// Returns the day of an instant: `2026-11-20`.
pub(crate) fn day(text: &str) -> &str {
    text.get(..10).unwrap_or(text)
}

/// Returns what a group of findings is about: the path of a property, with `*` if several elements of a list have the finding, the
/// name of a header or parameter, or the part of the exchange.
pub(crate) fn subject(group: &Group) -> String {
    let Finding { r#in, name, at, .. } = &group.finding;
    let path = match group.elements {
        0 => at.trim_start_matches('/').to_owned(),
        _ => elements(at).trim_start_matches('/').to_owned(),
    };
    match (name, path.is_empty()) {
        (Some(name), true) => name.clone(),
        (Some(name), false) => format!("{name}/{path}"),
        (None, false) => path,
        (None, true) => location_in(*r#in, None, ""),
    }
}

/// Formats the result of a case: `HTTP 200 · 14 ms · 3 findings`.
pub(crate) fn result(entry: &Entry) -> String {
    let exchange = entry.exchange.as_ref();
    let status =
        exchange.and_then(|exchange| exchange.response.as_ref()).map(|response| format!("HTTP {}", response.status));
    let time = exchange.and_then(|exchange| exchange.timings).map(|timings| duration(timings.total_ms));
    let attempts = (entry.attempts > 1).then(|| count(entry.attempts, "attempt"));
    let found: Vec<_> = distinct(&entry.findings).into_iter().map(|distinct| distinct.finding).collect();
    let of = |severity| found.iter().filter(|finding| finding.severity == severity).count() as u64;
    let [errors, warnings] = [of(Severity::Error), of(Severity::Warning)];
    let is_new = |finding: &Finding| finding.since == Some(Since::New);
    let new = match found.iter().filter(|finding| is_new(finding)).count() {
        0 => found.iter().any(|finding| finding.since.is_some()).then(|| "known".to_owned()),
        all if all == found.len() => Some("new".to_owned()),
        some => Some(format!("{some} new")),
    };
    let errors = (errors > 0).then(|| count(errors, "error"));
    let warnings = (warnings > 0).then(|| count(warnings, "warning"));
    let some = |number: usize, noun: &str, state: &str| {
        (number > 0).then(|| format!("{} {state}", count(number as u64, noun)))
    };
    let busy = entry.acknowledged.iter().filter(|held| held.busy).count();
    let acknowledged = some(entry.acknowledged.len() - busy, "finding", "acknowledged");
    let busy = some(busy, "finding", BUSY);
    let waived = some(entry.waived.len(), "finding", "waived");
    let not_checked = some(entry.not_checked.len(), "rule", "not checked");
    let assumed = (!entry.assumed.is_empty()).then(|| "based on an assumption".to_owned());
    let flaky = entry.flaky.then(|| "flaky".to_owned());
    let parts =
        [status, time, attempts, flaky, errors, warnings, new, acknowledged, busy, waived, not_checked, assumed];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Returns the outcomes that occurred with their numbers of cases, the worst first.
pub(crate) fn outcomes(head: &Head) -> impl DoubleEndedIterator<Item = (u64, &'static str)> + use<> {
    let Summary { passed, failed, errored, skipped, .. } = head.summary;
    let known = head.tolerated(&head.summary);
    let all = [
        (failed.saturating_sub(known), "failed"),
        (errored, "errored"),
        (known, KNOWN),
        (skipped, "skipped"),
        (passed, "passed"),
    ];
    all.into_iter().filter(|(number, _)| *number > 0)
}

/// Formats the outcomes: `14 cases: 12 passed, 1 failed, 1 skipped`.
pub(crate) fn counts(head: &Head) -> String {
    let order = |word: &str| ["passed", "failed", "errored", KNOWN, "skipped"].iter().position(|known| *known == word);
    let mut outcomes: Vec<_> = outcomes(head).collect();
    outcomes.sort_by_key(|(_, word)| order(word));
    let shown: Vec<_> = outcomes.iter().map(|(number, word)| format!("{number} {word}")).collect();
    let cases = count(head.summary.cases, "case");
    if shown.is_empty() { cases } else { format!("{cases}: {}", shown.join(", ")) }
}

/// Formats the location of a finding in its exchange: `body/status`, `header/x-request-id`, `status`.
pub(crate) fn location(finding: &Finding) -> String {
    location_in(finding.r#in, finding.name.as_deref(), &finding.at)
}

/// Formats the location of a group of findings: `body/items/*/name (47×)` if several elements of a list have it.
pub(crate) fn group_location(group: &Group) -> String {
    let Finding { r#in, name, at, .. } = &group.finding;
    match group.elements {
        0 => location(&group.finding),
        number => location_in(*r#in, name.as_deref(), &elements(at)) + &times(number),
    }
}

/// Formats a location in a part of an exchange.
pub(crate) fn location_in(part: Part, name: Option<&str>, at: &str) -> String {
    let part = match part {
        Part::Method => "method",
        Part::Path => "path",
        Part::Query => "query",
        Part::Cookie => "cookie",
        Part::Security => "credentials",
        Part::Response => "response",
        Part::Request => "request",
        Part::Status => "status",
        Part::Header => "header",
        Part::Body => "body",
    };
    name.map_or_else(|| format!("{part}{at}"), |name| format!("{part}/{name}{at}"))
}

/// Formats the check and the keyword of a finding: `body-schema: enum`.
pub(crate) fn note(finding: &Finding) -> String {
    let keyword = finding.keyword.as_ref().filter(|keyword| !keyword.is_empty());
    visible(&keyword.map_or_else(|| finding.check.clone(), |keyword| format!("{}: {keyword}", finding.check)))
        .into_owned()
}

/// Formats a location in a file: `specs/imprint.yaml:108:11`.
pub(crate) fn place(place: &Place) -> String {
    visible(&format!("{}:{}:{}", place.file, place.line, place.column)).into_owned()
}

/// Returns what the request of a case violates deliberately, or `unchecked`.
pub(crate) fn violations(entry: &Entry) -> Vec<&str> {
    if entry.unchecked { vec!["unchecked"] } else { entry.violates.iter().map(String::as_str).collect() }
}

/// Returns why a check exists.
pub(crate) fn rationale<'h>(head: &'h Head, check: &str) -> Option<&'h str> {
    head.checks.get(check).map(|text| text.rationale.as_str()).filter(|text| !text.is_empty())
}

/// Formats why a passed case says less than it could: `acknowledged: status-documented: REASON`,
/// `not checked: body-schema: REASON`, `assumption: specs/imprint.overlay.yaml:8:5`.
pub(crate) fn limitations(entry: &Entry) -> Vec<String> {
    let acknowledged = entry.acknowledged.iter();
    let acknowledged = acknowledged.map(|held| format!("{}: {}: {}", state(held), note(&held.finding), held.reason));
    let not_checked = entry.not_checked.iter().map(|held| format!("not checked: {}: {}", held.check, held.reason));
    let assumed = entry.assumed.iter().map(|at| format!("assumption: {}", place(at)));
    acknowledged.chain(not_checked).chain(assumed).collect()
}

/// Returns why a finding in the list of acknowledged ones does not fail the case.
pub(crate) fn state(held: &Acknowledged) -> &'static str {
    if held.busy { BUSY } else { "acknowledged" }
}

/// Formats a waiver: `agreed with the vendor (ada@example.com until 2027-01-31)`.
pub(crate) fn waiver(waiver: &Waiver) -> String {
    visible(&format!("{} ({} until {})", waiver.reason, waiver.owner, waiver.expires)).into_owned()
}

/// Formats why a case has not passed on one line: the reason, or the first finding and the number of the others.
pub(crate) fn message(entry: &Entry) -> String {
    let found = distinct(&entry.findings);
    let first = found.first().map(|Distinct { finding, times: number }| {
        format!("{}: {}{}", finding.check, finding.sentence(), times(*number))
    });
    let more = match found.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {})", count(more as u64, "more finding")),
    };
    let text = entry.reason.clone().or(first).unwrap_or_default();
    format!("{}{more}", visible(&text))
}

/// Returns `passed`, `failed`, `errored`, `skipped`, or `known` for failures that do not fail the run.
pub(crate) fn outcome(entry: &Entry) -> &'static str {
    match entry.outcome {
        Verdict::Failed if entry.tolerated => KNOWN,
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Errored => "errored",
        Verdict::Skipped => "skipped",
    }
}

/// Formats severity and status of a finding: ` (warning)`, ` (warning, known)`, ` (new)`.
pub(crate) fn status(finding: &Finding) -> String {
    let severity = (finding.severity == Severity::Warning).then_some("warning");
    let since = finding.since.map(|since| match since {
        Since::New => "new",
        Since::Known => "known",
    });
    let words: Vec<_> = severity.into_iter().chain(since).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

/// Formats the findings of the baseline that did not occur: `2 findings fixed`, `1 finding not compared`.
pub(crate) fn fixed(head: &Head) -> Vec<String> {
    let Some(Compared { fixed, carried, further, .. }) = &head.baseline else { return Vec::new() };
    let counted = [(fixed.len(), "fixed"), (carried.len() + further.len(), "not compared")];
    let counted = counted.into_iter().filter(|(number, _)| *number > 0);
    counted.map(|(number, state)| format!("{} {state}", count(number as u64, "finding"))).collect()
}
