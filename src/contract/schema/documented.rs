//! What members a schema documents, through every `$ref` and every branch: read once, then walked beside values.

use std::borrow::Cow;
use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};
use url::Url;

use crate::contract::refs::Refs;
use crate::contract::{Anchor, SchemaKey};
use crate::location::Pointer;

use super::Direction;
use super::dialect::Dialect;

/// The number of a [`Node`].
pub(super) type Id = usize;

/// Every schema that the roots reach.
#[derive(Debug)]
pub(super) struct Documented {
    nodes: Vec<Node>,
    roots: Vec<Id>,
    entries: Vec<Anchor>,
    embedded: Vec<(String, Anchor)>,
    has_directions: bool,
}

/// One schema.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it stands.
    pub anchor: Anchor,
    /// `properties`.
    pub members: HashMap<String, Id>,
    /// `patternProperties`; without a pattern where it is not one that can be matched here, and then covers every name.
    patterns: Vec<(Option<Regex>, Id)>,
    rest: Rest,
    items: Vec<Id>,
    /// Schemas that apply to the same value: `$ref`, `allOf`, `if` …
    parts: Vec<Id>,
    /// Branches of `anyOf` and `oneOf`.
    alternatives: Vec<Id>,
    /// Says nothing that a free-form object would not.
    bare: bool,
    /// Leads where it cannot be followed, so that nothing is undocumented.
    opaque: bool,
    against: Option<(Direction, &'static str)>,
    /// Itself and every schema that applies to the same value.
    closure: Vec<Id>,
}

/// What is said about members that `properties` and `patternProperties` do not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Unsaid,
    Free,
    Schema(Id),
}

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

impl Documented {
    /// Reads every schema that `roots` reach. References that lead nowhere are left to the loader.
    pub fn build(refs: Refs<'_>, roots: &[Anchor], dialect: Dialect) -> Self {
        let mut reader = Reader {
            refs,
            dialect,
            ids: HashMap::new(),
            open: Vec::new(),
            nodes: Vec::new(),
            entries: Vec::new(),
            embedded: Vec::new(),
        };
        let roots = roots.iter().map(|root| reader.enter(root.clone())).collect();
        while let Some(id) = reader.open.pop() {
            reader.read(id);
        }
        let Reader { mut nodes, entries, embedded, .. } = reader;
        close(&mut nodes);
        let has_directions = nodes.iter().any(|node| node.against.is_some());
        Self { nodes, roots, entries, embedded, has_directions }
    }

    /// Every schema that is a root or the target of a `$ref`.
    pub fn entries(&self) -> &[Anchor] {
        &self.entries
    }

    /// Schemas with an `$id` of their own, by its URI.
    pub fn embedded(&self) -> &[(String, Anchor)] {
        &self.embedded
    }

    /// Whether any schema says `readOnly` or `writeOnly`.
    pub fn has_directions(&self) -> bool {
        self.has_directions
    }

