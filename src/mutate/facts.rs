//! What a schema says about the values at one location, read once for all operators.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::contract::{Anchor, Applicable, Contract, SchemaView};

use super::pattern::{DeclaredNames, Token};

/// Maximum number of observed values that are kept per location.
const MAX_OBSERVED: usize = 16;

/// Keywords at one location, from every schema that may apply there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Names in `type`.
    pub types: BTreeSet<String>,
    /// Values of `enum` and `const`.
    pub enums: Vec<Value>,
    /// `format`.
    pub format: Option<String>,
    /// `pattern`.
    pub pattern: Option<String>,
    /// `minLength`, `maxLength`.
    pub length: (Option<u64>, Option<u64>),
    /// `minimum`, `maximum`; exclusive bounds count as bounds.
    pub range: (Option<f64>, Option<f64>),
    /// `minItems`, `maxItems`.
    pub items: (Option<u64>, Option<u64>),
    /// Names in `properties`.
    pub properties: BTreeSet<String>,
    /// Names in `required`.
    pub required: BTreeSet<String>,
    /// `writeOnly` properties with a value of their type.
    pub write_only: BTreeMap<String, Value>,
    /// Each branch of `oneOf` and `anyOf`, if there are several, with a value of it.
    pub branches: Vec<(Anchor, Value)>,
    /// The schema.
    pub anchor: Option<Anchor>,
    /// Distinct values that were received here.
    pub observed: Vec<Value>,
}

impl Facts {
    /// Reads the keywords of `schemas`, which apply to the same value.
    pub(crate) fn new(contract: &Contract, schemas: &[SchemaView<'_>]) -> Self {
        let mut facts = Self { anchor: schemas.first().map(|schema| schema.anchor().clone()), ..Self::default() };
        schemas.iter().for_each(|schema| facts.add(contract, schema));
        facts
    }

    fn add(&mut self, contract: &Contract, schema: &SchemaView<'_>) {
        self.types.extend(schema.types().map(str::to_owned));
        let values = schema.list("enum").unwrap_or_default().iter().chain(schema.get("const"));
        self.enums.extend(values.cloned());
        self.format = self.format.take().or_else(|| schema.text("format").map(str::to_owned));
        self.pattern = self.pattern.take().or_else(|| schema.text("pattern").map(str::to_owned));
        let whole = |keyword| schema.get(keyword).and_then(Value::as_u64);
        let number = |keyword| schema.get(keyword).and_then(Value::as_f64);
        self.length = (self.length.0.or(whole("minLength")), self.length.1.or(whole("maxLength")));
        self.items = (self.items.0.or(whole("minItems")), self.items.1.or(whole("maxItems")));
        let least = self.range.0.or(number("minimum")).or(number("exclusiveMinimum"));
        self.range = (least, self.range.1.or(number("maximum")).or(number("exclusiveMaximum")));
        self.required
            .extend(schema.list("required").unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned));
        for (name, property) in schema.below("properties").iter().flat_map(|held| held.members().collect::<Vec<_>>()) {
            self.properties.insert(name.to_owned());
            if property.clone().chain().any(|schema| schema.flag("writeOnly") == Some(true)) {
                self.write_only.insert(name.to_owned(), sample(contract, &property, 0));
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches = schema.branches(keyword);
            if branches.len() > 1 {
                let branches = branches.iter().take(8);
                self.branches.extend(branches.map(|branch| (branch.branch_anchor(), sample(contract, branch, 0))));
            }
        }
    }

    /// Adds a value that was received here.
    pub(crate) fn observe(&mut self, value: &Value) {
        if self.observed.len() < MAX_OBSERVED && !self.observed.contains(value) {
            self.observed.push(value.clone());
        }
    }
}

/// Schemas of one value, and the step to those of its properties and items.
#[derive(Debug, Clone)]
pub(crate) struct SchemaGroup<'c> {
    pub(crate) schemas: Vec<SchemaView<'c>>,
    /// Names of their properties; copies of the group share them.
    declared: Arc<OnceLock<DeclaredNames>>,
}

impl<'c> SchemaGroup<'c> {
    /// The group of what `schemas` apply.
    pub(crate) fn new(contract: &Contract, schemas: &[SchemaView<'c>]) -> Self {
        let applied = schemas.iter().flat_map(|schema| Applicable::alternatively(schema, contract.openapi).schemas);
        let mut seen = BTreeSet::new();
        let schemas = applied.filter(|schema| seen.insert(schema.anchor().clone())).collect();
        Self { schemas, declared: Arc::default() }
    }

    /// The step to the property `name`, and the schemas there.
    pub(crate) fn property(&self, contract: &Contract, name: &str) -> (Token, Self) {
        let declared: Vec<_> = self.schemas.iter().filter_map(|schema| schema.property(name)).collect();
        if !declared.is_empty() || self.schemas.is_empty() {
            return (Token::Name(name.to_owned()), Self::new(contract, &declared));
        }
        let others = self.schemas.iter().filter_map(|schema| schema.below("additionalProperties"));
        let others: Vec<_> = others.filter(|schema| schema.value().is_object()).collect();
        let names = self.declared.get_or_init(|| {
            let maps = self.schemas.iter().filter_map(|schema| schema.map("properties"));
            DeclaredNames::new(maps.flat_map(|map| map.keys().cloned()).collect())
        });
        (Token::Other(names.clone()), Self::new(contract, &others))
    }

    /// The schemas of the items.
    pub(crate) fn items(&self, contract: &Contract) -> Self {
        let items: Vec<_> = self.schemas.iter().filter_map(|schema| schema.below("items")).collect();
        Self::new(contract, &items)
    }
}

/// Maximum nesting of a sample.
const MAX_DEPTH: usize = 4;

/// A value of a schema, without a guarantee: its example, its first enum value, or one of its type with the required properties.
fn sample(contract: &Contract, schema: &SchemaView<'_>, depth: usize) -> Value {
    let schemas = Applicable::always(schema, contract.openapi).schemas;
    let found = |keyword: &str| schemas.iter().find_map(|schema| schema.get(keyword)).cloned();
    let listed = schemas.iter().find_map(|schema| schema.list("enum")?.first()).cloned();
    if let Some(value) = found("const").or(listed).or_else(|| found("example")).or_else(|| found("default")) {
        return value;
    }
    let kind = schemas.iter().find_map(|schema| schema.types().next()).unwrap_or("object");
    match kind {
        "string" => Value::from("sample"),
        "integer" | "number" => Value::from(1),
        "boolean" => Value::from(true),
        "array" => Value::Array(Vec::new()),
        "null" => Value::Null,
        _ if depth == MAX_DEPTH => Value::Object(serde_json::Map::new()),
        _ => {
            let names = schemas.iter().flat_map(|schema| schema.list("required").unwrap_or_default());
            let names: BTreeSet<&str> = names.filter_map(Value::as_str).collect();
            let value = |name: &str| {
                let property = schemas.iter().find_map(|schema| schema.property(name));
                property.map_or(Value::from("sample"), |property| sample(contract, &property, depth + 1))
            };
            names.into_iter().map(|name| (name.to_owned(), value(name))).collect()
        }
    }
}
