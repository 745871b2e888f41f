//! Selects cases by name, tag and operation, together with the cases that they depend on.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Story, Suite};
use crate::contract::Contract;
use crate::problem::Problem;
use crate::suggestion::nearest;

use super::selection::Selection;

/// Criteria of the user. All of them must match; an empty list matches everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Substrings of case ids, any of which must occur.
    pub names: Vec<String>,
    /// Tags, any of which a case must have.
    pub tags: Vec<String>,
    /// Operation names, one of which must be the case's.
    pub operations: Vec<String>,
    /// Ids of cases, of which a case must have one if there is a list.
    pub ids: Option<BTreeSet<String>>,
}

impl Filter {
    /// Whether there is any criterion.
    pub(crate) fn is_set(&self) -> bool {
        !(self.names.is_empty() && self.tags.is_empty() && self.operations.is_empty()) || self.ids.is_some()
    }

    /// Selects the matching cases and those that they need or whose captures they use. A criterion that matches nothing is a
    /// problem with the closest known name.
    pub(crate) fn select(&self, contract: &Contract, suite: &Suite) -> Result<Selection, Vec<Problem>> {
        let problems = self.unknown(contract, suite);
        if !problems.is_empty() {
            return Err(problems);
        }
        let matches = |case: &Case| self.matches(contract, case);
        let mut selected: Vec<Vec<bool>> =
            suite.stories.iter().map(|story| story.cases.iter().map(matches).collect()).collect();
        if !selected.iter().flatten().any(|selected| *selected) {
            let empty = suite.stories.iter().all(|story| story.cases.is_empty());
            let message = if empty { "there are no cases to run" } else { "no case matches all of the filters" };
            return Err(vec![Problem::new(message)]);
        }
        suite.stories.iter().zip(&mut selected).for_each(|(story, selected)| add_dependencies(story, selected));
        Ok(Selection::new(selected))
    }

    fn matches(&self, contract: &Contract, case: &Case) -> bool {
        let any =
            |wanted: &[String], matches: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(matches);
        let operation = case.operation.and_then(|index| contract.operations.get(index));
        self.ids.as_ref().is_none_or(|ids| ids.contains(&case.id))
            && any(&self.names, &|name| case.id.contains(name.as_str()))
            && any(&self.tags, &|tag| case.tags.contains(tag))
            && any(&self.operations, &|name| operation.is_some_and(|operation| operation.is_called(name)))
    }

    /// A problem for each criterion that matches nothing.
    fn unknown(&self, contract: &Contract, suite: &Suite) -> Vec<Problem> {
        let names = self.names.iter().filter_map(|name| unknown_name(suite, name));
        let tags = self.tags.iter().filter_map(|tag| unknown_tag(suite, tag));
        let operations = self.operations.iter().filter_map(|name| unknown_operation(contract, suite, name));
        names.chain(tags).chain(operations).collect()
    }
}

/// Selects the cases that selected ones depend on, directly or through others.
fn add_dependencies(story: &Story, selected: &mut [bool]) {
    if selected.iter().all(|selected| *selected) {
        return;
    }
    let index: BTreeMap<&str, usize> = story.cases.iter().enumerate().map(|(n, case)| (&*case.name, n)).collect();
    let mut open: Vec<usize> = (0..selected.len()).filter(|n| selected[*n]).collect();
    while let Some(n) = open.pop() {
        let case = &story.cases[n];
        let names = case.needs.iter().chain(case.uses.iter().map(|used| &used.captured_by));
        for earlier in names.filter_map(|name| index.get(name.as_str()).copied()) {
            if !selected[earlier] {
                selected[earlier] = true;
                open.push(earlier);
            }
        }
    }
}

fn unknown_name(suite: &Suite, name: &str) -> Option<Problem> {
    let known = suite.cases().any(|(_, case)| case.id.contains(name));
    let names = suite.cases().flat_map(|(story, case)| [&*case.name, &*case.id, &*story.file.name]);
    (!known).then(|| unknown(format!("no case has `{name}` in its id"), nearest(name, names)))
}

fn unknown_tag(suite: &Suite, tag: &str) -> Option<Problem> {
    let tags: BTreeSet<&str> = suite.cases().flat_map(|(_, case)| case.tags.iter().map(String::as_str)).collect();
    let near = nearest(tag, tags.iter().copied());
    (!tags.contains(tag)).then(|| unknown(format!("no case has the tag `{tag}`"), near))
}

fn unknown_operation(contract: &Contract, suite: &Suite, name: &str) -> Option<Problem> {
    let Some(operation) = contract.operation(name) else {
        let near = nearest(name, contract.operations.iter().map(|operation| operation.name.as_str()));
        return Some(unknown(format!("the contract has no operation `{name}`"), near));
    };
    let used = suite.cases().any(|(_, case)| case.operation == Some(operation.index));
    (!used).then(|| Problem::new(format!("no case calls the operation `{name}`")))
}

fn unknown(message: String, near: Option<&str>) -> Problem {
    let problem = Problem::new(message);
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`signoff list` lists operations and cases"),
    }
}
