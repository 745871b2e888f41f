//! Builds the index: reads each schema that the roots reach once, without recursion.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::contract::keyword::{self, Applies, Keyword, Kind, Shape};
use crate::contract::refs::{REF, Refs, reference};
use crate::contract::{Anchor, Direction};
use crate::pointer::Pointer;

use super::dialect::Dialect;
use super::dialects::DialectMap;
use super::discriminator::{self, Children, Discriminator, SchemaId};
use super::index::{Contents, SchemaIndex};
use super::schema_info::{IndexedSchema, OtherProperties, SchemaInfo};
use super::text::Patterns;
use super::unevaluated;

const UNKNOWN_REFERENCE: &str = "a reference that cannot be followed";

/// Indexes every schema that `roots` reach. Dangling references are reported by the loader.
pub(super) fn build<'d>(
    refs: Refs<'d>,
    roots: &[Anchor],
    dialects: &'d DialectMap,
    known: &'d Patterns,
) -> SchemaIndex {
    let mut builder = Builder {
        refs,
        dialects,
        dialect: dialects.default(),
        known,
        ids: HashMap::new(),
        open: Vec::new(),
        schemas: Vec::new(),
        entered: HashSet::new(),
        patterns: Vec::new(),
        name_patterns: Vec::new(),
        unevaluated: Vec::new(),
        children: OnceCell::new(),
    };
    let roots = roots.iter().map(|root| builder.enter(root, refs.value(root).unwrap_or(&Value::Null))).collect();
    while let Some((id, schema)) = builder.open.pop() {
        builder.read(id, schema);
    }
    let Builder { mut schemas, entered, patterns, name_patterns, unevaluated, .. } = builder;
    let mut entries: Vec<SchemaId> = entered.into_iter().collect();
    entries.sort_unstable();
    let entries = entries.into_iter().map(|id| schemas[id].anchor.clone()).collect();
    close(&mut schemas);
    let null_note = dialects.default().null_note();
    SchemaIndex::new(Contents { roots, schemas, entries, patterns, name_patterns, unevaluated, null_note })
}

struct Builder<'d> {
    refs: Refs<'d>,
    dialects: &'d DialectMap,
    /// The dialect of the schema that is read.
    dialect: &'d Dialect,
    /// The compiled patterns.
    known: &'d Patterns,
    /// By address, which is unique to the location of a value and faster to hash than it.
    ids: HashMap<*const Value, SchemaId>,
    open: Vec<(SchemaId, &'d Value)>,
    schemas: Vec<IndexedSchema>,
    entered: HashSet<SchemaId>,
    patterns: Vec<(Anchor, String)>,
    name_patterns: Vec<(Anchor, String)>,
    unevaluated: Vec<SchemaId>,
    children: OnceCell<Children>,
}

impl<'d> Builder<'d> {
    fn enter(&mut self, anchor: &Anchor, schema: &'d Value) -> SchemaId {
        let id = self.id(schema, || anchor.clone());
        self.entered.insert(id);
        id
    }

    fn id(&mut self, schema: &'d Value, anchor: impl FnOnce() -> Anchor) -> SchemaId {
        let next = self.schemas.len();
        let id = *self.ids.entry(schema).or_insert(next);
        if id == next {
            self.open.push((id, schema));
            self.schemas.push(IndexedSchema::empty(anchor()));
        }
        id
    }

    fn read(&mut self, id: SchemaId, schema: &'d Value) {
        match schema {
            Value::Object(schema) => {
                let nowhere = Anchor { document: 0, pointer: Pointer::root() };
                let anchor = std::mem::replace(&mut self.schemas[id].anchor, nowhere);
                self.dialect = self.dialects.of(&anchor);
                let info = self.info(&anchor, schema).boxed();
                self.schemas[id] = IndexedSchema {
                    is_unrestricted: is_unrestricted(schema, self.dialect),
                    is_closed: is_closed(schema),
                    info,
                    ..IndexedSchema::empty(anchor)
                };
            }
            Value::Bool(any) => self.schemas[id].is_unrestricted = *any,
            _ => {
                self.schemas[id].info = SchemaInfo { opaque: Some(UNKNOWN_REFERENCE), ..SchemaInfo::nothing() }.boxed()
            }
        }
    }

