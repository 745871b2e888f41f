//! Output that needs no target: help, schemas, explanations, lists and `init`.

use super::project::{CASES, Project, SPEC};

#[test]
fn help_is_short_and_complete() {
    let project = Project::new();
    let help = project.call(&["--help"]);
    insta::assert_snapshot!("help", help.out);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    insta::assert_snapshot!("help_run", project.call(&["run", "--help"]).out);
    insta::assert_snapshot!("help_mock", project.call(&["mock", "--help"]).out);
    insta::assert_snapshot!("help_proxy", project.call(&["proxy", "--help"]).out);
    assert_eq!(project.call(&["help", "--help"]), help);
}

#[test]
fn the_proxy_refuses_flags_that_only_a_run_uses() {
    let project = Project::new();
    for flag in ["--auth=key=env:KEY", "--var=a=1", "--baseline=r.json", "--no-baseline", "--allow-empty"] {
        let ended = project.call(&["proxy", flag]);
        assert!(ended.code == 2 && ended.err.contains("unexpected argument"), "{flag}: {}", ended.err);
    }
}

#[test]
fn a_flag_that_takes_a_number_names_its_range() {
    let check = |args: &[&str], expected: &str| {
        let ended = Project::new().call(args);
        assert!(ended.code == 2 && ended.err.contains(expected), "{args:?}: {}", ended.err);
    };
    check(&["run", "--max-diffs", "x"], "invalid value 'x' for '--max-diffs <N>': expected a whole number\n");
    check(&["run", "--jobs", "0"], "expected a whole number from 1 to 65535");
    check(&["mock", "--port", "65536"], "expected a whole number from 0 to 65535");
    check(&["mock", "--seed", "1.5"], "expected a whole number\n");
}

#[test]
fn a_misspelt_flag_suggests_the_nearest() {
    let ended = Project::new().call(&["run", "--taget", "mock"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("'--target'"), "{}", ended.err);
}

#[test]
fn a_flag_of_another_tool_names_ours() {
    let project = Project::new();
    for (flag, ours) in [
        ("--last-failed", "signoff run 'FILE::NAME'"),
        ("--grep", "signoff run WORD"),
        ("--env", "--target NAME"),
        ("--reporter", "--report NAME"),
    ] {
        let ended = project.call(&["run", flag, "x"]);
        assert!(ended.code == 2 && ended.err.contains(ours), "{flag}: {}", ended.err);
    }
    insta::assert_snapshot!(project.call(&["run", "--reporter", "junit"]).err, @r"
    error: unexpected argument '--reporter' found

      tip: use --report NAME for files, --format json for standard output

    Usage: signoff run --report <REPORT> [FILTER]...

    For more information, try '--help'.
    ");
}

#[test]
fn schemas_in_the_repository_are_current() {
    let schemas = [
        ("case", "case-file"),
        ("config", "config"),
        ("mock-rules", "mock-rules"),
        ("record", "record"),
        ("waivers", "waivers"),
    ];
    for (format, file) in schemas {
        let path = format!("{}/schemas/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(Project::new().call(&["schema", format]).out == written, "`just schemas` writes {path} anew");
    }
}

#[test]
fn every_check_and_rule_explains_itself() {
    let project = Project::new();
    let all = project.call(&["explain"]);
    insta::assert_snapshot!(all.out);
    for id in all.out.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|id| !id.is_empty())
    {
        let one = project.call(&["explain", id]);
        assert_eq!((one.code, one.out.contains(id)), (0, true), "{id}");
    }
    let unknown = project.call(&["explain", "body-shema"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    insta::assert_snapshot!(unknown.err, @r"
    error: unknown check or rule `body-shema`
    help: did you mean `body-schema`?

    1 error
    ");
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = Project::new().call(&["completions", shell]);
        assert!(ended.code == 0 && ended.out.contains("signoff"), "{shell}");
    }
}

#[test]
fn list_shows_cases_by_operation() {
    let project = Project::new();
    insta::assert_snapshot!(project.call(&["list"]).out, @r"
    getThing  GET /things/{id}
      cases/things.yaml::gets a thing  [read]
    makeThing  POST /things
      cases/things.yaml::makes a thing
    ");
    insta::assert_snapshot!(project.call(&["list", "--tag", "read"]).out, @r"
    getThing  GET /things/{id}
      cases/things.yaml::gets a thing  [read]
    ");
}

#[test]
fn init_creates_a_valid_project_and_overwrites_nothing() {
    let project = Project::with(&[("specs/things.yaml", SPEC), ("cases/things/first.yaml", CASES)]);
    insta::assert_snapshot!(project.call(&["init", "--spec", "specs/things.yaml"]).out, @r"
    exists, not changed: cases/things/first.yaml
    wrote signoff.yaml
    wrote schemas/config.json
    wrote schemas/case-file.json

    next: signoff run
    ");
    assert_eq!(project.read("cases/things/first.yaml"), CASES);
    insta::assert_snapshot!(project.read("signoff.yaml"), @r"
    # yaml-language-server: $schema=schemas/config.json
    # `mock` is the mock server generated from the document; a file of mock rules adds state (`mock: FILE`).
    spec: specs/things.yaml
    cases: cases
    reports: reports
    default_target: mock
    targets:
      mock:
        mock: ''
    ");
    assert_eq!(project.call(&["check"]).code, 0);

    let fresh = Project::with(&[("things.yaml", SPEC)]);
    fresh.call(&["init", "--spec", "things.yaml"]);
    insta::assert_snapshot!(fresh.read("cases/things/first.yaml"), @r"
    # yaml-language-server: $schema=../../schemas/case-file.json
    story: First calls of Things
    cases:
    - name: calls getThing
      operation: getThing
      request:
        path:
          id: t1
      expect:
        status: 200
    - name: calls makeThing
      operation: makeThing
      request:
        body:
          name: string
      expect:
        status: 200
    ");
    let ran = fresh.call(&["run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

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
        mock: ''
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
    - name: calls upload
      operation: upload
      skip: 'fill in body: the required request body is missing'
      expect:
        status: 201
    - name: calls price
      operation: price
      request:
        path:
          currency: $${X}
      expect:
        status: 204
    ");
    insta::assert_snapshot!(project.call(&["check"]).out, @r"
    2 operations and 2 cases in 1 file: valid for live and mock
    live: environment variables LOGIN_PASSWORD and LOGIN_USERNAME are not set
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
    delete: { operationId: refuse, responses: { '401': { description: never } } }
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
