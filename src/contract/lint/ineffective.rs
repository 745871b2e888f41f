//! `ineffective-keyword`: a keyword that the document's OpenAPI version does not define, or that has no effect at its location.

use serde_json::Value;

use crate::contract::keyword::{self, Applies, Dialects, Keyword, Kind};
use crate::contract::refs::REF;
use crate::contract::schema::SchemaView;
use crate::contract::types::Types;
use crate::rules;

use super::objects::DocumentObjects;
use super::report::Report;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    for schema in objects.schemas() {
        if schema.is_only_reference(report.contract.openapi) {
            beside_ref(&schema, report);
        } else if report.contract.openapi.is_3_0() {
            later(&schema, report);
            nullable(&schema, report);
        } else {
            null_by_nullable(&schema, report);
        }
    }
}

/// Reports keywords next to a `$ref`, which OpenAPI 3.0 ignores (§4.7.23).
fn beside_ref(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    let target = schema.target();
    let is_in_target =
        |name: &str, value: &Value| target.as_ref().is_some_and(|target| target.get(name) == Some(value));
    for (name, value) in schema.written().filter(|(name, _)| !is_silent(name)) {
        if is_in_target(name, value) {
            continue;
        }
        let message = format!("`{name}` next to a $ref is ignored in OpenAPI 3.0");
        let help = "put the $ref into `allOf: [{ $ref: … }]`";
        report.warn(&schema.location(name), rules::INEFFECTIVE_KEYWORD, message, help);
    }
}

/// Whether a keyword does not restrict values, so that ignoring it next to a `$ref` does no harm.
fn is_silent(name: &str) -> bool {
    let is_annotation = || keyword::find(name).is_some_and(|keyword| keyword.kind == Kind::Annotation);
    // A Reference Object may have a summary.
    name == REF || name == "summary" || name.starts_with("x-") || is_annotation()
}

/// Whether later drafts of JSON Schema restrict values by the keyword but OpenAPI 3.0 does not (§4.7.24).
fn is_later(keyword: &Keyword) -> bool {
    let is_new = keyword.dialects.has(Dialects::DRAFT_2020_12) && !keyword.dialects.has(Dialects::OAS_3_0);
    is_new && keyword.is_restriction() && keyword.applies() != Some(Applies::Nowhere)
}

fn later(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    for (name, _) in schema.written().filter(|(name, _)| keyword::find(name).is_some_and(is_later)) {
        let message = format!("`{name}` is not a keyword of OpenAPI 3.0 and has no effect");
        report.warn(&schema.location(name), rules::INEFFECTIVE_KEYWORD, message, "OpenAPI 3.1 has it");
    }
}

/// Reports `nullable` without `type`, or next to an `enum` without null (OpenAPI 3.0.3 §4.7.24.1).
fn nullable(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    if schema.flag("nullable") != Some(true) || !report.contract.openapi.nullable_needs_type() {
        return;
    }
    let at = schema.location("nullable");
    let members = schema.list("enum");
    if !schema.has("type") && is_constrained(schema) {
        let message = "`nullable` without `type` has no effect: null is invalid where other keywords reject it";
        report.warn(&at, rules::INEFFECTIVE_KEYWORD, message, "add a `type`, and `nullable` to the schemas of `allOf`");
    } else if members.is_some_and(|members| !members.contains(&Value::Null)) {
        let message = "`nullable` next to an `enum` without null has no effect: null is invalid";
        report.warn(&at, rules::INEFFECTIVE_KEYWORD, message, "add null to the `enum`");
    }
}

/// Whether any other keyword could reject null.
fn is_constrained(schema: &SchemaView<'_>) -> bool {
    let restricts_null = |keyword: &Keyword| {
        keyword.is_restriction() && keyword.types == Types::ANY && keyword.dialects.has(Dialects::OAS_3_0)
    };
    schema.keywords().any(|(name, _)| keyword::find(name).is_some_and(restricts_null))
}

/// Reports `nullable`, which OpenAPI 3.1 does not have (§4.8.24).
fn null_by_nullable(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    let has_null = schema.types().any(|name| name == "null");
    if schema.flag("nullable") != Some(true) || has_null {
        return;
    }
    let help = match schema.types().next() {
        Some(name) => format!("write `type: [{name}, 'null']`"),
        None => "write `anyOf: [{ … }, { type: 'null' }]`".to_owned(),
    };
    let message = "`nullable` is not a keyword since OpenAPI 3.1: null is invalid";
    report.warn(&schema.location("nullable"), rules::INEFFECTIVE_KEYWORD, message, help);
}
