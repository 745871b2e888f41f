//! Finds values under sensitive names in each part of a message.

use std::fmt;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::case::expand::PLACEHOLDER;
use crate::pointer::Pointer;

use super::decode::Coding;
use super::json::{self, IsSensitive, Token, unquote};
use super::sensitive_names::SensitiveNames;
use super::sensitive_values::Kind;

/// A sensitive value and its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SensitiveValue {
    /// Range in the searched text.
    pub range: Range<usize>,
    /// The decoded value.
    pub plain: String,
    /// Its type.
    pub kind: Kind,
    /// The sensitive name, in lower case.
    pub name: String,
    /// For a JSON scalar: the number of strings with JSON that it is nested in. Its replacement needs quotes.
    pub within: Option<usize>,
}

impl SensitiveValue {
    pub(super) fn text(range: Range<usize>, plain: impl Into<String>, name: &str) -> Self {
        Self { range, plain: plain.into(), kind: Kind::Text, name: name.to_ascii_lowercase(), within: None }
    }

    /// The same under another name.
    pub(super) fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Whether it is a placeholder, which stands for no secret: a command line with it reproduces the request.
    pub(super) fn is_placeholder(&self) -> bool {
        let of_basic = || {
            let credentials = STANDARD.decode(&self.plain).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            credentials.is_some_and(|credentials| credentials.ends_with(&format!(":{PLACEHOLDER}")))
        };
        self.plain.starts_with(PLACEHOLDER) || of_basic()
    }

    pub(super) fn moved(self, origin: impl Fn(usize) -> usize) -> Self {
        Self { range: origin(self.range.start)..origin(self.range.end), ..self }
    }
}

/// Maximum nesting of strings that hold JSON.
const MAX_WITHIN: usize = 5;

/// How often a value may be percent-encoded.
const MAX_ENCODED: usize = 3;

/// What precedes the pairs of a URL. Some servers accept `;` between parameters.
const BETWEEN_PAIRS: [char; 4] = ['?', '#', '&', ';'];

/// Maximum size of a string that is parsed as JSON; a longer one that may hold JSON is sensitive as a whole.
const MAX_STRING: usize = 256 * 1024;

/// Maximum size of a string that is decoded: a longer one is too long to be a known value, even if all of it is escaped.
const MAX_DECODED: usize = 1 << 20;

/// Calls `visit` for the sensitive scalars and names of a JSON text or of a sentence with JSON in it, including strings that hold
/// JSON. With `everything`, the whole text is under a sensitive name.
pub(super) fn in_json(
    text: &str,
    everything: bool,
    is_sensitive: IsSensitive<'_>,
    visit: &mut dyn FnMut(SensitiveValue),
) {
    in_json_within(text, 0, everything, is_sensitive, visit);
}

fn in_json_within(
    text: &str,
    within: usize,
    everything: bool,
    is_sensitive: IsSensitive<'_>,
    visit: &mut dyn FnMut(SensitiveValue),
) {
    json::scan(text, everything, is_sensitive, &mut |token| match token.kind {
        _ if token.named.is_some() => visited(scalar(text, token, within), visit),
        json::Kind::Text if within < MAX_WITHIN => in_string(text, token, within, is_sensitive, visit),
        _ => {}
    });
}

fn visited(named: Option<SensitiveValue>, visit: &mut dyn FnMut(SensitiveValue)) {
    named.into_iter().for_each(visit);
}

/// Converts a token to a sensitive value; `null` is never sensitive.
fn scalar(text: &str, token: Token, within: usize) -> Option<SensitiveValue> {
    let raw = text.get(token.range.clone())?;
    let (plain, kind) = match (token.kind, raw) {
        (_, "null") => return None,
        (json::Kind::Bare, _) => (raw.to_owned(), Kind::of_bare(raw)),
        (json::Kind::Text, raw) if raw.len() > MAX_DECODED => (raw.to_owned(), Kind::Text),
        (json::Kind::Key, raw) if raw.len() > MAX_DECODED => (raw.to_owned(), Kind::Name),
        (json::Kind::Text, _) => (unquote(raw).into_owned(), Kind::Text),
        (json::Kind::Key, _) => (unquote(raw).into_owned(), Kind::Name),
    };
    let name = token.named.and_then(|name| text.get(name)).map(unquote).unwrap_or_default().to_ascii_lowercase();
    (!plain.is_empty()).then_some(SensitiveValue { range: token.range, plain, kind, name, within: Some(within) })
}

