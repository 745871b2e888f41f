//! The clauses of a contract, by operation.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use crate::contract::Anchor;

use super::branches::BranchValidators;
use super::group::Group;
use super::id::ClauseId;
use super::impossible::Impossible;
use super::tree::Messages;
use super::verb::{Clause, Verb};

/// Every clause of a contract.
#[derive(Debug)]
pub(crate) struct ClauseSet {
    /// By index of the operation.
    operations: Vec<OperationClauses>,
    digest: OnceLock<String>,
    indexes: OnceLock<HashMap<Arc<str>, usize>>,
    /// Compiled when the first value of a composition is observed.
    pub(super) validators: OnceLock<BranchValidators>,
}

/// The clauses of one operation; none for an operation that an error in the document makes unusable.
#[derive(Debug)]
pub(crate) struct OperationClauses {
    /// Its name in clauses.
    pub name: Arc<str>,
    entries: Vec<Entry>,
    /// Which part of a message meets which of them.
    pub(super) messages: Messages,
    /// Number of locations that were not descended or listed, because there are too many clauses.
    pub omitted: usize,
}

/// A clause with what is known about it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The clause.
    pub clause: Clause,
    /// Its group.
    pub group: Group,
    /// The nodes of the document that state it; at least one.
    pub(super) sources: Vec<Source>,
    /// Why it cannot be met; none where it can.
    pub impossible: Option<Impossible>,
}

/// A node of the document: an object, or a keyword in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The object. Clauses share it.
    pub object: Arc<Anchor>,
    /// The keyword or field in it; none for the object itself.
    pub keyword: Option<&'static str>,
}

impl Source {
    /// The location of the node.
    pub(super) fn anchor(&self) -> Anchor {
        self.keyword.map_or_else(|| (*self.object).clone(), |keyword| self.object.member(keyword))
    }

    /// Whether the node is at `anchor`.
    pub(super) fn is_at(&self, anchor: &Anchor) -> bool {
        anchor.document == self.object.document && {
            let rest = anchor.pointer.as_str().strip_prefix(self.object.pointer.as_str());
            match self.keyword {
                None => rest == Some(""),
                Some(keyword) => rest.and_then(|rest| rest.strip_prefix('/')) == Some(keyword),
            }
        }
    }
}

impl Source {
    /// Whether the node at `anchor` is the keyword or within it.
    pub(super) fn holds(&self, anchor: &Anchor) -> bool {
        let own = self.anchor();
        own.document == anchor.document && anchor.pointer.is_within(&own.pointer)
    }
}

impl Entry {
    /// The nodes of the document that state it, without repetition.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Anchor> {
        self.sources.iter().map(Source::anchor)
    }
}

impl OperationClauses {
    pub(super) fn new(name: Arc<str>, entries: Vec<Entry>, messages: Messages, omitted: usize) -> Self {
        Self { name, entries, messages, omitted }
    }

    /// Its clauses, in the order of the document; [`ClauseId`] is the index.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The id of each clause.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ClauseId> + use<> {
        (0..self.entries.len()).map(|index| ClauseId(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// The clause `calls`: an operation that can be used has it as its first.
    pub(crate) fn calls(&self) -> Option<ClauseId> {
        self.entries.first().filter(|entry| entry.clause.verb == Verb::Calls).map(|_| ClauseId(0))
    }

    /// The clause of that id.
    pub(crate) fn entry(&self, id: ClauseId) -> &Entry {
        &self.entries[id.index()]
    }
}

impl ClauseSet {
    pub(super) fn new(operations: Vec<OperationClauses>) -> Self {
        Self { operations, digest: OnceLock::new(), indexes: OnceLock::new(), validators: OnceLock::new() }
    }

    /// The clauses of every operation, by its index in `Contract::operations`.
    pub(crate) fn operations(&self) -> &[OperationClauses] {
        &self.operations
    }

    /// Number of clauses.
    pub(crate) fn len(&self) -> usize {
        self.operations.iter().map(|operation| operation.entries.len()).sum()
    }

    /// SHA-256 over the names of all clauses, one per line in order, in lower-case hex.
    pub(crate) fn digest(&self) -> &str {
        self.digest.get_or_init(|| {
            let (mut hash, mut name) = (Sha256::new(), String::new());
            for entry in self.operations.iter().flat_map(|operation| &operation.entries) {
                name.clear();
                // Writing into a string cannot fail.
                let _ = writeln!(name, "{}", entry.clause);
                hash.update(&name);
            }
            hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
        })
    }

    /// The index of the operation of that name in clauses.
    pub(crate) fn operation(&self, name: &str) -> Option<usize> {
        let indexes = self.indexes.get_or_init(|| {
            // The first operation of a name that is given twice.
            let named = self.operations.iter().enumerate().rev();
            named.map(|(index, operation)| (Arc::clone(&operation.name), index)).collect()
        });
        indexes.get(name).copied()
    }

    /// The index of the operation and the id of `clause`; none where the contract does not have it.
    pub(crate) fn find(&self, clause: &Clause) -> Option<(usize, ClauseId)> {
        let operation = self.operation(&clause.operation)?;
        let found = self.operations[operation].entries.iter().position(|entry| entry.clause == *clause)?;
        Some((operation, ClauseId(u32::try_from(found).ok()?)))
    }
}
