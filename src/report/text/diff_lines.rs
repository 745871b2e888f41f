//! The diff of one case, shared by all formats: findings outside the body first, then the body.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::diff::{self, Change, Kind, Line, NumberLiterals, Role, VerbatimValue, shorten};
use crate::difference::{AssertionFailure, Difference};
use crate::pointer::Pointer;
use crate::quantity::count;
use crate::record::{Body, EarlierAttempt, Entry, Exchange, Finding, Part, Severity};

use super::body_preview::{MAX_LINE, preview};
use super::distinct::elements;
use super::phrases::{location, note, place};

/// Lays out the diff of one entry; empty if there is neither a response nor a finding.
pub(crate) fn lines(entry: &Entry) -> Vec<Line> {
    let heading = |attempt: u64| Line::plain(Role::Context, format!("attempt {attempt} of {}:", entry.attempts));
    let mut lines = Vec::new();
    for EarlierAttempt { attempt, exchange } in &entry.earlier {
        let findings: Vec<_> = entry.findings.iter().filter(|finding| finding.attempt == Some(*attempt)).collect();
        lines.push(heading(*attempt));
        lines.extend(of_exchange(exchange, &findings));
    }
    let is_shown = |finding: &&Finding| entry.earlier.iter().any(|earlier| finding.attempt == Some(earlier.attempt));
    let (last, without_exchange): (Vec<_>, Vec<_>) =
        entry.findings.iter().filter(|finding| !is_shown(finding)).partition(|finding| finding.attempt.is_none());
    if !without_exchange.is_empty() {
        lines.push(Line::plain(Role::Context, "attempts that are not recorded:".to_owned()));
        lines.extend(outside_body(&without_exchange));
    }
    let is_only = lines.is_empty();
    let of_last = match &entry.exchange {
        Some(exchange) => of_exchange(exchange, &last),
        None => outside_body(&last),
    };
    lines.extend((!is_only && !of_last.is_empty()).then(|| heading(entry.attempts)));
    lines.extend(of_last);
    lines
}

/// Lays out the findings of one exchange, and its body.
fn of_exchange(exchange: &Exchange, findings: &[&Finding]) -> Vec<Line> {
    let response = exchange.response.as_ref();
    // A malformed body is shown verbatim: parsing and formatting it would hide the mistake.
    let malformed = findings.iter().any(|finding| is_malformed(finding));
    let text = response.filter(|_| !malformed).and_then(|response| text(&response.body)).unwrap_or_default();
    let value: Option<Value> = serde_json::from_str(text).ok();
    let digits = NumberLiterals::parse(if value.is_some() { text } else { "" });
    let value = value.as_ref().map(|value| VerbatimValue::new(value, &digits));
    let (inside, around): (Vec<_>, Vec<_>) =
        findings.iter().copied().partition(|finding| value.is_some() && finding.r#in == Part::Body);
    let mut lines = outside_body(&around);
    let body = match (response, value) {
        (Some(_), Some(value)) if !inside.is_empty() => {
            let (shown, folded) = fold_repeated(&inside);
            diff::lines(value, &changes(&shown)).into_iter().chain(folded).collect()
        }
        (Some(response), value) => preview(response, value),
        (None, _) => Vec::new(),
    };
    if !lines.is_empty() && !body.is_empty() {
        lines.push(Line::plain(Role::Context, String::new()));
    }
    lines.extend(body);
    lines
}

/// Maximum number of elements of a list that are shown with the same finding.
const MAX_ELEMENTS: u64 = 3;

/// Returns the findings of the first elements of each list, and a line per finding that further elements have.
fn fold_repeated<'f>(findings: &[&'f Finding]) -> (Vec<&'f Finding>, Vec<Line>) {
    let mut seen: HashMap<(&str, String), u64> = HashMap::new();
    let mut shown = Vec::new();
    for finding in findings.iter().copied() {
        let number = seen.entry((finding.fingerprint.as_str(), elements(&finding.at))).or_default();
        *number += 1;
        if *number <= MAX_ELEMENTS || finding.at == elements(&finding.at) {
            shown.push(finding);
        }
    }
    let mut further: Vec<_> =
        seen.into_iter().filter(|((_, at), number)| *number > MAX_ELEMENTS && at.contains('*')).collect();
    further.sort();
    let line = |((_, at), number): ((&str, String), u64)| {
        let text = format!("… the same at {} of {at}", count(number - MAX_ELEMENTS, "more element"));
        Line::plain(Role::Fold, text)
    };
    (shown, further.into_iter().map(line).collect())
}

/// Returns the expected and the actual lines of findings without context. Equal findings of several elements, cases or operations
/// are shown once.
pub(crate) fn brief(findings: &[&Finding]) -> Vec<Line> {
    let mut seen = HashSet::new();
    let shown = |finding: &Finding| (label(finding), finding.check.clone(), finding.expected.clone());
    let distinct: Vec<_> = findings.iter().copied().filter(|finding| seen.insert(shown(finding))).collect();
    outside_body(&distinct)
}

/// Returns the whole body, or the excerpt around the findings if the record holds only a part of it.
fn text(body: &Body) -> Option<&str> {
    let whole = body.text.as_deref().filter(|_| body.left_out == 0);
    whole.or(body.excerpt.as_deref())
}

