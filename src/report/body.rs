//! What went wrong in one exchange as the lines of a diff, shared by every format: first what is around the body, then the body.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::diff::{self, Change, Kind, Line, NumberLiterals, Role, Written, shorten, visible};
use crate::difference::{AssertionFailure, Difference};
use crate::pointer::Pointer;
use crate::record::{Body, Entry, Finding, Part, Response};

/// Lines of a body shown where nothing in it is wrong, or where it is not JSON.
const PREVIEW: usize = 20;

/// Characters of one line of text shown.
const MAX_LINE: usize = 200;

/// Bytes in a row of a body that is not text, and rows shown of it.
const ROW: usize = 16;
const ROWS: usize = 4;

/// The diff of one entry; empty when nothing came and nothing was found.
pub fn lines(entry: &Entry) -> Vec<Line> {
    let response = entry.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    // A body that is not well-formed is shown as it came: a parsed one would hide what is wrong with it.
    let malformed = entry.findings.iter().any(is_malformed);
    let text = response.filter(|_| !malformed).and_then(|response| text(&response.body)).unwrap_or_default();
    let value: Option<Value> = serde_json::from_str(text).ok();
    let digits = NumberLiterals::parse(if value.is_some() { text } else { "" });
    let value = value.as_ref().map(|value| Written::new(value, &digits));
    let (inside, around): (Vec<_>, Vec<_>) =
        entry.findings.iter().partition(|finding| value.is_some() && finding.r#in == Part::Body);
    let mut lines = beside(&around);
    let body = match (response, value) {
        (Some(_), Some(value)) if !inside.is_empty() => diff::lines(value, &changes(&inside)),
        (Some(response), value) => preview(response, value),
        (None, _) => Vec::new(),
    };
    if !lines.is_empty() && !body.is_empty() {
        lines.push(line(Role::Context, String::new()));
    }
    lines.extend(body);
    lines
}

/// What one finding asks and what came, without what stands around it.
pub fn brief(finding: &Finding) -> Vec<Line> {
    beside(&[finding])
}

/// `body-schema: enum`.
pub fn note(finding: &Finding) -> String {
    let keyword = finding.keyword.as_ref().filter(|keyword| !keyword.is_empty());
    visible(&keyword.map_or_else(|| finding.check.clone(), |keyword| format!("{}: {keyword}", finding.check)))
        .into_owned()
}

/// `specs/imprint.yaml:108:11`.
pub fn place(place: &crate::record::Place) -> String {
    visible(&format!("{}:{}:{}", place.file, place.line, place.column)).into_owned()
}

/// The whole body; of one that is shortened in the record what stands around the findings, never its beginning for the whole.
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
        note: note(finding),
        place: place(&finding.place),
    };
    findings.iter().map(change).collect()
}

/// Status, headers and the like: what was asked of one thing, from every finding, then what came. What is said of the answer as a
/// whole are assertions, each with its own way to fail.
fn beside(findings: &[&Finding]) -> Vec<Line> {
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
        let asked = same.iter().filter(|finding| !finding.unexpected);
        lines.extend(asked.map(|finding| annotated(Role::Removed, &label, &finding.expected, finding)));
        let came = actual(first);
        lines.push(match same.iter().find(|finding| finding.unexpected) {
            Some(finding) => annotated(Role::Added, &label, &came, finding),
            None => line(Role::Added, shown(first, &label, &came)),
        });
    }
    lines
}

/// Returns the actual value; for an assertion also how it failed, unless its operands show that.
fn actual(finding: &Finding) -> Cow<'_, str> {
    match (&finding.actual, &finding.difference) {
        (_, Difference::Malformed { .. }) => finding.sentence().into(),
        (None, difference) => difference.failure().unwrap_or("(missing)").into(),
        (Some(actual), Difference::Assertion { failure, .. }) if *failure != AssertionFailure::False => {
            format!("{actual} ({})", finding.difference.failure().unwrap_or_default()).into()
        }
        (Some(actual), _) => actual.into(),
    }
}

/// Whether the body does not follow the syntax of its media type.
fn is_malformed(finding: &Finding) -> bool {
    matches!(finding.difference, Difference::Malformed { .. })
}

fn label(finding: &Finding) -> String {
    let name = finding.name.as_deref().unwrap_or_default();
    match finding.r#in {
        // It is the text that is wrong, wherever in it the reader stopped.
        Part::Body if is_malformed(finding) => "body: ".to_owned(),
        Part::Status => "HTTP ".to_owned(),
        Part::Header => format!("{name}: "),
        Part::Response => String::new(),
        Part::Body => format!("body{}: ", finding.at),
        Part::Method => "method ".to_owned(),
        Part::Security => "credentials ".to_owned(),
        Part::Path => format!("path {name}{} ", finding.at),
        Part::Query => format!("query {name}{} ", finding.at),
        Part::Cookie => format!("cookie {name}{} ", finding.at),
    }
}

