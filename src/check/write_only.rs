//! `write-only`: no response has a property that the contract declares as `writeOnly`.
//!
//! Rule: A property whose schema says `writeOnly: true` is in requests only. `required` does not apply to it in a response.
//!
//! Rationale: A `writeOnly` property is often a password or a token, which a response discloses. The specification advises
//! against sending it without forbidding it, so this is a warning by default.
//!
//! Example:
//!
//! ```text
//! -   (nothing)                               write-only           specs/imprint.yaml:95:9
//! +   "password": "correct horse"
//! ```
//!
//! Reference: OpenAPI 3.0 §4.7.24.2 (a `writeOnly` property SHOULD NOT be sent as part of the response); in OpenAPI 3.1, JSON Schema
//! 2020-12 Validation §9.4, where `writeOnly` is an annotation.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::WRITE_ONLY,
    severity: Severity::Warning,
    method: Method::Contract(Rule::WriteOnly),
    source: include_str!("write_only.rs"),
};
