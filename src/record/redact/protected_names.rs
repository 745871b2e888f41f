//! What the contract protects: values whose schema says `format: password` or `writeOnly` (OpenAPI 3.1 §4.4, JSON Schema Validation
//! §9.4), through every `$ref`, composition, list and map.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::keyword::{self, Applies, Shape};
use crate::contract::{Anchor, Contract, MediaTypeObject, Operation};
use crate::pointer::Pointer;

/// How many schemas of one value are read.
const MAX_SCHEMAS: usize = 256;

/// The protected values in exchanges of an operation.
#[derive(Debug, Default)]
pub(super) struct Protected {
    /// Names of properties, parameters, headers and XML elements.
    pub names: Vec<String>,
    /// Locations in bodies: the root, if a whole body is protected.
    pub pointers: Vec<Pointer>,
}

/// Collects what the contract protects in exchanges of `operation`.
pub(super) fn collect(contract: &Contract, operation: &Operation) -> Protected {
    let parameters = operation.parameters.iter().map(|parameter| parameter.anchor.clone());
    let mut open: Vec<Anchor> = parameters.chain([operation.anchor.clone()]).collect();
    let mut seen: HashSet<Anchor> = open.iter().cloned().collect();
    let mut names = Vec::new();
    while let Some(anchor) = open.pop() {
        let Some(value) = contract.value(&anchor) else { continue };
        let refs = scan(contract, &anchor, value, &mut names);
        open.extend(refs.into_iter().filter(|anchor| seen.insert(anchor.clone())));
    }
    names.sort_unstable();
    names.dedup();
    let responses = operation.responses.iter().flat_map(|response| &response.content);
    let mut bodies = operation.request_body.iter().flat_map(|body| &body.content).chain(responses);
    let is_whole = bodies.any(|media: &MediaTypeObject| {
        let schemas = [&media.schema, &media.items].into_iter().flatten();
        // `writeOnly` has a meaning for properties alone.
        schemas
            .filter_map(|schema| Some((schema.anchor.clone(), contract.value(&schema.anchor)?)))
            .any(|schema| is_protected(contract, schema, is_password))
    });
    Protected { names, pointers: if is_whole { vec![Pointer::root()] } else { Vec::new() } }
}

/// Adds the protected names in `root`, the node at `at`, and returns where its references lead.
fn scan(contract: &Contract, at: &Anchor, root: &Value, names: &mut Vec<String>) -> Vec<Anchor> {
    let says = |schema: &Value| is_password(schema) || schema.get("writeOnly") == Some(&Value::Bool(true));
    let is_secret = |at: Anchor, schema: &Value| is_protected(contract, (at, schema), says);
    let is_secret_field = |at: &Anchor, field: &Value| {
        let content = members(at, field, "content").into_iter();
        let schemas = content.filter_map(|(_, at, media)| Some((below(&at, "schema"), media.get("schema")?)));
        let own = field.get("schema").map(|schema| (below(at, "schema"), schema));
        schemas.chain(own).any(|(at, schema)| is_secret(at, schema))
    };
    let mut refs = Vec::new();
    let mut open = vec![(at.clone(), root)];
    while let Some((at, value)) = open.pop() {
        for (name, at, schema) in members(&at, value, "properties") {
            if is_secret(at, schema) {
                let xml = schema.pointer("/xml/name").and_then(Value::as_str);
                names.extend([name].into_iter().chain(xml).map(str::to_owned));
            }
        }
        for (name, at, header) in members(&at, value, "headers") {
            let referred = contract.referred(&at, header).and_then(|at| contract.value(&at).map(|value| (at, value)));
            let mut fields = [Some((at, header)), referred].into_iter().flatten();
            names.extend(fields.any(|(at, field)| is_secret_field(&at, field)).then(|| name.to_owned()));
        }
        if let Some(name) = value.get("name").and_then(Value::as_str) {
            names.extend(is_secret_field(&at, value).then(|| name.to_owned()));
        }
        refs.extend(contract.referred(&at, value));
        match value {
            Value::Object(members) => open.extend(members.iter().map(|(name, value)| (below(&at, name), value))),
            Value::Array(elements) => {
                open.extend(elements.iter().enumerate().map(|(index, value)| (below(&at, index), value)));
            }
            _ => {}
        }
    }
    refs
}

/// The members of the map under `key` of the node at `at`: name, location, value.
fn members<'v>(at: &Anchor, value: &'v Value, key: &str) -> Vec<(&'v str, Anchor, &'v Value)> {
    let Some(Value::Object(members)) = value.get(key) else { return Vec::new() };
    let at = below(at, key);
    members.iter().map(|(name, value)| (name.as_str(), below(&at, name), value)).collect()
}

