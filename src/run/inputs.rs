//! Inputs of a run.

use crate::case::Suite;
use crate::check::{Severities, Waivers};
use crate::contract::Contract;
use crate::expression::Scope;

use super::target::Target;

/// Everything that a run is prepared from, but for the selection of cases.
#[derive(Clone)]
pub(crate) struct Inputs<'a> {
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
    /// Variables common to all stories (`env`).
    pub scope: Scope,
}
