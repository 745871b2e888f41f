//! Whether a JSON Pointer can select something in values of a schema.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::keyword::{self, Keyword};
use crate::contract::schema::{Applicable, SchemaView};
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

/// A token that selects nothing.
pub(super) struct Unresolved {
    /// The token.
    pub token: String,
    /// How to fix it.
    pub help: String,
}

/// Returns the first token of `pointer` that no schema for the value declares; none if all are declared or the schemas are open.
pub(super) fn unresolved(contract: &Contract, schema: SchemaView<'_>, pointer: &Pointer) -> Option<Unresolved> {
    let mut schemas = vec![schema];
    for token in pointer.tokens() {
        let step = Step::new(&schemas, contract.openapi, &token)?;
        if step.next.is_empty() {
            let near = nearest(&token, step.names).filter(|_| token.len() > 2);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if step.is_list => format!("it is an array: select an item, as in `/0/{token}`"),
                None => "declare it there, or use a declared location".to_owned(),
            };
            return Some(Unresolved { token: token.into_owned(), help });
        }
        schemas = step.next;
    }
    None
}

/// One step into a value, by one token.
struct Step<'d> {
    /// The schemas of the selected value.
    next: Vec<SchemaView<'d>>,
    /// The names that are declared next to it.
    names: Vec<&'d str>,
    /// Whether items are declared.
    is_list: bool,
}

impl<'d> Step<'d> {
    /// None if the schemas do not restrict the value.
    fn new(schemas: &[SchemaView<'d>], openapi: OasVersion, token: &str) -> Option<Self> {
        let groups: Vec<_> = schemas.iter().map(|schema| Applicable::possibly(schema, openapi)).collect();
        let mut members: Vec<_> = groups.iter().flat_map(|group| &group.schemas).collect();
        let mut seen = HashSet::new();
        members.retain(|schema| seen.insert(schema.anchor()));
        let is_silent = !members.iter().any(|schema| says_what_holds(schema));
        if is_silent || groups.iter().any(|group| !group.is_complete) || members.iter().any(|schema| is_open(schema)) {
            return None;
        }
        let is_list = members.iter().any(|schema| schema.has("items"));
        let mut step = Self { next: Vec::new(), names: Vec::new(), is_list };
        for schema in members {
            step.names.extend(schema.map("properties").into_iter().flatten().map(|(name, _)| name.as_str()));
            step.next.extend(schema.property(token));
            if let Ok(index) = token.parse::<usize>() {
                step.next.extend(schema.branches("prefixItems").into_iter().nth(index));
                step.next.extend(schema.below("items"));
            }
        }
        Some(step)
    }
}

/// Whether a schema declares what the value contains: properties, items, or nothing because of its type.
fn says_what_holds(schema: &SchemaView<'_>) -> bool {
    let holds = Types::declared(schema.value(), false).is_some_and(|types| types.and(Types::CONTAINERS).is_empty());
    holds || keywords(schema).any(|(keyword, _)| keyword.is_located())
}

/// Whether a schema allows properties or items that it does not name.
fn is_open(schema: &SchemaView<'_>) -> bool {
    keywords(schema).any(|(keyword, value)| keyword.is_open() && *value != Value::Bool(false))
}

fn keywords<'d>(schema: &SchemaView<'d>) -> impl Iterator<Item = (&'static Keyword, &'d Value)> {
    schema.keywords().filter_map(|(name, value)| Some((keyword::find(name)?, value)))
}
