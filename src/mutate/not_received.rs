//! Responses that the contract declares and no case receives: generated, to list the mutants that nothing can notice.

use crate::contract::{Contract, Direction, Operation, ResponseObject, StatusKey};
use crate::generate::ValueStyle;
use crate::generate::solver;
use crate::http::{Exchange, Headers, Request, Response, Timings};

use super::unmutated::Sent;

/// A generated response for each declared status of an operation that is not in `received`.
pub(crate) fn responses(contract: &Contract, operation: &Operation, received: &[u16]) -> Vec<Sent> {
    let is_usable = operation.fault.is_none();
    let missing = operation.responses.iter().filter(|_| is_usable).filter_map(|declared| match declared.status {
        StatusKey::Exact(status) if !received.contains(&status) => Some((status, declared)),
        _ => None,
    });
    missing.filter_map(|(status, declared)| response(contract, operation, status, declared)).collect()
}

fn response(contract: &Contract, operation: &Operation, status: u16, declared: &ResponseObject) -> Option<Sent> {
    let media = declared.content.iter().find(|media| media.media_type.is_json() && media.schema.is_some())?;
    let schema = media.schema.as_ref().filter(|schema| schema.key.is_some())?;
    let body = solver::example(contract, schema, Direction::Response, ValueStyle::Plain).ok()?;
    let bytes = serde_json::to_vec(&body).ok()?;
    let headers: Headers = [("content-type", &*media.name)].into_iter().collect();
    let wire_size = bytes.len() as u64;
    let response = Response { status, version: "HTTP/1.1", headers, body: bytes.into(), wire_size };
    let request = Request { method: operation.method.clone(), ..Request::default() };
    let exchange = Exchange { request, response, timings: Timings::default(), incomplete: None };
    let (operation, body) = (Some(operation.index), Some(body));
    Some(Sent { case: 0, is_row: false, operation, exchange, body, is_large: false, elapsed: 0 })
}
