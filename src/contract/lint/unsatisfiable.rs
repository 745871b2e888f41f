//! `unsatisfiable-schema`: schemas that provably allow no value, or no value of some type.

use serde_json::Value;

use crate::contract::keyword::{BOUNDS, Bounds};
use crate::contract::schema::{Applicable, SchemaView};
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Contract};
use crate::rules;

use super::objects::DocumentObjects;
use super::report::Report;

const RULE: &str = rules::UNSATISFIABLE_SCHEMA;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    for schema in objects.schemas() {
        let group = Applicable::always(&schema, report.contract.openapi);
        types(&schema, &group, report);
        members(&group, report);
        BOUNDS.iter().for_each(|bounds| check_bounds(bounds, &group, report));
    }
}

/// Reports `type`, `enum` and `const` that have no type in common.
fn types(schema: &SchemaView<'_>, group: &Applicable<'_>, report: &mut Report<'_>) {
    let openapi = report.contract.openapi;
    let mut left: Vec<(Anchor, Types)> = Vec::new();
    for (at, types) in group.schemas.iter().flat_map(|schema| allowed_types(schema, openapi)) {
        let before = left.iter().fold(Types::ANY, |all, (_, types)| all.and(*types));
        if types.is_empty() {
            return report.warn(&at, RULE, "an empty `enum` allows no value", "list the values, or remove it");
        }
        let other = left.iter().find(|(_, held)| held.and(types).is_empty()).or(left.first());
        if let Some((other, _)) = other.filter(|_| before.and(types).is_empty()) {
            let help = "all schemas of `allOf` and all keywords apply at the same time";
            // A shared schema is rarely the one to change, so the problem is reported at the schema's own keyword.
            let is_own = at.document == schema.anchor().document && at.pointer.is_within(&schema.anchor().pointer);
            let ((here, types_here), (there, types_there)) =
                if is_own { ((&at, types), (other, before)) } else { ((other, before), (&at, types)) };
            let message =
                format!("no value can be both {types_here} here and {types_there} at {}", report.place(there));
            return report.warn(here, RULE, message, help);
        }
        left.push((at, types));
    }
}

/// The types that each keyword of a schema allows.
fn allowed_types(schema: &SchemaView<'_>, openapi: OasVersion) -> Vec<(Anchor, Types)> {
    let at = |keyword: &str| schema.location(keyword);
    let declared = schema.declared_types(openapi).map(|types| (at("type"), types));
    let listed = schema.list("enum").map(|members| (at("enum"), Types::from_values(members)));
    let fixed = schema.get("const");
    let fixed = fixed.map(|value| (at("const"), Types::from_value(value)));
    declared.into_iter().chain(listed).chain(fixed).collect()
}

/// Reports properties that one schema requires and another forbids.
fn members(group: &Applicable<'_>, report: &mut Report<'_>) {
    let closed = group.schemas.iter().filter(|schema| is_closed(schema));
    for (schema, known) in closed.map(|schema| (schema, schema.map("properties"))) {
        let allowed = |name: &str| known.is_some_and(|known| known.contains_key(name));
        let required = group.schemas.iter().flat_map(|schema| schema.branches("required"));
        for name in required {
            if let Some(text) = name.value().as_str().filter(|text| !allowed(text)) {
                let at = schema.location("additionalProperties");
                let place = report.place(&at);
                let message = format!("no object conforms: `{text}` is required, but not allowed at {place}");
                let help = "`additionalProperties: false` allows only the properties declared next to it";
                report.warn(name.anchor(), RULE, message, help);
            }
        }
    }
}

fn is_closed(schema: &SchemaView<'_>) -> bool {
    schema.flag("additionalProperties") == Some(false) && !schema.has("patternProperties")
}

/// One limit with its location; strict if the limit itself is not allowed.
struct Limit {
    at: Anchor,
    value: f64,
    is_strict: bool,
}

fn check_bounds(bounds: &Bounds, group: &Applicable<'_>, report: &mut Report<'_>) {
    let (over, under) = bounds.strict.unzip();
    let limits = |keyword, strict| group.schemas.iter().flat_map(move |schema| limits(schema, keyword, strict));
    let least = limits(bounds.least, over).max_by(|a, b| a.value.total_cmp(&b.value));
    let most = limits(bounds.most, under).min_by(|a, b| a.value.total_cmp(&b.value));
    let Some((least, most)) = least.zip(most) else { return };
    let is_strict = least.is_strict || most.is_strict;
    if least.value > most.value || is_strict && least.value >= most.value {
        let (what, here) = (bounds.what, shown(report.contract, &least.at));
        let message = format!(
            "no {what} satisfies {here} and {} at {}",
            shown(report.contract, &most.at),
            report.place(&most.at)
        );
        report.warn(&least.at, RULE, message, "the limits leave no value between them");
    }
}

fn limits(schema: &SchemaView<'_>, keyword: &'static str, strict: Option<&'static str>) -> Vec<Limit> {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let flag = strict.is_some_and(|strict| schema.flag(strict) == Some(true));
    let limit =
        |keyword: &str, is_strict| Some(Limit { at: schema.location(keyword), value: number(keyword)?, is_strict });
    limit(keyword, flag).into_iter().chain(strict.and_then(|strict| limit(strict, true))).collect()
}

/// `minimum 3`.
fn shown(contract: &Contract, at: &Anchor) -> String {
    let keyword = at.pointer.last().unwrap_or_default();
    format!("{keyword} {}", contract.value(at).unwrap_or(&Value::Null))
}
