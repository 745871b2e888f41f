//! The operators of `signoff mutate` on one project, in which each of them has something to change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::project::Project;

fn project() -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mutate");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let names = ["spec.yaml", "rules.yaml", "cases/orders.yaml", "signoff.yaml", "unchecked.yaml"];
    let files = names.map(|name| (name, read(name)));
    Project::with(&files.each_ref().map(|(name, text)| (*name, text.as_str())))
}

/// Status by id and operator of every mutant.
fn measured(project: &Project, arguments: &[&str]) -> BTreeMap<(String, String), String> {
    let ended = project.call(&[&["mutate", "--format", "json"], arguments].concat());
    assert_eq!(ended.code, 0, "{}", ended.err);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let files = report["files"].as_object().unwrap().values();
    let mutants = files.flat_map(|file| file["mutants"].as_array().unwrap());
    let text = |mutant: &Value, key: &str| mutant[key].as_str().unwrap().to_owned();
    let all: Vec<_> = mutants.map(|one| ((text(one, "id"), text(one, "mutatorName")), text(one, "status"))).collect();
    let count = all.len();
    let map: BTreeMap<_, _> = all.into_iter().collect();
    assert_eq!(map.len(), count, "ids are unique");
    map
}

fn is_noticed(status: &str) -> bool {
    matches!(status, "Killed" | "RuntimeError" | "Timeout")
}

/// The operators with a mutant of which `is` is true.
fn operators(measured: &BTreeMap<(String, String), String>, is: impl Fn(&str) -> bool) -> BTreeSet<String> {
    measured.iter().filter(|(_, status)| is(status)).map(|((_, operator), _)| operator.clone()).collect()
}

#[test]
fn every_operator_has_a_mutant_that_is_noticed_and_one_that_survives() {
    let project = project();
    let explained = project.call(&["explain"]).out;
    let lines = explained.lines().skip_while(|line| !line.starts_with("`signoff mutate`"));
    let ids = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|id| !id.is_empty());
    let all: BTreeSet<String> = ids.map(str::to_owned).collect();
    assert!(all.len() >= 40, "{all:?}");
    let noticed = operators(&measured(&project, &[]), is_noticed);
    assert_eq!(&all - &noticed, BTreeSet::new(), "never noticed");
    let survived = measured(&project, &["--config", "unchecked.yaml"]);
    assert_eq!(&all - &operators(&survived, |status| status == "Survived"), BTreeSet::new(), "never survived");
    let noticed: Vec<_> = survived.iter().filter(|(_, status)| *status == "Killed").collect();
    assert!(noticed.is_empty(), "nothing is checked: {noticed:?}");
}

#[test]
fn a_violation_of_the_contract_is_noticed_wherever_the_response_is_judged() {
    let ended = project().call(&["mutate", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["config"]["limits"], 0);
}

#[test]
fn what_a_rule_that_only_deletes_can_lose_is_one_fault() {
    let measured = measured(&project(), &["--operator", "write-lost,delete-keeps"]);
    let of = |operation: &str| {
        let of = measured.keys().filter(|(id, _)| id.starts_with(operation));
        of.map(|(_, operator)| operator.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("deleteOrder "), ["delete-keeps"]);
    assert_eq!(of("patchOrder "), ["write-lost"]);
}

#[test]
fn a_value_of_its_own_branch_is_no_other_branch() {
    let measured = measured(&project(), &["--operator", "other-branch"]);
    let ids = measured.keys().map(|(id, _)| id.as_str());
    let changes: BTreeSet<_> = ids.filter(|id| id.starts_with("getOrder ")).collect();
    // The orders are paid by card, which is the first branch.
    let expected = "getOrder 200 body/payment: replaced by a value of branch 2 [other-branch]";
    assert_eq!(changes, BTreeSet::from([expected]));
}

#[test]
fn more_cases_notice_more() {
    let project = project();
    let (some, all) = (measured(&project, &["creates an order", "changes"]), measured(&project, &[]));
    let shared: Vec<_> = some.iter().filter(|(id, status)| is_noticed(status) && all.contains_key(id)).collect();
    assert!(shared.len() > 100, "{}", shared.len());
    let lost: Vec<_> = shared.into_iter().filter(|(id, _)| !is_noticed(&all[*id])).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_expectation_that_is_listed_with_a_survivor_notices_it() {
    let project = project();
    let listed = |project: &Project| project.call(&["mutate", "--verbose"]).out.matches("      expect:\n").count();
    assert!(listed(&project) > 50);
    project.write("suggested.patch", &project.call(&["mutate", "--suggest"]).out);
    let mut git = std::process::Command::new("git");
    git.current_dir(project.path("."))
        .env("GIT_CEILING_DIRECTORIES", project.path(".."))
        .args(["apply", "suggested.patch"]);
    assert!(git.output().expect("git").status.success());
    assert_eq!(project.call(&["run"]).code, 0);
    assert_eq!(listed(&project), 0);
}
