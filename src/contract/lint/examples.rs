//! `example`, `default`, `enum-member`: validates the examples, defaults and `enum` values of a document.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::contract::schema::{Schemas, Subject, Uncompiled};
use crate::contract::{Anchor, Breach, Contract, Direction, Location, Rule, SchemaKey, Shape};
use crate::pointer::Pointer;
use crate::rules;

use super::declared_values::{self, DeclaredValue};
use super::objects::DocumentObjects;
use super::report::Report;

/// Maximum number of problems reported per value.
const MAX_PROBLEMS: usize = 5;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let values = declared_values::collect(report.contract, objects);
    let declared_schemas = values.iter().map(|declared| declared.schema.clone());
    // Those of path operations were compiled when the document was loaded.
    let contract = report.contract;
    let components = Anchor { document: 0, pointer: Pointer::root().join("components").join("schemas") };
    let names = contract.value(&components).and_then(Value::as_object).into_iter().flatten();
    let components = names.map(|(name, _)| components.member(name));
    let aside = contract.schemas_aside.iter().cloned().chain(components);
    let roots: BTreeSet<_> = declared_schemas.chain(aside).collect();
    let mut checker = ValueChecker { contract: report.contract, batches: Vec::new(), keys: HashMap::new() };
    checker.compile(roots.into_iter().collect(), report);
    for declared in &values {
        for breach in checker.breaches(declared).into_iter().take(MAX_PROBLEMS) {
            report_breach(declared, &breach, report);
        }
    }
}

fn report_breach(declared: &DeclaredValue, breach: &Breach, report: &mut Report<'_>) {
    let Location::Body(within) = &breach.location else { return };
    let at = Anchor { document: declared.value.document, pointer: declared.value.pointer.concat(within) };
    let message = format!("{} does not conform to its schema: {}", declared.what, breach.sentence());
    let branch = breach
        .branch_of
        .as_ref()
        .map(|branch| format!(", in the nearest of the {} branches of `{}`", branch.others + 1, branch.keyword));
    let help = format!("`{}` at {}{}", breach.keyword, report.place(&breach.anchor), branch.unwrap_or_default());
    let written = if is_written_json(report.contract, &at, &breach.keyword) { WRITTEN } else { "" };
    report.warn(&at, declared.rule, message, format!("{help}{written}"));
}

const WRITTEN: &str = "; the string contains JSON: write it as a value";

/// Whether the value at `at` has the wrong type because it is an array or object written as a JSON string.
fn is_written_json(contract: &Contract, at: &Anchor, keyword: &str) -> bool {
    let text = contract.value(at).and_then(Value::as_str).filter(|_| keyword == "type");
    let read = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    read.is_some_and(|value| value.is_object() || value.is_array())
}

/// Compiled schemas of the declared values.
struct ValueChecker<'d> {
    contract: &'d Contract,
    batches: Vec<Schemas>,
    keys: HashMap<Anchor, (usize, SchemaKey)>,
}

impl ValueChecker<'_> {
    /// Compiles the schemas at `roots`, together if possible, because that is fastest. A schema that no path operation uses was
    /// not compiled when the document was loaded and may be invalid: bisecting finds it and compiles the others.
    fn compile(&mut self, roots: Vec<Anchor>, report: &mut Report<'_>) {
        if roots.is_empty() {
            return;
        }
        let Contract { documents, uris, openapi, .. } = self.contract;
        match Schemas::compile(documents, uris, roots.clone(), *openapi) {
            Ok(schemas) => {
                let batch = self.batches.len();
                self.batches.push(schemas);
                self.keys.extend(roots.into_iter().enumerate().map(|(key, root)| (root, (batch, SchemaKey(key)))));
            }
            Err(Uncompiled { errors, is_certain }) if roots.len() == 1 => {
                // Without a target of a reference, which loading reports, no schema that leads to it compiles.
                if is_certain || !report.has_loaded_with(rules::UNRESOLVED_REF) {
                    let help = "no path operation uses this schema, which cannot be compiled";
                    errors.into_iter().for_each(|(at, message)| report.warn(&at, rules::SCHEMA, message, help));
                }
            }
            Err(_) => {
                let (one, other) = roots.split_at(roots.len() / 2);
                self.compile(one.to_vec(), report);
                self.compile(other.to_vec(), report);
            }
        }
    }

    fn breaches(&self, declared: &DeclaredValue) -> Vec<Breach> {
        let Some(value) = self.contract.value(&declared.value) else { return Vec::new() };
        if declared.may_be_text && value.is_string() && self.is_serialized_form(declared, value) {
            return Vec::new();
        }
        match declared.direction {
            Some(direction) => self.judged(declared, value, direction),
            None => {
                // What only one direction forbids is valid in the other.
                let in_responses = self.judged(declared, value, Direction::Response);
                let mut breaches = self.judged(declared, value, Direction::Request);
                breaches.retain(|breach| in_responses.contains(breach));
                breaches
            }
        }
    }

    fn judged(&self, declared: &DeclaredValue, value: &Value, direction: Direction) -> Vec<Breach> {
        let Some((batch, key)) = self.keys.get(&declared.schema) else { return Vec::new() };
        let refs = self.contract.refs();
        let subject = Subject { refs, key: *key, rule: Rule::BodySchema, location: &Location::Body, direction };
        let mut breaches = self.batches[*batch].judge(subject, value).0;
        let (advice, _) = self.batches[*batch].discriminated(subject, value, &breaches);
        breaches.extend(advice);
        breaches
    }

    /// Whether the string `value` is the serialised form of a value of another type, which is not checked.
    fn is_serialized_form(&self, declared: &DeclaredValue, value: &Value) -> bool {
        let shape = Shape::from_schema(self.contract.refs(), &declared.schema);
        let is_scalar = || {
            value.as_str().is_some_and(|text| {
                serde_json::from_str::<Value>(text).is_ok_and(|read| read.is_number() || read.is_boolean())
            })
        };
        !shape.string && (shape.array.is_some() || shape.object.is_some() || is_scalar())
    }
}
