//! References of a document to its components: `$ref`, the values of `discriminator`, links and security requirements.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::contract::lint::{ObjectKind, all_objects};
use crate::contract::refs::REF;
use crate::pointer::Pointer;

/// The kind and the name of a component: `schemas`, `Loan`.
pub(super) type Component = (String, String);

/// Characters that a fragment must not contain (RFC 3986 §3.5), and `%`.
const FORBIDDEN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'`');

/// A reference to a component.
#[derive(Debug)]
pub(super) struct Reference {
    /// The component.
    pub to: Component,
    /// Whether it names a part of the component.
    pub is_partial: bool,
    /// Its location.
    pub at: Pointer,
    form: Form,
}

/// How a reference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `#/components/KIND/NAME`.
    Uri,
    /// The name of a schema, in a discriminator.
    Name,
    /// A security requirement, whose keys are names.
    Key,
}

/// The components of a document.
pub(super) fn components(root: &Value) -> impl Iterator<Item = (Component, &Value)> {
    let kinds = root.get("components").and_then(Value::as_object).into_iter().flatten();
    kinds.flat_map(|(kind, held)| {
        let held = held.as_object().into_iter().flatten();
        held.map(move |(name, value)| ((kind.clone(), name.clone()), value))
    })
}

/// The references of a document.
pub(super) fn references(root: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    for (kind, at) in all_objects(root) {
        let Some(object) = at.of(root).and_then(Value::as_object) else { continue };
        found.extend(uri(object, REF, &at));
        match kind {
            ObjectKind::Link => found.extend(uri(object, "operationRef", &at)),
            ObjectKind::Schema(_) => selected(object, &at, &mut found),
            ObjectKind::Document | ObjectKind::Operation => required(object, &at, &mut found),
            _ => {}
        }
    }
    found
}

fn uri(object: &Map<String, Value>, field: &str, at: &Pointer) -> Option<Reference> {
    let (to, rest) = parse(object.get(field)?.as_str()?)?;
    Some(Reference { to, is_partial: !rest.is_root(), at: at.join(field), form: Form::Uri })
}

/// Adds the references of a discriminator.
fn selected(schema: &Map<String, Value>, at: &Pointer, found: &mut Vec<Reference>) {
    let Some(discriminator) = schema.get("discriminator").and_then(Value::as_object) else { return };
    let at = at.join("discriminator");
    let mapping = discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten();
    let mapped = mapping.map(|(tag, target)| (at.join("mapping").join(tag), target));
    let all = mapped.chain(discriminator.get("defaultMapping").map(|target| (at.join("defaultMapping"), target)));
    for (at, target) in all {
        let Some(text) = target.as_str() else { continue };
        found.push(match parse(text) {
            Some((to, rest)) => Reference { to, is_partial: !rest.is_root(), at, form: Form::Uri },
            None => Reference { to: ("schemas".to_owned(), text.to_owned()), is_partial: false, at, form: Form::Name },
        });
    }
}

/// Adds the schemes of security requirements.
fn required(object: &Map<String, Value>, at: &Pointer, found: &mut Vec<Reference>) {
    let requirements = object.get("security").and_then(Value::as_array).into_iter().flatten();
    for (index, requirement) in requirements.enumerate() {
        for name in requirement.as_object().into_iter().flat_map(Map::keys) {
            let (to, at) = (("securitySchemes".to_owned(), name.clone()), at.join("security").join(index).join(name));
            found.push(Reference { to, is_partial: false, at, form: Form::Key });
        }
    }
}

/// The component that a URI reference within the document names, and the location in it.
fn parse(reference: &str) -> Option<(Component, Pointer)> {
    let fragment = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
    let pointer = Pointer::parse(&fragment)?;
    let mut tokens = pointer.tokens();
    let is_component = tokens.next()? == "components";
    let (kind, name) = (tokens.next()?.into_owned(), tokens.next()?.into_owned());
    is_component.then(|| ((kind, name), tokens.fold(Pointer::root(), |rest, token| rest.join(token))))
}

