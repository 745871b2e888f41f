//! `expects-undocumented-status` and `expects-breach`: expectations that no conforming response can meet.
//!
//! Builds a response from the constant parts of an expectation and judges it. Parts that depend on variables, and
//! properties that are not expected, are left out.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::contract::{Breach, Contract, Location, Operation, ResponseObject, Rule, StatusKey, judge};
use crate::http::{Headers, MediaType, Response};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::super::{Case, Story, Violates};
use super::warning::warning;

/// Returns the expectations of `case` that can never be met.
pub(super) fn check(case: &Case, story: &Story, contract: &Contract) -> Vec<Problem> {
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    let Some(operation) = operation.filter(|found| found.fault.is_none()) else { return Vec::new() };
    if case.expect.undocumented.is_some() || leads_elsewhere(case) {
        return Vec::new();
    }
    let accepted = accepted_statuses(case);
    let declared: Vec<_> = operation
        .responses
        .iter()
        .filter(|response_object| accepted.iter().any(|range| applies_to(response_object, range, operation)))
        .collect();
    if declared.is_empty() {
        return undocumented(case, story, operation, &accepted).into_iter().collect();
    }
    let expected = Expected::new(case, story);
    // Only JSON responses are built.
    if expected.expects_other_media_type()
        || declared.iter().any(|response_object| response_object.content.iter().any(|one| !one.media_type.is_json()))
    {
        return Vec::new();
    }
    let mut tried =
        declared.iter().flat_map(|response_object| expected.responses(response_object, &accepted)).map(|response| {
            let breaches = judge::response(contract, operation, &operation.method, &response).breaches;
            breaches.into_iter().filter(|breach| expected.is_about(breach, contract)).collect::<Vec<_>>()
        });
    // One response that conforms and meets the expectation is enough.
    let Some(first) = tried.next() else { return Vec::new() };
    if first.is_empty() || tried.any(|breaches| breaches.is_empty()) {
        return Vec::new();
    }
    first.iter().map(|breach| breach_warning(breach, case, story, contract)).collect()
}

/// Whether the request may be routed to another operation, whose responses are unknown.
fn leads_elsewhere(case: &Case) -> bool {
    match &case.violates {
        Violates::These(these) => these.iter().any(|one| matches!(one.keyword.as_str(), "path" | "method")),
        Violates::Nothing => case.request.url.is_some(),
        Violates::Unchecked => true,
    }
}

/// The accepted statuses. The default is 2XX, or 4XX if the request violates something.
fn accepted_statuses(case: &Case) -> Vec<RangeInclusive<u16>> {
    match (case.expect.status.as_slice(), &case.violates) {
        ([], Violates::Nothing) => vec![200..=299],
        ([], _) => vec![400..=499],
        (given, _) => given.to_vec(),
    }
}

/// Whether a response with a status in `range` is validated against `declared`.
fn applies_to(declared: &ResponseObject, range: &RangeInclusive<u16>, operation: &Operation) -> bool {
    range.clone().any(|status| {
        operation.response(status).is_some_and(|response_object| response_object.status == declared.status)
    })
}

fn undocumented(
    case: &Case,
    story: &Story,
    operation: &Operation,
    accepted: &[RangeInclusive<u16>],
) -> Option<Problem> {
    let at = case.at.join("expect").join("status");
    let is_written = case.file(story).document.value().pointer(at.as_str()).is_some();
    let at = if is_written { at } else { case.at.join("name") };
    let declared: Vec<_> =
        operation.responses.iter().map(|response_object| response_object.status.to_string()).collect();
    let statuses: Vec<_> = accepted.iter().map(shown).collect();
    let message = format!(
        "`{}` documents the statuses {2} but not {1}: the case can never pass",
        operation.name,
        statuses.join(" or "),
        declared.join(", ")
    );
    let help = "correct the status, or acknowledge it with `expect: { undocumented: REASON }`".to_owned();
    (!declared.is_empty()).then(|| warning(rules::EXPECTS_UNDOCUMENTED_STATUS, message, help, (story, case), &at))
}

fn shown(range: &RangeInclusive<u16>) -> String {
    if range.start() == range.end() { range.start().to_string() } else { format!("{}XX", range.start() / 100) }
}

/// The constant parts of an expectation.
struct Expected {
    headers: Headers,
    body: Option<Value>,
    /// Locations in the body that are not constant.
    open: Vec<Pointer>,
}

