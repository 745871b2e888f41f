//! A message as expressions see it: `request` and `response` mean the same in a case and in a mock's behaviour.
//!
//! Header names are in lower case, lines of one name joined by `, ` (RFC 9110 §5.2). A body is its JSON, else its text, else null.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::http::{Headers, Request, Response};

/// `{method, url, path, query, headers, body}`; `path` holds the path parameters, decoded (the router gives them encoded), a
/// query name that repeats a list of its values. `body` is the JSON that judging parsed.
pub fn request(path: &[(String, String)], request: &Request, body: Option<Value>) -> Value {
    object([
        ("method", request.method.as_str().into()),
        ("url", request.url.as_str().into()),
        ("path", decoded(path)),
        ("query", query(request)),
        ("headers", headers(&request.headers)),
        ("body", content(body, request.body.as_deref().unwrap_or_default())),
    ])
}

/// `{status, headers, body}`; `body` is the JSON that judging parsed.
pub fn response(response: &Response, body: Option<Value>) -> Value {
    object([
        ("status", response.status.into()),
        ("headers", headers(&response.headers)),
        ("body", content(body, &response.body)),
    ])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn content(json: Option<Value>, bytes: &[u8]) -> Value {
    let text = || std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(Value::from);
    json.or_else(text).unwrap_or_default()
}

fn decoded(path: &[(String, String)]) -> Value {
    let decoded = |text: &str| Value::from(percent_decode_str(text).decode_utf8_lossy());
    path.iter().map(|(name, text)| (name.clone(), decoded(text))).collect()
}

fn query(request: &Request) -> Value {
    let pairs = url::form_urlencoded::parse(request.query().unwrap_or_default().as_bytes());
    let collect = |mut members: Map<String, Value>, (name, value): (Cow<'_, str>, Cow<'_, str>)| {
        repeat(members.entry(name).or_insert(Value::Null), Value::from(value));
        members
    };
    pairs.fold(Map::new(), collect).into()
}

/// A name that repeats has a list of its values.
fn repeat(held: &mut Value, value: Value) {
    match held {
        Value::Null => *held = value,
        Value::Array(values) => values.push(value),
        single => *single = Value::Array(vec![single.take(), value]),
    }
}

fn headers(lines: &Headers) -> Value {
    let mut members = Map::new();
    for (name, value) in lines.iter() {
        match members.entry(name.to_ascii_lowercase()).or_insert(Value::Null) {
            Value::String(held) => held.extend([", ", value]),
            vacant => *vacant = value.into(),
        }
    }
    members.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_names_are_kept() {
        let url = "/x?a=1&b=x+y&a=2&a=%2F".to_owned();
        let lines: Headers = [("X-A", "1"), ("ETag", "e"), ("x-a", "2")].into_iter().collect();
        let request = Request { method: "GET".to_owned(), url, headers: Headers::default(), body: None };
        assert_eq!(query(&request), json!({ "a": ["1", "2", "/"], "b": "x y" }));
        assert_eq!(headers(&lines), json!({ "x-a": "1, 2", "etag": "e" }));
    }

    #[test]
    fn a_body_is_json_or_text_or_null() {
        assert_eq!(content(Some(json!({ "a": 1 })), b"{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(content(None, b"plain"), json!("plain"));
        assert_eq!([content(None, b""), content(None, b"\xff")], [Value::Null, Value::Null]);
    }
}
