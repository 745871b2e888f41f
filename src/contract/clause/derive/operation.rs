//! The clauses of one operation.

use crate::contract::clause::notation::operation_name;
use crate::contract::clause::set::OperationClauses;
use crate::contract::clause::verb::Verb;
use crate::contract::{Contract, Operation};

use super::collector::{Collector, object};
use super::{responses, security};

/// The clauses of `operation`, at most `limit`; none if an error in the document makes it unusable.
pub(super) fn clauses(contract: &Contract, operation: &Operation, limit: usize) -> OperationClauses {
    let by_path = format!("{} {}", operation.method, operation.path);
    let id = Some(operation.name.as_str()).filter(|name| *name != by_path);
    let mut found = Collector::new(operation_name(id, &operation.method, &operation.path).into(), limit);
    if operation.fault.is_none() {
        found.add(Verb::Calls, object(&operation.anchor));
        security::clauses(contract, operation, &mut found);
        responses::clauses(operation, &mut found);
    }
    found.finish()
}
