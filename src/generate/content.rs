//! Serialises a value as content: JSON, forms, XML, text.

use bytes::Bytes;
use serde_json::Value;

use crate::contract::form::Form;
use crate::contract::{Contract, MediaTypeObject};
use crate::http::{MediaType, SequenceFormat};

use super::xml;

/// Content with its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// Value of `content-type`.
    pub media_type: String,
    /// The content.
    pub bytes: Bytes,
}

/// Boundary of generated multipart forms.
const BOUNDARY: &str = "signoff-part";

/// Serialises `value` in a media type; none if that cannot represent it.
pub(crate) fn serialize(contract: &Contract, media: &MediaTypeObject, value: &Value) -> Option<Content> {
    serialize_as(contract, media, concrete(&media.media_type), value)
}

/// As `serialize`, in the media type `actual`, which is in the range of `media`.
pub(crate) fn serialize_as(
    contract: &Contract,
    media: &MediaTypeObject,
    actual: MediaType,
    value: &Value,
) -> Option<Content> {
    let essence = actual.essence();
    let is_xml = actual.is_xml();
    let text = match value {
        _ if actual.is_json() => value.to_string(),
        Value::Object(members) if essence == "application/x-www-form-urlencoded" => {
            let form = Form::new(contract, media);
            let pairs = members.iter().map(|(name, value)| form.pairs(name, value.clone()));
            let pairs: Vec<_> = pairs.collect::<Result<_, _>>().ok()?;
            pairs.into_iter().filter(|pairs| !pairs.is_empty()).collect::<Vec<_>>().join("&")
        }
        Value::Object(_) if actual.kind == "multipart" => {
            return Some(Content {
                media_type: format!("{essence}; boundary={BOUNDARY}"),
                bytes: parts(contract, media, value)?.into(),
            });
        }
        // A string may be the document itself.
        Value::String(text) if !is_xml || text.trim_start().starts_with('<') => text.clone(),
        Value::Array(items) if actual.sequence().is_some() => sequence(actual.sequence()?, items)?,
        item if actual.sequence().is_some() => sequence(actual.sequence()?, std::slice::from_ref(item))?,
        // JSON is YAML (YAML 1.2 §1.3).
        _ if matches!(actual.subtype.as_str(), "yaml" | "x-yaml") || actual.subtype.ends_with("+yaml") => {
            value.to_string()
        }
        _ if is_xml => xml::serialize(contract, media, value),
        // How text represents other values is not defined.
        _ if actual.kind == "text" => value.to_string(),
        _ => return None,
    };
    Some(Content { media_type: actual.to_string(), bytes: text.into() })
}

/// The items of a sequence; none if its format cannot represent one of them.
fn sequence(format: SequenceFormat, items: &[Value]) -> Option<String> {
    let item = |item: &Value| match format {
        SequenceFormat::JsonLines => Some(format!("{item}\n")),
        SequenceFormat::JsonSeq => Some(format!("\u{1e}{item}\n")),
        SequenceFormat::EventStream => event(item),
    };
    items.iter().map(item).collect()
}

/// An event from an object with its fields (OpenAPI 3.2 §4.14.1.4); each line of `data` is its own field.
fn event(item: &Value) -> Option<String> {
    let mut text = String::new();
    for (name, value) in item.as_object()? {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for line in value.split(['\n', '\r']) {
            text += &format!("{name}: {line}\n");
        }
    }
    Some(text + "\n")
}

/// The media type to send; for a range any type within it.
pub(crate) fn concrete(media_type: &MediaType) -> MediaType {
    let (kind, subtype) = match (media_type.kind.as_str(), media_type.subtype.as_str()) {
        ("*", _) => ("application", "json"),
        ("application", "*") => ("application", "octet-stream"),
        ("text", "*") => ("text", "plain"),
        (kind, "*") => (kind, "x-example"),
        _ => return media_type.clone(),
    };
    MediaType { kind: kind.to_owned(), subtype: subtype.to_owned(), parameters: Vec::new() }
}

/// The parts of `multipart/form-data` (RFC 7578 §4).
fn parts(contract: &Contract, media: &MediaTypeObject, value: &Value) -> Option<String> {
    let form = Form::new(contract, media);
    let mut text = String::new();
    for (name, value) in value.as_object()? {
        for part in form.parts(name, value.clone()) {
            let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
            text += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
            // Binary content is a file, which needs a name.
            if part.media_type.as_deref() == Some("application/octet-stream") {
                text += "; filename=\"file\"";
            }
            if let Some(media_type) = &part.media_type {
                text += &format!("\r\ncontent-type: {media_type}");
            }
            text += &format!("\r\n\r\n{}\r\n", part.text);
        }
    }
    Some(format!("{text}--{BOUNDARY}--\r\n"))
}
