//! `link`: a link names an operation of the document, and its expressions select declared values (OpenAPI 3.1 §4.8.20).
//!
//! The operation is checked once per link. The expressions are checked once per response that has the link, because only the
//! response and its operation show what is declared.

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::refs::reference;
use crate::contract::runtime_expression::expressions;
use crate::contract::{Anchor, Contract, Operation, Parameter, ParameterIn};
use crate::rules;
use crate::suggestion::nearest;

use super::expression_scope::ExpressionScope;
use super::grammar::ObjectKind;
use super::objects::DocumentObjects;
use super::report::Report;

const RULE: &str = rules::LINK;

const PLACES: [ParameterIn; 4] = [ParameterIn::Path, ParameterIn::Query, ParameterIn::Header, ParameterIn::Cookie];

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    for object in objects.all.iter().filter(|object| object.kind == ObjectKind::Link) {
        match reference(object.node.value) {
            Some(reference) if resolved(report.contract, object.node.clone()).is_none() => {
                let message = format!("the link {reference} does not exist");
                report.warn(&object.node.anchor(), RULE, message, "declare it under `components.links`");
            }
            Some(_) => {}
            None => check_target(objects, &object.node, report),
        }
    }
    let contract = report.contract;
    for operation in contract.operations_of_every_kind() {
        for response in &operation.responses {
            let scope = ExpressionScope { contract, operation, response };
            let links = scope.links().into_iter().filter_map(|link| resolved(contract, link));
            links.for_each(|link| check_expressions(&scope, &link, report));
        }
    }
}

/// Returns the link object, following a reference.
fn resolved<'d>(contract: &'d Contract, link: Node<'d>) -> Option<Node<'d>> {
    if reference(link.value).is_none() {
        return Some(link);
    }
    let Anchor { document, pointer } = contract.referred(&link.anchor(), link.value)?;
    let value = contract.value(&Anchor { document, pointer: pointer.clone() })?;
    // A reference to a reference is not allowed, and not followed.
    (value.is_object() && reference(value).is_none()).then_some(Node { document, pointer, value })
}

/// Checks the operation that `link` names, and that it declares the parameters and body of the link.
fn check_target(objects: &DocumentObjects<'_>, link: &Node<'_>, report: &mut Report<'_>) {
    let Some(target) = target(objects, link, report) else { return };
    for (name, node) in link.get("parameters").iter().flat_map(Node::members).collect::<Vec<_>>() {
        let found = parameters_named(target, name);
        if found.is_empty() && !is_never_declared(name) {
            let message = format!("{} has no parameter `{name}`", target.name);
            let names = target.parameters.iter().map(|parameter| parameter.name.as_str());
            let help = nearest(name, names).filter(|_| name.len() > 2).map_or_else(
                || format!("its parameters: {}", listed(target)),
                |near| format!("did you mean `{near}`?"),
            );
            report.warn(&node.anchor(), RULE, message, help);
        }
        if let [first, _, ..] = found[..] {
            let message = format!("{} has several parameters `{name}`", target.name);
            report.warn(&node.anchor(), RULE, message, format!("qualify it, as in `{}.{name}`", first.location.word()));
        }
    }
    if let Some(body) = link.get("requestBody").filter(|_| target.request_body.is_none()) {
        let message = format!("{} takes no request body", target.name);
        report.warn(&body.anchor(), RULE, message, "remove it, or declare the body there");
    }
}

/// Returns the operation that `link` names. A missing one is reported, unless the reference is remote.
fn target<'d>(objects: &DocumentObjects<'_>, link: &Node<'_>, report: &mut Report<'d>) -> Option<&'d Operation> {
    let contract = report.contract;
    if let Some(id) = link.text("operationId") {
        let ids = || {
            objects
                .all
                .iter()
                .filter(|object| object.kind == ObjectKind::Operation)
                .filter_map(|p| p.node.text("operationId"))
        };
        if !ids().any(|known| known == id) {
            let at = link.anchor().member("operationId");
            let help = nearest(id, ids())
                .map_or("use an operationId of the document".to_owned(), |near| format!("did you mean `{near}`?"));
            report.warn(&at, RULE, format!("no operation has the operationId `{id}`"), help);
        }
        return contract.operations_of_every_kind().find(|operation| operation.name == id);
    }
    let Some(reference) = link.text("operationRef") else {
        let message = "the link has neither `operationRef` nor `operationId`";
        report.warn(&link.anchor(), RULE, message, "add one of the two");
        return None;
    };
    // Remote documents are not loaded.
    let anchor = contract.refs().target(&link.anchor(), reference).ok()?;
    let found =
        contract.operations_of_every_kind().find(|operation| operation.anchor == anchor || is_path(operation, &anchor));
    if found.is_none() && contract.value(&anchor).is_none() {
        let at = link.anchor().member("operationRef");
        let help = "use a reference such as `#/paths/~1things~1{id}/get`, with every / of the path written as ~1";
        report.warn(&at, RULE, format!("the operation {reference} does not exist"), help);
    }
    found
}

/// Whether `anchor` names `operation` by path and method, even if its path item is in another file.
fn is_path(operation: &Operation, anchor: &Anchor) -> bool {
    let tokens: Vec<_> = anchor.pointer.tokens().collect();
    anchor.document == 0
        && matches!(&tokens[..], [paths, path, method]
            if paths == "paths" && *path == operation.path && method.eq_ignore_ascii_case(&operation.method))
}

/// The parameters that `name` may mean; it may be qualified (`path.id`).
fn parameters_named<'d>(target: &'d Operation, name: &str) -> Vec<&'d Parameter> {
    let plain: Vec<_> = PLACES.iter().filter_map(|place| target.parameter(*place, name)).collect();
    let qualified = || {
        let (word, rest) = name.split_once('.')?;
        target.parameter(*PLACES.iter().find(|place| place.word() == word)?, rest)
    };
    if plain.is_empty() { qualified().into_iter().collect() } else { plain }
}

/// Whether OpenAPI ignores the name as a parameter (OpenAPI 3.1 §4.8.12).
fn is_never_declared(name: &str) -> bool {
    let name = name.strip_prefix("header.").unwrap_or(name);
    ["accept", "authorization", "content-type"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn listed(target: &Operation) -> String {
    let names = target.parameters.iter().map(|held| format!("{}.{}", held.location.word(), held.name));
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Checks the expressions of `link` against what its operation and response declare.
fn check_expressions(scope: &ExpressionScope<'_>, link: &Node<'_>, report: &mut Report<'_>) {
    let parameters = link.get("parameters");
    let given = parameters.iter().flat_map(|held| held.members().map(|(_, node)| node)).chain(link.get("requestBody"));
    for node in given.flat_map(|node| texts(&node)) {
        for expression in expressions(node.value.as_str().unwrap_or_default()) {
            if let Err((message, help)) = expression.and_then(|expression| scope.check(&expression)) {
                report.warn(&node.anchor(), RULE, message, help);
            }
        }
    }
}

/// All strings in `node` at any depth: a request body may be an object of expressions.
fn texts<'d>(node: &Node<'d>) -> Vec<Node<'d>> {
    match node.value {
        Value::String(_) => vec![node.clone()],
        Value::Array(_) => node.items().flat_map(|item| texts(&item)).collect(),
        Value::Object(_) => node.members().flat_map(|(_, member)| texts(&member)).collect(),
        _ => Vec::new(),
    }
}
