//! Assumptions: the parts of the contract that depend on overlays rather than on the published document.
//!
//! A node depends on an overlay if the overlay added something below it, a node that contains it, or something that a reference
//! below it reaches. References are followed backwards from the added nodes, so that an overlay costs one walk of the document,
//! and a document without overlays costs nothing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;

use serde_json::Value;

use crate::pointer::Pointer;

use super::Anchor;
use super::refs::Refs;

/// Pairs of a node and the added node that it reaches: added nodes themselves, and references to them.
#[derive(Debug, Default)]
pub(super) struct Assumptions {
    touched: BTreeSet<(Anchor, Anchor)>,
}

impl Assumptions {
    /// Follows the references of all documents backwards from the nodes that overlays added.
    pub(super) fn read(refs: Refs<'_>) -> Self {
        let documents = refs.documents.iter().enumerate();
        let added = documents.flat_map(|(document, held)| {
            held.added().map(move |pointer| Anchor { document, pointer: pointer.clone() })
        });
        let mut open: Vec<_> = added.map(|anchor| (anchor.clone(), anchor)).collect();
        let mut touched = BTreeSet::new();
        if open.is_empty() {
            return Self { touched };
        }
        let references = References::new(refs);
        while let Some((at, source)) = open.pop() {
            if touched.insert((at.clone(), source.clone())) {
                open.extend(references.that_reach(&at).map(|from| (from.clone(), source.clone())));
            }
        }
        Self { touched }
    }

    /// The added nodes that the node at `anchor` depends on.
    pub(super) fn under(&self, anchor: &Anchor) -> BTreeSet<&Anchor> {
        let least = (anchor.clone(), Anchor { document: 0, pointer: Pointer::root() });
        let below = self.touched.range((Bound::Included(least), Bound::Unbounded));
        let prefix = anchor.pointer.as_str();
        let same =
            below.take_while(|(at, _)| at.document == anchor.document && at.pointer.as_str().starts_with(prefix));
        let within = same.filter(|(at, _)| at.pointer.is_within(&anchor.pointer)).map(|(_, source)| source);
        let holding = self.touched.iter().filter(|(at, source)| at == source && contains(at, anchor));
        within.chain(holding.map(|(_, source)| source)).collect()
    }
}

/// Whether `inner` is `outer` or below it.
pub(super) fn contains(outer: &Anchor, inner: &Anchor) -> bool {
    outer.document == inner.document && inner.pointer.is_within(&outer.pointer)
}

/// Every `$ref`, by its target.
struct References {
    by_target: HashMap<Anchor, Vec<Anchor>>,
}

impl References {
    fn new(refs: Refs<'_>) -> Self {
        let mut by_target: HashMap<Anchor, Vec<Anchor>> = HashMap::new();
        for (index, document) in refs.documents.iter().enumerate() {
            let mut open = vec![(document.value(), Pointer::root())];
            while let Some((value, pointer)) = open.pop() {
                let at = Anchor { document: index, pointer: pointer.clone() };
                if let Some(target) = refs.referred(&at, value) {
                    by_target.entry(target).or_default().push(at);
                }
                match value {
                    Value::Object(members) => {
                        open.extend(members.iter().map(|(name, value)| (value, pointer.join(name))));
                    }
                    Value::Array(items) => {
                        open.extend(items.iter().enumerate().map(|(at, item)| (item, pointer.join(at))));
                    }
                    _ => {}
                }
            }
        }
        Self { by_target }
    }

    /// The references to `at`, to nodes that contain it, and to nodes in it.
    fn that_reach(&self, at: &Anchor) -> impl Iterator<Item = &Anchor> {
        let outer = std::iter::successors(Some(at.pointer.clone()), Pointer::parent);
        let outer: HashSet<Anchor> = outer.map(|pointer| Anchor { document: at.document, pointer }).collect();
        self.by_target
            .iter()
            .filter(move |(target, _)| outer.contains(target) || contains(at, target))
            .flat_map(|(_, from)| from)
    }
}
