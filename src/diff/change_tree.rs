//! Changes as a tree that follows the structure of the value, so that the layout visits only changed parts.

use std::collections::BTreeMap;

use super::change::Change;

/// Maximum depth; deeper changes are shown at this level.
const DEPTH: usize = 256;

/// Changes at one location and below it.
#[derive(Debug, Default)]
pub(super) struct ChangeTree<'a> {
    /// At this location, in the given order.
    pub here: Vec<&'a Change>,
    /// Below it, by property name or index.
    pub below: BTreeMap<String, ChangeTree<'a>>,
}

impl<'a> ChangeTree<'a> {
    pub(super) fn new(changes: impl IntoIterator<Item = &'a Change>) -> Self {
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

    /// Returns all changes here and below, outermost first.
    pub(super) fn all(&self) -> Vec<&'a Change> {
        let below = self.below.values().flat_map(ChangeTree::all);
        self.here.iter().copied().chain(below).collect()
    }
}