impl Reference {
    /// Whether it may name something else than a component, such as a file.
    pub(super) fn is_uncertain(&self) -> bool {
        self.form == Form::Name
    }
}

/// The reference to the node at `pointer`.
pub(super) fn fragment(pointer: &Pointer) -> String {
    format!("#{}", utf8_percent_encode(pointer.as_str(), FORBIDDEN))
}

/// The location of a component.
pub(super) fn location((kind, name): &Component) -> Pointer {
    Pointer::root().join("components").join(kind).join(name)
}

/// Replaces the names of components in references.
pub(super) fn redirect(root: &mut Value, renamed: &BTreeMap<Component, String>) {
    for Reference { to, at, form, .. } in references(root) {
        let Some(name) = renamed.get(&to) else { continue };
        match form {
            Form::Name => replace(root, &at, name.as_str().into()),
            Form::Uri => {
                let text = at.of(root).and_then(Value::as_str);
                let rest = text.and_then(parse).map(|(_, rest)| rest).unwrap_or_default();
                let target = location(&(to.0, name.clone())).concat(&rest);
                replace(root, &at, fragment(&target).into());
            }
            Form::Key => {
                let requirement = at.parent().and_then(|at| root.pointer_mut(at.as_str()));
                if let Some(Value::Object(schemes)) = requirement {
                    rename_key(schemes, &to.1, name);
                }
            }
        }
    }
}

fn replace(root: &mut Value, at: &Pointer, value: Value) {
    if let Some(held) = root.pointer_mut(at.as_str()) {
        *held = value;
    }
}

/// Renames a property in its place.
pub(super) fn rename_key(members: &mut Map<String, Value>, from: &str, to: &str) {
    let renamed = |(name, value)| (if name == from { to.to_owned() } else { name }, value);
    *members = std::mem::take(members).into_iter().map(renamed).collect();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_reference_to_a_component_is_redirected_and_nothing_else() {
        let mut root = json!({
            "security": [{ "key": [], "other": [] }],
            "paths": { "/a": { "get": {
                "security": [{ "key": ["a"] }],
                "responses": { "200": {
                    "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Dog/properties/a%20b" },
                        "example": { "$ref": "#/components/schemas/Dog" },
                        "examples": { "x": { "$ref": "#/components/examples/Dog" } }
                    } },
                    "links": { "l": { "$ref": "#/components/links/Dog" } }
                } }
            } } },
            "components": { "schemas": {
                "Pet": {
                    "properties": { "example": { "$ref": "#/components/schemas/Dog" } },
                    "discriminator": {
                        "propertyName": "kind", "mapping": { "a": "Dog", "b": "#/components/schemas/Dog", "Dog": "Cat" }
                    }
                }
            } }
        });
        let name = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
        let renamed = [("schemas", "Dog"), ("links", "Dog"), ("examples", "Dog"), ("securitySchemes", "key")];
        let renamed = renamed.map(|(kind, held)| (name(kind, held), format!("{held}2"))).into();
        redirect(&mut root, &renamed);
        let expected = json!({
            "security": [{ "key2": [], "other": [] }],
            "paths": { "/a": { "get": {
                "security": [{ "key2": ["a"] }],
                "responses": { "200": {
                    "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Dog2/properties/a%20b" },
                        "example": { "$ref": "#/components/schemas/Dog" },
                        "examples": { "x": { "$ref": "#/components/examples/Dog2" } }
                    } },
                    "links": { "l": { "$ref": "#/components/links/Dog2" } }
                } }
            } } },
            "components": { "schemas": {
                "Pet": {
                    "properties": { "example": { "$ref": "#/components/schemas/Dog2" } },
                    "discriminator": {
                        "propertyName": "kind", "mapping": { "a": "Dog2", "b": "#/components/schemas/Dog2", "Dog": "Cat" }
                    }
                }
            } }
        });
        assert_eq!(root, expected);
    }
}
