//! Validators of the schemas of branches: which branch a value is of.

use std::collections::HashMap;

use serde_json::Value;

use crate::contract::refs::Refs;
use crate::contract::{Anchor, SchemaKey, Schemas};

use super::id::BranchId;

/// The validators of the branches of every operation.
#[derive(Debug)]
pub(super) struct BranchValidators {
    /// Those that the contract does not have already; none if they do not compile.
    more: Option<Schemas>,
    /// By operation, then by branch.
    keys: Vec<Vec<Key>>,
}

/// A validator.
#[derive(Debug, Clone, Copy)]
enum Key {
    /// One of the contract.
    Own(SchemaKey),
    /// One of the additional ones.
    More(SchemaKey),
}

impl BranchValidators {
    /// Compiles the schemas of `branches` that `schemas` does not validate alone.
    pub(super) fn new<'a>(schemas: &Schemas, refs: Refs<'_>, branches: impl Iterator<Item = &'a [Anchor]>) -> Self {
        let mut roots: Vec<Anchor> = Vec::new();
        let mut known = HashMap::new();
        let mut key = |anchor: &Anchor| {
            *known.entry(anchor.clone()).or_insert_with(|| match schemas.key(anchor) {
                Some(key) => Key::Own(key),
                None => {
                    roots.push(anchor.clone());
                    Key::More(SchemaKey(roots.len() - 1))
                }
            })
        };
        let keys = branches.map(|branches| branches.iter().map(&mut key).collect()).collect();
        let more = match roots.is_empty() {
            true => None,
            false => Schemas::compile(refs.documents, refs.uris, roots, refs.openapi).ok(),
        };
        Self { more, keys }
    }

    /// Whether `value` conforms to the schema of a branch of the operation with that index.
    pub(super) fn is_valid(&self, schemas: &Schemas, (operation, branch): (usize, BranchId), value: &Value) -> bool {
        match self.keys[operation][branch.0 as usize] {
            Key::Own(key) => schemas.is_valid(key, value),
            Key::More(key) => self.more.as_ref().is_some_and(|more| more.is_valid(key, value)),
        }
    }
}
