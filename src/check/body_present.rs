//! `body-present`: an answer has content where the contract declares some.
//!
//! Requires: at least one byte of body when the response declares `content`, unless the method was `HEAD` or the status is one
//! that never has content (1XX, 204, 304).
//!
//! Why: a client that was promised an object and gets nothing fails where it reads it, far from the cause.
//!
//! A breach:
//!
//! ```text
//! the contract declares    200 with application/json
//! the target answered      200 with an empty body
//! ```
//!
//! Source: OpenAPI 3.1 §4.8.17 (Response Object, `content`).

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "body-present",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("body_present.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::BodyPresent)
}
