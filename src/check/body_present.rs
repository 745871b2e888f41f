//! `body-present`: a response has a body where the contract declares one.
//!
//! Rule: The body has at least one byte if the response declares `content`. This does not apply to responses that cannot have a
//! body: responses to `HEAD`, and those with status 1XX, 204, 205 or 304.
//!
//! Rationale: A client that expects an object and gets nothing fails in its own code, far from the cause.
//!
//! Example:
//!
//! ```text
//! documented   200 with application/json
//! actual       200 with an empty body
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.17 (Response Object, `content`).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::BODY_PRESENT,
    severity: Severity::Error,
    method: Method::Contract(Rule::BodyPresent),
    source: include_str!("body_present.rs"),
};
