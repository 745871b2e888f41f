//! `header-schema`: required headers are present, and declared headers conform to their schemas.
//!
//! Rule: Every header with `required: true` is present. The value of each declared header, parsed in style `simple`, conforms to
//! its schema. `Content-Type` is checked by `content-type-documented` only.
//!
//! Rationale: Headers carry paging, rate limits and idempotency. `X-RateLimit-Reset: soon` breaks a client just as a wrong property
//! in the body does.
//!
//! Example:
//!
//! ```text
//! documented   X-RateLimit-Remaining: integer ≥ 0
//! actual       X-RateLimit-Remaining: many
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.21 (Header Object), §4.8.17 (Response Object, `headers`).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::HEADER_SCHEMA,
    severity: Severity::Error,
    method: Method::Contract(Rule::HeaderSchema),
    source: include_str!("header_schema.rs"),
};
