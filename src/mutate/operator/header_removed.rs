//! `header-removed`: a response header is missing.
//!
//! Rule: One header, other than those of the transmission and `content-type`, is removed from every response.
//!
//! Rationale: Clients depend on headers such as `location`, `etag`, `retry-after` and `www-authenticate`.
//!
//! Example:
//!
//! ```text
//! - location: /v2/orders/7
//! + (missing)
//! ```
//!
//! Reference: RFC 9110 §6.3; OpenAPI 3.1 §4.8.21 (Header Object).

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::HEADER_REMOVED,
    method: Method::Response(Part::Header, propose),
    source: include_str!("header_removed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    vec![Edit::new(Change::RemoveHeader(site.name.to_owned()), "removed")]
}
