//! `ineffective-keyword`: a keyword that the document's version of OpenAPI does not know, or that says nothing where it stands.

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

/// OpenAPI 3.0 §4.7.23: what stands beside a `$ref` is ignored.
fn beside_ref(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    let target = schema.target();
    let is_said_anyway =
        |name: &str, value: &Value| target.as_ref().is_some_and(|target| target.get(name) == Some(value));
    for (name, value) in schema.keywords().filter(|(name, _)| !is_silent(name)) {
        if is_said_anyway(name, value) {
            continue;
        }
        let message = format!("`{name}` beside a $ref is ignored in OpenAPI 3.0");
        let help = "put the $ref into `allOf: [{ $ref: … }]`";
        report.warn(&schema.location(name), rules::INEFFECTIVE_KEYWORD, message, help);
    }
}

/// Whether a member of a schema changes nothing about values, so that it may be ignored next to a `$ref`.
fn is_silent(name: &str) -> bool {
    let is_annotation = || keyword::find(name).is_some_and(|keyword| keyword.kind == Kind::Annotation);
    // A Reference Object may have a summary.
    name == REF || name == "summary" || name.starts_with("x-") || is_annotation()
}

/// Whether later drafts of JSON Schema restrict values by the keyword, and OpenAPI 3.0 does not (OpenAPI 3.0 §4.7.24).
fn is_later(keyword: &Keyword) -> bool {
    let is_new = keyword.dialects.has(Dialects::DRAFT_2020_12) && !keyword.dialects.has(Dialects::OAS_3_0);
    is_new && keyword.is_restriction() && keyword.applies() != Some(Applies::Nowhere)
}

fn later(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    for (name, _) in schema.keywords().filter(|(name, _)| keyword::find(name).is_some_and(is_later)) {
        let message = format!("`{name}` is no keyword of OpenAPI 3.0: it says nothing");
        report.warn(&schema.location(name), rules::INEFFECTIVE_KEYWORD, message, "it is one of OpenAPI 3.1");
    }
}

/// `nullable` needs a `type` beside it, and `null` in an `enum` beside it (OpenAPI 3.0.3 §4.7.24.1).
fn nullable(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    if schema.flag("nullable") != Some(true) {
        return;
    }
    let at = schema.location("nullable");
    let members = schema.list("enum");
    if !schema.has("type") && is_constrained(schema) {
        let message = "`nullable` without a `type` beside it says nothing: null is refused where the rest refuses it";
        report.warn(
            &at,
            rules::INEFFECTIVE_KEYWORD,
            message,
            "write a `type` beside it, and `nullable` in what `allOf` holds",
        );
    } else if members.is_some_and(|members| !members.contains(&Value::Null)) {
        let message = "`nullable` beside an `enum` without null says nothing: null is refused";
        report.warn(&at, rules::INEFFECTIVE_KEYWORD, message, "add null to the `enum`");
    }
}

/// Whether anything beside `nullable` could refuse null.
fn is_constrained(schema: &SchemaView<'_>) -> bool {
    let restricts_null = |keyword: &Keyword| {
        keyword.is_restriction() && keyword.types == Types::ANY && keyword.dialects.has(Dialects::OAS_3_0)
    };
    schema.keywords().any(|(name, _)| keyword::find(name).is_some_and(restricts_null))
}

/// OpenAPI 3.1 has no `nullable` (OpenAPI 3.1 §4.8.24).
fn null_by_nullable(schema: &SchemaView<'_>, report: &mut Report<'_>) {
    let has_null = schema.types().any(|name| name == "null");
    if schema.flag("nullable") != Some(true) || has_null {
        return;
    }
    let help = match schema.types().next() {
        Some(name) => format!("write `type: [{name}, 'null']`"),
        None => "write `anyOf: [{ … }, { type: 'null' }]`".to_owned(),
    };
    let message = "`nullable` is no keyword since OpenAPI 3.1: null is refused";
    report.warn(&schema.location("nullable"), rules::INEFFECTIVE_KEYWORD, message, help);
}