/// Finds the sensitive scalars in a string that holds JSON.
fn in_string(
    text: &str,
    token: Token,
    within: usize,
    is_sensitive: IsSensitive<'_>,
    visit: &mut dyn FnMut(SensitiveValue),
) {
    let held = json::inside(text.get(token.range.clone()).unwrap_or_default());
    // Without escapes there are no quoted names.
    if !held.trim_start().starts_with(['{', '[', '\\']) || !held.contains('\\') {
        return;
    }
    if held.len() > MAX_STRING {
        return visited(scalar(text, token, within), visit);
    }
    let Some(undone) = Coding::Escape.undo(held.as_bytes()) else { return };
    let Ok(inner) = std::str::from_utf8(&undone.bytes) else { return };
    let start = token.range.start + 1;
    in_json_within(inner, within + 1, false, is_sensitive, &mut |named| {
        visit(named.moved(|at| start + undone.origin(at)));
    });
}

/// Finds everything at or below `pointer` in JSON; `*` matches every element or property. In malformed JSON, finds everything
/// below the last name of the pointer, anywhere.
pub(super) fn at_pointer(text: &str, pointer: &Pointer) -> Vec<SensitiveValue> {
    let mut found = Vec::new();
    let Ok(whole) = serde_json::from_str::<&RawValue>(text) else {
        if pointer == &Pointer::root() {
            return vec![SensitiveValue::text(0..text.len(), text, "")];
        }
        let last = pointer.tokens().filter(|token| token != "*").last();
        let is_last = |name: &str| last.as_deref() == Some(name);
        in_json(text, false, &is_last, &mut |named| found.push(named.called(pointer.as_str())));
        return found;
    };
    let mut reached = vec![whole];
    for token in pointer.tokens() {
        reached = reached.into_iter().flat_map(|raw| children(raw, &token)).collect();
    }
    let start = |raw: &RawValue| raw.get().as_ptr() as usize - text.as_ptr() as usize;
    for raw in reached {
        let visit = |named: SensitiveValue| found.push(named.called(pointer.as_str()).moved(|at| at + start(raw)));
        in_json(raw.get(), true, &|_| true, &mut { visit });
    }
    found
}

/// Returns the children that a token of a pointer selects.
fn children<'t>(raw: &'t RawValue, token: &str) -> Vec<&'t RawValue> {
    let is_meant = |name: &str| token == "*" || name == token;
    if let Ok(Members(members)) = serde_json::from_str(raw.get()) {
        return members.into_iter().filter(|(name, _)| is_meant(name)).map(|(_, value)| value).collect();
    }
    let elements = serde_json::from_str::<Vec<&RawValue>>(raw.get()).unwrap_or_default();
    (0..).zip(elements).filter(|(index, _): &(usize, _)| is_meant(&index.to_string())).map(|(_, value)| value).collect()
}

/// The properties of an object, including duplicates.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// Minimum length of a code within the value of a header field: that of 128 bits in base64.
const MIN_CODE: usize = 22;

/// Finds the sensitive part of a header: the credentials after an `Authorization` scheme, the values of cookies, or all of it.
pub(super) fn in_header(name: &str, value: &str, names: &SensitiveNames) -> Vec<SensitiveValue> {
    let is_one_of = |others: &[&str]| others.iter().any(|other| name.eq_ignore_ascii_case(other));
    if !names.has_header(name) {
        let leads = is_one_of(&["location", "content-location", "referer"]);
        return if leads { in_redirection(value, names) } else { Vec::new() };
    }
    if value.is_empty() {
        return Vec::new();
    }
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "authorization" | "proxy-authorization" => {
            let start = value.find(' ').map_or(0, |blank| blank + 1);
            let credentials = value.get(start..).unwrap_or_default();
            vec![SensitiveValue::text(start..value.len(), credentials, name)]
        }
        "cookie" => cookies(value, &lower).collect(),
        "set-cookie" => cookies(value, &lower).take(1).collect(),
        _ => vec![SensitiveValue::text(0..value.len(), value, name)],
    }
}

/// Finds the values of cookies, under the name of their header.
fn cookies(value: &str, header: &str) -> impl Iterator<Item = SensitiveValue> {
    in_pairs(value, ';', &|_| true).into_iter().map(|named| named.called(header))
}

