//! `content-type-documented`: the contract declares the media type of the response.
//!
//! Rule: A response with a body has exactly one well-formed `Content-Type` header. A key of the response's `content` covers it:
//! the type itself, otherwise a range such as `application/*`. Parameters of the documented media type, except `charset`, must
//! have the same values in the response. The response may have other parameters.
//!
//! Rationale: A client selects its parser by this header. It does not parse JSON that is labelled `text/plain`.
//!
//! Example:
//!
//! ```text
//! documented   application/json
//! actual       text/html; charset=utf-8
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.17 (Response Object, `content`), RFC 9110 §8.3 and §12.5.1.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::CONTENT_TYPE_DOCUMENTED,
    severity: Severity::Error,
    method: Method::Contract(Rule::ContentType),
    source: include_str!("content_type_documented.rs"),
};
