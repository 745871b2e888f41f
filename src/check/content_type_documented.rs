//! `content-type-documented`: the answer's media type is one that the contract declares for its status.
//!
//! Requires: exactly one well-formed `Content-Type` line where there is content, and a key of the response's `content` that
//! covers it: the type itself, else a range such as `application/*`. Parameters that the contract writes must be equal;
//! others, and `charset`, decide nothing.
//!
//! Why: a client chooses how to read a body by this header. `text/plain` around perfect JSON is not read as JSON.
//!
//! A breach:
//!
//! ```text
//! the contract declares    application/json
//! the target answered      text/html; charset=utf-8
//! ```
//!
//! Source: OpenAPI 3.1 §4.8.17 (Response Object, `content`), RFC 9110 §8.3 and §12.5.1.

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "content-type-documented",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("content_type_documented.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::ContentType)
}
