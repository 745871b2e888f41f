//! Clause coverage: the line after a run, `signoff coverage`, gates and exclusions.

use serde_json::Value;

use super::project::{CONFIG, Project};

/// A project with a record.
fn run() -> Project {
    let project = Project::new();
    let ended = project.call(&["run"]);
    assert!(ended.err.contains("\ncoverage: ") && ended.err.contains("; see signoff coverage\n"), "{ended:?}");
    project
}

#[test]
fn gaps_come_first_and_every_line_fits() {
    let project = run();
    let ended = project.call(&["coverage"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.starts_with("most important gaps\n\n1. No case of "), "{}", ended.out);
    // Commands and YAML are copied.
    let mut is_yaml = false;
    let mut is_prose = |line: &&str| {
        is_yaml = !line.is_empty() && (is_yaml || *line == "   case");
        !is_yaml && !line.contains("  command ")
    };
    let long: Vec<_> = ended.out.lines().filter(|line| is_prose(line) && line.chars().count() > 80).collect();
    assert_eq!(long, Vec::<&str>::new());
}

#[test]
fn json_has_every_clause_and_the_record_agrees() {
    let project = run();
    let ended = project.call(&["coverage", "--format", "json"]);
    let shown: Value = serde_json::from_str(&ended.out).unwrap();
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
    assert_eq!(shown["sha256"], record["clauses"]["sha256"]);
    assert_eq!(shown["operations"], record["clauses"]["operations"]);
    assert_eq!(shown["gaps"], record["clauses"]["gaps"]);
    let clauses = shown["clauses"].as_array().unwrap();
    let met = clauses.iter().filter(|clause| clause["state"] == "met");
    assert_eq!(met.clone().count() as u64, shown["counts"]["met"].as_u64().unwrap());
    assert!(met.clone().count() > 0 && met.clone().all(|clause| clause["targets"][0] == "mock"));
    assert!(shown["test_coverage_levels"]["level"].as_u64().unwrap() <= 7);
}

#[test]
fn records_without_clauses_and_of_other_documents_are_refused() {
    let project = run();
    let record = project.read("reports/record.json");
    let mut old: Value = serde_json::from_str(&record).unwrap();
    old.as_object_mut().unwrap().remove("clauses");
    project.write("old.json", &old.to_string());
    let ended = project.call(&["coverage", "--from", "old.json"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("cannot read old.json: the record has no clause coverage"), "{}", ended.err);
    // A record of an older version still renders.
    assert_eq!(project.call(&["report", "render", "--from", "old.json", "--reports", "old"]).code, 0);
    let spec = project.read("specs/things.yaml");
    project.write("specs/things.yaml", &spec.replace("operationId: getThing", "operationId: readThing"));
    let ended = project.call(&["coverage"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("reports/record.json is of another document: specs/things.yaml"), "{}", ended.err);
    project.write("cases/things.yaml", &project.read("cases/things.yaml").replace("getThing", "readThing"));
    project.call(&["run", "--reports", "other"]);
    let both = ["coverage", "--from", "reports/record.json", "--from", "other/record.json"];
    let ended = project.call(&both);
    assert_eq!(ended.code, 2);
    let names = ["the records are of different documents: reports/record.json of", ", other/record.json of"];
    assert!(names.iter().all(|name| ended.err.contains(name)), "{}", ended.err);
}

#[test]
fn gates_fail_a_run_and_name_the_counts() {
    let project = Project::new();
    let ended = project.call(&["run", "--min-coverage", "operations=100"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let ended = project.call(&["run", "gets", "--min-coverage", "operations=100"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(
        ended.err.contains("error: coverage of operations: 1 of 2 clauses (50 %) are met, at least 100 % are required"),
        "{}",
        ended.err
    );
    project.write("signoff.yaml", &format!("{CONFIG}coverage: {{ min: {{ responses: 100%, state: 5 }} }}\n"));
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(
        ended.err.contains("warning: coverage of state: the document has no clauses of this group"),
        "{}",
        ended.err
    );
    // A filtered run does not fail by a gate of the configuration.
    let ended = project.call(&["run", "gets"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("gates of the configuration are not applied: 1 case not selected"), "{}", ended.err);
}

#[test]
fn a_clause_that_was_met_must_stay_met() {
    let project = Project::new();
    // As with `new`, the gate accepts nothing without a baseline, and no run under it accepts clauses.
    for number in 0..2 {
        let ended = project.call(&["run", "--fail-on", "uncovered-new"]);
        assert_eq!(ended.code, 1, "{}", ended.err);
        let note = "baseline: created with 0 findings; it accepts no clauses";
        assert_eq!(ended.err.contains(note), number == 0, "{}", ended.err);
        assert!(ended.err.contains("uncovered-new: no baseline with clause coverage exists"), "{}", ended.err);
    }
    let accepted = project.call(&["run", "--update-baseline"]).err;
    assert!(accepted.contains("unmet clauses accepted from now on"), "{accepted}");
    assert_eq!(project.call(&["run", "--fail-on", "uncovered-new"]).code, 0);
    let cases = project.read("cases/things.yaml");
    let (first, _) = cases.split_once("  - name: makes").unwrap();
    project.write("cases/things.yaml", first);
    for _ in 0..2 {
        let ended = project.call(&["run", "--fail-on", "uncovered-new"]);
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains("newly uncovered: `makeThing calls`"), "{}", ended.err);
    }
    assert_eq!(project.call(&["run", "--update-baseline"]).code, 0);
    assert_eq!(project.call(&["run", "--fail-on", "uncovered-new"]).code, 0);
}

#[test]
fn wrong_names_are_refused_with_the_nearest_one() {
    let project = run();
    for (args, expect) in [
        (["run", "--min-coverage", "refusal=80"], "did you mean `refusals`?"),
        (["coverage", "--group", "respnses"], "did you mean `responses`?"),
        (["coverage", "--clause", "getThing cals"], "unknown verb `cals`"),
        (["coverage", "--clause", "getThing receives 202"], "did you mean `getThing receives 200`?"),
        (["coverage", "--clause", "getThng calls"], "did you mean the operation `getThing`?"),
        (["coverage", "--clause", "getThing"], "did you mean `getThing calls`?"),
        (["coverage", "--clause", "getThing recives 200"], "did you mean `getThing receives 200`?"),
        (["coverage", "--clause", "getThing receives"], "did you mean `getThing receives 200`?"),
        // The same keyword and name, before other clauses with similar letters.
        (
            ["coverage", "--clause", "makeThing violates required name"],
            "did you mean `makeThing violates required body/name`?",
        ),
        (["coverage", "--operation", "getThng"], "did you mean `getThing`?"),
    ] {
        let ended = project.call(&args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.err.contains(expect), "{args:?}: {}", ended.err);
    }
}

#[test]
fn exclusions_need_reason_and_owner_and_known_names() {
    let project = Project::new();
    let problems = |exclusion: &str| {
        project.write("signoff.yaml", &format!("{CONFIG}coverage:\n  exclude:\n    - {exclusion}\n"));
        let ended = project.call(&["check"]);
        assert_eq!(ended.code, 2, "{exclusion}: {}", ended.err);
        ended.err
    };
    let of = |what: &str| problems(&format!("{{ {what}, reason: r, owner: o }}"));
    assert!(problems("{ clause: getThing calls, owner: o }").contains("missing field `reason`"));
    assert!(problems("{ clause: getThing calls, reason: r, owner: \"\" }").contains("`owner` must not be empty"));
    assert!(of("clause: getThing call").contains("unknown verb `call`"));
    assert!(of("operation: getThng, group: security").contains("did you mean `getThing`?"));
    assert!(of("operation: getThing, group: securty").contains("did you mean `security`?"));
    assert!(of("operation: getThing, group: security, below: [1]").contains("below"));
    assert!(of("operation: getThing, group: security, below: boby/x").contains("expected a location such as"));
    let nowhere = of("operation: makeThing, group: requests, below: body/nme");
    assert!(nowhere.contains("no clause of the operation is at or within `body/nme`"), "{nowhere}");
    assert!(nowhere.contains("did you mean `body/name`?"), "{nowhere}");
    assert!(of("operation: getThing").contains("needs either `clause`, or `operation` and `group`"));
}

#[test]
fn excluded_clauses_do_not_count_and_useless_exclusions_are_warnings() {
    let project = Project::new();
    let exclude = "  exclude:
    - { operation: makeThing, group: responses, reason: not ours, owner: team-b }
    - { clause: getThing calls, reason: r, owner: o }
    - { operation: getThing, group: state, reason: r, owner: o }
";
    project.write("signoff.yaml", &format!("{CONFIG}coverage:\n  owners: {{ getThing: team-a }}\n{exclude}"));
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("the exclusion excludes 1 clause, 1 of them met by the run"), "{}", ended.err);
    assert!(ended.err.contains("the exclusion excludes no clause"), "{}", ended.err);
    let unmet = project.call(&["coverage", "--unmet"]).out;
    assert!(!unmet.contains("excluded by") && !unmet.contains("impossible:"), "{unmet}");
    assert!(unmet.contains("not listed: ") && unmet.contains(" excluded"), "{unmet}");
    let one = project.call(&["coverage", "--clause", "makeThing receives 200"]).out;
    assert!(one.contains("excluded by team-b: not ours"), "{one}");
    let gaps = project.call(&["coverage"]).out;
    assert!(gaps.contains("owner    team-a") && !gaps.contains("makeThing receives 400"), "{gaps}");
}

#[test]
fn an_exclusion_covers_what_can_be_met_only_with_it() {
    let project = Project::new();
    let exclude = |clause: &str| {
        let exclude = format!("coverage: {{ exclude: [{{ clause: {clause}, reason: r, owner: o }}] }}");
        project.write("signoff.yaml", &format!("{CONFIG}{exclude}\n"));
        let ended = project.call(&["run"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let shown: Value = serde_json::from_str(&project.call(&["coverage", "--format", "json"]).out).unwrap();
        let clauses = shown["clauses"].as_array().unwrap().iter();
        let excluded = clauses.filter(|clause| clause["state"] == "excluded");
        excluded.map(|clause| clause["clause"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let of_status = [
        "getThing receives 200",
        "getThing receives 200 application/json",
        "getThing receives 200 body/id",
        "getThing receives 200 body/name",
    ];
    assert_eq!(exclude("getThing receives 200"), of_status);
    assert_eq!(exclude("getThing receives 200 body/id"), ["getThing receives 200 body/id"]);
}

#[test]
fn gaps_are_of_different_kinds() {
    let project = run();
    let gaps = |project: &Project| {
        let shown: Value = serde_json::from_str(&project.call(&["coverage", "--format", "json"]).out).unwrap();
        let gaps = shown["gaps"].as_array().unwrap().clone();
        let words =
            |gap: &Value| gap["clause"].as_str().unwrap().split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ");
        (gaps.iter().map(words).collect::<Vec<_>>(), gaps)
    };
    let (words, gaps) = gaps(&project);
    assert_eq!(
        words,
        ["refuses without", "refuses wrong", "violates required", "receives 400", "violates content-type"]
    );
    // Of both operations.
    assert_eq!((&gaps[0]["further"], &gaps[1]["further"]), (&1.into(), &1.into()));
    let text = project.call(&["coverage"]).out.replace("\n   ", " ");
    assert!(text.contains("is refused. And 1 more like it."), "{text}");
    let markdown = project.call(&["coverage", "--format", "markdown"]).out;
    assert!((1..=5).all(|number| markdown.contains(&format!("\n{number}. No case of "))), "{markdown}");
}

#[test]
fn a_run_that_sends_nothing_meets_no_gate() {
    let project = Project::new();
    project.write(
        "cases/things.yaml",
        "cases:\n  - name: a\n    operation: getThing\n    skip: later\n    request: { path: { id: t1 } }\n",
    );
    let ended = project.call(&["run", "--allow-empty", "--min-coverage", "operations=0"]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("coverage gates have nothing to judge: cases/things.yaml::a"), "{}", ended.err);
    assert_eq!(project.call(&["run", "--allow-empty"]).code, 0);
}

#[test]
fn a_case_meets_what_it_declares_to_cover() {
    let project = Project::new();
    let covering = |clause: &str| {
        let case = format!(
            "cases:\n  - name: a\n    operation: getThing\n    covers: [\"{clause}\"]\n    request: {{ path: {{ id: t1 }} }}\n"
        );
        project.write("cases/things.yaml", &case);
        project.call(&["run"])
    };
    assert_eq!(covering("getThing receives 200").code, 0);
    let ended = covering("getThing refuses without security");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.out.contains("covers-unmet: the case passed, but does not meet `getThing refuses without security`"),
        "{}",
        ended.out
    );
    let ended = covering("makeThing calls");
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("the clause is of another operation than the case"), "{}", ended.err);
    let ended = covering("getThing receives 201");
    assert!(
        ended.err.contains("cases/things.yaml:4:") && ended.err.contains("did you mean `getThing receives 200`?"),
        "{}",
        ended.err
    );
}

#[test]
fn a_covered_refusal_needs_a_valid_request_that_was_accepted() {
    let project = Project::new();
    let refusal = "cases:
  - name: refuses
    operation: makeThing
    covers: makeThing violates required body/name
    violates: required body/name
    request: { body: {} }
";
    project.write("cases/things.yaml", refusal);
    let ended = project.call(&["run"]);
    let warning =
        "`covers: makeThing violates required body/name` stays not met: no valid request of makeThing was accepted";
    assert!(ended.code == 0 && ended.err.contains(warning), "{ended:?}");
    let valid = "  - { name: makes one, operation: makeThing, request: { body: { name: one } } }\n";
    project.write("cases/things.yaml", &(refusal.to_owned() + valid));
    let ended = project.call(&["run"]);
    assert!(ended.code == 0 && !ended.err.contains("stays not met"), "{ended:?}");
}

#[test]
fn a_target_that_is_down_has_lost_no_clause() {
    let project = Project::new();
    assert_eq!(project.call(&["run"]).code, 0);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let target = format!("http://127.0.0.1:{port}");
    let record = project.path("reports/record.json").display().to_string();
    let gates = ["--fail-on", "uncovered-new", "--min-coverage", "operations=100", "--baseline", record.as_str()];
    let auth = ["--auth", "key=env:KEY"];
    let args = [&["run", "--target", target.as_str()], &auth[..], &gates[..]].concat();
    let ended = project.call_with(&args, &[("KEY", "key-of-the-target")]);
    assert_eq!(ended.code, 3, "{}", ended.err);
    assert!(ended.err.contains("the gates of coverage are not applied: 1 case errored"), "{}", ended.err);
}

#[test]
fn a_group_that_is_excluded_as_a_whole_says_so() {
    let project = Project::new();
    let exclude = "{ operation: getThing, group: operations, reason: r, owner: o }, { operation: makeThing, group: operations, reason: r, owner: o }";
    project
        .write("signoff.yaml", &format!("{CONFIG}coverage: {{ min: {{ operations: 100 }}, exclude: [{exclude}] }}\n"));
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let note = "coverage of operations: all clauses of this group that can be met are excluded";
    assert!(ended.err.contains(note), "{}", ended.err);
}
