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

    error[unreadable-file]: cannot read none.yaml: No such file or directory (os error 2)
     --> signoff.yaml:4:23
      |
    4 | targets: { sandbox: { mock: none.yaml } }
      |                       ^^^^

    3 errors
    "
    );
    insta::assert_snapshot!(check("spec: specs/things.yaml\ntargets: { mock: { mock: none.yaml } }\n"), @r"
    error[unreadable-file]: cannot read none.yaml: No such file or directory (os error 2)
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

/// Without a value, `mock` would be like no key, and the requests would go to the server of the document.
#[test]
fn a_mock_or_url_without_value_is_refused() {
    let project = Project::new();
    for (key, expected) in [("mock", "a file of mock rules, or `\"\"` for a mock without rules"), ("url", "a URL")] {
        project.write("signoff.yaml", &format!("spec: specs/things.yaml\ntargets:\n  near:\n    {key}:\n"));
        for args in [&["check"][..], &["run", "--target", "near"]] {
            let ended = project.call(args);
            let expected = format!("expected {expected}, found nothing\n --> signoff.yaml:4:5\n");
            assert!(ended.code == 2 && ended.err.contains(&expected), "{}", ended.err);
        }
    }
}

#[test]
fn unset_variables_are_reported_and_the_rest_is_checked() {
    let project = Project::new();
    let config = "spec: specs/things.yaml\ntargets:\n  mock: { mock: '', vars: { thing: t1 } }\n  near: { url: 'http://near', auth: { key: \"${env.KEY}\" } }\n  far: { url: 'http://far', auth: { kei: \"${env.KEY}\" } }\n";
    project.write("signoff.yaml", config);
    assert!(project.call(&["check"]).err.contains("no security scheme `kei`"));
    project.write("signoff.yaml", &config.replace("kei", "key"));
    insta::assert_snapshot!(project.call(&["check"]).out, @r"
    2 operations and 2 cases in 1 file: valid for far, mock and near
    far: environment variable KEY is not set
    near: environment variable KEY is not set
    ");
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
    error: --auth takes key=env:NAME, not a value
    help: a credential on the command line is visible to other users of this machine

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--spec", "nowhere.yaml"]), @r"
    error[unreadable-file]: cannot read nowhere.yaml: No such file or directory (os error 2)

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
    let below = project.path("cases/deeper");
    let listed = project.call(&["-C", below.to_str().unwrap(), "list", "--cases", "more.yaml"]);
    insta::assert_snapshot!(listed.out, @"");
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
    for args in [&["check"][..], &["run", "--target", "live"]] {
        let ended = project.call(args);
        let expect = "expected an http:// or https:// proxy, found htp://";
        assert!(ended.code == 2 && ended.err.contains(expect), "{ended:?}");
    }
}
