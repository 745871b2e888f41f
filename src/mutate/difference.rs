//! Locations at which a changed response differs from the original.

use serde_json::Value;

use crate::http::Response;
use crate::pointer::Pointer;

use super::response_mutant::ChangedResponse;

/// Maximum number of locations that are listed.
const MAX_LISTED: usize = 64;

/// One location that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// The status.
    Status,
    /// A header, in lower case.
    Header(String),
    /// The body as a whole: its presence, or its syntax.
    Body,
    /// A value in the JSON body, and whether it is there in both responses.
    Value(Pointer, bool),
}

/// Lists the differences of two responses; `body` is the JSON of the original.
pub(crate) fn differences(original: &Response, body: Option<&Value>, changed: &ChangedResponse) -> Vec<Difference> {
    let ChangedResponse { response: changed, body: changed_body } = changed;
    let mut found = Vec::new();
    if original.status != changed.status {
        found.push(Difference::Status);
    }
    let mut names: Vec<_> = original.headers.iter().chain(changed.headers.iter()).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names.into_iter().filter(|name| !name.eq_ignore_ascii_case("content-length")) {
        if !original.headers.all(name).eq(changed.headers.all(name)) {
            found.push(Difference::Header(name.to_ascii_lowercase()));
        }
    }
    if original.body != changed.body {
        match (body, changed_body) {
            (Some(body), Some(changed)) => compare(&Pointer::root(), body, changed, &mut found),
            _ => found.push(Difference::Body),
        }
    }
    found
}

fn compare(at: &Pointer, original: &Value, changed: &Value, found: &mut Vec<Difference>) {
    if found.len() >= MAX_LISTED || original == changed {
        return;
    }
    match (original, changed) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                match other.get(name) {
                    Some(changed) => compare(&at.join(name), value, changed, found),
                    None => found.push(Difference::Value(at.join(name), false)),
                }
            }
            let added = other.keys().filter(|name| !one.contains_key(*name));
            found.extend(added.map(|name| Difference::Value(at.join(name), false)));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.for_each(|(index, (value, changed))| compare(&at.join(index), value, changed, found));
        }
        _ => found.push(Difference::Value(at.clone(), true)),
    }
}