fn annotated(role: Role, label: &str, text: &str, finding: &Finding) -> Line {
    Line { annotation: Some((note(finding), place(&finding.place))), ..line(role, shown(finding, label, text)) }
}

/// Headers are shown as they stand on the wire, without the quotes of their JSON form.
fn shown(finding: &Finding, label: &str, text: &str) -> String {
    let is_header = finding.r#in == Part::Header;
    let on_the_wire = is_header.then(|| serde_json::from_str::<String>(text).ok()).flatten();
    shorten(&format!("{label}{}", on_the_wire.as_deref().unwrap_or(text)), MAX_LINE)
}

fn line(role: Role, text: String) -> Line {
    Line { role, text, emphasis: Vec::new(), annotation: None }
}

/// The beginning of a body, as context.
fn preview(response: &Response, value: Option<Written<'_>>) -> Vec<Line> {
    let body = &response.body;
    let left_out =
        (body.left_out > 0).then(|| format!("… {} of {} bytes are not in the record", body.left_out, body.size));
    let mut lines = match (value.and_then(|value| serde_json::to_string_pretty(&value).ok()), &body.text) {
        (Some(pretty), _) => first_lines(&pretty),
        (None, Some(text)) => first_lines(text),
        (None, None) => hex(body),
    };
    lines.extend(left_out.map(|text| line(Role::Fold, text)));
    lines
}

fn first_lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<_> =
        text.lines().take(PREVIEW).map(|text| line(Role::Context, shorten(text, MAX_LINE))).collect();
    let more = text.lines().skip(PREVIEW).count();
    lines.extend((more > 0).then(|| line(Role::Fold, format!("… {more} more lines"))));
    lines
}

/// Rows of a body that is not text, around the first byte for which it is none:
/// `000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  .PNG........IHDR`.
fn hex(body: &Body) -> Vec<Line> {
    if body.size == 0 {
        return vec![line(Role::Context, "(no body)".to_owned())];
    }
    let bytes = body.base64.as_ref().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let odd = std::str::from_utf8(&bytes).err().map_or(0, |error| error.valid_up_to());
    let start = (odd / ROW).saturating_sub(1) * ROW;
    let row = |(index, row): (usize, &[u8])| line(Role::Context, hex_row(index * ROW, row));
    let rows = || bytes.chunks(ROW).enumerate();
    // By its first bytes a format is known, wherever it stops being text.
    let mut lines: Vec<_> = rows().take(1.min(start)).map(row).collect();
    let between = start.saturating_sub(ROW);
    lines.extend((between > 0).then(|| line(Role::Fold, format!("… {between} bytes"))));
    lines.extend(rows().skip(start / ROW).take(ROWS).map(row));
    lines.push(line(Role::Fold, format!("… {} bytes, not text", body.size)));
    lines
}

fn hex_row(offset: usize, bytes: &[u8]) -> String {
    let half = |half: &[u8]| half.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
    let (left, right) = bytes.split_at(bytes.len().min(ROW / 2));
    let text: String =
        bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }).collect();
    format!("{offset:06x}  {:<24} {:<24} {text}", half(left), half(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_from_the_first_and_around_what_is_no_text() {
        let check = |text: usize, expect: &[&str]| {
            let bytes = [vec![b'a'; text], vec![0xff; 80]].concat();
            let body = Body { size: bytes.len() as u64, base64: Some(STANDARD.encode(&bytes)), ..Body::default() };
            let shown: Vec<_> =
                hex(&body).into_iter().map(|line| line.text.chars().take(14).collect::<String>()).collect();
            assert_eq!(shown, expect);
        };
        check(0, &["000000  ff ff ", "000010  ff ff ", "000020  ff ff ", "000030  ff ff ", "… 80 bytes, no"]);
        let rows = ["000010  61 61 ", "000020  ff ff ", "000030  ff ff ", "000040  ff ff "];
        check(32, &[&["000000  61 61 "], &rows[..], &["… 112 bytes, n"]].concat());
        let rows = ["000020  61 61 ", "000030  ff ff ", "000040  ff ff ", "000050  ff ff "];
        check(48, &[&["000000  61 61 ", "… 16 bytes"], &rows[..], &["… 128 bytes, n"]].concat());
    }
}
