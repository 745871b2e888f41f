//! `${…}` and assertions: the only module that names minijinja.
//!
//! minijinja parses expressions and provides its filters and tests. Evaluation is our own, because it must be strict where a
//! template engine is forgiving: a misspelt name, a missing attribute or a string compared with a number is an error in the
//! case, never an empty result. Values stay JSON throughout, so that numbers keep their digits and objects their order.

mod assertion;
mod builtins;
mod digest;
mod error;
mod evaluate;
mod evaluation;
mod filter;
mod growth;
mod header_names;
mod instant;
mod members;
mod name;
mod node;
mod operators;
mod random;
mod scope;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub(crate) use assertion::Expression;
pub(crate) use error::Error;
pub(crate) use members::{difference, merge};
pub(crate) use name::Name;
pub(crate) use scope::Scope;
pub(crate) use template::{Expanded, Template};
pub(crate) use tree::Tree;
pub(crate) use value::{kind, size};
