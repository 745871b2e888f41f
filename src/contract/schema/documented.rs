//! What members a schema documents, through every `$ref` and every branch: read once, then walked beside values.

use std::borrow::Cow;
use std::collections::HashMap;

use regex::Regex;

use crate::contract::refs::Refs;
use crate::contract::{Anchor, SchemaKey};
use crate::location::Pointer;

use super::Direction;
use super::dialect::Dialect;
use super::read::{self, Reading};
use super::resources::Resources;

/// The number of a [`Node`].
pub(super) type Id = usize;

/// Every schema that the roots reach.
#[derive(Debug)]
pub(super) struct Documented {
    nodes: Vec<Node>,
    roots: Vec<Id>,
    entries: Vec<Anchor>,
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
    pub patterns: Vec<(Option<Regex>, Id)>,
    /// What is said about other members.
    pub rest: Rest,
    /// Schemas of elements.
    pub items: Vec<Id>,
    /// Schemas that apply to the same value: `$ref`, `allOf`, `if` …
    pub parts: Vec<Id>,
    /// Branches of `anyOf` and `oneOf`.
    pub alternatives: Vec<Id>,
    /// Says nothing that a free-form object would not.
    pub bare: bool,
    /// Leads where it cannot be followed, so that what it documents is not known.
    pub opaque: bool,
    /// The direction that `readOnly` or `writeOnly` keeps it out of, and the keyword.
    pub against: Option<(Direction, &'static str)>,
    /// Itself and every schema that applies to the same value.
    pub closure: Vec<Id>,
}

/// What is said about members that `properties` and `patternProperties` do not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing.
    Unsaid,
    /// There may be any.
    Free,
    /// They keep a schema.
    Schema(Id),
}

impl Documented {
    /// Reads every schema that `roots` reach. References that lead nowhere are left to the loader.
    pub fn build(refs: Refs<'_>, resources: &Resources, roots: &[Anchor], dialect: &Dialect) -> Self {
        let Reading { roots, mut nodes, entries } = read::schemas(refs, resources, roots, dialect);
        close(&mut nodes);
        let has_directions = nodes.iter().any(|node| node.against.is_some());
        Self { nodes, roots, entries, has_directions }
    }

    /// Where every schema stands, in no particular order.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.nodes.iter().map(|node| &node.anchor)
    }

    /// Every schema that is a root or the target of a `$ref`.
    pub fn entries(&self) -> &[Anchor] {
        &self.entries
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
        nodes().any(|node| node.rest == Rest::Free || node.patterns.iter().any(|(p, _)| p.is_none()))
            || !nodes().any(|node| node.names_members() || node.opaque)
            || nodes().any(|node| node.alternatives.iter().any(|branch| self.is_any_object(*branch)))
    }

    /// A schema of `group` that leads where it cannot be followed.
    pub fn unfollowed(&self, group: &[Id]) -> Option<&Anchor> {
        group.iter().map(|id| &self.nodes[*id]).find(|node| node.opaque).map(|node| &node.anchor)
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
    /// A schema that says nothing.
    pub fn empty(anchor: Anchor) -> Self {
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

    fn names_members(&self) -> bool {
        !self.members.is_empty() || !self.patterns.is_empty() || matches!(self.rest, Rest::Schema(_))
    }
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
