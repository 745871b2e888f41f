//! Reads the schemas that some roots reach, each once, without recursion.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use regex::Regex;
use serde_json::{Map, Value};

use crate::contract::keyword::{self, Applies, Keyword, Shape};
use crate::contract::refs::{DYNAMIC_REF, REF, Refs};
use crate::contract::{Anchor, Direction};
use crate::pointer::Pointer;

use super::dialect::Dialect;
use super::discriminator::{self, Children, Discriminator};
use super::documented::{Id, Node, Rest, Says};
use super::resources::Resources;

/// What was read.
pub(super) struct Reading {
    /// The schemas that were asked for.
    pub roots: Vec<Id>,
    /// Every schema, closures not yet filled in.
    pub nodes: Vec<Node>,
    /// Where each root and each target of a `$ref` stands.
    pub entries: Vec<Anchor>,
    /// Every `pattern`: where it stands, and its text.
    pub patterns: Vec<(Anchor, String)>,
    /// Every name under `patternProperties`, likewise.
    pub name_patterns: Vec<(Anchor, String)>,
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
        entered: HashSet::new(),
        patterns: Vec::new(),
        name_patterns: Vec::new(),
        children: OnceCell::new(),
    };
    let roots = roots.iter().map(|root| reader.enter(root, refs.value(root).unwrap_or(&Value::Null))).collect();
    while let Some((id, schema)) = reader.open.pop() {
        reader.read(id, schema);
    }
    let Reader { nodes, entered, patterns, name_patterns, .. } = reader;
    let mut entries: Vec<Id> = entered.into_iter().collect();
    entries.sort_unstable();
    let entries = entries.into_iter().map(|id| nodes[id].anchor.clone()).collect();
    Reading { roots, nodes, entries, patterns, name_patterns }
}

struct Reader<'d> {
    refs: Refs<'d>,
    resources: &'d Resources,
    dialect: &'d Dialect,
    /// A value stands at one place only, so its address is as good as its anchor, and hashed sooner.
    ids: HashMap<*const Value, Id>,
    open: Vec<(Id, &'d Value)>,
    nodes: Vec<Node>,
    entered: HashSet<Id>,
    patterns: Vec<(Anchor, String)>,
    name_patterns: Vec<(Anchor, String)>,
    children: OnceCell<Children>,
}

impl<'d> Reader<'d> {
    fn enter(&mut self, anchor: &Anchor, schema: &'d Value) -> Id {
        let id = self.id(schema, || anchor.clone());
        self.entered.insert(id);
        id
    }

    fn id(&mut self, schema: &'d Value, anchor: impl FnOnce() -> Anchor) -> Id {
        let next = self.nodes.len();
        let id = *self.ids.entry(schema).or_insert(next);
        if id == next {
            self.open.push((id, schema));
            self.nodes.push(Node::empty(anchor()));
        }
        id
    }

    fn read(&mut self, id: Id, schema: &'d Value) {
        match schema {
            Value::Object(schema) => {
                let nowhere = Anchor { document: 0, pointer: Pointer::root() };
                let anchor = std::mem::replace(&mut self.nodes[id].anchor, nowhere);
                let says = self.says(&anchor, schema).boxed();
                self.nodes[id] = Node { bare: is_bare(schema), says, ..Node::empty(anchor) };
            }
            Value::Bool(any) => self.nodes[id].bare = *any,
            _ => self.nodes[id].says = Says { opaque: true, ..Says::nothing() }.boxed(),
        }
    }

    fn says(&mut self, at: &Anchor, schema: &'d Map<String, Value>) -> Says {
        let mut says = Says::nothing();
        if let Some(reference) = get(schema, REF).and_then(Value::as_str) {
            let target = self.resources.target(self.refs, at, reference);
            self.follow(&mut says, target);
            if self.dialect.ref_stands_alone(schema) {
                return says;
            }
        }
        if let Some(reference) = get(schema, DYNAMIC_REF).and_then(Value::as_str) {
            let target = self.resources.only_target(self.refs, at, reference);
            self.follow(&mut says, target);
        }
        says.opaque |= get(schema, "$recursiveRef").is_some();
        if let Some(pattern) = get(schema, "pattern").and_then(Value::as_str) {
            self.patterns.push((below(at, "pattern"), pattern.to_owned()));
        }
        says.against = against(schema);
        // Most schemas say something of a scalar, and lead nowhere.
        if schema.iter().any(|(keyword, value)| leads_on(keyword, value)) {
            says.discriminator = self.discriminator(at, schema).map(Box::new);
            self.read_subschemas(&mut says, at, schema);
        }
        says
    }

    /// What the schema at `target` documents is documented too; without a target that is known, nobody knows what is.
    fn follow(&mut self, says: &mut Says, target: Option<Anchor>) {
        match target.and_then(|target| Some((self.refs.value(&target)?, target))) {
            Some((schema, target)) => says.parts.push(self.enter(&target, schema)),
            None => says.opaque = true,
        }
    }

    fn discriminator(&mut self, at: &Anchor, schema: &'d Map<String, Value>) -> Option<Discriminator> {
        let held = get(schema, "discriminator")?;
        let property = held.get("propertyName")?.as_str()?.to_owned();
        let children = self.children.get_or_init(|| discriminator::children(self.refs));
        let named = discriminator::names(self.refs, at, schema, children);
        let otherwise = held.get("defaultMapping").and_then(Value::as_str);
        let otherwise = otherwise.and_then(|name| discriminator::target_of(self.refs, at, name));
        let refs = self.refs;
        let mut entered = |target: Anchor| Some(self.enter(&target, refs.value(&target)?));
        let named = named.into_iter().filter_map(|(name, target)| Some((name, entered(target)?))).collect();
        Some(Discriminator { property, named, otherwise: otherwise.and_then(entered) })
    }

