//! A patch of the case files, as `git apply` and `patch -p1` read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use similar::TextDiff;

use crate::case::CaseFile;
use crate::case::load::Changed;

/// Maximum size of a patch in bytes.
const MAX_PATCH: usize = 64 << 10;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Changed case files.
#[derive(Debug, Default)]
pub(crate) struct Patch {
    /// The changed text by file name.
    files: BTreeMap<Arc<str>, (Arc<CaseFile>, String)>,
    /// Number of survivors that the changed cases notice.
    pub noticed: usize,
}

impl Patch {
    /// The text of a file with the changes so far.
    pub(super) fn text<'p>(&'p self, file: &'p CaseFile) -> &'p str {
        self.files.get(&file.name).map_or(file.document.text(), |(_, text)| text)
    }

    /// Replaces the text of a file.
    pub(super) fn set(&mut self, file: &Arc<CaseFile>, text: String) {
        self.files.insert(Arc::clone(&file.name), (Arc::clone(file), text));
    }

    /// Whether no file is changed.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The changed files.
    pub(super) fn changed(&self) -> Vec<Changed<'_>> {
        self.files.values().map(|(file, text)| (&**file, text.as_str())).collect()
    }

    /// Whether the patch stays within its size with `text` as the content of `file`.
    pub(super) fn has_room(&self, file: &CaseFile, text: &str) -> bool {
        let others = self.files.iter().filter(|(name, _)| **name != file.name);
        let others: usize = others.map(|(_, (file, text))| hunks(file, text).len()).sum();
        others + hunks(file, text).len() <= MAX_PATCH
    }

    /// The changes of each file as a unified diff; none where `name` has no name for the file.
    pub(crate) fn render(&self, name: impl Fn(&CaseFile) -> Option<String>) -> Vec<Option<String>> {
        let changed = self.files.values().map(|(file, text)| (file, hunks(file, text)));
        let changed = changed.filter(|(_, hunks)| !hunks.is_empty());
        changed.map(|(file, hunks)| name(file).map(|name| headed(&name, &hunks))).collect()
    }
}

/// The diff of one file.
fn headed(name: &str, hunks: &str) -> String {
    // A name with a space ends with a tab.
    let tab = if name.contains(' ') { "\t" } else { "" };
    format!("diff --git a/{name} b/{name}\n--- a/{name}{tab}\n+++ b/{name}{tab}\n{hunks}")
}

/// The changes of a file to `text`, with the lines around them.
pub(super) fn hunks(file: &CaseFile, text: &str) -> String {
    let diff = TextDiff::from_lines(file.document.text(), text);
    diff.unified_diff().context_radius(CONTEXT).to_string()
}
