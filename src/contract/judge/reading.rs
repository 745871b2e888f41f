//! Reads content that is not JSON as a value that its schema can judge: text, forms.

use serde_json::Value;

use crate::contract::load::shape;
use crate::contract::schema::Direction;
use crate::contract::{Contract, Declared, Shape};
use crate::http::MediaType;

use super::content::Content;
use super::form;

/// The value; none when all content keeps the schema; an error says why no value can be made.
pub(super) fn value(content: &Content<'_>, schema: &Declared, actual: &MediaType) -> Result<Option<Value>, String> {
    if is_binary(content.contract, schema) {
        return Ok(None);
    }
    let text = || std::str::from_utf8(content.bytes).map_err(|_| "it is not UTF-8".to_owned());
    let shape = shape::of(content.contract.refs(), &schema.anchor);
    let is_request = content.direction == Direction::Request;
    match actual.essence().as_str() {
        "application/x-www-form-urlencoded" if is_request => form::pairs(schema, shape, text()?).map(Some),
        "multipart/form-data" if is_request => form::parts(shape, actual, content.bytes).map(Some),
        _ if actual.kind != "text" => Err("it is neither JSON nor text".to_owned()),
        _ if !shape.string && (shape.array.is_some() || shape.object.is_some()) => {
            Err("the schema is not one of text".to_owned())
        }
        _ => Ok(Some(scalar(&shape, text()?))),
    }
}

/// Text as a number or boolean where the schema has those and no string, else as a string.
pub(super) fn scalar(shape: &Shape, text: &str) -> Value {
    let read = if shape.string { None } else { serde_json::from_str(text.trim()).ok() };
    read.filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Whether the schema is `format: binary`, which any bytes keep.
fn is_binary(contract: &Contract, schema: &Declared) -> bool {
    contract.value(&schema.anchor).is_some_and(|schema| schema.get("format").is_some_and(|format| format == "binary"))
}
