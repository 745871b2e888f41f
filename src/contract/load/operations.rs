//! The operations of a document: every method of every path, with what it inherits from its path and the document.

use super::builder::Builder;
use super::content;
use super::info;
use super::parameters;
use super::security::Schemes;
use crate::contract::node::Node;
use crate::contract::refs::REF;
use crate::contract::{Operation, RequestBody, ResponseObject, StatusKey, route};
use crate::problem::Problem;

/// The fixed fields of a path item that are methods (OpenAPI 3.2 §4.9).
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Segments that a path may have: the router's tree is as deep as the longest path.
const MAX_SEGMENTS: usize = 200;

const NO_RESPONSES: &str = "the operation declares no responses: every answer is undocumented";

/// Every operation under `paths`, in document order.
pub(super) fn read<'d>(builder: &mut Builder<'d>, document: &Node<'d>, schemes: &Schemes) -> Vec<Operation> {
    let mut operations = Vec::new();
    let Some(paths) = document.get("paths") else {
        no_paths(builder, document);
        return operations;
    };
    let Some(paths) = builder.object(paths, "the paths") else { return operations };
    for (path, item) in paths.members().filter(|(path, _)| !path.starts_with("x-")) {
        template(builder, &item, path);
        read_path(builder, &mut operations, (path, item), &Inherited { document, schemes });
    }
    if operations.is_empty() {
        builder.warn(&paths, "no-operations", "the paths declare no operation");
    }
    operations
}

/// Notes what is wrong with a path template itself.
fn template(builder: &mut Builder<'_>, item: &Node<'_>, path: &str) {
    if !path.starts_with('/') {
        builder.error(item, "path-template", format!("expected a path that starts with /, got {path:?}"));
    }
    if path.matches('/').count() > MAX_SEGMENTS {
        builder.error(item, "path-template", format!("expected at most {MAX_SEGMENTS} segments in a path"));
    }
    if path.contains(['?', '#']) {
        builder.warn(item, "path-template", format!("no request matches {path}: a path ends before ? and #"));
    }
    let names = route::names(path);
    if let Some((_, twice)) = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        builder.warn(item, "path-template", format!("{path} names {{{twice}}} twice: only the first is judged"));
    }
}

struct Inherited<'a, 'd> {
    document: &'a Node<'d>,
    schemes: &'a Schemes,
}

fn no_paths(builder: &mut Builder<'_>, document: &Node<'_>) {
    let holds_nothing = ["components", "webhooks"].iter().all(|name| document.get(name).is_none());
    if builder.openapi.is_3_0() || holds_nothing {
        builder.error(document, "structure", "expected `paths` at the top of the document, got none");
    } else {
        builder.warn(document, "no-operations", "the document has no paths: there is nothing to send or to judge");
    }
}

fn read_path<'d>(
    builder: &mut Builder<'d>,
    operations: &mut Vec<Operation>,
    (path, item): (&str, Node<'d>),
    inherited: &Inherited<'_, 'd>,
) {
    let what = format!("the path item of {path}");
    if item.value.get(REF).is_some() && item.members().count() > 1 {
        builder.warn(&item, "ignored-beside-ref", format!("{what} has members beside $ref, which are ignored"));
    }
    let Some(item) = builder.resolve(item, &what) else { return };
    let more = item.get("additionalOperations").filter(|_| builder.openapi.is_at_least_3_2());
    let more: Vec<_> = more.iter().flat_map(Node::members).collect();
    let known = |method: &str| METHODS.contains(&method) && (method != "query" || builder.openapi.is_at_least_3_2());
    let found: Vec<_> = item.members().filter(|(name, _)| known(name)).chain(more).collect();
    for (method, node) in found {
        let Some(node) = builder.object(node, &format!("the operation {method} of {path}")) else { continue };
        let method = if METHODS.contains(&method) { method.to_ascii_uppercase() } else { method.to_owned() };
        let mut operation = read_operation(builder, (&item, &node), inherited);
        operation.index = operations.len();
        operation.name = node.text("operationId").map_or_else(|| format!("{method} {path}"), str::to_owned);
        (operation.method, operation.path) = (method, path.to_owned());
        parameters::settle_path(builder, &mut operation);
        operations.push(operation);
    }
}

/// The operation at `node` of the path item `item`; its names are filled in by the caller.
fn read_operation<'d>(
    builder: &mut Builder<'d>,
    (item, node): (&Node<'d>, &Node<'d>),
    inherited: &Inherited<'_, 'd>,
) -> Operation {
    let usual = inherited.document.value.get("servers");
    let own = [item, node].into_iter().filter_map(|holder| holder.get("servers"));
    for servers in own.filter(|own| Some(own.value) != usual) {
        builder.warn(
            &servers,
            "ignored-servers",
            "no request is sent to the servers of a path or operation: every one goes to the one target",
        );
    }
    let servers = [node, item].into_iter().find(|holder| holder.get("servers").is_some());
    let security = node.get("security").or_else(|| inherited.document.get("security"));
    Operation {
        index: 0,
        name: String::new(),
        method: String::new(),
        path: String::new(),
        summary: node.text("summary").or_else(|| item.text("summary")).map(str::to_owned),
        parameters: parameters::read(builder, item, node),
        request_body: node.get("requestBody").and_then(|body| request_body(builder, body)),
        responses: responses(builder, node),
        security: security.map(|list| inherited.schemes.requirements(builder, &list)).unwrap_or_default(),
        servers: servers.map(|holder| info::servers(builder, holder)).unwrap_or_default(),
        anchor: node.anchor(),
    }
}

fn request_body<'d>(builder: &mut Builder<'d>, node: Node<'d>) -> Option<RequestBody> {
    let node = builder.resolve(node, "a request body")?;
    if node.value.get("content").is_none() {
        builder.warn(&node, "no-content", "the request body declares no content: no media type can be judged");
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
                "no-responses",
                "expected `responses`, which every OpenAPI 3.0 operation has, got none",
            ),
            false => builder.warn(operation, "no-responses", NO_RESPONSES),
        }
        return Vec::new();
    };
    let Some(responses) = builder.object(responses, "the responses") else { return Vec::new() };
    if responses.members().next().is_none() {
        builder.warn(&responses, "no-responses", NO_RESPONSES);
    }
    let mut found = Vec::new();
    for (key, node) in responses.members().filter(|(key, _)| !key.starts_with("x-")) {
        match status_key(key) {
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
        .rule("status-key")
}

/// `200`, `4XX` or `default` (OpenAPI 3.1 §4.8.16).
fn status_key(key: &str) -> Option<StatusKey> {
    let class = |text: &str| text.parse::<u16>().ok().filter(|class| (1..=9).contains(class) && text.len() == 1);
    match key {
        "default" => Some(StatusKey::Default),
        _ if key.ends_with("XX") => key.strip_suffix("XX").and_then(class).map(StatusKey::Range),
        _ => key.parse().ok().filter(|status| (100..=999).contains(status) && key.len() == 3).map(StatusKey::Exact),
    }
}
