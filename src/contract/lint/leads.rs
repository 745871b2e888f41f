//! Whether a JSON Pointer can lead somewhere in the values of a schema.

use std::collections::HashSet;

use crate::contract::Contract;
use crate::contract::node::Node;
use crate::contract::types::Types;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::group::Group;

/// A token that leads nowhere.
pub(super) struct DeadEnd {
    /// The token.
    pub token: String,
    /// What to do about it.
    pub help: String,
}

/// The first token of `pointer` that no schema for the value declares; none where the schemas leave that open.
pub(super) fn dead_end(contract: &Contract, schema: Node<'_>, pointer: &Pointer) -> Option<DeadEnd> {
    let mut schemas = vec![schema];
    for token in pointer.tokens() {
        let step = Step::of(contract, &schemas, &token)?;
        if step.next.is_empty() {
            let near = nearest(&token, step.names).filter(|_| token.len() > 2);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if step.is_list => format!("it is a list: point into an item, as by `/0/{token}`"),
                None => "declare it there, or point to what is".to_owned(),
            };
            return Some(DeadEnd { token: token.into_owned(), help });
        }
        schemas = step.next;
    }
    None
}

/// One token further into a value.
struct Step<'d> {
    /// The schemas of what the token names.
    next: Vec<Node<'d>>,
    /// The names that are declared beside it.
    names: Vec<&'d str>,
    /// Whether items are declared there.
    is_list: bool,
}

impl<'d> Step<'d> {
    /// None where the schemas do not tell.
    fn of(contract: &'d Contract, schemas: &[Node<'d>], token: &str) -> Option<Self> {
        let groups: Vec<_> = schemas.iter().map(|schema| Group::of_some(contract, schema)).collect();
        let mut members: Vec<_> = groups.iter().flat_map(|group| &group.members).collect();
        let mut seen = HashSet::new();
        members.retain(|node| seen.insert(node.anchor()));
        let is_silent = !members.iter().any(|node| says_what_holds(node));
        if is_silent || groups.iter().any(|group| !group.is_whole) || members.iter().any(|node| is_open(node)) {
            return None;
        }
        let is_list = members.iter().any(|node| node.get("items").is_some());
        let mut step = Self { next: Vec::new(), names: Vec::new(), is_list };
        for node in members {
            if let Some(properties) = node.get("properties") {
                step.names.extend(properties.members().map(|(name, _)| name));
                step.next.extend(properties.get(token));
            }
            if let Ok(index) = token.parse::<usize>() {
                step.next.extend(node.get("prefixItems").and_then(|items| items.items().nth(index)));
                step.next.extend(node.get("items"));
            }
        }
        Some(step)
    }
}

/// Whether a schema says anything about what is in the value: its members, its items, or that it has none.
fn says_what_holds(node: &Node<'_>) -> bool {
    let holds = Types::declared(node.value, false).is_some_and(|types| types.and(Types::CONTAINERS).is_empty());
    holds || ["properties", "items", "prefixItems"].iter().any(|name| node.value.get(name).is_some())
}

/// Whether a schema speaks of members or items that it does not name.
fn is_open(node: &Node<'_>) -> bool {
    let is_false = |name: &str| node.flag(name) == Some(false);
    let rest = ["additionalProperties", "unevaluatedProperties", "patternProperties", "unevaluatedItems"];
    rest.iter().any(|name| node.value.get(name).is_some() && !is_false(name))
}
