//! A patch of the case files, as `git apply` and `patch -p1` read it.

use std::collections::BTreeMap;
use std::path::Path;
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

    /// The changes of each file as a unified diff. `prefix` is the directory of the file names below the root of the repository.
    pub(crate) fn render(&self, prefix: &Path) -> Vec<String> {
        let prefix = prefix.to_string_lossy().replace('\\', "/");
        let prefix = if prefix.is_empty() { prefix } else { prefix + "/" };
        self.files.values().filter_map(|(file, text)| rendered(&format!("{prefix}{}", file.name), file, text)).collect()
    }
}

/// The diff of one file; none if git would quote its name.
fn rendered(name: &str, file: &CaseFile, text: &str) -> Option<String> {
    let is_plain = !name.contains(|c: char| c.is_control() || c == '"' || c == '\\');
    // A name with a space ends with a tab.
    let tab = if name.contains(' ') { "\t" } else { "" };
    let hunks = hunks(file, text);
    (is_plain && !hunks.is_empty())
        .then(|| format!("diff --git a/{name} b/{name}\n--- a/{name}{tab}\n+++ b/{name}{tab}\n{hunks}"))
}

/// The changes of a file to `text`, with the lines around them.
pub(super) fn hunks(file: &CaseFile, text: &str) -> String {
    let diff = TextDiff::from_lines(file.document.text(), text);
    diff.unified_diff().context_radius(CONTEXT).to_string()
}
