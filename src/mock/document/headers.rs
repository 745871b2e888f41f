//! Response headers from the document.

use serde_json::Value;

use crate::contract::keyword::{self, Keyword};
use crate::contract::parameters::serialize;
use crate::contract::{Contract, Direction, Parameter, ResponseObject};
use crate::generate::{ValueStyle, solver};
use crate::http::{Headers, Response};

/// Headers that describe the framing of the message, which the connection decides (RFC 9110 §6.4, §7.6.1).
const FRAMING: [&str; 7] =
    ["content-length", "content-encoding", "transfer-encoding", "connection", "trailer", "upgrade", "keep-alive"];

/// Adds a declared header if it is required or the document supplies a value, unless it is there already.
pub(crate) fn add(contract: &Contract, header: &Parameter, style: ValueStyle, headers: &mut Headers) {
    let is_data = |name: &String| keyword::find(name).is_some_and(Keyword::is_data);
    let has_value =
        |value: Option<&Value>| value.and_then(Value::as_object).is_some_and(|object| object.keys().any(is_data));
    let schema = header.schema.as_ref().and_then(|schema| contract.value(&schema.anchor));
    let is_supplied = has_value(contract.value(&header.anchor)) || has_value(schema);
    let is_framing = FRAMING.iter().any(|name| header.name.eq_ignore_ascii_case(name));
    if is_framing || !(header.required || is_supplied) || headers.get(&header.name).is_some() {
        return;
    }
    let value = solver::parameter(contract, header, Direction::Response, style).ok();
    if let Some(line) = value.and_then(|value| serialize(header, &value).ok()) {
        headers.set(&header.name, line);
    }
}

/// Adds `Content-Length` if the response declares it: the connection would add it only after the response was validated. Call it
/// before the content of a response to HEAD is removed.
pub(crate) fn announce_length(declared: &ResponseObject, response: &mut Response) {
    let is_length = |name: &str| name.eq_ignore_ascii_case("content-length");
    let has_content = !matches!(response.status, 204 | 304);
    let is_declared = declared.headers.iter().any(|header| is_length(&header.name));
    if has_content && is_declared && response.headers.get("content-length").is_none() {
        response.headers.set("content-length", response.body.len().to_string());
    }
}
