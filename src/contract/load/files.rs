//! The files of a contract: the one that was named and, on and on, every file that a `$ref` in them names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::contract::refs::{Refs, canonical, resolve};
use crate::document::Document;
use crate::location::Problem;

/// The files that were read, in the order in which they were found.
pub(super) struct Files {
    root: PathBuf,
    /// The parsed files; the first is the one that was named.
    pub documents: Vec<Document>,
    /// The URI of each.
    pub uris: Vec<String>,
    /// URIs of files that are named but cannot be read, and why. Only a reference that is used makes it a problem, since
    /// whatever stands in an example may look like one.
    pub unread: BTreeMap<String, String>,
    /// Every `$id` that stands in the files: references to one of these need no file.
    pub ids: BTreeSet<String>,
    hash: Sha256,
}

impl Files {
    /// Reads and parses the named file.
    pub fn open(root: &Path, path: &Path) -> Result<Self, Vec<Problem>> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (root, file) = (absolute(root), absolute(&root.join(path)));
        let name = slashes(path.strip_prefix(&root).unwrap_or(path));
        let (documents, uris, unread) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut files = Self { root, documents, uris, unread, ids: BTreeSet::new(), hash: Sha256::new() };
        let uri = Url::from_file_path(&file).ok().and_then(|url| Url::parse(url.as_str()).ok());
        let uri = uri.ok_or_else(|| vec![Problem::new(format!("{name} is not the path of a file"))])?;
        let text = read(&file).map_err(|why| vec![Problem::new(format!("cannot read {name}: {why}"))])?;
        files.add(canonical(&uri), name, text)?;
        Ok(files)
    }

    /// Reads every file that the files read so far refer to, and those that these refer to. Files that cannot be read are
    /// noted; files that do not parse are problems.
    pub fn follow(&mut self) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        let mut next = 0;
        while let Some(document) = self.documents.get(next) {
            let base = &self.uris[next];
            self.ids.extend(mentioned(document.value(), "$id").into_iter().map(str::to_owned));
            let files = mentioned(document.value(), "$ref");
            let found: Vec<String> = files.into_iter().filter_map(|file| resolve(base, file).ok()).collect();
            for uri in found {
                problems.extend(self.read(uri).err().unwrap_or_default());
            }
            next += 1;
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The files as references see them.
    pub fn refs(&self) -> Refs<'_> {
        Refs { documents: &self.documents, uris: &self.uris }
    }

    /// SHA-256 over the bytes of all files in order, lower-case hex.
    pub fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(&mut self, uri: String) -> Result<(), Vec<Problem>> {
        if self.uris.contains(&uri) || self.unread.contains_key(&uri) {
            return Ok(());
        }
        let path = Url::parse(&uri).ok().and_then(|url| url.to_file_path().ok()).unwrap_or_default();
        match read(&path) {
            Ok(bytes) => self.add(uri, slashes(path.strip_prefix(&self.root).unwrap_or(&path)), bytes),
            Err(why) => {
                self.unread.insert(uri, why.to_string());
                Ok(())
            }
        }
    }

    fn add(&mut self, uri: String, name: String, bytes: Vec<u8>) -> Result<(), Vec<Problem>> {
        self.hash.update(&bytes);
        let text = String::from_utf8(bytes).map_err(|_| vec![Problem::new(format!("{name} is not UTF-8 text"))])?;
        match Document::parse(name, text) {
            Ok(document) => {
                self.documents.push(document);
                self.uris.push(uri);
                Ok(())
            }
            Err(problems) => {
                self.unread.insert(uri, "it does not parse".to_owned());
                Err(problems)
            }
        }
    }
}

/// The bytes of a regular file: a device or a pipe may never end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    match fs::metadata(path)?.is_file() {
        true => fs::read(path),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// What every `keyword` below `value` says, up to its fragment.
fn mentioned<'d>(value: &'d Value, keyword: &str) -> BTreeSet<&'d str> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                let file = members.get(keyword).and_then(Value::as_str).and_then(|text| text.split('#').next());
                found.extend(file.filter(|file| !file.is_empty()));
                waiting.extend(members.values());
            }
            _ => {}
        }
    }
    found
}
