//! Converts content that is not JSON (text, forms, XML) to a JSON value for validation.

use serde_json::Value;

use crate::contract::xml_object;
use crate::contract::{Breach, Declared, Judgement, Location, MediaTypeObject, Rule, SchemaView, Shape, value_summary};
use crate::difference::Difference;
use crate::document::InexactNumbers;
use crate::http::MediaType;
use crate::pointer::Pointer;

use super::content::Content;
use super::converted::{Converted, other_scalars, scalar};
use super::parameter::expected_value;
use super::reading::Readings;
use super::xml_value::{self, XmlValue};
use super::{charset, form, multipart, xml, xml_encoding};

/// Maximum number of form fields: each is searched among all.
const MAX_FIELDS: usize = 2_000;

/// Converts content of the media type `actual`, as `declared`. Violations of single fields are added to `judgement`.
pub(super) fn convert(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    actual: &MediaType,
    judgement: &mut Judgement,
) -> Converted {
    let schema = declared.schema.as_ref();
    let shape = || schema.map(|schema| Shape::from_schema(content.contract.refs(), &schema.anchor)).unwrap_or_default();
    match actual.essence().as_str() {
        "application/x-www-form-urlencoded" => match charset::text(content.bytes, actual) {
            Ok(text) if text.split('&').nth(MAX_FIELDS).is_some() => {
                Converted::BeyondLimits(format!("more than {MAX_FIELDS} fields"))
            }
            Ok(text) => form::pairs(content, declared, text, judgement),
            Err(unconverted) => unconverted,
        },
        "multipart/form-data" => match multipart::parts(actual, content.bytes) {
            Ok(parts) => form::parts(content, declared, &parts, judgement),
            Err(unconverted) => unconverted,
        },
        _ if actual.kind == "multipart" => match multipart::check(actual, content.bytes) {
            Ok(()) => Converted::Unsupported("its parts have no names".to_owned()),
            Err(why) => Converted::Malformed("multipart", why),
        },
        _ if actual.is_xml() => markup(content, declared, actual, judgement),
        _ if schema.is_some_and(|schema| is_unrestricted(content, schema)) => Converted::Anything,
        _ if actual.kind == "text" => plain(content, &shape(), actual),
        _ => Converted::Unsupported("it is neither JSON nor text".to_owned()),
    }
}

fn plain(content: &Content<'_>, shape: &Shape, actual: &MediaType) -> Converted {
    if !shape.string && (shape.array.is_some() || shape.object.is_some()) {
        return Converted::Unsupported("the schema does not describe a string".to_owned());
    }
    match charset::text(content.bytes, actual) {
        Ok(text) => {
            let value = scalar(shape, text);
            let others = vec![(Pointer::root(), other_scalars(shape, text, &value))];
            let mut literals = InexactNumbers::default();
            literals.add_text(&Pointer::root(), text.trim());
            Converted::Ambiguous(Box::new(Readings { value, others, literals, ..Readings::default() }))
        }
        Err(unconverted) => unconverted,
    }
}

fn markup(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    actual: &MediaType,
    judgement: &mut Judgement,
) -> Converted {
    let text = match xml_encoding::decode(content.bytes, actual.parameter("charset")) {
        Ok(text) => text,
        Err(unconverted) => return unconverted,
    };
    let parsed = xml::parse(&text);
    let Some(schema) = declared.schema.as_ref().and_then(|schema| content.contract.schema(&schema.anchor)) else {
        return parsed.map_or_else(|unconverted| unconverted, |_| Converted::Anything);
    };
    let openapi = content.contract.openapi;
    match parsed {
        // A document may be meant as a string.
        Err(Converted::Unsupported(_)) if xml_object::may_be_document(&schema, openapi) => {
            Converted::Value(Value::String(text.into_owned()), InexactNumbers::default())
        }
        Err(unconverted) => unconverted,
        Ok(root) => match xml_value::convert(content.contract, &schema, &root, &text) {
            Err(why) => Converted::Unsupported(why),
            Ok(XmlValue { readings, faults, omitted }) => {
                let expected = expected_value(content.contract, declared.schema.as_ref());
                let breach = |(at, reason): (Pointer, String)| {
                    Breach::new(Rule::BodySchema, "xml", Location::Body(at), schema.anchor().clone())
                        .expected(&expected)
                        .differs(Difference::Serialization { reason })
                };
                judgement.breaches.extend(faults.into_iter().map(breach));
                if let Some(omitted) = omitted {
                    let essence = actual.essence();
                    let reason = format!("{} is not checked: {omitted}", value_summary::name(&essence));
                    judgement.not_checked(Rule::BodySchema, reason);
                }
                Converted::Ambiguous(Box::new(readings))
            }
        },
    }
}

/// Whether the schema describes bytes by having no other keyword than `contentMediaType` (OpenAPI 3.1 §4.4.2).
fn is_unrestricted(content: &Content<'_>, schema: &Declared) -> bool {
    let is_unrestricted = |schema: SchemaView<'_>| {
        schema.value().is_object() && schema.keywords().all(|(name, _)| name == "contentMediaType")
    };
    content.contract.schema(&schema.anchor).is_some_and(|schema| schema.chain().any(is_unrestricted))
}
