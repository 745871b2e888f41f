//! The schemas that one value must keep together: a schema, what it refers to, all of its `allOf`, a branch of each choice.

use serde_json::{Map, Value};

use crate::contract::{Anchor, Contract, Direction};
use crate::location::Pointer;

use super::value::{Examples, Unsatisfied};

/// Schemas that apply to one value.
#[derive(Debug)]
pub(super) struct Parts<'c> {
    root: Anchor,
    parts: Vec<Part<'c>>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Part<'c> {
    pub(super) anchor: Anchor,
    pub(super) schema: &'c Map<String, Value>,
    /// Whether it describes the value by itself, so that its example is one of the value.
    is_whole: bool,
}

/// Keywords that make a schema with `allOf`, `oneOf` or `anyOf` more than a name for those.
const OWN: [&str; 6] = ["properties", "required", "allOf", "oneOf", "anyOf", "items"];

impl<'c> Parts<'c> {
    /// The members that name the branches taken, where a `discriminator` asks for them (OpenAPI 3.1 §4.8.25).
    pub(super) fn tags(&self, branch: usize) -> impl Iterator<Item = (&'c str, &'c str)> {
        self.parts.iter().filter_map(move |part| tag(part.schema, branch))
    }

    /// Everything that applies together with `group`; of each choice the branch of that number.
    pub(super) fn of(contract: &'c Contract, group: Vec<Anchor>, branch: usize) -> Result<Self, Unsatisfied> {
        let root = group.first().cloned().unwrap_or(Anchor { document: 0, pointer: Pointer::root() });
        let mut found = Self { root, parts: Vec::new() };
        let is_whole = group.len() == 1;
        let mut open: Vec<_> = group.into_iter().rev().map(|anchor| (anchor, is_whole)).collect();
        while let Some((anchor, is_whole)) = open.pop() {
            if found.parts.iter().any(|part| part.anchor == anchor) {
                continue;
            }
            let unsatisfied = |why: String| Unsatisfied { anchor: anchor.clone(), why };
            match contract.value(&anchor) {
                Some(Value::Bool(true)) => {}
                Some(Value::Object(schema)) => {
                    let part = Part { anchor, schema, is_whole };
                    let next = part.composed_of(contract, branch)?;
                    open.extend(next.into_iter().rev());
                    if !(part.refers() && contract.openapi.starts_with("3.0")) {
                        found.parts.push(part);
                    }
                }
                Some(Value::Bool(false)) => return Err(unsatisfied("no value keeps the schema `false`".to_owned())),
                _ => return Err(unsatisfied("expected a schema".to_owned())),
            }
        }
        Ok(found)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Part<'c>> {
        self.parts.iter()
    }

    pub(super) fn anchors(&self) -> Vec<Anchor> {
        self.parts.iter().map(|part| part.anchor.clone()).collect()
    }

    /// What the parts say under `keyword`.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'c Value> {
        self.parts.iter().filter_map(move |part| part.schema.get(keyword))
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

