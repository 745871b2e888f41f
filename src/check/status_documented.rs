//! `status-documented`: the status that came is one that the contract declares for the operation.
//!
//! Requires: an entry of the operation's `responses` for the status: the very code, else its range (`4XX`), else `default`.
//!
//! Why: a client can only handle what it was told about. An answer outside the document has no schema either, so nothing else
//! about it can be judged.
//!
//! A breach:
//!
//! ```text
//! the contract declares    200, 400, 404, 409
//! the target answered      401
//! ```
//!
//! A case that knows of such an answer says `expect: { undocumented: "the vendor answers 401 without a key" }`: the finding is
//! then counted as acknowledged and fails nothing, until the contract declares the status.
//!
//! Source: OpenAPI 3.1 §4.8.16 (Responses Object).

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "status-documented",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("status_documented.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::Status)
}
