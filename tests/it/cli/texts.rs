//! Output that needs no target: help, schemas, explanations and lists.

use super::project::{CASES, CONFIG, Project, SPEC};

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
        ("--last-failed", "use --failed"),
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
    error: unknown check, rule or operator `body-shema`
    help: did you mean `body-schema`?

    1 error
    ");
}

#[test]
fn the_list_counts_the_files_of_its_cases() {
    let project = Project::new();
    project.write("cases/more.yaml", CASES);
    let ended = project.call(&["list", "more.yaml"]);
    assert!(ended.err.starts_with("2 cases in 1 file, "), "{}", ended.err);
}

#[test]
fn init_names_a_command_that_runs_its_cases() {
    let project = Project::new();
    project.write("other.yaml", SPEC);
    let ended = project.call(&["init", "--spec", "other.yaml"]);
    let next = "next: signoff run --spec other.yaml --cases cases/other --target mock\n";
    assert!(ended.out.contains("exists, not changed: signoff.yaml") && ended.out.ends_with(next), "{}", ended.out);
    let args: Vec<_> = next.trim_end().split(' ').skip(2).collect();
    assert_eq!(project.call(&args).code, 0);
    // The rules of a configured mock are about the operations of the configured document.
    project.write("rules.yaml", "operations: { unknownOperation: [ { respond: { status: 200 } } ] }\n");
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { mock: { mock: rules.yaml } }\n");
    let ended = project.call(&args);
    assert_eq!(ended.code, 0, "{}", ended.err);
    project.write("signoff.yaml", "spec: other.yaml\n");
    assert!(project.call(&["init", "--spec", "other.yaml"]).out.ends_with("next: signoff run\n"));
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = Project::new().call(&["completions", shell]);
        assert!(ended.code == 0 && ended.out.contains("signoff"), "{shell}");
    }
}

#[test]
fn completions_know_the_project() {
    let config = format!("{CONFIG}targets: {{ sandbox: {{ url: http://127.0.0.1:9 }} }}\n");
    let project =
        Project::with(&[("specs/things.yaml", SPEC), ("cases/things.yaml", CASES), ("signoff.yaml", &config)]);
    let directory = project.path(".").display().to_string();
    let complete = |words: &[&str]| {
        let line = [&["--", "signoff", "-C", &directory], words].concat();
        let ended = project.call_with(&line, &[("SIGNOFF_COMPLETE", "fish")]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{words:?}");
        let candidates = ended.out.lines().map(str::to_owned).filter(|line| !line.starts_with('-'));
        candidates.collect::<Vec<_>>()
    };
    assert_eq!(complete(&["run", "--target", ""]), ["mock", "sandbox"]);
    assert_eq!(complete(&["run", "--spec", "missing.yaml", "-t", ""]), ["mock", "sandbox"]);
    assert_eq!(complete(&["list", "--operation", ""]), ["getThing\tGET /things/{id}", "makeThing\tPOST /things"]);
    assert_eq!(complete(&["run", "--spec", "missing.yaml", "--operation", ""]), Vec::<String>::new());
    assert_eq!(complete(&["run", "--tag", "r"]), ["read"]);
    assert_eq!(complete(&["run", ""]), ["cases/things.yaml"]);
    assert_eq!(complete(&["explain", "body-s"]), ["body-schema"]);
    assert_eq!(complete(&["run", "--severity", "body-s"]), ["body-schema="]);
    assert_eq!(complete(&["ru"]), ["run\tRun the cases against a target (the default)"]);
    let unknown = project.call_with(&["-V"], &[("SIGNOFF_COMPLETE", "no shell")]);
    assert!(unknown.code == 0 && unknown.out.starts_with("signoff "), "{unknown:?}");
}

#[test]
fn a_manual_page_is_written_for_each_subcommand() {
    let project = Project::new();
    assert_eq!(project.call(&["man", "pages"]).code, 0);
    let pages = std::fs::read_dir(project.path("pages")).unwrap();
    let names: std::collections::BTreeSet<_> =
        pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["signoff.1", "signoff-run.1", "signoff-mock.1", "signoff-report-render.1"] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
    assert!(!names.contains("signoff-man.1"));
    assert!(project.read("pages/signoff-run.1").contains("fail\\-fast"));
}

#[test]
fn the_long_version_has_commit_date_and_target() {
    let version = Project::new().call(&["--version"]).out;
    let names: Vec<_> = version.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["signoff", "commit:", "date:", "target:"]);
    assert_eq!(Project::new().call(&["-V"]).out, format!("signoff {}\n", env!("CARGO_PKG_VERSION")));
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
    let config = project.read("signoff.yaml");
    assert!(
        config.contains("\nspec: specs/things.yaml\n") && config.ends_with("\ntargets:\n  mock:\n    mock: true\n"),
        "{config}"
    );
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

#[test]
fn a_misspelt_subcommand_has_a_suggestion() {
    for typed in ["rnu", "rum", "chek"] {
        let ended = Project::new().call(&[typed]);
        let near = if typed == "chek" { "'check'" } else { "'run'" };
        assert!(ended.code == 2 && ended.err.contains(near), "{}", ended.err);
    }
    assert!(!Project::new().call(&["xyz"]).err.contains("similar"));
}
