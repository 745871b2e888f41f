//! Validates a document against the official meta-schema of its version: which objects have which fields, of which types.

use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{Draft, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::keyword::{self, Applies, Shape};
use crate::contract::refs::{REF, reference};
use crate::contract::version::{Minor, OasVersion};
use crate::pointer::Pointer;
use crate::suggestion::nearest;

/// Maximum number of errors reported for one document.
const MAX_FAULTS: usize = 1_000;

/// Maximum number of meta-schemas searched for the names of an object's fields.
const MAX_SCHEMAS: usize = 256;

/// What an empty `responses` object lacks.
const NO_RESPONSE: &str = "expected a response, such as `200` or `default`";

/// A violation of the meta-schema, as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::contract) struct Fault {
    /// The node.
    pub at: Pointer,
    /// What was expected and what is there.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// Whether it is a keyword that schemas of OpenAPI 3.0 do not have, and so is ignored.
    pub is_ignored: bool,
}

/// Returns every violation of the structure that the version prescribes.
pub(in crate::contract) fn faults(document: &Value, openapi: OasVersion) -> Vec<Fault> {
    let (text, draft) = match openapi.minor() {
        Minor::V3_0 => (include_str!("../meta/openapi-3.0.json"), Draft::Draft4),
        Minor::V3_1 => (include_str!("../meta/openapi-3.1.json"), Draft::Draft202012),
        Minor::V3_2 => (include_str!("../meta/openapi-3.2.json"), Draft::Draft202012),
    };
    let mut meta: Value = serde_json::from_str(text).expect("the meta-schemas are JSON");
    // The meta-schemas allow strings only, the specification any value (OpenAPI 3.1 §4.8.20.1).
    if let Some(parameters) = meta.pointer_mut("/$defs/link/properties/parameters") {
        *parameters = json!({ "type": "object" });
    }
    // The meta-schema has no rule for it (OpenAPI 3.0 §4.7.24.1: `items` must be present if the `type` is `array`).
    if let Some(schema) = meta.pointer_mut("/definitions/Schema").and_then(Value::as_object_mut) {
        let is_array = json!({ "required": ["type"], "properties": { "type": { "enum": ["array"] } } });
        schema.insert("anyOf".to_owned(), json!([{ "required": ["items"] }, { "not": is_array }]));
    }
    // Formats are checked by the lint rules, which accept patterns and URIs that are common though not strictly valid.
    let options = jsonschema::options().with_draft(draft).should_validate_formats(false).offline();
    let validator = options.build(&meta).expect("the meta-schemas compile");
    let errors: Vec<_> = validator.iter_errors(document).take(MAX_FAULTS).flat_map(|error| converted(&error)).collect();
    let describer = Describer { meta: &meta, document, errors: &errors };
    let mut found: Vec<_> = errors.iter().flat_map(|error| describer.describe(error)).collect();
    found.sort();
    found.dedup();
    found
}

/// One error of the library, without its causes.
struct StructureError {
    at: Pointer,
    /// The location of the keyword in the meta-schema.
    keyword: Pointer,
    kind: ErrorKind,
}

enum ErrorKind {
    /// A field is missing.
    Missing(String),
    /// Fields are not allowed.
    Unexpected(Vec<String>),
    /// A name of a field does not match a pattern.
    Name { name: String, pattern: String },
    /// The value has another type.
    Type(String),
    /// Any other violation of the keyword.
    Keyword,
}

/// Converts `error`; an error about branches becomes the errors of the closest branch.
fn converted(error: &ValidationError<'_>) -> Vec<StructureError> {
    let at = pointer(error.instance_path().as_str());
    let kind = match error.kind() {
        Kind::Required { property } => ErrorKind::Missing(property.as_str().unwrap_or_default().to_owned()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            ErrorKind::Unexpected(unexpected.clone())
        }
        Kind::PropertyNames { error } if let Kind::Pattern { pattern } = error.kind() => {
            ErrorKind::Name { name: error.instance().as_str().unwrap_or_default().to_owned(), pattern: pattern.clone() }
        }
        Kind::Type { kind } => ErrorKind::Type(types(kind)),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => match branch(error, context) {
            Some(branch) => return branch.iter().flat_map(converted).collect(),
            None => ErrorKind::Keyword,
        },
        _ => ErrorKind::Keyword,
    };
    vec![StructureError { at, keyword: pointer(error.schema_path().as_str()), kind }]
}

