//! A first request to an operation, from the document's examples and, where there are none, from its schemas.

use serde_json::{Map, Value, json};

use crate::contract::parameters::serialize;
use crate::contract::{Contract, Declared, Direction, Operation, Parameter, ParameterIn, SecurityScheme};
use crate::generate::value::{self, Look};
use crate::http::Request;

/// Values for everything that an operation requires.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Path parameters.
    pub path: Map<String, Value>,
    /// Required query parameters.
    pub query: Map<String, Value>,
    /// Required headers.
    pub headers: Map<String, Value>,
    /// The body, when one is declared as JSON.
    pub body: Option<Value>,
}

impl Sample {
    /// A request that keeps the contract as far as its examples do.
    pub fn of(contract: &Contract, operation: &Operation) -> Self {
        let of = |place| {
            let wanted = operation.parameters.iter().filter(|parameter| parameter.place == place && parameter.required);
            wanted.map(|parameter| (parameter.name.clone(), parameter_value(contract, parameter))).collect()
        };
        Self {
            path: of(ParameterIn::Path),
            query: of(ParameterIn::Query),
            headers: of(ParameterIn::Header),
            body: body(contract, operation),
        }
    }

    /// The request as a line for a shell; credentials are placeholders.
    pub fn curl(&self, contract: &Contract, operation: &Operation, base: &str) -> String {
        let mut words = vec!["curl".to_owned(), "-X".to_owned(), operation.method.clone()];
        words.push(quoted(&format!("{base}{}", self.url(operation))));
        for header in self.credentials(contract, operation) {
            words.extend(["-H".to_owned(), quoted(&header)]);
        }
        for (name, value) in &self.headers {
            words.extend(["-H".to_owned(), quoted(&format!("{name}: {}", text(value)))]);
        }
        if let Some(body) = &self.body {
            words.extend(["-H".to_owned(), quoted("content-type: application/json")]);
            words.extend(["-d".to_owned(), quoted(&body.to_string())]);
        }
        words.join(" ")
    }

    /// The request as it would be sent, with placeholders for credentials.
    pub fn request(&self, contract: &Contract, operation: &Operation) -> Request {
        let own = self.headers.iter().map(|(name, value)| (name.clone(), text(value)));
        let declared = operation.request_body.iter().flat_map(|body| &body.content);
        let mut json = declared.map(|content| &content.media_type).filter(|kind| kind.is_json() && !kind.is_range());
        let kind = json.next().map_or_else(|| "application/json".to_owned(), ToString::to_string);
        let json = self.body.as_ref().map(|_| ("content-type".to_owned(), kind));
        let credentials = self.credentials(contract, operation);
        let credentials = credentials.iter().filter_map(|line| line.split_once(": "));
        let credentials = credentials.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Request {
            method: operation.method.clone(),
            url: self.url(operation),
            headers: own.chain(json).chain(credentials).collect(),
            body: self.body.as_ref().map(|body| body.to_string().into()),
        }
    }

    fn url(&self, operation: &Operation) -> String {
        let wire = |place, name: &str, value: &Value| {
            let declared = operation.parameter(place, name);
            declared.and_then(|parameter| serialize(parameter, value).ok()).unwrap_or_else(|| text(value))
        };
        let path = self.path.iter().fold(operation.path.clone(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), &wire(ParameterIn::Path, name, value))
        });
        let query: Vec<_> = self.query.iter().map(|(name, value)| wire(ParameterIn::Query, name, value)).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    fn credentials(&self, contract: &Contract, operation: &Operation) -> Vec<String> {
        let first = operation.security.first().map(|requirement| requirement.schemes.as_slice()).unwrap_or_default();
        let header = |scheme: &String| match contract.security_schemes.get(scheme)? {
            SecurityScheme::Basic => Some("authorization: Basic dXNlcjpwYXNzd29yZA==".to_owned()),
            SecurityScheme::Bearer => Some("authorization: Bearer token".to_owned()),
            SecurityScheme::ApiKey { place: ParameterIn::Header, name } => Some(format!("{name}: key")),
            _ => None,
        };
        first.iter().filter_map(header).collect()
    }
}

fn parameter_value(contract: &Contract, parameter: &Parameter) -> Value {
    let made = || parameter.schema.as_ref().and_then(|schema| made(contract, schema));
    value::parameter(contract, parameter, Direction::Request, Look::Plain)
        .ok()
        .or_else(made)
        .unwrap_or_else(|| json!("text"))
}

fn body(contract: &Contract, operation: &Operation) -> Option<Value> {
    let json = operation.request_body.as_ref()?.content.iter().find(|content| content.media_type.is_json())?;
    let example = json.examples.first().and_then(|(_, example)| contract.value(example)).cloned();
    example.or_else(|| made(contract, json.schema.as_ref()?))
}

/// A value that keeps the schema; where none was found, one that nearly does, for the reader to mend.
fn made(contract: &Contract, schema: &Declared) -> Option<Value> {
    let nearly = || value::nearly(contract, schema, Direction::Request);
    value::example(contract, schema, Direction::Request, Look::Plain).ok().or_else(nearly)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// In single quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
