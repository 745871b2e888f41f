//! Every object of a document once, including objects of other files that references lead to.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::refs::Refs;
use crate::contract::schema::SchemaView;
use crate::contract::{Anchor, Contract, Direction};
use crate::pointer::Pointer;

use super::grammar::{self, ObjectKind};
use super::role::SchemaRole;

/// An object of the document.
#[derive(Debug, Clone)]
pub(super) struct DocumentObject<'d> {
    /// Its kind; for a schema with its first use.
    pub kind: ObjectKind,
    /// Direction of the messages that it describes, if known.
    pub direction: Option<Direction>,
    /// Whether it belongs to a callback or webhook. Client and server swap roles there, and the specification does not say
    /// what `readOnly` means then.
    is_exchanged: bool,
    /// The object.
    pub node: Node<'d>,
}

/// All objects of a document.
pub(super) struct DocumentObjects<'d> {
    refs: Refs<'d>,
    /// In the order of the document.
    pub all: Vec<DocumentObject<'d>>,
    roles: HashMap<Anchor, BTreeSet<SchemaRole>>,
}

impl<'d> DocumentObjects<'d> {
    /// Collects the objects of the contract's document.
    pub(super) fn from_contract(contract: &'d Contract) -> Self {
        Self::from_value(contract.refs(), ObjectKind::Document, contract.documents[0].value())
    }

    /// Collects the objects of `value`, the first document, which is an object of `kind`.
    pub(super) fn from_value(refs: Refs<'d>, kind: ObjectKind, value: &'d Value) -> Self {
        let node = Node { document: 0, pointer: Pointer::root(), value };
        let root = DocumentObject { kind, direction: None, is_exchanged: false, node };
        let mut walk = Walk { refs, waiting: vec![root], objects: Vec::new(), roles: HashMap::new() };
        while let Some(object) = walk.waiting.pop() {
            walk.visit(object);
        }
        Self { refs, all: walk.objects, roles: walk.roles }
    }

    /// Every schema that is an object.
    pub(super) fn schemas(&self) -> impl Iterator<Item = SchemaView<'d>> {
        let schemas = self.all.iter().filter(|object| matches!(object.kind, ObjectKind::Schema(_)));
        schemas.filter_map(|object| SchemaView::new(self.refs, object.node.anchor()))
    }

    /// Every schema that describes a whole value, or that nothing uses.
    pub(super) fn values(&self) -> impl Iterator<Item = SchemaView<'d>> {
        let is_value = |schema: &SchemaView<'d>| {
            let roles = self.roles.get(schema.anchor());
            roles.is_some_and(|roles| {
                roles.contains(&SchemaRole::Value) || roles.iter().all(|role| *role == SchemaRole::Declared)
            })
        };
        self.schemas().filter(is_value)
    }
}

struct Walk<'d> {
    refs: Refs<'d>,
    waiting: Vec<DocumentObject<'d>>,
    objects: Vec<DocumentObject<'d>>,
    /// Uses of each object so far; only schemas have roles.
    roles: HashMap<Anchor, BTreeSet<SchemaRole>>,
}

impl<'d> Walk<'d> {
    fn visit(&mut self, object: DocumentObject<'d>) {
        let held = self.roles.entry(object.node.anchor());
        let is_new = matches!(held, std::collections::hash_map::Entry::Vacant(_));
        let roles = held.or_default();
        let is_news = if let ObjectKind::Schema(role) = object.kind { roles.insert(role) } else { is_new };
        if !is_news || !object.node.value.is_object() {
            return;
        }
        self.refer(&object);
        if is_new {
            self.open(&object);
            self.objects.push(object);
        }
    }

    /// Visits the target of a reference with the same use.
    fn refer(&mut self, object: &DocumentObject<'d>) {
        let Some(anchor) = self.refs.referred(&object.node.anchor(), object.node.value) else { return };
        let Some(value) = self.refs.value(&anchor) else { return };
        self.waiting.push(DocumentObject {
            node: Node { document: anchor.document, pointer: anchor.pointer, value },
            ..object.clone()
        });
    }

    fn open(&mut self, object: &DocumentObject<'d>) {
        let start = self.waiting.len();
        for (field, kind, node) in grammar::objects(object.kind, &object.node) {
            let is_exchanged = object.is_exchanged || matches!(field, "callbacks" | "webhooks");
            let direction = direction(object, field).filter(|_| !is_exchanged);
            self.waiting.push(DocumentObject { kind, direction, is_exchanged, node });
        }
        // A stack returns the last pushed object first: reversing it keeps the order of the document.
        self.waiting[start..].reverse();
    }
}

/// Direction of the messages that the objects under `field` describe.
fn direction(object: &DocumentObject<'_>, field: &str) -> Option<Direction> {
    match (object.kind, field) {
        (ObjectKind::Operation, "requestBody" | "parameters") | (ObjectKind::PathItem, "parameters") => {
            Some(Direction::Request)
        }
        (ObjectKind::Operation, "responses") => Some(Direction::Response),
        (ObjectKind::Components, "requestBodies" | "parameters") => Some(Direction::Request),
        (ObjectKind::Components, "responses" | "headers") => Some(Direction::Response),
        _ => object.direction,
    }
}
