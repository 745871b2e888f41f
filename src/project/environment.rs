//! Collects the values from outside that the cases use: environment variables
//! (`${env.NAME}`), files (`${file("PATH")}`) and results of commands (`${exec.NAME}`).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::case::{Case, CaseFile, Story, Suite};
use crate::document::End;
use crate::expression::Tree;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::secrets::{self, Vault};

/// One use of such a value in a case file.
struct ValueUse {
    file: Arc<CaseFile>,
    at: Pointer,
    /// `env.NAME`, `file.PATH` or `exec.NAME`.
    name: String,
    public: bool,
}

/// The values that cases for `target` use, as the variables `env`, `file` and `exec`. A value is a secret unless every use is public.
pub(super) fn of_cases(
    suite: &Suite,
    target: &str,
    vault: &mut Vault<'_>,
) -> Result<Vec<(&'static str, Value)>, Vec<Problem>> {
    let (mut env, mut files, mut results) = (Map::new(), Map::new(), Map::new());
    let mut problems = Vec::new();
    for found in uses(suite, target) {
        let (held, name, value) = match found.name.split_once('.') {
            Some(("file", path)) => (&mut files, path, vault.file_of_project(path, found.public)),
            Some(("exec", path)) => match vault.command(path, found.public) {
                Ok(value) => {
                    secrets::insert(&mut results, path, value);
                    continue;
                }
                Err(problem) => (&mut results, path, Err(problem)),
            },
            Some((_, name)) => (&mut env, name, vault.variable(name, found.public)),
            None => continue,
        };
        match value {
            Ok(value) => drop(held.insert(name.to_owned(), value.into())),
            Err(problem) => problems.push(problem.at(found.file.document.snippet(&found.at, End::Value))),
        }
    }
    let values = [("env", env), ("file", files), ("exec", results)].map(|(name, values)| (name, Value::Object(values)));
    if problems.is_empty() { Ok(values.into()) } else { Err(problems) }
}

/// The case files that use one of the variables `names`, if their cases run on `target`.
pub(super) fn files_using(suite: &Suite, target: &str, names: &BTreeSet<String>) -> Vec<Arc<CaseFile>> {
    let is_it = |found: &ValueUse| secrets::is_missing(&found.name, names);
    uses(suite, target).into_iter().filter(is_it).map(|found| found.file).collect()
}

fn uses(suite: &Suite, target: &str) -> Vec<ValueUse> {
    let cases = || suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    let elsewhere: Vec<_> = cases().filter(|(_, case)| !runs_on(case, target)).collect();
    let mut found: Vec<ValueUse> = files(suite).into_iter().flat_map(templates).collect();
    found.extend(cases().flat_map(|(story, case)| assertions(story, case)));
    found.retain(|used| {
        !elsewhere.iter().any(|(story, case)| Arc::ptr_eq(case.file(story), &used.file) && used.at.is_within(&case.at))
    });
    found
}

fn runs_on(case: &Case, target: &str) -> bool {
    let named = |names: &[String]| names.iter().any(|name| name == target);
    case.skip.is_none() && (case.only_on.is_empty() || named(&case.only_on)) && !named(&case.not_on)
}

/// The files of the suite, and the files that their cases come from.
fn files(suite: &Suite) -> Vec<Arc<CaseFile>> {
    let mut files = suite.files.clone();
    for file in suite.stories.iter().flat_map(Story::every).filter_map(|case| case.from.as_ref()) {
        if !files.iter().any(|held| Arc::ptr_eq(held, file)) {
            files.push(file.clone());
        }
    }
    files
}

fn templates(file: Arc<CaseFile>) -> Vec<ValueUse> {
    // Most files use no such value; compiling all their templates again would be slow.
    if !may_use(file.document.text()) {
        return Vec::new();
    }
    // Loading refused files whose templates do not compile.
    let names = Tree::parse(file.document.value()).map(|tree| tree.names()).unwrap_or_default();
    let variable = |(at, name): (Pointer, crate::expression::Name)| {
        is_outside(&name.path).then(|| ValueUse { file: file.clone(), at, name: name.path, public: name.public })
    };
    names.into_iter().filter_map(variable).collect()
}

fn assertions(story: &Story, case: &Case) -> Vec<ValueUse> {
    let at = case.at.join("expect").join("assert");
    let numbered = case.expect.assert.iter().enumerate().filter(|(_, assertion)| may_use(assertion.text()));
    let names = numbered.flat_map(|(index, assertion)| assertion.names().into_iter().map(move |name| (index, name)));
    names
        .filter(|(_, name)| is_outside(&name.path))
        .map(|(index, name)| ValueUse {
            file: case.file(story).clone(),
            at: at.join(index),
            name: name.path,
            public: name.public,
        })
        .collect()
}

/// Whether a text may use a value from outside.
fn may_use(text: &str) -> bool {
    ["env.", "file(", "exec."].iter().any(|part| text.contains(part))
}

fn is_outside(path: &str) -> bool {
    ["env.", "file.", "exec."].iter().any(|prefix| path.starts_with(prefix))
}
