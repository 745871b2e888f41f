//! Judges a document by the official meta-schema of its version: which objects may have which members, and of which types.

use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{Draft, ValidationError};
use serde_json::{Value, json};

use crate::contract::refs::{REF, reference};
use crate::contract::version::{Minor, OasVersion};
use crate::pointer::Pointer;
use crate::suggestion::nearest;

/// More breaches of one document than anybody reads.
const MAX_FAULTS: usize = 1_000;

/// Schemas that are looked at for the names an object may have.
const MAX_SCHEMAS: usize = 256;

/// A breach of the meta-schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::contract) struct Fault {
    /// The node.
    pub at: Pointer,
    /// What is expected of it, and what it is.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it is a keyword that schemas of OpenAPI 3.0 do not have, which is ignored.
    pub is_ignored: bool,
}

/// Everything that `document`, written in OpenAPI `openapi`, breaks of the structure that its version prescribes.
pub(in crate::contract) fn faults(document: &Value, openapi: OasVersion) -> Vec<Fault> {
    let (text, draft) = match openapi.minor() {
        Minor::V3_0 => (include_str!("../meta/openapi-3.0.json"), Draft::Draft4),
        Minor::V3_1 => (include_str!("../meta/openapi-3.1.json"), Draft::Draft202012),
        Minor::V3_2 => (include_str!("../meta/openapi-3.2.json"), Draft::Draft202012),
    };
    let mut meta: Value = serde_json::from_str(text).expect("the meta-schemas are JSON");
    // They allow texts alone, the specification any value (OpenAPI 3.1 §4.8.20.1).
    if let Some(parameters) = meta.pointer_mut("/$defs/link/properties/parameters") {
        *parameters = json!({ "type": "object" });
    }
    // Formats are left to the lints, which know what is usual: patterns and URIs that only a strict reader refuses.
    let options = jsonschema::options().with_draft(draft).should_validate_formats(false).offline();
    let validator = options.build(&meta).expect("the meta-schemas compile");
    let breaches: Vec<_> = validator.iter_errors(document).take(MAX_FAULTS).flat_map(|error| meant(&error)).collect();
    let reader = Reader { meta: &meta, document, breaches: &breaches };
    let mut found: Vec<_> = breaches.iter().flat_map(|breach| reader.read(breach)).collect();
    found.sort();
    found.dedup();
    found
}

/// One error of the library, without those that led to it.
struct Breach {
    at: Pointer,
    /// Where the keyword stands in the meta-schema.
    keyword: Pointer,
    what: What,
}

enum What {
    /// A member is missing.
    Missing(String),
    /// Members may not be there.
    Unexpected(Vec<String>),
    /// It is of another type.
    Type(String),
    /// Anything else that the keyword says.
    Keyword,
}

/// The breach of `error`, or those of the branch that was meant where it is about branches.
fn meant(error: &ValidationError<'_>) -> Vec<Breach> {
    let at = pointer(error.instance_path().as_str());
    let what = match error.kind() {
        Kind::Required { property } => What::Missing(property.as_str().unwrap_or_default().to_owned()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            What::Unexpected(unexpected.clone())
        }
        Kind::Type { kind } => What::Type(types(kind)),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => match branch(error, context) {
            Some(branch) => return branch.iter().flat_map(meant).collect(),
            None => What::Keyword,
        },
        _ => What::Keyword,
    };
    vec![Breach { at, keyword: pointer(error.schema_path().as_str()), what }]
}

/// The branch that fits best: a reference where there is one, never a reference where there is none. None when the branches
/// are about which members stand together.
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
        "array" => "a list",
        "string" => "text",
        "boolean" => "true or false",
        "integer" => "an integer",
        "number" => "a number",
        _ => "nothing",
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        single => single.to_string(),
    }
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap_or_default()
}

/// Puts breaches into words.
struct Reader<'a> {
    meta: &'a Value,
    document: &'a Value,
    breaches: &'a [Breach],
}

