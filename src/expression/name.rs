//! Names that expressions read.

use std::collections::BTreeMap;

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

    /// Sorts names and merges equal paths; a merged name is public if every use of it is.
    pub(super) fn merged(names: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut merged = BTreeMap::new();
        for Self { path, public } in names {
            merged.entry(path).and_modify(|before| *before &= public).or_insert(public);
        }
        merged.into_iter().map(|(path, public)| Self { path, public }).collect()
    }
}
