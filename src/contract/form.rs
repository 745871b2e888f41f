//! How the fields of a form stand on the wire, by the schema of the form and its `encoding`: the one rule for those who write a form
//! and those who judge one (OpenAPI 3.1 §4.8.14.4, §4.8.15).

use serde_json::Value;

use crate::http::MediaType;

use super::shape::Members;
use super::{
    Contract, Encoding, FieldLayout, MediaTypeObject, Parameter, ParameterIn, Shape, Style, parameters::serialize,
};

/// How a field is laid out where nothing is said (OpenAPI 3.1 §4.8.15).
const PLAIN: FieldLayout = FieldLayout { style: Style::Form, explode: true, allow_reserved: false };

/// A form as its media type declares it.
#[derive(Debug)]
pub struct Form<'c> {
    declared: &'c MediaTypeObject,
    pub(super) members: Members,
}

/// One part of `multipart/form-data` without its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its media type; none where it is plain text, which needs no saying (RFC 7578 §4.4).
    pub media_type: Option<String>,
    /// Its text.
    pub text: String,
}

impl<'c> Form<'c> {
    /// The form that `declared` is of.
    pub fn of(contract: &Contract, declared: &'c MediaTypeObject) -> Self {
        let schema = declared.schema.as_ref();
        let shape = schema.map(|schema| Shape::from_schema(contract.refs(), &schema.anchor)).unwrap_or_default();
        Self { declared, members: shape.object.unwrap_or_default() }
    }

    /// What `encoding` says about the field of that name.
    pub fn encoding(&self, name: &str) -> Option<&'c Encoding> {
        self.declared.encoding.iter().find(|encoding| encoding.name == name)
    }

    /// The field as the parameter of a query that it is laid out like in `application/x-www-form-urlencoded`.
    pub(super) fn field(&self, name: String, shape: Shape) -> Parameter {
        let encoding = self.encoding(&name);
        let layout = encoding.and_then(|encoding| encoding.layout);
        let written = encoding.and_then(|encoding| encoding.content.first().cloned());
        let implied = shape.object.is_some().then(|| MediaType::parse("application/json").ok()).flatten();
        let FieldLayout { style, explode, allow_reserved } = layout.unwrap_or(PLAIN);
        Parameter {
            name,
            place: ParameterIn::Query,
            required: false,
            style,
            explode,
            allow_reserved,
            allow_empty: false,
            shape,
            schema: self.declared.schema.clone(),
            // A style that is written leaves `contentType` without a say.
            content: if layout.is_some() { None } else { written.or(implied) },
            anchor: encoding.map_or(&self.declared.anchor, |encoding| &encoding.anchor).clone(),
        }
    }

    /// Whether the items of the list `field` are JSON: objects are, where no style says otherwise.
    pub(super) fn has_json_items(&self, field: &Parameter) -> bool {
        let holds_objects = field.shape.array.as_ref().is_some_and(|items| items.object.is_some());
        holds_objects && !self.is_styled(field)
    }

    /// Whether `encoding` says how the field is laid out.
    fn is_styled(&self, field: &Parameter) -> bool {
        field.content.is_some() || self.encoding(&field.name).is_some_and(|encoding| encoding.layout.is_some())
    }

    /// `name=value&…` of `application/x-www-form-urlencoded`; no text for an empty list. Errors name what cannot hold the value.
    pub fn pairs(&self, name: &str, value: Value) -> Result<String, String> {
        let field = self.field(name.to_owned(), self.members.shape(name));
        let value = match value {
            Value::Array(items) if self.has_json_items(&field) => items.into_iter().map(written).collect(),
            Value::Object(_) if !self.is_styled(&field) => written(value),
            value => value,
        };
        serialize(&field, &value)
    }

    /// The parts of `multipart/form-data` that hold `value`: where the schema declares a list, each item is a part.
    pub fn parts(&self, name: &str, value: Value) -> Vec<Content> {
        let shape = self.members.shape(name);
        match (value, &shape.array) {
            (Value::Array(items), Some(single)) => {
                items.into_iter().map(|item| self.part(name, single, item)).collect()
            }
            (value, single) => vec![self.part(name, single.as_deref().unwrap_or(&shape), value)],
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
        let is_json_text = shape.string && written.is_some_and(MediaType::is_json);
        let text = match value {
            Value::String(text) if !is_json_text => text,
            value => value.to_string(),
        };
        Content { media_type: written.map(ToString::to_string).or(implied), text }
    }

    /// The media type that `encoding` gives the parts of that name: the first that is no range.
    pub fn media_type(&self, name: &str) -> Option<&'c MediaType> {
        self.encoding(name)?.content.iter().find(|media_type| !media_type.is_range())
    }
}

impl Content {
    /// `value` as a part of which nothing is declared: text as it stands, anything else as JSON.
    pub fn alone(value: Value) -> Self {
        match value {
            Value::String(text) => Self { media_type: None, text },
            value => Self { media_type: Some("application/json".to_owned()), text: value.to_string() },
        }
    }
}

/// What is no text, as the JSON that stands for it.
fn written(value: Value) -> Value {
    if value.is_string() { value } else { Value::String(value.to_string()) }
}
