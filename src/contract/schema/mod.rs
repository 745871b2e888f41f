//! Schemas: a typed view of each, all of them compiled, and the breaches of a value in the terms of the contract.

mod allowance;
mod applicable;
mod by_discriminator;
mod closest_branch;
mod compiled;
mod custom;
mod dialect;
mod dialect_options;
mod dialects;
mod difference;
mod discriminator;
mod ecma;
mod ecma_class;
mod explain;
mod format;
mod index;
mod index_builder;
mod inexact_bound;
mod judged;
mod listing;
mod number;
mod resources;
mod schema_info;
mod schemas;
pub(super) mod structure;
mod subject;
mod subvalues;
mod text;
mod undecided;
mod unevaluated;
mod view;
mod violation;
mod walk;
mod work;
mod workarounds;

pub(crate) use applicable::Applicable;
pub(super) use dialects::unknown as unknown_dialects;
pub(super) use discriminator::{Selectable, unresolved as unresolved_mappings};
pub(super) use format::{is_known as is_known_format, is_restricting as is_restricting_format};
pub(super) use number::with_digits;
pub use schemas::Schemas;
pub(super) use schemas::Uncompiled;
pub(super) use subject::{MAX_TEXTS, MAX_VIOLATIONS, Subject};
pub(super) use text::NamePattern;
pub(super) use text::pattern_error;
pub(crate) use text::pattern_matches;
pub(crate) use view::SchemaView;

#[cfg(test)]
mod tests;
