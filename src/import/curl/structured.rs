//! Requests as people write them in case files: parameters, JSON, form fields and parts, where these send the same bytes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::contract::parameters::{Parsed, Wire, parse, serialize};
use crate::contract::{Operation, Parameter, ParameterIn, encoded_template};
use crate::document::parse_json;
use crate::http::Request;

use super::super::exchanges::decoded_name;
use super::super::recorded_variables::{Piece, RecordedVariables};

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Path and query parameters by name.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub path: Map<String, Value>,
    pub query: Map<String, Value>,
}

/// The parameters of a request to `operation` whose path parameters are `path`; `None` if they would not be serialised as its URL.
pub(super) fn parameters(
    operation: &Operation,
    path: &[(String, String)],
    request: &Request,
    marks: &RecordedVariables,
) -> Option<Parameters> {
    let wire = Wire { path, query: request.query(), headers: &request.headers };
    let mut parameters = Parameters::default();
    let mut url = encoded_template(&operation.path);
    for (name, raw) in path {
        let declared = operation.parameter(ParameterIn::Path, name);
        let text = || Value::String(percent_decode_str(raw).decode_utf8_lossy().into_owned());
        let value = declared.and_then(|declared| typed(declared, operation, &wire, marks, raw)).unwrap_or_else(text);
        let written =
            declared.map_or_else(|| Some(encode(value.as_str()?)), |declared| serialize(declared, &value).ok())?;
        url = url.replacen(&format!("{{{name}}}"), &written, 1);
        parameters.path.insert(name.clone(), value);
    }
    let mut pairs = Vec::new();
    for (name, raws) in grouped(request.query().unwrap_or_default()) {
        let declared = operation.parameter(ParameterIn::Query, &name);
        let value = declared.and_then(|declared| typed(declared, operation, &wire, marks, raws.first()?));
        let value = value.unwrap_or_else(|| texts(&raws));
        let written = match declared {
            Some(declared) => serialize(declared, &value).ok()?,
            None => field(&name, &value)?,
        };
        pairs.push(written);
        parameters.query.insert(name, value);
    }
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    (format!("{url}{query}") == request.url).then_some(parameters)
}

/// The value of the types that its schema declares, unless it contains a variable.
fn typed(
    parameter: &Parameter,
    operation: &Operation,
    wire: &Wire<'_>,
    marks: &RecordedVariables,
    raw: &str,
) -> Option<Value> {
    let is_variable = marks.pieces(raw).iter().any(|piece| matches!(piece, Piece::Expression(_)));
    match parse(parameter, &operation.parameters, wire) {
        Parsed::Value(value) if !is_variable => Some(value),
        _ => None,
    }
}

/// The pairs of a query or a form by decoded name, in order.
fn grouped(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let raw = pair.split_once('=').map_or("", |(_, raw)| raw);
        let name = decoded_name(pair);
        match groups.last_mut().filter(|(last, _)| *last == name) {
            Some((_, raws)) => raws.push(raw),
            None => groups.push((name, vec![raw])),
        }
    }
    groups
}

fn texts(raws: &[&str]) -> Value {
    let decoded =
        |raw: &&str| Value::String(percent_decode_str(&raw.replace('+', " ")).decode_utf8_lossy().into_owned());
    match raws {
        [only] => decoded(only),
        several => several.iter().map(decoded).collect(),
    }
}

/// A field as a run writes it without a declaration.
fn field(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => Some(items.iter().map(|item| field(name, item)).collect::<Option<Vec<_>>>()?.join("&")),
        value => Some(format!("{}={}", encode(name), encode(value.as_str()?))),
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The fields of a form; `None` if they would not be written with the same bytes.
pub(super) fn form(text: &str) -> Option<Map<String, Value>> {
    let fields: Map<String, Value> = grouped(text).into_iter().map(|(name, raws)| (name, texts(&raws))).collect();
    let written: Option<Vec<_>> = fields.iter().map(|(name, value)| field(name, value)).collect();
    (!fields.is_empty() && written?.join("&") == text).then_some(fields)
}

/// JSON, in which placeholders are strings; `None` if a run would write it differently but for white space.
pub(super) fn json(text: &str, marks: &RecordedVariables) -> Option<Value> {
    let (mut quoted, mut in_string) = (String::new(), false);
    for piece in marks.pieces(text) {
        match piece {
            Piece::Text(text) => {
                in_string = in_string_after(text, in_string);
                quoted += text;
            }
            Piece::Expression(expression) if in_string => quoted += &marks.mark(expression),
            Piece::Expression(expression) => quoted += &format!("\"{}\"", marks.mark(expression)),
        }
    }
    let value = parse_json(quoted.as_bytes()).ok()?;
    let written = value.to_string();
    (compact(&quoted) == written).then_some(value)
}

fn in_string_after(text: &str, mut in_string: bool) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => drop(chars.next()),
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}

/// JSON without white space between its tokens.
pub(super) fn compact(text: &str) -> String {
    let (mut compact, mut in_string, mut is_escaped) = (String::with_capacity(text.len()), false, false);
    for c in text.chars() {
        if in_string || !matches!(c, ' ' | '\t' | '\n' | '\r') {
            compact.push(c);
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_string => is_escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    compact
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_with_placeholders_is_a_value() {
        let marks = RecordedVariables::new("");
        let [a, b] = ["a", "b"].map(|name| marks.mark(name));
        let value = json(&format!("{{\"x\" : {a}, \"y\": \"1 \\\" {b}\"}}"), &marks).expect("JSON");
        assert_eq!(value, json!({ "x": a, "y": format!("1 \" {b}") }));
        assert_eq!(json("{\"x\": 1.0e3}", &marks), None);
        assert_eq!(json("[1, 2.5 ,\"é\"]", &marks), Some(json!([1, 2.5, "é"])));
    }

    #[test]
    fn forms_have_fields_if_their_bytes_stay() {
        assert_eq!(
            form("a=1&b=x%20y&c=1&c=2").map(Value::Object),
            Some(json!({ "a": "1", "b": "x y", "c": ["1", "2"] }))
        );
        for odd in ["a=b+c", "a", "a=b c", "a=%2f", "", "c=1&a=2&c=3"] {
            assert_eq!(form(odd), None, "{odd}");
        }
    }
}
