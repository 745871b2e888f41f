//! A fenced block that is an OpenAPI document, or most of one.

use serde_json::{Map, Value};

use crate::document::{Document, End, parse_json};
use crate::pointer::Pointer;
use crate::problem::Problem;

/// The properties of an OpenAPI document.
const ROOT: [&str; 11] = [
    "$self",
    "components",
    "externalDocs",
    "info",
    "jsonSchemaDialect",
    "openapi",
    "paths",
    "security",
    "servers",
    "tags",
    "webhooks",
];

/// Whether a block claims to be a document: an error in it is reported.
pub(super) fn is_claimed(text: &str) -> bool {
    let mut names = text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim());
    names.any(|name| matches!(name, "openapi" | "\"openapi\"" | "swagger" | "\"swagger\""))
}

/// Whether a parsed block is a document.
pub(super) fn is_fragment(value: &Value) -> bool {
    value
        .get("openapi")
        .or_else(|| value.get("swagger"))
        .is_some_and(|version| version.is_string() || version.is_number())
}

/// The document of a block, without what OpenAPI does not know. Changes are noted.
pub(super) fn read(document: &Document, notes: &mut Vec<Problem>) -> Value {
    let Value::Object(mut root) = document.value().clone() else { return Value::Null };
    let unknown = |name: &str| !ROOT.contains(&name) && !name.starts_with("x-");
    for name in root.keys().filter(|name| unknown(name)) {
        let message = format!("{name} is left out: an OpenAPI document has no such property");
        notes.push(Problem::new(message).at(document.snippet(&Pointer::root().join(name), End::Key)).as_warning());
    }
    root.retain(|name, _| !unknown(name));
    let mut parsed = Vec::new();
    parse_examples(&mut root, &Pointer::root(), &mut parsed);
    notes.extend(parsed.iter().map(|at| {
        let message = "the example is JSON as text: its value is used instead";
        Problem::new(message).at(document.snippet(at, End::Value)).as_warning()
    }));
    root.into()
}

/// Replaces examples of JSON media types that are the text of a JSON object or array by their values. `parsed` receives their
/// locations.
fn parse_examples(members: &mut Map<String, Value>, at: &Pointer, parsed: &mut Vec<Pointer>) {
    for (name, value) in members {
        let at = at.join(name);
        match value {
            Value::Object(types) if name == "content" => {
                for (media_type, content) in types.iter_mut().filter(|(name, _)| name.contains("json")) {
                    parse_content(content, &at.join(media_type), parsed);
                }
            }
            other => descend(other, &at, parsed),
        }
    }
}

fn descend(value: &mut Value, at: &Pointer, parsed: &mut Vec<Pointer>) {
    match value {
        Value::Object(members) => parse_examples(members, at, parsed),
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                descend(item, &at.join(index), parsed);
            }
        }
        _ => {}
    }
}

fn parse_content(content: &mut Value, at: &Pointer, parsed: &mut Vec<Pointer>) {
    let is_text = content.pointer("/schema/type").is_some_and(|kind| kind == "string");
    let Value::Object(content) = content else { return };
    if is_text {
        return;
    }
    if let Some(example) = content.get_mut("example") {
        parse_example(example, at.join("example"), parsed);
    }
    let Some(Value::Object(examples)) = content.get_mut("examples") else { return };
    for (name, example) in examples {
        if let Some(value) = example.get_mut("value") {
            parse_example(value, at.join("examples").join(name).join("value"), parsed);
        }
    }
}

fn parse_example(example: &mut Value, at: Pointer, parsed: &mut Vec<Pointer>) {
    let value = example.as_str().and_then(|text| parse_json(text.as_bytes()).ok());
    if let Some(value) = value.filter(|value| value.is_object() || value.is_array()) {
        *example = value;
        parsed.push(at);
    }
}
