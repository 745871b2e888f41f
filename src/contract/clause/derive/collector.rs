//! Collects the clauses of one operation: equal ones become one clause with several sources.

use std::collections::HashMap;
use std::sync::Arc;

use crate::contract::Anchor;
use crate::contract::clause::group::Group;
use crate::contract::clause::id::ClauseId;
use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::set::{Entry, OperationClauses, Source};
use crate::contract::clause::tree::Messages;
use crate::contract::clause::verb::{Clause, Verb};

/// Maximum number of sources of one clause.
const MAX_SOURCES: usize = 16;

/// The clauses of one operation so far.
pub(super) struct Collector {
    operation: Arc<str>,
    limit: usize,
    entries: Vec<Entry>,
    ids: HashMap<Verb, ClauseId>,
    omitted: usize,
}

impl Collector {
    /// No clauses yet, of at most `limit`.
    pub(super) fn new(operation: Arc<str>, limit: usize) -> Self {
        Self { operation, limit, entries: Vec::new(), ids: HashMap::new(), omitted: 0 }
    }

    /// Adds a clause, and returns its id; none where there are too many.
    pub(super) fn add(&mut self, verb: Verb, source: Source) -> Option<ClauseId> {
        self.add_unless(verb, source, None)
    }

    /// Adds a clause that `impossible` proves to be impossible. One that another source makes possible is possible.
    pub(super) fn add_unless(
        &mut self,
        verb: Verb,
        source: Source,
        impossible: Option<Impossible>,
    ) -> Option<ClauseId> {
        if let Some(id) = self.ids.get(&verb).copied() {
            let entry = &mut self.entries[id.index()];
            entry.impossible = entry.impossible.and(impossible);
            if entry.sources.len() < MAX_SOURCES && !entry.sources.contains(&source) {
                entry.sources.push(source);
            }
            return Some(id);
        }
        if self.entries.len() >= self.limit {
            self.omitted += 1;
            return None;
        }
        let id = ClauseId(u32::try_from(self.entries.len()).ok()?);
        let clause = Clause { operation: Arc::clone(&self.operation), verb: verb.clone() };
        let group = clause.group();
        self.entries.push(Entry { clause, group, sources: vec![source], impossible });
        self.ids.insert(verb, id);
        Some(id)
    }

    /// Notes that locations or values have no clauses.
    pub(super) fn omit(&mut self, count: usize) {
        self.omitted += count;
    }

    /// Whether no clause can be added.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }

    /// The clauses of these groups.
    pub(super) fn of_group(&self, group: Group) -> Vec<ClauseId> {
        let entries = self.entries.iter().enumerate().filter(|(_, entry)| entry.group == group);
        entries.filter_map(|(index, _)| u32::try_from(index).ok().map(ClauseId)).collect()
    }

    /// The clauses, with the messages that meet them.
    pub(super) fn finish(self, messages: Messages) -> OperationClauses {
        OperationClauses::new(self.operation, self.entries, messages, self.omitted)
    }
}

/// The keyword of the object at `anchor` as a source.
pub(super) fn keyword(anchor: &Anchor, keyword: &'static str) -> Source {
    Source { object: Arc::new(anchor.clone()), keyword: Some(keyword) }
}

/// The object at `anchor` as a source.
pub(super) fn object(anchor: &Anchor) -> Source {
    Source { object: Arc::new(anchor.clone()), keyword: None }
}
