//! From documentation pages to an OpenAPI document: fenced blocks are read, converted if necessary, and merged, as are operations
//! that only curl commands and their responses show. What the pages do not say is assumed in an overlay. Text of a page is text:
//! nothing of it is run, fetched or followed.

mod described;
mod exchange;
mod expectation;
mod fragment;
mod infer;
mod layout;
mod markdown;
mod merge;
mod missing;
mod operation;
mod page_document;
mod paths;
mod prose;
mod references;
mod rename;
mod samples;
mod servers;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::contract::{self, Contract};
use crate::document::{Document, End, TextSource};
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::curl::{Commands, Expected, IsSensitive, masked};
use super::recorded_variables::RecordedVariables;
use described::AddedExample;
use exchange::Exchange;
use markdown::{Fence, Markdown};
use operation::Context;
use page_document::PageDocument;
use samples::PageExchanges;
use servers::Removed;

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its file name as shown to the user.
    pub name: Arc<str>,
    /// Its text.
    pub text: String,
}

/// What was read of the pages.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The OpenAPI document.
    pub document: Value,
    /// Actions of an overlay: what is assumed.
    pub assumptions: Vec<Value>,
    /// What was changed or left out, as warnings.
    pub notes: Vec<Problem>,
    /// The commands of the pages.
    pub commands: Commands,
    /// Expectations of the commands by index; none for a command that does not become a case.
    expected: Vec<Option<Expected>>,
    /// Examples for operations that have a schema.
    added: Vec<AddedExample>,
}

impl Imported {
    /// The overlay for the document in the file `extends`, if something is assumed.
    pub(crate) fn overlay(&self, extends: &str) -> Option<Value> {
        let title =
            format!("Assumptions about {}", self.document.get("info")?.get("title")?.as_str().unwrap_or_default());
        let info = json!({ "title": title, "version": "1" });
        (!self.assumptions.is_empty())
            .then(|| json!({ "overlay": "1.0.0", "info": info, "extends": extends, "actions": self.assumptions }))
    }
}

impl Imported {
    /// The commands that become cases.
    pub(crate) fn take_commands(&mut self) -> Commands {
        std::mem::take(&mut self.commands).expecting(std::mem::take(&mut self.expected))
    }

    /// Removes responses that contradict the schema of their operation. Returns these conflicts.
    pub(crate) fn resolve_conflicts(&mut self, contract: &Contract) -> Vec<Problem> {
        let mut conflicts = Vec::new();
        for example in &self.added {
            let Some(conflict) = example.conflict(contract) else { continue };
            conflicts.push(conflict);
            example.remove(&mut self.document);
            if let Some(Some(expected)) = self.expected.get_mut(example.index()) {
                expected.body = None;
            }
        }
        conflicts
    }
}

/// Reads the operations of all pages.
pub(crate) fn read(
    pages: &[Page],
    variables: &RecordedVariables,
    is_sensitive: IsSensitive<'_>,
) -> Result<Imported, Vec<Problem>> {
    let mut reader = Reader::new(variables);
    let (mut exchanges, mut problems) = (Vec::new(), Vec::new());
    for page in pages {
        match reader.page(page) {
            Ok(found) => exchanges.extend(found),
            Err(faults) => problems.extend(faults),
        }
    }
    let Reader { commands, mut documents, mut notes, empty, .. } = reader;
    // Next to pages with operations there may be pages without.
    let has_operations = !(documents.is_empty() && exchanges.is_empty());
    match has_operations && problems.is_empty() {
        true => notes.extend(empty.into_iter().map(Problem::as_warning)),
        false => problems.extend(empty),
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let shown = samples::operations(&exchanges, &commands, variables, is_sensitive, &mut notes)?;
    let openapi = documents.first().map_or("3.1.0", PageDocument::openapi).to_owned();
    let known: Vec<_> = shown.iter().map(|shown| described::find(&documents, shown)).collect();
    let (mut expected, mut assumptions, mut added) = (vec![None; commands.len()], Vec::new(), Vec::new());
    let mut expect = |all: Vec<(usize, Expected)>| {
        for (index, one) in all {
            if let Some(slot) = expected.get_mut(index) {
                *slot = Some(one);
            }
        }
    };
    for shown in shown.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(shown, _)| shown) {
        let mut described = operation::describe(shown, Context { openapi: &openapi, is_sensitive });
        if let (false, Value::Object(root)) = (documents.is_empty(), &mut described.document.root) {
            // That of the first document is kept.
            root.remove("info");
        }
        documents.push(described.document);
        assumptions.extend(described.actions);
        expect(described.expected);
    }
    let missing = missing::find(&documents);
    let mut document = merge::merge(documents, &mut notes)?;
    let (actions, missing) = missing?;
    notes.extend(missing);
    for (shown, path) in shown.iter().zip(&known) {
        let Some(path) = path else { continue };
        let (all, example) = described::add(&mut document, path, shown, is_sensitive);
        added.extend(example);
        expect(all);
    }
    assumptions.extend(actions);
    Ok(Imported { document, assumptions, notes, commands, expected, added })
}

