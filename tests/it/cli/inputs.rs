//! Invalid inputs: all problems are reported with locations, nothing is sent, and the exit code is 2.

use super::project::{CASES, CONFIG, Project, SPEC};

#[test]
fn problems_of_three_files_are_reported_together() {
    let project = Project::with(&[
        ("specs/things.yaml", SPEC),
        ("signoff.yaml", CONFIG),
        ("cases/a.yaml", "cases:\n  - name: one\n    operaton: getThing\n    request: { path: { id: t1 } }\n"),
        ("cases/b.yaml", "cases:\n  - name: one\n    operation: getThings\n    request: { path: { id: t1 } }\n"),
        ("cases/c.yaml", "cases:\n  - name: one\n    operation: getThing\n    request: { path: { id: \"${idd}\" } }\n"),
    ]);
    let ended = project.call(&["run"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err);
    assert!(!project.path("reports").exists());
    assert_eq!(project.call(&["check"]), ended);
}

#[test]
fn a_configuration_with_several_problems() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        "spec: specs/things.yaml\ntargts: {}\nseverity: { body-shema: error }\ntargets:\n  sandbox:\n    uri: x\n    timeout: { total: 3 }\n",
    );
    let ended = project.call(&["run"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err);
}

#[test]
fn a_target_with_several_problems() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        "spec: specs/things.yaml\nseverity: { body-shema: error }\ntargets:\n  sandbox:\n    url: \"${env.URL}\"\n    auth: { key: \"${env.KEY}\" }\n    vars: { a: \"${public(env.SHORT)}\", b: \"${nowhere}\" }\n",
    );
    let ended = project.call_with(&["run", "--target", "sandbox"], &[("SHORT", "x"), ("KEY", "x")]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err);
}

