//! Resolver of URIs to local files: the file itself, or a copy named by the configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

/// Resolves URIs to local files.
#[derive(Debug)]
pub(super) struct Resolver {
    /// Configured copies; a URI that ends in `/` covers everything below it.
    named: Vec<(String, PathBuf)>,
    /// Directories of files that declare another URI as their own (`$self`).
    relocated: Vec<(String, PathBuf)>,
    /// Files and directories that references may read, with links resolved: the document's directory, and the configured copies.
    readable: Vec<PathBuf>,
}

impl Resolver {
    /// A resolver for the document at `entry` with the copies of `refs`, whose paths are relative to `root`.
    pub(super) fn new(root: &Path, entry: &Path, refs: &BTreeMap<String, PathBuf>) -> Self {
        let mut named: Vec<_> = refs.iter().map(|(uri, path)| (uri.clone(), root.join(path))).collect();
        // The longest first, so that a file takes precedence over its directory.
        named.sort_by_key(|(uri, _)| std::cmp::Reverse(uri.len()));
        let readable = entry.parent().into_iter().chain(named.iter().map(|(_, path)| path.as_path()));
        let readable = readable.filter_map(|path| path.canonicalize().ok()).collect();
        Self { named, relocated: Vec::new(), readable }
    }

    /// Whether `path` exists, but is neither below the directory of the document nor a configured copy. Links count as what they
    /// lead to.
    pub(super) fn is_outside(&self, path: &Path) -> bool {
        let real = path.canonicalize();
        real.is_ok_and(|real| !self.readable.iter().any(|readable| real.starts_with(readable)))
    }

    /// Resolves the siblings of `base` to the siblings of `read`, whose document declares `base` as its URI (OpenAPI 3.2
    /// §4.1.2.2.2).
    pub(super) fn relocate(&mut self, base: &str, read: &str) {
        let folder = |uri: &str| Url::parse(uri).and_then(|url| url.join(".")).ok();
        if let (true, Some(base), Some(read)) = (base != read, folder(base), folder(read)) {
            self.relocated.extend(read.to_file_path().ok().map(|path| (base.to_string(), path)));
        }
    }

    /// The file to read for `uri`; none for a remote URI without a local copy.
    pub(super) fn path(&self, uri: &str) -> Option<PathBuf> {
        let url = Url::parse(uri).ok()?;
        let within = |(held, path): &(String, PathBuf)| match uri.strip_prefix(held.as_str())? {
            "" => Some(path.clone()),
            rest if held.ends_with('/') => Some(path.join(decoded(rest))),
            _ => None,
        };
        let named = self.named.iter().find_map(within);
        let relocated = || self.relocated.iter().filter_map(within).find(|path| path.is_file());
        named.or_else(relocated).or_else(|| url.to_file_path().ok().filter(|_| url.scheme() == "file"))
    }
}

fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}
