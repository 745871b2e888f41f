//! Which local file stands for a URI: the file itself, or the copy that the configuration names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

/// The local resolver of what stands elsewhere.
#[derive(Debug)]
pub(super) struct Resolver {
    /// As configured; a URI that ends in `/` stands for everything below it.
    named: Vec<(String, PathBuf)>,
    /// Folders of files that say they belong elsewhere.
    beside: Vec<(String, PathBuf)>,
}

impl Resolver {
    /// The resolver that `refs` names, paths below `root`.
    pub fn new(root: &Path, refs: &BTreeMap<String, PathBuf>) -> Self {
        let mut named: Vec<_> = refs.iter().map(|(uri, path)| (uri.clone(), root.join(path))).collect();
        // The longest first: a file before the folder it is in.
        named.sort_by_key(|(uri, _)| std::cmp::Reverse(uri.len()));
        Self { named, beside: Vec::new() }
    }

    /// Takes the files beside `read` for those beside `base`, which `read` says it is (OpenAPI 3.2 §4.1.2.2.2).
    pub fn beside(&mut self, base: &str, read: &str) {
        let folder = |uri: &str| Url::parse(uri).and_then(|url| url.join(".")).ok();
        if let (true, Some(base), Some(read)) = (base != read, folder(base), folder(read)) {
            self.beside.extend(read.to_file_path().ok().map(|path| (base.to_string(), path)));
        }
    }

    /// The file to read for `uri`; none for a URI on the network that nothing stands for.
    pub fn path(&self, uri: &str) -> Option<PathBuf> {
        let url = Url::parse(uri).ok()?;
        let within = |(held, path): &(String, PathBuf)| match uri.strip_prefix(held.as_str())? {
            "" => Some(path.clone()),
            rest if held.ends_with('/') => Some(path.join(decoded(rest))),
            _ => None,
        };
        let named = self.named.iter().find_map(within);
        let beside = || self.beside.iter().filter_map(within).find(|path| path.is_file());
        named.or_else(beside).or_else(|| url.to_file_path().ok().filter(|_| url.scheme() == "file"))
    }
}

fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}
