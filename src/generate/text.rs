//! Composes texts: by format, by pattern, by length.

use serde_json::Value;

use super::parts::Parts;
use super::pattern;
use super::value::Unsatisfied;

/// The longest text that is composed, in characters.
const LONGEST: usize = 100_000;

/// A text that keeps `parts`; another one for another `nth`, where neither format nor pattern leaves no choice.
pub(super) fn compose(parts: &Parts<'_>, nth: usize) -> Result<Value, Unsatisfied> {
    let (least, most) = (parts.at_least("minLength"), parts.at_most("maxLength"));
    if least > most.min(LONGEST) {
        return Err(parts.unsatisfied("no text of that length is composed"));
    }
    if let Some(pattern) = parts.all("pattern").find_map(Value::as_str) {
        let fitting = pattern::matching(pattern, least);
        return fitting.map(Value::from).ok_or_else(|| parts.unsatisfied("no text is composed for its pattern"));
    }
    if let Some(text) = parts.all("format").filter_map(Value::as_str).find_map(|format| formatted(format, nth)) {
        return Ok(text.into());
    }
    let number = if nth == 0 { String::new() } else { nth.to_string() };
    let letters =
        "text".chars().chain(std::iter::repeat('x')).take(least.max(4).min(most.saturating_sub(number.len())));
    Ok(letters.chain(number.chars()).take(most).collect::<String>().into())
}

/// A text of a format that is known (JSON Schema 2020-12 §7.3, the OpenAPI format registry).
fn formatted(format: &str, nth: usize) -> Option<String> {
    Some(match format {
        "date-time" => format!("2025-01-31T12:{:02}:{:02}Z", nth / 60 % 60, nth % 60),
        "date" => format!("2025-{:02}-{:02}", nth / 28 % 12 + 1, nth % 28 + 1),
        "time" => format!("12:{:02}:{:02}Z", nth / 60 % 60, nth % 60),
        "duration" => format!("P{}D", nth + 1),
        "email" | "idn-email" if nth == 0 => "person@example.com".to_owned(),
        "email" | "idn-email" => format!("person{nth}@example.com"),
        "hostname" | "idn-hostname" if nth == 0 => "example.com".to_owned(),
        "hostname" | "idn-hostname" => format!("host{nth}.example.com"),
        "ipv4" => format!("192.0.2.{}", nth % 254 + 1),
        "ipv6" => format!("2001:db8::{:x}", nth % 0xffff + 1),
        "uri" | "iri" | "url" if nth == 0 => "https://example.com/".to_owned(),
        "uri" | "iri" | "url" => format!("https://example.com/{nth}"),
        "uri-reference" | "iri-reference" | "uri-template" | "json-pointer" => format!("/{nth}"),
        "relative-json-pointer" => nth.to_string(),
        "uuid" => format!("0b7f3f0c-9a59-4d3c-8a5e-{nth:012x}"),
        "regex" => format!("^.{{{nth}}}"),
        "byte" => format!("dGV4d{}A=", char::from(b"AEIMQUYcgkosw048"[nth % 16])),
        _ => return None,
    })
}
