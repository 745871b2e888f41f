//! What no single operation can tell: names and paths that stand twice.

use std::collections::HashMap;

use super::builder::Builder;
use crate::contract::{Anchor, Operation, OperationKind, route};
use crate::problem::Problem;
use crate::rules;

/// Notes operation ids that are not unique, and paths that no request can tell apart; what is wrong in `others`, which are no
/// path operations, is noted aside.
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
        // One path item may be that of several webhooks; and without an id, two of them may have the same name.
        let is_path = operation.kind == OperationKind::Path;
        let has_id = || builder.refs().value(&operation.anchor).is_some_and(|value| value.get("operationId").is_some());
        if !is_path && !has_id() {
            continue;
        }
        match first.get(operation.name.as_str()) {
            Some(other) if !is_path && other.anchor == operation.anchor => {}
            Some(other) => {
                let taken = format!("the operationId {} is taken by {} {}", operation.name, other.method, other.path);
                let pointer = operation.anchor.pointer.join("operationId");
                let at = Anchor { pointer, ..operation.anchor };
                builder.note(
                    &at,
                    Problem::new(taken).rule(rules::DUPLICATE_OPERATION_ID).help("operation ids are unique"),
                );
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
                Problem::new(message).rule(rules::EQUIVALENT_PATHS).help("they differ in the names of parameters only");
            builder.note(&operation.anchor, if clash { problem } else { problem.as_warning() });
        }
        held.push(operation);
    }
}
