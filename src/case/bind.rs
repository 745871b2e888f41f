//! From a case as it is written to a case that is bound to its operation, its templates compiled, its rows still to come.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Narrowing};
use crate::diff;
use crate::expression::Template;
use crate::pointer::Pointer;

use super::compile::Compiler;
use super::error::Problems;
use super::folder::Folder;
use super::format::{CaseFormat, ExpectFormat, OneOrMany};
use super::names::{Read, Reader, is_variable};
use super::request;
use super::source::Source;
use super::table::{self, Row};
use super::{Capture, CaptureFrom, Case, Expect, Poll, RequestSpec, Retry, Role, Violates};

/// A case before its rows: what all of them share, and the texts that each row fills in.
#[derive(Debug)]
pub struct Draft {
    /// What the rows share; name, id and violations are still to come.
    pub case: Case,
    /// `name`.
    pub name: Text,
    /// `violates`.
    pub violates: Vec<Text>,
    /// `needs`.
    pub needs: Vec<Text>,
    /// The rows of its own table, when it has one.
    pub rows: Option<Vec<Arc<Row>>>,
    /// A request a row, where the table gives names of members; else all rows share that of `case`.
    pub requests: Vec<Arc<RequestSpec>>,
    /// What its templates read.
    pub reads: Vec<Read>,
    /// Whether nothing is wrong with it so far; what is not sound is looked at for its name and what it reads.
    pub sound: bool,
}

impl Draft {
    /// What the case of that row starts from.
    pub fn of_row(&self, index: usize) -> Case {
        let mut case = self.case.clone();
        if let Some(request) = self.requests.get(index) {
            case.request = Arc::clone(request);
        }
        case
    }
}

/// A text that may read table columns only.
#[derive(Debug)]
pub struct Text {
    /// Where it stands.
    pub at: Pointer,
    /// The text, compiled.
    pub template: Template,
}

/// Binds the cases of one file.
pub struct Binder<'a> {
    /// The file.
    pub source: &'a Source,
    /// Where its bodies and tables are read from.
    pub folder: &'a Folder,
    /// What its operations are looked up in.
    pub contract: &'a Contract,
}

impl Binder<'_> {
    /// Binds the case at `at`; none when not even its name can be used.
    pub fn bind(&self, at: &Pointer, format: CaseFormat, complete: bool, problems: &mut Problems<'_>) -> Option<Draft> {
        let before = problems.count();
        let name = text(&format.name, at.join("name"), problems)?;
        let mut draft = Draft {
            violates: texts(&format.violates, &at.join("violates"), problems),
            needs: texts(&listed(&format.needs), &at.join("needs"), problems),
            rows: self.rows(&format, at, problems),
            requests: Vec::new(),
            reads: Vec::new(),
            case: self.prototype(&format, at),
            name,
            sound: complete && self.source.base_ok,
        };
        self.fill(&mut draft, &format, problems);
        draft.sound &= problems.count() == before;
        Some(draft)
    }

    fn prototype(&self, format: &CaseFormat, at: &Pointer) -> Case {
        let head = &self.source.head;
        Case {
            role: Role::Case,
            name: String::new(),
            id: String::new(),
            operation: None,
            request: Arc::default(),
            violates: Violates::Nothing,
            expect: Arc::default(),
            capture: Vec::new(),
            uses: Vec::new(),
            needs: Vec::new(),
            tags: head.tags.iter().chain(&format.tags).cloned().collect(),
            requirement: format.requirement.clone().or_else(|| head.requirement.clone()),
            skip: format.skip.clone(),
            only_on: format.only_on.clone(),
            not_on: format.not_on.clone(),
            poll: format.poll.as_ref().map(|poll| Poll { every: poll.every.0, up_to: poll.up_to.0 }),
            retry: format.retry.as_ref().map(|retry| Retry { attempts: retry.attempts.get(), up_to: retry.up_to.0 }),
            row: Arc::default(),
            at: at.clone(),
            from: None,
        }
    }

    fn fill(&self, draft: &mut Draft, format: &CaseFormat, problems: &mut Problems<'_>) {
        let at = draft.case.at.clone();
        let (request, reads) = request::bind(self, &at, draft.sound, problems);
        draft.reads.extend(reads);
        draft.requests = request::bind_rows(self, &at, draft.rows.as_deref().unwrap_or_default());
        // A misspelt key may have been the one that names the operation.
        let needs_one = draft.sound && request.url.is_none();
        draft.case.operation = self.operation(format, &at, needs_one, problems);
        draft.case.request = Arc::new(request);
        let (expect, reads) = expectation(&format.expect, &at.join("expect"), problems);
        draft.reads.extend(reads);
        draft.case.expect = Arc::new(expect);
        let mut answer = Compiler::new(problems, Reader::Answer, at.join("capture"));
        draft.case.capture =
            format.capture.iter().filter_map(|(name, from)| capture(name, from, &mut answer)).collect();
        draft.reads.append(&mut answer.reads);
        if draft.rows.is_some() && !format.capture.is_empty() {
            problems.key(
                "table",
                &at.join("capture"),
                "expected no capture in a case with a table: its rows would overwrite it",
            );
        }
    }

    fn rows(&self, format: &CaseFormat, at: &Pointer, problems: &mut Problems<'_>) -> Option<Vec<Arc<Row>>> {
        let read = |name: &str| self.folder.read(&self.source.file.path, name);
        let rows = table::rows(format.table.as_ref()?, &at.join("table"), read, problems);
        Some(rows.into_iter().map(Arc::new).collect())
    }

    /// The index of the case's operation, or its file's.
    fn operation(&self, format: &CaseFormat, at: &Pointer, needed: bool, problems: &mut Problems<'_>) -> Option<usize> {
        match (&format.operation, &self.source.head.operation) {
            (Some(name), _) => self.look_up(name, &at.join("operation"), problems),
            // The file's own is looked up, and complained of, once.
            (None, Some(name)) => self.contract.operation(name).map(|found| found.index),
            (None, None) => {
                if needed {
                    problems.key(
                        "unknown-operation",
                        &at.join("name"),
                        "expected an `operation` in the case or its file, found none",
                    );
                }
                None
            }
        }
    }

    /// The index of the operation called `name` at `at`.
    pub fn look_up(&self, name: &str, at: &Pointer, problems: &mut Problems<'_>) -> Option<usize> {
        let found = self.contract.operation(name);
        if found.is_none() {
            problems.value("unknown-operation", at, format!("unknown operation `{name}`"));
            let operations = &self.contract.operations;
            let by_path: Vec<String> = operations.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
            problems.suggest(
                name,
                operations.iter().map(|one| one.name.as_str()).chain(by_path.iter().map(String::as_str)),
            );
        }
        found.map(|found| found.index)
    }
}

