//! Reads the head of a document: OpenAPI version, title, servers.

use serde_json::Value;

use super::builder::Builder;
use crate::contract::node::Node;
use crate::contract::version::OasVersion;
use crate::document::{Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

/// Reads the OpenAPI version of `document`: 3.0.x, 3.1.x or 3.2.x.
pub(super) fn version(document: &Document) -> Result<OasVersion, Problem> {
    let at = |name: &str| {
        let pointer = Pointer::root().join(name);
        document.snippet(&pointer, End::Value)
    };
    let value = document.value();
    if let Some(swagger) = value.get("swagger") {
        let message = format!("expected OpenAPI 3.0, 3.1 or 3.2, got Swagger {}", plain(swagger));
        return Err(Problem::new(message)
            .rule(rules::OPENAPI_VERSION)
            .at(at("swagger"))
            .help("convert it first, for example with `npx swagger2openapi FILE`"));
    }
    let written = value.get("openapi");
    if let Some(version) = written.and_then(Value::as_str).and_then(OasVersion::parse) {
        return Ok(version);
    }
    match written {
        Some(other) => {
            let message = format!("expected an OpenAPI version 3.0.x, 3.1.x or 3.2.x, got {}", plain(other));
            Err(Problem::new(message).rule(rules::OPENAPI_VERSION).at(at("openapi")))
        }
        None => {
            Err(Problem::new("expected `openapi: 3.1.0` or another version 3.x at the top of the document, got none")
                .rule(rules::OPENAPI_VERSION)
                .at(document.snippet(&Pointer::root(), End::Value))
                .help("the file must be an OpenAPI document"))
        }
    }
}

/// Reads `info.title` and `info.version`, and warns if one is missing. A version that is a number is read as written.
pub(super) fn title(builder: &mut Builder<'_>, document: &Node<'_>) -> (String, String) {
    let info = document.get("info");
    let mut read = |name: &str| {
        let value = info.as_ref().and_then(|info| info.value.get(name));
        let text = value.filter(|value| value.is_string() || value.is_number()).map(plain);
        if text.is_none() {
            builder.warn(info.as_ref().unwrap_or(document), "info", format!("info has no {name}"));
        }
        text.unwrap_or_default()
    };
    (read("title"), read("version"))
}

/// Reads `servers[].url` of the document, a path item or an operation, with variables at their defaults (OpenAPI 3.1 §4.8.5).
pub(super) fn servers(builder: &mut Builder<'_>, holder: &Node<'_>) -> Vec<String> {
    let Some(servers) = holder.get("servers") else { return Vec::new() };
    servers.items().filter_map(|server| Some(server_url(builder, &server, server.text("url")?))).collect()
}

fn server_url(builder: &mut Builder<'_>, server: &Node<'_>, template: &str) -> String {
    let mut url = template.to_owned();
    for (name, variable) in server.get("variables").iter().flat_map(Node::members) {
        match variable.value.get("default") {
            Some(default) => {
                url = url.replace(&format!("{{{name}}}"), &plain(default));
                if variable.value.get("enum").and_then(Value::as_array).is_some_and(|known| !known.contains(default)) {
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
    url
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
