//! `body-absent`: an answer has no content where none may be.
//!
//! Requires: no byte of body when the status is 204 or 304, whatever the contract says, and when the method was `HEAD`.
//! Content that the contract merely does not declare is not judged, and counted as such.
//!
//! Why: nobody reads content that cannot be there, and on a connection that is used again it may be taken for the start of the
//! next answer.
//!
//! A breach:
//!
//! ```text
//! the target answered      204 with {"deleted":true}
//! ```
//!
//! Source: RFC 9110 §9.3.2 (HEAD), §15.3.5 (204), §15.4.5 (304).

use crate::contract::Rule;
use crate::severity::Severity;

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
