//! `undocumented-property`: every member of the body is one that the contract knows.
//!
//! Requires: each member to be declared by some part of the schema that applies to its object, `allOf` and the branches of
//! `oneOf` and `anyOf` included. Objects whose schema names no members, and those with `additionalProperties` that say what
//! further members hold, are free.
//!
//! Why: JSON Schema allows what it does not name, so this is a warning unless configured. But an unknown member is often a
//! known one misspelt (a near name is then suggested), or a field that the document forgot and clients will come to need.
//!
//! A breach:
//!
//! ```text
//! +   "createdAt": "2026-01-31T12:00:00Z",     undocumented-property     specs/imprint.yaml:95:9
//! ```
//!
//! Source: OpenAPI 3.1 §4.8.24 (Schema Object); stricter than JSON Schema 2020-12 Core §10.3.2.3 (`additionalProperties`).

use crate::contract::Rule;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

pub(super) const CHECK: Definition = Definition {
    id: "undocumented-property",
    side: Side::Contract,
    severity: Severity::Warning,
    source: include_str!("undocumented_property.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    CHECK.breaches(context, Rule::UndocumentedProperty)
}