    fn info(&mut self, at: &Anchor, schema: &'d Map<String, Value>) -> SchemaInfo {
        let mut info = SchemaInfo::nothing();
        if self.dialect.unknown().is_some() {
            return SchemaInfo { opaque: Some("a dialect that is not supported"), ..info };
        }
        if schema.iter().any(|(keyword, _)| keyword.ends_with("ef")) {
            self.follow(&mut info, at, schema);
            if self.dialect.ref_stands_alone() && get(schema, REF).is_some_and(Value::is_string) {
                return info;
            }
        }
        if let Some(pattern) = get(schema, "pattern").and_then(Value::as_str) {
            self.patterns.push((below(at, "pattern"), pattern.to_owned()));
        }
        info.excluded_from = excluded_from(schema);
        let required = get(schema, "required").and_then(Value::as_array).into_iter().flatten();
        info.required = required.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        info.allows_null =
            self.dialect.allows_null_by_nullable() && get(schema, "nullable") == Some(&Value::Bool(true));
        // Most schemas describe scalars and have no subschemas.
        if schema.iter().any(|(keyword, value)| may_hold_schemas(keyword, value)) {
            info.discriminator = self.discriminator(at, schema).map(Box::new);
            self.read_subschemas(&mut info, at, schema);
        }
        info
    }

    /// Adds the schemas that `schema` refers to; without a known target, what is documented is unknown.
    fn follow(&mut self, info: &mut SchemaInfo, at: &Anchor, schema: &'d Map<String, Value>) {
        let (refs, dialect) = (self.refs, self.dialect);
        let is_reference = |keyword: &Keyword| keyword.kind == Kind::Reference && dialect.has(keyword);
        let is_reference = |name: &str| keyword::find(name).is_some_and(is_reference);
        let count = schema.iter().filter(|(name, value)| value.is_string() && is_reference(name)).count();
        let targets: Vec<_> = self.dialects.targets(refs, at).collect();
        let known: Vec<_> = targets.iter().filter_map(|target| Some((target, refs.value(target)?))).collect();
        if known.len() < count {
            info.opaque = Some(UNKNOWN_REFERENCE);
        }
        info.parts.extend(known.into_iter().map(|(target, schema)| self.enter(target, schema)));
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
        let otherwise = otherwise.and_then(entered);
        let has_inline_branch = discriminator::branches(schema)
            .any(|branch| reference(branch).is_none() && branch.as_object().is_none_or(admits_objects));
        let unresolved = discriminator::unresolved(refs, at, schema).map(str::to_owned).collect();
        Some(Discriminator { property, named, otherwise, unresolved, has_inline_branch })
    }

    /// Reads the subschemas of every keyword, in the order of the table.
    fn read_subschemas(&mut self, info: &mut SchemaInfo, at: &Anchor, schema: &'d Map<String, Value>) {
        for keyword in keyword::applicators().filter(|keyword| self.dialect.has(keyword)) {
            let Some(applies) = keyword.applies() else { continue };
            match applies {
                Applies::ToProperties => self.read_properties(info, at, schema, keyword),
                Applies::ToOtherProperties => self.read_other_properties(info, at, schema, keyword),
                Applies::ToItems | Applies::ToSomeItems => info.items.extend(self.held_by(at, schema, keyword)),
                Applies::Alternatively => info.alternatives.extend(self.held_by(at, schema, keyword)),
                Applies::Always | Applies::AsCondition => info.parts.extend(self.held_by(at, schema, keyword)),
                // It documents no property, but is compiled as all others are.
                Applies::Conditionally if keyword.shape() == Some(Shape::MapOfSchemasOrNames) => {
                    self.named(at, schema, keyword.name);
                }
                Applies::Conditionally => info.parts.extend(self.held_by(at, schema, keyword)),
                // They document no property either.
                Applies::Negated | Applies::ToPropertyNames => drop(self.held_by(at, schema, keyword)),
                Applies::ToContent | Applies::Nowhere => {}
            }
            if unevaluated::KEYWORDS.contains(&keyword.name) {
                let held = self.object(at, schema, keyword.name);
                self.unevaluated.extend(held);
            }
        }
    }