    /// The node of that number.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// The schemas that apply to the whole value.
    pub fn root(&self, key: SchemaKey) -> Cow<'_, [Id]> {
        Cow::Borrowed(&self.nodes[self.roots[key.0]].closure)
    }

    /// The schemas that apply to the value at `at`.
    pub fn group_at(&self, key: SchemaKey, at: &Pointer) -> Cow<'_, [Id]> {
        at.tokens().fold(self.root(key), |group, token| {
            let mut next = self.members(&group, &token);
            if token.parse::<usize>().is_ok() {
                next.extend(self.items(&group));
            }
            self.union(&next)
        })
    }

    /// The schemas that `group` has for the member `name`.
    pub fn members(&self, group: &[Id], name: &str) -> Vec<Id> {
        let mut found = Vec::new();
        for node in group.iter().map(|id| &self.nodes[*id]) {
            let before = found.len();
            found.extend(node.members.get(name));
            found.extend(
                node.patterns
                    .iter()
                    .filter(|(pattern, _)| pattern.as_ref().is_some_and(|p| p.is_match(name)))
                    .map(|(_, id)| *id),
            );
            if let (Rest::Schema(id), true) = (node.rest, found.len() == before) {
                found.push(id);
            }
        }
        found
    }

    /// The schemas that `group` has for elements, whatever their index.
    pub fn items(&self, group: &[Id]) -> Vec<Id> {
        group.iter().flat_map(|id| self.nodes[*id].items.iter().copied()).collect()
    }

    /// The schemas that apply where each of `ids` does.
    pub fn union(&self, ids: &[Id]) -> Cow<'_, [Id]> {
        match ids {
            [] => Cow::Borrowed(&[]),
            [id] => Cow::Borrowed(&self.nodes[*id].closure),
            _ => {
                let mut all: Vec<Id> = ids.iter().flat_map(|id| self.nodes[*id].closure.iter().copied()).collect();
                all.sort_unstable();
                all.dedup();
                Cow::Owned(all)
            }
        }
    }

    /// Whether any member is documented by `group`: it says so, it names none at all, or one of its branches is any object.
    pub fn is_free(&self, group: &[Id]) -> bool {
        let nodes = || group.iter().map(|id| &self.nodes[*id]);
        nodes().any(|node| node.rest == Rest::Free || node.opaque || node.patterns.iter().any(|(p, _)| p.is_none()))
            || !nodes().any(Node::names_members)
            || nodes().any(|node| node.alternatives.iter().any(|branch| self.is_any_object(*branch)))
    }

    /// Every name that `group` documents.
    pub fn names<'d>(&'d self, group: &'d [Id]) -> impl Iterator<Item = &'d str> {
        group.iter().flat_map(|id| self.nodes[*id].members.keys().map(String::as_str))
    }

    /// The `readOnly` or `writeOnly` that keeps the member with the schemas `ids` out of a message in `direction`: where it
    /// stands, and the keyword.
    pub fn against(&self, ids: &[Id], direction: Direction) -> Option<(&Anchor, &'static str)> {
        let all = ids.iter().flat_map(|id| &self.nodes[*id].closure).map(|id| &self.nodes[*id]);
        all.filter_map(|node| node.against.map(|(wrong, keyword)| (wrong, &node.anchor, keyword)))
            .find(|(wrong, ..)| *wrong == direction)
            .map(|(_, anchor, keyword)| (anchor, keyword))
    }

    fn is_any_object(&self, branch: Id) -> bool {
        self.nodes[branch].closure.iter().map(|id| &self.nodes[*id]).all(|node| node.bare && !node.names_members())
    }
}

impl Node {
    fn names_members(&self) -> bool {
        !self.members.is_empty() || !self.patterns.is_empty() || matches!(self.rest, Rest::Schema(_))
    }
}

struct Reader<'d> {
    refs: Refs<'d>,
    dialect: Dialect,
    ids: HashMap<Anchor, Id>,
    open: Vec<Id>,
    nodes: Vec<Node>,
    entries: Vec<Anchor>,
    embedded: Vec<(String, Anchor)>,
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
            match self.refs.target(anchor.document, reference) {
                Ok(target) => node.parts.push(self.enter(target)),
                Err(_) => node.opaque = true,
            }
            if self.dialect.ref_stands_alone() {
                return node;
            }
        }
        self.embed(&anchor, schema);
        node.opaque |= schema.contains_key("$dynamicRef");
        node.bare = admits_objects(schema) && !CONSTRAINING.iter().any(|keyword| schema.contains_key(*keyword));
        node.against = against(schema);
        self.read_members(&mut node, schema);
        self.read_items(&mut node, schema);
        self.read_parts(&mut node, schema);
        node
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

    fn embed(&mut self, anchor: &Anchor, schema: &Map<String, Value>) {
        let id = schema.get("$id").and_then(Value::as_str);
        let base = self.refs.uris.get(anchor.document).and_then(|uri| Url::parse(uri).ok());
        if let Some(uri) = id.zip(base).and_then(|(id, base)| base.join(id).ok()) {
            self.embedded.push((uri.as_str().trim_end_matches('#').to_owned(), anchor.clone()));
        }
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

impl Node {
    fn empty(anchor: Anchor) -> Self {
        Self {
            anchor,
            members: HashMap::new(),
            patterns: Vec::new(),
            rest: Rest::Unsaid,
            items: Vec::new(),
            parts: Vec::new(),
            alternatives: Vec::new(),
            bare: false,
            opaque: false,
            against: None,
            closure: Vec::new(),
        }
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

/// Gives every node its closure.
fn close(nodes: &mut [Node]) {
    for id in 0..nodes.len() {
        let mut closure = vec![id];
        let mut next = 0;
        while let Some(node) = closure.get(next).map(|id| &nodes[*id]) {
            let more: Vec<Id> =
                node.parts.iter().chain(&node.alternatives).copied().filter(|part| !closure.contains(part)).collect();
            closure.extend(more);
            next += 1;
        }
        nodes[id].closure = closure;
    }
}
