//! Composes one value, place by place, along the choices that are to be taken.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::{Anchor, Contract, Declared, Direction};
use crate::pointer::Pointer;

use super::dice::Dice;
use super::parts::{Fork, Parts};
use super::value::{Detours, Look, Unsatisfied};
use super::{array, number, object, text};

/// Values inside one another that a composed value may have.
const DEEPEST: usize = 40;
/// Values that one composed value may be made of.
pub(super) const MOST: usize = 20_000;
/// Why there is no value where there would be more.
pub(super) const ENDLESS: &str = "a value of this schema would have no end";
/// The same, once what need not be there is left out.
const PLENTY: usize = 500;
/// How often the same branch is tried with another value.
const TURNS: usize = 3;
/// Choices of one place that are counted.
const MOST_CHOICES: usize = 200;

/// Composes one value.
pub(super) struct Maker<'c> {
    pub(super) contract: &'c Contract,
    pub(super) direction: Direction,
    look: Look,
    is_sparse: bool,
    detours: &'c Detours,
    /// The place that is being composed.
    at: Pointer,
    /// How many choices each place has that was composed.
    pub(super) met: BTreeMap<Pointer, usize>,
    /// Where composing failed.
    pub(super) failed: Pointer,
    /// How many values were composed.
    pub(super) nodes: usize,
    /// Of each value that is being composed, outermost first, the schemas that it must keep.
    open: Vec<Vec<Anchor>>,
}

impl<'c> Maker<'c> {
    pub(super) fn new(
        contract: &'c Contract,
        (direction, look): (Direction, Look),
        is_sparse: bool,
        detours: &'c Detours,
    ) -> Self {
        let (at, failed) = (Pointer::root(), Pointer::root());
        let (met, open) = (BTreeMap::new(), Vec::new());
        Self { contract, direction, look, is_sparse, detours, at, met, failed, nodes: 0, open }
    }

    /// The whole value.
    pub(super) fn root(&mut self, schema: &Declared) -> Result<Value, Unsatisfied> {
        let parts = self.parts(vec![schema.anchor.clone()])?;
        self.of(&parts, 0)
    }

    /// Does something at the member or item `token` of the place.
    pub(super) fn within<T>(&mut self, token: impl std::fmt::Display, act: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.at, Pointer::root());
        self.at = outside.join(token);
        let done = act(self);
        self.at = outside;
        done
    }

    /// The schemas that apply together with `group` at this place.
    pub(super) fn parts(&mut self, group: Vec<Anchor>) -> Result<Parts<'c>, Unsatisfied> {
        self.turned(group, 0)
    }

    /// The same, so many turns further through the ways that there are.
    pub(super) fn turned(&mut self, group: Vec<Anchor>, turn: usize) -> Result<Parts<'c>, Unsatisfied> {
        let number = self.detours.at(&self.at).saturating_sub(1) + turn;
        let offset = self.dice(0).map_or(0, |mut dice| dice.below(MOST_CHOICES));
        let parts = Parts::of(self.contract, group, Fork { number, offset, open: &self.open });
        parts.map_err(|(why, forks)| {
            self.meet(forks, TURNS);
            self.failed = self.at.clone();
            why
        })
    }

    /// Notes how many choices there are at this place: so many turns through all branches, and the first of all.
    fn meet(&mut self, forks: usize, turns: usize) {
        let choices = forks.max(1).saturating_mul(turns).saturating_add(1);
        self.met.insert(self.at.clone(), choices.min(MOST_CHOICES));
    }

    /// A value that keeps every schema of `parts`; another one for another `nth`, as far as there are any.
    pub(super) fn of(&mut self, parts: &Parts<'c>, nth: usize) -> Result<Value, Unsatisfied> {
        self.nodes += 1;
        let composed = self.compose(parts, nth);
        // The innermost failure is the telling one, and it is noted first.
        if composed.is_err() && !self.failed.is_within(&self.at) {
            self.failed = self.at.clone();
        }
        composed
    }

    fn compose(&mut self, parts: &Parts<'c>, nth: usize) -> Result<Value, Unsatisfied> {
        self.failed = Pointer::root();
        let choices = parts.forks.max(1);
        self.meet(choices, TURNS.max(parts.enumerated().len()));
        if self.nodes > MOST || self.open.len() > DEEPEST {
            return Err(parts.unsatisfied(ENDLESS));
        }
        let detour = self.detours.at(&self.at);
        if detour == 0
            && self.look == Look::Plain
            && let Some(given) = parts.exemplary(nth)
        {
            return Ok(given.clone());
        }
        let nth = nth + detour.saturating_sub(1) / choices;
        let dice = self.dice(nth);
        // One begin for all turns, so that each of them is another choice.
        let first = self.dice(0);
        let shift = first.clone().map_or(0, |mut dice| dice.below(MOST_CHOICES));
        if let Some(given) = parts.given(nth + shift) {
            return Ok(given.clone());
        }
        if self.is_inside_itself(parts) && parts.admits("null") {
            return Ok(Value::Null);
        }
        let kind = parts.kind(if detour > 0 { nth } else { 0 })?;
        self.open.push(parts.anchors());
        let composed = match kind {
            "object" => object::compose(self, parts, nth),
            "array" => array::compose(self, parts, nth),
            "integer" => Ok(number::compose(parts, true, nth, self.name().zip(first))),
            "number" => Ok(number::compose(parts, false, nth, self.name().zip(first))),
            "boolean" => Ok(Value::from((nth + shift).is_multiple_of(2))),
            "null" => Ok(Value::Null),
            _ => text::compose(parts, nth, self.name().zip(dice)),
        };
        self.open.pop();
        composed
    }

    /// The member that is being composed, or that holds the list whose items are.
    fn name(&self) -> Option<String> {
        let is_name = |token: &str| token.parse::<usize>().is_err();
        let names = self.at.tokens().filter(|token| is_name(token));
        Some(names.last().unwrap_or_default().into_owned())
    }

    /// What is random here, where values are to look like real ones.
    pub(super) fn dice(&self, nth: usize) -> Option<Dice> {
        match self.look {
            Look::Plain => None,
            Look::Lifelike(seed) => Some(Dice::of(seed, &self.at, nth)),
        }
    }

    /// Whether a value that need not be there should be.
    pub(super) fn wants(&self, parts: &Parts<'_>) -> bool {
        !self.is_sparse && self.nodes < PLENTY && !self.is_inside_itself(parts)
    }

    /// Whether every branch at this place has failed before.
    pub(super) fn is_turned(&self, parts: &Parts<'_>) -> bool {
        self.detours.at(&self.at) > parts.forks
    }

    fn is_inside_itself(&self, parts: &Parts<'_>) -> bool {
        let mut open = self.open.iter().flatten();
        open.any(|open| parts.iter().any(|part| part.schema.anchor() == open))
    }
}
