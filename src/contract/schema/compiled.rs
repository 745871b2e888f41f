//! The validator of the schema library: every schema of the contract, compiled as one.
//!
//! Each validator of the library holds its own copy of everything it reaches. One wrapper with a property per schema is compiled
//! instead, and a value is validated as the property of that name.

use jsonschema::Registry;
use serde_json::{Map, Value, json};

use crate::contract::refs::{REF, Refs};
use crate::contract::{Anchor, SchemaKey};
use crate::pointer::Pointer;

use super::allowance::Allowance;
use super::dialects::DialectMap;
use super::judged::{Instance, Options, Validator, is_listed};
use super::resources::Resources;
use super::subject::MAX_VIOLATIONS;
use super::undecided;
use super::violation::Violation;
use super::workarounds::PatchedDocuments;

/// Times that the violations of one value are listed again with room for unevaluated items.
const MAX_REPEATS: usize = 4;

/// Schemas, compiled as one validator.
#[derive(Debug)]
pub(super) struct Compiled {
    roots: Vec<Anchor>,
    validator: Validator,
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
    /// The dialects of the resources.
    pub dialects: &'a DialectMap,
}

impl Compiled {
    /// Adds the resources to the validator that [`compile`] returned; errors are located by them.
    pub(super) fn new(roots: Vec<Anchor>, validator: Validator, resources: Resources) -> Self {
        Self { roots, validator, resources }
    }

    /// The location of the schema of that key.
    pub(super) fn anchor(&self, key: SchemaKey) -> &Anchor {
        &self.roots[key.0]
    }

    /// Whether `value` conforms to the schema.
    pub(super) fn is_valid(&self, key: SchemaKey, value: &Value) -> bool {
        self.validator.is_valid(Instance::wrapped(&key.0.to_string(), value, None))
    }

    /// Returns what `value` violates, at most [`MAX_VIOLATIONS`], and whether this is all.
    pub(super) fn violations(&self, key: SchemaKey, value: &Value) -> (Vec<Violation>, bool) {
        let (mut found, mut is_all) = self.violations_within(key, value, 0);
        let mut items = 0;
        for _ in 0..MAX_REPEATS {
            // These drew from the allowance, although they are all in one error.
            let before = std::mem::replace(&mut items, found.iter().map(Violation::items).sum());
            if is_all || items == before {
                break;
            }
            (found, is_all) = self.violations_within(key, value, items);
        }
        (found, is_all)
    }

    fn violations_within(&self, key: SchemaKey, value: &Value, more: usize) -> (Vec<Violation>, bool) {
        let (name, root) = (key.0.to_string(), self.anchor(key));
        let allowance = Allowance::new(value, more);
        let errors = self.validator.iter_errors(Instance::wrapped(&name, value, Some(&allowance)));
        let mut errors = errors.filter(is_listed);
        let read = |error| Violation::read(error, &self.resources, root);
        let violations = errors.by_ref().take(MAX_VIOLATIONS).map(read).collect();
        (violations, errors.next().is_none() && !allowance.is_spent())
    }
}

/// Compiles the schemas at `roots`; every schema that does not compile is an error.
pub(super) fn compile(
    files: &Files<'_>,
    roots: &[Anchor],
    options: &Options<'_>,
) -> Result<Validator, Vec<(Anchor, String)>> {
    let of_all = |message: String| vec![(Anchor { document: 0, pointer: Pointer::root() }, message)];
    let mut builder = Registry::new().draft(files.dialects.default().draft());
    for (uri, anchor) in &files.known {
        let value = files.patched.value(files.refs, anchor).unwrap_or(&Value::Null);
        let draft = files.dialects.of(anchor).draft();
        builder = builder.add(uri, draft.create_resource_ref(value)).map_err(|error| of_all(error.to_string()))?;
    }
    let registry = builder.prepare().map_err(|error| of_all(error.to_string()))?;
    let options = options.clone().with_registry(&registry).offline();
    let schema = |root: &Anchor| match files.dialects.unknown(root) {
        Some(why) => undecided::unjudged(why).into(),
        None => json!({ REF: files.resources.uri(&files.patched.place(root)) }),
    };
    let properties = roots.iter().enumerate().map(|(key, root)| (key.to_string(), schema(root)));
    let properties: Map<String, Value> = properties.collect();
    // The error of the whole names no document, so on failure each schema is compiled alone.
    options.build(&json!({ "properties": properties })).map_err(|error| {
        let alone = properties.values().zip(roots);
        let failed = alone.filter_map(|(schema, root)| Some((root.clone(), options.build(schema).err()?.to_string())));
        let failed: Vec<_> = failed.collect();
        if failed.is_empty() { of_all(error.to_string()) } else { failed }
    })
}
