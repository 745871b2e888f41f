//! `content-type-changed`: `content-type` names another media type.
//!
//! Rule: The header `content-type` becomes `text/html`, or `application/json` where it was HTML; the body is unchanged.
//!
//! Rationale: Error pages of proxies are labelled so, and clients refuse to parse them.
//!
//! Example:
//!
//! ```text
//! - content-type: application/json
//! + content-type: text/html
//! ```
//!
//! Reference: RFC 9110 §8.3; OpenAPI 3.1 §4.8.14 (Media Type Object).

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CONTENT_TYPE_CHANGED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("content_type_changed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(held) = site.response.headers.get("content-type") else { return Vec::new() };
    let other = if held.starts_with("text/html") { "application/json" } else { "text/html" };
    let change = Change::Header("content-type".to_owned(), other.to_owned());
    vec![Edit::new(change, format!("content-type replaced by {other}"))]
}
