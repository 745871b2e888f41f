//! What is wrong or odd about a document although it can be judged by: found by `signoff check`, one file a family of rules.
//!
//! Every rule is a warning. A document is walked once into its `DocumentObjects`; the rules look at those.

mod declared_values;
mod document;
mod examples;
mod expression_scope;
mod formats;
mod grammar;
mod ineffective;
mod links;
mod misspelt;
mod objects;
mod pointer_target;
mod report;
mod required;
mod role;
mod unsatisfiable;

pub use document::lint;
pub(super) use misspelt::in_schema as misspelt_in;
