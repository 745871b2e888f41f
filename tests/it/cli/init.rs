//! What `init` writes for documents of every kind, and that it runs.

use super::project::Project;

/// A document with a value that cannot be generated.
const FILES: &str = r"openapi: 3.1.0
info: { title: Files, version: '1' }
servers: [ { url: 'https://files.example.com/v1' } ]
security: [ { login: [] } ]
paths:
  /files:
    post:
      operationId: upload
      requestBody:
        required: true
        content: { multipart/form-data: { schema: { type: object } } }
      responses: { '201': { description: made } }
  /prices/{currency}:
    get:
      operationId: price
      parameters: [ { name: currency, in: path, required: true, schema: { type: string }, example: '${X}' } ]
      responses: { '204': { description: none } }
components:
  securitySchemes: { login: { type: http, scheme: basic } }
";

#[test]
fn init_starts_with_what_changes_nothing() {
    let spec = r#"
openapi: 3.1.0
info: { title: t, version: "1" }
servers: [ { url: "https://api.example.com" } ]
paths:
  /all:
    delete: { operationId: deleteAll, responses: { "204": { description: gone } } }
    post: { operationId: create, responses: { "201": { description: made } } }
  /all/{id}:
    get:
      operationId: readOne
      parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
      responses: { "200": { description: ok } }
  /list: { get: { operationId: readAll, responses: { "200": { description: ok } } } }
"#;
    let project = Project::with(&[("all.yaml", spec)]);
    project.call(&["init", "--spec", "all.yaml"]);
    let cases = project.read("cases/all/first.yaml");
    let names: Vec<_> = cases.lines().filter_map(|line| line.strip_prefix("- name: calls ")).collect();
    assert_eq!(names, ["readAll", "readOne", "create"]);

    let without_others = spec.split("    post:").next().expect("the document's start");
    let project = Project::with(&[("all.yaml", without_others)]);
    project.call(&["init", "--spec", "all.yaml"]);
    assert!(project.read("cases/all/first.yaml").contains("only_on:\n  - mock\n"));
    let ended = project.call(&["run", "--target", "http://127.0.0.1:9"]);
    assert!(ended.err.contains("no request was sent: 1 of 1 selected cases were skipped"), "{}", ended.err);
    assert!(project.call(&["run"]).out.contains("passed"));
}

#[test]
fn init_marks_values_that_a_person_must_fill_in() {
    let project = Project::with(&[("files.yaml", FILES)]);
    insta::assert_snapshot!(project.call(&["init", "--spec", "files.yaml"]).out, @r"
    wrote cases/files/first.yaml
    wrote signoff.yaml
    wrote schemas/config.json
    wrote schemas/case-file.json

    calls upload: skipped until you fill in body: the required request body is missing

    next: signoff run
    ");
    insta::assert_snapshot!(project.read("signoff.yaml"), @r"
    # yaml-language-server: $schema=schemas/config.json
    # `mock` is the mock server generated from the document; a file of mock rules adds state (`mock: FILE`).
    spec: files.yaml
    cases: cases
    reports: reports
    default_target: mock
    targets:
      mock:
        mock: true
      live:
        url: https://files.example.com/v1
        auth:
          login:
            username: ${env.LOGIN_USERNAME}
            password: ${env.LOGIN_PASSWORD}
    ");
    insta::assert_snapshot!(project.read("cases/files/first.yaml"), @r"
    # yaml-language-server: $schema=../../schemas/case-file.json
    story: First calls of Files
    cases:
    - name: calls price
      operation: price
      request:
        path:
          currency: $${X}
      expect:
        status: 204
    - name: calls upload
      operation: upload
      skip: 'fill in body: the required request body is missing'
      expect:
        status: 201
    ");
    insta::assert_snapshot!(project.call(&["check"]).out, @r"
    2 operations and 2 cases in 1 file: valid for mock
    live: valid, but not ready to run: environment variables LOGIN_PASSWORD and LOGIN_USERNAME are not set
    ");
}

#[test]
fn init_expects_the_response_of_the_mock() {
    let spec = r"openapi: 3.1.0
info: { title: Odd, version: '1' }
paths:
  /odd:
    post: { operationId: make, responses: { '201': { description: made }, '200': { description: there } } }
    put: { operationId: set, responses: { default: { description: whatever } } }
    patch: { operationId: refuse, responses: { '401': { description: never } } }
";
    let project = Project::with(&[("odd.yaml", spec)]);
    let ended = project.call(&["init", "--spec", "odd.yaml"]);
    let open = "refuse: skipped until you set the expected status: no 2XX status is documented";
    assert!(ended.out.contains(open), "{ended:?}");
    let ran = project.call(&["run"]);
    assert_eq!(ran.code, 0, "{ran:?}");

    let project = Project::with(&[("none.yaml", "openapi: 3.1.0\ninfo: { title: None, version: '1' }\npaths: {}\n")]);
    let ended = project.call(&["init", "--spec", "none.yaml"]);
    let expect = "error[no-operations]: none.yaml has no operations, so there is nothing to test";
    assert_eq!((ended.code, ended.err.lines().next()), (2, Some(expect)), "{ended:?}");
    assert!(!project.path("signoff.yaml").exists());
}

/// A document whose operation has `security` and a query parameter.
fn secured(security: &str) -> String {
    format!(
        r#"
openapi: 3.1.0
info: {{ title: Secured, version: "1" }}
servers: [ {{ url: "https://api.example.com" }} ]
paths:
  /votes:
    get:
      operationId: votes
      security: [ {{ {security} }} ]
      parameters: [ {{ name: api_key, in: query, required: true, schema: {{ type: string }} }} ]
      responses: {{ "200": {{ description: ok }} }}
components:
  securitySchemes:
    one: {{ type: apiKey, in: query, name: api_key }}
    two: {{ type: apiKey, in: query, name: api_key }}
    key: {{ type: apiKey, in: header, name: x-key }}
"#
    )
}

#[test]
fn a_credential_that_is_declared_as_a_parameter_too_is_sent_once() {
    let project = Project::with(&[("votes.yaml", secured("key: [], one: [], two: []").as_str())]);
    project.call(&["init", "--spec", "votes.yaml"]);
    let cases = project.read("cases/votes/first.yaml");
    assert!(!cases.contains("skip") && !cases.contains("api_key"), "{cases}");
    let ran = project.call(&["run", "--verbose"]);
    assert!(ran.out.contains("1 case: 1 passed"), "{ran:?}");
    assert!(ran.out.contains("/votes?api_key=signoff-placeholder-signoff\n"), "{ran:?}");
}

#[test]
fn an_undeclared_security_scheme_needs_no_credentials() {
    let project = Project::with(&[("votes.yaml", secured("other: []").as_str())]);
    project.call(&["init", "--spec", "votes.yaml"]);
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    let warning = "the security scheme other is not declared: it is not checked";
    assert!(checked.err.contains(warning), "{checked:?}");
    let ran = project.call(&["run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // The rule that was not checked is counted.
    assert!(ran.out.contains("1 case: 1 passed"), "{ran:?}");
}
