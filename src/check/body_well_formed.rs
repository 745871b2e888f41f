//! `body-well-formed`: a body that is declared as JSON is strict JSON.
//!
//! Rule: The body is UTF-8 without a byte order mark and consists of exactly one JSON value. A number beyond the range of a
//! double is valid, but cannot be checked: the case is errored. Duplicate names are valid too: see `unique-names`.
//!
//! Rationale: A client cannot parse a body that is not valid JSON. Parsers disagree about byte order marks.
//!
//! Example:
//!
//! ```text
//! {"status":"ACTIVE",}
//! ```
//!
//! Reference: RFC 8259 §2, §6 and §9 (limits of numbers), §8.1 (UTF-8, no byte order mark).

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::BODY_WELL_FORMED,
    severity: Severity::Error,
    method: Method::Contract(Rule::BodyWellFormed),
    source: include_str!("body_well_formed.rs"),
};
