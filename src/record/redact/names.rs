//! Which names stand for values that must not be seen: those of the configuration, of HTTP and of the contract.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::contract::{Anchor, Contract, Operation, ParameterIn, SecurityScheme};

/// Headers that carry credentials (RFC 9110 §11.6, §11.7; RFC 6265 §4).
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];

/// How many `$ref`s are followed from a property to its schema.
const MAX_REFS: usize = 16;

/// The names that are sensitive in exchanges of one operation; all match in any case.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Properties, parameters and headers.
    anywhere: Vec<String>,
    /// Headers only.
    headers: Vec<String>,
    /// Query parameters only.
    query: Vec<String>,
}

impl Names {
    /// Whether no property is sensitive at all.
    pub fn has_none(&self) -> bool {
        self.anywhere.is_empty()
    }

    /// Whether a property of that name is sensitive.
    pub fn has(&self, name: &str) -> bool {
        contains(&self.anywhere, name)
    }

    /// Whether a header of that name is sensitive.
    pub fn has_header(&self, name: &str) -> bool {
        contains(HEADERS, name) || contains(&self.headers, name) || self.has(name)
    }

    /// Whether a query parameter of that name is sensitive.
    pub fn has_query(&self, name: &str) -> bool {
        contains(&self.query, name) || self.has(name)
    }
}

fn contains(names: &[impl AsRef<str>], name: &str) -> bool {
    names.iter().any(|held| held.as_ref().eq_ignore_ascii_case(name))
}

/// The sensitive names of each operation, worked out when the operation is first met.
#[derive(Debug, Default)]
pub struct Registry {
    configured: Vec<String>,
    by_operation: HashMap<Option<usize>, Rc<Names>>,
}

impl Registry {
    /// A registry with the names that the configuration gives.
    pub fn new(configured: Vec<String>) -> Self {
        Self { configured, by_operation: HashMap::new() }
    }

    /// Just these names, for tests.
    #[cfg(test)]
    pub fn of_names(names: &[&str]) -> Rc<Names> {
        let anywhere = names.iter().map(|name| (*name).to_owned()).collect();
        Rc::new(Names { anywhere, ..Names::default() })
    }

    /// The names that are sensitive in exchanges of `operation`.
    pub fn names(&mut self, contract: &Contract, operation: Option<&Operation>) -> Rc<Names> {
        let configured = &self.configured;
        let held = self.by_operation.entry(operation.map(|operation| operation.index));
        Rc::clone(held.or_insert_with(|| Rc::new(collect(configured, contract, operation))))
    }
}

fn collect(configured: &[String], contract: &Contract, operation: Option<&Operation>) -> Names {
    let mut names = Names { anywhere: configured.to_vec(), ..Names::default() };
    names.anywhere.extend(operation.into_iter().flat_map(|operation| protected(contract, operation)));
    for scheme in contract.security_schemes.values() {
        match scheme {
            SecurityScheme::ApiKey { place: ParameterIn::Header, name } => names.headers.push(name.clone()),
            SecurityScheme::ApiKey { place: ParameterIn::Query, name } => names.query.push(name.clone()),
            _ => {}
        }
    }
    names
}

/// Properties and parameters of `operation` whose schema says `format: password` or `writeOnly` (OpenAPI 3.1 §4.4, JSON Schema
/// Validation §9.4), through every `$ref`.
fn protected(contract: &Contract, operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().map(|parameter| parameter.anchor.clone());
    let mut open: Vec<Anchor> = parameters.chain([operation.anchor.clone()]).collect();
    let mut seen: HashSet<Anchor> = open.iter().cloned().collect();
    let mut names = Vec::new();
    while let Some(anchor) = open.pop() {
        let Some(value) = contract.value(&anchor) else { continue };
        let refs = scan(contract, anchor.document, value, &mut names);
        open.extend(refs.into_iter().filter(|anchor| seen.insert(anchor.clone())));
    }
    names
}

/// Adds the protected names in `root`, and returns where its `$ref`s lead.
fn scan(contract: &Contract, document: usize, root: &Value, names: &mut Vec<String>) -> Vec<Anchor> {
    let mut refs = Vec::new();
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        let is_protected = |schema: &Value| is_protected(contract, document, schema);
        if let Some(Value::Object(properties)) = value.get("properties") {
            names.extend(properties.iter().filter(|(_, schema)| is_protected(schema)).map(|(name, _)| name.clone()));
        }
        if let (Some(name), Some(schema)) = (value.get("name").and_then(Value::as_str), value.get("schema")) {
            names.extend(is_protected(schema).then(|| name.to_owned()));
        }
        refs.extend(reference(value).and_then(|target| contract.follow(document, target)));
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    refs
}

fn is_protected(contract: &Contract, document: usize, schema: &Value) -> bool {
    let mut at = (document, schema);
    for _ in 0..MAX_REFS {
        let (document, schema) = at;
        let says = |key: &str, wanted: &Value| schema.get(key) == Some(wanted);
        if says("format", &"password".into()) || says("writeOnly", &true.into()) {
            return true;
        }
        let target = reference(schema).and_then(|target| contract.follow(document, target));
        let Some(next) = target.and_then(|anchor| Some((anchor.document, contract.value(&anchor)?))) else { break };
        at = next;
    }
    false
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}
