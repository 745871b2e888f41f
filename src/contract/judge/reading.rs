//! Reads content that is not JSON as a value that its schema can judge: text, forms, XML as far as it is well-formed.

use serde_json::Value;

use crate::contract::{Declared, Judgement, MediaTypeObject, SchemaView, Shape};
use crate::http::MediaType;

use super::content::Content;
use super::{form, multipart, xml};

/// Fields of a form that are read: each is looked for among all.
const MAX_FIELDS: usize = 2_000;

/// What content turned out to be.
pub(super) enum Reading {
    /// A value for the schema to judge.
    Value(Value),
    /// Content that keeps its schema whatever it is.
    Anything,
    /// Not what its media type says: the keyword of the breach, and why.
    Malformed(&'static str, String),
    /// More than is read; of what.
    BeyondLimits(String),
    /// Nothing that a schema can judge; why.
    Unread(String),
}

/// Reads the content, of media type `actual`, by what is `declared` for it. Breaches of single fields go to `judgement`.
pub(super) fn read(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    actual: &MediaType,
    judgement: &mut Judgement,
) -> Reading {
    let schema = declared.schema.as_ref();
    let shape = || schema.map(|schema| Shape::from_schema(content.contract.refs(), &schema.anchor)).unwrap_or_default();
    match actual.essence().as_str() {
        "application/x-www-form-urlencoded" => match text(content, actual) {
            Ok(text) if text.split('&').nth(MAX_FIELDS).is_some() => too_many("fields"),
            Ok(text) => Reading::Value(form::pairs(content, declared, text, judgement)),
            Err(reading) => reading,
        },
        "multipart/form-data" => match multipart::parts(actual, content.bytes, MAX_FIELDS + 1) {
            Ok(parts) if parts.len() > MAX_FIELDS => too_many("parts"),
            Ok(parts) => form::parts(content, declared, &parts, judgement),
            Err(why) => Reading::Malformed("multipart", why),
        },
        _ if actual.kind == "multipart" => match multipart::split(actual, content.bytes) {
            Ok(_) => Reading::Unread("its parts have no names".to_owned()),
            Err(why) => Reading::Malformed("multipart", why),
        },
        _ if is_xml(actual) => markup(content, &shape(), actual),
        _ if schema.is_some_and(|schema| is_binary(content, schema)) => Reading::Anything,
        _ if actual.kind == "text" => plain(content, &shape(), actual),
        _ => Reading::Unread("it is neither JSON nor text".to_owned()),
    }
}

fn too_many(what: &str) -> Reading {
    Reading::BeyondLimits(format!("more than {MAX_FIELDS} {what}"))
}

/// Text as a number or boolean where the schema has those and no string, else as a string.
pub(super) fn scalar(shape: &Shape, text: &str) -> Value {
    let read = if shape.string { None } else { serde_json::from_str(text.trim()).ok() };
    read.filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The content as text: UTF-8, or a charset that is part of it.
fn text<'a>(content: &Content<'a>, actual: &MediaType) -> Result<&'a str, Reading> {
    let charset = actual.parameter("charset").map(str::to_ascii_lowercase);
    let text = std::str::from_utf8(content.bytes);
    match (charset.as_deref(), text) {
        (Some("utf-8" | "us-ascii") | None, Ok(text)) => Ok(text),
        (Some("utf-8" | "us-ascii"), Err(_)) => Err(Reading::Malformed("text", "it is not UTF-8".to_owned())),
        (None, Err(_)) => Err(Reading::Unread("it is not UTF-8, and names no charset".to_owned())),
        (Some(_), Ok(text)) if text.is_ascii() => Ok(text),
        (Some(other), _) => Err(Reading::Unread(format!("the charset {other} is not read"))),
    }
}

fn plain(content: &Content<'_>, shape: &Shape, actual: &MediaType) -> Reading {
    if !shape.string && (shape.array.is_some() || shape.object.is_some()) {
        return Reading::Unread("the schema is not one of text".to_owned());
    }
    text(content, actual).map_or_else(|reading| reading, |text| Reading::Value(scalar(shape, text)))
}

fn markup(content: &Content<'_>, shape: &Shape, actual: &MediaType) -> Reading {
    let text = match text(content, actual) {
        Ok(text) => text,
        Err(reading) => return reading,
    };
    match xml::fault(text) {
        Some(why) => Reading::Malformed("xml", why),
        None if shape.string => Reading::Value(Value::String(text.to_owned())),
        None => Reading::Unread("XML is judged as well-formed only".to_owned()),
    }
}

/// RFC 7303 §4 and §8.
fn is_xml(actual: &MediaType) -> bool {
    let is_plain = matches!(actual.kind.as_str(), "application" | "text") && actual.subtype == "xml";
    is_plain || actual.subtype.ends_with("+xml")
}

/// Whether any bytes keep the schema: `format: binary`, or nothing at all, as OpenAPI 3.1 has it (§4.4.2).
fn is_binary(content: &Content<'_>, schema: &Declared) -> bool {
    let is_binary = |schema: &SchemaView<'_>| {
        let is_unrestricted = schema.keywords().all(|(name, _)| name == "contentMediaType");
        schema.value().is_object() && (is_unrestricted || schema.text("format") == Some("binary"))
    };
    content.contract.schema(&schema.anchor).is_some_and(|schema| schema.chain().any(|schema| is_binary(&schema)))
}
