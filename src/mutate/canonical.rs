//! Canonical form of a response: two responses with the same form are the same for every client.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use crate::http::Response;

use super::naming::canonical_instant;

/// Digest of a canonical form. `body` is the JSON of the response, if it is JSON.
pub(crate) fn digest(response: &Response, body: Option<&Value>) -> u64 {
    let mut hasher = DefaultHasher::new();
    response.status.hash(&mut hasher);
    let of_transmission = ["content-length", "date", "content-type"];
    let mut headers: Vec<_> = response.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    headers.retain(|(name, _)| !of_transmission.contains(&name.as_str()));
    headers.sort();
    headers.hash(&mut hasher);
    for line in response.headers.all("content-type") {
        match crate::http::MediaType::of_line(line) {
            Some(media) => media.to_string().hash(&mut hasher),
            None => line.hash(&mut hasher),
        }
    }
    match body {
        Some(body) => value(body, &mut hasher),
        None => response.body.hash(&mut hasher),
    }
    hasher.finish()
}

/// Adds a value: properties by name, numbers by value, instants in UTC.
fn value(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Bool(flag) => flag.hash(hasher),
        Value::Number(number) => match number.as_f64() {
            // Whole numbers beyond the precision of floats keep their digits.
            Some(float) if float.abs() < 9e15 => (float + 0.0).to_bits().hash(hasher),
            _ => number.to_string().hash(hasher),
        },
        Value::String(text) => match canonical_instant(text) {
            Some(instant) => instant.hash(hasher),
            None => text.hash(hasher),
        },
        Value::Array(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| self::value(item, hasher));
        }
        Value::Object(properties) => {
            let mut sorted: Vec<_> = properties.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            sorted.len().hash(hasher);
            for (name, property) in sorted {
                name.hash(hasher);
                self::value(property, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::http::Headers;

    use super::*;

    fn digest(response: &Response) -> u64 {
        super::digest(response, serde_json::from_slice(&response.body).ok().as_ref())
    }

    fn response(content_type: &str, body: &str) -> Response {
        let headers: Headers = [("Content-Type", content_type), ("X-B", "2"), ("x-a", "1")].into_iter().collect();
        Response { status: 200, version: "HTTP/1.1", headers, body: body.to_owned().into(), wire_size: 0 }
    }

    #[test]
    fn spelling_does_not_matter_and_values_do() {
        let check = |one: (&str, &str), other: (&str, &str), is_same: bool| {
            assert_eq!(
                digest(&response(one.0, one.1)) == digest(&response(other.0, other.1)),
                is_same,
                "{one:?} {other:?}"
            );
        };
        let json = "application/json";
        check((json, r#"{"a": 1, "b": 2}"#), (json, r#"{"b":2.0,"a":1}"#), true);
        check((json, r#"["2025-02-13T19:08:07.000Z"]"#), (json, r#"["2025-02-13T20:08:07+01:00"]"#), true);
        check((json, "{}"), ("Application/JSON", "{}"), true);
        check((json, "{}"), ("application/json; charset=iso-8859-1", "{}"), false);
        check((json, "[1]"), (json, "[\"1\"]"), false);
        check((json, "[1,[2]]"), (json, "[[1],2]"), false);
    }
}
