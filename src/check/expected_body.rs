//! `expected-body`: the body matches the expectation of the case.
//!
//! Rule: The body has every property that `expect.body` names, at any depth; it may have others. Arrays have the same length and
//! are compared element by element. Numbers are compared by value to the last digit, `null` is JSON null, and types are never
//! converted. An object with a single `$…` key is an operator: `$any: true`, `$absent: true`, `$match: REGEX`, `$contains: [...]`,
//! `$exact: VALUE` (no other properties), `$time: INSTANT` (the same instant), `$literal: VALUE` (`$…` has no special meaning).
//! A body that is not JSON is compared as a string.
//!
//! Rationale: A schema defines which responses are possible. Only the case knows which of them is correct.
//!
//! Example:
//!
//! ```text
//! -   "partner_customer_id": "PARTNER_USER_456"     expected-body     cases/imprint/link.yaml:20:11
//! +   "partner_customer_id": "PARTNER_USER_457",
//! ```
//!
//! Reference: the case file, `expect.body`.

use std::borrow::Cow;

use serde_json::Value;

use crate::budget::SMALL;
use crate::contract::{Location, NotChecked, Rule, value_summary};
use crate::diff::{Kind, Mismatch, NumberLiterals, VerbatimValue, compare};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_BODY,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_body.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    if context.is_beyond_limits() {
        return Vec::new();
    }
    let Some(expected) = &context.expectation.body else { return Vec::new() };
    let text = text(context);
    let Some(actual) = context.json.or(text.as_ref()) else {
        return vec![without_body(context, expected)];
    };
    let digits = NumberLiterals::parse(if context.json.is_some() { context.body() } else { "" });
    compare(expected, VerbatimValue::new(actual, &digits))
        .into_iter()
        .map(|mismatch| finding(context, mismatch, actual))
        .collect()
}

/// What the comparison with the expected body does not check: numbers after the limit of literals, which are compared as floats.
pub(crate) fn not_checked(context: &Context<'_>) -> Option<NotChecked> {
    let is_compared = context.expectation.body.is_some() && context.json.is_some();
    let is_cut = is_compared && NumberLiterals::parse(context.body()).is_cut();
    let reason = "more digits than can be compared with expect.body: too many numbers have so many".to_owned();
    is_cut.then_some(NotChecked { rule: Rule::BodySchema, reason })
}

/// A body that is not JSON, as the text that it is; none when there is no body.
fn text(context: &Context<'_>) -> Option<Value> {
    let body = &context.exchange.response.body;
    (context.json.is_none() && !body.is_empty()).then(|| Value::from(lossy(body)))
}

/// The body as text, with a replacement for what is not UTF-8: for a large body one that takes no more bytes than it replaces.
fn lossy(body: &[u8]) -> Cow<'_, str> {
    if body.len() <= SMALL || std::str::from_utf8(body).is_ok() {
        return String::from_utf8_lossy(body);
    }
    let mut text = String::with_capacity(body.len());
    body.utf8_chunks()
        .for_each(|chunk| text.extend([chunk.valid(), if chunk.invalid().is_empty() { "" } else { "?" }]));
    Cow::Owned(text)
}

fn without_body(context: &Context<'_>, expected: &Value) -> Finding {
    Finding {
        expected: expected.to_string(),
        difference: Difference::Missing { element: Element::ResponseBody, name: None },
        ..CHECK.finding(Location::Body(Pointer::root()), context.case_location("/expect/body"))
    }
}

fn finding(context: &Context<'_>, mismatch: Mismatch, body: &Value) -> Finding {
    let actual = (mismatch.kind != Kind::Missing).then(|| body.pointer(mismatch.at.as_str())).flatten();
    Finding {
        actual: actual.map(value_summary::json),
        expected: mismatch.expected,
        unexpected: mismatch.kind == Kind::Unexpected,
        literal: mismatch.literal,
        difference: match mismatch.kind {
            Kind::Missing => Difference::Missing { element: Element::Value, name: None },
            Kind::Wrong | Kind::Unexpected => Difference::Value,
        },
        not_listed: mismatch.not_listed,
        ..CHECK
            .finding(Location::Body(mismatch.at), context.case_location("/expect/body").concat(&mismatch.expected_at))
    }
}
