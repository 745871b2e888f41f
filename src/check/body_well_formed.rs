//! `body-well-formed`: a body that says it is JSON is strict JSON.
//!
//! Requires: UTF-8 without a byte order mark, one JSON value and nothing after it, no name twice in one object, no number
//! beyond what a double can hold.
//!
//! Why: parsers disagree about everything else. Of two members of the same name one client sees the first, another the last,
//! and a third refuses the whole.
//!
//! A breach:
//!
//! ```text
//! {"status":"ACTIVE","status":"INACTIVE"}
//! ```
//!
//! Source: RFC 8259 §2, §4 (names are unique), §6 (numbers), §8.1 (UTF-8, no byte order mark).

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "body-well-formed",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("body_well_formed.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::BodyWellFormed)
}
