//! Collects the environment variables that the cases use (`${env.NAME}`).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::case::{Case, CaseFile, Story, Suite};
use crate::document::End;
use crate::expression::Tree;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::secrets::Vault;

/// One use of a variable in a case file.
struct VariableUse {
    file: Arc<CaseFile>,
    at: Pointer,
    name: String,
    public: bool,
}

/// The variables that cases for `target` use, as the value of `env`. A variable is a secret unless every use is public.
pub(super) fn of_cases(suite: &Suite, target: &str, vault: &mut Vault<'_>) -> Result<Value, Vec<Problem>> {
    let mut env = Map::new();
    let mut problems = Vec::new();
    for found in uses(suite, target) {
        match vault.variable(&found.name, found.public) {
            Ok(value) => drop(env.insert(found.name, value.into())),
            Err(problem) => problems.push(problem.at(found.file.document.snippet(&found.at, End::Value))),
        }
    }
    if problems.is_empty() { Ok(Value::Object(env)) } else { Err(problems) }
}

/// The case files that use one of the variables `names`, if their cases run on `target`.
pub(super) fn files_using(suite: &Suite, target: &str, names: &BTreeSet<String>) -> Vec<Arc<CaseFile>> {
    uses(suite, target).into_iter().filter(|found| names.contains(&found.name)).map(|found| found.file).collect()
}

fn uses(suite: &Suite, target: &str) -> Vec<VariableUse> {
    let cases = || suite.stories.iter().flat_map(|story| story.every().map(move |case| (story, case)));
    let elsewhere: Vec<_> = cases().filter(|(_, case)| !runs_on(case, target)).collect();
    let mut found: Vec<VariableUse> = files(suite).into_iter().flat_map(templates).collect();
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

fn templates(file: Arc<CaseFile>) -> Vec<VariableUse> {
    // Most files use no variable; compiling all their templates again would be slow.
    if !file.document.text().contains("env.") {
        return Vec::new();
    }
    // Loading refused files whose templates do not compile.
    let names = Tree::parse(file.document.value()).map(|tree| tree.names()).unwrap_or_default();
    let variable = |(at, name): (Pointer, crate::expression::Name)| {
        let variable = name.path.strip_prefix("env.")?.to_owned();
        Some(VariableUse { file: file.clone(), at, name: variable, public: name.public })
    };
    names.into_iter().filter_map(variable).collect()
}

fn assertions(story: &Story, case: &Case) -> Vec<VariableUse> {
    let at = case.at.join("expect").join("assert");
    let numbered = case.expect.assert.iter().enumerate().filter(|(_, assertion)| assertion.text().contains("env."));
    let names = numbered.flat_map(|(index, assertion)| assertion.names().into_iter().map(move |name| (index, name)));
    names
        .filter_map(|(index, name)| {
            let variable = name.path.strip_prefix("env.")?.to_owned();
            Some(VariableUse {
                file: case.file(story).clone(),
                at: at.join(index),
                name: variable,
                public: name.public,
            })
        })
        .collect()
}
