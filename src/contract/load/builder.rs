//! What all readers of the document share: following references, collecting schemas and problems.

use std::collections::HashMap;

use super::files::Files;
use crate::contract::node::Node;
use crate::contract::refs::{REF, RefError, Refs, reference};
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Declared, SchemaKey};
use crate::document::End;
use crate::problem::Problem;
use crate::rules;
use crate::severity::Severity;

/// References that may follow one another before a chain counts as endless.
const MAX_HOPS: usize = 64;

/// What the parts of the builder share.
pub(super) struct Builder<'d> {
    /// The files.
    pub files: &'d Files,
    /// The OpenAPI version as written.
    pub openapi: OasVersion,
    keys: HashMap<Anchor, SchemaKey>,
    roots: Vec<Anchor>,
    problems: Vec<Problem>,
    is_aside: bool,
    roots_aside: Vec<Anchor>,
    problems_aside: Vec<Problem>,
}

/// What a builder noted, but for the schemas to be compiled.
pub(super) struct Noted {
    /// Problems of what runs use.
    pub problems: Vec<Problem>,
    /// Problems of webhooks and callbacks.
    pub problems_aside: Vec<Problem>,
    /// Schemas that only webhooks and callbacks use.
    pub schemas_aside: Vec<Anchor>,
}

impl<'d> Builder<'d> {
    /// A builder without schemas or problems so far.
    pub fn new(files: &'d Files, openapi: OasVersion) -> Self {
        Self {
            files,
            openapi,
            keys: HashMap::new(),
            roots: Vec::new(),
            problems: Vec::new(),
            is_aside: false,
            roots_aside: Vec::new(),
            problems_aside: Vec::new(),
        }
    }

    /// The schemas collected so far, to be compiled; by the number of their key.
    pub fn take_roots(&mut self) -> Vec<Anchor> {
        std::mem::take(&mut self.roots)
    }

    /// Keeps, of the schemas collected [`Self::aside`], those of which `holds` is true.
    pub fn keep_roots_aside(&mut self, mut holds: impl FnMut(&mut Self, &Anchor) -> bool) {
        let roots = std::mem::take(&mut self.roots_aside);
        self.roots_aside = roots.into_iter().filter(|root| holds(self, root)).collect();
    }

    /// Everything that was noted.
    pub fn finish(self) -> Noted {
        Noted { problems: self.problems, problems_aside: self.problems_aside, schemas_aside: self.roots_aside }
    }

    /// Reads what no run uses: its schemas are not compiled, and its problems stop nothing and are kept apart.
    pub fn aside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.problems.len();
        self.is_aside = true;
        let found = self.leniently(read);
        self.is_aside = false;
        self.problems_aside.extend(self.problems.drain(before..));
        found
    }

    /// The files as references see them.
    pub fn refs(&self) -> Refs<'d> {
        self.files.refs()
    }

    /// Notes what makes judging impossible or a lie, by the rule `rule`.
    pub fn error(&mut self, at: &Node<'_>, rule: &'static str, message: impl Into<String>) {
        self.note(&at.anchor(), Problem::new(message).rule(rule));
    }

    /// Notes what is odd but stops nothing, by the rule `rule`.
    pub fn warn(&mut self, at: &Node<'_>, rule: &'static str, message: impl Into<String>) {
        self.note(&at.anchor(), Problem::new(message).rule(rule).as_warning());
    }

    /// Notes `problem` at `anchor`.
    pub fn note(&mut self, anchor: &Anchor, problem: Problem) {
        let document = &self.files.documents[anchor.document];
        self.problems.push(problem.at(document.snippet(&anchor.pointer, End::Key)));
    }

    /// What `read` finds; errors on the way are warnings only.
    pub fn leniently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.problems.len();
        let found = read(self);
        self.problems.iter_mut().skip(before).for_each(|problem| problem.severity = Severity::Warning);
        found
    }

    /// `node`, when it is an object; `what` says what it should be.
    pub fn object(&mut self, node: Node<'d>, what: &str) -> Option<Node<'d>> {
        if node.value.is_object() {
            return Some(node);
        }
        self.error(&node, rules::STRUCTURE, format!("expected {what}, an object, got {}", kind(node.value)));
        None
    }

    /// The object that `node` is or refers to; `what` says what it should be.
    pub fn resolve(&mut self, node: Node<'d>, what: &str) -> Option<Node<'d>> {
        let mut node = self.object(node, what)?;
        for _ in 0..MAX_HOPS {
            let Some(reference) = reference(node.value) else { return Some(node) };
            let at = node.get(REF).unwrap_or_else(|| node.clone());
            let next = self.target(&at, reference)?;
            node = self.object(next, what)?;
        }
        self.error(&node, rules::CIRCULAR_REF, "the reference leads back to itself");
        None
    }

    /// The node that `reference`, which stands at `at`, names.
    pub fn target(&mut self, at: &Node<'d>, reference: &str) -> Option<Node<'d>> {
        let refs = self.refs();
        let anchor = match refs.target(at.document, reference) {
            Ok(anchor) => anchor,
            Err(why) => {
                self.unresolved(at, why);
                return None;
            }
        };
        let value = refs.value(&anchor);
        if value.is_none() {
            self.dangling(at, reference, &anchor);
        }
        Some(Node { document: anchor.document, pointer: anchor.pointer, value: value? })
    }

    /// The schema at `node`, to be compiled with the others unless it is read aside; the same node has the same key.
    pub fn schema(&mut self, node: &Node<'d>) -> Declared {
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
        }
        Declared { key: Some(key), anchor }
    }

    fn unresolved(&mut self, at: &Node<'_>, why: RefError) {
        let reason = match &why {
            RefError::Unread(_, uri) => self.files.unread.get(uri).cloned(),
            RefError::Remote(uri) => Some(self.files.unread.get(uri).cloned().unwrap_or_else(|| name_a_copy(uri))),
            _ => None,
        };
        let problem = Problem::new(why.to_string()).rule(rules::UNRESOLVED_REF);
        self.note(&at.anchor(), reason.into_iter().fold(problem, Problem::help));
    }

    fn dangling(&mut self, at: &Node<'_>, reference: &str, anchor: &Anchor) {
        let problem = Problem::new(format!("{reference} leads nowhere")).rule(rules::UNRESOLVED_REF);
        let near = nearest_sibling(self.refs(), anchor);
        let help = near.map(|near| format!("did you mean {near}?"));
        self.note(&at.anchor(), help.into_iter().fold(problem, Problem::help));
    }
}

fn name_a_copy(uri: &str) -> String {
    format!("name a local copy in signoff.yaml, as in `refs: {{ {uri:?}: path/to/copy.yaml }}`")
}

/// The existing neighbour of the missing node at `anchor` whose name is nearest.
fn nearest_sibling(refs: Refs<'_>, anchor: &Anchor) -> Option<String> {
    let parent = Anchor { document: anchor.document, pointer: anchor.pointer.parent()? };
    let names = refs.value(&parent)?.as_object()?.keys().map(String::as_str);
    crate::suggestion::nearest(&anchor.pointer.last()?, names).map(str::to_owned)
}

/// What a value is, in one word.
fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "nothing",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "text",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "an object",
    }
}
