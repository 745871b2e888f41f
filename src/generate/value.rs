//! A plain value that keeps a schema: from its own examples where they will do, else made up by type, format and bounds.
//!
//! Composing is a guess (`not`, `if` and overlapping branches are not foreseen), so several values are composed, the most
//! telling first, and the contract engine decides. What none of them keeps is an error that names the schema.

use serde_json::Value;

use crate::contract::judge;
use crate::contract::{Anchor, Contract, Declared, Direction, Parameter};

use super::parts::Parts;
use super::{array, number, object, text};

/// Why there is no value: the place in the contract, and what stands in the way there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unsatisfied {
    /// The schema or keyword.
    pub anchor: Anchor,
    /// A lower-case fragment.
    pub why: String,
}

/// The first of the [`candidates`] that keeps the schema, without members that are not documented.
pub fn example(contract: &Contract, schema: &Declared, direction: Direction) -> Result<Value, Unsatisfied> {
    let mut last = None;
    for candidate in candidates(contract, schema, direction) {
        let judged = candidate.and_then(|value| {
            let breach = judge::value(contract, schema, direction, &value).into_iter().next();
            breach.map_or(Ok(value), |breach| Err(Unsatisfied { anchor: breach.anchor, why: breach.message }))
        });
        match judged {
            Ok(value) => return Ok(value),
            Err(why) => last = Some(why),
        }
    }
    Err(last.unwrap_or_else(|| Unsatisfied { anchor: schema.anchor.clone(), why: "no value was composed".to_owned() }))
}

/// The value that a parameter's or header's own example gives, else an [`example`] of its schema; `text` where it has none.
pub fn parameter(contract: &Contract, parameter: &Parameter, direction: Direction) -> Result<Value, Unsatisfied> {
    let object = contract.value(&parameter.anchor).unwrap_or(&Value::Null);
    let named = || object.get("examples")?.as_object()?.values().next()?.get("value");
    match (object.get("example").or_else(named), &parameter.schema) {
        (Some(example), _) => Ok(example.clone()),
        (None, Some(schema)) => example(contract, schema, direction),
        (None, None) => Ok("text".into()),
    }
}

/// Values that may keep the schema, the most telling first; none of them is judged yet.
pub fn candidates<'c>(
    contract: &'c Contract,
    schema: &'c Declared,
    direction: Direction,
) -> impl Iterator<Item = Result<Value, Unsatisfied>> + 'c {
    RECIPES.iter().map(move |recipe| {
        let mut maker = Maker { contract, recipe, direction, nodes: 0, open: Vec::new() };
        maker.value(vec![schema.anchor.clone()], 0)
    })
}

/// How values are composed.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) examples: Examples,
    /// Whether members and items come that need not.
    pub(super) optional: bool,
    /// Which branch of each `oneOf` and `anyOf` is taken; where there are fewer, counting starts anew.
    pub(super) branch: usize,
}

/// Which `example`, `examples` and `default` are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Examples {
    All,
    /// Of objects and lists only the examples of what is in them.
    Scalars,
    None,
}

const RECIPES: [Recipe; 10] = [
    Recipe { examples: Examples::All, optional: true, branch: 0 },
    Recipe { examples: Examples::Scalars, optional: true, branch: 0 },
    Recipe { examples: Examples::Scalars, optional: false, branch: 0 },
    Recipe { examples: Examples::None, optional: true, branch: 0 },
    Recipe { examples: Examples::None, optional: false, branch: 0 },
    Recipe { examples: Examples::Scalars, optional: true, branch: 1 },
    Recipe { examples: Examples::None, optional: false, branch: 1 },
    Recipe { examples: Examples::None, optional: false, branch: 2 },
    Recipe { examples: Examples::None, optional: false, branch: 3 },
    Recipe { examples: Examples::None, optional: false, branch: 4 },
];

/// Values inside one another that a composed value may have.
const DEEPEST: usize = 64;
/// Values that one composed value may be made of.
const MOST: usize = 20_000;
/// The same, once what need not be there is left out.
const PLENTY: usize = 500;

/// Composes one value.
pub(super) struct Maker<'c> {
    pub(super) contract: &'c Contract,
    pub(super) recipe: &'c Recipe,
    pub(super) direction: Direction,
    nodes: usize,
    /// Of each value that is being composed, outermost first, the schemas that it must keep.
    open: Vec<Vec<Anchor>>,
}

impl<'c> Maker<'c> {
    /// A value that keeps every schema of `group`; another one for another `nth`, as far as there are any.
    pub(super) fn value(&mut self, group: Vec<Anchor>, nth: usize) -> Result<Value, Unsatisfied> {
        let parts = self.parts(group)?;
        self.of(&parts, nth)
    }

    /// The schemas that apply together with `group`.
    pub(super) fn parts(&self, group: Vec<Anchor>) -> Result<Parts<'c>, Unsatisfied> {
        Parts::of(self.contract, group, self.recipe.branch)
    }

    pub(super) fn of(&mut self, parts: &Parts<'c>, nth: usize) -> Result<Value, Unsatisfied> {
        self.nodes += 1;
        if self.nodes > MOST || self.open.len() > DEEPEST {
            return Err(parts.unsatisfied("a value of this schema would have no end"));
        }
        if let Some(given) = parts.given(self.recipe.examples, nth) {
            return Ok(given.clone());
        }
        self.open.push(parts.anchors());
        let composed = match parts.kind()? {
            "object" => object::compose(self, parts),
            "array" => array::compose(self, parts),
            "integer" => Ok(number::compose(parts, true, nth)),
            "number" => Ok(number::compose(parts, false, nth)),
            "boolean" => Ok(Value::from(nth.is_multiple_of(2))),
            "null" => Ok(Value::Null),
            _ => text::compose(parts, nth),
        };
        self.open.pop();
        composed
    }

    /// Whether a value that need not be there should be.
    pub(super) fn wants(&self, parts: &Parts<'_>) -> bool {
        let is_inside_itself =
            || parts.anchors().iter().any(|anchor| self.open.iter().flatten().any(|open| open == anchor));
        self.recipe.optional && self.nodes < PLENTY && !is_inside_itself()
    }
}
