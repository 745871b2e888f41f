//! Serialises a value as XML by the `xml` objects of its schema (OpenAPI 3.1 §4.8.26).

use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::xml_object::{self, XmlObject, XmlSchema};
use crate::contract::{Contract, MediaTypeObject, SchemaView};

/// The attributes of an element that is null (OpenAPI 3.2 §4.26.5).
const NIL: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";

/// Serialises `value` as a document.
pub(super) fn serialize(contract: &Contract, media: &MediaTypeObject, value: &Value) -> String {
    let schema = media.schema.as_ref().and_then(|schema| contract.schema(&schema.anchor));
    let mut writer = Writer { text: String::new(), contract };
    let schemas = schema.as_ref().map(|schema| writer.schemas(schema)).unwrap_or_default();
    let component = schemas.iter().find_map(|held| xml_object::component(&held.schema, contract.openapi));
    let named = component.or_else(|| schema.as_ref().and_then(referred));
    writer.element(&named.unwrap_or_else(|| "root".to_owned()), &schemas, value);
    writer.text
}

struct Writer<'c> {
    text: String,
    contract: &'c Contract,
}

impl Writer<'_> {
    fn schemas<'d>(&self, schema: &SchemaView<'d>) -> Vec<XmlSchema<'d>> {
        xml_object::schemas(schema, self.contract.openapi).0
    }

    /// The schemas that may apply to the values of any of `declared`.
    fn all<'d>(&self, declared: Vec<XmlSchema<'d>>) -> Vec<XmlSchema<'d>> {
        let of = |held: XmlSchema<'d>| {
            let schemas = self.schemas(&held.schema);
            schemas.into_iter().map(move |schema| schema.certain_if(held.is_certain))
        };
        declared.into_iter().flat_map(of).collect()
    }

    /// Writes the element `name`, or the schemas' name for it.
    fn element(&mut self, name: &str, schemas: &[XmlSchema<'_>], value: &Value) {
        let xml = XmlObject::first(schemas);
        let local = element_name(xml.name.unwrap_or(name));
        let prefix = xml.prefix.filter(|_| xml.namespace.is_some()).map(element_name);
        let tag = prefix.as_ref().map_or_else(|| local.clone(), |prefix| format!("{prefix}:{local}"));
        let _ = write!(self.text, "<{tag}");
        let mut prefixes = Vec::new();
        if let Some(namespace) = xml.namespace {
            let declared = prefix.as_ref().map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
            let _ = write!(self.text, " {declared}=\"{}\"", escaped(&namespace.into()));
            prefixes.extend(prefix.map(|prefix| (prefix, namespace)));
        }
        let matches = |pattern: &str, name: &str| self.contract.schemas.matches(pattern, name);
        let members = value.as_object().into_iter().flatten();
        let members =
            members.map(|(name, value)| (name, self.all(xml_object::property(schemas, name, &matches)), value));
        let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
        let (attributes, members): (Vec<_>, Vec<_>) =
            members.partition(|(_, member, value)| is_scalar(value) && XmlObject::first(member).is_attribute);
        for (name, member, value) in attributes {
            self.attribute(&mut prefixes, name, &member, value);
        }
        if value.is_null() {
            self.text.push_str(NIL);
        }
        self.text.push('>');
        for (name, member, value) in members {
            match XmlObject::first(&member).is_text && is_scalar(value) {
                true => self.text.push_str(&escaped(value)),
                false => self.items_or_element(name, &member, value),
            }
        }
        match value {
            // The items within an element have its name unless they declare their own.
            Value::Array(items) => self.items(&local, schemas, items),
            Value::Object(_) => {}
            scalar => self.text.push_str(&escaped(scalar)),
        }
        let _ = write!(self.text, "</{tag}>");
    }

    /// Writes an attribute. `prefixes` are those that its tag declares, with their namespaces.
    fn attribute<'d>(
        &mut self,
        prefixes: &mut Vec<(String, &'d str)>,
        name: &str,
        schemas: &[XmlSchema<'d>],
        value: &Value,
    ) {
        // An attribute that is null is omitted (OpenAPI 3.2 §4.26.5).
        if value.is_null() && self.contract.openapi.is_at_least_3_2() {
            return;
        }
        let xml = XmlObject::first(schemas);
        let mut name = element_name(xml.name.unwrap_or(name));
        if let Some(namespace) = xml.namespace {
            // Attributes without a prefix are in no namespace.
            let mut prefix = xml.prefix.map_or_else(|| format!("ns{}", prefixes.len()), element_name);
            if prefixes.iter().any(|(held, other)| *held == prefix && *other != namespace) {
                prefix = format!("{prefix}{}", prefixes.len());
            }
            if !prefixes.iter().any(|(held, _)| *held == prefix) {
                let _ = write!(self.text, " xmlns:{prefix}=\"{}\"", escaped(&namespace.into()));
                prefixes.push((prefix.clone(), namespace));
            }
            name = format!("{prefix}:{name}");
        }
        let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
    }

    /// Writes an array as its items, in a wrapper if the schema has one.
    fn items_or_element(&mut self, name: &str, schemas: &[XmlSchema<'_>], value: &Value) {
        match value {
            Value::Array(items) if !XmlObject::first(schemas).is_wrapped => self.items(name, schemas, items),
            value => self.element(name, schemas, value),
        }
    }

    fn items(&mut self, name: &str, list: &[XmlSchema<'_>], items: &[Value]) {
        for (index, item) in items.iter().enumerate() {
            let schemas = self.all(xml_object::items(list, index));
            self.element(name, &schemas, item);
        }
    }
}

/// Name of what the schema refers to.
fn referred(schema: &SchemaView<'_>) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use crate::contract::{self, Direction, judge};
    use crate::http::{Headers, Request};

    /// Writes a value by the schema, checks that the engine finds nothing wrong with it, and returns the text.
    #[track_caller]
    fn write(version: &str, schema: &str, value: &serde_json::Value) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let document = format!(
            "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ content: \
             {{ application/xml: {{ schema: {schema} }} }} }}, responses: {{ '204': {{ description: done }} }} }} }} }}\n\
             components: {{ schemas: {{ Dog: {{ type: object, properties: {{ tail: {{ type: string }} }} }} }} }}\n"
        );
        std::fs::write(folder.path().join("openapi.yaml"), document).expect("written");
        let contract = contract::load::load(folder.path(), Path::new("openapi.yaml")).expect("the document loads");
        let operation = contract.operation("x").expect("declared");
        let media = &operation.request_body.as_ref().expect("declared").content[0];
        let schema = media.schema.as_ref().expect("declared");
        assert_eq!(judge::body_value(&contract, schema, Direction::Request, value), []);
        let content = super::super::content::serialize(&contract, media, value).expect("it is written");
        let headers: Headers = [("content-type", content.media_type.as_str())].into_iter().collect();
        let request = Request {
            method: "POST".to_owned(),
            url: "/x".to_owned(),
            headers,
            body: Some(content.bytes.clone()),
            ..Request::default()
        };
        let judgement = judge::request(&contract, operation, &request);
        let text = String::from_utf8_lossy(&content.bytes).into_owned();
        assert!(judgement.breaches.is_empty() && judgement.not_checked.is_empty(), "{text}: {judgement:?}");
        text
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(write("3.1.1", "{ type: string, maxLength: 3 }", &json!("a&b")), "<root>a&amp;b</root>");
        assert_eq!(write("3.1.1", "{ type: string }", &json!("<r>a</r>")), "<r>a</r>");
        let dog = "{ oneOf: [ { $ref: '#/components/schemas/Dog' }, { type: string, maxLength: 0 } ] }";
        assert_eq!(write("3.2.0", dog, &json!({ "tail": "x" })), "<Dog><tail>x</tail></Dog>");
        let tuple = "{ type: array, prefixItems: [ { type: integer, xml: { name: one } }, { type: boolean, xml: { name: two } } ] }";
        assert_eq!(write("3.1.1", tuple, &json!([1, true])), "<root><one>1</one><two>true</two></root>");
        let namespaces = "{ properties: { a: { type: integer, xml: { attribute: true, namespace: 'urn:a' } }, b: { type: string, xml: { \
                          attribute: true, namespace: 'urn:b', prefix: p } }, c: { type: integer, xml: { namespace: 'urn:c' } }, d: \
                          { type: string, xml: { attribute: true, namespace: 'urn:d', prefix: p } } } }";
        assert_eq!(
            write("3.1.1", namespaces, &json!({ "a": 1, "b": "x", "c": 2, "d": "y" })),
            "<root xmlns:ns0=\"urn:a\" ns0:a=\"1\" xmlns:p=\"urn:b\" p:b=\"x\" xmlns:p2=\"urn:d\" p2:d=\"y\"><c xmlns=\"urn:c\">2</c></root>"
        );
        let wrapped =
            "{ required: [a], properties: { a: { type: array, items: { type: string }, xml: { wrapped: true } } } }";
        assert_eq!(write("3.1.1", wrapped, &json!({ "a": [] })), "<root><a></a></root>");
        let nulls = "{ properties: { a: { type: [string, 'null'], minLength: 1 }, b: { type: [integer, 'null'], xml: { attribute: true } }, \
                     c: { type: [array, 'null'], items: { type: string } }, d: { type: [object, 'null'], required: [x] } } }";
        let value = json!({ "a": null, "b": null, "c": null, "d": null });
        let text = "{ required: [x], properties: { x: { type: string, xml: { nodeType: attribute } }, y: { type: integer, xml: { nodeType: text } } } }";
        assert_eq!(write("3.2.0", text, &json!({ "x": "a", "y": 5 })), "<root x=\"a\">5</root>");
        assert!(write("3.1.1", nulls, &value).contains(" b=\"\""));
        assert!(write("3.2.0", nulls, &value).starts_with("<root><a xmlns:xsi="));
    }
}
