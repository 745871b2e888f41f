//! Binds a case to its operation and compiles its templates. The rows of its table are applied later.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::CaseSchema;
use crate::contract::clause::Clause;
use crate::diff;
use crate::expression::Template;
use crate::pointer::Pointer;
use crate::rules;

use super::binder::Binder;
use super::case_template::{CaseTemplate, RowText};
use super::compile::Compiler;
use super::error::Problems;
use super::format::{CaseFormat, ExpectFormat, OneOrMany};
use super::request;
use super::row::Row;
use super::table;
use super::variables::{ReadBy, VariableRead, is_variable};
use super::{Capture, CaptureFrom, Case, Expect, Poll, Retry, Role, Violates};

impl Binder<'_> {
    /// Binds the case at `at`. Returns `None` if not even its name is usable.
    pub(super) fn bind(
        &self,
        at: &Pointer,
        format: CaseFormat,
        complete: bool,
        problems: &mut Problems<'_>,
    ) -> Option<CaseTemplate> {
        let before = problems.count();
        let name = text(&format.name, at.join("name"), problems)?;
        let mut draft = CaseTemplate {
            unread_captures: Vec::new(),
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
            covers: Vec::new(),
            expect: Arc::default(),
            capture: Vec::new(),
            uses: Vec::new(),
            needs: Vec::new(),
            tags: head.tags.iter().chain(&format.tags).cloned().collect(),
            requirements: own_or_inherited(&format.requirement, &head.requirement),
            properties: format.properties.clone(),
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

    fn fill(&self, draft: &mut CaseTemplate, format: &CaseFormat, problems: &mut Problems<'_>) {
        let at = draft.case.at.clone();
        let (request, reads) = request::bind(self, &at, draft.sound, problems);
        draft.reads.extend(reads);
        draft.requests = request::bind_rows(self, &at, draft.rows.as_deref().unwrap_or_default());
        // A misspelt key may have been the one that names the operation.
        let needs_one = draft.sound && request.url.is_none();
        draft.case.operation = self.operation(format, &at, needs_one, problems);
        draft.case.request = Arc::new(request);
        draft.case.covers = self.covers(&format.covers, draft.case.operation, &at.join("covers"), problems);
        let (expect, reads) = expectation(&format.expect, &at.join("expect"), problems);
        draft.reads.extend(reads);
        draft.case.expect = Arc::new(expect);
        let mut answer = Compiler::new(problems, ReadBy::Response, at.join("capture"));
        for (name, from) in &format.capture {
            match capture(name, from, &mut answer) {
                Some(capture) => draft.case.capture.push(capture),
                None => draft.unread_captures.push(name.clone()),
            }
        }
        draft.reads.append(&mut answer.reads);
        if draft.rows.is_some() && !format.capture.is_empty() {
            problems.key(
                rules::TABLE,
                &at.join("capture"),
                "a case with a table must not capture: each row would overwrite the value",
            );
        }
    }

    /// The clauses that a case of `operation` declares to meet.
    fn covers(
        &self,
        format: &OneOrMany<String>,
        operation: Option<usize>,
        at: &Pointer,
        problems: &mut Problems<'_>,
    ) -> Vec<Clause> {
        let places = (0..).map(|index| if format.listed { at.join(index) } else { at.clone() });
        let mut clauses = Vec::new();
        for (name, at) in format.items.iter().zip(places) {
            match self.contract.clauses().named(name) {
                Ok((_, own, _)) if operation.is_some_and(|operation| operation != own) => {
                    problems.value(rules::COVERS, &at, "the clause is of another operation than the case");
                }
                Ok((clause, ..)) => clauses.push(clause),
                Err(unknown) => {
                    problems.value(rules::COVERS, &at, unknown.message);
                    problems.help(unknown.help);
                }
            }
        }
        clauses
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
            // An unknown operation of the file is reported once, by the file.
            (None, Some(name)) => self.contract.operation(name).map(|found| found.index),
            (None, None) => {
                if needed {
                    problems.key(
                        rules::UNKNOWN_OPERATION,
                        &at.join("name"),
                        "missing `operation` in the case or its file",
                    );
                }
                None
            }
        }
    }

    /// Returns the index of the operation `name`, which is written at `at`.
    pub(super) fn look_up(&self, name: &str, at: &Pointer, problems: &mut Problems<'_>) -> Option<usize> {
        let found = self.contract.operation(name);
        if found.is_none() {
            problems.value(rules::UNKNOWN_OPERATION, at, format!("unknown operation `{name}`"));
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

fn text(written: &str, at: Pointer, problems: &mut Problems<'_>) -> Option<RowText> {
    if written.trim().is_empty() {
        let key = at.last().unwrap_or_default();
        problems.value(rules::WRONG_VALUE, &at, format!("`{key}` must not be empty"));
        return None;
    }
    let template =
        Template::parse(written).map_err(|error| problems.expression(rules::INVALID_EXPRESSION, &at, &error)).ok()?;
    Some(RowText { at, template })
}

fn texts(written: &OneOrMany<String>, at: &Pointer, problems: &mut Problems<'_>) -> Vec<RowText> {
    let places = (0..).map(|index| if written.listed { at.join(index) } else { at.clone() });
    written.items.iter().zip(places).filter_map(|(written, at)| text(written, at, problems)).collect()
}

/// The case's own requirements, else those of its file.
fn own_or_inherited(own: &OneOrMany<String>, inherited: &OneOrMany<String>) -> Vec<String> {
    if own.items.is_empty() { inherited.items.clone() } else { own.items.clone() }
}

fn listed(items: &[String]) -> OneOrMany<String> {
    OneOrMany { items: items.to_vec(), listed: true }
}

fn expectation(format: &ExpectFormat, at: &Pointer, problems: &mut Problems<'_>) -> (Expect, Vec<VariableRead>) {
    if format.undocumented.as_deref().is_some_and(|reason| reason.trim().is_empty()) {
        problems.value(rules::WRONG_VALUE, &at.join("undocumented"), "`undocumented` must not be empty");
    }
    for (tail, message) in format.body.as_ref().map(diff::lint).unwrap_or_default() {
        problems.key(rules::INVALID_OPERATOR, &at.join("body").concat(&tail), message);
    }
    let mut compiler = Compiler::new(problems, ReadBy::Expectation, at.clone());
    let headers = compiler.members(&format.headers, &Pointer::root().join("headers"));
    let body = format.body.as_ref().and_then(|body| compiler.tree(body, &Pointer::root().join("body")));
    let mut reads = std::mem::take(&mut compiler.reads);
    let mut compiler = Compiler::new(problems, ReadBy::Response, at.join("assert"));
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

fn narrowing(schema: &Value, at: &Pointer, problems: &mut Problems<'_>) -> Option<Arc<CaseSchema>> {
    let compiled = CaseSchema::compile(schema, &|tail| problems.digits(&at.concat(tail))).map(Arc::new);
    let mut note =
        |(tail, message): (Pointer, String)| problems.value(rules::INVALID_SCHEMA, &at.concat(&tail), message);
    compiled.map_err(|wrong| wrong.into_iter().for_each(&mut note)).ok()
}

fn capture(name: &str, from: &Value, compiler: &mut Compiler<'_, '_>) -> Option<Capture> {
    let at = Pointer::root().join(name);
    if !is_variable(name) {
        compiler.wrong(
            rules::INVALID_NAME,
            &at,
            format!("`{name}` is not a variable name: use letters, digits and `_`, but not a reserved word"),
        );
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
            rules::WRONG_VALUE,
            &at,
            "expected `/pointer` into the body, `status`, `header:NAME` or `${expression}`",
        );
    }
    Some(Capture { name: name.to_owned(), from: from? })
}
