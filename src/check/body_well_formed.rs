//! `body-well-formed`: a body that is declared as JSON is strict JSON.
//!
//! Rule: The body is UTF-8 without a byte order mark and holds exactly one JSON value. No object has duplicate keys, and no number
//! exceeds the range of a double.
//!
//! Rationale: Given duplicate keys, parsers disagree: some keep the first, some the last, some reject the body. They also
//! disagree about byte order marks and large numbers.
//!
//! Example:
//!
//! ```text
//! {"status":"ACTIVE","status":"INACTIVE"}
//! ```
//!
//! Reference: RFC 8259 §2, §4 (unique names), §6 (numbers), §8.1 (UTF-8, no byte order mark).

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
