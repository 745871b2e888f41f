//! The objects of an OpenAPI document and their fields that contain further objects; those of schemas come from the keyword
//! table.

use crate::contract::keyword::{self, Applies, Keyword, Shape};

use super::role::SchemaRole;

/// Kinds of objects that are searched for further objects (OpenAPI 3.2 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ObjectKind {
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
pub(super) enum FieldShape {
    One(ObjectKind),
    List(ObjectKind),
    Map(ObjectKind),
    /// `items` was a list in early drafts.
    OneOrList(ObjectKind),
}

use FieldShape::{List, Map, One, OneOrList};

const VALUE: ObjectKind = ObjectKind::Schema(SchemaRole::Value);

const OPERATIONS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Returns what `field` of an object of `kind` contains; none if that is not searched.
pub(super) fn holds(kind: ObjectKind, field: &str) -> Option<FieldShape> {
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
