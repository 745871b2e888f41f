//! Loads a folder of case files: reads and binds each file once, then makes stories of those that are not shared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::contract::Contract;
use crate::parallel;
use crate::problem::Problem;
use crate::rules;

use super::bound_file::BoundFile;
use super::error::Problems;
use super::folder::Folder;
use super::sequence::BoundFiles;
use super::source::Source;
use super::story::stories;
use super::{CaseFile, Story, Suite};

/// Loads every `*.yaml` and `*.yml` file below `folder` (or the one file it names), files starting with `_` only if others use
/// them, and binds each case to its operation. Returns every problem of every file. A relative `folder` is
/// resolved against `root`, and file names are relative to `root`, so that ids do not depend on the current directory.
pub(crate) fn load(root: &Path, folder: &Path, contract: &Contract) -> Result<Suite, Vec<Problem>> {
    match load_valid(root, folder, contract) {
        (suite, problems) if problems.is_empty() => Ok(suite),
        (_, problems) => Err(problems),
    }
}

/// Loads as [`load`] does; returns the stories without a problem in any of their files, and the problems of the others.
pub(crate) fn load_valid(root: &Path, folder: &Path, contract: &Contract) -> (Suite, Vec<Problem>) {
    let path = root.join(folder);
    let boundary = match Folder::open(root, &path) {
        Ok(boundary) => boundary,
        Err(problem) => return (Suite::default(), vec![problem]),
    };
    let mut problems = Vec::new();
    let found = boundary.case_files(&path, &mut problems);
    if found.is_empty() && problems.is_empty() {
        let none = format!("no case files (*.yaml) in {}", boundary.name(&path));
        problems.push(Problem::new(none).rule(rules::NO_CASES));
    }
    let (files, order) = bind_all(found, &boundary, contract, &Replaced::new(), &mut problems);
    let assembled = parallel::map(&order, |path| {
        let mut wrong = Vec::new();
        (stories(path, &files, contract, &mut wrong), wrong)
    });
    let (stories, wrong): (Vec<_>, Vec<_>) = assembled.into_iter().unzip();
    problems.extend(wrong.into_iter().flatten());
    let names_read = names_read(&files);
    let mut files: Vec<_> = files.values().map(|bound| Arc::clone(&bound.file)).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    in_order(&mut problems);
    let faulty: BTreeSet<_> = problems.iter().filter_map(|problem| Some(&*problem.at.as_ref()?.place.file)).collect();
    let is_valid = |story: &Story| {
        let mut files = story.every().map(|case| case.file(story)).chain([&story.file]);
        !files.any(|file| faulty.contains(&*file.name))
    };
    let stories = stories.into_iter().flatten().filter(is_valid).collect();
    (Suite { files, stories, names_read }, problems)
}

