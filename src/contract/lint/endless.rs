//! `unsatisfiable-schema`: schemas that require values of themselves without end.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::contract::keyword::{self, Applies};
use crate::contract::schema::SchemaView;
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Contract};
use crate::rules;

use super::objects::DocumentObjects;
use super::report::Report;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let schemas: Vec<SchemaView<'_>> = objects.schemas().collect();
    let needs = Needs::read(report.contract, &schemas);
    let ending = needs.ending();
    for (id, schema) in schemas.iter().enumerate().filter(|(id, _)| !ending[*id]) {
        for (keyword, inner) in &needs.within[id] {
            if !ending[*inner] && needs.reaches(&ending, *inner, id) {
                let name = schemas[*inner].anchor().pointer.last().unwrap_or_default();
                let message = format!("no value conforms: `{name}` requires another value of this schema, without end");
                let help = "do not require it, or allow null or an empty array";
                report.warn(&schema.location(keyword), rules::UNSATISFIABLE_SCHEMA, message, help);
            }
        }
    }
}

/// Which schemas a value must have conforming values for, by index.
struct Needs {
    /// For the same value: all of them.
    same: Vec<Vec<usize>>,
    /// For the same value: one of each list.
    choices: Vec<Vec<Vec<usize>>>,
    /// For properties and items that each value has, with the keyword that requires them.
    within: Vec<Vec<(&'static str, usize)>>,
}

impl Needs {
    fn read(contract: &Contract, schemas: &[SchemaView<'_>]) -> Self {
        let ids: HashMap<&Anchor, usize> =
            schemas.iter().enumerate().map(|(id, schema)| (schema.anchor(), id)).collect();
        let id = |schema: SchemaView<'_>| ids.get(schema.anchor()).copied();
        let mut needs = Self { same: Vec::new(), choices: Vec::new(), within: Vec::new() };
        for schema in schemas {
            let alone = schema.is_only_reference(contract.openapi);
            let held = |applies: Applies| {
                let keywords = keyword::applicators().filter(move |keyword| keyword.applies() == Some(applies));
                keywords.filter(|_| !alone).map(|keyword| schema.subschemas(keyword)).filter(|held| !held.is_empty())
            };
            let same = held(Applies::Always).flatten().chain(schema.target());
            needs.same.push(same.filter_map(id).collect());
            // A branch that is no object, such as `true`, is no requirement.
            let choice = |branches: Vec<SchemaView<'_>>| branches.into_iter().map(id).collect::<Option<Vec<_>>>();
            needs.choices.push(held(Applies::Alternatively).filter_map(choice).collect());
            let within = if alone { Vec::new() } else { required(schema, contract.openapi) };
            needs.within.push(within.into_iter().filter_map(|(keyword, inner)| Some((keyword, id(inner)?))).collect());
        }
        needs
    }

    /// Whether each schema has values that end.
    fn ending(&self) -> Vec<bool> {
        let mut ending = vec![false; self.same.len()];
        loop {
            let before = ending.iter().filter(|ends| **ends).count();
            for id in 0..ending.len() {
                ending[id] = self.same[id].iter().all(|part| ending[*part])
                    && self.within[id].iter().all(|(_, inner)| ending[*inner])
                    && self.choices[id].iter().all(|branches| branches.iter().any(|branch| ending[*branch]));
            }
            if ending.iter().filter(|ends| **ends).count() == before {
                return ending;
            }
        }
    }

    /// Whether `from` needs a value of `to`.
    fn reaches(&self, ending: &[bool], from: usize, to: usize) -> bool {
        let (mut open, mut seen) = (vec![from], HashSet::new());
        while let Some(id) = open.pop().filter(|id| *id != to) {
            if seen.insert(id) {
                let needed = self.same[id].iter().chain(self.choices[id].iter().flatten());
                let needed = needed.chain(self.within[id].iter().map(|(_, inner)| inner));
                open.extend(needed.copied().filter(|id| !ending[*id]));
            }
            if open.is_empty() {
                return false;
            }
        }
        true
    }
}

/// The schemas of the properties and items that every value has.
fn required<'d>(schema: &SchemaView<'d>, openapi: OasVersion) -> Vec<(&'static str, SchemaView<'d>)> {
    match schema.declared_types(openapi) {
        Some(Types::OBJECT) => {
            let names = schema.list("required").into_iter().flatten().filter_map(Value::as_str);
            names.filter_map(|name| Some(("required", schema.property(name)?))).collect()
        }
        Some(Types::ARRAY) if schema.get("minItems").and_then(Value::as_u64).unwrap_or_default() > 0 => {
            schema.below("items").map(|items| ("minItems", items)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
