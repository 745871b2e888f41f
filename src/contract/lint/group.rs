//! The schemas that speak about one value together.

use std::collections::HashSet;

use crate::contract::Contract;
use crate::contract::keyword::{self, Applies, Keyword, Shape};
use crate::contract::node::Node;

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
        Self::follow(contract, schema, |applies| applies == Applies::Always)
    }

    /// The schemas that values of `schema` may keep.
    pub fn of_some(contract: &'d Contract, schema: &Node<'d>) -> Self {
        Self::follow(contract, schema, |applies| applies.is_part() || applies == Applies::AsCondition)
    }

    fn follow(contract: &'d Contract, schema: &Node<'d>, is_followed: fn(Applies) -> bool) -> Self {
        let mut group = Self { members: Vec::new(), is_whole: true };
        let (mut waiting, mut seen) = (vec![schema.clone()], HashSet::new());
        while let Some(node) = waiting.pop() {
            if !seen.insert(node.anchor()) {
                continue;
            }
            let start = waiting.len();
            let stands_alone = node.value.get("$ref").is_some() && contract.openapi.is_3_0();
            if !stands_alone {
                let keywords = keyword::applicators().filter(|keyword| keyword.applies().is_some_and(is_followed));
                keywords.for_each(|keyword| waiting.extend(schemas(&node, keyword)));
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

/// The subschemas that `node` has under `keyword`.
fn schemas<'d>(node: &Node<'d>, keyword: &Keyword) -> Vec<Node<'d>> {
    let Some(held) = node.get(keyword.name) else { return Vec::new() };
    match keyword.shape() {
        Some(Shape::One) => vec![held],
        Some(Shape::List) => held.items().collect(),
        Some(Shape::OneOrList) if held.value.is_array() => held.items().collect(),
        Some(Shape::OneOrList) => vec![held],
        Some(Shape::Map) => held.members().map(|(_, node)| node).collect(),
        Some(Shape::MapOfSchemasOrNames) | None => Vec::new(),
    }
}
