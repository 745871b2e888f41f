//! Serialises a value as XML by the `xml` objects of its schema (OpenAPI 3.1 §4.8.26).

use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::{Contract, MediaTypeObject, SchemaView};

/// Serialises `value` as a document.
pub(super) fn serialize(contract: &Contract, media: &MediaTypeObject, value: &Value) -> String {
    let schema = media.schema.as_ref().and_then(|schema| contract.schema(&schema.anchor));
    let mut writer = Writer { text: String::new() };
    let named = schema.as_ref().and_then(component);
    writer.element(&named.unwrap_or_else(|| "root".to_owned()), schema.as_ref(), value);
    writer.text
}

struct Writer {
    text: String,
}

impl Writer {
    /// Writes the element `name`, or the schema's name for it.
    fn element(&mut self, name: &str, schema: Option<&SchemaView<'_>>, value: &Value) {
        let schema = schema.map(|schema| schema.clone().resolved());
        let tag = element_name(&xml_name(schema.as_ref()).unwrap_or_else(|| name.to_owned()));
        self.text.push('<');
        self.text.push_str(&tag);
        let members = value.as_object().into_iter().flatten();
        let (attributes, members): (Vec<_>, Vec<_>) = members.partition(|(name, value)| {
            let member = member(schema.as_ref(), name);
            let is_scalar = !value.is_object() && !value.is_array();
            is_scalar && member.is_some_and(|member| says(&member, "attribute"))
        });
        for (name, value) in attributes {
            let member = member(schema.as_ref(), name);
            let name = element_name(&xml_name(member.as_ref()).unwrap_or_else(|| name.clone()));
            let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
        }
        self.text.push('>');
        for (name, value) in members {
            let member = member(schema.as_ref(), name);
            self.items_or_element(name, member.as_ref(), value);
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.item("item", schema.as_ref(), item)),
            Value::Object(_) => {}
            scalar => self.text.push_str(&escaped(scalar)),
        }
        let _ = write!(self.text, "</{tag}>");
    }

    /// Writes an array as its items, in a wrapper if the schema has one.
    fn items_or_element(&mut self, name: &str, schema: Option<&SchemaView<'_>>, value: &Value) {
        match value {
            Value::Array(items) if !schema.is_some_and(|schema| says(schema, "wrapped")) => {
                items.iter().for_each(|item| self.item(name, schema, item));
            }
            value => self.element(name, schema, value),
        }
    }

    fn item(&mut self, name: &str, list: Option<&SchemaView<'_>>, value: &Value) {
        let schema = list.and_then(|list| list.below("items"));
        self.element(name, schema.as_ref(), value);
    }
}

fn member<'d>(schema: Option<&SchemaView<'d>>, name: &str) -> Option<SchemaView<'d>> {
    schema?.property(name).map(SchemaView::resolved)
}

/// Name of the component that the schema refers to.
fn component(schema: &SchemaView<'_>) -> Option<String> {
    schema.reference()?.rsplit('/').next().map(str::to_owned)
}

fn xml_name(schema: Option<&SchemaView<'_>>) -> Option<String> {
    Some(schema?.get("xml")?.get("name")?.as_str()?.to_owned())
}

fn says(schema: &SchemaView<'_>, keyword: &str) -> bool {
    schema.get("xml").and_then(|xml| xml.get(keyword)) == Some(&Value::Bool(true))
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
