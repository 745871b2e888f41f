//! The schemas that apply to one value together: a schema, its `$ref`, its `allOf`, one branch of each `oneOf` and `anyOf`; and the
//! schemas that must not hold.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::keyword::{self, Keyword};
use crate::contract::refs::REF;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract, Direction, SchemaView};
use crate::pointer::Pointer;

use super::unsatisfied::Unsatisfied;

/// Schemas that apply to one value.
#[derive(Debug)]
pub(super) struct ApplicableSchemas<'c> {
    pub(super) contract: &'c Contract,
    root: Anchor,
    schemas: Vec<ApplicableSchema<'c>>,
    /// Schemas that must not hold.
    forbidden: Vec<ApplicableSchema<'c>>,
    /// Number of combinations of branches.
    pub(super) combinations: usize,
}

/// One schema that applies.
#[derive(Debug)]
pub(super) struct ApplicableSchema<'c> {
    pub(super) schema: SchemaView<'c>,
    /// Whether it describes the whole value, so that its example is an example of the value.
    is_whole: bool,
    /// The selected branch of its `oneOf` or `anyOf`.
    pub(super) taken: Option<SchemaView<'c>>,
}

/// Which branch of each `oneOf` and `anyOf` to select.
#[derive(Debug, Clone, Copy)]
pub(super) struct BranchChoice<'o> {
    /// Index of the combination of branches.
    pub(super) number: usize,
    /// Added to each branch index.
    pub(super) offset: usize,
    /// Schemas of the values being composed: branches that recurse into them come last.
    pub(super) open: &'o [Vec<Anchor>],
}

impl<'c> ApplicableSchemas<'c> {
    /// Collects everything that applies together with `group`, with the branches that `choice` selects. An error includes the number
    /// of combinations found so far.
    pub(super) fn new(
        contract: &'c Contract,
        group: Vec<Anchor>,
        choice: BranchChoice<'_>,
    ) -> Result<Self, (Unsatisfied, usize)> {
        let root = group.first().cloned().unwrap_or(Anchor { document: 0, pointer: Pointer::root() });
        let mut collector = Collector {
            contract,
            choice,
            found: Self { contract, root, schemas: Vec::new(), forbidden: Vec::new(), combinations: 1 },
        };
        match collector.collect(group) {
            Ok(()) => Ok(collector.found),
            Err(why) => Err((why, collector.found.combinations)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &ApplicableSchema<'c>> {
        self.schemas.iter()
    }

    /// The schemas that must not hold.
    pub(super) fn forbidden(&self) -> impl Iterator<Item = &ApplicableSchema<'c>> {
        self.forbidden.iter()
    }

    /// Forbids the schema at `anchor`, if there is one.
    pub(super) fn forbid(&mut self, contract: &'c Contract, anchor: Anchor) {
        if let Some(schema) = contract.schema(&anchor).filter(|schema| schema.value().is_object()) {
            self.forbidden.push(ApplicableSchema { schema, is_whole: false, taken: None });
        }
    }

    pub(super) fn anchors(&self) -> Vec<Anchor> {
        self.schemas.iter().map(|part| part.schema.anchor().clone()).collect()
    }

    /// The values of `keyword` in all schemas.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'c Value> {
        self.schemas.iter().filter_map(move |part| part.schema.get(keyword))
    }

    /// The values of `keyword` in forbidden schemas that have no other assertion.
    pub(super) fn refused(&self, keyword: &'static str) -> impl Iterator<Item = &'c Value> {
        let is_alone = move |part: &&ApplicableSchema<'c>| {
            part.schema.keywords().all(|(name, _)| name == keyword || name == "type")
        };
        self.forbidden.iter().filter(is_alone).filter_map(move |part| part.schema.get(keyword))
    }

