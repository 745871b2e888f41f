//! Messages as JSON for expressions: `request` and `response` mean the same in cases and in mock rules.
//!
//! Header names are in lower case, lines of one name joined by `, ` (RFC 9110 §5.2). A body is its JSON, the fields of a form in a
//! request, else a string, else null.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{Headers, Request, Response};

/// Maximum number of fields of a form that no contract declares.
const MAX_FIELDS: usize = 2_000;

/// The fields of a message that expressions read, recursively; others are not built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fields {
    /// All fields.
    All,
    /// Only these fields.
    Named(BTreeMap<String, Fields>),
}

impl Default for Fields {
    fn default() -> Self {
        Self::Named(BTreeMap::new())
    }
}

impl Fields {
    /// Adds the field at the end of a path of names.
    pub(crate) fn add<'n>(&mut self, mut path: impl Iterator<Item = &'n str>) {
        match (&mut *self, path.next()) {
            (Self::All, _) => {}
            (all, None) => *all = Self::All,
            (Self::Named(fields), Some(name)) => fields.entry(name.to_owned()).or_default().add(path),
        }
    }

    /// What is read of the field of that name.
    fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::All => Some(self),
            Self::Named(fields) => fields.get(name),
        }
    }
}

/// Builds the read fields of `{method, url, path, query, headers, body}`. `path` are the path parameters, decoded (the router
/// returns them encoded); a repeated query name has an array of its values. `body` is the value parsed by validation; an undeclared
/// form is an object of strings.
pub(crate) fn request(path: &[(String, String)], request: &Request, body: Option<Value>, fields: &Fields) -> Value {
    let mut members = Map::new();
    add(&mut members, fields, "method", |_| request.method.as_str().into());
    add(&mut members, fields, "url", |_| request.url.as_str().into());
    add(&mut members, fields, "path", |_| decoded(path));
    add(&mut members, fields, "query", |_| pairs(request.query().unwrap_or_default().as_bytes()));
    add(&mut members, fields, "headers", |fields| headers(&request.headers, fields));
    add(&mut members, fields, "body", |_| {
        content(body.or_else(|| form(request)), request.body.as_deref().unwrap_or_default())
    });
    members.into()
}

/// The fields of a form that no contract declares.
fn form(request: &Request) -> Option<Value> {
    let body = request.body.as_deref()?;
    let is_form = request.media_type()?.essence() == "application/x-www-form-urlencoded";
    (is_form && body.split(|byte| *byte == b'&').nth(MAX_FIELDS).is_none()).then(|| pairs(body))
}

/// Builds the read fields of `{status, headers, body}`; `body` is the JSON parsed by validation.
pub(crate) fn response(response: &Response, body: Option<Value>, fields: &Fields) -> Value {
    let mut members = Map::new();
    add(&mut members, fields, "status", |_| response.status.into());
    add(&mut members, fields, "headers", |fields| headers(&response.headers, fields));
    add(&mut members, fields, "body", |_| content(body, &response.body));
    members.into()
}

fn add(members: &mut Map<String, Value>, fields: &Fields, name: &str, make: impl FnOnce(&Fields) -> Value) {
    if let Some(fields) = fields.get(name) {
        members.insert(name.to_owned(), make(fields));
    }
}

fn content(json: Option<Value>, bytes: &[u8]) -> Value {
    json.unwrap_or_else(|| text(bytes))
}

/// Returns a body that is not JSON: a string, or null if it is empty or not UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(Value::from).unwrap_or_default()
}

fn decoded(path: &[(String, String)]) -> Value {
    let decoded = |text: &str| Value::from(percent_decode_str(text).decode_utf8_lossy());
    path.iter().map(|(name, text)| (name.clone(), decoded(text))).collect()
}

/// The names and values of a query or a form.
fn pairs(text: &[u8]) -> Value {
    let pairs = url::form_urlencoded::parse(text);
    let collect = |mut members: Map<String, Value>, (name, value): (Cow<'_, str>, Cow<'_, str>)| {
        repeat(members.entry(name).or_insert(Value::Null), Value::from(value));
        members
    };
    pairs.fold(Map::new(), collect).into()
}

/// Adds a value; a repeated name has an array of its values.
fn repeat(held: &mut Value, value: Value) {
    match held {
        Value::Null => *held = value,
        Value::Array(values) => values.push(value),
        single => *single = Value::Array(vec![single.take(), value]),
    }
}

fn headers(lines: &Headers, fields: &Fields) -> Value {
    let mut members = Map::new();
    let lines = lines.iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    for (name, value) in lines.filter(|(name, _)| fields.get(name).is_some()) {
        match members.entry(name).or_insert(Value::Null) {
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
        let request =
            Request { method: "GET".to_owned(), url, headers: Headers::default(), body: None, ..Request::default() };
        assert_eq!(pairs(request.query().unwrap_or_default().as_bytes()), json!({ "a": ["1", "2", "/"], "b": "x y" }));
        assert_eq!(headers(&lines, &Fields::All), json!({ "x-a": "1, 2", "etag": "e" }));
    }

    #[test]
    fn what_nobody_reads_is_not_made() {
        let headers: Headers = [("X-A", "1"), ("ETag", "e")].into_iter().collect();
        let message =
            Request { method: "GET".to_owned(), url: "/x?a=1".to_owned(), headers, body: None, ..Request::default() };
        let check = |paths: &[&str], expected: Value| {
            let mut fields = Fields::default();
            paths.iter().for_each(|path| fields.add(path.split('.').filter(|name| !name.is_empty())));
            assert_eq!(request(&[], &message, None, &fields), expected, "{paths:?}");
        };
        check(&[], json!({}));
        check(
            &["query.a", "method", "headers.x-a"],
            json!({"method": "GET", "query": {"a": "1"}, "headers": {"x-a": "1"}}),
        );
        check(&["headers.etag", "headers", "headers.x-b"], json!({"headers": {"x-a": "1", "etag": "e"}}));
        check(
            &["headers", ""],
            json!({"method": "GET", "url": "/x?a=1", "path": {}, "query": {"a": "1"},
            "headers": {"x-a": "1", "etag": "e"}, "body": null}),
        );
    }

    #[test]
    fn an_undeclared_form_is_an_object() {
        let headers: Headers =
            [("content-type", "application/x-www-form-urlencoded; charset=utf-8")].into_iter().collect();
        let body = |text: String| {
            let request = Request {
                method: "POST".to_owned(),
                url: "/".to_owned(),
                headers: headers.clone(),
                body: Some(text.into()),
                ..Request::default()
            };
            super::request(&[], &request, None, &Fields::All)["body"].take()
        };
        assert_eq!(body("a=1&b=x+y&a=%2F".to_owned()), json!({ "a": ["1", "/"], "b": "x y" }));
        assert!(body("a&".repeat(MAX_FIELDS)).is_string());
    }

    #[test]
    fn a_body_is_json_or_text_or_null() {
        assert_eq!(content(Some(json!({ "a": 1 })), b"{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(content(None, b"plain"), json!("plain"));
        assert_eq!([content(None, b""), content(None, b"\xff")], [Value::Null, Value::Null]);
    }
}
