//! One case file bound to the contract: its variables, rows and cases, from which stories are made.

use std::path::PathBuf;
use std::sync::Arc;

use crate::contract::Contract;
use crate::expression::Tree;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::CaseFile;
use super::binder::Binder;
use super::case_template::CaseTemplate;
use super::compile::Compiler;
use super::error::Problems;
use super::folder::Folder;
use super::row::Row;
use super::source::{Source, SourceStep, is_shared};
use super::table;
use super::variables::{KnownVariables, ReadBy, VariableRead, is_variable};

/// A bound file.
#[derive(Debug)]
pub(super) struct BoundFile {
    /// The file.
    pub file: Arc<CaseFile>,
    /// `vars`, in order; those without a value are given by the target.
    pub vars: Vec<(String, Option<Tree>)>,
    /// Names that these read.
    vars_read: Vec<VariableRead>,
    /// The rows of the file's table, if it has one.
    pub rows: Option<Vec<Arc<Row>>>,
    /// `setup`.
    pub setup: Vec<BoundStep>,
    /// `cases`.
    pub cases: Vec<CaseTemplate>,
    /// `teardown`.
    pub teardown: Vec<BoundStep>,
}

/// An entry of `setup` or `teardown`.
#[derive(Debug)]
pub(super) enum BoundStep {
    /// A case.
    Case(Box<CaseTemplate>),
    /// The cases of another file.
    Use {
        /// Location of the entry.
        at: Pointer,
        /// The other file's real path.
        path: PathBuf,
    },
}

impl BoundFile {
    /// Binds the contents of `source`. Every problem of the file is added to `all`.
    pub(super) fn bind(source: &Source, folder: &Folder, contract: &Contract, all: &mut Vec<Problem>) -> Self {
        let mut problems = Problems::new(&source.file.document);
        let binder = Binder { source, folder, contract };
        let rows = rows(&binder, &mut problems);
        let (vars, vars_read) = vars(source, rows.as_deref(), &mut problems);
        let bound = Self {
            file: Arc::clone(&source.file),
            vars,
            vars_read,
            rows,
            setup: entries(&binder, "setup", &mut problems),
            cases: cases(&binder, &mut problems),
            teardown: entries(&binder, "teardown", &mut problems),
        };
        if let Some(name) = &source.head.operation {
            binder.look_up(name, &Pointer::root().join("operation"), &mut problems);
        }
        if bound.is_shared() {
            refuse_story_keys(source, &mut problems);
        }
        if source.head.independent {
            refuse_order(&bound.cases, &mut problems);
        }
        all.extend(problems.into_list());
        bound
    }

    /// Whether the file is only used by other files.
    pub(super) fn is_shared(&self) -> bool {
        is_shared(&self.file.path)
    }

    /// Every name that the file reads.
    pub(super) fn names_read(&self) -> impl Iterator<Item = &str> {
        let steps = self.setup.iter().chain(&self.teardown).filter_map(|step| match step {
            BoundStep::Case(case) => Some(&**case),
            BoundStep::Use { .. } => None,
        });
        let reads = steps.chain(&self.cases).flat_map(|case| &case.reads);
        reads.chain(&self.vars_read).map(|read| read.name.as_str())
    }

    /// Paths of the files that it uses.
    pub(super) fn uses(&self) -> impl Iterator<Item = &PathBuf> {
        self.setup.iter().chain(&self.teardown).filter_map(|entry| match entry {
            BoundStep::Use { path, .. } => Some(path),
            BoundStep::Case(_) => None,
        })
    }
}

fn rows(binder: &Binder<'_>, problems: &mut Problems<'_>) -> Option<Vec<Arc<Row>>> {
    let read = |name: &str| binder.folder.read(&binder.source.file.path, name);
    let rows = table::rows(binder.source.head.table.as_ref()?, &Pointer::root().join("table"), read, problems);
    Some(rows.into_iter().map(Arc::new).collect())
}