/// The problems of the case files below `folder` that have nothing to do with a contract.
pub(crate) fn unbound_problems(root: &Path, folder: &Path) -> Vec<Problem> {
    let path = root.join(folder);
    let boundary = match Folder::open(root, &path) {
        Ok(boundary) => boundary,
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    for file in boundary.case_files(&path, &mut problems) {
        if let Some(source) = Source::load(file, &boundary, &mut problems) {
            let mut own = Problems::new(&source.file.document);
            ["setup", "cases", "teardown"].iter().for_each(|list| drop(source.steps(list, &mut own)));
            problems.extend(own.into_list());
        }
    }
    in_order(&mut problems);
    problems
}

/// A case file, and the text that replaces its content.
pub(crate) type Changed<'c> = (&'c CaseFile, &'c str);

/// Loads `suite` with other texts in place of the files in `changed`: all stories if `is_whole`, else those that use one of these files, and
/// those that run in turn with them. The other files are read again.
pub(crate) fn replaced(
    (root, folder): (&Path, &Path),
    contract: &Contract,
    suite: &Suite,
    changed: &[Changed<'_>],
    is_whole: bool,
) -> Result<Suite, Vec<Problem>> {
    let boundary = Folder::open(root, &root.join(folder)).map_err(|problem| vec![problem])?;
    let real = |(file, text): &Changed<'_>| Some((file.path.canonicalize().ok()?, (*text).to_owned()));
    let replaced = changed.iter().map(real).collect::<Option<Replaced>>().ok_or_else(Vec::new)?;
    let names: BTreeSet<&str> = changed.iter().map(|(file, _)| &*file.name).collect();
    let is_changed = |file: &CaseFile| names.contains(&*file.name);
    let is_user = |story: &&Story| is_changed(&story.file) || story.every().any(|case| is_changed(case.file(story)));
    let serial: BTreeSet<&str> =
        suite.stories.iter().filter(is_user).filter_map(|story| story.file.serial.as_deref()).collect();
    let is_concerned =
        |story: &&Story| is_user(story) || story.file.serial.as_deref().is_some_and(|name| serial.contains(name));
    let wanted = suite.stories.iter().filter(|story| is_whole || is_concerned(story));
    let mut found: Vec<PathBuf> = wanted.map(|story| story.file.path.clone()).collect();
    found.dedup();
    let mut problems = Vec::new();
    let (files, order) = bind_all(found, &boundary, contract, &replaced, &mut problems);
    let stories = order.iter().flat_map(|path| stories(path, &files, contract, &mut problems)).collect();
    let names_read = names_read(&files);
    let files = files.values().map(|bound| Arc::clone(&bound.file)).collect();
    if problems.is_empty() { Ok(Suite { files, stories, names_read }) } else { Err(problems) }
}

/// Makes a suite of `text` as if it were the file at `path`, relative to `root`. The file need not exist.
pub(crate) fn load_text(root: &Path, path: &Path, text: String, contract: &Contract) -> Result<Suite, Vec<Problem>> {
    let folder = Folder::open(root, root).map_err(|problem| vec![problem])?;
    let (path, mut problems) = (root.join(path), Vec::new());
    let source = Source::parse(path.clone(), folder.name(&path).into(), text, &mut problems);
    let bound = source.map(|source| BoundFile::bind(&source, &folder, contract, &mut problems));
    let files: BoundFiles = bound.map(|bound| (path.clone(), bound)).into_iter().collect();
    let stories = stories(&path, &files, contract, &mut problems);
    let names_read = names_read(&files);
    let files = files.values().map(|bound| Arc::clone(&bound.file)).collect();
    if problems.is_empty() { Ok(Suite { files, stories, names_read }) } else { Err(problems) }
}

fn names_read(files: &BoundFiles) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for name in files.values().flat_map(BoundFile::names_read) {
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Texts in place of the content of files, by real path.
type Replaced = BTreeMap<PathBuf, String>;

/// Binds the given files, then those that they use, and so on; those in `replaced` with another text. Also returns the paths of the stories, in order.
fn bind_all(
    found: Vec<PathBuf>,
    folder: &Folder,
    contract: &Contract,
    replaced: &Replaced,
    problems: &mut Vec<Problem>,
) -> (BoundFiles, Vec<PathBuf>) {
    let mut files = BoundFiles::new();
    let mut order = Vec::new();
    let mut waiting = found;
    while !waiting.is_empty() {
        // In parallel, because nothing before a run takes longer.
        let mut used = BTreeSet::new();
        for (real, bound, wrong) in
            parallel::map(waiting, |path| bind(path, folder, contract, replaced)).into_iter().flatten()
        {
            problems.extend(wrong);
            let Some(bound) = bound.filter(|_| !files.contains_key(&real)) else { continue };
            used.extend(bound.uses().cloned());
            if !bound.is_shared() {
                order.push(real.clone());
            }
            files.insert(real, bound);
        }
        waiting = used.into_iter().filter(|path| !files.contains_key(path)).collect();
    }
    (files, order)
}

/// The real path of a file, the file as far as it could be bound, and its problems.
type BoundRead = (PathBuf, Option<BoundFile>, Vec<Problem>);

fn bind(path: PathBuf, folder: &Folder, contract: &Contract, replaced: &Replaced) -> Option<BoundRead> {
    let real = path.canonicalize().ok()?;
    let mut problems = Vec::new();
    let source = match replaced.get(&real) {
        Some(text) => {
            let name = folder.name(&path).into();
            Source::parse(path, name, text.clone(), &mut problems)
        }
        None => Source::load(path, folder, &mut problems),
    };
    let bound = source.map(|source| BoundFile::bind(&source, folder, contract, &mut problems));
    Some((real, bound, problems))
}

/// Sorts problems by file and line, and removes duplicates from files that several stories use.
fn in_order(problems: &mut Vec<Problem>) {
    problems.sort_by(|one, other| {
        let place = |problem: &Problem| problem.at.as_ref().map(|snippet| snippet.place.clone());
        place(one).cmp(&place(other))
    });
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert(problem.to_string()));
}
