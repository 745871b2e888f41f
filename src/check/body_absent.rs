//! `body-absent`: an answer has no content where none may be.
//!
//! Requires: no byte of body when the status is 204 or 304, when the method was `HEAD`, and when the contract declares a
//! response without `content`.
//!
//! Why: content that nobody declared is read by nobody, and after a 204 it may be taken for the start of the next answer.
//!
//! A breach:
//!
//! ```text
//! the contract declares    204, no content
//! the target answered      204 with {"deleted":true}
//! ```
//!
//! Source: RFC 9110 §9.3.2 (HEAD), §15.3.5 (204), §15.4.5 (304); OpenAPI 3.1 §4.8.17 (Response Object, `content`).

use crate::contract::judge::Rule;
use crate::location::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "body-absent",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("body_absent.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::BodyAbsent)
}