struct Reader<'a> {
    variables: &'a RecordedVariables,
    commands: Commands,
    documents: Vec<PageDocument>,
    notes: Vec<Problem>,
    /// Pages without an operation.
    empty: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn new(variables: &'a RecordedVariables) -> Self {
        let (documents, notes, empty) = (Vec::new(), Vec::new(), Vec::new());
        Self { variables, commands: Commands::default(), documents, notes, empty }
    }

    /// Reads the documents in the blocks of a page, else its commands.
    fn page(&mut self, page: &Page) -> Result<Option<PageExchanges>, Vec<Problem>> {
        let markdown = Markdown::read(&page.text);
        let (mut documents, mut problems) = (Vec::new(), Vec::new());
        if markdown.is_cut {
            problems.push(Problem::new(format!("{} has more than {} fenced blocks", page.name, markdown.fences.len())));
        }
        let title = markdown.title.as_deref().unwrap_or(&page.name);
        for fence in markdown.fences.iter().filter(|fence| may_be_document(&fence.text)) {
            let parsed = match Document::parse(Arc::clone(&page.name), fence.in_place()) {
                Ok(parsed) => parsed,
                Err(faults) if fragment::is_claimed(&fence.text) => {
                    problems.extend(faults);
                    continue;
                }
                Err(_) => continue,
            };
            problems.extend(fault(&parsed, fence));
            documents.extend(self.document(page, title, fence, parsed));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if !documents.is_empty() {
            self.documents.extend(documents);
            return Ok(None);
        }
        let exchanges = self.exchanges(page, &markdown.fences)?;
        if exchanges.iter().any(|exchange| !exchange.responses.is_empty()) {
            return Ok(Some(PageExchanges { page: Arc::clone(&page.name), title: markdown.title, exchanges }));
        }
        if markdown.fences.is_empty() && is_document(page) {
            let message = format!("{} is an OpenAPI document, not a page", page.name);
            return Err(vec![Problem::new(message).help(format!("run `signoff init --spec {}`", page.name))]);
        }
        self.empty.push(nothing(page, &markdown.fences, !exchanges.is_empty()));
        Ok(None)
    }

    /// The document in a block, if it is one.
    fn document(&mut self, page: &Page, title: &str, fence: &Fence, parsed: Document) -> Option<PageDocument> {
        let is_fragment = fragment::is_fragment(parsed.value());
        let mut root = match is_fragment {
            true => fragment::read(&parsed, &mut self.notes),
            false if layout::is_layout(parsed.value()) => layout::read(&parsed, title, &mut self.notes),
            false => return None,
        };
        let at = |pointer: &Pointer, end: End| masked(parsed.snippet(pointer, end));
        let place = |pointer: &Pointer| match is_fragment {
            true => at(pointer, End::Value),
            false => at(&Pointer::root().join("paths").join("servers"), End::Key),
        };
        self.notes.extend(servers::clean(&mut root).into_iter().map(|removed| match removed {
            Removed::User(pointer) => {
                let message = "the user information in the URL of the server is left out: it is a credential";
                Problem::new(message).at(place(&pointer)).help("set `auth` of the target").as_warning()
            }
            Removed::Server(pointer) => {
                let message = "the server is left out: its variables have user information, which is a credential";
                Problem::new(message).at(place(&pointer)).as_warning()
            }
        }));
        let start = Pointer::root().join(if is_fragment { "openapi" } else { "paths" });
        Some(PageDocument {
            page: Arc::clone(&page.name),
            line: fence.line,
            at: at(&start, if is_fragment { End::Value } else { End::Key }),
            root,
            parsed: is_fragment.then_some(parsed),
        })
    }

    fn exchanges(&mut self, page: &Page, fences: &[Fence]) -> Result<Vec<Exchange>, Vec<Problem>> {
        let source = TextSource::new(Arc::clone(&page.name), page.text.as_str().into());
        let before = self.commands.len();
        let exchanges = exchange::read(&source, fences, &mut self.commands, self.variables)?;
        (before..self.commands.len()).for_each(|index| self.commands.declare_json(index));
        Ok(exchanges)
    }
}

fn may_be_document(text: &str) -> bool {
    ["openapi", "swagger", "paths"].iter().any(|word| text.contains(word))
}

/// Why a block that is a document cannot be read.
fn fault(parsed: &Document, fence: &Fence) -> Option<Problem> {
    let at = |name: &str| parsed.snippet(&Pointer::root().join(name), End::Value);
    let is_fragment = fragment::is_fragment(parsed.value());
    if let Some(problem) = contract::load::version(parsed).err().filter(|_| is_fragment) {
        return Some(problem);
    }
    ((is_fragment || layout::is_layout(parsed.value())) && !fence.is_closed)
        .then(|| Problem::new("the fenced block has no end: the page is incomplete").at(at("paths")))
}

fn is_document(page: &Page) -> bool {
    let parsed = Document::parse(Arc::clone(&page.name), page.text.as_str());
    parsed.is_ok_and(|parsed| fragment::is_fragment(parsed.value()))
}

fn nothing(page: &Page, fences: &[Fence], has_commands: bool) -> Problem {
    let message = format!(
        "{} describes no operation: none of its {} fenced blocks is an OpenAPI document, and no curl command is followed by a response in JSON",
        page.name,
        fences.len()
    );
    let help =
        format!("`signoff import curl {}` makes cases of its curl commands, if you have the document", page.name);
    let problem = Problem::new(message);
    if has_commands { problem.help(help) } else { problem }
}
