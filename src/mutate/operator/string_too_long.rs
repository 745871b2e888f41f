//! `string-too-long`: a string longer than `maxLength`.
//!
//! Rule: The string is repeated until it is longer than the declared `maxLength`. Without the keyword there is no mutant.
//!
//! Rationale: Clients store it in a field of the declared length.
//!
//! Example:
//!
//! ```text
//! - "state": "CA"
//! + "state": "CAC"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.3.1.

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::STRING_TOO_LONG,
    method: Method::Response(Part::Value, propose),
    source: include_str!("string_too_long.rs"),
};

/// Longer strings than this are not generated.
const MAX_LENGTH: usize = 100_000;

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let (Some(text), Some(most)) = (site.text(), site.facts.length.1) else { return Vec::new() };
    let length = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
    if length > MAX_LENGTH {
        return Vec::new();
    }
    vec![Edit::value(text.chars().cycle().take(length).collect::<String>(), "lengthened beyond maxLength")]
}
