//! The objects of an OpenAPI document and their fields that contain further objects; those of schemas come from the keyword
//! table.

use serde_json::Value;

use crate::contract::keyword::{self, Applies, Keyword, Shape};
use crate::contract::node::Node;
use crate::pointer::Pointer;

use super::role::SchemaRole;

/// Kinds of objects that are searched for further objects (OpenAPI 3.2 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ObjectKind {
    Document,
    Components,
    PathItem,
    Operation,
    Callback,
    Parameter,
    Header,
    RequestBody,
    Response,
    MediaType,
    Encoding,
    Link,
    Example,
    SecurityScheme,
    Schema(SchemaRole),
}

/// How a field contains objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldShape {
    One(ObjectKind),
    List(ObjectKind),
    Map(ObjectKind),
    /// `items` was a list in early drafts.
    OneOrList(ObjectKind),
}

use FieldShape::{List, Map, One, OneOrList};

const VALUE: ObjectKind = ObjectKind::Schema(SchemaRole::Value);

/// The fields of a path item that are operations.
pub(crate) const OPERATIONS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// The objects of `document` with their locations, in its order. References are not followed.
pub(crate) fn all_objects(document: &Value) -> Vec<(ObjectKind, Pointer)> {
    let mut waiting = vec![(ObjectKind::Document, Node { document: 0, pointer: Pointer::root(), value: document })];
    let mut found = Vec::new();
    while let Some((kind, node)) = waiting.pop() {
        if node.value.is_object() {
            waiting.extend(objects(kind, &node).into_iter().rev().map(|(_, kind, node)| (kind, node)));
            found.push((kind, node.pointer));
        }
    }
    found
}

/// The objects in the fields of the node, an object of `kind`, each with the name of the field.
pub(super) fn objects<'d>(kind: ObjectKind, node: &Node<'d>) -> Vec<(&'d str, ObjectKind, Node<'d>)> {
    let mut found = Vec::new();
    for (name, field) in node.members() {
        match holds(kind, name) {
            Some(One(kind)) => found.push((name, kind, field)),
            Some(OneOrList(kind)) if field.value.is_object() => found.push((name, kind, field)),
            Some(List(kind) | OneOrList(kind)) => found.extend(field.items().map(|node| (name, kind, node))),
            Some(Map(kind)) => {
                let is_schema = matches!(kind, ObjectKind::Schema(_));
                let members = field.members().filter(|(name, _)| is_schema || !name.starts_with("x-"));
                found.extend(members.map(|(_, node)| (name, kind, node)));
            }
            None => {}
        }
    }
    found
}

/// Returns what `field` of an object of `kind` contains; none if that is not searched.
fn holds(kind: ObjectKind, field: &str) -> Option<FieldShape> {
    match kind {
        ObjectKind::Document => lookup(DOCUMENT, field),
        ObjectKind::Components => lookup(COMPONENTS, field),
        ObjectKind::PathItem if OPERATIONS.contains(&field) => Some(One(ObjectKind::Operation)),
        ObjectKind::PathItem => lookup(PATH_ITEM, field),
        ObjectKind::Operation => lookup(OPERATION, field),
        ObjectKind::Callback => (!field.starts_with("x-")).then_some(One(ObjectKind::PathItem)),
        ObjectKind::Parameter | ObjectKind::Header => lookup(PARAMETER, field),
        ObjectKind::RequestBody => lookup(&[("content", Map(ObjectKind::MediaType))], field),
        ObjectKind::Response => lookup(RESPONSE, field),
        ObjectKind::MediaType => lookup(MEDIA_TYPE, field),
        ObjectKind::Encoding => lookup(&[("headers", Map(ObjectKind::Header))], field),
        ObjectKind::Link | ObjectKind::Example | ObjectKind::SecurityScheme => None,
        ObjectKind::Schema(role) => keyword::find(field).and_then(held_by).map(|holds| within(role, holds)),
    }
}

/// What a keyword of a schema in `role` holds: below a condition there are only conditions.
fn within(role: SchemaRole, holds: FieldShape) -> FieldShape {
    let kind = |kind| if role == SchemaRole::Condition { ObjectKind::Schema(role) } else { kind };
    match holds {
        FieldShape::One(held) => FieldShape::One(kind(held)),
        FieldShape::List(held) => FieldShape::List(kind(held)),
        FieldShape::Map(held) => FieldShape::Map(kind(held)),
        FieldShape::OneOrList(held) => FieldShape::OneOrList(kind(held)),
    }
}

type Fields = &'static [(&'static str, FieldShape)];

fn lookup(fields: Fields, field: &str) -> Option<FieldShape> {
    fields.iter().find(|(name, _)| *name == field).map(|(_, holds)| *holds)
}

const DOCUMENT: Fields = &[
    ("paths", Map(ObjectKind::PathItem)),
    ("webhooks", Map(ObjectKind::PathItem)),
    ("components", One(ObjectKind::Components)),
];

const COMPONENTS: Fields = &[
    ("schemas", Map(ObjectKind::Schema(SchemaRole::Declared))),
    ("responses", Map(ObjectKind::Response)),
    ("parameters", Map(ObjectKind::Parameter)),
    ("requestBodies", Map(ObjectKind::RequestBody)),
    ("headers", Map(ObjectKind::Header)),
    ("links", Map(ObjectKind::Link)),
    ("callbacks", Map(ObjectKind::Callback)),
    ("pathItems", Map(ObjectKind::PathItem)),
    ("mediaTypes", Map(ObjectKind::MediaType)),
    ("examples", Map(ObjectKind::Example)),
    ("securitySchemes", Map(ObjectKind::SecurityScheme)),
];

const PATH_ITEM: Fields =
    &[("parameters", List(ObjectKind::Parameter)), ("additionalOperations", Map(ObjectKind::Operation))];

const OPERATION: Fields = &[
    ("parameters", List(ObjectKind::Parameter)),
    ("requestBody", One(ObjectKind::RequestBody)),
    ("responses", Map(ObjectKind::Response)),
    ("callbacks", Map(ObjectKind::Callback)),
];

const PARAMETER: Fields =
    &[("schema", One(VALUE)), ("content", Map(ObjectKind::MediaType)), ("examples", Map(ObjectKind::Example))];

const RESPONSE: Fields =
    &[("headers", Map(ObjectKind::Header)), ("content", Map(ObjectKind::MediaType)), ("links", Map(ObjectKind::Link))];

const MEDIA_TYPE: Fields = &[
    ("schema", One(VALUE)),
    ("itemSchema", One(VALUE)),
    ("encoding", Map(ObjectKind::Encoding)),
    ("examples", Map(ObjectKind::Example)),
];

/// What a keyword of a schema holds.
fn held_by(keyword: &Keyword) -> Option<FieldShape> {
    let kind = ObjectKind::Schema(match keyword.applies()? {
        applies if applies.is_part() => SchemaRole::Part,
        Applies::AsCondition | Applies::Negated | Applies::ToPropertyNames => SchemaRole::Condition,
        Applies::Nowhere => SchemaRole::Declared,
        _ => SchemaRole::Value,
    });
    match keyword.shape()? {
        Shape::One => Some(One(kind)),
        Shape::List => Some(List(kind)),
        Shape::OneOrList => Some(OneOrList(kind)),
        Shape::Map => Some(Map(kind)),
        Shape::MapOfSchemasOrNames => None,
    }
}
