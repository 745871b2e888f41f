//! Problems that involve several operations: duplicate names and equivalent paths.

use std::collections::HashMap;

use super::builder::Builder;
use crate::contract::{Anchor, Operation, OperationKind, route};
use crate::problem::Problem;
use crate::rules;

/// Reports operation ids that are not unique, and paths that no request can distinguish. `others` are the operations of webhooks
/// and callbacks, whose problems are kept aside.
pub(super) fn check(builder: &mut Builder<'_>, paths: &[Operation], others: [&[Operation]; 2]) {
    let mut first = HashMap::new();
    duplicate_names(builder, &mut first, paths);
    equivalent_paths(builder, paths);
    builder.aside(|builder| others.iter().for_each(|others| duplicate_names(builder, &mut first, others)));
}

fn duplicate_names<'o>(
    builder: &mut Builder<'_>,
    first: &mut HashMap<&'o str, &'o Operation>,
    operations: &'o [Operation],
) {
    for operation in operations {
        // Webhooks may share a path item by reference, and two of them without an operationId may have the same default name.
        let is_path = operation.kind == OperationKind::Path;
        let has_id = || builder.refs().value(&operation.anchor).is_some_and(|value| value.get("operationId").is_some());
        if !is_path && !has_id() {
            continue;
        }
        match first.get(operation.name.as_str()) {
            Some(other) if !is_path && other.anchor == operation.anchor => {}
            Some(other) => {
                let taken =
                    format!("the operationId {} is already used by {} {}", operation.name, other.method, other.path);
                let pointer = operation.anchor.pointer.join("operationId");
                let at = Anchor { pointer, ..operation.anchor };
                let problem =
                    Problem::new(taken).rule(rules::DUPLICATE_OPERATION_ID).help("operation ids must be unique");
                builder.owned(&operation.anchor, |builder| builder.note(&at, problem));
            }
            None => {
                first.insert(&operation.name, operation);
            }
        }
    }
}

/// Reports paths that differ only in the names of parameters, which are the same path (OpenAPI 3.1 §4.8.8.1).
fn equivalent_paths(builder: &mut Builder<'_>, operations: &[Operation]) {
    let mut first: HashMap<String, Vec<&Operation>> = HashMap::new();
    for operation in operations {
        let held = first.entry(route::nameless(&operation.path)).or_default();
        if let Some(other) = held.iter().find(|other| other.path != operation.path) {
            let message = format!("{} and {} are the same path", operation.path, other.path);
            let clash = held.iter().any(|other| other.method == operation.method);
            let problem =
                Problem::new(message).rule(rules::EQUIVALENT_PATHS).help("they differ only in the names of parameters");
            let problem = if clash { problem } else { problem.as_warning() };
            builder.owned(&operation.anchor, |builder| builder.note(&operation.anchor, problem));
        }
        held.push(operation);
    }
}
