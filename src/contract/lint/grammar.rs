//! Which objects a document is made of: the fields of each that hold further objects, by the table of keywords those of schemas too.

use crate::contract::keyword::{self, Applies, Keyword, Shape};

use super::role::Role;

/// The kinds of objects that are looked into (OpenAPI 3.2 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
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
    Schema(Role),
}

/// How a field holds objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    One(Kind),
    List(Kind),
    Map(Kind),
    /// `items` was a list in early drafts.
    OneOrList(Kind),
}

use Holds::{List, Map, One, OneOrList};

const VALUE: Kind = Kind::Schema(Role::Value);

const OPERATIONS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// What `field` of an object of `kind` holds; none when that is nothing to look into.
pub(super) fn holds(kind: Kind, field: &str) -> Option<Holds> {
    match kind {
        Kind::Document => of(DOCUMENT, field),
        Kind::Components => of(COMPONENTS, field),
        Kind::PathItem if OPERATIONS.contains(&field) => Some(One(Kind::Operation)),
        Kind::PathItem => of(PATH_ITEM, field),
        Kind::Operation => of(OPERATION, field),
        Kind::Callback => (!field.starts_with("x-")).then_some(One(Kind::PathItem)),
        Kind::Parameter | Kind::Header => of(PARAMETER, field),
        Kind::RequestBody => of(&[("content", Map(Kind::MediaType))], field),
        Kind::Response => of(RESPONSE, field),
        Kind::MediaType => of(MEDIA_TYPE, field),
        Kind::Encoding => of(&[("headers", Map(Kind::Header))], field),
        Kind::Link => None,
        Kind::Schema(role) => keyword::find(field).and_then(held_by).map(|holds| within(role, holds)),
    }
}

/// What a keyword of a schema in `role` holds: below a condition there are only conditions.
fn within(role: Role, holds: Holds) -> Holds {
    let kind = |kind| if role == Role::Condition { Kind::Schema(role) } else { kind };
    match holds {
        Holds::One(held) => Holds::One(kind(held)),
        Holds::List(held) => Holds::List(kind(held)),
        Holds::Map(held) => Holds::Map(kind(held)),
        Holds::OneOrList(held) => Holds::OneOrList(kind(held)),
    }
}

type Fields = &'static [(&'static str, Holds)];

fn of(fields: Fields, field: &str) -> Option<Holds> {
    fields.iter().find(|(name, _)| *name == field).map(|(_, holds)| *holds)
}

const DOCUMENT: Fields =
    &[("paths", Map(Kind::PathItem)), ("webhooks", Map(Kind::PathItem)), ("components", One(Kind::Components))];

const COMPONENTS: Fields = &[
    ("schemas", Map(Kind::Schema(Role::Declared))),
    ("responses", Map(Kind::Response)),
    ("parameters", Map(Kind::Parameter)),
    ("requestBodies", Map(Kind::RequestBody)),
    ("headers", Map(Kind::Header)),
    ("links", Map(Kind::Link)),
    ("callbacks", Map(Kind::Callback)),
    ("pathItems", Map(Kind::PathItem)),
    ("mediaTypes", Map(Kind::MediaType)),
];

const PATH_ITEM: Fields = &[("parameters", List(Kind::Parameter)), ("additionalOperations", Map(Kind::Operation))];

const OPERATION: Fields = &[
    ("parameters", List(Kind::Parameter)),
    ("requestBody", One(Kind::RequestBody)),
    ("responses", Map(Kind::Response)),
    ("callbacks", Map(Kind::Callback)),
];

const PARAMETER: Fields = &[("schema", One(VALUE)), ("content", Map(Kind::MediaType))];

const RESPONSE: Fields =
    &[("headers", Map(Kind::Header)), ("content", Map(Kind::MediaType)), ("links", Map(Kind::Link))];

const MEDIA_TYPE: Fields = &[("schema", One(VALUE)), ("itemSchema", One(VALUE)), ("encoding", Map(Kind::Encoding))];

/// What a keyword of a schema holds.
fn held_by(keyword: &Keyword) -> Option<Holds> {
    let kind = Kind::Schema(match keyword.applies()? {
        applies if applies.is_part() => Role::Part,
        Applies::AsCondition | Applies::Negated | Applies::ToPropertyNames => Role::Condition,
        Applies::Nowhere => Role::Declared,
        _ => Role::Value,
    });
    match keyword.shape()? {
        Shape::One => Some(One(kind)),
        Shape::List => Some(List(kind)),
        Shape::OneOrList => Some(OneOrList(kind)),
        Shape::Map => Some(Map(kind)),
        Shape::MapOfSchemasOrNames => None,
    }
}
