//! Reads the files of a contract: the named document and, transitively, every file that a `$ref` names.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::options::Options;
use super::recognition::{Refused, recognise};
use super::resolver::Resolver;
use crate::contract::overlay::{self, Amendment};
use crate::contract::refs::{Refs, Uris, referred_uris};
use crate::contract::uri::{canonical, resolve};
use crate::contract::version::OasVersion;
use crate::document::{Document, End, decode};
use crate::input_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::rules;
use crate::severity::Severity;

/// Why a file is not read that a document of somebody else may name only to have it shown.
const OUTSIDE: &str = "it is outside of the document's directory: name its directory under `refs` in signoff.yaml, such as \
                       `../common/: ../common`";

/// The files read so far, in the order in which they were found.
pub(super) struct Files {
    root: PathBuf,
    /// The parsed files; the first is the named document.
    pub documents: Vec<Document>,
    /// Their URIs.
    pub uris: Uris,
    /// URIs of files that cannot be read, with the reason. That is a problem only where a reference is used, because an example
    /// may contain something that looks like a reference.
    pub unread: BTreeMap<String, String>,
    /// The overlays, in the order in which they were applied.
    pub overlays: Vec<Arc<Document>>,
    /// Changes made by the overlays.
    pub amendments: Vec<Amendment>,
    /// Warnings about the overlays.
    pub warnings: Vec<Problem>,
    /// Errors of files that documents refer to.
    pub errors: Vec<Problem>,
    resolver: Resolver,
    hash: Sha256,
}