/// Finds the closest branch: the one for references if there is a `$ref`, never that one otherwise. None when the branches are
/// about which fields occur together.
fn branch<'e>(
    error: &ValidationError<'_>,
    branches: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e Vec<ValidationError<'static>>> {
    let here = |inner: &ValidationError<'_>| inner.instance_path() == error.instance_path();
    let lacks = |inner: &ValidationError<'_>| matches!(inner.kind(), Kind::Required { .. });
    let is_other_kind = |inner: &ValidationError<'_>| here(inner) && matches!(inner.kind(), Kind::Type { .. });
    let no_reference = |inner: &ValidationError<'_>| {
        here(inner) && matches!(inner.kind(), Kind::Required { property } if property == REF)
    };
    if branches.iter().flatten().all(|inner| here(inner) && lacks(inner) && !no_reference(inner)) {
        return None;
    }
    let distance = |branch: &&Vec<ValidationError<'static>>| {
        (branch.iter().any(no_reference), branch.iter().any(is_other_kind), branch.len())
    };
    branches.iter().filter(|branch| !branch.is_empty()).min_by_key(distance)
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(name) => named(&name.to_string()).to_owned(),
        TypeKind::Multiple(names) => {
            names.iter().map(|name| named(&name.to_string()).to_owned()).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn named(json: &str) -> &str {
    match json {
        "object" => "an object",
        "array" => "an array",
        "string" => "a string",
        "boolean" => "true or false",
        "integer" => "an integer",
        "number" => "a number",
        _ => "null",
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        single => single.to_string(),
    }
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap_or_default()
}

/// Describes errors.
struct Describer<'a> {
    meta: &'a Value,
    document: &'a Value,
    errors: &'a [StructureError],
}

impl Describer<'_> {
    fn describe(&self, error: &StructureError) -> Vec<Fault> {
        let value = error.at.of(self.document).unwrap_or(&Value::Null);
        let fault = |message: String| vec![Fault { at: error.at.clone(), message, help: None, is_ignored: false }];
        match &error.kind {
            // The meta-schema requires `default` if there is no other response.
            ErrorKind::Missing(_) if error.keyword.as_str().ends_with("/responses/then/required") => {
                fault(NO_RESPONSE.to_owned())
            }
            ErrorKind::Missing(name) if name == "items" => {
                fault("`items` is missing: OpenAPI 3.0 requires it for `type: array`".to_owned())
            }
            ErrorKind::Missing(name) => fault(format!("`{name}` is missing")),
            ErrorKind::Name { name, pattern } => {
                let message = format!("expected a name that matches {pattern}, got {name:?}");
                vec![Fault { at: error.at.join(name), message, help: None, is_ignored: false }]
            }
            ErrorKind::Type(expected) => fault(format!("expected {expected}, got {}", kind(value))),
            ErrorKind::Unexpected(names) => self.unexpected(error, names),
            ErrorKind::Keyword => fault(self.keyword(error, value)),
        }
    }

    /// A field that some branch of the meta-schema knows is only reported when the object has no other error: a violated branch
    /// does not count as knowing its fields.
    fn unexpected(&self, error: &StructureError, names: &[String]) -> Vec<Fault> {
        let holder = error.keyword.parent().unwrap_or_default();
        let known = self.names(&holder);
        let is_other =
            |other: &StructureError| other.at.is_within(&error.at) && !matches!(other.kind, ErrorKind::Unexpected(_));
        let has_other_error = self.errors.iter().any(is_other);
        let in_schema = holder.as_str() == "/definitions/Schema";
        let fault = |name: &String| {
            let at = error.at.join(name);
            if known.contains(name.as_str()) {
                let message = format!("`{name}` is not allowed here");
                return (!has_other_error).then_some(Fault { at, message, help: None, is_ignored: false });
            }
            let help = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let message = match in_schema {
                true => format!("`{name}` is not a keyword of OpenAPI 3.0 schemas and is ignored"),
                false => format!("unknown key `{name}`"),
            };
            Some(Fault { at, message, help, is_ignored: in_schema })
        };
        names.iter().filter_map(fault).collect()
    }

    /// The field names that the schema at `holder` knows, in every branch.
    fn names(&self, holder: &Pointer) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut open: Vec<&Value> = holder.of(self.meta).into_iter().collect();
        for _ in 0..MAX_SCHEMAS {
            let Some(schema) = open.pop() else { break };
            names.extend(
                schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| &**name),
            );
            let target = reference(schema).and_then(|reference| reference.strip_prefix('#'));
            open.extend(target.and_then(|target| self.meta.pointer(target)));
            let is_same_value = |applies: Applies| applies.is_part() || applies == Applies::AsCondition;
            for keyword in keyword::applicators().filter(|keyword| keyword.applies().is_some_and(is_same_value)) {
                match (keyword.shape(), schema.get(keyword.name)) {
                    (Some(Shape::One), Some(held)) => open.push(held),
                    (Some(Shape::List), Some(Value::Array(held))) => open.extend(held),
                    (Some(Shape::Map), Some(Value::Object(held))) => open.extend(held.values()),
                    _ => {}
                }
            }
        }
        names
    }

    fn keyword(&self, error: &StructureError, value: &Value) -> String {
        let keyword = error.keyword.last().unwrap_or_default();
        let operand = error.keyword.of(self.meta).unwrap_or(&Value::Null);
        let got = kind(value);
        match keyword.as_str() {
            "enum" => format!("expected {}, got {got}", alternatives(operand.as_array().into_iter().flatten())),
            "const" => format!("expected {}, got {got}", kind(operand)),
            "pattern" => format!("expected a string that matches {}, got {got}", operand.as_str().unwrap_or_default()),
            "minProperties" if error.at.last().is_some_and(|name| name == "responses") => NO_RESPONSE.to_owned(),
            "minItems" => format!("expected at least {operand} item, got none"),
            "minProperties" => format!("expected at least {operand} key, got none"),
            "maxItems" => format!("expected at most {operand} items"),
            "maxProperties" => format!("expected {operand} key, got {}", value.as_object().map_or(0, Map::len)),
            "uniqueItems" => "expected unique items".to_owned(),
            "minimum" => format!("expected at least {operand}, got {got}"),
            "exclusiveMinimum" => format!("expected a number greater than 0, got {got}"),
            "not" => format!("expected not both {}", together(operand)),
            "oneOf" | "anyOf" => format!("expected {}", among(operand, keyword == "oneOf")),
            _ => format!("`{keyword}` of the OpenAPI schema is violated by {got}"),
        }
    }
}