fn text(written: &str, at: Pointer, problems: &mut Problems<'_>) -> Option<Text> {
    if written.trim().is_empty() {
        problems.value("wrong-value", &at, "expected a text, found an empty one");
        return None;
    }
    let template =
        Template::parse(written).map_err(|error| problems.expression("invalid-expression", &at, &error)).ok()?;
    Some(Text { at, template })
}

fn texts(written: &OneOrMany<String>, at: &Pointer, problems: &mut Problems<'_>) -> Vec<Text> {
    let places = (0..).map(|index| if written.listed { at.join(index) } else { at.clone() });
    written.items.iter().zip(places).filter_map(|(written, at)| text(written, at, problems)).collect()
}

fn listed(items: &[String]) -> OneOrMany<String> {
    OneOrMany { items: items.to_vec(), listed: true }
}

fn expectation(format: &ExpectFormat, at: &Pointer, problems: &mut Problems<'_>) -> (Expect, Vec<Read>) {
    if format.undocumented.as_deref().is_some_and(|reason| reason.trim().is_empty()) {
        problems.value("wrong-value", &at.join("undocumented"), "expected the reason, found an empty text");
    }
    for (tail, message) in format.body.as_ref().map(diff::lint).unwrap_or_default() {
        problems.key("invalid-operator", &at.join("body").concat(&tail), message);
    }
    let mut compiler = Compiler::new(problems, Reader::Expectation, at.clone());
    let headers = compiler.members(&format.headers, &Pointer::root().join("headers"));
    let body = format.body.as_ref().and_then(|body| compiler.tree(body, &Pointer::root().join("body")));
    let mut reads = std::mem::take(&mut compiler.reads);
    let mut compiler = Compiler::new(problems, Reader::Answer, at.join("assert"));
    let places = (0..).map(|index| if format.asserts.listed { Pointer::root().join(index) } else { Pointer::root() });
    let asserts =
        format.asserts.items.iter().zip(places).filter_map(|(text, at)| compiler.expression(text, &at)).collect();
    reads.append(&mut compiler.reads);
    let expect = Expect {
        status: format.status.items.iter().map(|status| status.0.clone()).collect(),
        headers,
        body,
        schema: format.schema.as_ref().and_then(|schema| narrowing(&schema.0, &at.join("schema"), problems)),
        assert: asserts,
        within: format.within.map(|within| within.0),
        undocumented: format.undocumented.clone(),
    };
    (expect, reads)
}

fn narrowing(schema: &Value, at: &Pointer, problems: &mut Problems<'_>) -> Option<Arc<Narrowing>> {
    let compiled = Narrowing::compile(schema).map(Arc::new);
    let mut note = |(tail, message): (Pointer, String)| problems.value("invalid-schema", &at.concat(&tail), message);
    compiled.map_err(|wrong| wrong.into_iter().for_each(&mut note)).ok()
}

fn capture(name: &str, from: &Value, compiler: &mut Compiler<'_, '_>) -> Option<Capture> {
    let at = Pointer::root().join(name);
    if !is_variable(name) {
        compiler.wrong("invalid-name", &at, format!("expected a name that a variable can have, found `{name}`"));
    }
    let from = match from.as_str() {
        Some("status") => Some(CaptureFrom::Status),
        Some(text) if text.contains("${") => compiler.template(text, &at).map(CaptureFrom::Template),
        Some(text) => match text.strip_prefix("header:").map(str::trim) {
            Some(header) => Some(CaptureFrom::Header(header.to_owned())).filter(|_| !header.is_empty()),
            None => Pointer::parse(text).map(CaptureFrom::Body),
        },
        None => None,
    };
    if from.is_none() {
        compiler.wrong(
            "wrong-value",
            &at,
            "expected `/pointer` into the body, `status`, `header:NAME` or `${expression}`",
        );
    }
    Some(Capture { name: name.to_owned(), from: from? })
}
