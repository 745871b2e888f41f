//! One parsed case file: its typed head, and its cases, which are not bound yet.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use crate::document::{Document, FileKind, decode, is_decimal};
use crate::place::{Place, Snippet};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::CaseFile;
use super::error::Problems;
use super::folder::{self, Folder};
use super::format::{CaseFormat, FileFormat, RequestFormat, UseFormat};

/// A parsed file.
#[derive(Debug)]
pub(super) struct Source {
    /// The file, as stories refer to it.
    pub file: Arc<CaseFile>,
    /// Everything but the lists of cases.
    pub head: FileFormat,
    /// Whether `base` is well-formed (or absent).
    pub base_ok: bool,
}

/// An entry of `setup`, `cases` or `teardown`.
pub(super) enum SourceStep {
    /// A case, and whether all of it could be parsed.
    Case(Box<CaseFormat>, bool),
    /// The cases of another file.
    Use(UseFormat),
}

/// Keys that are often written one level too high, and where they belong.
const MISPLACED: [(&str, &str); 14] = [
    ("body", "`request` or `expect`"),
    ("headers", "`request` or `expect`"),
    ("status", "`expect`"),
    ("schema", "`expect`"),
    ("assert", "`expect`"),
    ("within", "`expect`"),
    ("undocumented", "`expect`"),
    ("method", "`request`"),
    ("url", "`request`"),
    ("path", "`request`"),
    ("query", "`request`"),
    ("cookies", "`request`"),
    ("form", "`request`"),
    ("auth", "`request`"),
];

/// An empty request.
pub(super) static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(serde_json::Map::new()));

impl Source {
    /// Loads the file at `path`. Returns `None` if it is not a case file at all.
    pub(super) fn load(path: PathBuf, folder: &Folder, all: &mut Vec<Problem>) -> Option<Self> {
        let name: Arc<str> = folder.name(&path).into();
        let text = text(&path, &name).map_err(|problem| all.push(problem)).ok()?;
        Self::parse(path, name, text, all)
    }

    /// Parses the text of the file at `path`, which is shown as `name`.
    pub(super) fn parse(path: PathBuf, name: Arc<str>, text: String, all: &mut Vec<Problem>) -> Option<Self> {
        let document = Document::parse(name.clone(), text).map_err(|problems| all.extend(problems)).ok()?;
        let mut problems = Problems::new(&document);
        let head = head(&document, &mut problems);
        let base_ok = base_is_fine(&mut problems);
        all.extend(problems.into_list());
        let head = head?;
        let (story, serial, independent) = (head.story.clone(), head.serial.clone(), head.independent);
        let file = Arc::new(CaseFile { name, path, story, serial, independent, document });
        Some(Self { file, head, base_ok })
    }

    /// Returns the entries of `list` with their locations and reports wrong ones. Includes cases that could be parsed in part,
    /// because other cases may refer to their names.
    pub(super) fn steps(&self, list: &str, problems: &mut Problems<'_>) -> Vec<(Pointer, SourceStep)> {
        let root = Pointer::root().join(list);
        let entries = self.file.document.value().get(list).and_then(Value::as_array);
        entries
            .into_iter()
            .flatten()
            .enumerate()
            .filter_map(|(index, entry)| {
                let at = root.join(index);
                Some((at.clone(), step(entry, &at, list != "cases", problems)?))
            })
            .collect()
    }

    /// `base` as written; an empty request if absent.
    pub(super) fn base(&self) -> &Value {
        self.file.document.value().get("base").unwrap_or(&EMPTY)
    }
}

/// Whether the file at `path` is only used by other files: its name starts with `_`.
pub(super) fn is_shared(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('_'))
}

fn text(path: &Path, name: &str) -> Result<String, Problem> {
    let bytes = folder::bytes(path, name).map_err(|why| Problem::new(why).rule(rules::UNREADABLE_FILE))?;
    decode(bytes).map_err(|error| {
        let snippet = broken_line(name, &error.bytes, error.offset);
        Problem::new("not UTF-8").rule(rules::UNREADABLE_FILE).at(snippet).help("save the file as UTF-8")
    })
}

