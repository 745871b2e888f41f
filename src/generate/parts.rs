//! The schemas that one value must keep together: a schema, what it refers to, all of its `allOf`, a branch of each choice; and
//! those that it must not keep.

use serde_json::Value;

use crate::contract::keyword::{self, Keyword};
use crate::contract::refs::REF;
use crate::contract::types::Types;
use crate::contract::{Anchor, Contract, Direction, SchemaView};
use crate::pointer::Pointer;

use super::value::Unsatisfied;

/// Schemas that apply to one value.
#[derive(Debug)]
pub(super) struct Parts<'c> {
    pub(super) contract: &'c Contract,
    root: Anchor,
    parts: Vec<Part<'c>>,
    /// Schemas that the value must not keep.
    against: Vec<Part<'c>>,
    /// How many ways there are through the choices.
    pub(super) forks: usize,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Part<'c> {
    pub(super) schema: SchemaView<'c>,
    /// Whether it describes the value by itself, so that its example is one of the value.
    is_whole: bool,
    /// The branch of its `oneOf` or `anyOf` that is taken.
    pub(super) taken: Option<SchemaView<'c>>,
}

/// Which branch of each choice is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fork<'o> {
    /// Counts through the combinations of all choices.
    pub(super) number: usize,
    /// Added to each.
    pub(super) offset: usize,
    /// The schemas that are being composed: branches that lead back into them come last.
    pub(super) open: &'o [Vec<Anchor>],
}

impl<'c> Parts<'c> {
    /// Everything that applies together with `group`; of each choice the branch that `fork` says. An error comes with the
    /// number of ways that were met.
    pub(super) fn of(contract: &'c Contract, group: Vec<Anchor>, fork: Fork<'_>) -> Result<Self, (Unsatisfied, usize)> {
        let root = group.first().cloned().unwrap_or(Anchor { document: 0, pointer: Pointer::root() });
        let mut gathering = Gathering {
            contract,
            fork,
            found: Self { contract, root, parts: Vec::new(), against: Vec::new(), forks: 1 },
        };
        match gathering.gather(group) {
            Ok(()) => Ok(gathering.found),
            Err(why) => Err((why, gathering.found.forks)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Part<'c>> {
        self.parts.iter()
    }

    /// The schemas that the value must not keep.
    pub(super) fn against(&self) -> impl Iterator<Item = &Part<'c>> {
        self.against.iter()
    }

    /// Adds the schema at `anchor`, if there is one, to those that the value must not keep.
    pub(super) fn refuse(&mut self, contract: &'c Contract, anchor: Anchor) {
        if let Some(schema) = contract.schema(&anchor).filter(|schema| schema.value().is_object()) {
            self.against.push(Part { schema, is_whole: false, taken: None });
        }
    }

    pub(super) fn anchors(&self) -> Vec<Anchor> {
        self.parts.iter().map(|part| part.schema.anchor().clone()).collect()
    }

    /// What the parts say under `keyword`.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'c Value> {
        self.parts.iter().filter_map(move |part| part.schema.get(keyword))
    }

