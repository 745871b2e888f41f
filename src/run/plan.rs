//! Which cases run, in which stories and groups; everything that can be refused before sending is refused here.

use crate::case::Suite;
use crate::check::Severities;
use crate::contract::Contract;
use crate::expression::Scope;
use crate::location::Problem;

use super::Target;

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

/// Everything a run needs, proven as far as it can be without sending.
pub struct Plan<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The suite.
    pub suite: &'a Suite,
    /// The target.
    pub target: &'a Target,
    /// Severity by check.
    pub severities: &'a Severities,
    /// Variables common to all stories (`env`).
    pub scope: Scope,
    /// Which cases of which stories run: `selected[story][case]`. Cases that a selected one `needs`, or captures from, are
    /// selected too.
    pub selected: Vec<Vec<bool>>,
}

impl<'a> Plan<'a> {
    /// Applies the filter, checks that every `vars` entry without value is given, that credentials are configured, and proves
    /// the intent of every request that needs no capture. A filter that matches nothing is a problem that lists near names.
    pub fn new(
        contract: &'a Contract,
        suite: &'a Suite,
        target: &'a Target,
        severities: &'a Severities,
        scope: Scope,
        filter: &Filter,
    ) -> Result<Self, Vec<Problem>> {
        let _ = (contract, suite, target, severities, scope, filter);
        todo!()
    }
}
