//! Traffic as a case file: one case an exchange, without credentials, as a run would send it again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::case::intent;
use crate::contract::{Contract, Operation, ParameterIn, Route, SecurityScheme};
use crate::document::parse_json;
use crate::http::{Exchange, Request};
use crate::problem::Problem;

use crate::cli::yaml;

/// Headers that the client or the connection sets anew.
const OWN: [&str; 7] =
    ["accept-encoding", "authorization", "connection", "content-length", "cookie", "host", "proxy-authorization"];

/// The case file of these exchanges, in their order; `story` is what it tells.
pub fn case_file(contract: &Contract, story: &str, exchanges: &[Exchange]) -> Result<String, Problem> {
    let cases: Vec<_> = exchanges.iter().enumerate().map(|(index, held)| case(contract, index + 1, held)).collect();
    let file = escaped(&json!({ "story": story, "cases": cases }));
    let text = yaml::text(&file)?;
    Ok(format!(
        "# Written by signoff proxy. Credentials are left out; bodies are as they came: look before you share them.\n{text}"
    ))
}

fn case(contract: &Contract, number: usize, exchange: &Exchange) -> Value {
    let Exchange { request, response, .. } = exchange;
    let operation = match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => contract.operations.get(operation),
        Route::MethodNotAllowed { .. } | Route::NotFound => None,
    };
    let declared = |request: &Request| intent::declaration(&intent::judge(contract, operation, request));
    let mut violates = declared(request);
    // What is left out below may be what the contract asks for.
    if declared(&without_own(request)) != violates {
        violates = vec!["unchecked".to_owned()];
    }
    let name = operation.map_or("a request beyond the contract", |operation| &operation.name);
    let mut case = Map::new();
    case.insert("name".to_owned(), format!("{number} {name}").into());
    if let Some(operation) = operation {
        case.insert("operation".to_owned(), format!("{} {}", operation.method, operation.path).into());
    }
    case.insert("request".to_owned(), written(contract, operation, request, &violates));
    // A request that breaks the contract is to be refused, whatever came.
    if violates.is_empty() || (400..500).contains(&response.status) || violates == ["unchecked"] {
        case.insert("expect".to_owned(), json!({ "status": response.status }));
    }
    if !violates.is_empty() {
        case.insert("violates".to_owned(), violates.into());
    }
    Value::Object(case)
}

/// The request as a run will send it again, which has credentials of its own.
fn without_own(request: &Request) -> Request {
    let is_kept =
        |name: &str| !OWN.contains(&name.to_ascii_lowercase().as_str()) || name.eq_ignore_ascii_case("authorization");
    Request { headers: request.headers.iter().filter(|(name, _)| is_kept(name)).collect(), ..request.clone() }
}

/// The request as it stands, but for what is secret.
fn written(contract: &Contract, operation: Option<&Operation>, request: &Request, violates: &[String]) -> Value {
    let secret = |place: ParameterIn, name: &str| {
        let schemes = contract.security_schemes.values();
        schemes.into_iter().any(|scheme| match scheme {
            SecurityScheme::ApiKey { place: held, name: key } => *held == place && key.eq_ignore_ascii_case(name),
            _ => false,
        })
    };
    let mut format = Map::new();
    if operation.is_none() {
        format.insert("method".to_owned(), request.method.clone().into());
    }
    let query = request.query().map(|query| {
        let kept = query.split('&').filter(|pair| !secret(ParameterIn::Query, pair.split('=').next().unwrap_or(pair)));
        kept.collect::<Vec<_>>().join("&")
    });
    let query = query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    format.insert("url".to_owned(), format!("{}{query}", request.path()).into());
    let is_own = |name: &str| OWN.contains(&name.to_ascii_lowercase().as_str()) || secret(ParameterIn::Header, name);
    let mut headers = Map::new();
    for (name, _) in request.headers.iter().filter(|(name, _)| !is_own(name)) {
        let lines = request.headers.all(name).collect::<Vec<_>>();
        headers.insert(name.to_ascii_lowercase(), lines.join(", ").into());
    }
    let has_type = request.headers.get("content-type").is_some();
    if request.body.is_some() && !has_type {
        headers.insert("content-type".to_owned(), Value::Null);
    }
    if !headers.is_empty() {
        format.insert("headers".to_owned(), headers.into());
    }
    if violates.iter().any(|violation| violation == "security") {
        format.insert("auth".to_owned(), "none".into());
    }
    if let Some((key, value)) = request.body.as_deref().map(|bytes| body(bytes, has_type)) {
        format.insert(key.to_owned(), value);
    }
    Value::Object(format)
}

/// JSON where writing it again gives the same bytes, else the text or the bytes.
fn body(bytes: &[u8], has_type: bool) -> (&'static str, Value) {
    let json = parse_json(bytes).ok().filter(|value| has_type && value.to_string().as_bytes() == bytes);
    match (json, std::str::from_utf8(bytes)) {
        (Some(value), _) => ("body", value),
        (None, Ok(text)) => ("text", text.into()),
        (None, Err(_)) => ("base64", STANDARD.encode(bytes).into()),
    }
}

/// The same value with nothing in it that reads as an expression.
fn escaped(value: &Value) -> Value {
    let plain = |text: &str| text.replace("${", "$${");
    match value {
        Value::String(text) => plain(text).into(),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (plain(name), escaped(value))).collect(),
        other => other.clone(),
    }
}