    /// The strings of `keyword` in all schemas.
    pub(super) fn strings(&self, keyword: &'static str) -> impl Iterator<Item = &'c str> {
        self.all(keyword).filter_map(Value::as_str)
    }

    /// The strictest lower bound on a length or count; 0 without one.
    pub(super) fn at_least(&self, keyword: &str) -> usize {
        let bounds = self.all(keyword).filter_map(Value::as_u64);
        bounds.max().map_or(0, |bound| usize::try_from(bound).unwrap_or(usize::MAX))
    }

    /// The strictest upper bound on a length or count.
    pub(super) fn at_most(&self, keyword: &str) -> usize {
        let bounds = self.all(keyword).filter_map(Value::as_u64);
        bounds.min().and_then(|bound| usize::try_from(bound).ok()).unwrap_or(usize::MAX)
    }

    /// Whether `keyword` is true in any schema.
    pub(super) fn is_true(&self, keyword: &str) -> bool {
        self.all(keyword).any(|value| value == &Value::Bool(true))
    }

    /// Whether a property with these schemas is not sent in this direction.
    pub(super) fn is_excluded_from(&self, direction: Direction) -> bool {
        self.is_true(match direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        })
    }

    /// An example or the default of the whole value.
    pub(super) fn example(&self, nth: usize) -> Option<&'c Value> {
        let of = |part: &ApplicableSchema<'c>| {
            let listed = || part.schema.list("examples")?.get(nth);
            let one =
                || ["example", "default"].iter().find_map(|keyword| part.schema.get(keyword)).filter(|_| nth == 0);
            listed().or_else(one)
        };
        self.schemas.iter().filter(|part| part.is_whole).find_map(of)
    }

    /// The `const`, or one value of the `enum`.
    pub(super) fn constant(&self, nth: usize) -> Option<&'c Value> {
        let enumerated = self.enumerated();
        self.all("const").next().or_else(|| enumerated.get(nth % enumerated.len().max(1)).copied())
    }

    /// The intersection of all `enum` keywords, `null` last.
    pub(super) fn enumerated(&self) -> Vec<&'c Value> {
        let mut lists = self.all("enum").filter_map(Value::as_array);
        let first = lists.next();
        // Lists may be long.
        let others: Vec<HashSet<&Value>> = lists.map(|list| list.iter().collect()).collect();
        let refused = self.forbidden.iter().map(|part| &part.schema);
        let refused: HashSet<&Value> =
            refused.flat_map(|schema| schema.list("enum").into_iter().flatten().chain(schema.get("const"))).collect();
        let fits = |value: &&Value| others.iter().all(|list| list.contains(value)) && !refused.contains(value);
        let mut fitting: Vec<_> = first.into_iter().flatten().filter(fits).collect();
        fitting.sort_by_key(|value| value.is_null());
        fitting
    }

    /// Whether a value of that type is allowed.
    pub(super) fn admits(&self, kind: &str) -> bool {
        self.kinds().is_some_and(|kinds| kinds.contains(&kind))
    }

    /// The type to compose, `null` only if no other is allowed; without `type` guessed from other keywords.
    pub(super) fn kind(&self, nth: usize) -> Result<&'static str, Unsatisfied> {
        match self.kinds() {
            None => Ok(self.guess()),
            Some(mut kinds) => {
                let has_numbers = kinds.contains(&"number");
                kinds.retain(|kind| !(has_numbers && *kind == "integer"));
                let kind = kinds.get(nth % kinds.len().max(1)).copied();
                kind.ok_or_else(|| self.unsatisfied("no type conforms to all schemas"))
            }
        }
    }

    /// The types that every schema allows; none if no schema has `type`.
    fn kinds(&self) -> Option<Vec<&'static str>> {
        let listed = |declared: &'c Value| declared.as_array().map_or(std::slice::from_ref(declared), Vec::as_slice);
        let nothing_else = |part: &&ApplicableSchema<'c>| part.schema.keywords().all(|(name, _)| name == "type");
        let refused = self.forbidden.iter().filter(nothing_else).filter_map(|part| part.schema.get("type"));
        let refused: Vec<_> = refused.flat_map(listed).collect();
        let mut kinds: Option<Vec<_>> = None;
        for part in self.schemas.iter().filter(|part| part.schema.has("type")) {
            let is_nullable = part.schema.flag("nullable") == Some(true);
            let declared = part.schema.get("type").map(listed).unwrap_or_default();
            let admitted = |kind: &str| admits(declared, kind) || (is_nullable && kind == "null");
            let before = kinds.unwrap_or_else(|| KINDS.to_vec());
            kinds = Some(before.into_iter().filter(|kind| admitted(kind)).collect());
        }
        let kinds = kinds.or_else(|| (!refused.is_empty()).then(|| KINDS.to_vec()));
        kinds.map(|kinds| kinds.into_iter().filter(|kind| !refused.iter().any(|refused| *refused == kind)).collect())
    }

    /// The type that keywords for one type refer to.
    fn guess(&self) -> &'static str {
        let keywords =
            || self.schemas.iter().flat_map(|part| part.schema.keywords()).filter_map(|(name, _)| keyword::find(name));
        let is_about = |types: Types| keywords().any(|keyword| keyword.is_restriction() && keyword.types == types);
        let kinds = [(Types::OBJECT, "object"), (Types::ARRAY, "array"), (Types::NUMBER, "number")];
        kinds.into_iter().find(|(types, _)| is_about(*types)).map_or("string", |(_, kind)| kind)
    }

    /// Discriminator properties with their values (OpenAPI 3.1 §4.8.25): the selected branch of a `oneOf` or `anyOf`, else the
    /// schema that extends the one with the discriminator.
    pub(super) fn discriminators(&self) -> impl Iterator<Item = (&'c str, String)> {
        self.schemas.iter().filter_map(|part| {
            let discriminator = part.schema.get("discriminator")?;
            let taken = match &part.taken {
                Some(taken) => taken.reference()?.to_owned(),
                None => {
                    format!("#{}", self.schemas.iter().find(|part| is_named(part))?.schema.anchor().pointer.as_str())
                }
            };
            let name = taken.rsplit('/').next()?;
            let mapping = discriminator.get("mapping").and_then(Value::as_object);
            let mapped = mapping.into_iter().flatten().find(|(_, target)| **target == *taken || **target == *name);
            let name = mapped.map_or(name, |(name, _)| name).to_owned();
            Some((discriminator.get("propertyName")?.as_str()?, name))
        })
    }

    pub(super) fn unsatisfied(&self, why: &str) -> Unsatisfied {
        Unsatisfied { anchor: self.root.clone(), why: why.to_owned() }
    }
}

