//! What members a schema documents, through every `$ref` and every branch: read once, then walked beside values.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::contract::keyword::{self, Applies, Keyword};
use crate::contract::refs::Refs;
use crate::contract::{Anchor, Direction, SchemaKey};
use crate::pointer::Pointer;

use super::dialect::Dialect;
use super::discriminator::Discriminator;
use super::read::{self, Reading};
use super::resources::Resources;

/// The number of a [`Node`].
pub(super) type Id = usize;

/// Every schema that the roots reach.
#[derive(Debug)]
pub(super) struct Documented {
    nodes: Vec<Node>,
    roots: Vec<Id>,
    keys: HashMap<Id, SchemaKey>,
    entries: Vec<Anchor>,
    patterns: Vec<(Anchor, String)>,
    name_patterns: Vec<(Anchor, String)>,
    has_directions: bool,
    has_discriminators: bool,
    /// Every node, by where it stands; only what is broken is looked for this way.
    order: OnceLock<Vec<Id>>,
}

/// One schema. Most say nothing but what a scalar is like: they take little room.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it stands.
    pub anchor: Anchor,
    /// Says nothing that a free-form object would not.
    pub bare: bool,
    /// What it says beyond that, where it says anything.
    pub says: Option<Box<Says>>,
    /// Itself and every schema that applies to the same value.
    pub closure: Box<[Id]>,
}

/// What a schema says of members, of elements, and of the value by other schemas.
#[derive(Debug)]
pub(super) struct Says {
    /// `properties`, in the order of their names.
    pub members: Vec<(String, Id)>,
    /// `patternProperties`; without a pattern where it is not one that can be matched here, and then may cover any name.
    pub patterns: Vec<(Option<Regex>, Id)>,
    /// What is said about other members.
    pub rest: Rest,
    /// Schemas of elements.
    pub items: Vec<Id>,
    /// Schemas that apply to the same value: `$ref`, `allOf`, `if` …
    pub parts: Vec<Id>,
    /// Branches of `anyOf` and `oneOf`.
    pub alternatives: Vec<Id>,
    /// Leads where it cannot be followed, so that what it documents is not known.
    pub opaque: bool,
    /// The direction that `readOnly` or `writeOnly` keeps it out of, and the keyword.
    pub against: Option<(Direction, &'static str)>,
    /// How its values name their schema.
    pub discriminator: Option<Box<Discriminator>>,
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
        let Reading { mut roots, mut nodes, entries, patterns, name_patterns } =
            read::schemas(refs, resources, roots, dialect);
        close(&mut nodes);
        let discriminators = || nodes.iter().filter_map(|node| node.says().discriminator.as_deref());
        let has_discriminators = discriminators().next().is_some();
        let mut known: HashSet<Id> = roots.iter().copied().collect();
        let named = discriminators().flat_map(|held| held.named.values().copied().chain(held.otherwise));
        roots.extend(named.filter(|id| known.insert(*id)));
        let has_directions = nodes.iter().any(|node| node.says().against.is_some());
        let keys = roots.iter().enumerate().map(|(key, id)| (*id, SchemaKey(key))).collect();
        Self {
            nodes,
            roots,
            keys,
            entries,
            patterns,
            name_patterns,
            has_directions,
            has_discriminators,
            order: OnceLock::new(),
        }
    }

