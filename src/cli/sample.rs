//! A first request to an operation, from the document's examples and, where there are none, from its schemas.

use serde_json::{Map, Value, json};

use crate::contract::parameters::serialize;
use crate::contract::{Anchor, Contract, Operation, Parameter, ParameterIn, SecurityScheme};

/// How deep a schema without examples is followed.
const DEPTH: usize = 8;

/// Values for everything that an operation requires.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Path parameters.
    pub path: Map<String, Value>,
    /// Required query parameters.
    pub query: Map<String, Value>,
    /// Required headers.
    pub headers: Map<String, Value>,
    /// The body, when one is declared as JSON.
    pub body: Option<Value>,
}

impl Sample {
    /// A request that keeps the contract as far as its examples do.
    pub fn of(contract: &Contract, operation: &Operation) -> Self {
        let of = |place| {
            let wanted = operation.parameters.iter().filter(|parameter| parameter.place == place && parameter.required);
            wanted.map(|parameter| (parameter.name.clone(), parameter_value(contract, parameter))).collect()
        };
        Self {
            path: of(ParameterIn::Path),
            query: of(ParameterIn::Query),
            headers: of(ParameterIn::Header),
            body: body(contract, operation),
        }
    }

    /// The request as a line for a shell; credentials are placeholders.
    pub fn curl(&self, contract: &Contract, operation: &Operation, base: &str) -> String {
        let mut words = vec!["curl".to_owned(), "-X".to_owned(), operation.method.clone()];
        words.push(quoted(&format!("{base}{}", self.url(operation))));
        for header in self.credentials(contract, operation) {
            words.extend(["-H".to_owned(), quoted(&header)]);
        }
        for (name, value) in &self.headers {
            words.extend(["-H".to_owned(), quoted(&format!("{name}: {}", text(value)))]);
        }
        if let Some(body) = &self.body {
            words.extend(["-H".to_owned(), quoted("content-type: application/json")]);
            words.extend(["-d".to_owned(), quoted(&body.to_string())]);
        }
        words.join(" ")
    }

    fn url(&self, operation: &Operation) -> String {
        let wire = |place, name: &str, value: &Value| {
            let declared = operation.parameter(place, name);
            declared.and_then(|parameter| serialize(parameter, value).ok()).unwrap_or_else(|| text(value))
        };
        let path = self.path.iter().fold(operation.path.clone(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), &wire(ParameterIn::Path, name, value))
        });
        let query: Vec<_> = self.query.iter().map(|(name, value)| wire(ParameterIn::Query, name, value)).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    fn credentials(&self, contract: &Contract, operation: &Operation) -> Vec<String> {
        let first = operation.security.first().map(|requirement| requirement.schemes.as_slice()).unwrap_or_default();
        let header = |scheme: &String| match contract.security_schemes.get(scheme)? {
            SecurityScheme::Basic => Some("authorization: Basic dXNlcjpwYXNzd29yZA==".to_owned()),
            SecurityScheme::Bearer => Some("authorization: Bearer token".to_owned()),
            SecurityScheme::ApiKey { place: ParameterIn::Header, name } => Some(format!("{name}: key")),
            _ => None,
        };
        first.iter().filter_map(header).collect()
    }
}

fn parameter_value(contract: &Contract, parameter: &Parameter) -> Value {
    let object = contract.value(&parameter.anchor).unwrap_or(&Value::Null);
    let named = || object.get("examples")?.as_object()?.values().next()?.get("value");
    if let Some(example) = object.get("example").or_else(named) {
        return example.clone();
    }
    let schema = parameter.schema.as_ref().map(|schema| &schema.anchor);
    schema.map_or_else(|| json!("text"), |anchor| from_schema(contract, anchor, DEPTH))
}

fn body(contract: &Contract, operation: &Operation) -> Option<Value> {
    let json = operation.request_body.as_ref()?.content.iter().find(|content| content.media_type.is_json())?;
    let example = json.examples.first().and_then(|(_, example)| contract.value(example)).cloned();
    example.or_else(|| json.schema.as_ref().map(|schema| from_schema(contract, &schema.anchor, DEPTH)))
}

/// A value that the schema at `anchor` allows, for the keywords that matter most.
fn from_schema(contract: &Contract, anchor: &Anchor, depth: usize) -> Value {
    let Some(schema) = contract.value(anchor).filter(|_| depth > 0) else { return Value::Null };
    let follow = |anchor: &Anchor| from_schema(contract, anchor, depth - 1);
    let below = |path: &[&str]| Anchor {
        document: anchor.document,
        pointer: path.iter().fold(anchor.pointer.clone(), |at, token| at.join(token)),
    };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#')) {
        let pointer = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
        let pointer = crate::location::Pointer::parse(&pointer).unwrap_or_default();
        return follow(&Anchor { document: anchor.document, pointer });
    }
    let given = ["example", "default", "const"].iter().find_map(|key| schema.get(key));
    let listed = || ["examples", "enum"].iter().find_map(|key| schema.get(key)?.get(0));
    if let Some(value) = given.or_else(listed) {
        return value.clone();
    }
    if let Some(branches) = schema.get("allOf").and_then(Value::as_array) {
        let parts = (0..branches.len()).map(|index| follow(&below(&["allOf", &index.to_string()])));
        return parts.chain([object(schema, &below, &follow)]).fold(json!({}), merged);
    }
    if let Some(key) = ["oneOf", "anyOf"].into_iter().find(|key| schema.get(key).is_some()) {
        return follow(&below(&[key, "0"]));
    }
    match kind(schema) {
        "object" => object(schema, &below, &follow),
        "array" if schema.get("minItems").and_then(Value::as_u64).unwrap_or(0) > 0 => {
            json!([follow(&below(&["items"]))])
        }
        "array" => json!([]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => string(schema),
    }
}

fn object(schema: &Value, below: &dyn Fn(&[&str]) -> Anchor, follow: &dyn Fn(&Anchor) -> Value) -> Value {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    required.map(|name| (name.to_owned(), follow(&below(&["properties", name])))).collect::<Map<_, _>>().into()
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, other) if other.is_null() => one,
        (_, other) => other,
    }
}

/// `type`, its first word where there are several; guessed from `properties` where there is none.
fn kind(schema: &Value) -> &str {
    let declared = schema.get("type").and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
    declared.unwrap_or(if schema.get("properties").is_some() { "object" } else { "string" })
}

fn string(schema: &Value) -> Value {
    let shortest = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0).min(10_000);
    let text = match schema.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "2026-01-31T12:00:00Z",
        "date" => "2026-01-31",
        "time" => "12:00:00Z",
        "uuid" => "0b7f3f0c-9a59-4d3c-8a5e-3d8c2d1f6a10",
        "email" => "person@example.com",
        "uri" | "url" => "https://example.com/",
        "ipv4" => "192.0.2.1",
        "hostname" => "example.com",
        _ => "text",
    };
    format!("{text:x<width$}", width = usize::try_from(shortest).unwrap_or(0)).into()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// In single quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
