//! `error-type-changed`: another type of error.
//!
//! Rule: In a response with a status from 400, the string that names the type of the error (`type`, `code`, `error`,
//! `title`) becomes another name.
//!
//! Rationale: Clients decide by it whether to retry, and what to tell the user.
//!
//! Example:
//!
//! ```text
//! - "type": "CUSTOMER_NOT_FOUND_ERROR"
//! + "type": "SIGNOFF_OTHER_ERROR"
//! ```
//!
//! Reference: RFC 9457 §3.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::ERROR_TYPE_CHANGED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("error_type_changed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let names_type = matches!(site.name, "type" | "code" | "error" | "title" | "error_code" | "errorCode" | "reason");
    let is_error = site.response.status >= 400 && names_type && site.text().is_some();
    let edit = || Edit::value("SIGNOFF_OTHER_ERROR", "replaced by another type of error");
    is_error.then(edit).into_iter().collect()
}