/// `"a", "b" or "c"`.
fn alternatives<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    values.map(Value::to_string).collect::<Vec<_>>().join(" or ")
}

/// The fields that a schema requires together.
fn together(schema: &Value) -> String {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

/// The fields of which a list of schemas requires one.
fn among(branches: &Value, one_only: bool) -> String {
    let names: Vec<_> = branches.as_array().into_iter().flatten().map(together).collect();
    format!("{} {}", if one_only { "exactly one of" } else { "at least one of" }, names.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(openapi: &str, mut document: Value, expect: &[&str]) {
        document["openapi"] = openapi.into();
        document["info"] = json!({ "title": "t", "version": "1" });
        let found = faults(&document, OasVersion::parse(openapi).expect("a version"));
        let lines = found.iter().map(|fault| {
            let help = fault.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}{} {}{help}", fault.at, if fault.is_ignored { " (ignored)" } else { "" }, fault.message)
        });
        assert_eq!(lines.collect::<Vec<_>>(), expect, "{document}");
    }

    #[test]
    fn counts_and_names_are_explained() {
        let operation = |operation: Value| json!({ "paths": { "/a": { "get": operation } } });
        let at = "/paths/~1a/get";
        let none = format!("{at}/responses {NO_RESPONSE}");
        for version in ["3.0.4", "3.1.0", "3.2.0"] {
            check(version, operation(json!({ "responses": {} })), &[&none]);
        }
        let media = json!({ "schema": { "type": "string" } });
        let content = json!([{ "name": "q", "in": "query", "content": { "text/a": media, "text/b": media } }]);
        let responses = json!({ "200": { "description": "" } });
        let several = format!("{at}/parameters/0/content expected 1 key, got 2");
        check("3.1.0", operation(json!({ "responses": responses, "parameters": content })), &[&several]);
        let components = json!({ "components": { "schemas": { "a b": { "type": "string" } } } });
        let name = "/components/schemas/a b expected a name that matches ^[a-zA-Z0-9._-]+$, got \"a b\"";
        check("3.1.0", components, &[name]);
    }

    #[test]
    fn arrays_of_early_versions_have_items() {
        let message = "`items` is missing: OpenAPI 3.0 requires it for `type: array`";
        let schemas = |schema: Value| json!({ "paths": {}, "components": { "schemas": { "A": schema } } });
        let nested = |array: Value| schemas(json!({ "oneOf": [{ "properties": { "a": array } }] }));
        check("3.0.3", schemas(json!({ "type": "array" })), &[&format!("/components/schemas/A {message}")]);
        let at = format!("/components/schemas/A/oneOf/0/properties/a {message}");
        check("3.0.3", nested(json!({ "type": "array", "minItems": 1 })), &[&at]);
        check("3.0.3", nested(json!({ "type": "array", "items": {} })), &[]);
        check("3.0.3", nested(json!({ "$ref": "#/components/schemas/B" })), &[]);
        check("3.1.0", schemas(json!({ "type": "array" })), &[]);
    }

    #[test]
    fn each_fault_is_reported_once_at_its_location() {
        check("3.0.3", json!({}), &[" `paths` is missing"]);
        check("3.1.0", json!({}), &[" expected at least one of `paths`, `components`, `webhooks`"]);
        let operation = |operation: Value| json!({ "paths": { "/a": { "get": operation } } });
        let responses = json!({ "200": { "description": "" } });
        for version in ["3.0.4", "3.1.2", "3.2.0"] {
            check(
                version,
                operation(json!({ "responses": responses, "sumary": "x" })),
                &["/paths/~1a/get/sumary unknown key `sumary` (did you mean `summary`?)"],
            );
            check(
                version,
                operation(json!({ "responses": responses, "tags": "x" })),
                &["/paths/~1a/get/tags expected an array, got \"x\""],
            );
            let parameters = json!([{ "name": "q", "in": "query", "schema": { "type": "string" }, "required": "yes" }]);
            check(
                version,
                operation(json!({ "responses": responses, "parameters": parameters })),
                &["/paths/~1a/get/parameters/0/required expected true or false, got \"yes\""],
            );
            let reference = json!({ "$ref": 1 });
            check(
                version,
                operation(json!({ "responses": { "200": reference } })),
                &["/paths/~1a/get/responses/200/$ref expected a string, got 1"],
            );
        }
    }
}
