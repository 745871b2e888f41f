//! Composes texts: by format, by pattern, by length, by the name of the member.

use serde_json::Value;

use super::dice::Dice;
use super::parts::Parts;
use super::value::Unsatisfied;
use super::{lifelike, pattern};

/// The longest text that is composed, in characters.
const LONGEST: usize = 100_000;

/// A text that keeps `parts`; another one for another `nth`, where neither format nor pattern leaves no choice. With `random`, one
/// as fits the name.
pub(super) fn compose(parts: &Parts<'_>, nth: usize, random: Option<(String, Dice)>) -> Result<Value, Unsatisfied> {
    let (least, most) = (parts.at_least("minLength"), parts.at_most("maxLength"));
    if least > most.min(LONGEST) {
        return Err(parts.unsatisfied("no text of that length is composed"));
    }
    let length = |text: &str| (least..=most).contains(&text.chars().count());
    let patterns: Vec<_> = parts.all("pattern").filter_map(Value::as_str).collect();
    let fits = |text: &String| length(text) && patterns.iter().all(|pattern| pattern::is_match(pattern, text));
    let formats = || parts.all("format").filter_map(Value::as_str);
    let encoded = encoded(parts).map(str::to_owned);
    let mut usual: Vec<_> =
        formats().find_map(|format| plain(format, nth)).map(|text| longer(text, least)).into_iter().collect();
    usual.extend(encoded);
    let is_free = usual.is_empty() && patterns.is_empty();
    if let Some((name, mut dice)) = random {
        let lifelike = formats().find_map(|format| lifelike::formatted(format, &mut dice));
        let named = || usual.is_empty().then(|| lifelike::named(&name, &mut dice));
        if let Some(text) = lifelike.or_else(named) {
            usual.insert(0, text);
        }
    }
    if let Some(fitting) = usual.iter().find(|text| fits(text)) {
        return Ok(fitting.as_str().into());
    }
    if patterns.is_empty() {
        let last = usual.pop().filter(|_| !is_free);
        return Ok(last.unwrap_or_else(|| lengthened(least, most, nth)).into());
    }
    let mut made = patterns.iter().filter_map(|pattern| pattern::matching(pattern, least, nth)).collect::<Vec<_>>();
    if let Some(fitting) = made.iter().position(fits) {
        return Ok(made.swap_remove(fitting).into());
    }
    // What this engine takes for a mismatch may be none to the one that judges.
    made.pop().map(Value::from).ok_or_else(|| parts.unsatisfied("no text is composed for its pattern"))
}

/// Letters, with a number at the end for another `nth`.
fn lengthened(least: usize, most: usize, nth: usize) -> String {
    let number = if nth == 0 { String::new() } else { nth.to_string() };
    let letters =
        "string".chars().chain(std::iter::repeat('x')).take(least.max(6).min(most.saturating_sub(number.len())));
    letters.chain(number.chars()).take(most).collect()
}

/// An address or reference may grow at its end; other formats have a length of their own.
fn longer(text: String, least: usize) -> String {
    let missing = least.saturating_sub(text.chars().count());
    if text.contains('/') { text + &"x".repeat(missing) } else { text }
}

/// A text that `contentEncoding` and `contentMediaType` allow.
fn encoded(parts: &Parts<'_>) -> Option<&'static str> {
    let is_json = parts.all("contentMediaType").any(|kind| kind.as_str().is_some_and(|kind| kind.contains("json")));
    let encoding = parts.all("contentEncoding").find_map(Value::as_str).map(str::to_ascii_lowercase);
    match (encoding.as_deref(), is_json) {
        (Some("base64" | "base64url"), true) => Some("e30="),
        (Some("base64" | "base64url"), false) => Some("dGV4dDEy"),
        (Some("base32"), _) => Some("ORSXQ5A="),
        (Some("base16"), _) => Some("74657874"),
        (_, true) => Some("{}"),
        _ => None,
    }
}

/// A text of a format that is known (JSON Schema 2020-12 §7.3, the OpenAPI format registry).
fn plain(format: &str, nth: usize) -> Option<String> {
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
