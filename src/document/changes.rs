//! Origins of the nodes of a changed value: in another file, or elsewhere in its own.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pointer::Pointer;

use super::source_map::SourceMap;

/// Nodes of a changed value that were read elsewhere than their pointers say. Any other node was read below its parent's origin.
#[derive(Debug, Default)]
pub struct Changes {
    files: Vec<Arc<SourceMap>>,
    origins: HashMap<Pointer, Origin>,
}

/// Where a node was read: in one of the other files, or in the document itself.
#[derive(Debug, Clone)]
struct Origin {
    file: Option<usize>,
    at: Pointer,
}

impl Changes {
    /// Adds a file that nodes are copied from; returns its number.
    pub fn add_file(&mut self, map: Arc<SourceMap>) -> usize {
        self.files.push(map);
        self.files.len() - 1
    }

    /// Records that the node at `at`, with everything below it, was copied from `from` in that file. It is new, or replaces a scalar.
    pub fn copied(&mut self, at: &Pointer, file: usize, from: Pointer) {
        self.origins.insert(at.clone(), Origin { file: Some(file), at: from });
    }

    /// Records that the node at `at` was removed.
    pub fn removed(&mut self, at: &Pointer) {
        self.origins.retain(|held, _| !held.is_within(at));
    }

    /// Records that the node at `from` was moved to `to`, where there was none.
    pub fn moved(&mut self, from: &Pointer, to: &Pointer) {
        let whole = self.find(from);
        let below: Vec<Pointer> = self.origins.keys().filter(|held| held.is_within(from)).cloned().collect();
        for held in below {
            let origin = self.origins.remove(&held);
            self.origins.extend(held.rebased(from, to).zip(origin));
        }
        self.origins.entry(to.clone()).or_insert(whole);
    }

    /// Returns the other file that the node at `at` was read from, and its pointer there or in the document itself.
    pub(super) fn origin(&self, at: &Pointer) -> (Option<&SourceMap>, Pointer) {
        let Origin { file, at } = self.find(at);
        (file.and_then(|file| self.files.get(file)).map(Arc::as_ref), at)
    }

    /// The outermost nodes that were read from other files.
    pub(super) fn added(&self) -> impl Iterator<Item = &Pointer> {
        self.origins.iter().filter(|(_, origin)| origin.file.is_some()).map(|(at, _)| at)
    }

    fn find(&self, at: &Pointer) -> Origin {
        let mut ancestor = Some(at.clone());
        while let Some(held) = ancestor {
            if let Some(origin) = self.origins.get(&held) {
                let at = at.rebased(&held, &origin.at).unwrap_or_else(|| origin.at.clone());
                return Origin { file: origin.file, at };
            }
            ancestor = held.parent();
        }
        Origin { file: None, at: at.clone() }
    }
}
