//! Reads content that is not JSON as a value that its schema can judge: text, forms.

use serde_json::{Map, Value};

use crate::contract::load::shape;
use crate::contract::parameters::{self, Parsed, Wire};
use crate::contract::schema::Direction;
use crate::contract::{Contract, Declared, Parameter, ParameterIn, Shape, Style};
use crate::http::MediaType;

use super::content::Content;

/// The value; none when all content keeps the schema; an error says why no value can be made.
pub(super) fn value(content: &Content<'_>, schema: &Declared, actual: &MediaType) -> Result<Option<Value>, String> {
    if is_binary(content.contract, schema) {
        return Ok(None);
    }
    let text = std::str::from_utf8(content.bytes).map_err(|_| "it is not UTF-8")?;
    let shape = shape::of(content.contract.files(), &schema.anchor);
    let is_request = content.direction == Direction::Request;
    match actual.essence().as_str() {
        "application/x-www-form-urlencoded" if is_request => pairs(content, schema, shape, text).map(Some),
        _ if actual.kind != "text" => Err("it is neither JSON nor text".to_owned()),
        _ if !shape.string && (shape.array.is_some() || shape.object.is_some()) => {
            Err("the schema is not one of text".to_owned())
        }
        _ => Ok(Some(scalar(&shape, text))),
    }
}

/// Text as a number or boolean where the schema has those and no string, else as a string.
fn scalar(shape: &Shape, text: &str) -> Value {
    let read = if shape.string { None } else { serde_json::from_str(text.trim()).ok() };
    read.filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A form is laid out like an exploded query parameter (OpenAPI 3.1 §4.8.14.4), with `+` for a space.
fn pairs(content: &Content<'_>, schema: &Declared, shape: Shape, text: &str) -> Result<Value, String> {
    let form = Parameter {
        name: String::new(),
        place: ParameterIn::Query,
        required: false,
        style: Style::Form,
        explode: true,
        allow_reserved: false,
        allow_empty: false,
        shape,
        schema: Some(schema.clone()),
        content: None,
        anchor: schema.anchor.clone(),
    };
    let query = text.replace('+', "%20");
    match parameters::parse(&form, &[], &Wire { path: &[], query: Some(&query), headers: content.headers }) {
        Parsed::Value(value) => Ok(value),
        Parsed::Malformed(why) => Err(why),
        Parsed::Absent | Parsed::Empty => Ok(Value::Object(Map::new())),
    }
}

/// Whether the schema is `format: binary`, which any bytes keep.
fn is_binary(contract: &Contract, schema: &Declared) -> bool {
    contract.value(&schema.anchor).is_some_and(|schema| schema.get("format").is_some_and(|format| format == "binary"))
}
