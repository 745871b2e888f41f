//! Serialisation of form fields by the schema of the form and its `encoding`, shared by writing and validating forms (OpenAPI 3.1
//! §4.8.14.4, §4.8.15).

use serde_json::Value;

use crate::http::MediaType;

use super::shape::Members;
use super::{
    Contract, Encoding, FieldLayout, MediaTypeObject, Parameter, ParameterIn, Shape, Style, parameters::serialize,
};

/// Default serialisation of a field (OpenAPI 3.1 §4.8.15).
const PLAIN: FieldLayout = FieldLayout { style: Style::Form, explode: true, allow_reserved: false };

/// A declared form.
#[derive(Debug)]
pub(crate) struct Form<'c> {
    declared: &'c MediaTypeObject,
    pub(super) members: &'c Members,
}

/// One part of `multipart/form-data` without its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// Its media type; none for plain text, the default (RFC 7578 §4.4).
    pub media_type: Option<String>,
    /// Its text.
    pub text: String,
}

impl<'c> Form<'c> {
    /// Reads the form that `declared` describes.
    pub(crate) fn new(contract: &Contract, declared: &'c MediaTypeObject) -> Self {
        let read = || {
            let schema = declared.schema.as_ref()?;
            Shape::from_schema(contract.refs(), &schema.anchor).object
        };
        Self { declared, members: declared.members.get_or_init(|| read().unwrap_or_default()) }
    }

    /// The `encoding` of the field of that name.
    pub(crate) fn encoding(&self, name: &str) -> Option<&'c Encoding> {
        self.declared.encoding.iter().find(|encoding| encoding.name == name)
    }

    /// The query parameter that is serialised like the field in `application/x-www-form-urlencoded`.
    pub(super) fn field(&self, name: String, shape: Shape) -> Parameter {
        let encoding = self.encoding(&name);
        let layout = encoding.and_then(|encoding| encoding.layout);
        let written = encoding.and_then(|encoding| encoding.content.first().cloned());
        let implied = shape.object.is_some().then(|| MediaType::parse("application/json").ok()).flatten();
        let FieldLayout { style, explode, allow_reserved } = layout.unwrap_or(PLAIN);
        Parameter {
            name,
            location: ParameterIn::Query,
            required: false,
            style,
            explode,
            allow_reserved,
            allow_empty: false,
            shape,
            schema: self.declared.schema.clone(),
            // A declared style overrides `contentType`.
            content: if layout.is_some() { None } else { written.or(implied) },
            examples: Vec::new(),
            anchor: encoding.map_or(&self.declared.anchor, |encoding| &encoding.anchor).clone(),
        }
    }

    /// The field with each of the media types that its `contentType` lists: any of them may be sent.
    pub(super) fn by_media_type(&self, field: &Parameter) -> Vec<Parameter> {
        let listed = self.encoding(&field.name).map_or(&[][..], |encoding| &encoding.content);
        if field.content.is_none() || listed.len() < 2 {
            return vec![field.clone()];
        }
        let with = |content: &MediaType| Parameter { content: Some(content.clone()), ..field.clone() };
        listed.iter().map(with).collect()
    }

    /// Whether the items of the array `field` are JSON: objects are, unless a style is declared.
    pub(super) fn has_json_items(&self, field: &Parameter) -> bool {
        let holds_objects =
            field.shape.array.as_ref().is_some_and(|items| items.all().any(|item| item.object.is_some()));
        holds_objects && !self.is_styled(field)
    }

    /// Whether `encoding` declares the serialisation of the field.
    fn is_styled(&self, field: &Parameter) -> bool {
        field.content.is_some() || self.encoding(&field.name).is_some_and(|encoding| encoding.layout.is_some())
    }

    /// Serialises to `name=value&…` of `application/x-www-form-urlencoded`; an empty string for an empty array. Errors name the
    /// style that cannot represent the value.
    pub(crate) fn pairs(&self, name: &str, value: Value) -> Result<String, String> {
        let field = self.field(name.to_owned(), self.members.shape(name));
        let value = match value {
            Value::Array(items) if self.has_json_items(&field) => items.into_iter().map(as_json_text).collect(),
            Value::Object(_) if !self.is_styled(&field) => as_json_text(value),
            value => value,
        };
        serialize(&field, &value)
    }

    /// Serialises to parts of `multipart/form-data`: one per item if the schema declares an array.
    pub(crate) fn parts(&self, name: &str, value: Value) -> Vec<Content> {
        let shape = self.members.shape(name);
        match (value, &shape.array) {
            (Value::Array(items), Some(declared)) => {
                let part = |(index, item)| self.part(name, declared.shape(index), item);
                items.into_iter().enumerate().map(part).collect()
            }
            (value, items) => vec![self.part(name, items.as_ref().map_or(&shape, |items| items.shape(0)), value)],
        }
    }

    fn part(&self, name: &str, shape: &Shape, value: Value) -> Content {
        let written = self.media_type(name);
        let json = || Some("application/json".to_owned());
        let implied = match &value {
            Value::Object(_) | Value::Array(_) | Value::Null => json(),
            Value::String(_) if shape.bytes => Some("application/octet-stream".to_owned()),
            Value::String(_) => None,
            _ if shape.object.is_some() => json(),
            _ => None,
        };
        let is_json_text = shape.string && !shape.is_verbatim() && written.is_some_and(MediaType::is_json);
        let text = match value {
            Value::String(text) if !is_json_text => text,
            value => value.to_string(),
        };
        Content { media_type: written.map(ToString::to_string).or(implied), text }
    }

    /// The media type that `encoding` declares for the parts of that name: the first that is no range.
    pub(crate) fn media_type(&self, name: &str) -> Option<&'c MediaType> {
        self.encoding(name)?.content.iter().find(|media_type| !media_type.is_range())
    }
}

impl Content {
    /// Serialises an undeclared part: a string verbatim, anything else as JSON.
    pub(crate) fn undeclared(value: Value) -> Self {
        match value {
            Value::String(text) => Self { media_type: None, text },
            value => Self { media_type: Some("application/json".to_owned()), text: value.to_string() },
        }
    }
}

/// Serialises a non-string value as JSON text.
fn as_json_text(value: Value) -> Value {
    if value.is_string() { value } else { Value::String(value.to_string()) }
}
