//! `discriminator`: the discriminator of each object selects a schema, to which the object conforms.
//!
//! Rule: The value of the property that `discriminator` names is the name of a branch of `oneOf` or `anyOf`, of a schema that extends
//! this one by `allOf`, or a key of `mapping`. The object conforms to the schema of that name.
//!
//! Rationale: Generated clients choose the class of an object by its discriminator. They fail for an unknown name, and misread an
//! object of another schema. The specification does not let a discriminator change the result of validation: the schema decides
//! (`body-schema`), so this is a warning by default.
//!
//! Example:
//!
//! ```text
//! -   "kind": "card" | "account"              discriminator             specs/imprint.yaml:95:9
//! +   "kind": "cash"
//! ```
//!
//! Reference: OpenAPI 3.1.1 §4.8.25 (Discriminator Object); the same in 3.0.4 §4.7.25 and 3.2 §4.25.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::DISCRIMINATOR,
    severity: Severity::Warning,
    method: Method::Contract(Rule::Discriminator),
    source: include_str!("discriminator.rs"),
};
