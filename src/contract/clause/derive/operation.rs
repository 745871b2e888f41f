//! The clauses of one operation.

use std::sync::Arc;

use crate::contract::clause::group::Group;
use crate::contract::clause::notation::operation_name;
use crate::contract::clause::set::OperationClauses;
use crate::contract::clause::tree::Messages;
use crate::contract::clause::verb::Verb;
use crate::contract::{Contract, Operation};

use super::collector::{Collector, object};
use super::subject::Derived;
use super::walker::Walkers;
use super::{parameters, request, responses, security};

/// Numbers of steps that locations may have: the first with which the clauses are not too many is used.
const DEPTHS: [usize; 8] = [24, 12, 8, 6, 5, 4, 3, 2];

/// The clauses of `operation`, at most `limit`; none if an error in the document makes it unusable.
pub(super) fn clauses(contract: &Contract, operation: &Operation, limit: usize) -> OperationClauses {
    let by_path = format!("{} {}", operation.method, operation.path);
    let id = Some(operation.name.as_str()).filter(|name| *name != by_path);
    let name: Arc<str> = operation_name(id, &operation.method, &operation.path).into();
    if operation.fault.is_some() {
        return Collector::new(name, limit).finish(Messages::default());
    }
    let derive = |depth| {
        let found = Collector::new(Arc::clone(&name), limit);
        let mut derived = Derived { found, messages: Messages::default() };
        of_depth((contract, operation), depth, &mut derived);
        derived
    };
    let fitting = DEPTHS.into_iter().map(derive).find(|derived| !derived.found.is_full());
    let Derived { found, mut messages } = fitting.unwrap_or_else(|| derive(1));
    messages.security = found.of_group(Group::Security);
    messages.refusals = found.of_group(Group::Refusals);
    found.finish(messages)
}

fn of_depth((contract, operation): (&Contract, &Operation), depth: usize, derived: &mut Derived) {
    let walkers = Walkers::new(contract, depth);
    derived.found.add(Verb::Calls, object(&operation.anchor));
    security::clauses(contract, operation, &mut derived.found);
    parameters::clauses(&walkers, operation, derived);
    request::clauses(&walkers, operation, derived);
    responses::clauses(&walkers, operation, derived);
}
