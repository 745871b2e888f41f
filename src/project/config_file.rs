//! Finds and reads `signoff.yaml`; reports every problem with its location.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::document::{Document, FileKind, decode};
use crate::input_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::rules;

use super::deserialize::deserialize;
use super::excerpt;
use super::format::Config;
use super::lint;

/// File name of the configuration.
pub(crate) const FILE_NAME: &str = "signoff.yaml";

/// The configuration and its source text; all defaults if there is no file.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    /// The directory that paths are relative to; names shown to the user leave it out.
    pub root: PathBuf,
    /// The parsed configuration; keys with problems are left out.
    pub config: Config,
    /// The raw value of the file; templates are not expanded.
    pub value: Value,
    /// The source text; `None` if there is no file.
    pub document: Option<Document>,
    /// Every problem of the file.
    pub problems: Vec<Problem>,
}

impl ConfigFile {
    /// Reads `named`, else the nearest `signoff.yaml` in `directory` (absolute) or its parents, else returns the defaults.
    pub(crate) fn load(directory: &Path, named: Option<&Path>) -> Result<Self, Vec<Problem>> {
        match find(directory, named)? {
            Some(file) => Self::read(&file),
            None => Ok(Self {
                root: directory.to_owned(),
                config: Config::default(),
                value: Value::Null,
                document: None,
                problems: Vec::new(),
            }),
        }
    }

    fn read(file: &Path) -> Result<Self, Vec<Problem>> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let unreadable = |why: &dyn Display| {
            vec![Problem::new(format!("cannot read {}: {why}", file.display())).rule(rules::UNREADABLE_FILE)]
        };
        let text =
            decode(input_file::read(file).map_err(|why| unreadable(&reason(&why)))?).map_err(|why| unreadable(&why))?;
        let document = Document::parse(name, text)
            .map_err(|problems| problems.into_iter().map(excerpt::without_values).collect::<Vec<_>>())?;
        let value = match serde_yaml::from_str::<Value>(document.text()) {
            Ok(Value::Null) => Value::Object(serde_json::Map::new()),
            Ok(value @ Value::Object(_)) => value,
            Ok(_) => {
                let problem = Problem::new("expected an object with keys such as `spec` and `targets`");
                return Err(vec![placed(&document, &Pointer::root(), problem)]);
            }
            Err(error) => return Err(vec![Problem::new(format!("{}: {error}", document.name())).rule(rules::SYNTAX)]),
        };
        if let Some(other) = FileKind::of(&value).filter(|kind| *kind != FileKind::Configuration) {
            let message = format!("this is {}, not a configuration of signoff", other.noun());
            let problem = Problem::new(message).help(other.advice());
            return Err(vec![placed(&document, &Pointer::root(), problem)]);
        }
        let mut problems = Vec::new();
        let config = deserialize(value.clone(), |at, problem| problems.push(placed(&document, &at, problem)));
        let root = folder(file).to_owned();
        for (at, problem) in lint::lint(&config) {
            problems.push(placed(&document, &at, problem));
        }
        problems.sort_by_key(|problem| problem.at.as_ref().map(|at| (at.place.line, at.place.column)));
        Ok(Self { root, config, value, document: Some(document), problems })
    }

    /// Adds the location of the key or element at `at`.
    pub(crate) fn placed(&self, at: &Pointer, problem: Problem) -> Problem {
        match &self.document {
            Some(document) => placed(document, at, problem),
            None => problem,
        }
    }
}

/// The root of a project: the directory of `named`, else of the nearest `signoff.yaml`, else `directory` (absolute).
pub(crate) fn root(directory: &Path, named: Option<&Path>) -> PathBuf {
    let file = find(directory, named).ok().flatten();
    file.map_or_else(|| directory.to_owned(), |file| folder(&file).to_owned())
}

/// The named file, else the nearest `signoff.yaml` in `directory` or its parents.
fn find(directory: &Path, named: Option<&Path>) -> Result<Option<PathBuf>, Vec<Problem>> {
    match named {
        Some(file) => canonical(&directory.join(file)).map(Some),
        None => Ok(directory.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())),
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("/"))
}

fn placed(document: &Document, at: &Pointer, problem: Problem) -> Problem {
    let rule = problem.rule.unwrap_or(rules::CONFIGURATION);
    excerpt::placed(document, at, problem.rule(rule))
}

/// Resolves symbolic links and makes the path absolute.
pub(crate) fn canonical(path: &Path) -> Result<PathBuf, Vec<Problem>> {
    path.canonicalize().map_err(|error| {
        vec![Problem::new(format!("cannot read {}: {}", path.display(), reason(&error))).rule(rules::UNREADABLE_FILE)]
    })
}
