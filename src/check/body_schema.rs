//! `body-schema`: the body conforms to the schema that the contract declares for its status and media type.
//!
//! Rule: Every keyword of the schema is satisfied, including formats (`date-time`, `uuid`, `int32` …) and OpenAPI's
//! `nullable`. A violation inside `oneOf` or `anyOf` is reported for the closest branch: the one that the
//! discriminator selects, otherwise the one with the fewest and deepest errors.
//!
//! Rationale: Clients are written against this schema, or generated from it, and fail or misread a body that violates it.
//!
//! Example:
//!
//! ```text
//! -   "status": "ACTIVE" | "INACTIVE"        body-schema: enum      specs/imprint.yaml:108:11
//! +   "status": "active",
//! -   "created_at": string                   body-schema: required  specs/imprint.yaml:95:9
//! +   (missing)
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object), JSON Schema 2020-12 Validation; OpenAPI 3.0 §4.7.24 for 3.0 documents.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::BODY_SCHEMA,
    severity: Severity::Error,
    method: Method::Contract(Rule::BodySchema),
    source: include_str!("body_schema.rs"),
};
