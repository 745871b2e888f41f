//! Inputs of a measurement.

use std::collections::BTreeSet;

use crate::case::Suite;
use crate::case::load::Changed;
use crate::contract::{Contract, Operation};
use crate::mock::direct::Direct;
use crate::mock::mutation::{RefusalOutline, RuleOutline};
use crate::problem::Problem;
use crate::run::{Filter, Inputs, Start};

use super::measured::{Measured, MutantResult, State};
use super::operator::Operator;

/// Loads stories with other texts in place of case files: only those that the files concern, or the whole suite.
pub(crate) type Reload<'a> = dyn Fn(&[Changed<'_>], bool) -> Result<Suite, Vec<Problem>> + Sync + 'a;

/// What is measured.
pub(crate) struct Setup<'a> {
    /// Contract, cases, target.
    pub inputs: Inputs<'a>,
    /// Which cases.
    pub filter: Filter,
    /// Clock and seed.
    pub start: Start,
    /// Makes a mock that starts then; none if the responses of a live target were recorded.
    pub mock: Option<&'a (dyn Fn(Start) -> Result<Direct, Vec<Problem>> + Sync)>,
    /// Where the responses were recorded, if not on the mock.
    pub recorded_from: Option<&'a str>,
    /// Loads stories with other texts in place of case files.
    pub reload: &'a Reload<'a>,
    /// Whether a patch with the suggestions is wanted.
    pub suggest: bool,
    /// The mock rules of the operation of that index.
    pub rules: &'a (dyn Fn(usize) -> Vec<RuleOutline> + Sync),
    /// The responses of the mock rules to invalid requests of every operation.
    pub refusals: Vec<RefusalOutline>,
    /// Whether the mock has rules.
    pub has_rules: bool,
    /// Which operators.
    pub operators: Vec<&'static Operator>,
    /// Which operations, by index; all if none.
    pub operations: Option<BTreeSet<usize>>,
    /// Whether there are no operations because none has changed.
    pub is_unchanged: bool,
    /// Part of the mutants: this one (from 1) of so many.
    pub shard: Option<(usize, usize)>,
    /// Mutants that a person has excluded.
    pub exclusions: Vec<Exclusion>,
}

/// Mutants that a person has excluded.
#[derive(Debug, Clone)]
pub(crate) struct Exclusion {
    /// The operation, by name; every one if none.
    pub operation: Option<String>,
    /// The operator; every one if none.
    pub operator: Option<String>,
    /// The location, as it is printed; every one if none.
    pub location: Option<String>,
    /// Why.
    pub reason: String,
}

impl Exclusion {
    /// Number of the measured mutants that it excludes.
    pub(crate) fn count(&self, measured: &Measured, contract: &Contract) -> usize {
        let mutants = measured.mutants.iter().filter(|mutant| matches!(mutant.state, State::Excluded(_)));
        let fits = |mutant: &&MutantResult| {
            contract.operations.get(mutant.operation).is_some_and(|one| self.fits(one, mutant.operator, &mutant.at))
        };
        mutants.filter(fits).count()
    }

    /// Whether it excludes the mutants of an operator at a location of an operation.
    pub(crate) fn fits(&self, operation: &Operation, operator: &str, location: &str) -> bool {
        self.operation.as_ref().is_none_or(|name| operation.is_called(name))
            && self.operator.as_ref().is_none_or(|id| id == operator)
            && self.location.as_ref().is_none_or(|held| held == location)
    }
}
