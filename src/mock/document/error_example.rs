//! Fills a generated error response with how the request violates the contract.

use serde_json::Value;

/// Properties that describe the error.
const DETAILS: [&str; 10] = [
    "detail",
    "details",
    "message",
    "msg",
    "description",
    "error_description",
    "reason",
    "errors",
    "violations",
    "messages",
];
/// Properties that name the part of the request.
const SUBJECTS: [&str; 6] = ["field", "param", "parameter", "property", "attribute", "location"];
/// Properties that repeat the status.
const STATUSES: [&str; 5] = ["status", "statuscode", "status_code", "code", "http_status"];
/// Properties that contain an error object.
const ERRORS: [&str; 3] = ["error", "errors", "fault"];

/// Returns `value` with the violations in the properties whose names suit; a string is replaced as a whole.
pub(crate) fn filled(value: &Value, status: u16, violations: &[String]) -> Value {
    if value.is_string() {
        return violations.join("; ").into();
    }
    let mut filled = value.clone();
    fill(&mut filled, status, violations);
    filled
}

fn fill(value: &mut Value, status: u16, violations: &[String]) {
    for (name, property) in value.as_object_mut().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        match property {
            Value::String(text) if DETAILS.contains(&name.as_str()) => *text = violations.join("; "),
            Value::String(text) if SUBJECTS.contains(&name.as_str()) => {
                let about = violations.iter().filter_map(|violation| Some(violation.split_once(": ")?.0));
                *text = about.collect::<Vec<_>>().join(", ");
            }
            Value::Number(number) if STATUSES.contains(&name.as_str()) => *number = status.into(),
            Value::Array(items) if DETAILS.contains(&name.as_str()) => list(items, status, violations),
            Value::Object(_) if ERRORS.contains(&name.as_str()) => fill(property, status, violations),
            _ => {}
        }
    }
}

/// One item per violation, shaped like the first item.
fn list(items: &mut Vec<Value>, status: u16, violations: &[String]) {
    let Some(first) = items.first().cloned() else { return };
    let item = |violation: &String| match &first {
        Value::String(_) => violation.as_str().into(),
        other => {
            let mut item = other.clone();
            fill(&mut item, status, std::slice::from_ref(violation));
            item
        }
    };
    *items = violations.iter().map(item).collect();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value, expect: Value) {
        assert_eq!(filled(&value, 400, &["a: is missing".to_owned(), "b: is 1".to_owned()]), expect, "{value}");
    }

    #[test]
    fn properties_with_suitable_names_describe_the_violations() {
        check(
            json!({"message": "text", "status": 1, "path": "text", "type": "text"}),
            json!({"message": "a: is missing; b: is 1", "status": 400, "path": "text", "type": "text"}),
        );
        check(json!({"details": ["text"]}), json!({"details": ["a: is missing", "b: is 1"]}));
        check(
            json!({"errors": [{"Message": "text", "field": "x"}]}),
            json!({"errors": [{"Message": "a: is missing", "field": "a"}, {"Message": "b: is 1", "field": "b"}]}),
        );
        check(
            json!({"error": {"code": 1, "message": "text"}}),
            json!({"error": {"code": 400, "message": "a: is missing; b: is 1"}}),
        );
        check(json!({"param": "text", "code": 1}), json!({"param": "a, b", "code": 400}));
        check(json!({"code": "E1", "data": {"message": "text"}}), json!({"code": "E1", "data": {"message": "text"}}));
        check(json!([]), json!([]));
        check(json!("text"), json!("a: is missing; b: is 1"));
    }
}
