//! Reads the head of a document: OpenAPI version, title, servers.

use serde_json::Value;

use super::builder::Builder;
use crate::contract::node::Node;
use crate::contract::version::OasVersion;
use crate::document::{Document, End, FileKind};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

/// Reads the OpenAPI version of `document`: 3.0.x, 3.1.x or 3.2.x.
pub(crate) fn version(document: &Document) -> Result<OasVersion, Problem> {
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
    if let (None, Some(kind)) = (written, FileKind::of(value)) {
        return Err(Problem::new(format!("this is {}, not an OpenAPI document", kind.noun()))
            .rule(rules::OPENAPI_VERSION)
            .at(document.snippet(&Pointer::root(), End::Value))
            .help(kind.advice()));
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
            builder.warn(info.as_ref().unwrap_or(document), rules::INFO, format!("info has no {name}"));
        }
        text.unwrap_or_default()
    };
    (read("title"), read("version"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
