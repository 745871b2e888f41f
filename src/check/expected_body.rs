//! `expected-body`: the body is what the case expects.
//!
//! Requires: every member that `expect.body` names, all the way down; members that it does not name may be there. Lists have
//! the same length and are compared element by element. Numbers are equal by value to their last digit, `null` is JSON null,
//! nothing is coerced.
//! An object with a single `$…` member is an operator: `$any: true`, `$absent: true`, `$match: REGEX`, `$contains: [...]`,
//! `$exact: VALUE` (no other members), `$time: INSTANT` (the same instant), `$literal: VALUE` (`$…` means nothing in it).
//! An answer that is not JSON is compared as the text it is.
//!
//! Why: a schema says what an answer may look like; only the case knows which customer was linked.
//!
//! A breach:
//!
//! ```text
//! -   "partner_customer_id": "PARTNER_USER_456"     expected-body     cases/imprint/link.yaml:20:11
//! +   "partner_customer_id": "PARTNER_USER_457",
//! ```
//!
//! Source: the case file, `expect.body`.

use serde_json::Value;

use crate::contract::Location;
use crate::contract::value_summary;
use crate::diff::{Kind, Mismatch, NumberLiterals, Written, compare};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "expected-body",
    side: Side::Case,
    severity: Severity::Error,
    source: include_str!("expected_body.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    if context.is_beyond_limits() {
        return Vec::new();
    }
    let Some(expected) = &context.expectation.body else { return Vec::new() };
    let text = text(context);
    let Some(actual) = context.judgement.body.as_ref().or(text.as_ref()) else {
        return vec![without_body(context, expected)];
    };
    let digits = NumberLiterals::parse(if context.judgement.body.is_some() { context.body() } else { "" });
    compare(expected, Written::new(actual, &digits))
        .into_iter()
        .map(|mismatch| finding(context, mismatch, actual))
        .collect()
}

/// A body that is not JSON, as the text that it is; none when there is no body.
fn text(context: &Context<'_>) -> Option<Value> {
    let body = &context.exchange.response.body;
    (context.judgement.body.is_none() && !body.is_empty()).then(|| Value::from(String::from_utf8_lossy(body)))
}

fn without_body(context: &Context<'_>, expected: &Value) -> Finding {
    Finding {
        expected: expected.to_string(),
        difference: Difference::Missing { element: Element::ResponseBody, name: None },
        ..CHECK.finding(Location::Body(Pointer::root()), context.case_place("/expect/body"))
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
        ..CHECK.finding(Location::Body(mismatch.at), context.case_place("/expect/body").concat(&mismatch.wanted_at))
    }
}
