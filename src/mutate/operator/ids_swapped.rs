//! `ids-swapped`: two identifiers in each other's place.
//!
//! Rule: In an object with two identifiers of the same type, the first two swap their values.
//!
//! Rationale: Identifiers of the same type in the wrong order are a mistake that no schema can find.
//!
//! Example:
//!
//! ```text
//! - "customer_id": "C1", "partner_id": "P1"
//! + "customer_id": "P1", "partner_id": "C1"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.1.1.

use crate::mutate::naming::is_identifier;
use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::IDS_SWAPPED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("ids_swapped.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(object) = site.value.as_object() else { return Vec::new() };
    let mut ids = object.iter().filter(|(name, value)| is_identifier(name) && (value.is_string() || value.is_number()));
    let (Some((first, one)), Some((second, other))) = (ids.next(), ids.next()) else { return Vec::new() };
    let mut swapped = object.clone();
    swapped.insert(first.clone(), other.clone());
    swapped.insert(second.clone(), one.clone());
    vec![Edit::value(swapped, format!("`{first}` and `{second}` swapped"))]
}
