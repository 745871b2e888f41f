//! A value as XML, by the `xml` objects of its schema (OpenAPI 3.1 §4.8.26).

use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::{Anchor, Contract, MediaTypeObject};

/// References that may follow one another.
const MOST_HOPS: usize = 16;

/// The document that holds `value`.
pub(super) fn written(contract: &Contract, media: &MediaTypeObject, value: &Value) -> String {
    let schema = media.schema.as_ref().map(|schema| schema.anchor.clone());
    let mut writer = Writer { contract, text: String::new() };
    let named = schema.as_ref().and_then(|schema| writer.component(schema));
    writer.element(&named.unwrap_or_else(|| "root".to_owned()), schema.as_ref(), value);
    writer.text
}

struct Writer<'c> {
    contract: &'c Contract,
    text: String,
}

impl Writer<'_> {
    /// The element `name`, unless the schema has another name for it.
    fn element(&mut self, name: &str, schema: Option<&Anchor>, value: &Value) {
        let schema = schema.map(|schema| self.resolved(schema.clone()));
        let tag = element_name(&self.xml_name(schema.as_ref()).unwrap_or_else(|| name.to_owned()));
        self.text.push('<');
        self.text.push_str(&tag);
        let members = value.as_object().into_iter().flatten();
        let (attributes, members): (Vec<_>, Vec<_>) = members.partition(|(name, value)| {
            let member = self.member(schema.as_ref(), name);
            let is_scalar = !value.is_object() && !value.is_array();
            is_scalar && member.is_some_and(|member| self.says(&member, "attribute"))
        });
        for (name, value) in attributes {
            let member = self.member(schema.as_ref(), name);
            let name = element_name(&self.xml_name(member.as_ref()).unwrap_or_else(|| name.clone()));
            let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
        }
        self.text.push('>');
        for (name, value) in members {
            let member = self.member(schema.as_ref(), name);
            self.items_or_element(name, member.as_ref(), value);
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.item("item", schema.as_ref(), item)),
            Value::Object(_) => {}
            scalar => self.text.push_str(&escaped(scalar)),
        }
        let _ = write!(self.text, "</{tag}>");
    }

    /// A list is its items one after another, unless its schema wraps them.
    fn items_or_element(&mut self, name: &str, schema: Option<&Anchor>, value: &Value) {
        match value {
            Value::Array(items) if !schema.is_some_and(|schema| self.says(schema, "wrapped")) => {
                items.iter().for_each(|item| self.item(name, schema, item));
            }
            value => self.element(name, schema, value),
        }
    }

    fn item(&mut self, name: &str, list: Option<&Anchor>, value: &Value) {
        let schema = list.map(|list| child(list, &["items"])).filter(|items| self.contract.value(items).is_some());
        self.element(name, schema.as_ref(), value);
    }

    fn member(&self, schema: Option<&Anchor>, name: &str) -> Option<Anchor> {
        let member = child(schema?, &["properties", name]);
        self.contract.value(&member)?;
        Some(self.resolved(member))
    }

    /// What the schema refers to in the end.
    fn resolved(&self, mut schema: Anchor) -> Anchor {
        for _ in 0..MOST_HOPS {
            let reference = self.contract.value(&schema).and_then(|value| value.get("$ref")?.as_str());
            match reference.and_then(|reference| self.contract.follow(schema.document, reference)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The name of the component that the schema refers to.
    fn component(&self, schema: &Anchor) -> Option<String> {
        self.contract.value(schema)?.get("$ref")?.as_str()?.rsplit('/').next().map(str::to_owned)
    }

    fn xml_name(&self, schema: Option<&Anchor>) -> Option<String> {
        Some(self.contract.value(schema?)?.get("xml")?.get("name")?.as_str()?.to_owned())
    }

    fn says(&self, schema: &Anchor, keyword: &str) -> bool {
        let xml = self.contract.value(schema).and_then(|value| value.get("xml"));
        xml.and_then(|xml| xml.get(keyword)) == Some(&Value::Bool(true))
    }
}

fn child(anchor: &Anchor, path: &[&str]) -> Anchor {
    let pointer = path.iter().fold(anchor.pointer.clone(), |at, token| at.join(token));
    Anchor { document: anchor.document, pointer }
}

/// A name that XML allows: other characters become underscores.
fn element_name(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    let name: String = name.chars().map(|character| if plain(character) { character } else { '_' }).collect();
    if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') { name } else { format!("_{name}") }
}

/// The text of a scalar; what XML has no characters for is left out.
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
