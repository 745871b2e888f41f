//! Composes one value, location by location, with the choices that are given.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::{Anchor, Contract, Declared, Direction};
use crate::pointer::Pointer;

use super::applicable::{ApplicableSchemas, BranchChoice};
use super::choices::Choices;
use super::rng::Rng;
use super::unsatisfied::Unsatisfied;
use super::value_style::ValueStyle;

/// Maximum nesting of a composed value.
const MAX_DEPTH: usize = 40;
/// Maximum number of values in a composed value.
pub(super) const MAX_VALUES: usize = 20_000;
/// The error beyond these limits.
pub(super) const ENDLESS: &str = "a value of this schema would be endless";
/// Number of values beyond which optional ones are omitted.
const MAX_OPTIONAL: usize = 500;
/// How often one branch is tried, each time with another value.
const TURNS: usize = 3;
/// Maximum number of choices at one location.
const MAX_CHOICES: usize = 200;

/// Composes a value of one type. Given to the composer, since objects and arrays call it in turn.
pub(super) type ComposeType<'c> =
    fn(&mut Composer<'c>, &ApplicableSchemas<'c>, &str, Turn) -> Result<Value, Unsatisfied>;

/// Which of the possible values to compose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Index of the value.
    pub(super) nth: usize,
    /// Random offset of the first one; 0 for plain values.
    pub(super) shift: usize,
}

/// Composes one value.
pub(super) struct Composer<'c> {
    pub(super) contract: &'c Contract,
    pub(super) direction: Direction,
    style: ValueStyle,
    /// Omits everything optional.
    is_sparse: bool,
    choices: &'c Choices,
    compose_type: ComposeType<'c>,
    /// The current location.
    at: Pointer,
    /// Number of choices by location.
    pub(super) choice_counts: BTreeMap<Pointer, usize>,
    /// Location of the failure.
    pub(super) failed: Pointer,
    /// Number of values composed so far.
    pub(super) values: usize,
    /// The schemas of each value being composed, outermost first.
    open: Vec<Vec<Anchor>>,
}

impl<'c> Composer<'c> {
    pub(super) fn new(
        contract: &'c Contract,
        (direction, style): (Direction, ValueStyle),
        is_sparse: bool,
        choices: &'c Choices,
        compose_type: ComposeType<'c>,
    ) -> Self {
        let (at, failed) = (Pointer::root(), Pointer::root());
        let (choice_counts, open) = (BTreeMap::new(), Vec::new());
        Self {
            contract,
            direction,
            style,
            is_sparse,
            choices,
            compose_type,
            at,
            choice_counts,
            failed,
            values: 0,
            open,
        }
    }

    /// Composes the whole value.
    pub(super) fn root(&mut self, schema: &Declared) -> Result<Value, Unsatisfied> {
        let schemas = self.schemas(vec![schema.anchor.clone()])?;
        self.value(&schemas, 0)
    }

    /// Runs `act` with the current location extended by `token`.
    pub(super) fn within<T>(&mut self, token: impl std::fmt::Display, act: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.at, Pointer::root());
        self.at = outside.join(token);
        let result = act(self);
        self.at = outside;
        result
    }

    /// The schemas that apply together with `group` at the current location.
    pub(super) fn schemas(&mut self, group: Vec<Anchor>) -> Result<ApplicableSchemas<'c>, Unsatisfied> {
        self.alternative(group, 0)
    }

    /// As `schemas`, starting `turn` combinations of branches later.
    pub(super) fn alternative(
        &mut self,
        group: Vec<Anchor>,
        turn: usize,
    ) -> Result<ApplicableSchemas<'c>, Unsatisfied> {
        let number = self.choices.at(&self.at).saturating_sub(1) + turn;
        let choice = BranchChoice { number, offset: self.shift(), open: &self.open };
        let schemas = ApplicableSchemas::new(self.contract, group, choice);
        schemas.map_err(|(error, combinations)| {
            self.count_choices(combinations, TURNS);
            self.failed = self.at.clone();
            error
        })
    }

    /// Notes the number of choices at the current location: `turns` times all combinations, and the initial one.
    fn count_choices(&mut self, combinations: usize, turns: usize) {
        let count = combinations.max(1).saturating_mul(turns).saturating_add(1);
        self.choice_counts.insert(self.at.clone(), count.min(MAX_CHOICES));
    }

    /// Composes a value for `schemas`; another one for another `nth`, as far as there are others.
    pub(super) fn value(&mut self, schemas: &ApplicableSchemas<'c>, nth: usize) -> Result<Value, Unsatisfied> {
        self.values += 1;
        let composed = self.compose(schemas, nth);
        // The innermost failure is the most specific one, and it is noted first.
        if composed.is_err() && !self.failed.is_within(&self.at) {
            self.failed = self.at.clone();
        }
        composed
    }

    fn compose(&mut self, schemas: &ApplicableSchemas<'c>, nth: usize) -> Result<Value, Unsatisfied> {
        self.failed = Pointer::root();
        let combinations = schemas.combinations.max(1);
        self.count_choices(combinations, TURNS.max(schemas.enumerated().len()));
        if self.values > MAX_VALUES || self.open.len() > MAX_DEPTH {
            return Err(schemas.unsatisfied(ENDLESS));
        }
        let choice = self.choices.at(&self.at);
        if choice == 0
            && self.style == ValueStyle::Plain
            && let Some(example) = schemas.example(nth)
        {
            return Ok(example.clone());
        }
        let nth = nth + choice.saturating_sub(1) / combinations;
        let shift = self.shift();
        if let Some(constant) = schemas.constant(nth + shift) {
            return Ok(constant.clone());
        }
        if self.is_recursive(schemas) && schemas.admits("null") {
            return Ok(Value::Null);
        }
        let kind = schemas.kind(if choice > 0 { nth } else { 0 })?;
        self.open.push(schemas.anchors());
        let composed = (self.compose_type)(self, schemas, kind, Turn { nth, shift });
        self.open.pop();
        composed
    }

    /// Name of the current property, or of the one that contains the current array.
    pub(super) fn name(&self) -> Option<String> {
        let is_name = |token: &str| token.parse::<usize>().is_err();
        let names = self.at.tokens().filter(|token| is_name(token));
        Some(names.last().unwrap_or_default().into_owned())
    }

    /// The random numbers of the current location; none for plain values.
    pub(super) fn rng(&self, nth: usize) -> Option<Rng> {
        match self.style {
            ValueStyle::Plain => None,
            ValueStyle::Realistic(seed) => Some(Rng::new(seed, &self.at, nth)),
        }
    }

    /// Random offset of the first choice; 0 for plain values.
    fn shift(&self) -> usize {
        self.rng(0).map_or(0, |mut rng| rng.below(MAX_CHOICES))
    }

    /// Whether to compose an optional value.
    pub(super) fn wants(&self, schemas: &ApplicableSchemas<'_>) -> bool {
        !self.is_sparse && self.values < MAX_OPTIONAL && !self.is_recursive(schemas)
    }

    /// Whether all combinations of branches have failed at the current location.
    pub(super) fn is_exhausted(&self, schemas: &ApplicableSchemas<'_>) -> bool {
        self.choices.at(&self.at) > schemas.combinations
    }

    fn is_recursive(&self, schemas: &ApplicableSchemas<'_>) -> bool {
        let mut open = self.open.iter().flatten();
        open.any(|open| schemas.iter().any(|part| part.schema.anchor() == open))
    }
}
