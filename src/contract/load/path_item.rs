//! Reads the operations of one path item with what they inherit from it and from the document (OpenAPI 3.1 §4.8.9, §4.8.10).

use super::builder::Builder;
use super::content;
use super::parameters;
use super::security::Schemes;
use super::servers;
use crate::contract::node::Node;
use crate::contract::refs::REF;
use crate::contract::{Operation, OperationKind, RequestBody, ResponseObject, StatusKey};
use crate::problem::Problem;
use crate::rules;

/// The fixed fields of a path item that are methods (OpenAPI 3.2 §4.9).
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Methods whose requests have no content with a defined meaning (RFC 7231 §4.3).
const WITHOUT_BODY: &[&str] = &["GET", "HEAD", "DELETE", "TRACE"];

const NO_RESPONSES: &str = "the operation declares no responses: every response is undocumented";

/// The parts of the document that operations inherit.
pub(super) struct Inherited<'a, 'd> {
    /// The document.
    pub document: &'a Node<'d>,
    /// Its security schemes.
    pub schemes: &'a Schemes,
}

/// Reads the operations of the path item at `item` in document order; `name` is the path, the webhook's name, or the callback's
/// expression.
pub(super) fn read<'d>(
    builder: &mut Builder<'d>,
    kind: OperationKind,
    (name, item): (&str, Node<'d>),
    inherited: &Inherited<'_, 'd>,
) -> Vec<Operation> {
    let what = match kind {
        OperationKind::Path => format!("the path item of {name}"),
        OperationKind::Webhook => format!("the path item of the webhook {name}"),
        OperationKind::Callback => format!("the path item of the callback {name}"),
    };
    // A Reference Object, which a webhook may be, has its own summary and description.
    let is_own = |field: &str| kind != OperationKind::Path && matches!(field, "summary" | "description");
    if item.value.get(REF).is_some() && item.members().filter(|(field, _)| !is_own(field)).count() > 1 {
        builder.warn(&item, rules::IGNORED_BESIDE_REF, format!("{what} has fields next to $ref, which are ignored"));
    }
    let Some(item) = builder.resolve(item, &what) else { return Vec::new() };
    let has_3_2 = builder.openapi.is_at_least_3_2();
    let more = item.get("additionalOperations").filter(|_| has_3_2);
    let more: Vec<_> = more.iter().flat_map(Node::members).collect();
    let known = |method: &str| METHODS.contains(&method) && (method != "query" || has_3_2);
    let mut operations = Vec::new();
    for (method, node) in item.members().filter(|(field, _)| known(field)).chain(more).collect::<Vec<_>>() {
        operations.extend(builder.owned(&node.anchor(), |builder| {
            let node = builder.object(node, &format!("the operation {method} of {name}"))?;
            // Methods are case-sensitive: those of `additionalOperations` stay as they are written.
            let method = if METHODS.contains(&method) { method.to_ascii_uppercase() } else { method.to_owned() };
            let mut operation = read_operation(builder, (&item, &node), inherited);
            operation.kind = kind;
            operation.name = node.text("operationId").map_or_else(|| format!("{method} {name}"), str::to_owned);
            (operation.method, operation.path) = (method, name.to_owned());
            ignore_request_body(builder, &node, &mut operation);
            if kind == OperationKind::Path {
                ignored_servers(builder, [&item, &node], inherited);
                parameters::match_path_template(builder, &mut operation);
            }
            Some(operation)
        }));
    }
    operations
}

/// Warns about servers that differ from those of the document: a run has one target.
fn ignored_servers(builder: &mut Builder<'_>, holders: [&Node<'_>; 2], inherited: &Inherited<'_, '_>) {
    let usual = inherited.document.value.get("servers");
    let own = holders.into_iter().filter_map(|holder| holder.get("servers"));
    for servers in own.filter(|own| Some(own.value) != usual) {
        builder.warn(
            &servers,
            rules::IGNORED_SERVERS,
            "servers of a path or operation are ignored: all requests go to the target",
        );
    }
}