fn changes(findings: &[&Finding]) -> Vec<Change> {
    let kind = |finding: &Finding| match (finding.unexpected, &finding.actual) {
        (true, _) => Kind::Unexpected,
        (false, None) => Kind::Missing,
        (false, Some(_)) => Kind::Wrong,
    };
    let change = |finding: &&Finding| Change {
        at: Pointer::parse(&finding.at).unwrap_or_default(),
        kind: kind(finding),
        expected: finding.expected.clone(),
        literal: finding.literal,
        note: note_with_severity(finding),
        place: place(&finding.place),
    };
    findings.iter().map(change).collect()
}

/// Lays out findings in status, headers and the like: the expected values of one location, then the actual value. Findings about
/// the whole response are assertions, each of which fails in its own way.
fn outside_body(findings: &[&Finding]) -> Vec<Line> {
    let mut open: Vec<&Finding> = findings.to_vec();
    let mut lines = Vec::new();
    while let Some(first) = open.first().copied() {
        let label = label(first);
        let is_same = |other: &&Finding| {
            std::ptr::eq(*other, first)
                || (first.r#in != Part::Response && self::label(other) == label && other.actual == first.actual)
        };
        let (same, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(is_same);
        open = rest;
        let expected = same.iter().filter(|finding| !finding.unexpected);
        lines.extend(expected.map(|finding| annotated(Role::Removed, &label, &finding.expected, finding)));
        let actual = actual(first);
        lines.push(match same.iter().find(|finding| finding.unexpected) {
            Some(finding) => annotated(Role::Added, &label, &actual, finding),
            None => Line::plain(Role::Added, shown(first, &label, &actual)),
        });
    }
    lines
}

/// Returns the actual value; for an assertion also how it failed, unless its operands show that.
fn actual(finding: &Finding) -> Cow<'_, str> {
    match (&finding.actual, &finding.difference) {
        (_, Difference::Malformed { .. } | Difference::DuplicateName { .. }) => finding.sentence().into(),
        (None, difference) => difference.failure().unwrap_or("(missing)").into(),
        (Some(actual), Difference::Assertion { failure, .. }) if *failure != AssertionFailure::False => {
            format!("{actual} ({})", finding.difference.failure().unwrap_or_default()).into()
        }
        (Some(actual), _) => actual.into(),
    }
}

/// Whether the body has no value that could be shown as a diff.
fn is_malformed(finding: &Finding) -> bool {
    matches!(finding.difference, Difference::Malformed { .. } | Difference::DuplicateName { .. })
}

/// Formats the check of a finding; a warning is marked, since its case may have passed or failed for another reason.
fn note_with_severity(finding: &Finding) -> String {
    let severity = if finding.severity == Severity::Warning { " (warning)" } else { "" };
    note(finding) + severity
}

fn label(finding: &Finding) -> String {
    let name = finding.name.as_deref().unwrap_or_default();
    match finding.r#in {
        // The whole text is malformed, wherever the parser stopped.
        Part::Body if is_malformed(finding) => "body: ".to_owned(),
        Part::Status => "HTTP ".to_owned(),
        Part::Header => format!("{name}: "),
        Part::Response => String::new(),
        Part::Request => "request ".to_owned(),
        Part::Body => format!("body{}: ", finding.at),
        Part::Method => "method ".to_owned(),
        Part::Security => "credentials ".to_owned(),
        Part::Path | Part::Query | Part::Cookie => format!("{} ", location(finding)),
    }
}

fn annotated(role: Role, label: &str, text: &str, finding: &Finding) -> Line {
    Line {
        annotation: Some((note_with_severity(finding), place(&finding.place))),
        ..Line::plain(role, shown(finding, label, text))
    }
}

/// Formats a value after its label. Headers are shown as on the wire, without the quotes of JSON.
fn shown(finding: &Finding, label: &str, text: &str) -> String {
    let is_header = finding.r#in == Part::Header;
    let unquoted = is_header.then(|| serde_json::from_str::<String>(text).ok()).flatten();
    shorten(&format!("{label}{}", unquoted.as_deref().unwrap_or(text)), MAX_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;
    use crate::report::tests::sample;

    #[test]
    fn equal_findings_are_shown_once() {
        let failed = sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Failed).expect("one failed");
        let finding = &failed.findings[0];
        let other = Finding { expected: "\"OPEN\"".to_owned(), ..finding.clone() };
        assert_eq!(brief(&[finding, finding, finding]), brief(&[finding]));
        assert_eq!(brief(&[finding, &other, finding]).len(), 3);
    }

    #[test]
    fn elements_with_the_same_finding_are_folded() {
        let failed = sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Failed).expect("one failed");
        let check = |elements: usize, expect: [usize; 2], last: Option<&str>| {
            let mut entry = failed.clone();
            let finding = entry.findings.remove(0);
            let at = |index: usize| Finding { at: format!("/items/{index}/status"), ..finding.clone() };
            entry.findings = (0..elements).map(at).collect();
            let items = vec![serde_json::json!({ "status": "active" }); elements];
            let body = serde_json::json!({ "items": items }).to_string();
            let response = entry.exchange.as_mut().and_then(|exchange| exchange.response.as_mut()).expect("a response");
            response.body = Body { size: body.len() as u64, text: Some(body), ..Body::default() };
            let lines = lines(&entry);
            let of = |role| lines.iter().filter(|line| line.role == role).count();
            assert_eq!([of(Role::Removed), of(Role::Added)], expect);
            let fold = lines.last().filter(|line| line.role == Role::Fold).map(|line| line.text.as_str());
            assert_eq!(fold, last);
        };
        check(3, [3, 3], None);
        check(47, [3, 3], Some("… the same at 44 more elements of /items/*/status"));
    }
}