    fn read_properties(
        &mut self,
        info: &mut SchemaInfo,
        at: &Anchor,
        schema: &'d Map<String, Value>,
        keyword: &Keyword,
    ) {
        let named = self.named(at, schema, keyword.name);
        if keyword.name == "properties" {
            info.properties = named;
            info.properties.sort_unstable();
        } else {
            let patterns = named.iter().map(|(pattern, id)| (self.schemas[*id].anchor.clone(), pattern.clone()));
            self.name_patterns.extend(patterns);
            info.patterns = named.into_iter().map(|(pattern, id)| (self.known.get(&pattern).ok(), id)).collect();
        }
    }

    fn read_other_properties(
        &mut self,
        info: &mut SchemaInfo,
        at: &Anchor,
        schema: &'d Map<String, Value>,
        keyword: &Keyword,
    ) {
        match get(schema, keyword.name) {
            Some(Value::Bool(true)) => info.others = OtherProperties::Allowed,
            Some(Value::Object(rest)) if rest.is_empty() => info.others = OtherProperties::Allowed,
            Some(_) => info.others = self.object(at, schema, keyword.name).map_or(info.others, OtherProperties::Schema),
            None => {}
        }
    }

    /// The subschemas of a keyword, without the names that a map holds them by.
    fn held_by(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &Keyword) -> Vec<SchemaId> {
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
    fn object(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Option<SchemaId> {
        let held = get(schema, keyword).filter(|held| held.is_object())?;
        Some(self.id(held, || below(at, keyword)))
    }

    fn named(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Vec<(String, SchemaId)> {
        let Some(Value::Object(held)) = get(schema, keyword) else { return Vec::new() };
        let at = below(at, keyword);
        held.iter().map(|(name, child)| (name.clone(), self.id(child, || below(&at, name)))).collect()
    }

    fn list(&mut self, at: &Anchor, schema: &'d Map<String, Value>, keyword: &str) -> Vec<SchemaId> {
        let Some(Value::Array(held)) = get(schema, keyword) else { return Vec::new() };
        let at = below(at, keyword);
        held.iter().enumerate().map(|(index, child)| self.id(child, || below(&at, index))).collect()
    }
}

fn below(anchor: &Anchor, token: impl std::fmt::Display) -> Anchor {
    Anchor { document: anchor.document, pointer: anchor.pointer.join(token) }
}

/// Whether a keyword with this value may hold subschemas.
fn may_hold_schemas(keyword: &str, value: &Value) -> bool {
    value.is_object() || value.is_array() || keyword.ends_with("Properties")
}

/// The value of a keyword. A schema has few keywords: comparing each is faster than hashing one.
fn get<'d>(schema: &'d Map<String, Value>, keyword: &str) -> Option<&'d Value> {
    schema.iter().find(|(name, _)| *name == keyword).map(|(_, value)| value)
}

/// Whether `schema` adds no constraint to a free-form object.
fn is_unrestricted(schema: &Map<String, Value>, dialect: &Dialect) -> bool {
    let is_narrowing = |keyword: &Keyword| keyword.is_narrowing_objects() && dialect.has(keyword);
    admits_objects(schema) && !schema.keys().any(|name| keyword::find(name).is_some_and(is_narrowing))
}

/// Whether errors of `schema` list the names of further properties.
fn is_closed(schema: &Map<String, Value>) -> bool {
    let is_false = get(schema, "additionalProperties").is_some_and(|others| *others == Value::Bool(false));
    is_false || get(schema, "unevaluatedProperties").is_some()
}

fn admits_objects(schema: &Map<String, Value>) -> bool {
    match get(schema, "type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    }
}

fn excluded_from(schema: &Map<String, Value>) -> Option<(Direction, &'static str)> {
    let says = |keyword: &str| get(schema, keyword) == Some(&Value::Bool(true));
    if says("readOnly") {
        return Some((Direction::Request, "readOnly"));
    }
    says("writeOnly").then_some((Direction::Response, "writeOnly"))
}

/// Fills in the closure of every schema.
fn close(schemas: &mut [IndexedSchema]) {
    for id in 0..schemas.len() {
        let mut closure = vec![id];
        let mut next = 0;
        while let Some(info) = closure.get(next).map(|id| schemas[*id].info()) {
            let more: Vec<SchemaId> =
                info.parts.iter().chain(&info.alternatives).copied().filter(|part| !closure.contains(part)).collect();
            closure.extend(more);
            next += 1;
        }
        schemas[id].closure = closure.into();
    }
}