/// Removes the request body of a method for which HTTP defines none: OpenAPI 3.0 ignores it there (§4.7.10).
fn ignore_request_body(builder: &mut Builder<'_>, node: &Node<'_>, operation: &mut Operation) {
    let method = operation.method.as_str();
    let declared = node.get("requestBody").filter(|_| builder.openapi.is_3_0() && WITHOUT_BODY.contains(&method));
    if let Some(declared) = declared {
        let message = format!("the request body of {method} is ignored, as OpenAPI 3.0 requires: it is not checked");
        builder.warn(&declared, rules::IGNORED_REQUEST_BODY, message);
        operation.request_body = None;
    }
}

/// Reads the operation at `node` of the path item `item`; the caller sets its kind and names.
fn read_operation<'d>(
    builder: &mut Builder<'d>,
    (item, node): (&Node<'d>, &Node<'d>),
    inherited: &Inherited<'_, 'd>,
) -> Operation {
    let holder = [node, item].into_iter().find(|holder| holder.get("servers").is_some());
    let security = node.get("security").or_else(|| inherited.document.get("security"));
    Operation {
        kind: OperationKind::Path,
        index: 0,
        name: String::new(),
        method: String::new(),
        path: String::new(),
        summary: node.text("summary").or_else(|| item.text("summary")).map(str::to_owned),
        parameters: parameters::read(builder, item, node),
        has_query_string: parameters::has_query_string(builder, [item, node]),
        request_body: node.get("requestBody").and_then(|body| request_body(builder, body)),
        responses: responses(builder, node),
        security: security.map(|list| inherited.schemes.requirements(builder, &list)).unwrap_or_default(),
        servers: holder.map(|holder| servers::read(builder, holder)).unwrap_or_default(),
        anchor: node.anchor(),
        fault: builder.fault(&node.anchor()),
    }
}

fn request_body<'d>(builder: &mut Builder<'d>, node: Node<'d>) -> Option<RequestBody> {
    let node = builder.resolve(node, "a request body")?;
    if node.value.get("content").is_none() {
        builder.warn(&node, rules::NO_CONTENT, "the request body declares no content: its body is not checked");
    }
    Some(RequestBody {
        required: node.flag("required").unwrap_or(false),
        content: content::content(builder, &node),
        anchor: node.anchor(),
    })
}

fn responses<'d>(builder: &mut Builder<'d>, operation: &Node<'d>) -> Vec<ResponseObject> {
    let Some(responses) = operation.get("responses") else {
        match builder.openapi.is_3_0() {
            true => builder.error(
                operation,
                rules::NO_RESPONSES,
                "expected `responses`, which OpenAPI 3.0 requires, got none",
            ),
            false => builder.warn(operation, rules::NO_RESPONSES, NO_RESPONSES),
        }
        return Vec::new();
    };
    let Some(responses) = builder.object(responses, "the responses") else { return Vec::new() };
    if responses.members().next().is_none() {
        builder.warn(&responses, rules::NO_RESPONSES, NO_RESPONSES);
    }
    let mut found = Vec::new();
    for (key, node) in responses.members().filter(|(key, _)| !key.starts_with("x-")) {
        match StatusKey::parse(key) {
            Some(status) => found.extend(response(builder, status, node)),
            None => builder.note(&node.anchor(), bad_status(key)),
        }
    }
    found
}

fn response<'d>(builder: &mut Builder<'d>, status: StatusKey, node: Node<'d>) -> Option<ResponseObject> {
    let node = builder.resolve(node, &format!("the response {status}"))?;
    Some(ResponseObject {
        status,
        description: node.text("description").unwrap_or_default().to_owned(),
        headers: content::headers(builder, &node),
        content: content::content(builder, &node),
        anchor: node.anchor(),
    })
}

fn bad_status(key: &str) -> Problem {
    Problem::new(format!("expected a status such as 200, a range such as 4XX, or default, got {key:?}"))
        .rule(rules::STATUS_KEY)
}
