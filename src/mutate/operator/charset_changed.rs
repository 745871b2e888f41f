//! `charset-changed`: `content-type` names another charset.
//!
//! Rule: The parameter `charset` of `content-type` is added as, or replaced by, `iso-8859-1`; the body is unchanged. JSON has no such
//! parameter: adding it has no effect on recipients.
//!
//! Rationale: A client that believes the charset decodes other characters than were sent.
//!
//! Example:
//!
//! ```text
//! - content-type: text/plain; charset=utf-8
//! + content-type: text/plain; charset=iso-8859-1
//! ```
//!
//! Reference: RFC 9110 §8.3.2; RFC 8259 §11.

use crate::http::MediaType;
use crate::rules;

use super::definition::{Change, Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::CHARSET_CHANGED,
    method: Method::Response(Part::Message, propose),
    source: include_str!("charset_changed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(held) = site.response.headers.get("content-type") else { return Vec::new() };
    if MediaType::of_line(held).is_some_and(|media_type| media_type.is_json()) {
        return Vec::new();
    }
    let essence = held.split(';').next().unwrap_or_default().trim();
    let change = Change::Header("content-type".to_owned(), format!("{essence}; charset=iso-8859-1"));
    vec![Edit::new(change, "charset replaced by iso-8859-1")]
}
