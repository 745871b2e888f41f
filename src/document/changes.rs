//! Where the nodes of a value stand that was changed after it was read: in another file, or elsewhere in its own.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pointer::Pointer;

use super::Document;

/// Which nodes of a changed value do not stand where their pointers say. What is not listed stands below its parent.
#[derive(Debug, Default)]
pub struct Changes {
    files: Vec<Arc<Document>>,
    origins: HashMap<Pointer, Origin>,
}

/// Where a node was read: in one of the other files, or in the document itself.
#[derive(Debug, Clone)]
struct Origin {
    file: Option<usize>,
    at: Pointer,
}

impl Changes {
    /// Adds a file that nodes come from; the number to name it by.
    pub fn file(&mut self, document: Arc<Document>) -> usize {
        self.files.push(document);
        self.files.len() - 1
    }

    /// The node at `at` and all below it were read from `from` in that file.
    pub fn came(&mut self, at: &Pointer, file: usize, from: Pointer) {
        self.went(at);
        self.origins.insert(at.clone(), Origin { file: Some(file), at: from });
    }

    /// The node at `at` is no longer there.
    pub fn went(&mut self, at: &Pointer) {
        self.origins.retain(|held, _| !held.is_within(at));
    }

    /// The node that was at `from` is at `to` now, where none was.
    pub fn moved(&mut self, from: &Pointer, to: &Pointer) {
        let whole = self.origin(from);
        let below: Vec<Pointer> = self.origins.keys().filter(|held| held.is_within(from)).cloned().collect();
        for held in below {
            let origin = self.origins.remove(&held);
            self.origins.extend(held.rebased(from, to).zip(origin));
        }
        self.origins.entry(to.clone()).or_insert(whole);
    }

    /// The other file that the node at `at` was read from, and where it stands there or in the document itself.
    pub(super) fn standing(&self, at: &Pointer) -> (Option<&Document>, Pointer) {
        let Origin { file, at } = self.origin(at);
        (file.and_then(|file| self.files.get(file)).map(Arc::as_ref), at)
    }

    /// The outermost nodes that were read from other files.
    pub(super) fn added(&self) -> impl Iterator<Item = &Pointer> {
        self.origins.iter().filter(|(_, origin)| origin.file.is_some()).map(|(at, _)| at)
    }

    fn origin(&self, at: &Pointer) -> Origin {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::End;

    #[test]
    fn nodes_are_shown_where_they_were_read() {
        let parse = |name: &str, text: &str| Document::parse(name, text).expect("YAML");
        let at = |text| Pointer::parse(text).expect("a pointer");
        let base = parse("base.yaml", "list:\n  - a\n  - b: 1\nkeep: 1\n");
        let mut changes = Changes::default();
        let other = changes.file(Arc::new(parse("other.yaml", "new:\n  deep: 2\n")));
        changes.came(&at("/list/1/c"), other, at("/new"));
        changes.went(&at("/list/0"));
        changes.moved(&at("/list/1"), &at("/list/0"));
        let value = serde_json::json!({ "list": [{ "b": 1, "c": { "deep": 2 } }], "keep": 1 });
        let changed = base.changed(value, changes);
        let places = ["/list/0", "/list/0/b", "/list/0/c", "/list/0/c/deep", "/keep", "/list"]
            .map(|pointer| changed.locate(&at(pointer), End::Key).to_string());
        let expect =
            ["base.yaml:3:5", "base.yaml:3:5", "other.yaml:1:1", "other.yaml:2:3", "base.yaml:4:1", "base.yaml:1:1"];
        assert_eq!(places, expect);
        assert!(changed.is_added(&at("/list/0/c/deep")) && !changed.is_added(&at("/list/0/b")));
    }
}
