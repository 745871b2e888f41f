//! The schemas that speak about one value together.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::load::node::Node;

/// Keywords whose schemas all hold for the same value.
const ALL: &[&str] = &["allOf"];

/// Keywords some of whose schemas may hold for the same value.
const SOME: &[&str] = &["allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/// Schemas for one value.
pub(super) struct Group<'d> {
    /// The schemas. One that only refers to another has no say of its own and is left out.
    pub members: Vec<Node<'d>>,
    /// Whether that is all of them: no reference leads where it cannot be followed.
    pub is_whole: bool,
}

impl<'d> Group<'d> {
    /// The schemas that every value of `schema` keeps.
    pub fn of_all(contract: &'d Contract, schema: &Node<'d>) -> Self {
        Self::follow(contract, schema, ALL)
    }

    /// The schemas that values of `schema` may keep.
    pub fn of_some(contract: &'d Contract, schema: &Node<'d>) -> Self {
        Self::follow(contract, schema, SOME)
    }

    fn follow(contract: &'d Contract, schema: &Node<'d>, keywords: &[&str]) -> Self {
        let mut group = Self { members: Vec::new(), is_whole: true };
        let (mut waiting, mut seen) = (vec![schema.clone()], HashSet::new());
        while let Some(node) = waiting.pop() {
            if !seen.insert(node.anchor()) {
                continue;
            }
            let start = waiting.len();
            let stands_alone = node.value.get("$ref").is_some() && contract.openapi.is_3_0();
            if !stands_alone {
                let held = keywords.iter().filter_map(|keyword| node.get(keyword));
                held.for_each(|held| waiting.extend(schemas(&held)));
            }
            group.refer(contract, &node, &mut waiting);
            waiting[start..].reverse();
            if !stands_alone {
                group.members.push(node);
            }
        }
        group
    }

    fn refer(&mut self, contract: &'d Contract, node: &Node<'d>, waiting: &mut Vec<Node<'d>>) {
        self.is_whole &= node.value.get("$dynamicRef").is_none() && node.value.get("$id").is_none();
        let Some(reference) = node.text("$ref") else { return };
        let target = contract.follow(node.document, reference);
        match target.and_then(|anchor| Some((contract.value(&anchor)?, anchor))) {
            Some((value, anchor)) => waiting.push(Node { document: anchor.document, pointer: anchor.pointer, value }),
            None => self.is_whole = false,
        }
    }
}

/// The schema at `held`, or those in it.
fn schemas<'d>(held: &Node<'d>) -> Vec<Node<'d>> {
    match held.value {
        Value::Array(_) => held.items().collect(),
        Value::Object(_) if held.pointer.last().is_some_and(|name| name == "dependentSchemas") => {
            held.members().map(|(_, node)| node).collect()
        }
        _ => vec![held.clone()],
    }
}
