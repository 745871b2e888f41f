//! Which cases a story runs in which order, those of the files that it uses taken in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::problem::Problem;
use crate::rules;

use super::bound_file::{BoundFile, Entry};
use super::case_template::CaseTemplate;
use super::error::Problems;

/// Every bound file by its real path.
pub type BoundFiles = BTreeMap<PathBuf, BoundFile>;

/// A case with the file it was written in.
pub type OrderedCase<'a> = (&'a BoundFile, &'a CaseTemplate);

/// The cases of a story in the order they run.
pub struct Sequence<'a> {
    /// `setup`.
    pub setup: Vec<OrderedCase<'a>>,
    /// `cases`.
    pub cases: Vec<OrderedCase<'a>>,
    /// `teardown`; what a used file sets up, it takes down after everything else.
    pub teardown: Vec<OrderedCase<'a>>,
    /// BoundFiles that are used, in the order of their variables.
    pub used: Vec<&'a BoundFile>,
}

impl<'a> Sequence<'a> {
    /// The cases of the file at `path`; files that use each other in a circle are problems.
    pub fn of(path: &Path, bound: &'a BoundFile, files: &'a BoundFiles, problems: &mut Vec<Problem>) -> Self {
        let mut walk = Walk { files, way: vec![path.to_owned()], used: Vec::new(), last: Vec::new(), problems };
        let setup = walk.take(bound, &bound.setup);
        let mut teardown = walk.take(bound, &bound.teardown);
        teardown.append(&mut walk.last);
        let cases = bound.cases.iter().map(|draft| (bound, draft)).collect();
        Self { setup, cases, teardown, used: walk.used }
    }
}

struct Walk<'a, 'p> {
    files: &'a BoundFiles,
    /// From the story's file to where the walk is.
    way: Vec<PathBuf>,
    used: Vec<&'a BoundFile>,
    /// Teardowns of used files.
    last: Vec<OrderedCase<'a>>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Walk<'a, '_> {
    fn take(&mut self, bound: &'a BoundFile, entries: &'a [Entry]) -> Vec<OrderedCase<'a>> {
        let mut taken = Vec::new();
        for entry in entries {
            match entry {
                Entry::Case(draft) => taken.push((bound, &**draft)),
                Entry::Use { at, path } if self.way.contains(path) => {
                    let mut problems = Problems::of(&bound.file.document);
                    problems.value(rules::STORY, at, "expected a file that does not use this one in turn");
                    self.problems.extend(problems.into_list());
                }
                Entry::Use { path, .. } => {
                    let Some(used) = self.files.get(path) else { continue };
                    self.way.push(path.clone());
                    taken.extend(self.used(used));
                    self.way.pop();
                }
            }
        }
        taken
    }

    fn used(&mut self, used: &'a BoundFile) -> Vec<OrderedCase<'a>> {
        let mut taken = self.take(used, &used.setup);
        taken.extend(used.cases.iter().map(|draft| (used, draft)));
        if !self.used.iter().any(|held| Arc::ptr_eq(&held.file, &used.file)) {
            let mut teardown = self.take(used, &used.teardown);
            self.last.append(&mut teardown);
            self.used.push(used);
        }
        taken
    }
}
