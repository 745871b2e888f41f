//! `signoff coverage --suggest`: a case file that is valid, passes on the mock, and meets as many clauses as it says.

use super::project::{Ended, Project};

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Accounts, version: "1" }
paths:
  /accounts:
    post:
      operationId: openAccount
      security: [{ key: [] }]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id, plan]
              additionalProperties: false
              properties:
                id: { type: string, minLength: 2, maxLength: 8, example: acc-1 }
                plan: { enum: [FREE, PAID] }
                seats: { type: integer, minimum: 1, maximum: 9 }
                note: { type: [string, "null"] }
      responses:
        "201":
          description: opened
          content:
            application/json:
              schema:
                type: object
                required: [state]
                properties: { state: { enum: [NEW, OLD] }, tags: { type: array, items: { type: string } } }
        "400": { description: invalid }
        "401": { description: no key }
        "409": { description: exists }
  /accounts/{id}:
    get:
      operationId: readAccount
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, example: acc-1 } }
        - { name: fields, in: query, schema: { enum: [all, few] } }
      responses: { "200": { description: one }, "400": { description: invalid } }
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
"#;

const CASES: &str = "cases:
  - name: opens one
    operation: openAccount
    request: { body: { id: acc-1, plan: FREE } }
    expect: { status: 201 }
";

/// An account can be opened once.
const RULES: &str = "state: { opened: {} }
operations:
  openAccount:
    - when: request.body.id in state.opened
      respond: { status: 409 }
    - respond: { status: 201, body: { state: NEW } }
      store: { opened: { \"${request.body.id}\": true } }
";

fn accounts(config: &str) -> Project {
    let project = Project::with(&[
        ("spec.yaml", SPEC),
        ("cases/accounts.yaml", CASES),
        ("rules.yaml", RULES),
        ("signoff.yaml", &format!("spec: spec.yaml\n{config}")),
    ]);
    assert_eq!(project.call(&["run"]).code, 0);
    project
}

/// Number of clauses that are met in the last run.
fn met(project: &Project) -> u64 {
    let ended = project.call(&["coverage", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    shown["clauses"].as_array().unwrap().iter().filter(|clause| clause["state"] == "met").count() as u64
}

/// The number in front of `words`.
fn number(text: &str, words: &str) -> u64 {
    let before = text.split(words).next().unwrap_or_default();
    before
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .parse()
        .unwrap_or_else(|_| panic!("no {words:?} in {text}"))
}

/// Adds the suggested file to the cases, and compares what is met with what was said.
fn add(project: &Project, args: &[&str]) -> (String, Ended) {
    let before = met(project);
    let suggested = project.call(&[&["coverage", "--suggest"], args].concat());
    assert_eq!(suggested.code, 0, "{suggested:?}");
    project.write("cases/suggested.yaml", &suggested.out);
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}\n{}", suggested.out);
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{ended:?}\n{}", suggested.out);
    let said = number(&suggested.err, " more clause");
    assert_eq!((said > 0, met(project)), (true, before + said), "{suggested:?}");
    (suggested.out, suggested_again(project, args))
}

fn suggested_again(project: &Project, args: &[&str]) -> Ended {
    project.call(&[&["coverage", "--suggest"], args].concat())
}

#[test]
fn the_suggested_file_meets_as_many_clauses_as_it_says() {
    let project = accounts("");
    let (file, _) = add(&project, &[]);
    let names: Vec<_> = file.lines().filter(|line| line.starts_with("- name: ")).collect();
    assert!(names.len() > 5, "{file}");
    assert_eq!(names.len(), names.iter().collect::<std::collections::HashSet<_>>().len(), "{file}");
    let several = "  - readAccount calls\n  - readAccount sends path/id\n  - readAccount omits query/fields\n";
    assert!(file.contains(several), "one case for all of them: {file}");
    // The mock knows the wrong credentials that signoff makes.
    let wrong = "      key: wrong\n";
    let at = file.find(wrong).unwrap_or_else(|| panic!("{file}"));
    assert!(!file[at..].split("\n- name: ").next().unwrap().contains("not_on"), "{file}");
}

#[test]
fn cases_that_fail_next_to_others_are_not_run_on_the_mock() {
    let project = accounts("targets: { mock: { mock: rules.yaml } }\n");
    let (file, _) = add(&project, &[]);
    assert!(file.contains("next to"), "{file}");
    assert!(file.contains("  not_on:\n  - mock\n") || file.contains("  not_on: mock\n"), "{file}");
}

#[test]
fn refusals_are_suggested_with_the_accepted_request_that_they_need() {
    let project = accounts("");
    let (file, again) = add(&project, &["--operation", "readAccount", "--group", "refusals"]);
    assert!(
        file.contains("- readAccount calls\n") && file.contains("readAccount violates enum query/fields"),
        "{file}"
    );
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "nothing to suggest\n"));
}

#[test]
fn clauses_without_a_case_are_counted_with_the_reason() {
    let project = accounts("");
    let ended = project.call(&["coverage", "--suggest", "--clause", "openAccount receives 409"]);
    let why = "nothing to suggest\n1 clause without a case: the mock does not respond that way";
    assert!(ended.code == 0 && ended.out.is_empty() && ended.err.starts_with(why), "{ended:?}");
}
