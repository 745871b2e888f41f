//! The validator of the schema library: every schema of the contract, compiled as one.
//!
//! Each validator of the library holds its own copy of everything it reaches. One wrapper with a property per schema is compiled
//! instead, and a value is validated as the property of that name.

use jsonschema::{Draft, Registry, ValidationOptions};
use serde_json::{Map, Value, json};

use crate::contract::refs::{REF, Refs};
use crate::contract::{Anchor, SchemaKey};
use crate::pointer::Pointer;

use super::resources::Resources;
use super::subject::MAX_VIOLATIONS;
use super::violation::Violation;
use super::workarounds::PatchedDocuments;

/// Schemas, compiled as one validator.
#[derive(Debug)]
pub(super) struct Compiled {
    roots: Vec<Anchor>,
    validator: jsonschema::Validator,
    resources: Resources,
}

/// The documents as the library reads them.
pub(super) struct Files<'a> {
    /// The documents.
    pub refs: Refs<'a>,
    /// The resources in them.
    pub resources: &'a Resources,
    /// The resources that the schemas reach, by URI: the library takes its time for each that it is given.
    pub known: Vec<(&'a str, &'a Anchor)>,
    /// Documents that the library would misread.
    pub patched: &'a PatchedDocuments,
}

impl Compiled {
    /// Adds the resources to the validator that [`compile`] returned; errors are located by them.
    pub(super) fn new(roots: Vec<Anchor>, validator: jsonschema::Validator, resources: Resources) -> Self {
        Self { roots, validator, resources }
    }

    /// The location of the schema of that key.
    pub(super) fn anchor(&self, key: SchemaKey) -> &Anchor {
        &self.roots[key.0]
    }

    /// Whether `value` conforms to the schema.
    pub(super) fn is_valid(&self, key: SchemaKey, value: &Value) -> bool {
        self.validator.is_valid(&wrap(key, value.clone()))
    }

    /// Whether `value`, which is the same afterwards, conforms to the schema.
    pub(super) fn conforms(&self, key: SchemaKey, value: &mut Value) -> bool {
        self.wrapped(key, value, |wrapped| self.validator.is_valid(wrapped))
    }

    /// Returns what `value`, which is the same afterwards, violates.
    pub(super) fn violations(&self, key: SchemaKey, value: &mut Value) -> Vec<Violation> {
        let root = self.anchor(key);
        self.wrapped(key, value, |wrapped| {
            let errors = self.validator.iter_errors(wrapped).take(MAX_VIOLATIONS);
            errors.map(|error| Violation::read(error, &self.resources, root)).collect()
        })
    }

    /// Returns the first that `value`, which is the same afterwards, violates.
    pub(super) fn first_violation(&self, key: SchemaKey, value: &mut Value) -> Option<Violation> {
        let root = self.anchor(key);
        self.wrapped(key, value, |wrapped| {
            let first = self.validator.validate(wrapped).err();
            first.map(|error| Violation::read(error, &self.resources, root))
        })
    }

    fn wrapped<T>(&self, key: SchemaKey, value: &mut Value, judge: impl FnOnce(&Value) -> T) -> T {
        let wrapped = wrap(key, std::mem::take(value));
        let found = judge(&wrapped);
        *value = unwrap(wrapped);
        found
    }
}

/// Compiles the schemas at `roots`; every schema that does not compile is an error.
pub(super) fn compile(
    files: &Files<'_>,
    roots: &[Anchor],
    options: &ValidationOptions<'_>,
    draft: Draft,
) -> Result<jsonschema::Validator, Vec<(Anchor, String)>> {
    let of_all = |message: String| vec![(Anchor { document: 0, pointer: Pointer::root() }, message)];
    let mut builder = Registry::new().draft(draft);
    for (uri, anchor) in &files.known {
        let value = files.patched.value(files.refs, anchor).unwrap_or(&Value::Null);
        builder = builder.add(uri, value).map_err(|error| of_all(error.to_string()))?;
    }
    let registry = builder.prepare().map_err(|error| of_all(error.to_string()))?;
    let options = options.clone().with_registry(&registry).offline();
    let properties =
        roots.iter().enumerate().map(|(key, root)| (key.to_string(), json!({ REF: files.resources.uri(root) })));
    let properties: Map<String, Value> = properties.collect();
    // The error of the whole names no document, so on failure each schema is compiled alone.
    options.build(&json!({ "properties": properties })).map_err(|error| {
        let alone = properties.values().zip(roots);
        let failed = alone.filter_map(|(schema, root)| Some((root.clone(), options.build(schema).err()?.to_string())));
        let failed: Vec<_> = failed.collect();
        if failed.is_empty() { of_all(error.to_string()) } else { failed }
    })
}

fn wrap(key: SchemaKey, value: Value) -> Value {
    let mut wrapper = Map::with_capacity(1);
    wrapper.insert(key.0.to_string(), value);
    Value::Object(wrapper)
}

fn unwrap(wrapped: Value) -> Value {
    match wrapped {
        Value::Object(wrapper) => wrapper.into_iter().next().map(|(_, value)| value).unwrap_or_default(),
        other => other,
    }
}
