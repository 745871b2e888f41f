//! `header-emptied`: a response header is empty.
//!
//! Rule: The value of one header becomes empty.
//!
//! Rationale: A gateway that clears a header is noticed only if a case reads its value.
//!
//! Example:
//!
//! ```text
//! - location: /v2/orders/7
//! + location:
//! ```
//!
//! Reference: RFC 9110 §5.5.

use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::HEADER_EMPTIED,
    method: Method::Response(Part::Header, propose),
    source: include_str!("header_emptied.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    site.text().map(|_| Edit::new(Change::Header(site.name.to_owned(), String::new()), "emptied")).into_iter().collect()
}
