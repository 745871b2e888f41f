//! A run that is ready to be sent, any number of times.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::case::expand::ExpandError;
use crate::case::{Case, Story, Suite};
use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;

use super::filter::Filter;
use super::inputs::Inputs;
use super::prove::{self, ProvenRequest};
use super::selection::{SelectedStory, Selection};
use super::target::Target;

/// Inputs and selected cases of a run, verified as far as possible without sending anything. It never changes: each run of it
/// sends the same requests.
pub(crate) struct PreparedRun<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The suite.
    pub suite: &'a Suite,
    /// The target.
    pub target: &'a Target,
    /// Severity of each check.
    pub severities: &'a Severities,
    /// Waived findings.
    pub waivers: &'a Waivers,
    scope: Scope,
    selection: Selection,
    /// Requests that are verified already, by the id of their case.
    proven: HashMap<&'a str, ProvenRequest>,
}

impl<'a> PreparedRun<'a> {
    /// Applies the filter, checks that variables and credentials have values, and verifies every request that uses no capture.
    /// Returns all problems of the selected cases.
    pub(crate) fn new(inputs: Inputs<'a>, filter: &Filter) -> Result<Self, Vec<Problem>> {
        let selection = filter.select(inputs.contract, inputs.suite)?;
        Self::verified(inputs, selection)
    }

    /// Like [`PreparedRun::new`], with the cases that are already selected.
    pub(crate) fn verified(inputs: Inputs<'a>, selection: Selection) -> Result<Self, Vec<Problem>> {
        let proven = prove::all(&inputs, &selection)?;
        Ok(Self { proven, ..Self::unverified(inputs, selection) })
    }

    /// Prepares a run of exactly the selected cases. Each request is verified when it is sent, so that a wrong case affects
    /// itself only.
    pub(crate) fn unverified(inputs: Inputs<'a>, selection: Selection) -> Self {
        let Inputs { contract, suite, target, severities, waivers, scope } = inputs;
        Self { contract, suite, target, severities, waivers, scope, selection, proven: HashMap::new() }
    }

    /// The cases that the filter excludes.
    pub(crate) fn deselected(&self) -> impl Iterator<Item = &'a Case> {
        self.selection.deselected(self.suite)
    }

    /// The stories of which at least one case is selected, in suite order.
    pub(super) fn stories(&self) -> impl Iterator<Item = SelectedStory<'_, 'a>> {
        self.selection.stories(self.suite)
    }

    /// When the run started, in microseconds since 1970 (UTC).
    pub(super) fn start(&self) -> i64 {
        self.scope.started()
    }

    /// Returns the initial scope of a story; its random values are independent of other stories.
    pub(super) fn story_scope(&self, story: &Story) -> Result<Scope, ExpandError> {
        prove::story_scope(story, self.target, &self.scope)
    }

    /// Names and values of the variables that a story has before its first case; none if they cannot be evaluated.
    pub(crate) fn variables(&self, story: &Story) -> Vec<(String, Value)> {
        let Ok(scope) = self.story_scope(story) else { return Vec::new() };
        let names = story.vars.iter().map(|(name, _)| name).chain(story.row.keys()).collect::<BTreeSet<_>>();
        names.into_iter().filter_map(|name| Some((name.clone(), scope.variable(name)?.into_owned()))).collect()
    }

    /// Returns the request of `case`, verified in advance or now, and `scope` as it is after building the request.
    pub(super) fn request(&self, case: &Case, mut scope: Scope) -> Result<(ProvenRequest, Scope), ExpandError> {
        let proven = match self.proven.get(case.id.as_str()) {
            Some(proven) => proven.clone(),
            None => prove::request(case, self.contract, self.target, &scope)?,
        };
        scope.resume(proven.calls);
        Ok((proven, scope))
    }
}