    /// Where every schema stands, in no particular order.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.nodes.iter().map(|node| &node.anchor)
    }

    /// Every schema that is a root or the target of a `$ref`.
    pub fn entries(&self) -> &[Anchor] {
        &self.entries
    }

    /// Every `pattern`: where it stands, and its text.
    pub fn patterns(&self) -> &[(Anchor, String)] {
        &self.patterns
    }

    /// Every name under `patternProperties`: where its schema stands, and its text.
    pub fn name_patterns(&self) -> &[(Anchor, String)] {
        &self.name_patterns
    }

    /// Whether any schema says `readOnly` or `writeOnly`.
    pub fn has_directions(&self) -> bool {
        self.has_directions
    }

    /// Whether any schema has a discriminator.
    pub fn has_discriminators(&self) -> bool {
        self.has_discriminators
    }

    /// Where every schema stands that values are judged by: those that were asked for, then those that values name.
    pub fn roots(&self) -> impl Iterator<Item = &Anchor> {
        self.roots.iter().map(|id| &self.nodes[*id].anchor)
    }

    /// The key of a schema that values are judged by.
    pub fn key(&self, id: Id) -> Option<SchemaKey> {
        self.keys.get(&id).copied()
    }

    /// The discriminator of the schema at `anchor`.
    pub fn discriminator(&self, anchor: &Anchor) -> Option<&Discriminator> {
        self.nodes[self.at(anchor)?].says().discriminator.as_deref()
    }

    /// The schema that stands at `anchor`.
    pub fn at(&self, anchor: &Anchor) -> Option<Id> {
        let order = self.order.get_or_init(|| {
            let mut order: Vec<Id> = (0..self.nodes.len()).collect();
            order.sort_unstable_by_key(|id| &self.nodes[*id].anchor);
            order
        });
        let found = order.binary_search_by_key(&anchor, |id| &self.nodes[*id].anchor);
        found.ok().map(|index| order[index])
    }

    /// Whether the schema that holds the keyword at `anchor` is itself, or is within, a conditional subschema. A token is a
    /// keyword only where the pointer before it leads to a schema: a property may be named `if`.
    pub fn is_conditional(&self, anchor: &Anchor) -> bool {
        let mut schema = parent(anchor);
        while let Some(name) = schema.pointer.last() {
            let holder = parent(&schema);
            let applies = keyword::find(&name).and_then(Keyword::applies);
            if applies.is_some_and(Applies::is_conditional) && self.at(&holder).is_some() {
                return true;
            }
            schema = holder;
        }
        false
    }

    /// `group` with the schemas that the object with these members names for itself.
    pub fn with_chosen<'g>(&'g self, group: &'g [Id], members: &Map<String, Value>) -> Cow<'g, [Id]> {
        if !self.has_discriminators {
            return Cow::Borrowed(group);
        }
        let chosen = |id: &Id| self.nodes[*id].says().discriminator.as_ref()?.chosen(members).ok()?;
        let chosen: Vec<Id> = group.iter().filter_map(chosen).filter(|id| !group.contains(id)).collect();
        if chosen.is_empty() { Cow::Borrowed(group) } else { self.union(&[group, &chosen].concat()) }
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
            let mut next: Vec<Id> = self.members(&group, &token).collect();
            if token.parse::<usize>().is_ok() {
                next.extend(self.items(&group));
            }
            self.union(&next)
        })
    }

    /// The schemas that `group` has for the member `name`.
    pub fn members<'d>(&'d self, group: &'d [Id], name: &'d str) -> impl Iterator<Item = Id> + 'd {
        group.iter().flat_map(move |id| self.nodes[*id].says().member(name))
    }

    /// Whether `group` has any.
    pub fn has_member(&self, group: &[Id], name: &str) -> bool {
        group.iter().any(|id| self.nodes[*id].says().has_member(name))
    }

    /// The schemas that `group` has for elements, whatever their index.
    pub fn items(&self, group: &[Id]) -> Vec<Id> {
        group.iter().flat_map(|id| self.nodes[*id].says().items.iter().copied()).collect()
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
        let nodes = || group.iter().map(|id| self.nodes[*id].says());
        nodes().any(|node| node.rest == Rest::Free)
            || !nodes().any(|node| node.names_members() || node.opaque)
            || nodes().any(|node| node.alternatives.iter().any(|branch| self.is_any_object(*branch)))
    }

    /// A schema of `group` of which it is not known what it documents, and why.
    pub fn unknown(&self, group: &[Id]) -> Option<(&Anchor, &'static str)> {
        group.iter().find_map(|id| {
            let (node, says) = (&self.nodes[*id], self.nodes[*id].says());
            let is_unmatched = says.patterns.iter().any(|(pattern, _)| pattern.is_none());
            let why = match (says.opaque, is_unmatched) {
                (true, _) => "a reference in it",
                (false, true) => "a pattern for names in it that cannot be matched here",
                (false, false) => return None,
            };
            Some((&node.anchor, why))
        })
    }

    /// Every name that `group` documents.
    pub fn names<'d>(&'d self, group: &'d [Id]) -> impl Iterator<Item = &'d str> {
        group.iter().flat_map(|id| self.nodes[*id].says().members.iter().map(|(name, _)| name.as_str()))
    }

    /// The `readOnly` or `writeOnly` that keeps the member `name` of an object with the schemas `group` out of a message in
    /// `direction`: where it stands, and the keyword. A member that some branch of `oneOf` or `anyOf` lets pass, passes.
    pub fn against(&self, group: &[Id], name: &str, direction: Direction) -> Option<(&Anchor, &'static str)> {
        let found = self.members(group, name).find_map(|id| self.kept_out(id, direction))?;
        let branches = group.iter().flat_map(|id| &self.nodes[*id].says().alternatives);
        let possible: HashSet<Id> = branches.flat_map(|id| self.nodes[*id].closure.iter().copied()).collect();
        if possible.is_empty() {
            return Some(found);
        }
        let (possible, certain): (Vec<Id>, Vec<Id>) = group.iter().partition(|id| possible.contains(id));
        let is_kept_out = |id: Id| self.kept_out(id, direction).is_some();
        let always = self.members(&certain, name).any(is_kept_out) || self.members(&possible, name).all(is_kept_out);
        always.then_some(found)
    }

    /// Whether a member that the schema at `anchor` requires is kept out of messages in `direction`: by that schema, else by
    /// any of `group`, which apply beside it.
    pub fn is_not_required(&self, anchor: &Anchor, group: &[Id], name: &str, direction: Direction) -> bool {
        let own = self.at(anchor).map_or(&[][..], |id| &self.nodes[id].closure);
        let asked = if self.has_member(own, name) { own } else { group };
        self.members(asked, name).any(|id| self.kept_out(id, direction).is_some())
    }

    fn kept_out(&self, id: Id, direction: Direction) -> Option<(&Anchor, &'static str)> {
        self.nodes[id].closure.iter().find_map(|id| {
            let (wrong, keyword) = self.nodes[*id].says().against?;
            (wrong == direction).then_some((&self.nodes[*id].anchor, keyword))
        })
    }

    fn is_any_object(&self, branch: Id) -> bool {
        self.nodes[branch]
            .closure
            .iter()
            .map(|id| &self.nodes[*id])
            .all(|node| node.bare && !node.says().names_members())
    }
}

