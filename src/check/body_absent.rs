//! `body-absent`: a response that cannot have a body has none.
//!
//! Rule: A response to `HEAD`, or one with status 1XX, 204, 205 or 304, has no body, even if the contract declares one. A
//! response with status 1XX or 204 has neither a Content-Length other than 0 nor a Transfer-Encoding: clients do not read the body that
//! these announce. `Content-Length: 0` announces none: HTTP forbids it after 1XX and 204 too, but no client is affected, and it is not a
//! matter of the contract, so that it is not reported. If a response may have a body and the contract declares none, a body that arrives is reported as not checked.
//!
//! Rationale: Clients do not read such a body. On a reused connection, they may take its bytes for the start of the next response.
//!
//! Example:
//!
//! ```text
//! HTTP/1.1 204 No Content
//!
//! {"deleted":true}
//! ```
//!
//! Reference: RFC 9110 §9.3.2 (HEAD), §15.3.5 (204), §15.4.5 (304), §8.6 (Content-Length); RFC 9112 §6.1 (Transfer-Encoding).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::BODY_ABSENT,
    severity: Severity::Error,
    method: Method::Contract(Rule::BodyAbsent),
    source: include_str!("body_absent.rs"),
};
