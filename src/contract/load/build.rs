//! From the files to the contract: walks the documents by reference and collects every problem on the way.

use std::collections::{BTreeSet, HashMap};

use super::files::Files;
use super::node::Node;
use super::{info, lint, operations, schemas, security};
use crate::contract::assumption::Assumptions;
use crate::contract::refs::{RefError, Refs};
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Contract, Declared, Router, SchemaKey, Schemas};
use crate::document::End;
use crate::parallel;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::severity::Severity;

/// References that may follow one another before a chain counts as endless.
const MAX_HOPS: usize = 64;

const EXCLUSIVE: &str =
    "since OpenAPI 3.1 it is the bound itself: write the number here, in place of `minimum` or `maximum`";

/// What the parts of the builder share.
pub(super) struct Builder<'d> {
    /// The files.
    pub files: &'d Files,
    /// The OpenAPI version as written.
    pub openapi: OasVersion,
    keys: HashMap<Anchor, SchemaKey>,
    roots: Vec<Anchor>,
    problems: Vec<Problem>,
}

/// Builds the contract of `files`, whose first document is written in OpenAPI `openapi`; where that cannot be, everything that is
/// wrong or odd, errors first.
pub(super) fn contract(files: Files, openapi: OasVersion) -> Result<Contract, Vec<Problem>> {
    let mut builder = Builder { files: &files, openapi, keys: HashMap::new(), roots: Vec::new(), problems: Vec::new() };
    let document = Node { document: 0, pointer: Pointer::root(), value: files.documents[0].value() };
    let (title, version) = info::title(&mut builder, &document);
    let servers = info::servers(&mut builder, &document);
    let schemes = security::Schemes::read(&mut builder, &document);
    let operations = operations::read(&mut builder, &document, &schemes);
    lint::operations(&mut builder, &operations);
    let compiled = builder.compile();
    let (errors, warnings) = split(builder.problems);
    let (schemas, warnings) = match compiled {
        Some(schemas) if errors.is_empty() => (schemas, warnings),
        _ => return Err(errors.into_iter().chain(warnings).collect()),
    };
    let assumptions = Assumptions::read(files.refs());
    Ok(Contract {
        title,
        version,
        openapi,
        sha256: files.sha256(),
        router: Router::new(&operations),
        operations,
        schemas,
        security_schemes: schemes.known,
        servers,
        warnings: files.warnings.into_iter().chain(warnings).collect(),
        assumptions,
        amendments: files.amendments,
        uris: files.uris,
        documents: files.documents,
    })
}

impl<'d> Builder<'d> {
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
        self.error(&node, "structure", format!("expected {what}, an object, got {}", kind(node.value)));
        None
    }

    /// The object that `node` is or refers to; `what` says what it should be.
    pub fn resolve(&mut self, node: Node<'d>, what: &str) -> Option<Node<'d>> {
        let mut node = self.object(node, what)?;
        for _ in 0..MAX_HOPS {
            let Some(reference) = node.text("$ref") else { return Some(node) };
            let at = node.get("$ref").unwrap_or_else(|| node.clone());
            let next = self.target(&at, reference)?;
            node = self.object(next, what)?;
        }
        self.error(&node, "circular-ref", "the reference leads back to itself");
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

    /// The schema at `node`, to be compiled with the others; the same node has the same key.
    pub fn schema(&mut self, node: &Node<'d>) -> Declared {
        let anchor = node.anchor();
        let next = SchemaKey(self.roots.len());
        let key = *self.keys.entry(anchor.clone()).or_insert(next);
        if key == next {
            self.roots.push(anchor.clone());
        }
        Declared { key, anchor }
    }

    fn compile(&mut self) -> Option<Schemas> {
        let roots = std::mem::take(&mut self.roots);
        let (files, openapi) = (self.files, self.openapi);
        let compile = || Schemas::compile(&files.documents, &files.uris, roots.clone(), openapi);
        let (compiled, hold) = parallel::both(compile, || schemas::references_hold(self, &roots));
        if !hold {
            return None;
        }
        match compiled {
            Ok(schemas) => {
                for (anchor, why) in schemas.unmatched() {
                    let problem = Problem::new(format!("{why}: values are not judged by it"));
                    self.note(anchor, problem.rule("invalid-pattern").as_warning());
                }
                Some(schemas)
            }
            Err(errors) => {
                for (anchor, message) in errors {
                    let problem = Problem::new(message).rule("schema");
                    let is_old = self.refs().value(&anchor).is_some_and(|value| value.is_boolean())
                        && anchor.pointer.last().is_some_and(|name| name.starts_with("exclusive"));
                    self.note(&anchor, if is_old { problem.help(EXCLUSIVE) } else { problem });
                }
                None
            }
        }
    }

    fn unresolved(&mut self, at: &Node<'_>, why: RefError) {
        let reason = match &why {
            RefError::Unread(_, uri) => self.files.unread.get(uri).cloned(),
            RefError::Remote(uri) => Some(self.files.unread.get(uri).cloned().unwrap_or_else(|| name_a_copy(uri))),
            _ => None,
        };
        let problem = Problem::new(why.to_string()).rule("unresolved-ref");
        self.note(&at.anchor(), reason.into_iter().fold(problem, Problem::help));
    }

    fn dangling(&mut self, at: &Node<'_>, reference: &str, anchor: &Anchor) {
        let problem = Problem::new(format!("{reference} leads nowhere")).rule("unresolved-ref");
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

/// Errors and warnings by place, each said once however often its place was visited.
fn split(mut problems: Vec<Problem>) -> (Vec<Problem>, Vec<Problem>) {
    problems.sort_by_cached_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
    let mut said = BTreeSet::new();
    let once = problems.into_iter().filter(|problem| said.insert(problem.to_string()));
    once.partition(|problem| problem.severity == Severity::Error)
}

/// What a value is, in one word.
pub(super) fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "nothing",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "text",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "an object",
    }
}