/// Binds the variables, and lists the names that they read. Each may read earlier ones and the columns of the file's table.
fn vars(
    source: &Source,
    rows: Option<&[Arc<Row>]>,
    problems: &mut Problems<'_>,
) -> (Vec<(String, Option<Tree>)>, Vec<VariableRead>) {
    let root = Pointer::root().join("vars");
    let row = rows.and_then(<[_]>::first).cloned().unwrap_or_default();
    let mut known = KnownVariables::default();
    let (mut vars, mut all) = (Vec::new(), Vec::new());
    for (name, value) in &source.head.vars {
        let at = root.join(name);
        if !is_variable(name) {
            problems.key(
                rules::INVALID_NAME,
                &at,
                format!("`{name}` is not a variable name: use letters, digits and `_`, but not a reserved word"),
            );
        }
        let mut compiler = Compiler::new(problems, ReadBy::Request, at);
        let tree = if value.is_null() { None } else { compiler.tree(value, &Pointer::root()) };
        let reads = compiler.reads;
        for read in &reads {
            let before = problems.count();
            known.check(read, &row, problems);
            if problems.count() > before && source.head.vars.contains_key(&read.name) {
                problems.help("variables are evaluated in order: declare it before this one");
            }
        }
        vars.push((name.clone(), tree));
        all.extend(reads);
        known.vars.insert(name);
    }
    (vars, all)
}

fn cases(binder: &Binder<'_>, problems: &mut Problems<'_>) -> Vec<CaseTemplate> {
    let steps = binder.source.steps("cases", problems);
    let bind = |(at, step)| match step {
        SourceStep::Case(format, complete) => binder.bind(&at, *format, complete, problems),
        SourceStep::Use(_) => None,
    };
    steps.into_iter().filter_map(bind).collect()
}

fn entries(binder: &Binder<'_>, list: &str, problems: &mut Problems<'_>) -> Vec<BoundStep> {
    let steps = binder.source.steps(list, problems);
    let bind = |(at, step)| match step {
        SourceStep::Case(format, complete) => {
            binder.bind(&at, *format, complete, problems).map(|draft| BoundStep::Case(Box::new(draft)))
        }
        SourceStep::Use(used) => resolve(binder, &at, &used.file, problems),
    };
    steps.into_iter().filter_map(bind).collect()
}

fn resolve(binder: &Binder<'_>, at: &Pointer, name: &str, problems: &mut Problems<'_>) -> Option<BoundStep> {
    let at = at.join("use");
    let path = binder.folder.resolve(&binder.source.file.path, name).and_then(|path| {
        let used = is_shared(&path).then_some(path);
        used.ok_or_else(|| format!("`{name}` runs by itself: only files whose names start with `_` can be used"))
    });
    path.map_err(|message| problems.value(rules::UNREADABLE_FILE, &at, message))
        .ok()
        .map(|path| BoundStep::Use { at, path })
}

fn refuse_story_keys(source: &Source, problems: &mut Problems<'_>) {
    let head = &source.head;
    let given = [("table", head.table.is_some()), ("serial", head.serial.is_some()), ("independent", head.independent)];
    for (key, _) in given.into_iter().filter(|(_, given)| *given) {
        problems.key(
            rules::STORY,
            &Pointer::root().join(key),
            format!("`{key}` is not allowed in a file that others use"),
        );
    }
}

/// Refuses captures and needs: concurrent cases cannot wait for each other.
fn refuse_order(cases: &[CaseTemplate], problems: &mut Problems<'_>) {
    for draft in cases {
        let at = &draft.case.at;
        if !draft.case.capture.is_empty() {
            problems.key(
                rules::STORY,
                &at.join("capture"),
                "`capture` is not allowed in an independent file: its cases run concurrently",
            );
        }
        if !draft.needs.is_empty() {
            problems.key(
                rules::STORY,
                &at.join("needs"),
                "`needs` is not allowed in an independent file: its cases run concurrently",
            );
        }
    }
}
