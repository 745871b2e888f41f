//! `signoff mutate --suggest`: what is suggested holds for all cases, for other variables and seeds, and on a target with other words.

use std::fs;

use super::mutate_suggestions::command;
use super::project::Project;

/// A project with one operation or more.
fn project(paths: &str, rules: &str, cases: &str) -> Project {
    let spec = format!("openapi: 3.1.0\ninfo: {{ title: Things, version: '1' }}\npaths:\n{paths}");
    let targets = "spec: spec.yaml\ndefault_target: mock\ntargets:\n  mock: { mock: rules.yaml }\n  other: { mock: rules.yaml, vars: { n: 3, item: desk } }\n";
    let files = [("spec.yaml", &*spec), ("rules.yaml", rules), ("signoff.yaml", targets), ("cases/things.yaml", cases)];
    let project = Project::with(&files);
    command(&project, "git", &["init", "-q"]);
    project
}

/// The expectations of the first case after the patch of `args` was applied.
fn suggested(project: &Project, args: &[&str]) -> String {
    let ended = project.call(&[&["mutate", "--suggest"], args].concat());
    assert_eq!(ended.code, 0, "{}", ended.err);
    project.write("suggested.patch", &ended.out);
    let applied = command(project, "git", &["apply", "--allow-empty", "suggested.patch"]);
    assert!(applied.status.success(), "{}{}", String::from_utf8_lossy(&applied.stderr), ended.out);
    project.read("cases/things.yaml")
}

const COUNTED: &str = "
  /things:
    post: { operationId: create, responses: { '204': { description: created } } }
    get:
      operationId: list
      responses:
        '200':
          description: a list
          content: { application/json: { schema: { properties: { any: { type: boolean }, count: { type: integer }, kind: { type: string } } } } }
";

#[test]
fn a_patch_for_some_cases_passes_with_all() {
    let rules = "
state: { n: 0 }
operations:
  create:
    - respond: { status: 204 }
      store: { n: '${state.n + 1}' }
  list:
    - respond: { status: 200, body: { any: '${state.n > 0}', count: '${state.n}', kind: thing } }
";
    let cases = "
cases:
  - { name: creates, operation: create, expect: { status: 204 } }
  - name: lists
    operation: list
    expect:
      status: 200
";
    let project = project(COUNTED, rules, cases);
    let text = suggested(&project, &["--operation", "list"]);
    assert!(text.contains("kind: thing") && !text.contains("count: ") && !text.contains("any: "), "{text}");
    assert_eq!(project.call(&["run"]).code, 0);
}

const ONE: &str = "
  /things:
    post:
      operationId: create
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '201':
          description: created
          headers: { x-api: { schema: { type: string } } }
          content: { application/json: { schema: { properties: { n: {}, m: {}, more: { type: string }, b: {}, $k: {} } } } }
        '409': { description: conflict, content: { application/json: { schema: { properties: { code: {}, message: {}, info: {} } } } } }
";

#[test]
fn a_constant_that_equals_a_variable_is_no_variable() {
    let rules = "
operations:
  create:
    - respond: { status: 201, headers: { x-api: v2-lamp }, body: { n: '${request.body.n}', m: 2, b: '${random_int(0, 19) == 0}', $k: 1 } }
";
    let cases = "
vars: { item: lamp, n: 2 }
cases:
  - name: creates
    operation: create
    request: { body: { n: '${n}' }, headers: { x-note: '${item}' } }
    expect:
      status: 201
";
    let project = project(ONE, rules, cases);
    let text = suggested(&project, &[]);
    for wanted in ["m: 2\n", "x-api: v2-lamp\n", "\"n\": ${n}\n"] {
        assert!(text.contains(wanted), "{wanted} {text}");
    }
    assert!(!text.contains("b: false"), "random: {text}");
    for target in ["mock", "other"] {
        let ended = project.call(&["run", "--target", target]);
        assert_eq!(ended.code, 0, "{}", ended.out);
    }
}

#[test]
fn only_undeclared_names_are_excluded_and_no_words_are_expected() {
    let rules = "
operations:
  create:
    - when: request.body.n == 1
      respond: { status: 409, body: { code: taken, message: occupied, info: it is taken } }
    - respond: { status: 201, body: { n: '${request.body.n}' } }
";
    let cases = "
cases:
  - name: creates
    operation: create
    request: { body: { n: 2 } }
    expect:
      status: 201
  - name: refuses a second thing
    operation: create
    request: { body: { n: 1 } }
    expect:
      status: 409
";
    let project = project(ONE, rules, cases);
    let text = suggested(&project, &[]);
    let names = text.split("enum:").nth(1).unwrap().split_whitespace().filter(|word| *word != "-").take(3);
    assert_eq!(names.collect::<Vec<_>>(), ["$k", "b", "m"], "{text}");
    assert!(text.contains("code: taken") && !text.contains("occupied") && !text.contains("it is taken"), "{text}");
}

#[test]
fn a_case_file_that_git_cannot_patch_is_counted() {
    let rules = "operations: { create: [{ respond: { status: 201, body: { m: 2 } } }] }\n";
    let cases = "cases:\n  - name: creates\n    operation: create\n    expect:\n      status: 201\n";
    let project = project(ONE, rules, cases);
    let bytes: Vec<u8> = cases.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(project.path("cases/things.yaml"), bytes).unwrap();
    let ended = project.call(&["mutate", "--suggest"]);
    assert_eq!(ended.out, "");
    assert!(ended.err.contains("1 case file not in the patch: the name or the encoding"), "{}", ended.err);
}

#[test]
fn what_was_measured_is_shown_even_if_no_report_can_be_written() {
    let rules = "operations: { create: [{ respond: { status: 201, body: { m: 2 } } }] }\n";
    let cases = "cases:\n  - name: creates\n    operation: create\n    expect:\n      status: 201\n";
    let project = project(ONE, rules, cases);
    fs::create_dir_all(project.path("reports/mutation.json")).unwrap();
    let ended = project.call(&["mutate"]);
    assert_eq!(ended.code, 2);
    assert!(ended.out.contains("faults"), "{}", ended.out);
    assert!(ended.err.contains("cannot write"), "{}", ended.err);
}
