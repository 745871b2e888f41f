//! What no single operation can tell: names and paths that stand twice.

use std::collections::HashMap;

use super::builder::Builder;
use crate::contract::{Anchor, Operation, route};
use crate::problem::Problem;

/// Notes operation ids that are not unique and paths that no request can tell apart.
pub(super) fn check(builder: &mut Builder<'_>, operations: &[Operation]) {
    duplicate_names(builder, operations);
    equivalent_paths(builder, operations);
}

fn duplicate_names(builder: &mut Builder<'_>, operations: &[Operation]) {
    let mut first: HashMap<&str, &Operation> = HashMap::new();
    for operation in operations {
        match first.get(operation.name.as_str()) {
            Some(other) => {
                let taken = format!("the operationId {} is taken by {} {}", operation.name, other.method, other.path);
                let pointer = operation.anchor.pointer.join("operationId");
                let at = Anchor { pointer, ..operation.anchor };
                builder.note(&at, Problem::new(taken).rule("duplicate-operation-id").help("operation ids are unique"));
            }
            None => {
                first.insert(&operation.name, operation);
            }
        }
    }
}

/// Paths that differ in the names of their parameters only are one path (OpenAPI 3.1 §4.8.8.1).
fn equivalent_paths(builder: &mut Builder<'_>, operations: &[Operation]) {
    let mut first: HashMap<String, Vec<&Operation>> = HashMap::new();
    for operation in operations {
        let held = first.entry(route::nameless(&operation.path)).or_default();
        if let Some(other) = held.iter().find(|other| other.path != operation.path) {
            let message = format!("{} and {} are one path", operation.path, other.path);
            let clash = held.iter().any(|other| other.method == operation.method);
            let problem =
                Problem::new(message).rule("equivalent-paths").help("they differ in the names of parameters only");
            builder.note(&operation.anchor, if clash { problem } else { problem.as_warning() });
        }
        held.push(operation);
    }
}
