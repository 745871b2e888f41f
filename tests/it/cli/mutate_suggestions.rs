//! `signoff mutate --suggest`: a patch that applies, and after which the cases pass and notice more.

use std::process::{Command, Output};

use super::project::{Ended, Project};

const SPEC: &str = include_str!("../../data/mutate_suggestions/spec.yaml");

const RULES: &str = include_str!("../../data/mutate_suggestions/rules.yaml");

const CONFIG: &str = include_str!("../../data/mutate_suggestions/signoff.yaml");

const CASES: &str = include_str!("../../data/mutate_suggestions/cases.yaml");

fn project(below: &str) -> Project {
    let files =
        [("spec.yaml", SPEC), ("rules.yaml", RULES), ("signoff.yaml", CONFIG), ("cases/my accounts.yaml", CASES)];
    let files: Vec<_> = files.iter().map(|(name, text)| (format!("{below}{name}"), *text)).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let project = Project::with(&files);
    command(&project, "git", &["init", "-q"]);
    project
}

pub fn command(project: &Project, program: &str, args: &[&str]) -> Output {
    Command::new(program).current_dir(project.path(".")).args(args).output().expect(program)
}

/// Writes the suggestions to a file, applies it at the root, and returns what was printed.
fn apply(project: &Project, below: &str, program: &str, args: &[&str]) -> Ended {
    let ended = project.call_in(below, &["mutate", "--suggest"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    project.write("suggested.patch", &ended.out);
    let applied = command(project, program, args);
    assert!(applied.status.success(), "{}\n{}", String::from_utf8_lossy(&applied.stderr), ended.out);
    ended
}

fn survived(text: &str) -> usize {
    let line = text.lines().find(|line| line.contains(" survived")).unwrap_or_default();
    let before = line.split(" survived").next().and_then(|before| before.rsplit(' ').next());
    before.and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[test]
fn a_patch_states_only_what_request_and_rules_determine() {
    let project = project("");
    let ended = apply(&project, ".", "git", &["apply", "suggested.patch"]);
    let reasons: Vec<&str> = ended.err.lines().filter(|line| line.contains("survivor")).collect();
    insta::assert_snapshot!("suggested", ended.out.clone() + "\n" + &reasons.join("\n"));
    for text in ["s3cr3t", "AC-2041", "ready", "Grace"] {
        let added = ended.out.lines().filter(|line| line.starts_with('+') && line.contains(text));
        assert_eq!(added.collect::<Vec<_>>(), Vec::<&str>::new());
    }
    assert_eq!(project.call(&["check"]).code, 0);
    assert_eq!(project.call(&["run", "--seed", "99"]).code, 0);
}

#[test]
fn a_patch_applies_at_the_root_of_the_repository() {
    for (program, args) in
        [("git", ["apply", "suggested.patch"].as_slice()), ("patch", &["-s", "-p1", "-i", "suggested.patch"])]
    {
        let project = project("apis/accounts/");
        let before = survived(&project.call_in("apis/accounts", &["mutate"]).out);
        let ended = apply(&project, "apis/accounts", program, args);
        assert!(ended.out.starts_with("diff --git a/apis/accounts/cases/my accounts.yaml b/apis"), "{}", ended.out);
        let after = survived(&project.call_in("apis/accounts", &["mutate"]).out);
        assert!(after < before, "{after} {before}");
        assert_eq!(project.call_in("apis/accounts", &["run"]).code, 0);
    }
}

#[test]
fn a_second_patch_suggests_nothing_that_the_first_has() {
    let project = project("");
    let first = apply(&project, ".", "git", &["apply", "suggested.patch"]);
    assert!(first.err.contains("survivors: apply it at the root of the repository"), "{}", first.err);
    let second = project.call(&["mutate", "--suggest"]);
    assert_eq!(second.out, "", "{}", second.err);
    project.write("empty.patch", &second.out);
    assert!(command(&project, "git", &["apply", "--allow-empty", "empty.patch"]).status.success());
    assert!(second.err.contains("nothing to suggest"), "{}", second.err);
    assert!(second.err.contains("without a suggestion: the case accepts several statuses"), "{}", second.err);
    assert!(second.err.contains("without a suggestion: neither the request nor a mock rule"), "{}", second.err);
}

#[test]
fn line_ends_are_kept() {
    let project = project("");
    project.write("cases/my accounts.yaml", &CASES.replace('\n', "\r\n"));
    apply(&project, ".", "git", &["apply", "suggested.patch"]);
    let text = project.read("cases/my accounts.yaml");
    assert!(text.len() > CASES.len() + CASES.lines().count());
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(project.call(&["run"]).code, 0);
}

/// A mock that numbers the orders, and two case files that create some.
fn orders() -> Project {
    let files = [
        ("spec.yaml", include_str!("../../data/mutate_suggestions/state/spec.yaml")),
        ("rules.yaml", include_str!("../../data/mutate_suggestions/state/rules.yaml")),
        ("signoff.yaml", include_str!("../../data/mutate_suggestions/state/signoff.yaml")),
        ("cases/first.yaml", include_str!("../../data/mutate_suggestions/state/first.yaml")),
        ("cases/second.yaml", include_str!("../../data/mutate_suggestions/state/second.yaml")),
    ];
    let project = Project::with(&files);
    command(&project, "git", &["init", "-q"]);
    project
}

#[test]
fn a_patch_passes_whatever_other_case_files_left_on_the_mock() {
    let project = orders();
    let ended = apply(&project, ".", "git", &["apply", "suggested.patch"]);
    let reasons: Vec<&str> = ended.err.lines().filter(|line| line.contains("survivor")).collect();
    insta::assert_snapshot!("state", ended.out.clone() + "\n" + &reasons.join("\n"));
    assert_eq!(project.call(&["check"]).code, 0);
    for jobs in ["1", "16"] {
        let ended = project.call(&["run", "--jobs", jobs]);
        assert_eq!(ended.code, 0, "{}", ended.out);
    }
}

#[test]
fn a_refusal_of_the_mock_rules_determines_types_and_codes_but_no_wording() {
    let project = orders();
    let rules = "invalid_request:
  status: 400
  headers: { x-reason: '${violations | first}' }
  body: { type: INVALID, code: 4711, message: The request is invalid, errors: '${violations}' }
";
    project.write("rules.yaml", &(rules.to_owned() + include_str!("../../data/mutate_suggestions/state/rules.yaml")));
    let spec = project.read("spec.yaml");
    let refusal = "      responses:\n        \"400\": { description: Refused, content: { application/json: { schema: { type: object } } } }\n";
    project.write("spec.yaml", &spec.replacen("      responses:\n", refusal, 1));
    let case = "
  - name: refuses an amount that is a string
    operation: createOrder
    request: { body: { amount: '12' } }
    violates: type body/amount
    expect: { status: 400 }
";
    project.write("cases/first.yaml", &(project.read("cases/first.yaml") + case.trim_start_matches('\n')));
    let ended = apply(&project, ".", "git", &["apply", "suggested.patch"]);
    let text = project.read("cases/first.yaml");
    let expected = text.lines().last().unwrap();
    assert_eq!(expected, "    expect: { status: 400, body: { type: INVALID, code: 4711 } }", "{}", ended.err);
    assert_eq!(project.call(&["run"]).code, 0);
}

#[test]
fn no_line_of_a_patch_has_a_redacted_value() {
    const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Orders, version: "1" }
paths:
  /orders/{id}:
    post:
      operationId: order
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: pin, in: query, schema: { type: string } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        "200":
          description: an order
          content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } }
"#;
    const RULES: &str = "operations:\n  order:\n    - respond: { status: 200, body: { id: \"${request.path.id}\" } }\n";
    const CONFIG: &str =
        "spec: api.yaml\ndefault_target: local\ntargets: { local: { mock: rules.yaml } }\nredact: [ssn, pin]\n";
    let suggested = |lines: &str| {
        let case = "cases:\n  - name: orders\n    operation: order\n    request:\n      path: { id: o1 }\n";
        let cases = format!("{case}{lines}    expect:\n      status: 200\n");
        let files = [("api.yaml", SPEC), ("rules.yaml", RULES), ("signoff.yaml", CONFIG), ("cases/a.yaml", &cases)];
        let ended = Project::with(&files).call(&["mutate", "--suggest"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(!ended.out.contains("123-45"), "{lines}{}", ended.out);
        ended
    };
    // Without such a value there is a patch.
    assert!(suggested("      body: { name: abc }\n").out.contains("+      body:"));
    for lines in [
        "      body: { ssn: \"123-45-6789\" }\n",
        "      body:\n        ssn: \"123-45-6789\"\n",
        "      query: { pin: \"123-45-6789\" }\n",
        "      body: { password: \"123-45-6789\" }\n",
        "      headers: { Authorization: Bearer 123-45-6789 }\n",
        "      headers: { cookie: \"sid=123-45-6789\" }\n",
        // Not sent, but next to the change.
        "    # ssn: 123-45-6789\n",
    ] {
        let ended = suggested(lines);
        assert_eq!(ended.out, "", "{lines}");
        assert!(ended.err.contains("redacted"), "{lines}{}", ended.err);
    }
}
