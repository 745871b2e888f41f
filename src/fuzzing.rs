//! Bodies of the fuzz targets: each runs one parser of untrusted text, and what evaluates its result, which must return.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::contract;
use crate::expression::{Expression, Scope, Template};
use crate::http::MediaType;

#[cfg(test)]
mod tests;

static VALUE: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "status": 200, "text": "a b\nc é", "list": [1, 2.5, "x", null, true, [3], {"a": 1}], "empty": {},
        "body": {"id": "1", "items": [{"id": 1, "name": "n"}, {"id": 2}], "big": u64::MAX, "low": i64::MIN}
    })
});

/// Compiles and evaluates an expression, and a template around it.
pub fn expression(text: &str) {
    let mut scope = Scope::new(0, 0, "");
    for name in ["response", "request", "x"] {
        scope.set(name, &VALUE);
    }
    for (name, value) in VALUE.as_object().into_iter().flatten() {
        scope.set(name, value);
    }
    if let Ok(expression) = Expression::parse(text) {
        let _ = expression.evaluate(&scope);
        expression.operands(&scope);
        expression.names();
    }
    for template in [text.to_owned(), format!("a ${{{text}}}")] {
        if let Ok(template) = Template::parse(&template) {
            let _ = template.expand(&scope);
        }
    }
}

/// Compiles the target of an overlay's action, and selects nodes with it.
pub fn overlay_path(text: &str) {
    let _ = contract::overlay_targets(text, &VALUE);
}

/// Parses a media type, strictly and leniently.
pub fn media_type(text: &str) {
    let strict = MediaType::parse(text).ok();
    let lenient = MediaType::parse_leniently(text).ok().map(|(parsed, _)| parsed);
    assert!(strict.is_none() || strict == lenient, "{text:?} has two meanings");
}

/// Compiles the first line as a `pattern`, and matches the rest against it.
pub fn pattern(text: &str) {
    let (pattern, subject) = text.split_once('\n').unwrap_or((text, "aé 1\n_"));
    contract::pattern_matches(pattern, subject);
}
