//! `property-renamed`: a property in another naming style.
//!
//! Rule: A property is renamed from snake_case to camelCase, or from camelCase to snake_case, one mutant per property.
//!
//! Rationale: Another serialiser setting renames properties; for a client they are missing.
//!
//! Example:
//!
//! ```text
//! - "created_at": "…"
//! + "createdAt": "…"
//! ```
//!
//! Reference: OpenAPI 3.1 §4.8.24 (Schema Object); JSON Schema 2020-12 Validation §6.5.3.

use serde_json::{Map, Value};

use crate::rules;

use super::definition::{Edit, Method, Operator, Part, Site};

pub(super) const OPERATOR: Operator = Operator {
    id: rules::PROPERTY_RENAMED,
    method: Method::Response(Part::Value, propose),
    source: include_str!("property_renamed.rs"),
};

fn propose(site: &Site<'_>) -> Vec<Edit> {
    let Some(object) = site.value.as_object() else { return Vec::new() };
    let renamed = |name: &String| {
        let other = other_style(name).filter(|other| !object.contains_key(other))?;
        let pairs = object.iter().map(|(held, value)| (if held == name { other.clone() } else { held.clone() }, value));
        let changed: Map<String, Value> = pairs.map(|(name, value)| (name, value.clone())).collect();
        Some(Edit::value(changed, format!("`{name}` renamed to `{other}`")).variant(name))
    };
    let is_declared = |name: &&String| site.facts.properties.contains(*name);
    object.keys().filter(is_declared).filter_map(renamed).collect()
}

/// The name in the other style; none for a name of one lower-case word.
fn other_style(name: &str) -> Option<String> {
    let (mut other, mut is_start) = (String::new(), false);
    let is_snake = name.contains('_');
    for c in name.chars() {
        match c {
            '_' => is_start = true,
            c if is_start => {
                other.extend(c.to_uppercase());
                is_start = false;
            }
            c if !is_snake && c.is_uppercase() => {
                other.push('_');
                other.extend(c.to_lowercase());
            }
            c => other.push(c),
        }
    }
    Some(other).filter(|other| other != name)
}
