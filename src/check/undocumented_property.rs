//! `undocumented-property`: the contract documents every property of the body.
//!
//! Rule: Each property of an object is declared by its schema; `allOf` and all branches of `oneOf` and `anyOf` count. Objects whose
//! schema names no properties are exempt, and so are objects with an `additionalProperties` schema.
//!
//! Rationale: JSON Schema permits properties that it does not name, so this is a warning by default. But an unknown property is
//! often a misspelling (a similar name is suggested), or it is missing in the document and clients will need it.
//!
//! Example:
//!
//! ```text
//! +   "createdAt": "2026-01-31T12:00:00Z",     undocumented-property     specs/imprint.yaml:95:9
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); stricter than JSON Schema 2020-12 Core §10.3.2.3 (`additionalProperties`).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::UNDOCUMENTED_PROPERTY,
    severity: Severity::Warning,
    method: Method::Contract(Rule::UndocumentedProperty),
    source: include_str!("undocumented_property.rs"),
};
