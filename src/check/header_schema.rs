//! `header-schema`: the declared headers of an answer are there where required, and keep their schemas.
//!
//! Requires: every header with `required: true`, and for every declared header that came a value that, read in style `simple`,
//! keeps its schema. `Content-Type` is judged by `content-type-documented` alone.
//!
//! Why: paging, rate limits and idempotency live in headers; `X-RateLimit-Reset: soon` breaks a client like any wrong member.
//!
//! A breach:
//!
//! ```text
//! the contract declares    X-RateLimit-Remaining: integer ≥ 0
//! the target answered      X-RateLimit-Remaining: many
//! ```
//!
//! Source: OpenAPI 3.1 §4.8.21 (Header Object), §4.8.17 (Response Object, `headers`).

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "header-schema",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("header_schema.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::HeaderSchema)
}