impl Expected {
    fn new(case: &Case, story: &Story) -> Self {
        let value = case.file(story).document.value();
        let expect = value.pointer(case.at.join("expect").as_str());
        let headers = expect.and_then(|expect| expect.get("headers")).and_then(Value::as_object);
        let fixed = |(name, value): (&String, &Value)| {
            Some((name.clone(), value.as_str().filter(|text| !text.contains("${"))?.to_owned()))
        };
        let mut open = Vec::new();
        let body = expect
            .and_then(|expect| expect.get("body"))
            .and_then(|body| constant_parts(body, &Pointer::root(), &mut open));
        Self { headers: headers.into_iter().flatten().filter_map(fixed).collect(), body, open }
    }

    fn expects_other_media_type(&self) -> bool {
        let named = self.headers.get("content-type").and_then(MediaType::of_line);
        named.is_some_and(|media_type| !media_type.is_json())
    }

    /// Builds responses that meet the expectation, one per media type of `declared`.
    fn responses(&self, declared: &ResponseObject, accepted: &[RangeInclusive<u16>]) -> Vec<Response> {
        let status = match declared.status {
            StatusKey::Exact(status) => status,
            StatusKey::Range(class) => class * 100,
            StatusKey::Default => accepted.first().map_or(500, |range| *range.start()),
        };
        declared.content.iter().map(|content| self.response(status, content.media_type.to_string())).collect()
    }

    fn response(&self, status: u16, media_type: String) -> Response {
        let mut headers = self.headers.clone();
        if headers.get("content-type").is_none() {
            headers.set("content-type", media_type);
        }
        let body = self.body.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
        Response { status, version: "HTTP/1.1", headers, body: body.into(), wire_size: 0 }
    }

    /// Whether the breach concerns an expected part, and not one that was left out.
    fn is_about(&self, breach: &Breach, contract: &Contract) -> bool {
        match &breach.location {
            Location::Body(at) if breach.rule == Rule::BodySchema && self.body.is_some() => {
                contract.is_independent(breach)
                    && !self.open.iter().any(|open| open.is_within(at) || at.is_within(open))
            }
            Location::Header(name, _) if breach.rule == Rule::HeaderSchema => {
                contract.is_independent(breach) && self.headers.get(name).is_some()
            }
            _ => false,
        }
    }
}

/// Returns the constant parts of `value`: other properties are left out, other list items are null. `open` collects both.
fn constant_parts(value: &Value, at: &Pointer, open: &mut Vec<Pointer>) -> Option<Value> {
    let is_template = |text: &str| text.contains("${");
    match value {
        Value::Object(members) if !members.keys().any(|name| name.starts_with('$')) => {
            let fixed = members.iter().filter(|(name, _)| !is_template(name));
            let kept =
                fixed.filter_map(|(name, value)| Some((name.clone(), constant_parts(value, &at.join(name), open)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Some(items.map(|(index, item)| constant_parts(item, &at.join(index), open).unwrap_or_default()).collect())
        }
        Value::String(text) if is_template(text) => unknown(at, open),
        Value::Object(_) => unknown(at, open),
        scalar => Some(scalar.clone()),
    }
}

fn unknown(at: &Pointer, open: &mut Vec<Pointer>) -> Option<Value> {
    open.push(at.clone());
    None
}

fn breach_warning(breach: &Breach, case: &Case, story: &Story, contract: &Contract) -> Problem {
    let expect = case.at.join("expect");
    let at = match &breach.location {
        Location::Body(at) => expect.join("body").concat(at),
        Location::Header(name, _) => header(case, story, &expect.join("headers"), name),
        _ => expect,
    };
    let message = format!("this expectation contradicts the contract: {}", breach.sentence());
    let help = format!("`{}` at {}", breach.keyword, contract.place(&breach.anchor));
    warning(rules::EXPECTS_BREACH, message, help, (story, case), &at)
}

/// Location of the header with that name.
fn header(case: &Case, story: &Story, headers: &Pointer, name: &str) -> Pointer {
    let response_object = case.file(story).document.value().pointer(headers.as_str()).and_then(Value::as_object);
    let written = response_object
        .into_iter()
        .flat_map(Map::keys)
        .find(|response_object| response_object.eq_ignore_ascii_case(name));
    written.map_or_else(|| headers.clone(), |name| headers.join(name))
}
