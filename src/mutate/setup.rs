//! Inputs of a measurement.

use std::collections::BTreeSet;

use crate::mock::direct::Direct;
use crate::mock::mutation::RuleOutline;
use crate::problem::Problem;
use crate::run::{Filter, Inputs, Start};

use super::operator::Operator;

/// What is measured.
pub(crate) struct Setup<'a> {
    /// Contract, cases, target.
    pub inputs: Inputs<'a>,
    /// Which cases.
    pub filter: Filter,
    /// Clock and seed.
    pub start: Start,
    /// Makes a mock that starts then.
    pub mock: &'a (dyn Fn(Start) -> Result<Direct, Vec<Problem>> + Sync),
    /// The mock rules of the operation of that index.
    pub rules: &'a (dyn Fn(usize) -> Vec<RuleOutline> + Sync),
    /// Whether the mock has rules.
    pub has_rules: bool,
    /// Which operators.
    pub operators: Vec<&'static Operator>,
    /// Which operations, by index; all if none.
    pub operations: Option<BTreeSet<usize>>,
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