fn below(at: &Anchor, token: impl std::fmt::Display) -> Anchor {
    Anchor { document: at.document, pointer: at.pointer.join(token) }
}

fn is_password(schema: &Value) -> bool {
    schema.get("format").and_then(Value::as_str) == Some("password")
}

/// Whether `says` is true for a schema of the value, of its items or of its undeclared properties. Declared properties have names.
fn is_protected(contract: &Contract, schema: (Anchor, &Value), says: impl Fn(&Value) -> bool) -> bool {
    let mut open = vec![schema];
    let mut seen: HashSet<*const Value> = HashSet::new();
    while let Some((at, schema)) = open.pop() {
        if seen.len() >= MAX_SCHEMAS || !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        if says(schema) {
            return true;
        }
        let target = contract.referred(&at, schema);
        open.extend(target.and_then(|at| contract.value(&at).map(|value| (at, value))));
        for keyword in keyword::applicators() {
            let held = schema.get(keyword.name).filter(|_| leads_to_unnamed(keyword.name, keyword.applies()));
            let Some(held) = held else { continue };
            let at = below(&at, keyword.name);
            match (keyword.shape(), held) {
                (Some(Shape::List | Shape::OneOrList), Value::Array(schemas)) => {
                    open.extend(schemas.iter().enumerate().map(|(index, schema)| (below(&at, index), schema)));
                }
                (Some(Shape::Map | Shape::MapOfSchemasOrNames), Value::Object(schemas)) => {
                    open.extend(schemas.iter().map(|(name, schema)| (below(&at, name), schema)));
                }
                _ => open.push((at, held)),
            }
        }
    }
    false
}

/// Whether the subschemas of the keyword describe the value itself, or parts of it that no name of the contract finds.
fn leads_to_unnamed(name: &str, applies: Option<Applies>) -> bool {
    match applies {
        Some(Applies::Negated | Applies::ToPropertyNames | Applies::ToContent | Applies::Nowhere) | None => false,
        Some(Applies::ToProperties) => name == "patternProperties",
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contract::load::load;

    fn protected(operation: &str) -> Protected {
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths:\n  /x:\n    post:\n{operation}
      operationId: x
components:
  headers: {{ Token: {{ schema: {{ type: string, format: password }} }} }}
  schemas:
    Secret: {{ anyOf: [ {{ type: 'null' }}, {{ allOf: [ {{ type: string, format: password }} ] }} ] }}
    Loop: {{ anyOf: [ {{ $ref: '#/components/schemas/Loop' }}, {{ type: string }} ] }}
"
        );
        std::fs::write(folder.path().join("api.yaml"), text).expect("written");
        let contract = load(folder.path(), Path::new("api.yaml")).unwrap_or_else(|problems| panic!("{problems:?}"));
        collect(&contract, contract.operation("x").expect("declared"))
    }

    #[test]
    fn compositions_lists_and_maps_are_looked_through() {
        let found = protected(
            "      parameters:
        - { name: pin, in: query, schema: { items: { $ref: '#/components/schemas/Secret' } } }
        - { name: code, in: query, content: { application/json: { schema: { format: password } } } }
      requestBody:
        content:
          application/json:
            schema:
              properties:
                any: { anyOf: [ { type: 'null' }, { writeOnly: true } ] }
                one: { oneOf: [ { $ref: '#/components/schemas/Secret' } ] }
                list: { items: { items: { writeOnly: true } } }
                map: { additionalProperties: { format: password } }
                by_pattern: { patternProperties: { '^x': { format: password } } }
                renamed: { format: password, xml: { name: Geheim } }
                nested: { anyOf: [ { properties: { inner: { format: password } } }, { type: 'null' } ] }
                negated: { not: { format: password } }
                loop: { $ref: '#/components/schemas/Loop' }
                open: { properties: {} }
      responses:
        '200':
          description: done
          headers: { X-Token: { $ref: '#/components/headers/Token' }, X-Open: { schema: { type: string } } }",
        );
        let expect =
            ["Geheim", "X-Token", "any", "by_pattern", "code", "inner", "list", "map", "one", "pin", "renamed"];
        assert_eq!(found.names, expect);
        assert_eq!(found.pointers, []);
    }

    #[test]
    fn a_whole_body_is_protected() {
        let body = |schema: &str| {
            let content = format!("content: {{ application/json: {{ schema: {schema} }} }}");
            protected(&format!("      responses: {{ '200': {{ description: done, {content} }} }}")).pointers.len()
        };
        assert_eq!(body("{ type: array, items: { $ref: '#/components/schemas/Secret' } }"), 1);
        assert_eq!(body("{ additionalProperties: { format: password } }"), 1);
        assert_eq!(body("{ writeOnly: true, properties: { a: { format: password } } }"), 0);
    }
}
