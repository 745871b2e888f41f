//! Reads the fields of a form as the members of an object, by the types that its schema declares.

use serde_json::{Map, Value};

use crate::contract::parameters::{self, Parsed, Wire};
use crate::contract::{Declared, Parameter, ParameterIn, Shape, Style};
use crate::document::parse_json;
use crate::http::{Headers, MediaType};

use super::reading::scalar;

/// `application/x-www-form-urlencoded`: each field is laid out like a query parameter of style `form` (OpenAPI 3.1
/// §4.8.14.4). Fields that the schema does not name are text, for the schema to judge.
pub(super) fn pairs(schema: &Declared, shape: Shape, text: &str) -> Result<Value, String> {
    let members = shape.object.unwrap_or_default();
    let named = members.named.into_iter().map(|(name, shape)| field(schema, name, shape));
    let mut fields: Vec<Parameter> = named.collect();
    let wire = Wire { path: &[], query: Some(text), headers: &Headers::default() };
    let others = members.others.map_or_else(Shape::default, |others| *others);
    let unnamed = parameters::undeclared(&fields, &wire);
    fields.extend(unnamed.into_iter().map(|name| field(schema, name, others.clone())));
    let mut object = Map::new();
    for field in &fields {
        match parameters::parse(field, &[], &wire) {
            Parsed::Value(value) => drop(object.insert(field.name.clone(), value)),
            Parsed::Malformed(why) => return Err(why),
            Parsed::Empty => drop(object.insert(field.name.clone(), Value::String(String::new()))),
            Parsed::Absent => {}
        }
    }
    Ok(Value::Object(object))
}

fn field(schema: &Declared, name: String, shape: Shape) -> Parameter {
    let content = shape.object.is_some().then(|| MediaType::parse("application/json")).flatten();
    Parameter {
        name,
        place: ParameterIn::Query,
        required: false,
        style: Style::Form,
        explode: true,
        allow_reserved: false,
        allow_empty: false,
        shape,
        schema: Some(schema.clone()),
        content,
        anchor: schema.anchor.clone(),
    }
}

/// `multipart/form-data` (RFC 7578): a part is JSON where it says so or its schema is an object, else text; bytes that are not
/// UTF-8 are given as U+FFFD, which `format: binary` lets be.
pub(super) fn parts(shape: Shape, actual: &MediaType, bytes: &[u8]) -> Result<Value, String> {
    let boundary = actual.parameter("boundary").ok_or("its media type names no boundary")?;
    let members = shape.object.unwrap_or_default();
    let mut object = Map::new();
    for part in split(bytes, boundary)? {
        let part = Part::parse(part).ok_or("a part has no name")?;
        let shape = members.shape(&part.name);
        match shape.array {
            Some(items) => {
                let held = object.entry(part.name.clone()).or_insert_with(|| Value::Array(Vec::new()));
                held.as_array_mut().into_iter().for_each(|list| list.push(part.value(&items)));
            }
            None => drop(object.insert(part.name.clone(), part.value(&shape))),
        }
    }
    Ok(Value::Object(object))
}

/// The bytes between the boundaries (RFC 2046 §5.1.1).
fn split<'b>(bytes: &'b [u8], boundary: &str) -> Result<Vec<&'b [u8]>, String> {
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match bytes.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => rest,
        None => cut(bytes, delimiter.as_bytes()).ok_or("its boundary does not stand in it")?.1,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (_, start) = cut(rest, b"\r\n").ok_or("it breaks off after a boundary")?;
        let (part, after) = cut(start, delimiter.as_bytes()).ok_or("its last boundary is missing")?;
        parts.push(part);
        rest = after;
    }
    Ok(parts)
}

/// What stands before and after the first `mark`.
fn cut<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

struct Part<'b> {
    name: String,
    media_type: Option<MediaType>,
    content: &'b [u8],
}

impl<'b> Part<'b> {
    fn parse(bytes: &'b [u8]) -> Option<Self> {
        let (head, content) = cut(bytes, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(head);
        let headers: Headers =
            head.lines().filter_map(|line| line.split_once(':')).map(|(n, v)| (n, v.trim())).collect();
        // A disposition is laid out like the parameters of a media type.
        let disposition = MediaType::parse(&headers.get("content-disposition")?.replacen("form-data", "form/data", 1))?;
        let name = disposition.parameter("name")?.to_owned();
        Some(Self { name, media_type: headers.get("content-type").and_then(MediaType::parse), content })
    }

    fn value(&self, shape: &Shape) -> Value {
        let is_json = self.media_type.as_ref().map_or(shape.object.is_some(), MediaType::is_json);
        let json = if is_json { parse_json(self.content).ok() } else { None };
        json.unwrap_or_else(|| scalar(shape, &String::from_utf8_lossy(self.content)))
    }
}
