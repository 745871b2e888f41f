//! `expected-capture`: every value that the case captures exists.
//!
//! Rule: Each entry of `capture` finds its value: at a JSON Pointer in the body (`null` is a value), in a header, or by an
//! expression. A number with more digits than a 64-bit number can represent makes the case errored, not failed.
//!
//! Rationale: Later cases use captured values and are skipped if one is missing. This finding names the missing value.
//!
//! Example:
//!
//! ```text
//! capture: { linked_at: /created_at }
//! actual   {"customer_id":"…","status":"ACTIVE"}
//! ```
//!
//! Reference: the case file, `capture`; RFC 6901 (JSON Pointer).

use std::borrow::Cow;

use serde_json::Value;

use crate::case::{Capture, CaptureFrom};
use crate::contract::Location;
use crate::contract::value_summary;
use crate::diff::NumberLiterals;
use crate::difference::Difference;
use crate::expression::Expanded;
use crate::pointer::Pointer;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_CAPTURE,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_capture.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    if context.is_beyond_limits() {
        return Vec::new();
    }
    let captures = context.case.capture.iter();
    let missing = captures.filter_map(|capture| match captured(capture, context) {
        Err(NoValue::Missing(reason)) => Some(missing(context, capture, reason)),
        Ok(_) | Err(NoValue::Inexact(_)) => None,
    });
    missing.collect()
}

/// Why there is no value to capture. Each holds the reason as a sentence.
pub(crate) enum NoValue {
    /// The response does not have it.
    Missing(String),
    /// It is a number with more digits than signoff can store, which is not the fault of the target.
    Inexact(String),
}

/// Returns the value that a capture takes from the exchange.
pub(crate) fn captured<'v>(capture: &Capture, context: &Context<'v>) -> Result<Cow<'v, Value>, NoValue> {
    let value = found(capture, context).map_err(NoValue::Missing)?;
    let CaptureFrom::Body(at) = &capture.from else { return Ok(value) };
    let digits = NumberLiterals::parse(context.body());
    if digits.may_be_inexact(at, &value) {
        let reason = format!("the number to capture as {} has more digits than can be stored", capture.name);
        return Err(NoValue::Inexact(reason));
    }
    Ok(value)
}

fn found<'v>(capture: &Capture, context: &Context<'v>) -> Result<Cow<'v, Value>, String> {
    let response = &context.exchange.response;
    match &capture.from {
        CaptureFrom::Status => Ok(Cow::Owned(Value::from(response.status))),
        CaptureFrom::Header(name) => {
            let value = response.headers.get(name).map(Value::from);
            value.map(Cow::Owned).ok_or_else(|| format!("there is no header {name}"))
        }
        CaptureFrom::Body(at) => {
            let body = context.json.ok_or("the body is not JSON")?;
            let value = body.pointer(at.as_str()).ok_or_else(|| format!("there is nothing at {at}"))?;
            Ok(Cow::Borrowed(value))
        }
        CaptureFrom::Template(template) => match template.expand(context.scope) {
            Ok(Expanded::Value(value)) => Ok(Cow::Owned(value)),
            Ok(Expanded::Omit) => Err("the expression gives nothing".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    }
}

fn missing(context: &Context<'_>, capture: &Capture, reason: String) -> Finding {
    let location = match &capture.from {
        CaptureFrom::Body(at) => Location::Body(at.clone()),
        CaptureFrom::Header(name) => Location::Header(name.to_ascii_lowercase(), Pointer::root()),
        CaptureFrom::Status | CaptureFrom::Template(_) => Location::Response,
    };
    let actual = match &location {
        Location::Body(at) => context.json.and_then(|body| body.pointer(at.as_str())).map(value_summary::json),
        _ => None,
    };
    let expected = format!("a value to capture as {}", capture.name);
    let place = context.case_location("/capture").join(&capture.name);
    Finding { difference: Difference::Capture { reason }, expected, actual, ..CHECK.finding(location, place) }
}
