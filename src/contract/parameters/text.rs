//! Text of one primitive value: encoded for its location, and converted back to its declared types.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Number, Value};

use crate::contract::{Parameter, ParameterIn, Shape, Style, value_summary};

/// Everything but unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encoded in a query despite `allowReserved`: `&`, `+`, `#`, `[` and `]` have a meaning there, and `,` may separate items.
const QUERY: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';')
    .remove(b'=');

/// The text of a string, number or boolean; an error for other values.
pub(super) fn from_primitive(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Err("null cannot be written as text".to_owned()),
        Value::Array(_) => Err("a nested array cannot be written as text".to_owned()),
        Value::Object(_) => Err("a nested object cannot be written as text".to_owned()),
    }
}

/// The encoded name of `parameter`.
pub(super) fn name(parameter: &Parameter) -> String {
    match is_plain(parameter) {
        true => parameter.name.clone(),
        false => utf8_percent_encode(&parameter.name, RESERVED).to_string(),
    }
}

/// Encodes `text` for `parameter`.
pub(super) fn encode(parameter: &Parameter, text: &str) -> Result<String, String> {
    if is_plain(parameter) {
        return plain(parameter, text).map(str::to_owned);
    }
    match parameter.location == ParameterIn::Query && parameter.allow_reserved {
        true => Ok(expand_reserved(text)),
        false => Ok(utf8_percent_encode(text, RESERVED).to_string()),
    }
}

/// Encodes `text` by reserved expansion (RFC 6570 §3.2.3): what is encoded already stays.
fn expand_reserved(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().map(|part| utf8_percent_encode(part, QUERY).to_string());
    parts.fold(first.unwrap_or_default(), |expanded, part| {
        let percent = if begins_with_hex(part) { "%" } else { "%25" };
        format!("{expanded}{percent}{}", utf8_percent_encode(part, QUERY))
    })
}

fn begins_with_hex(text: &str) -> bool {
    text.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2
}

/// Decodes `raw` for `parameter`.
pub(super) fn decode(parameter: &Parameter, raw: &str) -> Result<String, String> {
    if is_plain(parameter) {
        return Ok(raw.trim_matches([' ', '\t']).to_owned());
    }
    match parameter.location {
        ParameterIn::Query => decode_query(raw),
        _ => decode_percent(raw),
    }
}

/// Decodes a name or value of a query, where `+` is a space.
pub(super) fn decode_query(raw: &str) -> Result<String, String> {
    decode_percent(&raw.replace('+', " "))
}

/// Converts `text` to a type of `shape`; other text stays a string.
pub(super) fn value(shape: &Shape, text: String) -> Value {
    let number = || serde_json::from_str::<Number>(&text).ok().filter(|_| text.trim() == text);
    match text.as_str() {
        "true" | "false" if shape.boolean => Value::Bool(text == "true"),
        _ if shape.number => number().map_or_else(|| Value::String(text.clone()), Value::Number),
        _ => Value::String(text),
    }
}

/// Whether text is sent without encoding: headers, and cookies of style `cookie`.
fn is_plain(parameter: &Parameter) -> bool {
    parameter.location == ParameterIn::Header || parameter.style == Style::Cookie
}

fn plain<'t>(parameter: &Parameter, text: &'t str) -> Result<&'t str, String> {
    let cookie = parameter.style == Style::Cookie;
    let forbidden = |c: char| c.is_control() || cookie && (c == ';' || c.is_whitespace());
    match text.chars().find(|c| forbidden(*c)) {
        Some(c) => Err(format!("{c:?} is not allowed in a {}", parameter.location.word())),
        None if text.trim_matches(' ') != text => Err("leading and trailing spaces would be lost".to_owned()),
        None => Ok(text),
    }
}

fn decode_percent(raw: &str) -> Result<String, String> {
    if !raw.split('%').skip(1).all(begins_with_hex) {
        return Err(format!("expected two hexadecimal digits after %, got {}", value_summary::text(raw)));
    }
    let not_text = |_| format!("{} is not UTF-8 when decoded", value_summary::text(raw));
    let decoded = percent_decode_str(raw).decode_utf8().map_err(not_text)?;
    Ok(decoded.into_owned())
}
