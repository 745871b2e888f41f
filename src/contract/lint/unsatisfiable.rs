//! `unsatisfiable-schema`: schemas that can be seen to admit no value, or none of some type.

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract};

use super::group::Group;
use super::parts::Parts;
use super::report::Report;

const RULE: &str = "unsatisfiable-schema";

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for schema in parts.schemas() {
        let group = Group::of_all(report.contract, schema);
        types(schema, &group, report);
        members(&group, report);
        BOUNDS.iter().for_each(|bounds| bounds.check(&group, report));
    }
}

/// What `type`, `enum` and `const` of one value leave of the types.
fn types(schema: &Node<'_>, group: &Group<'_>, report: &mut Report<'_>) {
    let knows_nullable = report.contract.openapi.is_3_0();
    let mut left: Vec<(Anchor, Types)> = Vec::new();
    for (at, types) in group.members.iter().flat_map(|node| said(node, knows_nullable)) {
        let before = left.iter().fold(Types::ANY, |all, (_, types)| all.and(*types));
        if types.is_empty() {
            return report.warn(&at, RULE, "no value keeps an empty `enum`", "list the values, or remove it");
        }
        let other = left.iter().find(|(_, held)| held.and(types).is_empty()).or(left.first());
        if let Some((other, _)) = other.filter(|_| before.and(types).is_empty()) {
            let help = "every schema of `allOf` and every keyword holds at the same time";
            // A schema that others use as well is rarely the one to be changed.
            let is_own = at.document == schema.document && at.pointer.is_within(&schema.pointer);
            let ((here, said), (there, said_there)) =
                if is_own { ((&at, types), (other, before)) } else { ((other, before), (&at, types)) };
            let message = format!("no value is both {said} here and {said_there} at {}", report.place(there));
            return report.warn(here, RULE, message, help);
        }
        left.push((at, types));
    }
}

/// What each keyword of a schema says about types.
fn said(node: &Node<'_>, knows_nullable: bool) -> Vec<(Anchor, Types)> {
    let at = |keyword: &str| node.anchor().member(keyword);
    let declared = Types::declared(node.value, knows_nullable).map(|types| (at("type"), types));
    let members = node.value.get("enum").and_then(Value::as_array);
    let listed = members.map(|members| (at("enum"), Types::from_values(members)));
    let fixed =
        node.value.get("const").filter(|_| !knows_nullable).map(|value| (at("const"), Types::from_value(value)));
    declared.into_iter().chain(listed).chain(fixed).collect()
}

/// Members that one schema requires and another does not allow.
fn members(group: &Group<'_>, report: &mut Report<'_>) {
    let closed = group.members.iter().filter(|node| is_closed(node.value));
    for (node, known) in closed.map(|node| (node, node.value.get("properties").and_then(Value::as_object))) {
        let allowed = |name: &str| known.is_some_and(|known| known.contains_key(name));
        let required = group.members.iter().filter_map(|node| node.get("required"));
        for name in required.flat_map(|list| list.items().collect::<Vec<_>>()) {
            if let Some(text) = name.value.as_str().filter(|text| !allowed(text)) {
                let at = node.anchor().member("additionalProperties");
                let place = report.place(&at);
                let message = format!("no object keeps this: `{text}` is required, and not allowed at {place}");
                let help = "`additionalProperties: false` allows only the properties that stand beside it";
                report.warn(&name.anchor(), RULE, message, help);
            }
        }
    }
}

fn is_closed(schema: &Value) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false)) && schema.get("patternProperties").is_none()
}

/// A lower and an upper limit of the same thing.
struct Bounds {
    least: &'static str,
    most: &'static str,
    /// Keywords that leave the limit itself out, `true` beside it in OpenAPI 3.0 and a limit of their own later.
    strict: Option<(&'static str, &'static str)>,
    what: &'static str,
}

const BOUNDS: [Bounds; 4] = [
    Bounds {
        least: "minimum",
        most: "maximum",
        strict: Some(("exclusiveMinimum", "exclusiveMaximum")),
        what: "number",
    },
    Bounds { least: "minLength", most: "maxLength", strict: None, what: "text" },
    Bounds { least: "minItems", most: "maxItems", strict: None, what: "array" },
    Bounds { least: "minProperties", most: "maxProperties", strict: None, what: "object" },
];

/// One limit: where it stands, and whether it is left out itself.
struct Limit {
    at: Anchor,
    value: f64,
    is_strict: bool,
}

impl Bounds {
    fn check(&self, group: &Group<'_>, report: &mut Report<'_>) {
        let (over, under) = self.strict.unzip();
        let limits = |keyword, strict| group.members.iter().flat_map(move |node| limits(node, keyword, strict));
        let least = limits(self.least, over).max_by(|a, b| a.value.total_cmp(&b.value));
        let most = limits(self.most, under).min_by(|a, b| a.value.total_cmp(&b.value));
        let Some((least, most)) = least.zip(most) else { return };
        let is_strict = least.is_strict || most.is_strict;
        if least.value > most.value || is_strict && least.value >= most.value {
            let (what, here) = (self.what, shown(report.contract, &least.at));
            let message = format!(
                "no {what} keeps {here} and {} at {}",
                shown(report.contract, &most.at),
                report.place(&most.at)
            );
            report.warn(&least.at, RULE, message, "the limits leave nothing between them");
        }
    }
}

fn limits(node: &Node<'_>, keyword: &'static str, strict: Option<&'static str>) -> Vec<Limit> {
    let number = |keyword: &str| node.value.get(keyword).and_then(Value::as_f64);
    let flag = strict.is_some_and(|strict| node.flag(strict) == Some(true));
    let limit = |keyword: &str, is_strict| {
        Some(Limit { at: node.anchor().member(keyword), value: number(keyword)?, is_strict })
    };
    limit(keyword, flag).into_iter().chain(strict.and_then(|strict| limit(strict, true))).collect()
}

/// `minimum 3`.
fn shown(contract: &Contract, at: &Anchor) -> String {
    let keyword = at.pointer.last().unwrap_or_default();
    format!("{keyword} {}", contract.value(at).unwrap_or(&Value::Null))
}