    /// What must not hold under `keyword`, where nothing else is refused with it.
    pub(super) fn refused(&self, keyword: &'static str) -> impl Iterator<Item = &'c Value> {
        let is_alone =
            move |part: &&Part<'c>| part.schema.keywords().all(|(name, _)| name == keyword || name == "type");
        self.against.iter().filter(is_alone).filter_map(move |part| part.schema.get(keyword))
    }

    /// The texts that the parts have under `keyword`.
    pub(super) fn texts(&self, keyword: &'static str) -> impl Iterator<Item = &'c str> {
        self.all(keyword).filter_map(Value::as_str)
    }

    /// The strictest of the lower bounds that `keyword` sets for a length or a count; 0 without one.
    pub(super) fn at_least(&self, keyword: &str) -> usize {
        let bounds = self.all(keyword).filter_map(Value::as_u64);
        bounds.max().map_or(0, |bound| usize::try_from(bound).unwrap_or(usize::MAX))
    }

    /// The strictest of the upper bounds that `keyword` sets for a length or a count.
    pub(super) fn at_most(&self, keyword: &str) -> usize {
        let bounds = self.all(keyword).filter_map(Value::as_u64);
        bounds.min().and_then(|bound| usize::try_from(bound).ok()).unwrap_or(usize::MAX)
    }

    pub(super) fn says(&self, keyword: &str) -> bool {
        self.all(keyword).any(|value| value == &Value::Bool(true))
    }

    /// Whether a member with these schemas does not belong in a message that travels this way.
    pub(super) fn is_against(&self, direction: Direction) -> bool {
        self.says(match direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        })
    }

    /// The example or default of the value as a whole.
    pub(super) fn exemplary(&self, nth: usize) -> Option<&'c Value> {
        let of = |part: &Part<'c>| {
            let listed = || part.schema.list("examples")?.get(nth);
            let one =
                || ["example", "default"].iter().find_map(|keyword| part.schema.get(keyword)).filter(|_| nth == 0);
            listed().or_else(one)
        };
        self.parts.iter().filter(|part| part.is_whole).find_map(of)
    }

    /// The constant that the schemas give, or one of their enumeration.
    pub(super) fn given(&self, nth: usize) -> Option<&'c Value> {
        let enumerated = self.enumerated();
        self.all("const").next().or_else(|| enumerated.get(nth % enumerated.len().max(1)).copied())
    }

    /// What all enumerations have in common, `null` last.
    pub(super) fn enumerated(&self) -> Vec<&'c Value> {
        let mut lists = self.all("enum").filter_map(Value::as_array);
        let is_listed =
            |value: &Value| self.all("enum").all(|list| list.as_array().is_none_or(|list| list.contains(value)));
        let is_refused = |value: &Value| {
            self.against.iter().any(|part| {
                let listed = part.schema.list("enum");
                part.schema.get("const") == Some(value) || listed.is_some_and(|listed| listed.contains(value))
            })
        };
        let fits = |value: &&Value| is_listed(value) && !is_refused(value);
        let mut fitting: Vec<_> = lists.next().into_iter().flatten().filter(fits).collect();
        fitting.sort_by_key(|value| value.is_null());
        fitting
    }

    /// Whether a value of that type may stand here.
    pub(super) fn admits(&self, kind: &str) -> bool {
        self.kinds().is_some_and(|kinds| kinds.contains(&kind))
    }

    /// The type to compose, `null` only where nothing else will do; guessed from other keywords where none is written.
    pub(super) fn kind(&self, nth: usize) -> Result<&'static str, Unsatisfied> {
        match self.kinds() {
            None => Ok(self.guess()),
            Some(mut kinds) => {
                let has_numbers = kinds.contains(&"number");
                kinds.retain(|kind| !(has_numbers && *kind == "integer"));
                let kind = kinds.get(nth % kinds.len().max(1)).copied();
                kind.ok_or_else(|| self.unsatisfied("no type keeps all of the schemas"))
            }
        }
    }

    /// The types that every schema admits; none where no type is written.
    fn kinds(&self) -> Option<Vec<&'static str>> {
        let listed = |declared: &'c Value| declared.as_array().map_or(std::slice::from_ref(declared), Vec::as_slice);
        let nothing_else = |part: &&Part<'c>| part.schema.keywords().all(|(name, _)| name == "type");
        let refused = self.against.iter().filter(nothing_else).filter_map(|part| part.schema.get("type"));
        let refused: Vec<_> = refused.flat_map(listed).collect();
        let mut kinds: Option<Vec<_>> = None;
        for part in self.parts.iter().filter(|part| part.schema.has("type")) {
            let is_nullable = part.schema.flag("nullable") == Some(true);
            let declared = part.schema.get("type").map(listed).unwrap_or_default();
            let admitted = |kind: &str| admits(declared, kind) || (is_nullable && kind == "null");
            let before = kinds.unwrap_or_else(|| KINDS.to_vec());
            kinds = Some(before.into_iter().filter(|kind| admitted(kind)).collect());
        }
        let kinds = kinds.or_else(|| (!refused.is_empty()).then(|| KINDS.to_vec()));
        kinds.map(|kinds| kinds.into_iter().filter(|kind| !refused.iter().any(|refused| *refused == kind)).collect())
    }

    /// The type that keywords are about which apply to values of one type only.
    fn guess(&self) -> &'static str {
        let keywords =
            || self.parts.iter().flat_map(|part| part.schema.keywords()).filter_map(|(name, _)| keyword::find(name));
        let is_about = |types: Types| keywords().any(|keyword| keyword.is_restriction() && keyword.types == types);
        let kinds = [(Types::OBJECT, "object"), (Types::ARRAY, "array"), (Types::NUMBER, "number")];
        kinds.into_iter().find(|(types, _)| is_about(*types)).map_or("string", |(_, kind)| kind)
    }

    /// The members that name the branches taken, where a `discriminator` asks for them (OpenAPI 3.1 §4.8.25): the branch of a
    /// `oneOf` or `anyOf`, else the schema that is composed of the one with the discriminator.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&'c str, String)> {
        self.parts.iter().filter_map(|part| {
            let discriminator = part.schema.get("discriminator")?;
            let taken = match &part.taken {
                Some(taken) => taken.reference()?.to_owned(),
                None => format!("#{}", self.parts.iter().find(|part| is_named(part))?.schema.anchor().pointer.as_str()),
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

/// Whether the part is a schema of `components`, whose name discriminators use.
fn is_named(part: &Part<'_>) -> bool {
    part.schema.anchor().pointer.parent().is_some_and(|parent| parent.as_str() == "/components/schemas")
}

/// The types in the order in which one is taken where several will do.
const KINDS: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];

fn admits(listed: &[Value], kind: &str) -> bool {
    listed.iter().any(|name| name == kind || (kind == "integer" && name == "number"))
}

/// Parts being gathered.
struct Gathering<'c, 'o> {
    contract: &'c Contract,
    fork: Fork<'o>,
    found: Parts<'c>,
}

impl<'c> Gathering<'c, '_> {
    fn gather(&mut self, group: Vec<Anchor>) -> Result<(), Unsatisfied> {
        let is_whole = group.len() == 1;
        let mut open: Vec<_> = group.into_iter().rev().map(|anchor| (anchor, is_whole)).collect();
        while let Some((anchor, is_whole)) = open.pop() {
            if self.found.parts.iter().any(|part| *part.schema.anchor() == anchor) {
                continue;
            }
            let unsatisfied = |why: &str| Unsatisfied { anchor: anchor.clone(), why: why.to_owned() };
            let schema = self.contract.schema(&anchor);
            match schema.as_ref().map(SchemaView::value).zip(schema.as_ref()) {
                Some((Value::Bool(true), _)) => {}
                Some((Value::Object(_), schema)) => {
                    let mut part = Part { schema: schema.clone(), is_whole, taken: None };
                    let next = self.composed_of(&mut part)?;
                    open.extend(next.into_iter().rev());
                    if !part.schema.is_only_reference(self.contract.openapi) {
                        self.found.parts.push(part);
                    }
                }
                Some((Value::Bool(false), _)) => return Err(unsatisfied("no value keeps the schema `false`")),
                _ => return Err(unsatisfied("expected a schema")),
            }
        }
        Ok(())
    }

    /// The schemas that `part` is composed of, and whether each describes the value by itself.
    fn composed_of(&mut self, part: &mut Part<'c>) -> Result<Vec<(Anchor, bool)>, Unsatisfied> {
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
        if !self.contract.openapi.is_3_0() && part.schema.has("if") {
            self.condition(part, &mut next);
        }
        match part.schema.map("not") {
            // What must not fail must hold.
            Some(refused) if refused.len() == 1 && refused.contains_key("not") => {
                next.push((part.child(&["not", "not"]), false));
            }
            _ => self.found.refuse(self.contract, part.child(&["not"])),
        }
        Ok(next)
    }

    /// `if` with what follows from it: either holds with its `then`, or fails with its `else`.
    fn condition(&mut self, part: &Part<'c>, next: &mut Vec<(Anchor, bool)>) {
        let follows = if self.next(2, 2) == 0 { "then" } else { "else" };
        match follows {
            "then" => next.push((part.child(&["if"]), false)),
            _ => self.found.refuse(self.contract, part.child(&["if"])),
        }
        if part.schema.has(follows) {
            next.push((part.child(&[follows]), false));
        }
    }

    /// The branch to take: in order, but those that end nothing last.
    fn branch(&mut self, branches: &[SchemaView<'c>]) -> Option<usize> {
        let mut order: Vec<_> = (0..branches.len()).collect();
        let ranks = |index: &usize| {
            let branch = &branches[*index];
            let schema = branch.target().unwrap_or_else(|| branch.clone());
            let is_null = branch.text("type") == Some("null");
            let is_never = branch.value() == &Value::Bool(false);
            (is_never || self.fork.open.iter().flatten().any(|open| open == schema.anchor()), is_null)
        };
        let ends = order.iter().filter(|index| !ranks(index).0).count();
        order.sort_by_cached_key(ranks);
        order.get(self.next(order.len(), ends)).copied()
    }

    /// The number of the branch, of so many, that is taken next; by chance one of the first `ends` of them.
    fn next(&mut self, branches: usize, ends: usize) -> usize {
        let branches = branches.max(1);
        let digit = self.fork.number / self.found.forks % branches;
        self.found.forks = self.found.forks.saturating_mul(branches);
        if digit < ends { (digit + self.fork.offset) % ends } else { digit }
    }
}

/// The location that the `$ref` of `schema` leads to.
fn target(schema: &SchemaView<'_>, reference: &str) -> Result<Anchor, Unsatisfied> {
    let astray = || Unsatisfied { anchor: schema.location(REF), why: format!("{reference} leads nowhere") };
    schema.target().map(|target| target.anchor().clone()).ok_or_else(astray)
}

impl Part<'_> {
    /// The schema object below this one.
    pub(super) fn child(&self, path: &[&str]) -> Anchor {
        let pointer = path.iter().fold(self.schema.anchor().pointer.clone(), |at, token| at.join(token));
        Anchor { document: self.schema.anchor().document, pointer }
    }
}
