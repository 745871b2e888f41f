//! The text of one primitive value: how it is encoded for its place, and read back by its declared types.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Number, Value};

use crate::contract::{Parameter, ParameterIn, Shape, Style};

/// Everything but unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is encoded in a query in spite of `allowReserved`: `&`, `+`, `#`, `[` and `]` would mean something else there, `,` may
/// stand between items, and a `%` would be read as encoding.
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

/// The text of a string, number or boolean; an error for what has none.
pub(super) fn of(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Err("null has no text".to_owned()),
        Value::Array(_) => Err("a list within it has no text".to_owned()),
        Value::Object(_) => Err("an object within it has no text".to_owned()),
    }
}

/// The name of `parameter` as it stands on the wire before a `=`.
pub(super) fn name(parameter: &Parameter) -> String {
    match is_plain(parameter) {
        true => parameter.name.clone(),
        false => utf8_percent_encode(&parameter.name, RESERVED).to_string(),
    }
}

/// `text` as it stands on the wire for `parameter`.
pub(super) fn encode(parameter: &Parameter, text: &str) -> Result<String, String> {
    if is_plain(parameter) {
        return plain(parameter, text).map(str::to_owned);
    }
    let reserved = parameter.place == ParameterIn::Query && parameter.allow_reserved;
    Ok(utf8_percent_encode(text, if reserved { QUERY } else { RESERVED }).to_string())
}

/// `raw` from the wire, decoded for `parameter`.
pub(super) fn decode(parameter: &Parameter, raw: &str) -> Result<String, String> {
    if is_plain(parameter) {
        return Ok(raw.trim_matches([' ', '\t']).to_owned());
    }
    match parameter.place {
        ParameterIn::Query => decode_query(raw),
        _ => decode_percent(raw),
    }
}

/// The decoded text of a name or value in a query, where `+` is a space.
pub(super) fn decode_query(raw: &str) -> Result<String, String> {
    decode_percent(&raw.replace('+', " "))
}

/// The value that `text` is by the types of `shape`; what is none of them stays a string.
pub(super) fn value(shape: &Shape, text: String) -> Value {
    let number = || serde_json::from_str::<Number>(&text).ok().filter(|_| text.trim() == text);
    match text.as_str() {
        "true" | "false" if shape.boolean => Value::Bool(text == "true"),
        _ if shape.number => number().map_or_else(|| Value::String(text.clone()), Value::Number),
        _ => Value::String(text),
    }
}

/// Whether text goes on the wire as it is: headers, and cookies of style `cookie`.
fn is_plain(parameter: &Parameter) -> bool {
    parameter.place == ParameterIn::Header || parameter.style == Style::Cookie
}

fn plain<'t>(parameter: &Parameter, text: &'t str) -> Result<&'t str, String> {
    let cookie = parameter.style == Style::Cookie;
    let forbidden = |c: char| c.is_control() || cookie && (c == ';' || c.is_whitespace());
    match text.chars().find(|c| forbidden(*c)) {
        Some(c) => Err(format!("{c:?} cannot stand in a {}", parameter.place.word())),
        None if text.trim_matches(' ') != text => Err("blanks at its ends would be lost".to_owned()),
        None => Ok(text),
    }
}

fn decode_percent(raw: &str) -> Result<String, String> {
    let whole = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !raw.split('%').skip(1).all(whole) {
        return Err(format!("expected two hexadecimal digits after %, got {raw:?}"));
    }
    let decoded = percent_decode_str(raw).decode_utf8().map_err(|_| format!("{raw:?} is not UTF-8 when decoded"))?;
    Ok(decoded.into_owned())
}