#[test]
fn a_configuration_must_be_an_object_with_a_known_default_target() {
    let project = Project::new();
    let check = |text: &str| {
        project.write("signoff.yaml", text);
        let ended = project.call(&["check"]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        ended.err
    };
    insta::assert_snapshot!(check("- spec: x\n"), @r"
    error[configuration]: expected an object with keys such as `spec` and `targets`
     --> signoff.yaml:1:1
      |
    1 | - spec: x
      | ^^^^^^^^^

    1 error
    ");
    insta::assert_snapshot!(check("spec: specs/things.yaml\n\tcases: cases\n"), @r"
    error[syntax]: not YAML: while scanning a plain scalar, found a tab
     --> signoff.yaml:2:1
      |
    2 |     cases: cases
      | ^^^^
      |
      = help: indent with spaces

    1 error
    ");
    insta::assert_snapshot!(
        check("spec: specs/things.yaml\ncases: [cases]\ndefault_target: sandbx\ntargets: { sandbox: { mock: none.yaml } }\n"),
        @r"
    error[configuration]: expected a string, found a list
     --> signoff.yaml:2:1
      |
    2 | cases: [cases]
      | ^^^^^

    error[configuration]: unknown target `sandbx`
     --> signoff.yaml:3:1
      |
    3 | default_target: sandbx
      | ^^^^^^^^^^^^^^
      |
      = help: did you mean `sandbox`?

    error[unreadable-file]: cannot read none.yaml: no such file or directory
     --> signoff.yaml:4:23
      |
    4 | targets: { sandbox: { mock: none.yaml } }
      |                       ^^^^

    3 errors
    "
    );
    insta::assert_snapshot!(check("spec: specs/things.yaml\ntargets: { mock: { mock: none.yaml } }\n"), @r"
    error[unreadable-file]: cannot read none.yaml: no such file or directory
     --> signoff.yaml:2:20
      |
    2 | targets: { mock: { mock: none.yaml } }
      |                    ^^^^

    1 error
    ");
}

#[test]
fn only_cases_that_need_an_unset_variable_are_not_checked() {
    let project = Project::new();
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { near: { url: 'http://near', auth: { key: \"${env.KEY}\" }, vars: { thing: \"${env.THING}\" } } }\n");
    let case = |vars: &str, id: &str| {
        format!("{vars}cases:\n  - name: one\n    operation: getThing\n    request: {{ path: {{ id: \"{id}\" }} }}\n")
    };
    project.write("cases/in_file.yaml", &case("", "${env.THING}"));
    project.write("cases/in_target.yaml", &case("vars: { thing: }\n", "${thing}"));
    insta::assert_snapshot!(project.call(&["check"]).out, @r"
    2 operations and 4 cases in 3 files: valid, but not completely checked for any target
    near: 2 cases not checked: environment variables KEY and THING are not set
    ");
    project.write("cases/wrong.yaml", &(case("", "t1") + "    violates: required path/id\n"));
    let ended = project.call(&["check"]);
    assert!(ended.code == 2 && ended.err.contains("error[unproven]"), "{}", ended.err);
    assert!(!ended.err.contains("in_file") && !ended.err.contains("in_target"), "{}", ended.err);
}

#[test]
fn a_variable_that_no_case_file_declares_is_reported() {
    let project = Project::new();
    project.write("cases/more.yaml", "vars: { thing: t1 }\ncases:\n  - name: one\n    operation: getThing\n    request: { path: { id: \"${thing}\" } }\n");
    let ended = project.call(&["run", "--var", "thing=t1", "--var", "thin=t2"]);
    assert_eq!(ended.code, 0);
    let warning = "warning: --var thin: no case file declares this variable under `vars`\nhelp: did you mean `thing`?\n\n1 warning\n";
    assert!(ended.err.contains(warning), "{}", ended.err);
}

#[test]
fn variables_that_nothing_uses_are_reported() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        &format!("{CONFIG}targets: {{ mock: {{ mock: '', vars: {{ thing: t1, thin: t2 }} }} }}\n"),
    );
    project.write(
        "cases/more.yaml",
        "vars:
  thing:
  asserted: 1
  inner: 2
  outer: \"${inner}\"
  unread: 3
setup: [ { use: _shared.yaml } ]
cases:
  - name: one
    operation: getThing
    request: { path: { id: \"${thing}\" } }
    expect: { assert: asserted == 1 }
",
    );
    project.write(
        "cases/_shared.yaml",
        "vars: { others: 4 }\ncases: [ { name: s, operation: getThing, request: { path: { id: \"${outer}\" } } } ]\n",
    );
    let ended = project.call(&["check"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    insta::assert_snapshot!(ended.err);
    assert!(!project.call(&["check", "--cases", "cases/things.yaml"]).err.contains("thin"));
}

/// Without a value, `mock` would be like no key, and the requests would go to the server of the document.
#[test]
fn a_mock_or_url_without_value_is_refused() {
    let project = Project::new();
    for (key, expected) in [("mock", "a file of mock rules, or `true` for a mock without rules"), ("url", "a URL")] {
        project.write("signoff.yaml", &format!("spec: specs/things.yaml\ntargets:\n  near:\n    {key}:\n"));
        for args in [&["check"][..], &["run", "--target", "near"]] {
            let ended = project.call(args);
            let expected = format!("expected {expected}, found nothing\n --> signoff.yaml:4:5\n");
            assert!(ended.code == 2 && ended.err.contains(&expected), "{}", ended.err);
        }
    }
}

#[test]
fn a_mock_is_true_or_a_file() {
    let check = |value: &str, code, expect: &str| {
        let project = Project::new();
        project.write("signoff.yaml", &format!("spec: specs/things.yaml\ntargets: {{ near: {{ mock: {value} }} }}\n"));
        let ended = project.call(&["run", "--target", "near", "gets a thing"]);
        assert!(ended.code == code && ended.err.contains(expect), "{value}: {}{}", ended.out, ended.err);
    };
    check("true", 0, "");
    check("''", 0, "");
    check("false", 2, "expected a file of mock rules, or `true` for a mock without rules, found false");
    check("[a]", 2, "found [\"a\"]");
}

#[test]
fn unset_variables_are_reported_and_the_rest_is_checked() {
    let project = Project::new();
    let config = "spec: specs/things.yaml\ntargets:\n  mock: { mock: '', vars: { thing: t1 } }\n  near: { url: 'http://near', auth: { key: \"${env.KEY}\" } }\n  far: { url: 'http://far', auth: { kei: \"${env.KEY}\" } }\n";
    project.write("signoff.yaml", config);
    assert!(project.call(&["check"]).err.contains("no security scheme `kei`"));
    project.write("signoff.yaml", &config.replace("kei", "key"));
    insta::assert_snapshot!(project.call(&["check"]).out, @r"
    2 operations and 2 cases in 1 file: valid for mock
    far: valid, but not ready to run: environment variable KEY is not set
    near: valid, but not ready to run: environment variable KEY is not set
    ");
    // Somebody who names a target wants to run the cases on it.
    let far = project.call(&["check", "-t", "far"]);
    assert_eq!((far.code, far.out.as_str()), (2, ""));
    assert!(
        far.err.contains("error: far: valid, but not ready to run: environment variable KEY is not set"),
        "{}",
        far.err
    );
    assert_eq!(project.call_with(&["check", "-t", "far"], &[("KEY", "key-of-the-partner")]).code, 0);
    assert_eq!(
        project.call(&["check", "--target", "mock"]).out,
        "2 operations and 2 cases in 1 file: valid for mock\n"
    );
    let unknown = project.call(&["check", "-t", "fra"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("unknown target `fra`") && unknown.err.contains("did you mean `far`?"),
        "{}",
        unknown.err
    );
    project.write("signoff.yaml", config);
    project.write(
        "cases/things.yaml",
        "vars: { thing: }\ncases:\n  - name: one\n    operation: getThing\n    request: { path: { id: \"${thing}\" } }\n",
    );
    let ended = project.call_with(&["check"], &[("KEY", "key-of-the-partner")]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err, @r#"
    error[configuration]: the document has no security scheme `kei`
     --> signoff.yaml:5:37
      |
    5 |   far: { url: 'http://far', auth: { kei: "${env.KEY}" } }
      |                                     ^^^
      |
      = help: did you mean `key`?

    error[unknown-variable]: the variable `thing` has no value on target `near`
     --> cases/things.yaml:1:9
      |
    1 | vars: { thing: }
      |         ^^^^^
      |
      = help: set `targets.near.vars.thing` or pass `--var thing=…`

    2 errors
    "#);
}

#[test]
fn invalid_quantities_and_schemes_of_a_target() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        "spec: specs/things.yaml\ntargets:\n  sandbox:\n    url: ftp://x\n    rate: fast\n    timeout: { total: 3 days }\n",
    );
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 2);
    insta::assert_snapshot!(checked.err);
    project.write("signoff.yaml", CONFIG);
    let ran =
        project.call_with(&["run", "--target", "http://127.0.0.1:9", "--auth", "kei=env:KEY"], &[("KEY", "12345678")]);
    insta::assert_snapshot!(ran.err, @r"
    error: the document has no security scheme `kei`
    help: did you mean `key`?

    1 error
    ");
}

#[test]
fn unknown_names_are_reported() {
    let project = Project::new();
    let check = |args: &[&str]| {
        let ended = project.call(args);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{args:?}");
        ended.err
    };
    insta::assert_snapshot!(check(&["run", "--target", "sandbx"]), @r"
    error: unknown target `sandbx`
    help: known targets: mock, any URL

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--target", "localhost:4010"]), @r"
    error: unknown target `localhost:4010`
    help: a URL must start with http:// or https://: `http://localhost:4010`

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "gets a thong"]), @r"
    error: no case has `gets a thong` in its id
    help: did you mean `gets a thing`?

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--tag", "raed", "--operation", "getThings"]), @r"
    error: no case has the tag `raed`
    help: did you mean `read`?

    error: the contract has no operation `getThings`
    help: did you mean `getThing`?

    2 errors
    ");
    insta::assert_snapshot!(check(&["run", "--tag", "read", "--operation", "makeThing"]), @r"
    error: no case matches all of the filters

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--auth", "key=12345678"]), @r"
    error: --auth takes SCHEME=env:NAME, not a value
    help: a credential on the command line is visible to other users of this machine

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--spec", "nowhere.yaml"]), @r"
    error[unreadable-file]: cannot read nowhere.yaml: no such file or directory

    1 error
    ");
}

#[test]
fn an_empty_directory() {
    let ended = Project::with(&[]).call(&[]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.err, @r"
    error: no OpenAPI document: no signoff.yaml with `spec` found in this directory or its parents
    help: name one with --spec FILE, or start with `signoff init --spec FILE`

    1 error
    ");
}

#[test]
fn the_configuration_is_found_from_a_subdirectory() {
    let project = Project::new();
    project.write("cases/deeper/more.yaml", CASES);
    let listed = project.call_in("cases/deeper", &["list", "--cases", "more.yaml"]);
    insta::assert_snapshot!(listed.out, @r"
    getThing  GET /things/{id}
      cases/deeper/more.yaml::gets a thing  [read]
    makeThing  POST /things
      cases/deeper/more.yaml::makes a thing
    ");
}

#[test]
fn check_applies_overlays() {
    let project = Project::new();
    project.write("signoff.yaml", "spec: specs/things.yaml\noverlay: [refusals.yaml]\ncases: cases\n");
    project.write(
        "refusals.yaml",
        "overlay: 1.0.0\ninfo: { title: Refusals, version: '1' }\nactions:\n  - target: $.paths['/things/{id}'].get.responses\n    update: { '404': { description: unknown } }\n",
    );
    project.write(
        "cases/things.yaml",
        "cases:\n  - name: knows no other\n    operation: getThing\n    request: { path: { id: t2 } }\n    expect: { status: 404 }\n",
    );
    let ended = project.call(&["check"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn mock_rules_that_violate_the_contract_are_reported() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        "spec: specs/things.yaml\ntargets:\n  mock: { mock: mock.yaml }\n  same: { mock: mock.yaml }\n",
    );
    project.write(
        "mock.yaml",
        "operations:
  getThing:
    - when: state.gone
      respond: { status: 404 }
    - respond: { status: 200, body: { id: t1, name: 5 } }
    - fallthrough: document
",
    );
    let ended = project.call(&["check"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err);
    project.write(
        "mock.yaml",
        "operations: { getThing: [ { fallthrough: document, fault: 'reset,operation=getThing' } ] }",
    );
    insta::assert_snapshot!(project.call(&["check"]).err, @r"
    error[wrong-value]: `operation` is not allowed here: the fault applies to requests of its rule
     --> mock.yaml:1:59
      |
    1 | operations: { getThing: [ { fallthrough: document, fault: 'reset,operation=getThing' } ] }
      |                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^

    1 error
    ");
}

#[test]
fn cases_for_unknown_targets_are_reported() {
    let project = Project::new();
    let cases = "cases:\n  - name: one\n    operation: getThing\n    request: { path: { id: t1 } }\n    only_on: [mock, mokc]\n";
    project.write("cases/things.yaml", &format!("{cases}    not_on: [staging]\n"));
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    insta::assert_snapshot!(checked.err, @r"
    warning[unknown-target]: unknown target `mokc`: no target has this name, so the case is not run on it
     --> cases/things.yaml:5:21
      |
    5 |     only_on: [mock, mokc]
      |                     ^^^^
      |
      = help: did you mean `mock`?

    warning[unknown-target]: unknown target `staging`
     --> cases/things.yaml:6:14
      |
    6 |     not_on: [staging]
      |              ^^^^^^^
      |
      = help: known targets: mock

    2 warnings
    ");
    let ran = project.call(&["run"]);
    assert_eq!((ran.code, ran.err.matches("unknown target").count()), (0, 2), "{ran:?}");
}

#[test]
fn a_proxy_of_another_scheme_is_refused() {
    let project = Project::new();
    let config =
        "spec: specs/things.yaml\ntargets: { live: { url: 'http://127.0.0.1:9', proxy: 'htp://127.0.0.1:9' } }\n";
    project.write("signoff.yaml", config);
    for args in [&["check"][..], &["run", "--target", "live"], &["run", "--proxy", "htp://127.0.0.1:9"]] {
        let ended = project.call(args);
        let expect = "expected an http:// or https:// proxy, found htp://";
        assert!(ended.code == 2 && ended.err.contains(expect), "{ended:?}");
    }
}

#[test]
fn locations_are_relative_to_the_current_directory() {
    let project = Project::new();
    project.write("cases/things.yaml", &CASES.replace("name: one", "name: other"));
    let ended = project.call_in("cases", &["run"]);
    assert!(ended.out.contains(" things.yaml:3:5\n"), "{}", ended.out);
    assert!(ended.out.contains("expected-body  things.yaml:7:"), "{}", ended.out);
    assert!(project.read("reports/record.json").contains("\"file\":\"cases/things.yaml\""));
    project.write("cases/things.yaml", "cases: [ { name: one, operation: getThong } ]\n");
    let ended = project.call_in("cases", &["check"]);
    assert!(ended.err.contains(" --> things.yaml:1:34\n"), "{}", ended.err);
    let ended = project.call(&["check", "--config", "cases/things.yaml"]);
    let expected = "this is a case file, not a configuration of signoff\n --> cases/things.yaml:1:1\n";
    assert!(ended.err.contains(expected), "{}", ended.err);
}

#[test]
fn the_command_that_reproduces_names_files_that_it_can_read() {
    let project = Project::new();
    project.write("cases/things.yaml", &CASES.replace("name: one", "name: other"));
    project.write("mock.yaml", "operations: {}\n");
    project.write("other.yaml", "spec: specs/things.yaml\ntargets: { near: { mock: mock.yaml } }\n");
    let reproduce = |args: &[&str]| {
        let ended = project.call_in("cases", &[&["run"], args].concat());
        let line = ended.out.lines().find_map(|line| line.trim().strip_prefix("reproduce: ")).expect("a command");
        let (start, _) = line.split_once(" & sleep 1; curl ").expect("a mock");
        let words: Vec<_> = start.split(' ').collect();
        let port = words.iter().position(|word| *word == "--port").expect("a port");
        [&words[..port], &words[port + 2..]].concat().join(" ")
    };
    assert_eq!(reproduce(&[]), "signoff -C PROJECT mock");
    assert_eq!(reproduce(&["--spec", "../specs/things.yaml"]), "signoff -C PROJECT mock --spec specs/things.yaml");
    let other = ["--config", "../other.yaml", "--target", "near"];
    assert_eq!(reproduce(&other), "signoff -C PROJECT mock --config other.yaml --rules mock.yaml");
    let record = project.read("reports/record.json");
    assert!(record.contains("\"curl\":\"signoff mock --port "), "reports are relative to the project");
}

#[test]
fn check_reads_what_a_connection_needs() {
    let project = Project::new();
    let check = |target: &str, expected: &str| {
        let config = format!("spec: specs/things.yaml\ntargets:\n  live:\n    url: http://127.0.0.1:9\n    {target}\n");
        project.write("signoff.yaml", &config);
        for args in [&["check"][..], &["run", "--target", "live"]] {
            let ended = project.call(args);
            let placed = format!("{expected}\n --> signoff.yaml:5:");
            assert!(ended.code == 2 && ended.err.contains(&placed), "{args:?} {}", ended.err);
        }
    };
    project.write("not.pem", "-----BEGIN\n");
    check("ca_file: nope.pem", "cannot read nope.pem: no such file or directory");
    check("ca_file: not.pem", "ca_file contains no PEM certificate");
    check("client_cert: nope.pem", "cannot read nope.pem: no such file or directory");
    check("allow: [get, GIT]", "unknown method `GIT`");
    check("ca_file: ''", "expected a path, found an empty string");
    check("timeout: { total: 0s }", "expected a duration above zero, found `0s`");
    check("max_body: 0kB", "expected a size above zero, found `0kB`");
    project.write("signoff.yaml", "spec: specs/things.yaml\nreports: ''\nredact: [ '/a~2' ]\n");
    let ended = project.call(&["run"]);
    for expected in ["expected a path, found an empty string\n --> signoff.yaml:2:1", "(RFC 6901)", "signoff.yaml:3:11"]
    {
        assert!(ended.code == 2 && ended.err.contains(expected), "{}", ended.err);
    }
}

#[test]
fn values_of_flags_are_refused_like_those_of_the_configuration() {
    let project = Project::new();
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { live: { url: 'http://127.0.0.1:9' } }\n");
    for (args, expected) in [
        (["--timeout", "0s"], "expected a duration above zero, found `0s`"),
        (["--max-body", "0"], "expected a size above zero, found `0`"),
        (["--allow", "FETCH"], "--allow: unknown method `FETCH`"),
        (["--ca-file", "nope.pem"], "--ca-file: cannot read nope.pem"),
    ] {
        let ended = project.call(&[&["run", "--target", "live"][..], &args].concat());
        assert!(ended.code == 2 && ended.err.contains(expected), "{args:?}: {}", ended.err);
    }
    for case in ["poll: { every: 0s, up_to: 1s }", "expect: { within: 0s }"] {
        let file = format!(
            "cases:\n  - name: one\n    operation: getThing\n    request: {{ path: {{ id: t1 }} }}\n    {case}\n"
        );
        project.write("cases/things.yaml", &file);
        let ended = project.call(&["check"]);
        assert!(
            ended.err.contains("expected a duration above zero, found `0s`\n --> cases/things.yaml:5:"),
            "{}",
            ended.err
        );
    }
    let ended = project.call_in("signoff.yaml", &["check"]);
    assert!(ended.code == 2 && ended.err.contains("signoff.yaml is not a directory"), "{}", ended.err);
}

#[test]
fn a_url_that_a_target_has_is_reported() {
    let project = Project::new();
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { live: { url: 'http://127.0.0.1:9/' } }\n");
    let ended =
        project.call_with(&["run", "--target", "http://127.0.0.1:9", "--auth", "key=env:KEY"], &[("KEY", "12345678")]);
    assert!(ended.err.contains("http://127.0.0.1:9 is the URL of the target `live`"), "{}", ended.err);
}

#[test]
fn keys_and_values_in_the_wrong_place_are_explained() {
    let project = Project::new();
    let check = |case: &str, expected: &[&str]| {
        project.write("cases/things.yaml", &format!("cases:\n  - name: one\n    operation: getThing\n{case}"));
        let ended = project.call(&["check"]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        expected.iter().for_each(|expected| assert!(ended.err.contains(expected), "{expected}: {}", ended.err));
        ended.err
    };
    check(
        "    body: {}\n    status: 200\n",
        &["`body` belongs under `request` or `expect`", "`status` belongs under `expect`"],
    );
    check("    expect: 409\n", &["expected an object such as `{ status: 409 }`, found integer `409`"]);
    check("    request: { path: { id: t1 } }\n   expect: { status: 200 }\n", &["check the indentation here and above"]);
    let later = "  - { name: two, operation: getThing, request: { path: { id: '${id}' } } }\n";
    let text = format!("    request: {{ path: {{ id: t1 }} }}\n    capture: {{ id: id }}\n{later}");
    assert!(check(&text, &["expected `/pointer` into the body"]).ends_with("\n1 error\n"));
    project.write("cases/things.yaml", SPEC);
    let ended = project.call(&["check", "--cases", "cases/things.yaml"]);
    assert!(ended.err.contains("this is an OpenAPI document, not a case file"), "{}", ended.err);
    assert!(ended.err.ends_with("\n1 error\n"), "{}", ended.err);
}

#[test]
fn a_request_that_violates_the_contract_is_marked_at_its_value() {
    let project = Project::new();
    project.write(
        "cases/things.yaml",
        "cases:\n  - name: one\n    operation: makeThing\n    request:\n      body:\n        name: 5\n",
    );
    let ended = project.call(&["check"]);
    let expected = "the request violates the contract: `type body/name` (expected string, got integer)\n --> cases/things.yaml:6:9\n";
    assert!(ended.err.contains(expected), "{}", ended.err);
    assert!(ended.err.contains("add `violates: type body/name`"), "{}", ended.err);
}

#[test]
fn configured_values_that_do_nothing_are_refused_where_they_are() {
    let project = Project::new();
    let check = |config: &str, expected: &[&str]| {
        project.write("signoff.yaml", config);
        for command in ["check", "run"] {
            let ended = project.call(&[command]);
            assert_eq!(ended.code, 2, "{}", ended.err);
            expected.iter().for_each(|expected| assert!(ended.err.contains(expected), "{expected}: {}", ended.err));
        }
    };
    let targets = "spec: specs/things.yaml\ntargets:\n  live:\n    url: http://127.0.0.1:9\n";
    let written = ["`$NAME` is not expanded\n --> signoff.yaml:5:", "written `${env.NAME}`"];
    for value in ["vars: { token: $TOKEN }", "headers: { x-key: $TOKEN }", "auth: { key: $TOKEN }"] {
        check(&format!("{targets}    {value}\n"), &written);
    }
    check(&format!("{targets}    headers: {{ x-a: 1 }}\n"), &["expected a string, found a number: quote it\n"]);
    check(&format!("{targets}    timeout: 5s\n"), &["expected an object such as `{ total: 5s }`, found"]);
    check("spec: specs/thing.yaml\n", &["cannot read specs/thing.yaml: no such file", " --> signoff.yaml:1:1\n"]);
    check(
        "spec: https://a.example/openapi.yaml\n",
        &["download it first: curl -o openapi.yaml https://a", "signoff.yaml:1:1"],
    );
    let ended = project.call(&["init", "--spec", "https://a.example/openapi.yaml"]);
    assert!(ended.code == 2 && ended.err.contains("download it first"), "{}", ended.err);
}

#[test]
fn an_empty_credential_is_reported_as_such() {
    let project = Project::new();
    let run = |value| {
        let args = ["run", "--target", "http://127.0.0.1:9", "--auth", "key=env:KEY"];
        project.call_with(&args, &[("KEY", value)]).err
    };
    assert!(run("").contains("environment variable KEY is empty"), "{}", run(""));
    let short = run("abc");
    assert!(short.contains("KEY is too short") && !short.contains("public"), "{short}");
}

#[test]
fn an_action_of_an_overlay_without_effect_is_reported_by_every_command() {
    let project = Project::new();
    let overlay =
        "overlay: 1.0.0\ninfo: { title: o, version: '1' }\nactions:\n  - { target: $.paths.nowhere, remove: true }\n";
    project.write("o.yaml", overlay);
    for command in [&["run"][..], &["list"], &["check"], &["run", "--verbose"]] {
        let ended = project.call(&[command, &["--overlay", "o.yaml"]].concat());
        let times = ended.err.matches("$.paths.nowhere matches nothing: the action has no effect").count();
        assert_eq!(times, 1, "{command:?}: {}", ended.err);
    }
}
