//! `body-schema`: the body keeps the schema that the contract declares for its status and media type.
//!
//! Requires: every keyword of the schema to hold, formats (`date-time`, `uuid`, `int32` …) and OpenAPI's own `nullable`,
//! `discriminator` and `writeOnly` included. What is wrong inside a `oneOf` or `anyOf` is shown for the nearest branch: the one
//! that the discriminator names, else the one with the fewest and deepest errors.
//!
//! Why: this is what the client's types were made from.
//!
//! A breach:
//!
//! ```text
//! -   "status": "ACTIVE" | "INACTIVE"        body-schema: enum      specs/imprint.yaml:108:11
//! +   "status": "active",
//! -   "created_at": string                   body-schema: required  specs/imprint.yaml:95:9
//! +   (missing)
//! ```
//!
//! Source: OpenAPI 3.1 §4.8.24 (Schema Object), JSON Schema 2020-12 Validation; OpenAPI 3.0 §4.7.24 for 3.0 documents.

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "body-schema",
    side: Side::Contract,
    severity: Severity::Error,
    source: include_str!("body_schema.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::BodySchema)
}
