//! Clauses of requests that violate one keyword.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::location::{ClauseLocation, Step};
use crate::contract::clause::set::Source;
use crate::contract::clause::verb::Verb;
use crate::contract::keyword::{self, BOUNDS, Keyword};
use crate::contract::schema::is_restricting_format;
use crate::contract::types::Types;
use crate::contract::{Contract, ParameterIn, SchemaView};

use super::collector::Collector;
use super::never_alone::is_implied;
use super::schemas::{Located, Schemas};
use super::side::Writing;
use super::spot::{Spot, SpotKind};

/// Adds a clause for each keyword of `schemas` that a value at the location may violate.
pub(super) fn derive(
    contract: &Contract,
    found: &mut Collector,
    (spot, writing): (&Spot, Writing<'_>),
    schemas: &Schemas<'_>,
) {
    let at = &spot.at;
    let types = schemas.allowed_types(contract.openapi);
    let mut add = |keyword: &'static str, at: ClauseLocation, source: Source, impossible| {
        found.add_unless(Verb::Violates(keyword, Some(at)), source, impossible);
    };
    for schema in &schemas.all {
        if *schema.view.value() == Value::Bool(false) {
            add("false", at.clone(), schema.itself(), None);
        }
        for (name, value) in schema.view.keywords() {
            let Some(keyword) = keyword::find(name).filter(|keyword| keyword.is_declarable()) else { continue };
            let rule = keyword.name;
            if is_reported_as_strict(&schema.view, rule) {
                continue;
            }
            match subject(rule, value) {
                Subject::Nothing => {}
                // The closest branch is of the same kind as the value: this says that it is another branch.
                Subject::Value if spot.kind == SpotKind::Branch && matches!(rule, "type" | "enum" | "const") => {}
                Subject::Value if is_composition(rule) => {
                    if schemas.compositions.iter().any(|one| one.keyword == rule && one.holder.anchor == schema.anchor)
                    {
                        add(rule, at.clone(), schema.keyword(rule), None);
                    }
                }
                Subject::Value => {
                    let impossible = unviolable(contract, (keyword, value), (spot, writing), schema, types)
                        .or_else(|| is_implied((rule, value), schemas, types).then_some(Impossible::NeverAlone));
                    add(rule, at.clone(), schema.keyword(rule), impossible);
                }
                Subject::Members(reported) => add(reported, at.step(Step::Any), schema.keyword(rule), None),
                Subject::Missing(names) => {
                    for name in names {
                        let inner = schemas.all.iter().filter_map(|held| held.view.property(&name));
                        let is_read_only = Schemas::new(inner, contract.openapi)
                            .all
                            .iter()
                            .any(|held| held.view.flag("readOnly") == Some(true));
                        let impossible = is_read_only.then_some(Impossible::ReadOnlyInRequest);
                        add(rule, at.step(Step::Name(name)), schema.keyword(rule), impossible);
                    }
                }
            }
        }
    }
}

/// What violates a keyword.
enum Subject {
    /// Nothing: its value restricts nothing, or it is reported by another keyword.
    Nothing,
    /// The value at the location.
    Value,
    /// A property or item, reported as that keyword.
    Members(&'static str),
    /// A missing property.
    Missing(Vec<Arc<str>>),
}

fn subject(rule: &str, value: &Value) -> Subject {
    let names = |list: &Value| -> Vec<Arc<str>> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(Arc::from).collect()
    };
    let is_false = *value == Value::Bool(false);
    match rule {
        "required" => Subject::Missing(names(value)),
        "dependentRequired" => {
            Subject::Missing(value.as_object().into_iter().flatten().flat_map(|(_, list)| names(list)).collect())
        }
        "additionalProperties" if is_false => Subject::Members("additionalProperties"),
        "unevaluatedProperties" if is_false => Subject::Members("unevaluatedProperties"),
        "propertyNames" => Subject::Members("propertyNames"),
        "items" if is_false => Subject::Members("false"),
        "additionalItems" | "unevaluatedItems" if is_false => Subject::Value,
        "additionalProperties"
        | "unevaluatedProperties"
        | "items"
        | "prefixItems"
        | "additionalItems"
        | "unevaluatedItems"
        | "readOnly" => Subject::Nothing,
        // A flag of OpenAPI 3.0 next to the bound.
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" if is_false => Subject::Nothing,
        "format" if !value.as_str().is_some_and(is_restricting_format) => Subject::Nothing,
        _ => Subject::Value,
    }
}

/// Whether a flag of OpenAPI 3.0 makes the bound exclusive, so that its violations are those of the flag.
fn is_reported_as_strict(schema: &SchemaView<'_>, rule: &str) -> bool {
    let pairs = BOUNDS.iter().filter_map(|bounds| Some(([bounds.least, bounds.most], bounds.strict?)));
    let strict = pairs.flat_map(|([least, most], (above, below))| [(least, above), (most, below)]);
    strict.into_iter().any(|(plain, strict)| plain == rule && schema.flag(strict) == Some(true))
}

fn is_composition(rule: &str) -> bool {
    matches!(rule, "oneOf" | "anyOf")
}

/// The proof that text is of one of the types.
fn type_of_text(spot: &Spot, writing: Writing<'_>, types: Types) -> Option<Impossible> {
    let has = |wanted: Types| !types.and(wanted).is_empty();
    let is_whole = match writing {
        Writing::Json => return None,
        Writing::Form(_) => return has(Types::OBJECT).then_some(Impossible::TextIsReadAsDeclared),
        Writing::Field => true,
        Writing::WithinField => false,
        Writing::Style(_) => spot.kind == SpotKind::Root,
    };
    // Where other types are allowed too, the text may be read as one of them.
    let is_container = [Types::ARRAY, Types::OBJECT].contains(&types.without(Types::NULL));
    match is_whole && is_container {
        _ if has(Types::STRING) => Some(Impossible::TextIsString),
        true => Some(Impossible::TextIsReadAsDeclared),
        false => None,
    }
}

/// The proof that no request violates the keyword at the location.
fn unviolable(
    contract: &Contract,
    (keyword, value): (&Keyword, &Value),
    (spot, writing): (&Spot, Writing<'_>),
    schema: &Located<'_>,
    types: Types,
) -> Option<Impossible> {
    let is_zero = value.as_f64() == Some(0.0);
    let is_one = value.as_f64() == Some(1.0);
    let has = |wanted: Types| !types.and(wanted).is_empty();
    let is_in_path = matches!(writing, Writing::Style(parameter) if parameter.location == ParameterIn::Path);
    let is_root = spot.kind == SpotKind::Root;
    let is_empty_allowed = matches!(writing, Writing::Style(parameter) if parameter.allow_empty);
    match keyword.name {
        "type" if types == Types::ANY => Some(Impossible::NothingViolates),
        "type" => type_of_text(spot, writing, types),
        "minLength" | "minItems" | "minProperties" if is_zero => Some(Impossible::NothingViolates),
        "minLength" if is_in_path && is_root && is_one => Some(Impossible::PathParameterMissing),
        "minLength" if is_empty_allowed && is_root && is_one => Some(Impossible::EmptyValueAllowed),
        "minItems" if is_one && writing.is_without_empty_array() => Some(Impossible::EmptyArrayInText),
        "pattern" => {
            let at = schema.anchor.member("pattern");
            let is_unsupported = contract.schemas.unsupported_patterns().iter().any(|(held, _)| *held == at);
            is_unsupported.then_some(Impossible::PatternNotSupported)
        }
        _ if !has(keyword.types) => Some(Impossible::NothingViolates),
        _ => None,
    }
}
