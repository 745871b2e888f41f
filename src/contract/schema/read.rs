//! Reads the schemas that some roots reach, each once, without recursion.

use std::cell::OnceCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};
use url::Url;

use crate::contract::Anchor;
use crate::contract::refs::Refs;

use super::Direction;
use super::dialect::Dialect;
use super::discriminator::{self, Children, Discriminator};
use super::documented::{Id, Node, Rest};
use super::resources::Resources;

/// Keywords whose presence makes a schema more than "any object".
const CONSTRAINING: [&str; 10] = [
    "$ref",
    "$dynamicRef",
    "required",
    "propertyNames",
    "enum",
    "const",
    "not",
    "if",
    "properties",
    "patternProperties",
];

/// What was read.
pub(super) struct Reading {
    /// The schemas that were asked for.
    pub roots: Vec<Id>,
    /// Every schema, closures not yet filled in.
    pub nodes: Vec<Node>,
    /// Where each root and each target of a `$ref` stands.
    pub entries: Vec<Anchor>,
}

/// Reads every schema that `roots` reach. References that lead nowhere are left to the loader.
pub(super) fn schemas<'d>(refs: Refs<'d>, resources: &'d Resources, roots: &[Anchor], dialect: &'d Dialect) -> Reading {
    let mut reader = Reader {
        refs,
        resources,
        dialect,
        ids: HashMap::new(),
        open: Vec::new(),
        nodes: Vec::new(),
        entries: Vec::new(),
        children: OnceCell::new(),
    };
    let roots = roots.iter().map(|root| reader.enter(root.clone())).collect();
    while let Some(id) = reader.open.pop() {
        reader.read(id);
    }
    let Reader { nodes, entries, .. } = reader;
    Reading { roots, nodes, entries }
}

struct Reader<'d> {
    refs: Refs<'d>,
    resources: &'d Resources,
    dialect: &'d Dialect,
    ids: HashMap<Anchor, Id>,
    open: Vec<Id>,
    nodes: Vec<Node>,
    entries: Vec<Anchor>,
    children: OnceCell<Children>,
}