/// Returns the password of Basic credentials (RFC 7617 §2): a target may echo it alone.
pub(super) fn password(name: &str, value: &str) -> Option<String> {
    let (scheme, encoded) = value.split_once(' ')?;
    let is_basic = name.to_ascii_lowercase().ends_with("authorization") && scheme.eq_ignore_ascii_case("basic");
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| is_basic)?;
    String::from_utf8(decoded).ok()?.split_once(':').map(|(_, password)| password.to_owned())
}

/// Returns the codes within the value of a sensitive header field such as `t=1700000000,v1=CODE` or a detached JWS: a target may repeat
/// them alone.
pub(super) fn codes<'v>(name: &str, value: &'v str, names: &SensitiveNames) -> impl Iterator<Item = &'v str> {
    let has_rule = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
    let is_other = names.has_header(name) && !has_rule.iter().any(|other| name.eq_ignore_ascii_case(other));
    let separates = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_'));
    let codes = is_other.then(|| value.split(separates)).into_iter().flatten();
    codes.filter(move |code| code.len() >= MIN_CODE && code.len() < value.len())
}

/// Finds query parameters by name, and path segments to which `template` gives a sensitive name.
pub(super) fn in_url(url: &str, template: &str, names: &SensitiveNames) -> Vec<SensitiveValue> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut start = 0;
    let mut found = Vec::new();
    for (segment, pattern) in path.split('/').zip(template.split('/')) {
        let parameter = pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if let Some(name) = parameter.filter(|name| names.has(name)) {
            let plain = percent_decode_str(segment).decode_utf8_lossy();
            found.push(SensitiveValue::text(start..start + segment.len(), plain, name));
        }
        start += segment.len() + 1;
    }
    found.extend(in_query(query, path.len() + 1, &|name| names.has_query(name)));
    found
}

/// Finds parameters in query and fragment of a URL that a response leads to, as OAuth 2.0 passes codes and tokens.
fn in_redirection(url: &str, names: &SensitiveNames) -> Vec<SensitiveValue> {
    let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    let is_sensitive = |name: &str| names.has_redirection(name);
    let in_fragment = in_query(fragment, before.len() + 1, &is_sensitive);
    in_query(query, path.len() + 1, &is_sensitive).chain(in_fragment).collect()
}

/// Finds parameters in the part of a URL that begins at `start`.
fn in_query(text: &str, start: usize, is_sensitive: &dyn Fn(&str) -> bool) -> impl Iterator<Item = SensitiveValue> {
    in_pairs(text, '&', is_sensitive).into_iter().map(move |named| named.moved(|at| at + start))
}

/// Returns the ranges of the path segments of a URL.
pub(super) fn segments(url: &str) -> impl Iterator<Item = Range<usize>> {
    let path = url.split('?').next().unwrap_or_default();
    path.split('/').scan(0, |next, segment| {
        let start = *next;
        *next += segment.len() + 1;
        Some(start..start + segment.len())
    })
}

/// Finds values in `application/x-www-form-urlencoded` text.
pub(super) fn in_form(form: &str, names: &SensitiveNames) -> Vec<SensitiveValue> {
    in_pairs(form, '&', &|name| names.has_query(name))
}

/// Finds values in the operands of an assertion (`name = value` with JSON values) by the last part of the name.
pub(super) fn in_operands(text: &str, names: &SensitiveNames) -> Vec<SensitiveValue> {
    let mut signs = text.match_indices(" = ").map(|(at, sign)| (at, at + sign.len())).peekable();
    let mut found = Vec::new();
    while let Some((sign, start)) = signs.next() {
        let before = text.get(..sign).unwrap_or_default().trim_end_matches(['"', '\'', ']']);
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).next().unwrap_or_default();
        if !names.has(name) {
            continue;
        }
        // The text up to the next sign is the value and the next name.
        let next = signs.peek().map_or(text.len(), |(sign, _)| *sign);
        let value = text.get(start..next).unwrap_or_default();
        let value = if next == text.len() { value } else { value.rsplit_once(", ").map_or(value, |(value, _)| value) };
        let name = name.to_ascii_lowercase();
        in_json(value, true, &|_| true, &mut |named| found.push(named.called(&name).moved(|at| at + start)));
    }
    found
}

