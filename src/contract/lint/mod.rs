//! What is wrong or odd about a document although it can be judged by: found by `signoff check`, one file a family of rules.
//!
//! Every rule is a warning. A document is walked once into its `Parts`; the rules look at those.

mod claims;
mod document;
mod exchange;
mod formats;
mod grammar;
mod ineffective;
mod leads;
mod links;
mod misspelt;
mod parts;
mod report;
mod required;
mod role;
mod runtime;
mod trial;
mod unsatisfiable;

pub use document::lint;
pub(super) use misspelt::in_schema as misspelt_in;