impl Reader<'_> {
    fn enter(&mut self, anchor: Anchor) -> Id {
        self.entries.push(anchor.clone());
        self.id(anchor)
    }

    fn id(&mut self, anchor: Anchor) -> Id {
        if let Some(id) = self.ids.get(&anchor) {
            return *id;
        }
        let id = self.nodes.len();
        self.ids.insert(anchor.clone(), id);
        self.open.push(id);
        self.nodes.push(Node::empty(anchor));
        id
    }

    fn read(&mut self, id: Id) {
        let anchor = self.nodes[id].anchor.clone();
        match self.refs.value(&anchor) {
            Some(Value::Object(schema)) => self.nodes[id] = self.node(anchor, schema),
            Some(Value::Bool(any)) => self.nodes[id].bare = *any,
            _ => self.nodes[id].opaque = true,
        }
    }

    fn node(&mut self, anchor: Anchor, schema: &Map<String, Value>) -> Node {
        let mut node = Node::empty(anchor.clone());
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            match self.target(&anchor, reference) {
                Some(target) => node.parts.push(self.enter(target)),
                None => node.opaque = true,
            }
            if self.dialect.ref_stands_alone(schema) {
                return node;
            }
        }
        node.opaque |= schema.contains_key("$dynamicRef");
        node.bare = admits_objects(schema) && !CONSTRAINING.iter().any(|keyword| schema.contains_key(*keyword));
        node.against = against(schema);
        node.discriminator = self.discriminator(&anchor, schema);
        self.read_members(&mut node, schema);
        self.read_items(&mut node, schema);
        self.read_parts(&mut node, schema);
        node
    }

    fn discriminator(&mut self, at: &Anchor, schema: &Map<String, Value>) -> Option<Discriminator> {
        let held = schema.get("discriminator")?;
        let property = held.get("propertyName")?.as_str()?.to_owned();
        let children = self.children.get_or_init(|| discriminator::children(self.refs));
        let named = discriminator::names(self.refs, at, schema, children);
        let otherwise = held.get("defaultMapping").and_then(Value::as_str);
        let otherwise = otherwise.and_then(|name| discriminator::target_of(self.refs, at, name));
        let named = named.into_iter().map(|(name, target)| (name, self.enter(target))).collect();
        Some(Discriminator { property, named, otherwise: otherwise.map(|target| self.enter(target)) })
    }

    fn read_members(&mut self, node: &mut Node, schema: &Map<String, Value>) {
        node.members = self.children(&node.anchor, schema, "properties").into_iter().collect();
        let patterns = self.children(&node.anchor, schema, "patternProperties");
        node.patterns = patterns.into_iter().map(|(pattern, id)| (Regex::new(&pattern).ok(), id)).collect();
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            match schema.get(keyword) {
                Some(Value::Bool(true)) => node.rest = Rest::Free,
                Some(Value::Object(rest)) if rest.is_empty() => node.rest = Rest::Free,
                Some(Value::Object(_)) => node.rest = Rest::Schema(self.child(&node.anchor, keyword)),
                _ => {}
            }
        }
    }

    fn read_items(&mut self, node: &mut Node, schema: &Map<String, Value>) {
        for keyword in ["prefixItems", "items"] {
            node.items.extend(self.list(&node.anchor, schema, keyword));
        }
        for keyword in ["items", "additionalItems", "unevaluatedItems", "contains"] {
            if schema.get(keyword).is_some_and(Value::is_object) {
                node.items.push(self.child(&node.anchor, keyword));
            }
        }
    }

    fn read_parts(&mut self, node: &mut Node, schema: &Map<String, Value>) {
        for keyword in ["anyOf", "oneOf"] {
            node.alternatives.extend(self.list(&node.anchor, schema, keyword));
        }
        node.parts.extend(self.list(&node.anchor, schema, "allOf"));
        for keyword in ["if", "then", "else"] {
            if schema.get(keyword).is_some_and(Value::is_object) {
                node.parts.push(self.child(&node.anchor, keyword));
            }
        }
        let dependent = self.children(&node.anchor, schema, "dependentSchemas");
        node.parts.extend(dependent.into_iter().map(|(_, id)| id));
    }

    /// The node that a `$ref` names: by file and pointer, or by the `$id` of a schema.
    fn target(&self, from: &Anchor, reference: &str) -> Option<Anchor> {
        let by_id = || {
            let base = Url::parse(self.refs.uris.base(from.document)).ok()?;
            self.resources.anchor(base.join(reference).ok()?.as_str())
        };
        self.refs.target(from.document, reference).ok().or_else(by_id)
    }

    fn child(&mut self, anchor: &Anchor, keyword: &str) -> Id {
        self.id(Anchor { document: anchor.document, pointer: anchor.pointer.join(keyword) })
    }

    fn children(&mut self, anchor: &Anchor, schema: &Map<String, Value>, keyword: &str) -> Vec<(String, Id)> {
        let Some(Value::Object(held)) = schema.get(keyword) else { return Vec::new() };
        let at = anchor.pointer.join(keyword);
        let child = |name: &String| Anchor { document: anchor.document, pointer: at.join(name) };
        held.keys().map(|name| (name.clone(), self.id(child(name)))).collect()
    }

    fn list(&mut self, anchor: &Anchor, schema: &Map<String, Value>, keyword: &str) -> Vec<Id> {
        let Some(Value::Array(held)) = schema.get(keyword) else { return Vec::new() };
        let at = anchor.pointer.join(keyword);
        (0..held.len()).map(|index| self.id(Anchor { document: anchor.document, pointer: at.join(index) })).collect()
    }
}

fn admits_objects(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    }
}

fn against(schema: &Map<String, Value>) -> Option<(Direction, &'static str)> {
    let says = |keyword: &str| schema.get(keyword) == Some(&Value::Bool(true));
    if says("readOnly") {
        return Some((Direction::Request, "readOnly"));
    }
    says("writeOnly").then_some((Direction::Response, "writeOnly"))
}
