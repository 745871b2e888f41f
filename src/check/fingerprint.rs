//! Identity of a finding across runs: the rule, the location of the rule, and the location of the breach.
//!
//! A fingerprint is written into waivers and compared with earlier runs, so it survives everything that does not make another breach
//! of it: edits that move lines, values that differ, rows of a table. How it is made never changes.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::case::{Case, Story};
use crate::contract::{Contract, Location};
use crate::pointer::Pointer;
use crate::rules;

use super::finding::{Finding, Origin};

/// Of a SHA-256 the first 48 bits, written as 12 hex digits; the first is made a letter, so that YAML takes none for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint([u8; 6]);

impl Fingerprint {
    /// The fingerprint of a finding of `case`, one of `story`.
    pub(crate) fn of(finding: &Finding, contract: &Contract, story: &Story, case: &Case) -> Self {
        let operation = case.operation.and_then(|index| contract.operations.get(index));
        let (part, name, at) = located(&finding.location);
        let (file, rule, at_rule): (&str, _, _) = match &finding.origin {
            Origin::Contract(anchor) => {
                let document = contract.documents.get(anchor.document);
                (document.map_or("", |document| document.name()), String::new(), anchor.pointer.clone())
            }
            // 2XX is expected of every case that says nothing: no file says so.
            Origin::Case(_) if finding.check == rules::EXPECTED_STATUS && case.expect.status.is_empty() => {
                ("", String::new(), Pointer::root())
            }
            Origin::Case(pointer) => {
                let below = pointer.rebased(&case.at, &Pointer::root()).unwrap_or_else(|| pointer.clone());
                (&case.file(story).name, written_name(story, case), below)
            }
        };
        Self::over(&[
            operation.map_or("", |operation| &operation.name),
            finding.check,
            finding.keyword.as_deref().unwrap_or_default(),
            part,
            name,
            &general(at),
            file,
            &rule,
            at_rule.as_str(),
            &identifying_actual(finding),
        ])
    }

    /// Reads one as [`Display`](fmt::Display) writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 12 || !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.bytes().all(is_digit) {
            return None;
        }
        let mut bytes = [0; 6];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Each field with its length before it, so that no two lists of fields are the same bytes.
    fn over(fields: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for field in fields {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        let mut bytes = [0; 6];
        bytes.iter_mut().zip(hasher.finalize()).for_each(|(byte, digit)| *byte = digit);
        bytes[0] = ((10 + (bytes[0] >> 4) % 6) << 4) | (bytes[0] & 0xf);
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The case's name as its file writes it, templates and all, with its part in the story: the rows of a table share it.
fn written_name(story: &Story, case: &Case) -> String {
    let written = case.file(story).document.value().pointer(case.at.join("name").as_str());
    let list = case.at.tokens().next().unwrap_or_default();
    format!("{list}/{}", written.and_then(Value::as_str).unwrap_or(&case.name))
}

fn located(location: &Location) -> (&'static str, &str, Option<&Pointer>) {
    match location {
        Location::Method => ("method", "", None),
        Location::Path => ("path", "", None),
        Location::Security => ("security", "", None),
        Location::Status => ("status", "", None),
        Location::Response => ("response", "", None),
        Location::Request => ("request", "", None),
        Location::PathParameter(name, at) => ("path", name, Some(at)),
        Location::Query(name, at) => ("query", name, Some(at)),
        Location::Header(name, at) => ("header", name, Some(at)),
        Location::Cookie(name, at) => ("cookie", name, Some(at)),
        Location::Body(at) => ("body", "", Some(at)),
    }
}

/// The pointer with `*` for array indexes, and for property names that can only be values: ids and addresses.
fn general(at: Option<&Pointer>) -> String {
    let mut general = Pointer::root();
    for token in at.iter().flat_map(|at| at.tokens()) {
        general.push(if is_name(&token) { &token } else { "*" });
    }
    general.as_str().to_owned()
}

/// Number of digits from which a property name counts as an id.
const DIGITS_OF_AN_ID: usize = 5;

fn is_name(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    digits < DIGITS_OF_AN_ID.min(token.len()) && !token.get(1..).is_some_and(|rest| rest.contains('@'))
}

/// The actual value, if it identifies the violation: a waiver for a 500 does not cover a 418. Of a media type, only its name.
fn identifying_actual(finding: &Finding) -> Cow<'_, str> {
    let Some(actual) = &finding.actual else { return "".into() };
    match (finding.check, &finding.location) {
        (rules::CONTENT_TYPE_DOCUMENTED, _) => {
            actual.trim_matches('"').split(';').next().unwrap_or_default().trim().to_ascii_lowercase().into()
        }
        (_, Location::Status) => actual.into(),
        _ => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_changes() {
        let made = Fingerprint::over(&["linkCustomerAccount", "body-schema", "", "body"]);
        assert_eq!(made.to_string(), "d304f71a87de");
        assert_eq!(Fingerprint::parse(&made.to_string()), Some(made));
        assert_ne!(made, Fingerprint::over(&["linkCustomerAccount", "body-schema", "body", ""]));
    }

    #[test]
    fn only_twelve_lower_case_hex_digits_are_one() {
        for text in ["", "a123456789", "a123456789abc", "a123456789AB", "a123456789ag", "0123456789ab", "é123456789a"]
        {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }

    #[test]
    fn places_of_values_are_one_place() {
        let check = |at: &str, expect: &str| assert_eq!(general(Pointer::parse(at).as_ref()), expect);
        check("/items/0/name", "/items/*/name");
        check("/by_id/BBB815E9-F654-438D-9AD3-3F7BB8136FC0/status", "/by_id/*/status");
        check("/by/a@b.example/@id", "/by/*/@id");
        check("/address_line_1/x509/a~1b", "/address_line_1/x509/a~1b");
        check("/", "/*");
        check("", "");
    }
}
