//! `${…}` and assertions: the only module that names minijinja.
//!
//! minijinja parses expressions and lends its filters and tests. Evaluation is our own, because it must be strict where a
//! template engine is forgiving: a misspelt name, a missing attribute or a text compared with a number is a fault of the
//! case, never an empty answer. Values stay JSON throughout, so that numbers keep their digits and members their order.

mod assertion;
mod builtins;
mod datum;
mod evaluate;
mod filter;
mod instant;
mod members;
mod node;
mod operate;
mod scope;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

pub use assertion::Expression;
pub use datum::kind;
pub use members::{merge, news};
pub use scope::Scope;
pub use template::{Expanded, Template};
pub use tree::Tree;

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// Bytes of the text that are meant.
    pub range: std::ops::Range<usize>,
}

/// A name that an expression reads: `customer`, `env.KEY`, `state.links`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The dotted path as far as it is constant.
    pub path: String,
    /// Whether every use of it is inside `public(…)`.
    pub public: bool,
}

impl Name {
    /// The variable that the path begins with.
    pub fn root(&self) -> &str {
        self.path.split('.').next().unwrap_or_default()
    }

    /// The names sorted, each path once; public when every use of it is.
    fn merged(names: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut merged = BTreeMap::new();
        for Self { path, public } in names {
            merged.entry(path).and_modify(|before| *before &= public).or_insert(public);
        }
        merged.into_iter().map(|(path, public)| Self { path, public }).collect()
    }
}
