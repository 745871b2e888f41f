//! Options of loading.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Files to load in addition to the document; paths are absolute or relative to the root.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Overlays in the order in which they are applied.
    pub overlays: Vec<PathBuf>,
    /// Local copies by the URI that references use; a URI that ends in `/` covers everything below it.
    pub refs: BTreeMap<String, PathBuf>,
    /// Whether to validate the document against the official meta-schema. Its findings are added to the warnings of the contract
    /// even if they are errors, because one invalid object does not prevent checking the others. If loading fails, warnings are
    /// then returned with the errors.
    pub structure: bool,
}
