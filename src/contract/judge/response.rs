//! Judges a response: its status first, because everything else is declared by status.

use serde_json::Value;

use crate::contract::parameters::Wire;
use crate::contract::{
    Anchor, Breach, Contract, Direction, Judgement, Location, MediaTypeObject, Operation, ResponseObject, Rule,
    value_summary,
};
use crate::difference::{Difference, Element};
use crate::http::{Exchange, Response};
use crate::pointer::Pointer;

use super::body;
use super::content::Content;
use super::parameter::Fields;

/// Judges a response of `operation` to a request with `method`: status, media type, presence and syntax of the body, its schema,
/// headers.
pub fn response(contract: &Contract, operation: &Operation, method: &str, response: &Response) -> Judgement {
    judge(contract, operation, (method, false), response, None)
}

/// Judges the response of an exchange with `operation`: all of it, or of an incomplete one what was received. Without an operation
/// nothing is checked.
pub fn exchange(contract: &Contract, operation: Option<&Operation>, exchange: &Exchange) -> Judgement {
    let Exchange { request, response: received, incomplete, .. } = exchange;
    let mut judgement = match operation {
        None => {
            let mut judgement = body::without_contract(received);
            judgement.not_checked(Rule::Status, "the request matches no operation of the contract");
            judgement
        }
        // Status and headers, as in a response that has no content.
        Some(operation) if incomplete.is_some() && received.body.is_empty() => {
            response(contract, operation, "HEAD", received)
        }
        Some(operation) => judge(contract, operation, (&request.method, incomplete.is_some()), received, None),
    };
    if let Some(reason) = incomplete {
        judgement.not_checked(Rule::BodySchema, reason.clone());
    }
    judgement
}

/// Judges a response that was generated here; `body` is the JSON of its content, which is not parsed again.
pub fn generated_response(
    contract: &Contract,
    operation: &Operation,
    method: &str,
    response: &Response,
    body: Option<Value>,
) -> Judgement {
    judge(contract, operation, (method, false), response, body)
}

/// Judges the headers of a response, and nothing else.
pub fn response_headers(contract: &Contract, operation: &Operation, response: &Response) -> Judgement {
    let mut judgement = Judgement::default();
    if let Some(declared) = operation.response(response.status) {
        headers(contract, declared, response, &mut judgement);
    }
    judgement
}

fn judge(
    contract: &Contract,
    operation: &Operation,
    (method, is_partial): (&str, bool),
    response: &Response,
    body: Option<Value>,
) -> Judgement {
    let mut judgement = Judgement { body, ..Judgement::default() };
    if let Some(fault) = &operation.fault {
        judgement.not_checked(Rule::Status, fault.as_ref());
        return judgement;
    }
    if let Some(declared) = operation.response(response.status) {
        judgement.status = Some(declared.status);
        headers(contract, declared, response, &mut judgement);
        let content = Content { is_partial, ..content(contract, &declared.content, &declared.anchor, response) };
        judge_body(&content, method, response, &mut judgement);
    } else {
        judgement.breaches.push(undeclared(operation, response));
        if !response.body.is_empty() {
            judgement.not_checked(Rule::BodySchema, format!("no response is declared for {}", response.status));
        }
    }
    if judgement.body.is_none() && judgement.beyond_limits.is_none() {
        body::parse(&response.headers, &response.body, &mut judgement);
    }
    judgement
}

fn content<'a>(
    contract: &'a Contract,
    declared: &'a [MediaTypeObject],
    owner: &'a Anchor,
    response: &'a Response,
) -> Content<'a> {
    Content {
        contract,
        declared,
        owner,
        headers: &response.headers,
        bytes: &response.body,
        direction: Direction::Response,
        is_partial: false,
    }
}

fn undeclared(operation: &Operation, response: &Response) -> Breach {
    let declared: Vec<String> = operation.responses.iter().map(|declared| declared.status.to_string()).collect();
    let mut breach = Breach::new(Rule::Status, "status", Location::Status, operation.anchor.member("responses"))
        .expected(if declared.is_empty() { "(none is declared)".to_owned() } else { declared.join(" | ") })
        .differs(Difference::Undeclared { element: Element::Status, name: Some(response.status.to_string()) });
    breach.actual = Some(response.status.to_string());
    breach
}

fn headers(contract: &Contract, declared: &ResponseObject, response: &Response, judgement: &mut Judgement) {
    let wire = Wire { path: &[], query: None, headers: &response.headers };
    let fields = Fields { contract, rule: Rule::HeaderSchema, siblings: &[], wire: &wire };
    declared.headers.iter().for_each(|header| fields.judge(header, judgement));
}

fn judge_body(content: &Content<'_>, method: &str, response: &Response, judgement: &mut Judgement) {
    let (status, is_empty) = (response.status, response.body.is_empty());
    if never_has_content(method, status) {
        if !is_empty {
            let breach = Breach::new(Rule::BodyAbsent, "body", Location::Body(Pointer::root()), content.owner.clone());
            let forbidding = (method != "HEAD").then_some(status);
            let difference = Difference::UnexpectedBody { status: forbidding, size: response.body.len() as u64 };
            judgement.breaches.push(breach.expected("no content").differs(difference).actual(&response.body));
        } else if method != "HEAD"
            && let Some(header) = announced_content(response)
        {
            let location = Location::Header(header.to_owned(), Pointer::root());
            let mut breach = Breach::new(Rule::BodyAbsent, "body", location, content.owner.clone());
            breach.actual = response.headers.get(header).map(|value| value_summary::text(value.as_bytes()));
            let difference = Difference::Forbidden { element: Element::Header, name: header.to_owned() };
            judgement.breaches.push(breach.expected("no content").differs(difference));
        } else if method == "HEAD" && response.headers.get("content-type").is_some() {
            content.media_type(judgement);
        }
        return;
    }
    match (content.declared, is_empty) {
        ([], true) => {}
        ([], false) => judgement.not_checked(Rule::BodySchema, format!("no content is declared for {status}")),
        (_, false) => body::judge(content, judgement),
        (_, true) if content.may_be_empty() => body::judge(content, judgement),
        (_, true) => {
            let breach = Breach::new(Rule::BodyPresent, "body", Location::Body(Pointer::root()), content.anchor());
            let breach = breach.expected(content.listed());
            let missing = Difference::Missing { element: Element::ResponseBody, name: None };
            judgement.breaches.push(breach.differs(missing));
            if response.headers.get("content-type").is_some() {
                content.media_type(judgement);
            }
        }
    }
}

/// The header that announces content after a 1xx or 204 (RFC 9110 §8.6, RFC 9112 §6.1). HTTP clients do not read that content, so
/// that the body of the response is empty.
fn announced_content(response: &Response) -> Option<&'static str> {
    let is_sent = |name: &str| response.headers.get(name).is_some_and(|value| value.trim() != "0");
    let headers = ["content-length", "transfer-encoding"].into_iter();
    headers.filter(|_| matches!(response.status, 100..=199 | 204)).find(|name| is_sent(name))
}

/// Responses that cannot have content, even if it is declared (RFC 9110 §6.4.1).
fn never_has_content(method: &str, status: u16) -> bool {
    method == "HEAD" || matches!(status, 100..=199 | 204 | 205 | 304)
}