impl Reader<'_> {
    fn read(&self, breach: &Breach) -> Vec<Fault> {
        let value = breach.at.of(self.document).unwrap_or(&Value::Null);
        let fault = |message: String| vec![Fault { at: breach.at.clone(), message, help: None, is_ignored: false }];
        match &breach.what {
            What::Missing(name) => fault(format!("expected `{name}`, got none")),
            What::Type(expected) => fault(format!("expected {expected}, got {}", kind(value))),
            What::Unexpected(names) => self.unexpected(breach, names),
            What::Keyword => fault(self.keyword(breach, value)),
        }
    }

    /// A member that some branch of the meta-schema knows is only told when nothing else is wrong with the object, since a
    /// branch that is not kept no longer vouches for its members.
    fn unexpected(&self, breach: &Breach, names: &[String]) -> Vec<Fault> {
        let holder = breach.keyword.parent().unwrap_or_default();
        let known = self.names(&holder);
        let is_other = |other: &Breach| other.at.is_within(&breach.at) && !matches!(other.what, What::Unexpected(_));
        let is_broken = self.breaches.iter().any(is_other);
        let in_schema = holder.as_str() == "/definitions/Schema";
        let fault = |name: &String| {
            let at = breach.at.join(name);
            if known.contains(name.as_str()) {
                let message = format!("`{name}` may not stand here");
                return (!is_broken).then_some(Fault { at, message, help: None, is_ignored: false });
            }
            let help = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let message = match in_schema {
                true => format!("`{name}` is no keyword of OpenAPI 3.0 schemas: it is ignored"),
                false => format!("unknown key `{name}`"),
            };
            Some(Fault { at, message, help, is_ignored: in_schema })
        };
        names.iter().filter_map(fault).collect()
    }

    /// The names that the schema at `holder` has for members, in every branch.
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
            open.extend(["if", "then", "else"].iter().filter_map(|name| schema.get(name)));
            let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|name| schema.get(name)?.as_array());
            open.extend(lists.flatten());
            open.extend(
                schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flat_map(|held| held.values()),
            );
        }
        names
    }

    fn keyword(&self, breach: &Breach, value: &Value) -> String {
        let keyword = breach.keyword.last().unwrap_or_default();
        let operand = breach.keyword.of(self.meta).unwrap_or(&Value::Null);
        let got = kind(value);
        match keyword.as_str() {
            "enum" => format!("expected {}, got {got}", alternatives(operand.as_array().into_iter().flatten())),
            "const" => format!("expected {}, got {got}", kind(operand)),
            "pattern" => format!("expected text like {}, got {got}", operand.as_str().unwrap_or_default()),
            "minItems" | "minProperties" => format!("expected at least {operand}, got none"),
            "maxProperties" | "maxItems" => format!("expected at most {operand}, got more"),
            "uniqueItems" => "expected each element once".to_owned(),
            "minimum" => format!("expected at least {operand}, got {got}"),
            "exclusiveMinimum" => format!("expected a number greater than 0, got {got}"),
            "not" => format!("expected not both {}", together(operand)),
            "oneOf" | "anyOf" => format!("expected {}", among(operand, keyword == "oneOf")),
            _ => format!("expected what `{keyword}` of the OpenAPI schema asks for, got {got}"),
        }
    }
}

/// `"a", "b" or "c"`.
fn alternatives<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    values.map(Value::to_string).collect::<Vec<_>>().join(" or ")
}

/// The members that a schema requires together.
fn together(schema: &Value) -> String {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

/// The members of which a list of schemas requires one.
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
        let told = found.iter().map(|fault| {
            let help = fault.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}{} {}{help}", fault.at, if fault.is_ignored { " (ignored)" } else { "" }, fault.message)
        });
        assert_eq!(told.collect::<Vec<_>>(), expect, "{document}");
    }

    #[test]
    fn each_fault_is_told_once_at_its_place() {
        check("3.0.3", json!({}), &[" expected `paths`, got none"]);
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
                &["/paths/~1a/get/tags expected a list, got \"x\""],
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
                &["/paths/~1a/get/responses/200/$ref expected text, got 1"],
            );
        }
    }
}