/// Finds the values of `name=value` pairs whose decoded name is sensitive.
fn in_pairs(text: &str, separator: char, is_sensitive: &dyn Fn(&str) -> bool) -> Vec<SensitiveValue> {
    let mut start = 0;
    let mut found = Vec::new();
    for pair in text.split(separator) {
        if let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.is_empty()) {
            let at = start + name.len() + 1;
            let name = decoded(name);
            if let Some(sensitive) = sensitive_part(&name, is_sensitive) {
                found.push(SensitiveValue::text(at..at + value.len(), decoded(value), sensitive));
            } else if separator == '&' {
                in_value(value, 0, is_sensitive, &mut |named| found.push(named.moved(|of| of + at)));
            }
        }
        start += pair.len() + separator.len_utf8();
    }
    found
}

/// The sensitive part of the name of a pair: `user[password]=…` is the property `password` of `user`.
fn sensitive_part<'n>(name: &'n str, is_sensitive: &dyn Fn(&str) -> bool) -> Option<&'n str> {
    [name.trim()].into_iter().chain(name.split(['[', ']'])).find(|name| is_sensitive(name))
}

/// Finds pairs in a value that is a URL or a form itself, perhaps encoded again.
fn in_value(text: &str, depth: usize, is_sensitive: &dyn Fn(&str) -> bool, visit: &mut dyn FnMut(SensitiveValue)) {
    let mut start = 0;
    for piece in text.split(BETWEEN_PAIRS) {
        let (name, value) = piece.split_once('=').unwrap_or(("", piece));
        let (name, at) = (decoded(name), start + piece.len() - value.len());
        start += piece.len() + 1;
        if let Some(sensitive) = sensitive_part(&name, is_sensitive).filter(|_| !value.is_empty()) {
            visit(SensitiveValue::text(at..at + value.len(), decoded(value), sensitive));
            continue;
        }
        let Some(undone) = Coding::Percent.undo(value.as_bytes()).filter(|_| depth < MAX_ENCODED) else { continue };
        // Bytes that are no text may be next to a pair: they have no meaning here.
        let inner = String::from_utf8(undone.bytes.clone()).unwrap_or_else(|_| ascii(&undone.bytes));
        in_value(&inner, depth + 1, is_sensitive, &mut |named| visit(named.moved(|of| at + undone.origin(of))));
    }
}

/// A text of the same length, with `_` in place of every byte that is not ASCII.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '_' }).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_within_values_are_found() {
        let check = |text: &str, expect: &[&str]| {
            let found = in_pairs(text, '&', &|name| name == "pin");
            assert_eq!(found.iter().map(|named| &text[named.range.clone()]).collect::<Vec<_>>(), expect, "{text}");
        };
        check("q=https%3A%2F%2Fx%2F%3Fa%3D1%26pin%3D12%26b%3D2&c=3", &["12"]);
        check("q=https://x/?pin=12", &["12"]);
        check("q=https%3A%2F%2Fx%2F%23pin%3D12", &["12"]);
        check("q=pin%3D1%2525&pin=a%26b", &["1%2525", "a%26b"]);
        check("q=x%3Fu%3Dhttps%253A%252F%252Fy%253Fpin%253D12", &["12"]);
        check("q=a;pin=b%26c;d", &["b%26c"]);
        check("q=x%3Fpin%3D%C3%A9%ff&r=%3Fpin&s=%3Fpin%3D", &["%C3%A9%ff"]);
    }

    #[test]
    fn a_pointer_leads_to_every_member_of_its_name_and_to_its_last_name_in_what_is_no_json() {
        let check = |text: &str, pointer: &str, expect: &[&str]| {
            let found = at_pointer(text, &Pointer::parse(pointer).expect("a pointer"));
            assert_eq!(found.iter().map(|named| &text[named.range.clone()]).collect::<Vec<_>>(), expect, "{text}");
        };
        check(r#"{"a": {"b": 1, "b": "2"}, "b": 3}"#, "/a/b", &["1", r#""2""#]);
        check(r#" [ {"a": [4, {"c": null}]}, {"a": true} ] "#, "/*/a", &["4", r#""c""#, "true"]);
        check(r#"[[1, 2], [3]]"#, "/0/1", &["2"]);
        check(r#"{"a/b": {"x": {"y": "z"}}}"#, "/a~1b/*", &[r#""y""#, r#""z""#]);
        check(r#"{"a": {"b": 1}, "b": 3"#, "/a/b", &["1", "3"]);
        check("b: 1", "/a/b", &[]);
        check("7", "", &["7"]);
    }
}