    /// The value that the schemas themselves give: an example, the default, a constant, the first of an enumeration.
    pub(super) fn given(&self, examples: Examples, nth: usize) -> Option<&'c Value> {
        let enumerated = || {
            let mut lists = self.all("enum").filter_map(Value::as_array);
            let fits =
                |value: &&Value| self.all("enum").all(|list| list.as_array().is_none_or(|list| list.contains(value)));
            let fitting: Vec<_> = lists.next()?.iter().filter(fits).collect();
            fitting.get(nth % fitting.len().max(1)).copied()
        };
        self.exemplary(examples, nth).or_else(|| self.all("const").next()).or_else(enumerated)
    }

    fn exemplary(&self, examples: Examples, nth: usize) -> Option<&'c Value> {
        let of = |part: &Part<'c>| {
            let listed = || part.schema.get("examples")?.as_array()?.get(nth);
            let one =
                || ["example", "default"].iter().find_map(|keyword| part.schema.get(*keyword)).filter(|_| nth == 0);
            listed().or_else(one)
        };
        let given = self.parts.iter().filter(|part| part.is_whole).find_map(of)?;
        let is_scalar = !given.is_object() && !given.is_array();
        (examples == Examples::All || (examples == Examples::Scalars && is_scalar)).then_some(given)
    }

    /// The type to compose, `null` only where nothing else will do; guessed from other keywords where none is written.
    pub(super) fn kind(&self) -> Result<&'static str, Unsatisfied> {
        let mut kinds: Option<Vec<&'static str>> = None;
        for declared in self.all("type") {
            let listed = declared.as_array().map_or(std::slice::from_ref(declared), Vec::as_slice);
            let listed: Vec<_> = KINDS.into_iter().filter(|kind| admits(listed, kind)).collect();
            kinds = Some(match kinds {
                None => listed,
                Some(kinds) => kinds.into_iter().filter(|kind| listed.contains(kind)).collect(),
            });
        }
        match kinds {
            None => Ok(self.guess()),
            Some(kinds) => kinds.first().copied().ok_or_else(|| self.unsatisfied("no type keeps all of the schemas")),
        }
    }

    fn guess(&self) -> &'static str {
        let says = |keywords: &[&str]| keywords.iter().any(|keyword| self.all(keyword).next().is_some());
        match () {
            () if says(&["properties", "required", "additionalProperties", "minProperties", "patternProperties"]) => {
                "object"
            }
            () if says(&["items", "prefixItems", "minItems", "contains"]) => "array",
            () if says(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => "number",
            () => "string",
        }
    }

    pub(super) fn unsatisfied(&self, why: &str) -> Unsatisfied {
        Unsatisfied { anchor: self.root.clone(), why: why.to_owned() }
    }
}

fn tag(schema: &Map<String, Value>, branch: usize) -> Option<(&str, &str)> {
    let discriminator = schema.get("discriminator")?;
    let branches = ["oneOf", "anyOf"].iter().find_map(|keyword| schema.get(*keyword)?.as_array())?;
    let taken = branches.get(branch.checked_rem(branches.len())?)?.get("$ref")?.as_str()?;
    let name = taken.rsplit('/').next()?;
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let mapped = mapping.into_iter().flatten().find(|(_, target)| *target == taken || *target == name);
    Some((discriminator.get("propertyName")?.as_str()?, mapped.map_or(name, |(name, _)| name)))
}

/// The types in the order in which one is taken where several will do.
const KINDS: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];

fn admits(listed: &[Value], kind: &str) -> bool {
    listed.iter().any(|name| name == kind || (kind == "integer" && name == "number"))
}

impl<'c> Part<'c> {
    /// The schema object below this one.
    pub(super) fn child(&self, path: &[&str]) -> Anchor {
        let pointer = path.iter().fold(self.anchor.pointer.clone(), |at, token| at.join(token));
        Anchor { document: self.anchor.document, pointer }
    }

    fn refers(&self) -> bool {
        self.schema.get("$ref").is_some_and(Value::is_string)
    }

    /// The schemas that this one is composed of, and whether each describes the value by itself.
    fn composed_of(&self, contract: &Contract, branch: usize) -> Result<Vec<(Anchor, bool)>, Unsatisfied> {
        let mut next = Vec::new();
        if let Some(reference) = self.schema.get("$ref").and_then(Value::as_str) {
            let astray = || Unsatisfied { anchor: self.child(&["$ref"]), why: format!("{reference} leads nowhere") };
            next.push((contract.follow(self.anchor.document, reference).ok_or_else(astray)?, self.is_whole));
            if contract.openapi.starts_with("3.0") {
                return Ok(next);
            }
        }
        let own = OWN.iter().filter(|keyword| self.schema.contains_key(**keyword)).count();
        let is_whole = |branches: usize| self.is_whole && own == 1 && branches == 1;
        let branches = |keyword: &str| self.schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
        let all = branches("allOf");
        next.extend((0..all).map(|index| (self.child(&["allOf", &index.to_string()]), is_whole(all))));
        for keyword in ["oneOf", "anyOf"] {
            let taken = branch.checked_rem(branches(keyword));
            next.extend(taken.map(|index| (self.child(&[keyword, &index.to_string()]), is_whole(1))));
        }
        Ok(next)
    }
}
