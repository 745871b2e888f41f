//! Every object of a document, once: those that stand in it, and those of other files that references lead to.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::refs::Refs;
use crate::contract::schema::SchemaView;
use crate::contract::{Anchor, Contract, Direction};
use crate::pointer::Pointer;

use super::grammar::{Holds, Kind, holds};
use super::role::Role;

/// An object of the document.
#[derive(Debug, Clone)]
pub(super) struct Part<'d> {
    /// What it is; of a schema, how it was first used.
    pub kind: Kind,
    /// Which way what it describes travels, where that is known.
    pub way: Option<Direction>,
    /// Whether it belongs to a callback or webhook: the roles of both sides are exchanged there, and what `readOnly` means
    /// then is not said.
    is_exchanged: bool,
    /// The object.
    pub node: Node<'d>,
}

/// Every object.
pub(super) struct Parts<'d> {
    refs: Refs<'d>,
    /// In the order in which they were reached.
    pub all: Vec<Part<'d>>,
    roles: HashMap<Anchor, BTreeSet<Role>>,
}

impl<'d> Parts<'d> {
    /// The objects of `contract`.
    pub fn of(contract: &'d Contract) -> Self {
        Self::from(contract.refs(), Kind::Document, contract.documents[0].value())
    }

    /// The object of `kind` that the first document is, and those in it.
    pub fn from(refs: Refs<'d>, kind: Kind, value: &'d Value) -> Self {
        let node = Node { document: 0, pointer: Pointer::root(), value };
        let root = Part { kind, way: None, is_exchanged: false, node };
        let mut walk = Walk { refs, waiting: vec![root], parts: Vec::new(), roles: HashMap::new() };
        while let Some(part) = walk.waiting.pop() {
            walk.visit(part);
        }
        Self { refs, all: walk.parts, roles: walk.roles }
    }

    /// Every schema that is an object.
    pub fn schemas(&self) -> impl Iterator<Item = SchemaView<'d>> {
        let schemas = self.all.iter().filter(|part| matches!(part.kind, Kind::Schema(_)));
        schemas.filter_map(|part| SchemaView::new(self.refs, part.node.anchor()))
    }

    /// Every schema that describes a whole value, or is used by nothing.
    pub fn values(&self) -> impl Iterator<Item = SchemaView<'d>> {
        let is_value = |schema: &SchemaView<'d>| {
            let roles = self.roles.get(schema.anchor());
            roles.is_some_and(|roles| roles.contains(&Role::Value) || roles.iter().all(|role| *role == Role::Declared))
        };
        self.schemas().filter(is_value)
    }
}

struct Walk<'d> {
    refs: Refs<'d>,
    waiting: Vec<Part<'d>>,
    parts: Vec<Part<'d>>,
    /// How each object was used so far; those that are no schemas have no role.
    roles: HashMap<Anchor, BTreeSet<Role>>,
}

impl<'d> Walk<'d> {
    fn visit(&mut self, part: Part<'d>) {
        let held = self.roles.entry(part.node.anchor());
        let is_new = matches!(held, std::collections::hash_map::Entry::Vacant(_));
        let roles = held.or_default();
        let is_news = if let Kind::Schema(role) = part.kind { roles.insert(role) } else { is_new };
        if !is_news || !part.node.value.is_object() {
            return;
        }
        self.refer(&part);
        if is_new {
            self.open(&part);
            self.parts.push(part);
        }
    }

    /// What the object refers to is used as the object itself is.
    fn refer(&mut self, part: &Part<'d>) {
        // Inside a schema with an id, references are relative to that id.
        if part.node.value.get("$id").is_some() {
            return;
        }
        let Some(anchor) = self.refs.referred(part.node.document, part.node.value) else { return };
        let Some(value) = self.refs.value(&anchor) else { return };
        self.waiting
            .push(Part { node: Node { document: anchor.document, pointer: anchor.pointer, value }, ..part.clone() });
    }

    fn open(&mut self, part: &Part<'d>) {
        let start = self.waiting.len();
        for (name, node) in part.node.members() {
            let is_exchanged = part.is_exchanged || matches!(name, "callbacks" | "webhooks");
            let way = way(part, name).filter(|_| !is_exchanged);
            let mut add = |kind, node| self.waiting.push(Part { kind, way, is_exchanged, node });
            match holds(part.kind, name) {
                Some(Holds::One(kind)) => add(kind, node),
                Some(Holds::OneOrList(kind)) if node.value.is_object() => add(kind, node),
                Some(Holds::List(kind) | Holds::OneOrList(kind)) => node.items().for_each(|node| add(kind, node)),
                Some(Holds::Map(kind)) => {
                    let members = node.members().filter(|(name, _)| is_schema(kind) || !name.starts_with("x-"));
                    members.for_each(|(_, node)| add(kind, node));
                }
                None => {}
            }
        }
        // The stack gives back what was pushed last; the document's own order is wanted.
        self.waiting[start..].reverse();
    }
}

fn is_schema(kind: Kind) -> bool {
    matches!(kind, Kind::Schema(_))
}

/// Which way what stands under `field` travels.
fn way(part: &Part<'_>, field: &str) -> Option<Direction> {
    match (part.kind, field) {
        (Kind::Operation, "requestBody" | "parameters") | (Kind::PathItem, "parameters") => Some(Direction::Request),
        (Kind::Operation, "responses") => Some(Direction::Response),
        (Kind::Components, "requestBodies" | "parameters") => Some(Direction::Request),
        (Kind::Components, "responses" | "headers") => Some(Direction::Response),
        _ => part.way,
    }
}
