//! Checks every reference reachable from the used schemas, so that a dangling one is reported at its location.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::builder::Builder;
use super::subschemas::subschemas;
use crate::contract::Anchor;
use crate::contract::node::Node;
use crate::contract::refs::REF;
use crate::contract::schema::Selectable;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

/// Returns whether every reference reachable from `roots` has a target, and reports those that have none. References of other
/// schemas are checked as well, but are only warnings.
pub(super) fn check(builder: &mut Builder<'_>, roots: &[Anchor]) -> bool {
    let refs = builder.refs();
    let node =
        |root: &Anchor| Some(Node { document: root.document, pointer: root.pointer.clone(), value: refs.value(root)? });
    let waiting = roots.iter().filter_map(node).collect();
    let selectable = Selectable::new(refs);
    let mut walk = Walk { waiting, selectable, seen: HashSet::new(), links: Vec::new(), chains: Chains::default() };
    let hold = walk.run(builder);
    let components = Anchor { document: 0, pointer: Pointer::root().join("components").join("schemas") };
    let unused = node(&components).map(|schemas| schemas.members().map(|(_, schema)| schema).collect());
    if !builder.has_faults() {
        // Otherwise what only unusable operations refer to would be reported again.
        walk.waiting = unused.unwrap_or_default();
        builder.leniently(|builder| walk.run(builder));
    }
    builder.aside(|builder| {
        builder.keep_roots_aside(|builder, root| {
            walk.waiting = node(root).into_iter().collect();
            walk.run(builder)
        });
    });
    hold
}

/// Schemas still to visit, and those visited.
struct Walk<'d> {
    waiting: Vec<Node<'d>>,
    selectable: Selectable<'d>,
    /// Addresses of the visited schemas: each value has one location.
    seen: HashSet<*const Value>,
    /// The schemas among them with a `$ref` or `allOf`, of this run.
    links: Vec<Node<'d>>,
    chains: Chains<'d>,
}

impl<'d> Walk<'d> {
    fn run(&mut self, builder: &mut Builder<'d>) -> bool {
        let mut hold = true;
        while let Some(node) = self.waiting.pop() {
            if !self.seen.insert(node.value) {
                continue;
            }
            let mut parts = Vec::new();
            if let Some(at) = node.get(REF).filter(|at| at.value.is_string()) {
                let target = at.value.as_str().and_then(|reference| builder.target(&at, reference));
                hold &= target.is_some();
                self.waiting.extend(target.clone());
                parts.extend(target);
            }
            parts.extend(node.get("allOf").iter().flat_map(Node::items));
            subschemas(&node, &mut self.waiting);
            self.waiting.extend(self.selectable.of(&node));
            if !parts.is_empty() {
                self.chains.parts.insert(node.value, parts);
                self.links.push(node);
            }
        }
        let circular: Vec<_> = self.links.drain(..).filter_map(|link| self.chains.circular(link)).collect();
        for at in &circular {
            let problem =
                Problem::new("the reference is circular: it leads back to its own schema, so that no value is checked");
            builder
                .note(&at.anchor(), problem.rule(rules::CIRCULAR_REF).help("refer to a schema that restricts values"));
        }
        hold && circular.is_empty()
    }
}

/// Chains of schemas for the same value, by `$ref` and `allOf`.
#[derive(Default)]
struct Chains<'d> {
    /// The schemas that apply to the same value as a schema, by its address: the target of its `$ref`, and those in its `allOf`.
    parts: HashMap<*const Value, Vec<Node<'d>>>,
    /// The schemas that were followed, by address: whether they are part of the present chain.
    followed: HashMap<*const Value, bool>,
}

impl<'d> Chains<'d> {
    /// Returns the reference by which a chain from `start` leads back into itself (JSON Schema 2020-12 Core §9.4.1).
    fn circular(&mut self, start: Node<'d>) -> Option<Node<'d>> {
        let mut found = None;
        let mut chain: Vec<(Node<'d>, Vec<Node<'d>>)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(node) = next.take() {
                let address: *const Value = node.value;
                match self.followed.get(&address) {
                    None => {
                        self.followed.insert(address, true);
                        let parts = self.parts.remove(&address).unwrap_or_default();
                        chain.push((node, parts));
                    }
                    Some(true) => {
                        found = found
                            .or_else(|| chain.last().map(|(from, _)| from.get(REF).unwrap_or_else(|| from.clone())))
                    }
                    Some(false) => {}
                }
            }
            let Some((node, parts)) = chain.last_mut() else { return found };
            next = parts.pop();
            if next.is_none() {
                self.followed.insert(node.value, false);
                chain.pop();
            }
        }
    }
}
