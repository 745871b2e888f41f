//! Reads the servers of a document, a path item or an operation, with the values of their variables.

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
    let (urls, is_complete) = urls(server, template);
    let (origins, is_origin_complete) = origins(server, template);
    if !(is_complete && is_origin_complete) {
        let message = format!("the server URL has more than {MAX_PATHS} variants: the others are not recognised");
        builder.warn(server, rules::SERVER_VARIABLE, message);
    }
    Server { url, origins, paths: urls.iter().filter_map(|url| ServerPath::from_url(url)).collect() }
}

/// The URLs that differ in their path, and whether these are all. A variable without `enum` stays in place if it is a whole
/// segment of the path, since any value fits.
fn urls(server: &Node<'_>, template: &str) -> (Vec<String>, bool) {
    let (origin, path) = template.split_at(path_start(template));
    let is_segment = |placeholder: &str| path.split('/').skip(1).any(|segment| segment == placeholder);
    let (paths, is_complete) = variants(server, path, &is_segment);
    (paths.iter().map(|path| without_variables(origin) + path).collect(), is_complete)
}

/// The origins that the URL may have, and whether these are all; a variable without `enum` has its default.
fn origins(server: &Node<'_>, template: &str) -> (Vec<String>, bool) {
    let (origin, _) = template.split_at(path_start(template));
    let (mut origins, is_complete) = variants(server, origin, &|_| false);
    origins.retain(|origin| !origin.is_empty());
    (origins, is_complete)
}

/// The variants of `text` by the values of its variables, and whether these are all. A variable without `enum` stays in place if it
/// `is_open`.
fn variants(server: &Node<'_>, text: &str, is_open: &dyn Fn(&str) -> bool) -> (Vec<String>, bool) {
    let mut texts = vec![text.to_owned()];
    let mut is_complete = true;
    for (name, variable) in server.get("variables").iter().flat_map(Node::members) {
        let placeholder = placeholder(name);
        let default = variable.value.get("default");
        let replace = |text: &String, value: &Value| text.replace(&placeholder, &plain(value));
        if !text.contains(&placeholder) {
            continue;
        }
        texts = match (values(&variable), default) {
            (Some(values), _) => {
                let variants = texts.iter().flat_map(|text| values.iter().map(move |value| replace(text, value)));
                let mut variants: Vec<_> = variants.take(MAX_PATHS + 1).collect();
                is_complete &= variants.len() <= MAX_PATHS;
                variants.truncate(MAX_PATHS);
                variants
            }
            (None, Some(default)) if !is_open(&placeholder) => {
                texts.iter().map(|text| replace(text, default)).collect()
            }
            (None, _) => texts,
        };
    }
    (texts, is_complete)
}

/// Where the path of a URL begins: after the authority; at 0 in a URL that is relative or begins with a variable.
fn path_start(template: &str) -> usize {
    let Some(authority) = template.find("//").map(|at| at + 2) else { return 0 };
    template[authority..].find('/').map_or(template.len(), |at| authority + at)
}

/// Any host in place of one with variables: it does not matter for the path.
fn without_variables(origin: &str) -> String {
    if origin.contains('{') { "http://server".to_owned() } else { origin.to_owned() }
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
