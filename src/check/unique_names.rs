//! `unique-names`: no object of a JSON body has the same name twice.
//!
//! Rule: The names in each object of a JSON body are unique. A body with a duplicate name is not checked against its schema; for
//! expectations of the case, the last property of that name counts.
//!
//! Rationale: JSON allows duplicate names, so this is a warning by default, but it does not define what they mean: some parsers
//! use the first, some the last, some reject the body. JSON Schema does not define it either.
//!
//! Example:
//!
//! ```text
//! {"status":"ACTIVE","status":"INACTIVE"}
//! ```
//!
//! Reference: RFC 8259 §4 (names SHOULD be unique, else the behavior of recipients is unpredictable); JSON Schema 2020-12 Core §4.2.1.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::UNIQUE_NAMES,
    severity: Severity::Warning,
    method: Method::Contract(Rule::UniqueNames),
    source: include_str!("unique_names.rs"),
};