/// Whether the schema is a named component, which discriminators refer to.
fn is_named(part: &ApplicableSchema<'_>) -> bool {
    part.schema.anchor().pointer.parent().is_some_and(|parent| parent.as_str() == "/components/schemas")
}

/// The types by preference.
const KINDS: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];

fn admits(listed: &[Value], kind: &str) -> bool {
    listed.iter().any(|name| name == kind || (kind == "integer" && name == "number"))
}

/// Collects schemas.
struct Collector<'c, 'o> {
    contract: &'c Contract,
    choice: BranchChoice<'o>,
    found: ApplicableSchemas<'c>,
}

impl<'c> Collector<'c, '_> {
    fn collect(&mut self, group: Vec<Anchor>) -> Result<(), Unsatisfied> {
        let is_whole = group.len() == 1;
        let mut open: Vec<_> = group.into_iter().rev().map(|anchor| (anchor, is_whole)).collect();
        while let Some((anchor, is_whole)) = open.pop() {
            if self.found.schemas.iter().any(|part| *part.schema.anchor() == anchor) {
                continue;
            }
            let unsatisfied = |why: &str| Unsatisfied { anchor: anchor.clone(), why: why.to_owned() };
            let schema = self.contract.schema(&anchor);
            match schema.as_ref().map(SchemaView::value).zip(schema.as_ref()) {
                Some((Value::Bool(true), _)) => {}
                Some((Value::Object(_), schema)) => {
                    let mut part = ApplicableSchema { schema: schema.clone(), is_whole, taken: None };
                    let next = self.composed_of(&mut part)?;
                    open.extend(next.into_iter().rev());
                    if !part.schema.is_only_reference(self.contract.openapi) {
                        self.found.schemas.push(part);
                    }
                }
                Some((Value::Bool(false), _)) => return Err(unsatisfied("no value conforms to the schema `false`")),
                _ => return Err(unsatisfied("expected a schema")),
            }
        }
        Ok(())
    }

    /// The schemas that `part` is composed of, and whether each describes the whole value.
    fn composed_of(&mut self, part: &mut ApplicableSchema<'c>) -> Result<Vec<(Anchor, bool)>, Unsatisfied> {
        let mut next = Vec::new();
        if let Some(reference) = part.schema.reference() {
            next.push((target(&part.schema, reference)?, part.is_whole));
            if part.schema.is_only_reference(self.contract.openapi) {
                return Ok(next);
            }
        }
        let is_own = |name: &str| keyword::find(name).is_some_and(Keyword::is_structural);
        let own = part.schema.keywords().filter(|(name, _)| is_own(name)).count();
        let is_whole = |branches: usize| part.is_whole && own == 1 && branches == 1;
        let all = part.schema.list("allOf").map_or(0, <[Value]>::len);
        next.extend((0..all).map(|index| (part.child(&["allOf", &index.to_string()]), is_whole(all))));
        for keyword in ["oneOf", "anyOf"] {
            let branches = part.schema.branches(keyword);
            if let Some(index) = self.branch(&branches) {
                next.push((part.child(&[keyword, &index.to_string()]), is_whole(1)));
                part.taken = branches.into_iter().nth(index);
            }
        }
        if part.schema.has("if") {
            self.condition(part, &mut next);
        }
        match part.schema.map("not") {
            // A double negation has to hold.
            Some(refused) if refused.len() == 1 && refused.contains_key("not") => {
                next.push((part.child(&["not", "not"]), false));
            }
            _ => self.found.forbid(self.contract, part.child(&["not"])),
        }
        Ok(next)
    }

    /// Selects `if` with `then`, or forbids `if` and selects `else`.
    fn condition(&mut self, part: &ApplicableSchema<'c>, next: &mut Vec<(Anchor, bool)>) {
        let follows = if self.next(2, 2) == 0 { "then" } else { "else" };
        match follows {
            "then" => next.push((part.child(&["if"]), false)),
            _ => self.found.forbid(self.contract, part.child(&["if"])),
        }
        if part.schema.has(follows) {
            next.push((part.child(&[follows]), false));
        }
    }

    /// The branch to select: in order, but recursive ones last.
    fn branch(&mut self, branches: &[SchemaView<'c>]) -> Option<usize> {
        let mut order: Vec<_> = (0..branches.len()).collect();
        let ranks = |index: &usize| {
            let branch = &branches[*index];
            let schema = branch.target().unwrap_or_else(|| branch.clone());
            let is_null = branch.text("type") == Some("null");
            let is_never = branch.value() == &Value::Bool(false);
            (is_never || self.choice.open.iter().flatten().any(|open| open == schema.anchor()), is_null)
        };
        let ends = order.iter().filter(|index| !ranks(index).0).count();
        order.sort_by_cached_key(ranks);
        order.get(self.next(order.len(), ends)).copied()
    }

    /// Index of the branch to select next; the offset applies to the first `ends` branches only.
    fn next(&mut self, branches: usize, ends: usize) -> usize {
        let branches = branches.max(1);
        let digit = self.choice.number / self.found.combinations % branches;
        self.found.combinations = self.found.combinations.saturating_mul(branches);
        if digit < ends { (digit + self.choice.offset) % ends } else { digit }
    }
}

/// Location of the target of the `$ref` of `schema`.
fn target(schema: &SchemaView<'_>, reference: &str) -> Result<Anchor, Unsatisfied> {
    let unresolved = || Unsatisfied { anchor: schema.location(REF), why: format!("unresolved reference {reference}") };
    schema.target().map(|target| target.anchor().clone()).ok_or_else(unresolved)
}

impl ApplicableSchema<'_> {
    /// Anchor of a subschema.
    pub(super) fn child(&self, path: &[&str]) -> Anchor {
        let pointer = path.iter().fold(self.schema.anchor().pointer.clone(), |at, token| at.join(token));
        Anchor { document: self.schema.anchor().document, pointer }
    }
}
