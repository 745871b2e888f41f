//! `signoff mutate`: score, survivors, gates, and invalid inputs.

use super::project::{CASES, CONFIG, Project, SPEC};

#[test]
fn a_survivor_is_a_sentence_with_the_expectation_that_notices_it() {
    let ended = Project::new().call(&["mutate"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    insta::assert_snapshot!("mutate", ended.out);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let project = Project::new();
    let call = |seed: &str| project.call(&["mutate", "--seed", seed]).out + &project.read("reports/mutation.json");
    assert_eq!(call("7"), call("7"));
}

#[test]
fn a_score_below_the_minimum_fails() {
    let project = Project::new();
    assert_eq!(project.call(&["mutate", "--min-score", "100"]).code, 1);
    assert_eq!(project.call(&["mutate", "--min-score", "1"]).code, 0);
    assert_eq!(project.call(&["mutate", "--operator", "body-truncated", "--min-score", "100"]).code, 0);
}

#[test]
fn an_unknown_operator_is_named_with_the_nearest() {
    let ended = Project::new().call(&["mutate", "--operator", "valu-null"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("unknown operator `valu-null`"), "{}", ended.err);
    assert!(ended.err.contains("did you mean `value-null`?"), "{}", ended.err);
}

#[test]
fn a_suite_that_fails_without_a_mutant_is_invalid() {
    let failing = CASES.replace("name: one", "name: other");
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", &failing), ("signoff.yaml", CONFIG)];
    let ended = Project::with(&files).call(&["mutate"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("the case fails without a mutant: cases/things.yaml::gets a thing"), "{}", ended.err);
}

#[test]
fn a_suite_that_sends_nothing_is_invalid() {
    let skipped = CASES.replace("    operation:", "    skip: not yet\n    operation:");
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", &skipped), ("signoff.yaml", CONFIG)];
    let ended = Project::with(&files).call(&["mutate"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("the cases send nothing"), "{}", ended.err);
}
