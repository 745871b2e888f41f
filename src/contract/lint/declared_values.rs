//! What a document says keeps a schema of its own: examples, defaults and the members of an `enum`.

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::refs::reference;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract, Direction};
use crate::http::MediaType;
use crate::rules;

use super::grammar::ObjectKind;
use super::objects::{DocumentObject, DocumentObjects};

/// A value that should keep a schema.
pub(super) struct DeclaredValue {
    /// The rule that it breaks otherwise.
    pub rule: &'static str,
    /// What the value is, in words.
    pub what: &'static str,
    /// The schema.
    pub schema: Anchor,
    /// The value.
    pub value: Anchor,
    /// Which way the value travels, where that is known.
    pub way: Option<Direction>,
    /// Whether a text may stand for the value as it is sent.
    pub may_be_text: bool,
}

/// Every declared of the document.
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
        values.push(DeclaredValue { rule, what, schema, value, way: None, may_be_text: false });
    };
    if let Some(example) = schema.get("example") {
        declared("example", "the example", example);
    }
    if let Some(examples) = schema.get("examples").filter(|_| !early) {
        examples.items().for_each(|example| declared("example", "the example", example));
    }
    if let Some(default) = schema.get("default") {
        declared("default", "the default", default);
    }
    let members = schema.get("enum").filter(|members| fits(schema.value, members.value, early));
    members.iter().flat_map(|members| members.items().collect::<Vec<_>>()).for_each(|member| {
        declared(rules::ENUM_MEMBER, "this member of the `enum`", member);
    });
}

/// The schema whose value a schema in `allOf` describes too.
fn whole(mut schema: Anchor) -> Anchor {
    while let Some(holder) = schema.pointer.parent().filter(|list| list.last().is_some_and(|name| name == "allOf")) {
        schema.pointer = holder.parent().unwrap_or_default();
    }
    schema
}

/// Whether some member has a type that the schema allows; where none has, the schema is unsatisfiable as a whole.
fn fits(schema: &Value, members: &Value, early: bool) -> bool {
    let declared = Types::declared(schema, early).unwrap_or(Types::ANY);
    members.as_array().is_some_and(|members| !Types::from_values(members).and(declared).is_empty())
}

fn of_holder(contract: &Contract, object: &DocumentObject<'_>, values: &mut Vec<DeclaredValue>) {
    let Some(schema) = object.node.get("schema") else { return };
    let way = match object.kind {
        ObjectKind::Parameter => Some(Direction::Request),
        _ => object.way,
    };
    for value in examples(contract, &object.node) {
        values.push(DeclaredValue {
            rule: rules::EXAMPLE,
            what: "the example",
            schema: schema.anchor(),
            value,
            way,
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
            Some(_) => contract.referred(example.document, example.value)?,
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
