//! Serialises a value as XML by the `xml` objects of its schema (OpenAPI 3.1 §4.8.26).

use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::version::OasVersion;
use crate::contract::xml_object::{self, XmlObject};
use crate::contract::{Contract, MediaTypeObject, SchemaView};

/// Serialises `value` as a document.
pub(super) fn serialize(contract: &Contract, media: &MediaTypeObject, value: &Value) -> String {
    let schema = media.schema.as_ref().and_then(|schema| contract.schema(&schema.anchor));
    let mut writer = Writer { text: String::new(), openapi: contract.openapi };
    let named = schema.as_ref().and_then(component);
    let schemas = schema.map(|schema| xml_object::schemas(&schema, contract.openapi)).unwrap_or_default();
    writer.element(&named.unwrap_or_else(|| "root".to_owned()), &schemas, value);
    writer.text
}

struct Writer {
    text: String,
    openapi: OasVersion,
}

impl Writer {
    /// Writes the element `name`, or the schemas' name for it.
    fn element(&mut self, name: &str, schemas: &[SchemaView<'_>], value: &Value) {
        let xml = XmlObject::from_schemas(schemas);
        let local = element_name(xml.name.unwrap_or(name));
        let prefix = xml.prefix.filter(|_| xml.namespace.is_some()).map(element_name);
        let tag = prefix.as_ref().map_or_else(|| local.clone(), |prefix| format!("{prefix}:{local}"));
        let _ = write!(self.text, "<{tag}");
        if let Some(namespace) = xml.namespace {
            let declared = prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
            let _ = write!(self.text, " {declared}=\"{}\"", escaped(&namespace.into()));
        }
        let members = value.as_object().into_iter().flatten();
        let members = members.map(|(name, value)| (name, xml_object::property(schemas, name, self.openapi), value));
        let (attributes, members): (Vec<_>, Vec<_>) = members.partition(|(_, member, value)| {
            !value.is_object() && !value.is_array() && XmlObject::from_schemas(member).is_attribute
        });
        for (name, member, value) in attributes {
            let name = element_name(XmlObject::from_schemas(&member).name.unwrap_or(name));
            let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
        }
        self.text.push('>');
        for (name, member, value) in members {
            self.items_or_element(name, &member, value);
        }
        match value {
            // The items within an element have its name unless they declare their own.
            Value::Array(items) => items.iter().for_each(|item| self.item(&local, schemas, item)),
            Value::Object(_) => {}
            scalar => self.text.push_str(&escaped(scalar)),
        }
        let _ = write!(self.text, "</{tag}>");
    }

    /// Writes an array as its items, in a wrapper if the schema has one.
    fn items_or_element(&mut self, name: &str, schemas: &[SchemaView<'_>], value: &Value) {
        match value {
            Value::Array(items) if !XmlObject::from_schemas(schemas).is_wrapped => {
                items.iter().for_each(|item| self.item(name, schemas, item));
            }
            value => self.element(name, schemas, value),
        }
    }

    fn item(&mut self, name: &str, list: &[SchemaView<'_>], value: &Value) {
        self.element(name, &xml_object::items(list, self.openapi), value);
    }
}

/// Name of the component that the schema refers to.
fn component(schema: &SchemaView<'_>) -> Option<String> {
    schema.reference()?.rsplit('/').next().map(str::to_owned)
}

/// A valid XML name: other characters become underscores.
fn element_name(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    let name: String = name.chars().map(|character| if plain(character) { character } else { '_' }).collect();
    if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') { name } else { format!("_{name}") }
}

/// Text of a scalar, without characters that XML cannot represent.
fn escaped(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let allowed = |character: &char| !character.is_control() || "\t\n\r".contains(*character);
    let held = text.chars().filter(allowed).filter(|character| !matches!(character, '\u{fffe}' | '\u{ffff}'));
    held.fold(String::new(), |mut escaped, character| {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
        escaped
    })
}
