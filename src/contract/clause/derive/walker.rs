//! Derives the clauses of a value: of its location, then of the locations within it, alongside its schemas.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::contract::clause::id::{BranchId, ClauseId, PlaceId};
use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::location::{ClauseLocation, Step};
use crate::contract::clause::set::Source;
use crate::contract::clause::tree::{Branch, Names, Others, Places, Property};
use crate::contract::clause::verb::Aspect;
use crate::contract::schema::NamePattern;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract, SchemaView};

use super::collector::Collector;
use super::schemas::{Composition, Schemas};
use super::side::{Side, Writing};
use super::spot::{Spot, SpotKind};
use super::subject::{Derived, Subject};
use super::{bounds, empty, values, violations, writable};

/// Derives the clauses of the values of one operation.
pub(super) struct Walkers<'c> {
    /// The contract.
    pub contract: &'c Contract,
    /// Maximum number of steps in a location.
    max_depth: usize,
    /// The schemas of branches so far.
    branches: RefCell<HashMap<Anchor, BranchId>>,
}

impl<'c> Walkers<'c> {
    /// Nothing is derived yet; locations have at most `max_depth` steps.
    pub(super) fn new(contract: &'c Contract, max_depth: usize) -> Self {
        Self { contract, max_depth, branches: RefCell::default() }
    }

    /// Derives the clauses of `subject` with the schema at `schema`.
    pub(super) fn walk(&self, derived: &mut Derived, subject: Subject<'_>, schema: &Anchor) -> PlaceId {
        let Derived { found, messages } = derived;
        let Subject { side, writing, at } = subject;
        let places = &mut messages.places;
        let mut walker = Walker { shared: self, found, places, side, writing, path: Vec::new() };
        let schemas = Schemas::new(self.contract.schema(schema), self.contract.openapi);
        walker.enter(Spot { at, kind: SpotKind::Root, absent: None }, schemas).place
    }
}

/// Derives the clauses of one value.
struct Walker<'c, 'k> {
    shared: &'k Walkers<'c>,
    found: &'k mut Collector,
    places: &'k mut Places,
    /// The message of the value.
    side: Side,
    /// How it is written.
    writing: Writing<'k>,
    /// Addresses of the schemas of the locations around the current one.
    path: Vec<*const Value>,
}

/// An entered location.
pub(super) struct Entered {
    /// The place.
    pub place: PlaceId,
    /// The clause that nothing is there.
    pub absent: Option<ClauseId>,
}

