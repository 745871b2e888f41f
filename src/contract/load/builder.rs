//! Services shared by all readers of the document: resolving references, collecting schemas and problems.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::faults::{Faults, Found};
use super::files::Files;
use crate::contract::node::Node;
use crate::contract::refs::{REF, RefError, Refs, reference};
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Declared, SchemaKey};
use crate::document::End;
use crate::problem::Problem;
use crate::rules;
use crate::severity::Severity;

/// Maximum length of a chain of references.
const MAX_HOPS: usize = 64;

/// Collects the schemas and problems of a document while it is read.
pub(super) struct Builder<'d> {
    /// The files.
    pub files: &'d Files,
    /// The OpenAPI version as written.
    pub openapi: OasVersion,
    /// What is read without its schemas and problems, because an error of it is known.
    faults: &'d Faults,
    /// The operation or path item that is being read.
    owner: Option<Anchor>,
    keys: HashMap<Anchor, SchemaKey>,
    roots: Vec<Anchor>,
    /// The operations that use each of the roots.
    users: Vec<BTreeSet<Anchor>>,
    problems: Vec<Found>,
    is_aside: bool,
    roots_aside: Vec<Anchor>,
    problems_aside: Vec<Problem>,
}

/// Results of a builder.
pub(super) struct Noted {
    /// Problems of what a run uses.
    pub problems: Vec<Found>,
    /// Problems of webhooks and callbacks.
    pub problems_aside: Vec<Problem>,
    /// The schemas to compile.
    pub roots: Vec<Anchor>,
    /// The operations that use each of these.
    pub users: Vec<BTreeSet<Anchor>>,
    /// Schemas that only webhooks and callbacks use.
    pub schemas_aside: Vec<Anchor>,
}

impl<'d> Builder<'d> {
    /// A builder without schemas or problems.
    pub(super) fn new(files: &'d Files, openapi: OasVersion, faults: &'d Faults) -> Self {
        Self {
            files,
            openapi,
            faults,
            owner: None,
            users: Vec::new(),
            keys: HashMap::new(),
            roots: Vec::new(),
            problems: Vec::new(),
            is_aside: false,
            roots_aside: Vec::new(),
            problems_aside: Vec::new(),
        }
    }

    /// The collected schemas to compile; the index of each is its key.
    pub(super) fn roots(&self) -> Vec<Anchor> {
        self.roots.clone()
    }

    /// Whether anything is known to be unusable.
    pub(super) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The known error of the operation or path item at `anchor`.
    pub(super) fn fault(&self, anchor: &Anchor) -> Option<Arc<str>> {
        self.faults.of(anchor).cloned()
    }

    /// Reads the operation or path item at `anchor`, which its errors make unusable. If that is known, its schemas and problems are
    /// dropped.
    pub(super) fn owned<T>(&mut self, anchor: &Anchor, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.fault(anchor).is_some() {
            return self.silently(read);
        }
        let before = self.owner.replace(anchor.clone());
        let found = read(self);
        self.owner = before;
        found
    }