impl Node {
    /// A schema that says nothing.
    pub fn empty(anchor: Anchor) -> Self {
        Self { anchor, bare: false, says: None, closure: Box::default() }
    }

    /// What it says.
    pub fn says(&self) -> &Says {
        static NOTHING: Says = Says::nothing();
        self.says.as_deref().unwrap_or(&NOTHING)
    }
}

impl Says {
    /// Nothing.
    pub const fn nothing() -> Self {
        Self {
            members: Vec::new(),
            patterns: Vec::new(),
            rest: Rest::Unsaid,
            items: Vec::new(),
            parts: Vec::new(),
            alternatives: Vec::new(),
            opaque: false,
            against: None,
            discriminator: None,
        }
    }

    /// In a box, unless it is nothing.
    pub fn boxed(self) -> Option<Box<Self>> {
        let Self { members, patterns, rest, items, parts, alternatives, opaque, against, discriminator } = &self;
        let is_nothing = members.is_empty()
            && patterns.is_empty()
            && *rest == Rest::Unsaid
            && [items, parts, alternatives].iter().all(|ids| ids.is_empty())
            && !opaque
            && against.is_none()
            && discriminator.is_none();
        (!is_nothing).then(|| Box::new(self))
    }

    /// The schemas of the member `name`.
    fn member<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Id> + 's {
        let (named, mut fitting) = (self.named(name), self.fitting(name));
        let rest = match self.rest {
            Rest::Schema(id) if named.is_none() && fitting.next().is_none() => Some(id),
            _ => None,
        };
        named.into_iter().chain(self.fitting(name)).chain(rest)
    }

    /// Whether there is any.
    fn has_member(&self, name: &str) -> bool {
        matches!(self.rest, Rest::Schema(_)) || self.named(name).is_some() || self.fitting(name).next().is_some()
    }

    fn named(&self, name: &str) -> Option<Id> {
        let found = self.members.binary_search_by(|(held, _)| held.as_str().cmp(name));
        found.ok().map(|index| self.members[index].1)
    }

    fn fitting<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Id> + 's {
        let fits = move |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|held| held.is_match(name));
        self.patterns.iter().filter(move |(pattern, _)| fits(pattern)).map(|(_, id)| *id)
    }

    fn names_members(&self) -> bool {
        !self.members.is_empty() || !self.patterns.is_empty() || matches!(self.rest, Rest::Schema(_))
    }
}

fn parent(anchor: &Anchor) -> Anchor {
    Anchor { document: anchor.document, pointer: anchor.pointer.parent().unwrap_or_default() }
}

/// Gives every node its closure.
fn close(nodes: &mut [Node]) {
    for id in 0..nodes.len() {
        let mut closure = vec![id];
        let mut next = 0;
        while let Some(node) = closure.get(next).map(|id| nodes[*id].says()) {
            let more: Vec<Id> =
                node.parts.iter().chain(&node.alternatives).copied().filter(|part| !closure.contains(part)).collect();
            closure.extend(more);
            next += 1;
        }
        nodes[id].closure = closure.into();
    }
}
