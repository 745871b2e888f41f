//! Wrong inputs: every problem at once, each with its place; nothing is sent, and the exit code is 2.

use super::project::{CASES, CONFIG, Project, SPEC};

#[test]
fn a_key_an_operation_and_a_variable_in_three_files() {
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
fn quantities_and_schemes_of_a_target() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        "spec: specs/things.yaml\ntargets:\n  sandbox:\n    url: ftp://x\n    rate: fast\n    timeout: { total: 3 days }\n",
    );
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 2);
    insta::assert_snapshot!(checked.err);
    let ran =
        project.call_with(&["run", "--target", "http://127.0.0.1:9", "--auth", "kei=env:KEY"], &[("KEY", "12345678")]);
    insta::assert_snapshot!(ran.err, @r"
    error: the document has no security scheme `kei`
    help: did you mean `key`?

    1 error
    ");
}

#[test]
fn names_that_nothing_has() {
    let project = Project::new();
    let check = |args: &[&str]| {
        let ended = project.call(args);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{args:?}");
        ended.err
    };
    insta::assert_snapshot!(check(&["run", "--target", "sandbx"]), @r"
    error: unknown target `sandbx`
    help: the known targets are mock, a URL

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
    error: --auth key=env:NAME is expected, not key=…
    help: a credential on the command line would be seen by everybody on this machine

    1 error
    ");
    insta::assert_snapshot!(check(&["run", "--spec", "nowhere.yaml"]), @r"
    error: cannot read nowhere.yaml: No such file or directory (os error 2)

    1 error
    ");
}

#[test]
fn a_folder_without_anything() {
    let ended = Project::with(&[]).call(&[]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.err, @r"
    error: no OpenAPI document is named: there is no signoff.yaml here or above that has `spec`
    help: name one with --spec FILE, or start with `signoff init --spec FILE`

    1 error
    ");
}

#[test]
fn the_configuration_is_found_from_a_folder_below() {
    let project = Project::new();
    project.write("cases/deeper/more.yaml", CASES);
    let below = project.path("cases/deeper");
    let listed = project.call(&["-C", below.to_str().unwrap(), "list", "--cases", "more.yaml"]);
    insta::assert_snapshot!(listed.out, @"");
}