impl Files {
    /// Reads and parses the named file, and applies the overlays to it.
    pub(super) fn open(root: &Path, path: &Path, options: &Options) -> Result<Self, Vec<Problem>> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (root, file) = (absolute(root), absolute(&root.join(path)));
        let name = slashes(path.strip_prefix(&root).unwrap_or(path));
        let mut files = Self {
            resolver: Resolver::new(&root, &file, &options.refs),
            root,
            documents: Vec::new(),
            uris: Uris::default(),
            unread: BTreeMap::new(),
            overlays: Vec::new(),
            amendments: Vec::new(),
            warnings: Vec::new(),
            errors: Vec::new(),
            hash: Sha256::new(),
        };
        let uri = Url::from_file_path(&file).ok().and_then(|url| Url::parse(url.as_str()).ok());
        let uri = uri.ok_or_else(|| {
            vec![Problem::new(format!("{name} is not the path of a file")).rule(rules::UNREADABLE_FILE)]
        })?;
        let bytes = input_file::read(&file).map_err(|why| missing(&name, why, &file, &files.root))?;
        let text = files.text(&name, bytes)?;
        files.add(canonical(&uri), Document::parse(name, text)?);
        files.amend(&options.overlays)?;
        Ok(files)
    }

    /// Reads every file that the files refer to, transitively. Unreadable files are recorded in `unread`; those that do not parse also
    /// in `errors`.
    pub(super) fn read_referenced(&mut self) {
        let mut problems = Vec::new();
        let mut next = 0;
        while let Some(document) = self.documents.get(next) {
            let base = self.uris.base(next);
            for uri in referred_uris(document, base) {
                problems.extend(self.read(uri).err().unwrap_or_default());
            }
            next += 1;
        }
        self.errors = problems;
    }

    /// The files for resolving references; `openapi` is the version of the first.
    pub(super) fn refs(&self, openapi: OasVersion) -> Refs<'_> {
        Refs { documents: &self.documents, uris: &self.uris, openapi }
    }

    /// SHA-256 over the bytes of all files in order, lower-case hex.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Applies the overlays, whose paths are relative to the root, to the named document.
    fn amend(&mut self, overlays: &[PathBuf]) -> Result<(), Vec<Problem>> {
        if overlays.is_empty() {
            return Ok(());
        }
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        for path in overlays {
            match self.overlay(path) {
                Ok(overlay) => parsed.push(Arc::new(overlay)),
                Err(found) => problems.extend(found),
            }
        }
        let Some(document) = self.documents.pop().filter(|_| problems.is_empty()) else { return Err(problems) };
        let (document, amendments, found) = overlay::apply(document, &parsed);
        self.overlays = parsed;
        self.documents.push(document);
        self.amendments = amendments;
        let (errors, warnings): (Vec<_>, _) = found.into_iter().partition(|p| p.severity == Severity::Error);
        self.warnings.extend(warnings);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn overlay(&mut self, path: &Path) -> Result<Document, Vec<Problem>> {
        let file = self.root.join(path);
        let name = slashes(file.strip_prefix(&self.root).unwrap_or(path));
        let bytes = input_file::read(&file).map_err(|why| missing(&name, why, &file, &self.root))?;
        let text = self.text(&name, bytes)?;
        let overlay = Document::parse(name, text)?;
        self.check_extends(&overlay, &file);
        Ok(overlay)
    }

    /// Warns about an overlay whose `extends` names another file.
    fn check_extends(&mut self, overlay: &Document, file: &Path) {
        let Some(extends) = overlay.value().get("extends").and_then(Value::as_str) else { return };
        let uri = Url::from_file_path(file).ok().and_then(|base| base.join(extends).ok());
        // The local file may be a copy of what a URL names.
        let meant = uri.filter(|uri| uri.scheme() == "file").map(|uri| canonical(&uri));
        if meant.is_some_and(|uri| !self.uris.has(&uri)) {
            let problem = Problem::new(format!("the overlay is for {extends}")).rule(rules::OVERLAY).as_warning();
            let at = overlay.snippet(&Pointer::root().join("extends"), End::Value);
            self.warnings.push(problem.at(at));
        }
    }

    fn read(&mut self, uri: String) -> Result<(), Vec<Problem>> {
        if self.uris.has(&uri) || self.unread.contains_key(&uri) {
            return Ok(());
        }
        let Some(path) = self.resolver.path(&uri) else { return Ok(()) };
        if self.resolver.is_outside(&path) {
            self.unread.insert(uri, OUTSIDE.to_owned());
            return Ok(());
        }
        match input_file::read(&path) {
            Ok(bytes) => self.add_referenced(uri, &path, bytes),
            Err(why) => {
                let local = !uri.starts_with("file:");
                let name = if local { format!("{}: ", path.display()) } else { String::new() };
                self.unread.insert(uri, format!("{name}{}", reason(&why)));
                Ok(())
            }
        }
    }

    fn add_referenced(&mut self, uri: String, path: &Path, bytes: Vec<u8>) -> Result<(), Vec<Problem>> {
        let name = slashes(path.strip_prefix(&self.root).unwrap_or(path));
        self.hash.update(&bytes);
        let recognised = match decode(bytes) {
            Ok(text) => recognise(Document::parse(name, text), path),
            Err(why) => Err(Refused::Other(why.to_string())),
        };
        match recognised {
            Ok(document) => {
                self.add(uri, document);
                Ok(())
            }
            Err(Refused::Invalid(problems)) => {
                self.unread.insert(uri, "it does not parse".to_owned());
                Err(problems)
            }
            Err(Refused::Other(why)) => {
                self.unread.insert(uri, why);
                Ok(())
            }
        }
    }

    fn text(&mut self, name: &str, bytes: Vec<u8>) -> Result<String, Vec<Problem>> {
        self.hash.update(&bytes);
        decode(bytes).map_err(|why| unreadable(name, &why))
    }

    fn add(&mut self, uri: String, document: Document) {
        let base = self_uri(document.value(), &uri).unwrap_or_else(|| uri.clone());
        self.resolver.relocate(&base, &uri);
        self.documents.push(document);
        self.uris.add(base, uri);
    }
}

/// The URI that an OpenAPI 3.2 document declares as its own (§4.1.2.2.2); `read` is the URI it was read from.
fn self_uri(document: &Value, read: &str) -> Option<String> {
    let version = OasVersion::parse(document.get("openapi")?.as_str()?)?;
    let written = document.get("$self")?.as_str()?;
    version.is_at_least_3_2().then(|| resolve(read, written))?
}

fn unreadable(name: &str, why: &dyn std::fmt::Display) -> Vec<Problem> {
    vec![Problem::new(format!("cannot read {name}: {why}")).rule(rules::UNREADABLE_FILE)]
}

/// The problem of a file that cannot be read, with the name of a similar one below `root` if it does not exist.
fn missing(name: &str, why: io::Error, file: &Path, root: &Path) -> Vec<Problem> {
    let mut problems = unreadable(name, &reason(&why));
    if let Some(similar) = input_file::similar(file) {
        let similar = slashes(similar.strip_prefix(root).unwrap_or(&similar));
        problems = problems.into_iter().map(|problem| problem.help(format!("did you mean {similar}?"))).collect();
    }
    problems
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