/// The line with the byte at `offset`, with invalid bytes replaced.
fn broken_line(name: &str, bytes: &[u8], offset: usize) -> Snippet {
    let (before, after) = bytes.split_at(offset);
    let before = String::from_utf8_lossy(before);
    let start = before.rsplit('\n').next().unwrap_or_default();
    let rest = String::from_utf8_lossy(after);
    let line = format!("{start}{}", rest.split('\n').next().unwrap_or_default());
    let position = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (row, column) = (position(before.matches('\n').count() + 1), position(start.chars().count() + 1));
    Snippet { place: Place { file: name.into(), line: row, column }, line, cut: 0, width: 1, pointer: None }
}

fn head(document: &Document, problems: &mut Problems<'_>) -> Option<FileFormat> {
    let root = Pointer::root();
    if let Some(kind) = FileKind::of(document.value()).filter(|kind| *kind != FileKind::Cases) {
        problems.value(rules::WRONG_VALUE, &root, format!("this is {}, not a case file", kind.noun()));
        problems.help(kind.advice());
        return None;
    }
    let misread = document.misread_numbers().into_iter();
    // The digits of numbers in a schema are kept.
    let is_kept = |at: &Pointer| is_in_schema(at) && document.inexact_number(at).is_some();
    let misread = misread.filter(|(at, written)| !(is_decimal(written) && is_in_json(at) || is_kept(at)));
    for (at, written) in misread {
        problems.value(
            rules::MISREAD_NUMBER,
            &at,
            format!("`{written}` is read as a number and would not be sent as written"),
        );
        problems.help(format!("quote it: \"{written}\""));
    }
    if !document.value().is_object() {
        problems.value(rules::WRONG_VALUE, &root, "a case file must be an object with `cases` and other keys");
        return None;
    }
    let head: FileFormat = problems.read(&root)?;
    if head.cases.is_empty() && document.value().get("cases").is_none_or(Value::is_array) {
        problems.key(rules::NO_CASES, &root.join("cases"), "`cases` must contain at least one case");
    }
    Some(head)
}

/// Whether the node at `at` is in the `schema` of an expectation.
fn is_in_schema(at: &Pointer) -> bool {
    let tokens: Vec<_> = at.tokens().collect();
    tokens.windows(2).any(|pair| pair[0] == "expect" && pair[1] == "schema")
}

/// Whether a number at `at` is one of JSON, for which only its value counts; elsewhere it is sent as text.
fn is_in_json(at: &Pointer) -> bool {
    let is_text = |token: &str| matches!(token, "path" | "query" | "headers" | "cookies" | "form");
    let mut tokens = at.tokens();
    tokens
        .find(|token| is_text(token) || matches!(token.as_ref(), "body" | "json"))
        .is_some_and(|first| !is_text(&first))
}

fn base_is_fine(problems: &mut Problems<'_>) -> bool {
    let before = problems.count();
    request(&Pointer::root().join("base"), problems);
    problems.count() == before
}

/// Parses the request at `at`, if there is one, to report its errors.
fn request(at: &Pointer, problems: &mut Problems<'_>) {
    if problems.has_value(at) {
        problems.read::<RequestFormat>(at);
    }
}

fn step(entry: &Value, at: &Pointer, may_use: bool, problems: &mut Problems<'_>) -> Option<SourceStep> {
    if may_use && entry.get("use").is_some() {
        return problems.read(at).map(SourceStep::Use);
    }
    let before = problems.count();
    let case = problems.read::<CaseFormat>(at);
    for (key, place) in MISPLACED.iter().filter(|(key, _)| entry.get(key).is_some()) {
        let help = format!("`{key}` belongs under {place}");
        problems.replace_help(rules::UNKNOWN_KEY, &at.join(key), &help);
    }
    request(&at.join("request"), problems);
    let case = case?;
    Some(SourceStep::Case(Box::new(case), problems.count() == before))
}