    fn silently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.problems.len(), self.roots_aside.len(), self.is_aside);
        self.is_aside = true;
        let found = read(self);
        self.is_aside = before.2;
        self.problems.truncate(before.0);
        self.roots_aside.truncate(before.1);
        found
    }

    /// Keeps the schemas collected [`Self::aside`] for which `holds` is true.
    pub(super) fn keep_roots_aside(&mut self, mut holds: impl FnMut(&mut Self, &Anchor) -> bool) {
        let roots = std::mem::take(&mut self.roots_aside);
        self.roots_aside = roots.into_iter().filter(|root| holds(self, root)).collect();
    }

    /// Returns all problems, and the schemas collected [`Self::aside`].
    pub(super) fn finish(self) -> Noted {
        let Self { problems, roots, users, .. } = self;
        Noted { problems, roots, users, problems_aside: self.problems_aside, schemas_aside: self.roots_aside }
    }

    /// Reads something that no run uses: its schemas are not compiled, and its problems are warnings in a list of their own.
    pub(super) fn aside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.problems.len();
        self.is_aside = true;
        let found = self.leniently(read);
        self.is_aside = false;
        self.problems_aside.extend(self.problems.drain(before..).map(|found| found.problem));
        found
    }

    /// The files for resolving references.
    pub(super) fn refs(&self) -> Refs<'d> {
        self.files.refs(self.openapi)
    }

    /// Adds an error: checking would be impossible or wrong.
    pub(super) fn error(&mut self, at: &Node<'_>, rule: &'static str, message: impl Into<String>) {
        self.note(&at.anchor(), Problem::new(message).rule(rule));
    }

    /// Adds a warning, which does not prevent checking.
    pub(super) fn warn(&mut self, at: &Node<'_>, rule: &'static str, message: impl Into<String>) {
        self.note(&at.anchor(), Problem::new(message).rule(rule).as_warning());
    }

    /// Adds `problem` at `anchor`.
    pub(super) fn note(&mut self, anchor: &Anchor, problem: Problem) {
        let document = &self.files.documents[anchor.document];
        let problem = problem.at(document.snippet(&anchor.pointer, End::Key));
        self.problems.push(Found { problem, anchor: anchor.clone(), owner: self.owner.clone() });
    }

    /// Runs `read`; its errors become warnings.
    pub(super) fn leniently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.problems.len();
        let found = read(self);
        self.problems.iter_mut().skip(before).for_each(|found| found.problem.severity = Severity::Warning);
        found
    }

    /// Returns `node` if it is an object; `what` names the expected object in the error.
    pub(super) fn object(&mut self, node: Node<'d>, what: &str) -> Option<Node<'d>> {
        if node.value.is_object() {
            return Some(node);
        }
        self.error(&node, rules::STRUCTURE, format!("expected {what} to be an object, got {}", kind(node.value)));
        None
    }

    /// Returns the object at `node`, following references; `what` names the expected object in errors.
    pub(super) fn resolve(&mut self, node: Node<'d>, what: &str) -> Option<Node<'d>> {
        let mut node = self.object(node, what)?;
        for _ in 0..MAX_HOPS {
            let Some(reference) = reference(node.value) else { return Some(node) };
            let at = node.get(REF).unwrap_or_else(|| node.clone());
            let next = self.target(&at, reference)?;
            node = self.object(next, what)?;
        }
        self.error(&node, rules::CIRCULAR_REF, "the reference is circular");
        None
    }

    /// Returns the target of `reference`, which is at `at`.
    pub(super) fn target(&mut self, at: &Node<'d>, reference: &str) -> Option<Node<'d>> {
        let refs = self.refs();
        let anchor = match refs.target(&at.anchor(), reference) {
            Ok(anchor) => anchor,
            Err(why) => {
                self.unresolved(at, why);
                return None;
            }
        };
        let value = refs.value(&anchor);
        match value {
            None => self.dangling(at, reference, &anchor),
            // Reported here, not there: the file may contain anything.
            Some(value) if anchor.document != at.document && !value.is_object() && !value.is_boolean() => {
                let message = format!("{reference} leads to {}, expected an object or a schema", kind(value));
                self.error(at, rules::UNRESOLVED_REF, message);
                return None;
            }
            Some(_) => {}
        }
        Some(Node { document: anchor.document, pointer: anchor.pointer, value: value? })
    }

    /// Collects the schema at `node` for compilation, unless it is read aside. The same node always has the same key.
    pub(super) fn schema(&mut self, node: &Node<'d>) -> Declared {
        let anchor = node.anchor();
        if self.is_aside {
            let key = self.keys.get(&anchor).copied();
            if key.is_none() {
                self.roots_aside.push(anchor.clone());
            }
            return Declared { key, anchor };
        }
        let next = SchemaKey(self.roots.len());
        let key = *self.keys.entry(anchor.clone()).or_insert(next);
        if key == next {
            self.roots.push(anchor.clone());
            self.users.push(BTreeSet::new());
        }
        self.users[key.0].extend(self.owner.clone());
        Declared { key: Some(key), anchor }
    }

    fn unresolved(&mut self, at: &Node<'_>, why: RefError) {
        let unread = |uri: &str| self.files.unread.get(uri);
        let message = match &why {
            RefError::Unread(_, uri) => unread(uri).map(|reason| format!("{why}: {reason}")),
            RefError::Remote(uri) => unread(uri).map(|reason| format!("cannot read the local copy of {uri}: {reason}")),
            RefError::NotAUri(_) | RefError::NotAPointer(_) => None,
        };
        // A local copy that cannot be read is named already.
        let help = why.help().filter(|_| message.is_none());
        let problem = Problem::new(message.unwrap_or_else(|| why.to_string())).rule(rules::UNRESOLVED_REF);
        self.note(&at.anchor(), help.into_iter().fold(problem, Problem::help));
    }

    fn dangling(&mut self, at: &Node<'_>, reference: &str, anchor: &Anchor) {
        let problem = self.refs().dangling(reference, anchor).rule(rules::UNRESOLVED_REF);
        self.note(&at.anchor(), problem);
    }
}

/// Type of a value, as a noun for messages.
fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}
