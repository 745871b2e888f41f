//! Values in the document that must be valid against a schema: examples, defaults, `enum` values.

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::refs::reference;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract, Direction};
use crate::http::MediaType;
use crate::rules;

use super::grammar::ObjectKind;
use super::objects::{DocumentObject, DocumentObjects};

/// A value that must conform to a schema.
pub(super) struct DeclaredValue {
    /// Rule to report if it does not.
    pub rule: &'static str,
    /// Noun for messages.
    pub what: &'static str,
    /// The schema.
    pub schema: Anchor,
    /// The value.
    pub value: Anchor,
    /// Direction in which the value is sent, if known.
    pub direction: Option<Direction>,
    /// Whether a string may be the serialised form of the value.
    pub may_be_text: bool,
}

/// Returns every declared value of the document.
pub(super) fn collect(contract: &Contract, objects: &DocumentObjects<'_>) -> Vec<DeclaredValue> {
    let early = contract.openapi.is_3_0();
    let mut values = Vec::new();
    for object in &objects.all {
        match object.kind {
            ObjectKind::Schema(_) if early && reference(object.node.value).is_some() => {}
            ObjectKind::Schema(_) => of_schema(&object.node, early, &mut values),
            ObjectKind::MediaType | ObjectKind::Parameter | ObjectKind::Header => {
                of_holder(contract, object, &mut values)
            }
            _ => {}
        }
    }
    values
}

fn of_schema(schema: &Node<'_>, early: bool, values: &mut Vec<DeclaredValue>) {
    let mut declared = |rule, what, value: Node<'_>| {
        let (schema, value) = (whole(schema.anchor()), value.anchor());
        values.push(DeclaredValue { rule, what, schema, value, direction: None, may_be_text: false });
    };
    if let Some(example) = schema.get("example") {
        declared(rules::EXAMPLE, "the example", example);
    }
    if let Some(examples) = schema.get("examples").filter(|_| !early) {
        examples.items().for_each(|example| declared(rules::EXAMPLE, "the example", example));
    }
    if let Some(default) = schema.get("default") {
        declared(rules::DEFAULT, "the default", default);
    }
    let members = schema.get("enum").filter(|members| fits(schema.value, members.value, early));
    members.iter().flat_map(|members| members.items().collect::<Vec<_>>()).for_each(|member| {
        declared(rules::ENUM_MEMBER, "this value of the `enum`", member);
    });
}

/// The outermost schema that describes the same value: a schema in `allOf` is only a part of it.
fn whole(mut schema: Anchor) -> Anchor {
    while let Some(holder) = schema.pointer.parent().filter(|list| list.last().is_some_and(|name| name == "allOf")) {
        schema.pointer = holder.parent().unwrap_or_default();
    }
    schema
}

/// Whether any value has a type that the schema allows; if none has, `unsatisfiable-schema` reports the whole schema.
fn fits(schema: &Value, members: &Value, early: bool) -> bool {
    let declared = Types::declared(schema, early).unwrap_or(Types::ANY);
    members.as_array().is_some_and(|members| !Types::from_values(members).and(declared).is_empty())
}

fn of_holder(contract: &Contract, object: &DocumentObject<'_>, values: &mut Vec<DeclaredValue>) {
    let Some(schema) = object.node.get("schema") else { return };
    let direction = match object.kind {
        ObjectKind::Parameter => Some(Direction::Request),
        _ => object.direction,
    };
    for value in examples(contract, &object.node) {
        values.push(DeclaredValue {
            rule: rules::EXAMPLE,
            what: "the example",
            schema: schema.anchor(),
            value,
            direction,
            may_be_text: object.kind != ObjectKind::MediaType || !is_json(object),
        });
    }
}

/// `example`, and the values of `examples`.
fn examples(contract: &Contract, holder: &Node<'_>) -> Vec<Anchor> {
    let single = holder.get("example").map(|example| example.anchor());
    let named = holder.get("examples").iter().flat_map(|named| named.members().collect::<Vec<_>>()).collect::<Vec<_>>();
    let value = |(_, example): (&str, Node<'_>)| {
        let at = match reference(example.value) {
            Some(_) => contract.referred(&example.anchor(), example.value)?,
            None => example.anchor(),
        };
        let held = ["value", "dataValue"].into_iter().map(|name| at.member(name));
        held.into_iter().find(|value| contract.value(value).is_some())
    };
    single.into_iter().chain(named.into_iter().filter_map(value)).collect()
}

fn is_json(object: &DocumentObject<'_>) -> bool {
    let name = object.node.pointer.last().unwrap_or_default();
    MediaType::parse(&name).map_or(true, |media_type| media_type.is_json())
}