    /// Reads the subschemas of every keyword, in the order of the table.
    fn read_subschemas(&mut self, says: &mut Says, at: &Anchor, schema: &'d Map<String, Value>) {
        for keyword in keyword::applicators() {
            let Some(applies) = keyword.applies() else { continue };
            match applies {
                Applies::ToProperties => self.read_properties(says, at, schema, keyword),
                Applies::ToOtherProperties => self.read_other_properties(says, at, schema, keyword),
                Applies::ToItems | Applies::ToSomeItems => says.items.extend(self.held_by(at, schema, keyword)),
                Applies::Alternatively => says.alternatives.extend(self.held_by(at, schema, keyword)),
                Applies::Always | Applies::AsCondition => says.parts.extend(self.held_by(at, schema, keyword)),
                // Of a name without a schema nothing is said here.
                Applies::Conditionally if keyword.shape() == Some(Shape::MapOfSchemasOrNames) => {
                    self.named(at, schema, keyword.name);
                }
                Applies::Conditionally => says.parts.extend(self.held_by(at, schema, keyword)),
                // They document no property, but are compiled as all others are.
                Applies::Negated | Applies::ToPropertyNames => drop(self.held_by(at, schema, keyword)),
                Applies::ToContent | Applies::Nowhere => {}
            }
        }
    }

    fn read_properties(&mut self, says: &mut Says, at: &Anchor, schema: &'d Map<String, Value>, keyword: &Keyword) {
        let named = self.named(at, schema, keyword.name);
        if keyword.name == "properties" {
            says.members = named;
            says.members.sort_unstable();
        } else {
            let written = named.iter().map(|(pattern, id)| (self.nodes[*id].anchor.clone(), pattern.clone()));
            self.name_patterns.extend(written);
            says.patterns = named.into_iter().map(|(pattern, id)| (Regex::new(&pattern).ok(), id)).collect();
        }
    }

    fn read_other_properties(
        &mut self,
        says: &mut Says,
        at: &Anchor,
        schema: &'d Map<String, Value>,
        keyword: &Keyword,
    ) {
        match get(schema, keyword.name) {
            Some(Value::Bool(true)) => says.rest = Rest::Free,
            Some(Value::Object(rest)) if rest.is_empty() => says.rest = Rest::Free,
            Some(_) => says.rest = self.object(at, schema, keyword.name).map_or(says.rest, Rest::Schema),
            None => {}
        }
    }

    /// The subschemas of a keyword, without the names that a map holds them by.
    fn held_by(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &Keyword) -> Vec<Id> {
        let name = keyword.name;
        let is_list = || get(schema, name).is_some_and(Value::is_array);
        match keyword.shape() {
            Some(Shape::Map | Shape::MapOfSchemasOrNames) => {
                self.named(at, schema, name).into_iter().map(|(_, id)| id).collect()
            }
            Some(Shape::List) => self.list(at, schema, name),
            Some(Shape::OneOrList) if is_list() => self.list(at, schema, name),
            Some(Shape::One | Shape::OneOrList) | None => self.object(at, schema, name).into_iter().collect(),
        }
    }

    /// The schema under `keyword`, where it is an object.
    fn object(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Option<Id> {
        let held = get(schema, keyword).filter(|held| held.is_object())?;
        Some(self.id(held, || below(at, keyword)))
    }

    fn named(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Vec<(String, Id)> {
        let Some(Value::Object(held)) = get(schema, keyword) else { return Vec::new() };
        let at = below(at, keyword);
        held.iter().map(|(name, child)| (name.clone(), self.id(child, || below(&at, name)))).collect()
    }

    fn list(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Vec<Id> {
        let Some(Value::Array(held)) = get(schema, keyword) else { return Vec::new() };
        let at = below(at, keyword);
        held.iter().enumerate().map(|(index, child)| self.id(child, || below(&at, index))).collect()
    }
}

fn below(anchor: &Anchor, token: impl std::fmt::Display) -> Anchor {
    Anchor { document: anchor.document, pointer: anchor.pointer.join(token) }
}

/// Whether a keyword with this value may say something of members or elements.
fn leads_on(keyword: &str, value: &Value) -> bool {
    value.is_object() || value.is_array() || keyword.ends_with("Properties")
}

/// The keyword's value. A schema has few keywords: looking at each is sooner done than hashing the one that is asked for.
fn get<'d>(schema: &'d Map<String, Value>, keyword: &str) -> Option<&'d Value> {
    schema.iter().find(|(name, _)| *name == keyword).map(|(_, value)| value)
}

/// Whether `schema` says nothing that a free-form object would not.
fn is_bare(schema: &Map<String, Value>) -> bool {
    admits_objects(schema) && !schema.keys().any(|name| keyword::find(name).is_some_and(Keyword::is_narrowing_objects))
}

fn admits_objects(schema: &Map<String, Value>) -> bool {
    match get(schema, "type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    }
}

fn against(schema: &Map<String, Value>) -> Option<(Direction, &'static str)> {
    let says = |keyword: &str| get(schema, keyword) == Some(&Value::Bool(true));
    if says("readOnly") {
        return Some((Direction::Request, "readOnly"));
    }
    says("writeOnly").then_some((Direction::Response, "writeOnly"))
}
