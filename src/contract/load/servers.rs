//! Reads the servers of a document, a path item or an operation, with the values of their variables.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::node::Node;
use crate::contract::server::{Server, ServerPath};
use crate::rules;

use super::builder::Builder;

/// Maximum number of paths, and of origins, per server: variables with long `enum`s have many combinations.
const MAX_PATHS: usize = 1_000;

/// Reads `servers` (OpenAPI 3.1 §4.8.5).
pub(super) fn read(builder: &mut Builder<'_>, holder: &Node<'_>) -> Vec<Server> {
    let Some(servers) = holder.get("servers") else { return Vec::new() };
    servers.items().filter_map(|server| Some(one(builder, &server, server.text("url")?))).collect()
}

fn one(builder: &mut Builder<'_>, server: &Node<'_>, template: &str) -> Server {
    let mut url = template.to_owned();
    for (name, variable) in server.get("variables").iter().flat_map(Node::members) {
        match variable.value.get("default") {
            Some(default) => {
                url = url.replace(&placeholder(name), &plain(default));
                if values(&variable).is_some_and(|known| !known.contains(default)) {
                    let message = format!("the default of the server variable {name} is not in its enum");
                    builder.warn(&variable, rules::SERVER_VARIABLE, message);
                }
            }
            None => {
                builder.warn(&variable, rules::SERVER_VARIABLE, format!("the server variable {name} has no default"))
            }
        }
    }
    if url.contains('{') {
        builder.warn(server, rules::SERVER_VARIABLE, format!("the server URL {url} has an undeclared variable"));
    }
    let (origins, paths, is_complete) = locations(server, template);
    if !is_complete {
        let message = format!("the server URL has more than {MAX_PATHS} variants: the others are not recognised");
        builder.warn(server, rules::SERVER_VARIABLE, message);
    }
    Server { url, origins, paths }
}

/// The origins and the paths that the URL may have, and whether these are all. Values of variables may hold slashes, and so parts of
/// both.
fn locations(server: &Node<'_>, template: &str) -> (Vec<String>, Vec<ServerPath>, bool) {
    let (head, path) = template.split_at(head_end(template));
    let (heads, mut is_complete) = variants(server, head, false);
    let (origins, starts): (BTreeSet<_>, BTreeSet<_>) =
        heads.iter().map(|head| head.split_at(path_start(head))).unzip();
    let origins = origins.into_iter().filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
    let mut paths = Vec::new();
    for start in starts {
        let (rest, is_all) = variants(server, path, true);
        is_complete &= is_all && paths.len() + rest.len() <= MAX_PATHS;
        paths.extend(rest.iter().map(|rest| format!("{start}{rest}")).take(MAX_PATHS - paths.len()));
    }
    // A path with two slashes at its start is not an authority.
    let url = |path: &String| if path.starts_with('/') { format!("http://server{path}") } else { path.clone() };
    (origins, paths.iter().filter_map(|path| ServerPath::from_url(&url(path))).collect(), is_complete)
}

/// The variants of `text` by the values of its variables, and whether these are all. A variable without `enum` has its default; in a
/// `path` it stays in place, where any text fits within a segment.
fn variants(server: &Node<'_>, text: &str, is_path: bool) -> (Vec<String>, bool) {
    let mut texts = vec![text.to_owned()];
    let mut is_complete = true;
    for (name, variable) in server.get("variables").iter().flat_map(Node::members) {
        let placeholder = placeholder(name);
        let default = variable.value.get("default");
        let replace = |text: &String, value: &Value| text.replace(&placeholder, &plain(value));
        if !text.contains(&placeholder) {
            continue;
        }
        let of = |text: &String| match (values(&variable), default) {
            (Some(values), _) => values.iter().map(|value| replace(text, value)).collect(),
            (None, Some(default)) if !is_path => vec![replace(text, default)],
            (None, Some(default)) if !is_within_segment(default) => vec![replace(text, default), text.clone()],
            (None, _) => vec![text.clone()],
        };
        let found: Vec<_> = texts.iter().flat_map(of).take(MAX_PATHS + 1).collect();
        is_complete &= found.len() <= MAX_PATHS;
        texts = found;
        texts.truncate(MAX_PATHS);
    }
    (texts, is_complete)
}

fn is_within_segment(value: &Value) -> bool {
    let value = plain(value);
    !value.is_empty() && !value.contains('/')
}

/// Where the part of a template ends that holds the origin: after the authority, or after the variable that it begins with.
fn head_end(template: &str) -> usize {
    match path_start(template) {
        0 if template.starts_with('{') => template.find('}').map_or(0, |end| end + 1),
        start => start,
    }
}

/// Where the path of a URL begins: after the authority; at 0 in a URL that is relative.
fn path_start(url: &str) -> usize {
    let after_scheme = || url.find("://").filter(|at| !url[..*at].contains('/')).map(|at| at + 3);
    let Some(authority) = url.starts_with("//").then_some(2).or_else(after_scheme) else { return 0 };
    url[authority..].find('/').map_or(url.len(), |at| authority + at)
}

fn placeholder(name: &str) -> String {
    format!("{{{name}}}")
}

fn values<'d>(variable: &Node<'d>) -> Option<&'d Vec<Value>> {
    variable.value.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
