//! The changes of a body as a tree that follows its shape, so that laying it out walks only where something changed.

use std::collections::BTreeMap;

use super::change::Change;

/// Levels that are followed; what lies deeper is shown at the last one.
const DEPTH: usize = 256;

/// What changed at one place and below it.
#[derive(Debug, Default)]
pub(super) struct ChangeTree<'a> {
    /// At this very place, in the order given.
    pub here: Vec<&'a Change>,
    /// Below, by member name or index.
    pub below: BTreeMap<String, ChangeTree<'a>>,
}

impl<'a> ChangeTree<'a> {
    pub(super) fn of(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut root = Self::default();
        for change in changes {
            let place = change
                .at
                .tokens()
                .take(DEPTH)
                .fold(&mut root, |node, token| node.below.entry(token.into_owned()).or_default());
            place.here.push(change);
        }
        root
    }

    /// Every change here and below, outermost first.
    pub(super) fn all(&self) -> Vec<&'a Change> {
        let below = self.below.values().flat_map(ChangeTree::all);
        self.here.iter().copied().chain(below).collect()
    }
}
