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
mod prose;
mod samples;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::contract::Contract;
use crate::document::{Document, End, TextSource};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::curl::{Commands, Expected, IsSensitive};
use super::recorded_variables::RecordedVariables;
use described::AddedExample;
use exchange::Exchange;
use markdown::{Fence, Markdown};
use merge::PageDocument;
use operation::Context;
use samples::PageExchanges;

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
    pub document: Map<String, Value>,
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
    let mut reader = Reader { variables, commands: Commands::default(), documents: Vec::new(), notes: Vec::new() };
    let (mut exchanges, mut problems) = (Vec::new(), Vec::new());
    for page in pages {
        match reader.page(page) {
            Ok(found) => exchanges.push(found),
            Err(faults) => problems.extend(faults),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let Reader { commands, mut documents, mut notes, .. } = reader;
    let shown = samples::operations(&exchanges, &commands, variables, is_sensitive, &mut notes)?;
    let openapi = documents.iter().find_map(|document| document.root.get("openapi")?.as_str());
    let openapi = openapi.unwrap_or("3.1.0").to_owned();
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
        if !documents.is_empty() {
            // That of the first document is kept.
            described.document.root.remove("info");
        }
        documents.push(described.document);
        assumptions.extend(described.actions);
        expect(described.expected);
    }
    let mut document = merge::merge(documents, &mut notes)?;
    for (shown, path) in shown.iter().zip(&known) {
        let Some(path) = path else { continue };
        let (all, example) = described::add(&mut document, path, shown, is_sensitive);
        added.extend(example);
        expect(all);
    }
    assumptions.extend(missing::actions(&document, &mut notes));
    Ok(Imported { document, assumptions, notes, commands, expected, added })
}

struct Reader<'a> {
    variables: &'a RecordedVariables,
    commands: Commands,
    documents: Vec<PageDocument>,
    notes: Vec<Problem>,
}

impl Reader<'_> {
    /// Reads the documents in the blocks of a page, and its commands.
    fn page(&mut self, page: &Page) -> Result<PageExchanges, Vec<Problem>> {
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
            if let Some(root) = root(&parsed, title, &mut self.notes) {
                documents.push(PageDocument { page: Arc::clone(&page.name), line: fence.line, root });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut exchanges =
            PageExchanges { page: Arc::clone(&page.name), title: markdown.title.clone(), exchanges: Vec::new() };
        if documents.is_empty() {
            exchanges.exchanges = self.exchanges(page, &markdown.fences)?;
            if exchanges.exchanges.iter().all(|exchange| exchange.responses.is_empty()) {
                return Err(vec![nothing(page, &markdown.fences)]);
            }
        }
        self.documents.extend(documents);
        Ok(exchanges)
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
    if let Some(version) = parsed.value().get("swagger") {
        let message = format!("expected OpenAPI 3.0, 3.1 or 3.2, got Swagger {}", version.as_str().unwrap_or("2.0"));
        return Some(Problem::new(message).rule(rules::OPENAPI_VERSION).at(at("swagger")));
    }
    let is_document = fragment::is_fragment(parsed.value()) || layout::is_layout(parsed.value());
    (is_document && !fence.is_closed)
        .then(|| Problem::new("the fenced block has no end: the page is incomplete").at(at("paths")))
}

fn root(parsed: &Document, title: &str, notes: &mut Vec<Problem>) -> Option<Map<String, Value>> {
    if fragment::is_fragment(parsed.value()) {
        return Some(fragment::read(parsed, notes));
    }
    layout::is_layout(parsed.value()).then(|| layout::read(parsed, title, notes))
}

fn nothing(page: &Page, fences: &[Fence]) -> Problem {
    let is_document = |text: &str| {
        Document::parse(Arc::clone(&page.name), text).is_ok_and(|held| fragment::is_fragment(held.value()))
    };
    if fences.is_empty() && is_document(&page.text) {
        let message = format!("{} is an OpenAPI document, not a page", page.name);
        return Problem::new(message).help(format!("run `signoff init --spec {}`", page.name));
    }
    let message = format!(
        "{} describes no operation: none of its {} fenced blocks is an OpenAPI document, and no curl command is followed by a response in JSON",
        page.name,
        fences.len()
    );
    Problem::new(message)
}
