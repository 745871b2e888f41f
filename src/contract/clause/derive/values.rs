//! Values that schemas name: members of `enum`, `const`, and the two booleans.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::set::Source;
use crate::contract::clause::value::ClauseValue;
use crate::contract::types::Types;

use super::bounds;
use super::schemas::Schemas;

/// Maximum size of a value in a clause, in bytes of JSON.
const MAX_VALUE: usize = 1_000;

/// A value that a schema names.
pub(super) struct Named {
    /// The value.
    pub value: Value,
    /// The value in the clause.
    pub name: ClauseValue,
    /// The keyword.
    pub source: Source,
    /// Why no value is this one.
    pub impossible: Option<Impossible>,
}

/// The values of `types` that `schemas` name, but for null, and how many are too long for a clause. `allowed` are the types of values
/// that conform.
pub(super) fn named(schemas: &Schemas<'_>, types: Types, allowed: Types) -> (Vec<Named>, usize) {
    let (mut found, mut long) = (Vec::new(), 0);
    let lists = schemas.all.iter().flat_map(|schema| {
        let list = schema.view.list("enum").map(|list| (schema, "enum", list));
        let constant = schema.view.get("const").map(|value| (schema, "const", std::slice::from_ref(value)));
        list.into_iter().chain(constant)
    });
    let lists: Vec<_> = lists.collect();
    let names: Vec<HashSet<ClauseValue>> =
        lists.iter().map(|(_, _, list)| list.iter().map(ClauseValue::new).collect()).collect();
    for (schema, keyword, list) in lists {
        for value in list.iter().filter(|value| !value.is_null()) {
            let name = ClauseValue::new(value);
            if name.to_string().len() > MAX_VALUE {
                long += 1;
                continue;
            }
            let is_allowed =
                !Types::from_value(value).and(allowed).is_empty() && names.iter().all(|list| list.contains(&name));
            let is_allowed = is_allowed && bounds::are_kept(schemas, value);
            let impossible = (!is_allowed).then_some(Impossible::ValueViolatesSchema);
            found.push(Named { value: value.clone(), name, source: schema.keyword(keyword), impossible });
        }
    }
    if found.is_empty() && long == 0 && types.without(Types::NULL) == Types::BOOLEAN {
        let typed = schemas.all.iter().find(|schema| schema.view.has("type"));
        for (value, schema) in [true, false].into_iter().zip(typed.into_iter().cycle()) {
            let value = Value::from(value);
            let name = ClauseValue::new(&value);
            found.push(Named { value, name, source: schema.keyword("type"), impossible: None });
        }
    }
    (found, long)
}
