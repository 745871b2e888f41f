//! Rules of `signoff check` for documents that load: one file per family of rules.
//!
//! Every rule is a warning. The document is walked once and collected into `DocumentObjects`, which the rules read.

mod declared_values;
mod dialects;
mod document;
mod endless;
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
mod unresolved;
mod unsatisfiable;

pub use document::lint;
pub(crate) use grammar::{OPERATIONS, ObjectKind, all_objects};
pub(super) use misspelt::in_schema as misspelt_in;
