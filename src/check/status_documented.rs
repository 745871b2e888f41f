//! `status-documented`: the contract declares the status of the response.
//!
//! Rule: The `responses` of the operation have an entry for the status: its exact code, otherwise its range (`4XX`), otherwise
//! `default`.
//!
//! Rationale: Clients handle documented responses only. An undocumented response has no schema, so nothing else about it can be
//! checked.
//!
//! Example:
//!
//! ```text
//! documented   200, 400, 404, 409
//! actual       401
//! ```
//!
//! Fix: Document the status. If the vendor does not, acknowledge it in the case:
//! `expect: { undocumented: "the vendor responds with 401 without a key" }`. The finding is then counted as acknowledged and does
//! not fail the case, until the contract declares the status.
//!
//! Reference: OpenAPI 3.1 §4.8.16 (Responses Object).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::STATUS_DOCUMENTED,
    severity: Severity::Error,
    method: Method::Contract(Rule::Status),
    source: include_str!("status_documented.rs"),
};
