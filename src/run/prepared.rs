//! Which cases run, in which stories and groups; everything that can be refused before sending is refused here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::case::expand::{self, ExpandError};
use crate::case::{Case, Story, Suite};
use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;

use super::prove::{self, Proven};
use super::{Target, select};

/// What the user asked to run; empty lists mean everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Parts of case ids, any of which must occur.
    pub names: Vec<String>,
    /// Tags, any of which a case must have.
    pub tags: Vec<String>,
    /// Operation names, one of which must be the case's.
    pub operations: Vec<String>,
}

impl Filter {
    /// `selected[story][case]`; the cases that a selected one needs or captures from among them. A part that matches nothing is
    /// a problem that names what is near.
    pub fn select(&self, contract: &Contract, suite: &Suite) -> Result<Vec<Vec<bool>>, Vec<Problem>> {
        select::select(contract, suite, self)
    }
}

/// What a plan is made of.
pub struct Inputs<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The suite.
    pub suite: &'a Suite,
    /// The target.
    pub target: &'a Target,
    /// Severity by check.
    pub severities: &'a Severities,
    /// Findings that fail nothing.
    pub waivers: &'a Waivers,
    /// Variables common to all stories (`env`).
    pub scope: Scope,
}

/// Everything a run needs, proven as far as it can be without sending.
pub struct PreparedRun<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The suite.
    pub suite: &'a Suite,
    /// The target.
    pub target: &'a Target,
    /// Severity by check.
    pub severities: &'a Severities,
    /// Findings that fail nothing.
    pub waivers: &'a Waivers,
    /// Variables common to all stories (`env`).
    pub scope: Scope,
    /// Which cases of which stories run: `selected[story][case]`. Cases that a selected one `needs`, or captures from, are
    /// selected too.
    pub selected: Vec<Vec<bool>>,
    /// Requests that are proven already, by the id of their case, until they are sent.
    proven: HashMap<&'a str, Mutex<Option<Proven>>>,
}

impl<'a> PreparedRun<'a> {
    /// Applies the filter, checks that every `vars` entry without value is given, that credentials are configured, and proves
    /// the intent of every request that needs no capture. A filter that matches nothing is a problem that lists near names.
    pub fn new(inputs: Inputs<'a>, filter: &Filter) -> Result<Self, Vec<Problem>> {
        let selected = filter.select(inputs.contract, inputs.suite)?;
        let plan = Self::unproven(inputs, selected);
        let proven = prove::all(&plan)?;
        Ok(Self { proven, ..plan })
    }

    /// The plan of exactly the cases that are `selected[story][case]`, nothing of it proven beforehand.
    pub fn unproven(inputs: Inputs<'a>, selected: Vec<Vec<bool>>) -> Self {
        let Inputs { contract, suite, target, severities, waivers, scope } = inputs;
        Self { contract, suite, target, severities, waivers, scope, selected, proven: HashMap::new() }
    }

    /// The request of `case` and the scope that goes on after it, begun as `scope`: proven with the plan, else now.
    pub(super) fn request(&self, case: &Case, mut scope: Scope) -> Result<(Proven, Scope), ExpandError> {
        let held = self.proven.get(case.id.as_str());
        let proven = held.and_then(|held| held.lock().unwrap_or_else(PoisonError::into_inner).take());
        let proven = proven.map_or_else(|| prove::request(case, self.contract, self.target, &scope), Ok)?;
        scope.resume(proven.calls);
        Ok((proven, scope))
    }

    /// The stories of which at least one case is selected, in suite order, with which of their cases are.
    pub(super) fn stories(&self) -> impl Iterator<Item = (&'a Story, &[bool])> {
        let pairs = self.suite.stories.iter().zip(&self.selected);
        pairs.filter(|(_, chosen)| chosen.contains(&true)).map(|(story, chosen)| (story, chosen.as_slice()))
    }

    /// The cases that the filter leaves out.
    pub fn left_out(&self) -> impl Iterator<Item = &Case> {
        let pairs = self.suite.stories.iter().zip(&self.selected);
        let cases = pairs.flat_map(|(story, chosen)| story.cases.iter().zip(chosen));
        cases.filter(|(_, chosen)| !**chosen).map(|(case, _)| case)
    }

    /// The cases of a story that are played: its setup, the selected ones, its teardown.
    pub(super) fn cases<'s>(&self, story: &'s Story, selected: &[bool]) -> impl Iterator<Item = &'s Case> {
        story.setup.iter().chain(chosen(story, selected)).chain(&story.teardown)
    }

    /// The scope that a story starts with, its randomness its own.
    pub(super) fn story_scope(&self, story: &Story) -> Result<Scope, ExpandError> {
        expand::story_scope(story, &self.target.vars, &self.scope.relabelled(&story.id))
    }
}

/// The selected cases of a story, in order.
pub(super) fn chosen<'s>(story: &'s Story, selected: &[bool]) -> impl Iterator<Item = &'s Case> {
    story.cases.iter().zip(selected).filter(|(_, chosen)| **chosen).map(|(case, _)| case)
}
