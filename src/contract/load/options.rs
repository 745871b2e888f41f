//! What is loaded in addition to the document.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is loaded beside the document itself; paths are relative to the root, or absolute.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Overlays, applied in this order.
    pub overlays: Vec<PathBuf>,
    /// Local resolver by the URI that references name; a URI that ends in `/` stands for everything below it.
    pub refs: BTreeMap<String, PathBuf>,
    /// Whether the official meta-schema judges the structure of the document; what it finds is among the warnings of the
    /// contract, errors too, since an object that is wrong somewhere can be judged elsewhere. Then a document that cannot be
    /// loaded is told everything, warnings too.
    pub structure: bool,
}