impl<'c> Walker<'c, '_> {
    fn enter(&mut self, spot: Spot, schemas: Schemas<'c>) -> Entered {
        let place = self.places.add();
        let openapi = self.shared.contract.openapi;
        let types = schemas.types(openapi);
        let writing = self.writing.at(&spot.at);
        let impossible = self.excluded(&spot, &schemas).or_else(|| nested(&spot, writing, types));
        let is_never = schemas.allow_nothing();
        let source = schemas.all.first().map(|schema| schema.itself());
        let present = source.filter(|_| spot.kind != SpotKind::Root).and_then(|source| {
            let impossible = impossible.or(is_never.then_some(Impossible::ValueViolatesSchema));
            self.found.add_unless(self.side.at(spot.at.clone(), Aspect::Present), source, impossible)
        });
        self.places.at_mut(place).present = present;
        if impossible.is_some() {
            return Entered { place, absent: None };
        }
        let absent = spot.absent.clone().filter(|_| self.side.has_chosen_data());
        let absent = absent.and_then(|source| self.found.add(self.side.absent(spot.at.clone()), source));
        self.own(place, (&spot, writing), &schemas, types);
        if self.side == Side::Request {
            violations::derive(self.shared.contract, self.found, (&spot, writing), &schemas);
        }
        self.within(place, &spot, schemas);
        Entered { place, absent }
    }

    /// The proof that requests or responses do not have the property.
    fn excluded(&self, spot: &Spot, schemas: &Schemas<'_>) -> Option<Impossible> {
        let keyword = self.side.excluding_keyword();
        let is_excluded =
            spot.kind == SpotKind::Within && schemas.all.iter().any(|schema| schema.view.flag(keyword) == Some(true));
        is_excluded.then_some(match self.side {
            Side::Request => Impossible::ReadOnlyInRequest,
            Side::Response(_) => Impossible::WriteOnlyInResponse,
        })
    }

    /// Adds the clauses of single values at the location.
    fn own(&mut self, place: PlaceId, (spot, writing): (&Spot, Writing<'_>), schemas: &Schemas<'c>, types: Types) {
        let (side, openapi) = (self.side, self.shared.contract.openapi);
        let verb = |aspect| side.at(spot.at.clone(), aspect);
        let null = schemas.null(types, openapi).filter(|_| side.has_chosen_data());
        if let Some(source) = null {
            let impossible = writing.is_text().then_some(Impossible::NullInText);
            let is_excluded = schemas.exclude_null(openapi);
            let impossible = impossible.or(is_excluded.then_some(Impossible::ValueViolatesSchema));
            self.places.at_mut(place).null = self.found.add_unless(verb(Aspect::Null), source, impossible);
        }
        let (named, long) = values::named(schemas, types, schemas.allowed_types(openapi));
        self.found.omit(long);
        let is_listed =
            long == 0 && schemas.all.iter().any(|schema| schema.view.has("enum") || schema.view.has("const"));
        let allowed: Vec<Value> =
            named.iter().filter(|named| named.impossible.is_none()).map(|named| named.value.clone()).collect();
        for named in named {
            let is_empty_allowed = writable::is_empty_allowed(&named.value, spot, writing);
            let impossible = named.impossible.filter(|_| !is_empty_allowed);
            let impossible = impossible.or_else(|| writable::value(&named.value, spot, writing));
            let id = self.found.add_unless(verb(Aspect::Value(named.name)), named.source, impossible);
            self.places.at_mut(place).values.extend(id.map(|id| (named.value, id)));
        }
        for limit in bounds::limits(schemas, types) {
            let is_excluded = is_listed && !allowed.iter().any(|value| limit.bound.is_met(value));
            let impossible = limit.impossible.or(is_excluded.then_some(Impossible::ValueViolatesSchema));
            let impossible = impossible.or_else(|| writable::bound(&limit.bound, spot, writing));
            let id = self.found.add_unless(verb(Aspect::At(limit.keyword)), limit.source, impossible);
            self.places.at_mut(place).bounds.extend(id.map(|id| (limit.bound, id)));
        }
        if side != Side::Request && side.has_chosen_data() && empty::is_possible(schemas, types) {
            let source = schemas.all.first().map(|schema| schema.itself());
            let id = source.and_then(|source| self.found.add(verb(Aspect::Empty), source));
            self.places.at_mut(place).empty = id;
        }
    }

    /// Enters the locations within, unless one of the schemas applies to a location around it already.
    fn within(&mut self, place: PlaceId, spot: &Spot, schemas: Schemas<'c>) {
        let addresses: Vec<_> = schemas.all.iter().map(|schema| schema.address()).collect();
        let is_again = spot.kind != SpotKind::Branch && addresses.iter().any(|address| self.path.contains(address));
        let has_more = schemas.all.iter().any(|schema| schema.view.value().as_object().is_some_and(has_subschemas));
        if is_again || !has_more {
            return;
        }
        if spot.at.steps.len() >= self.shared.max_depth {
            self.found.omit(1);
            return;
        }
        if self.found.is_full() {
            return;
        }
        let before = self.path.len();
        self.path.extend(addresses);
        self.properties(place, &spot.at, &schemas);
        self.items(place, &spot.at, &schemas);
        for composition in &schemas.compositions {
            self.branches(place, &spot.at, composition);
        }
        self.path.truncate(before);
    }

    fn properties(&mut self, place: PlaceId, at: &ClauseLocation, schemas: &Schemas<'c>) {
        let openapi = self.shared.contract.openapi;
        let required: HashSet<&str> = schemas
            .all
            .iter()
            .filter_map(|schema| schema.view.list("required"))
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut declared: Vec<(&str, Vec<SchemaView<'c>>)> = Vec::new();
        let mut index: BTreeMap<&str, usize> = BTreeMap::new();
        for schema in &schemas.all {
            let properties = schema.view.below("properties");
            for (name, view) in properties.iter().flat_map(SchemaView::members) {
                let next = *index.entry(name).or_insert(declared.len());
                if next == declared.len() {
                    declared.push((name, Vec::new()));
                }
                declared[next].1.push(view);
            }
        }
        let patterns: Vec<_> =
            patterns(schemas).into_iter().map(|(pattern, views)| (NamePattern::new(pattern), views)).collect();
        let mut entered = Vec::new();
        for (name, mut views) in declared {
            let matching = patterns.iter().filter(|(pattern, _)| pattern.is_supported() && pattern.matches(name));
            views.extend(matching.flat_map(|(_, views)| views.iter().cloned()));
            let name: Arc<str> = name.into();
            let inner = Schemas::new(views, openapi);
            let source = inner.all.first().map(|schema| schema.itself()).filter(|_| !required.contains(&*name));
            let spot = Spot { at: at.step(Step::Name(Arc::clone(&name))), kind: SpotKind::Within, absent: source };
            let Entered { place, absent } = self.enter(spot, inner);
            entered.push(Property { name, absent, place });
        }
        entered.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let others = self.others(at, schemas);
        let held = self.places.at_mut(place);
        (held.properties, held.others) = (entered, others);
    }

    /// Enters the properties that are not declared: those of each pattern, then those of none. Their schemas apply to different names, so
    /// that they prove nothing about each other.
    fn others(&mut self, at: &ClauseLocation, schemas: &Schemas<'c>) -> Vec<Others> {
        let patterns = patterns(schemas);
        let names: Vec<_> = patterns.iter().map(|(pattern, _)| NamePattern::new(pattern)).collect();
        let remaining: Vec<_> = schemas.all.iter().filter_map(|schema| schema.view.other_property_schema()).collect();
        let remaining = (Names::Remaining(names.clone()), remaining);
        let matching = names.into_iter().zip(patterns).filter(|(pattern, _)| pattern.is_supported());
        let matching = matching.map(|(pattern, (_, views))| (Names::Matching(pattern), views));
        let mut entered = Vec::new();
        for (names, views) in matching.chain([remaining]) {
            let views = views.into_iter().filter(says_something);
            let inner = Schemas::new(views, self.shared.contract.openapi);
            if !inner.all.is_empty() {
                let spot = Spot { at: at.step(Step::Any), kind: SpotKind::Within, absent: None };
                entered.push(Others { names, place: self.enter(spot, inner).place });
            }
        }
        entered
    }

    /// Enters the items, unless their schemas depend on their index.
    fn items(&mut self, place: PlaceId, at: &ClauseLocation, schemas: &Schemas<'c>) {
        if schemas.all.iter().any(|schema| schema.view.listed_items() > 0) {
            return;
        }
        let items = schemas.all.iter().filter_map(|schema| schema.view.below("items"));
        let items = Schemas::new(items.filter(|items| items.value().is_object()), self.shared.contract.openapi);
        if !items.all.is_empty() {
            let spot = Spot { at: at.step(Step::Any), kind: SpotKind::Within, absent: None };
            self.places.at_mut(place).items = Some(self.enter(spot, items).place);
        }
    }

    fn branches(&mut self, place: PlaceId, at: &ClauseLocation, composition: &Composition<'c>) {
        for (index, branch) in &composition.branches {
            let target = branch.target_location();
            let name = target.as_ref().and_then(component).unwrap_or_else(|| (index + 1).to_string());
            let anchor = branch.branch_anchor();
            let path = &self.path;
            let inner = Schemas::new([branch.clone()], self.shared.contract.openapi);
            let inner = inner.without(|address| path.contains(&address));
            // What is left of a branch that applies the schemas around it again is nothing.
            let spot = Spot { at: at.step(Step::Branch(name.into())), kind: SpotKind::Branch, absent: None };
            let entered = self.enter(spot.clone(), inner).place;
            if self.places.at(entered).present.is_none() {
                let source = Source { object: Arc::new(branch.anchor().clone()), keyword: None };
                let present = self.found.add(self.side.at(spot.at, Aspect::Present), source);
                self.places.at_mut(entered).present = present;
            }
            let next = BranchId(u32::try_from(self.places.branches.len()).unwrap_or(u32::MAX));
            let schema = *self.shared.branches.borrow_mut().entry(anchor.clone()).or_insert(next);
            if schema == next {
                self.places.branches.push(anchor);
            }
            self.places.at_mut(place).branches.push(Branch { schema, place: entered });
        }
    }
}

/// The schemas of each pattern of `patternProperties`.
fn patterns<'c>(schemas: &Schemas<'c>) -> Vec<(&'c str, Vec<SchemaView<'c>>)> {
    let mut patterns: Vec<(&str, Vec<SchemaView<'c>>)> = Vec::new();
    let held = schemas.all.iter().filter_map(|schema| schema.view.below("patternProperties"));
    for (pattern, view) in held.flat_map(|held| held.members().collect::<Vec<_>>()) {
        match patterns.iter_mut().find(|(held, _)| *held == pattern) {
            Some((_, views)) => views.push(view),
            None => patterns.push((pattern, vec![view])),
        }
    }
    patterns
}

/// The proof that the style of a parameter does not write the array or object within another one.
fn nested(spot: &Spot, writing: Writing<'_>, types: Types) -> Option<Impossible> {
    let is_styled = matches!(writing, Writing::Style(_)) && spot.kind == SpotKind::Within;
    (is_styled && types.without(Types::CONTAINERS).is_empty()).then_some(Impossible::NestedInParameter)
}

/// Whether a schema of undeclared properties says anything about them.
fn says_something(schema: &SchemaView<'_>) -> bool {
    schema.value().as_object().is_some_and(|held| !held.is_empty())
}

/// Whether a schema may have schemas for properties, items or branches.
fn has_subschemas(schema: &serde_json::Map<String, Value>) -> bool {
    let holders =
        ["properties", "items", "additionalProperties", "patternProperties", "oneOf", "anyOf", "unevaluatedProperties"];
    holders.into_iter().any(|keyword| schema.contains_key(keyword))
}

/// The name of the component at `anchor`.
fn component(anchor: &Anchor) -> Option<String> {
    let tokens: Vec<_> = anchor.pointer.tokens().collect();
    match tokens.iter().map(|token| &**token).collect::<Vec<_>>()[..] {
        ["components", "schemas", name] | ["$defs" | "definitions", name] => Some(name.to_owned()),
        _ => None,
    }
}
