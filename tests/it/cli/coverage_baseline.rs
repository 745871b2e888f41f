//! The gate `uncovered-new`: it names the clauses that are no longer met and the cases that met them, and the stored baseline changes only
//! if findings or coverage do.

use super::project::Project;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Notes, version: "1" }
paths:
  /notes:
    get:
      operationId: listNotes
      parameters: [{ name: sort, in: query, schema: { enum: [up, down] } }]
      responses: { "200": { description: all } }
"#;

const CASES: &str = "cases:
  - { name: lists all, operation: listNotes }
  - { name: sorts, operation: listNotes, request: { query: { sort: up } } }
";

fn notes() -> Project {
    let project = Project::with(&[
        ("spec.yaml", SPEC),
        ("cases/notes.yaml", CASES),
        ("signoff.yaml", "spec: spec.yaml\nfail_on: [uncovered-new]\n"),
    ]);
    let ended = project.call(&["run", "--update-baseline"]);
    assert_eq!(ended.code, 1, "the baseline is accepted after the run: {ended:?}");
    project
}

/// The stored baseline.
fn baseline(project: &Project) -> String {
    let file = std::fs::read_dir(project.path("reports/baselines")).unwrap().next().unwrap().unwrap();
    std::fs::read_to_string(file.path()).unwrap()
}

#[test]
fn the_stored_baseline_does_not_change_if_the_result_does_not() {
    let project = notes();
    let before = baseline(&project);
    assert!(!before.contains("127.0.0.1"), "{before}");
    project.write("cases/notes.yaml", &CASES.replace("lists all", "lists everything"));
    assert_eq!(project.call(&["run"]).code, 0);
    assert_ne!(baseline(&project), before, "another case meets the clauses");
    project.write("cases/notes.yaml", CASES);
    assert_eq!(project.call(&["run", "--seed", "7"]).code, 0);
    let after = baseline(&project);
    assert_eq!(project.call(&["run", "--seed", "8"]).code, 0);
    assert_eq!(baseline(&project), after);
}

#[test]
fn newly_uncovered_clauses_are_listed_with_the_cases_that_met_them() {
    let project = notes();
    let list = || project.call(&["coverage", "--new"]);
    assert_eq!(project.call(&["run"]).code, 0);
    assert!(list().out.starts_with("no clause is newly uncovered\n"), "{:?}", list());
    project.write("cases/notes.yaml", &CASES.replace("sort: up", "sort: down"));
    let missed = "uncovered-new: 1 clause is newly uncovered: `listNotes sends query/sort = \"up\"`, \
                  which `cases/notes.yaml::sorts` met";
    // The case is known in later runs, too.
    for _ in 0..2 {
        let ended = project.call(&["run"]);
        assert_eq!(ended.code, 1, "{ended:?}");
        let shown = ended.out.clone() + &ended.err;
        assert!(shown.replace('\n', " ").contains(missed), "{shown}");
        let list = list().out;
        assert!(list.starts_with("listNotes sends query/sort = \"up\"\n"), "{list}");
        assert!(list.contains("\n  met in the baseline by cases/notes.yaml::sorts\n"), "{list}");
        assert!(!list.contains("violates"), "{list}");
    }
    let suggested = project.call(&["coverage", "--new", "--suggest"]);
    assert!(suggested.out.contains("  covers: listNotes sends query/sort = \"up\"\n"), "{suggested:?}");
    assert_eq!(suggested.out.matches("- name: ").count(), 1, "{suggested:?}");
}

#[test]
fn without_a_baseline_no_clause_is_new() {
    let project = notes();
    assert_eq!(project.call(&["run", "--no-baseline"]).code, 1);
    let ended = project.call(&["coverage", "--new"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("was compared with no baseline"), "{}", ended.err);
}
