//! The order in which the cases of a story run, including those of files that it uses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::problem::Problem;
use crate::rules;

use super::bound_file::{BoundFile, BoundStep};
use super::case_template::CaseTemplate;
use super::error::Problems;

/// Every bound file by its real path.
pub(super) type BoundFiles = BTreeMap<PathBuf, BoundFile>;

/// A case with its file.
pub(super) type OrderedCase<'a> = (&'a BoundFile, &'a CaseTemplate);

/// The cases of a story in the order in which they run.
pub(super) struct Sequence<'a> {
    /// `setup`.
    pub setup: Vec<OrderedCase<'a>>,
    /// `cases`.
    pub cases: Vec<OrderedCase<'a>>,
    /// `teardown`, followed by that of used files.
    pub teardown: Vec<OrderedCase<'a>>,
    /// Used files, in the order of their variables.
    pub used: Vec<&'a BoundFile>,
}

impl<'a> Sequence<'a> {
    /// Orders the cases of the file at `path`. Reports files that use each other in a cycle.
    pub(super) fn new(path: &Path, bound: &'a BoundFile, files: &'a BoundFiles, problems: &mut Vec<Problem>) -> Self {
        let mut walk =
            Walk { files, path_stack: vec![path.to_owned()], used: Vec::new(), used_teardown: Vec::new(), problems };
        let setup = walk.take(bound, &bound.setup);
        let mut teardown = walk.take(bound, &bound.teardown);
        teardown.append(&mut walk.used_teardown);
        let cases = bound.cases.iter().map(|draft| (bound, draft)).collect();
        Self { setup, cases, teardown, used: walk.used }
    }
}

struct Walk<'a, 'p> {
    files: &'a BoundFiles,
    /// Path from the story's file to the current one.
    path_stack: Vec<PathBuf>,
    used: Vec<&'a BoundFile>,
    /// Teardowns of used files.
    used_teardown: Vec<OrderedCase<'a>>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Walk<'a, '_> {
    fn take(&mut self, bound: &'a BoundFile, entries: &'a [BoundStep]) -> Vec<OrderedCase<'a>> {
        let mut taken = Vec::new();
        for entry in entries {
            match entry {
                BoundStep::Case(draft) => taken.push((bound, &**draft)),
                BoundStep::Use { at, path } if self.path_stack.contains(path) => {
                    let mut problems = Problems::new(&bound.file.document);
                    problems.value(rules::STORY, at, "files must not use each other in a cycle");
                    self.problems.extend(problems.into_list());
                }
                BoundStep::Use { path, .. } => {
                    let Some(used) = self.files.get(path) else { continue };
                    self.path_stack.push(path.clone());
                    taken.extend(self.used(used));
                    self.path_stack.pop();
                }
            }
        }
        taken
    }

    fn used(&mut self, used: &'a BoundFile) -> Vec<OrderedCase<'a>> {
        let mut taken = self.take(used, &used.setup);
        taken.extend(used.cases.iter().map(|draft| (used, draft)));
        if !self.used.iter().any(|other| Arc::ptr_eq(&other.file, &used.file)) {
            let mut teardown = self.take(used, &used.teardown);
            self.used_teardown.append(&mut teardown);
            self.used.push(used);
        }
        taken
    }
}
