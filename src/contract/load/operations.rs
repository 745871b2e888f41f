//! Reads the operations of a document by kind: those of paths, of webhooks, and of the callbacks of both.

use std::collections::HashSet;

use super::builder::Builder;
use super::path_item::{self, Inherited};
use super::security::Schemes;
use crate::contract::node::Node;
use crate::contract::{Anchor, Operation, OperationKind, route};
use crate::rules;

/// Maximum number of segments in a path: the router recurses as deep as the longest path.
const MAX_SEGMENTS: usize = 200;

/// Reads every operation under `paths` in document order.
pub(super) fn of_paths<'d>(builder: &mut Builder<'d>, document: &Node<'d>, schemes: &Schemes) -> Vec<Operation> {
    let Some(paths) = document.get("paths") else {
        no_paths(builder, document);
        return Vec::new();
    };
    let Some(paths) = builder.object(paths, "the paths") else { return Vec::new() };
    let inherited = Inherited { document, schemes };
    let mut operations = Vec::new();
    for (path, item) in paths.members().filter(|(path, _)| !path.starts_with("x-")) {
        let anchor = item.anchor();
        if builder.fault(&anchor).is_none() {
            operations.extend(builder.owned(&anchor, |builder| {
                template(builder, &item, path);
                path_item::read(builder, OperationKind::Path, (path, item), &inherited)
            }));
        }
    }
    if operations.is_empty() {
        builder.warn(&paths, rules::NO_OPERATIONS, "the paths declare no operation");
    }
    numbered(operations)
}

/// Reads every operation under `webhooks`, which OpenAPI has since 3.1.
pub(super) fn of_webhooks<'d>(builder: &mut Builder<'d>, document: &Node<'d>, schemes: &Schemes) -> Vec<Operation> {
    let webhooks = document.get("webhooks").filter(|_| !builder.openapi.is_3_0());
    let Some(webhooks) = webhooks.and_then(|node| builder.object(node, "the webhooks")) else { return Vec::new() };
    let inherited = Inherited { document, schemes };
    let items: Vec<_> = webhooks.members().filter(|(name, _)| !name.starts_with("x-")).collect();
    let read = |item| path_item::read(builder, OperationKind::Webhook, item, &inherited);
    numbered(items.into_iter().flat_map(read).collect())
}

/// Reads every operation of the callbacks of `holders`, and recursively of the callbacks of these. Callbacks may be shared and
/// may refer to themselves: each operation object is read once, which also bounds the recursion.
pub(super) fn of_callbacks<'d>(
    builder: &mut Builder<'d>,
    document: &Node<'d>,
    schemes: &Schemes,
    holders: &[&[Operation]],
) -> Vec<Operation> {
    let inherited = Inherited { document, schemes };
    let mut seen: HashSet<Anchor> = HashSet::new();
    let mut waiting: Vec<Anchor> =
        holders.iter().copied().flatten().map(|operation| operation.anchor.clone()).collect();
    let mut found: Vec<Operation> = Vec::new();
    // A stack returns the last item first: reversing it keeps the order of the document, here and below.
    waiting.reverse();
    while let Some(holder) = waiting.pop() {
        let start = found.len();
        for item in callback_items(builder, &holder) {
            let read = path_item::read(builder, OperationKind::Callback, (&item.0, item.1), &inherited);
            found.extend(read.into_iter().filter(|operation| seen.insert(operation.anchor.clone())));
        }
        waiting.extend(found[start..].iter().rev().map(|operation| operation.anchor.clone()));
    }
    numbered(found)
}

/// The path items of the callbacks that the operation at `holder` declares, by their expressions.
fn callback_items<'d>(builder: &mut Builder<'d>, holder: &Anchor) -> Vec<(String, Node<'d>)> {
    let Some(value) = builder.refs().value(holder) else { return Vec::new() };
    let holder = Node { document: holder.document, pointer: holder.pointer.clone(), value };
    let Some(callbacks) = holder.get("callbacks").and_then(|node| builder.object(node, "the callbacks")) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    for (name, callback) in callbacks.members().filter(|(name, _)| !name.starts_with("x-")) {
        let Some(callback) = builder.resolve(callback, &format!("the callback {name}")) else { continue };
        let by_expression = callback.members().filter(|(expression, _)| !expression.starts_with("x-"));
        items.extend(by_expression.map(|(expression, item)| (expression.to_owned(), item)));
    }
    items
}

fn numbered(mut operations: Vec<Operation>) -> Vec<Operation> {
    operations.iter_mut().enumerate().for_each(|(index, operation)| operation.index = index);
    operations
}

/// Reports problems of a path template itself.
fn template(builder: &mut Builder<'_>, item: &Node<'_>, path: &str) {
    if !path.starts_with('/') {
        builder.error(item, rules::PATH_TEMPLATE, format!("expected a path that starts with /, got {path:?}"));
    }
    if path.matches('/').count() > MAX_SEGMENTS {
        builder.error(item, rules::PATH_TEMPLATE, format!("expected at most {MAX_SEGMENTS} segments in a path"));
    }
    if path.contains(['?', '#']) {
        builder.warn(item, rules::PATH_TEMPLATE, format!("no request matches {path}: a path cannot contain ? or #"));
    }
    if let Some(brace) = unbalanced(path) {
        let state = if brace == '{' { "is not closed" } else { "has no `{` before it" };
        let message = format!("`{brace}` {state} in {path}, so it is a literal character of the path");
        builder.warn(item, rules::PATH_TEMPLATE, message);
    }
    let names = route::names(path);
    if let Some((_, twice)) = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        builder.warn(item, rules::PATH_TEMPLATE, format!("{path} names {{{twice}}} twice: only the first is checked"));
    }
}

/// The first brace of a path without its counterpart in the same segment.
fn unbalanced(path: &str) -> Option<char> {
    path.split('/').find_map(|segment| {
        let mut is_open = false;
        for brace in segment.chars().filter(|c| matches!(c, '{' | '}')) {
            if is_open == (brace == '{') {
                return Some(brace);
            }
            is_open = !is_open;
        }
        is_open.then_some('{')
    })
}

fn no_paths(builder: &mut Builder<'_>, document: &Node<'_>) {
    let holds_nothing = ["components", "webhooks"].iter().all(|name| document.get(name).is_none());
    if builder.openapi.is_3_0() || holds_nothing {
        builder.error(document, rules::STRUCTURE, "expected `paths` at the top of the document, got none");
    } else {
        builder.warn(document, rules::NO_OPERATIONS, "the document has no paths: there is nothing to test");
    }
}
