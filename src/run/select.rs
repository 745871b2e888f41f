//! Which cases a filter means, and which others those cannot do without.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Story, Suite};
use crate::contract::Contract;
use crate::problem::Problem;
use crate::suggestion::nearest;

use super::Filter;

/// `selected[story][case]`; the cases that a selected one needs or captures from among them. Every part of the filter that
/// matches nothing is a problem that names what is near.
pub(super) fn select(contract: &Contract, suite: &Suite, filter: &Filter) -> Result<Vec<Vec<bool>>, Vec<Problem>> {
    let problems = strangers(contract, suite, filter);
    if !problems.is_empty() {
        return Err(problems);
    }
    let wanted = |case: &Case| is_wanted(contract, case, filter);
    let mut selected: Vec<Vec<bool>> =
        suite.stories.iter().map(|story| story.cases.iter().map(wanted).collect()).collect();
    if !selected.iter().flatten().any(|chosen| *chosen) {
        let empty = suite.stories.iter().all(|story| story.cases.is_empty());
        let message = if empty { "there is no case to run" } else { "no case matches all of the filters" };
        return Err(vec![Problem::new(message)]);
    }
    suite.stories.iter().zip(&mut selected).for_each(|(story, chosen)| close(story, chosen));
    Ok(selected)
}

fn is_wanted(contract: &Contract, case: &Case, filter: &Filter) -> bool {
    let any = |wanted: &[String], matches: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(matches);
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    any(&filter.names, &|name| case.id.contains(name.as_str()))
        && any(&filter.tags, &|tag| case.tags.contains(tag))
        && any(&filter.operations, &|name| operation.is_some_and(|operation| operation.is_called(name)))
}

/// Adds the cases that the chosen ones stand on, and those that these stand on.
fn close(story: &Story, chosen: &mut [bool]) {
    if chosen.iter().all(|chosen| *chosen) {
        return;
    }
    let index: BTreeMap<&str, usize> = story.cases.iter().enumerate().map(|(n, case)| (&*case.name, n)).collect();
    let mut open: Vec<usize> = (0..chosen.len()).filter(|n| chosen[*n]).collect();
    while let Some(n) = open.pop() {
        let case = &story.cases[n];
        let names = case.needs.iter().chain(case.uses.iter().map(|used| &used.captured_by));
        for earlier in names.filter_map(|name| index.get(name.as_str()).copied()) {
            if !chosen[earlier] {
                chosen[earlier] = true;
                open.push(earlier);
            }
        }
    }
}

fn strangers(contract: &Contract, suite: &Suite, filter: &Filter) -> Vec<Problem> {
    let names = filter.names.iter().filter_map(|name| stranger_name(suite, name));
    let tags = filter.tags.iter().filter_map(|tag| stranger_tag(suite, tag));
    let operations = filter.operations.iter().filter_map(|name| stranger_operation(contract, suite, name));
    names.chain(tags).chain(operations).collect()
}

fn stranger_name(suite: &Suite, name: &str) -> Option<Problem> {
    let known = suite.cases().any(|(_, case)| case.id.contains(name));
    let names = suite.cases().flat_map(|(story, case)| [&*case.name, &*case.id, &*story.file.name]);
    (!known).then(|| stranger(format!("no case has `{name}` in its id"), nearest(name, names)))
}

fn stranger_tag(suite: &Suite, tag: &str) -> Option<Problem> {
    let tags: BTreeSet<&str> = suite.cases().flat_map(|(_, case)| case.tags.iter().map(String::as_str)).collect();
    let near = nearest(tag, tags.iter().copied());
    (!tags.contains(tag)).then(|| stranger(format!("no case has the tag `{tag}`"), near))
}

fn stranger_operation(contract: &Contract, suite: &Suite, name: &str) -> Option<Problem> {
    let Some(operation) = contract.operation(name) else {
        let near = nearest(name, contract.operations.iter().map(|operation| operation.name.as_str()));
        return Some(stranger(format!("the contract has no operation `{name}`"), near));
    };
    let used = suite.cases().any(|(_, case)| case.operation == Some(operation.index));
    (!used).then(|| Problem::new(format!("no case is for the operation `{name}`")))
}

fn stranger(message: String, near: Option<&str>) -> Problem {
    let problem = Problem::new(message);
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`signoff list` shows what there is"),
    }
}
