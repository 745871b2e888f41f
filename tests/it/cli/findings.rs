//! Findings across runs: identity, waivers and baselines.

use serde_json::Value;

use super::project::{Ended, Project};

/// Three violations: one in each of 25 table rows, two in one case.
const CASES: &str = r"cases:
  - name: row ${n}
    operation: getThing
    table: ROWS
    request: { path: { id: t1 } }
    expect: { body: { name: other } }
  - name: is a teapot
    operation: makeThing
    request: { body: { name: tea } }
    expect: { status: 200 }
";

const MOCK: &str = "operations:\n  makeThing: [ { respond: { status: 418, body: {} }, undocumented: no coffee } ]\n";

const CONFIG: &str = "spec: specs/things.yaml\ntargets: { mock: { mock: things.mock.yaml } }\n";

fn project() -> Project {
    let project = Project::new();
    let rows: Vec<_> = (1..=25).map(|n| format!("{{ n: {n} }}")).collect();
    project.write("cases/things.yaml", &CASES.replace("ROWS", &format!("[ {} ]", rows.join(", "))));
    project.write("things.mock.yaml", MOCK);
    project.write("signoff.yaml", CONFIG);
    project
}

fn run(project: &Project, args: &[&str]) -> (Ended, Value) {
    let ended = project.call(&[&["run"], args].concat());
    (ended, serde_json::from_str(&project.read("reports/record.json")).unwrap())
}

/// Check and fingerprint of every group.
fn groups(record: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let groups = record["groups"].as_array().unwrap().iter();
    groups.map(|group| (text(&group["finding"]["check"]), text(&group["finding"]["fingerprint"]))).collect()
}

#[test]
fn equal_findings_of_many_cases_are_one_group() {
    let (ended, record) = run(&project(), &[]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let checks: Vec<_> = groups(&record).into_iter().map(|(check, _)| check).collect();
    assert_eq!(checks, ["expected-body", "status-documented", "expected-status"]);
    let first = &record["groups"][0];
    let met: Vec<_> = first["first"].as_array().unwrap().iter().map(|met| met["case"].as_str().unwrap()).collect();
    let expect: Vec<_> = (1..=20).map(|n| format!("cases/things.yaml::row {n}")).collect();
    assert_eq!((&first["cases"], met), (&25.into(), expect.iter().map(String::as_str).collect()));
    let prints: Vec<_> =
        record["outcomes"][3]["findings"].as_array().unwrap().iter().map(|f| &f["fingerprint"]).collect();
    assert_eq!(prints, [&first["finding"]["fingerprint"]]);
}

#[test]
fn an_empty_line_precedes_a_failure() {
    let project = project();
    project.write("cases/a.yaml", "cases: [ { name: holds, operation: getThing, request: { path: { id: t1 } } } ]\n");
    let (ended, _) = run(&project, &["-v", "--jobs", "1", "holds", "is a teapot"]);
    let lines: Vec<_> = ended.out.lines().collect();
    let failed = lines.iter().position(|line| line.starts_with("✗ POST")).expect("a failure");
    assert_eq!((lines[0].starts_with('✓'), lines[failed - 1]), (true, ""), "{}", ended.out);
}

#[test]
fn a_group_of_different_values_shows_an_example() {
    let project = project();
    let cases = project.read("cases/things.yaml");
    let told = |expected: &str| {
        project.write("cases/things.yaml", &cases.replace("name: other", expected));
        let (ended, record) = run(&project, &[]);
        (ended.out.contains("· e.g. expected "), record["groups"][0]["varied"].as_bool())
    };
    assert_eq!(told("name: other"), (false, None));
    assert_eq!(told("name: \"other ${n}\""), (true, Some(true)));
}

#[test]
fn an_outage_is_one_group_per_operation() {
    let project = project();
    let case =
        |n: u32| format!("  - {{ name: makes {n}, operation: makeThing, request: {{ body: {{ name: tea }} }} }}\n");
    project.write("cases/things.yaml", &format!("cases:\n{}", (1..=3).map(case).collect::<String>()));
    let (_, record) = run(&project, &[]);
    let counted = record["groups"].as_array().unwrap().iter().map(|group| group["cases"].as_u64().unwrap());
    assert_eq!(counted.collect::<Vec<_>>(), [3, 3], "{:?}", groups(&record));
}

#[test]
fn fingerprints_ignore_lines_and_values() {
    let project = project();
    let found = || groups(&run(&project, &["--no-baseline"]).1);
    let before = found();
    for file in ["cases/things.yaml", "specs/things.yaml"] {
        project.write(file, &format!("# one\n\n# two\n{}", project.read(file)));
    }
    project.write("cases/things.yaml", &project.read("cases/things.yaml").replace("other", "another"));
    assert_eq!(found(), before);
    project.write("things.mock.yaml", &MOCK.replace("418", "507"));
    let after = found();
    assert_eq!(after[0], before[0]);
    assert!(after[1..].iter().all(|group| !before.contains(group)), "{after:?}");
}

/// A waiver of the finding.
fn waiver(finding: &str, expires: &str) -> String {
    format!("- finding: {finding}\n  owner: ann@example.com\n  reason: ticket 4711\n  expires: {expires}\n")
}

#[test]
fn a_waived_finding_does_not_fail_until_expiry() {
    let project = project();
    let prints: Vec<_> = groups(&run(&project, &[]).1).into_iter().map(|(_, print)| print).collect();
    let all = |expires: &str| prints.iter().map(|print| waiver(print, expires)).collect::<String>();
    project.write("waivers.yaml", &all("2999-12-31"));
    let (ended, record) = run(&project, &[]);
    assert_eq!((ended.code, &record["summary"]["failed"], &record["summary"]["waived"]), (0, &0.into(), &27.into()));
    assert_eq!(record["outcomes"][0]["waived"][0]["waiver"]["owner"], "ann@example.com");
    assert_eq!(record["groups"][0]["waived"]["expires"], "2999-12-31");
    assert!(ended.out.contains("2 findings waived"), "{ended:?}");
    assert!(!ended.err.contains("warning"), "{ended:?}");

    project.write("waivers.yaml", &all("2000-01-31"));
    let (ended, record) = run(&project, &[]);
    assert_eq!((ended.code, &record["summary"]["waived"]), (1, &0.into()));
    assert!(ended.err.contains("the waiver of ann@example.com expired on 2000-01-31: ticket 4711"), "{ended:?}");
    assert!(ended.err.contains("waivers.yaml:1:12"), "{ended:?}");
}

#[test]
fn complete_runs_report_unused_waivers() {
    let project = project();
    let unused = |args: &[&str]| {
        run(&project, args).0.err.contains("the finding waived by ann@example.com did not occur in this run")
    };
    project.write("elsewhere.yaml", &waiver("abcdef012345", "2999-12-31"));
    assert!(unused(&["--waivers", "elsewhere.yaml"]));
    assert!(!unused(&["--waivers", "elsewhere.yaml", "row 1"]));
    assert!(!unused(&[]));
    project.write("signoff.yaml", &format!("{CONFIG}waivers: elsewhere.yaml\n"));
    assert!(unused(&[]));
    project.write("elsewhere.yaml", &(waiver("abcdef012345", "2999-12-31") + "  only_on: [ sandbox ]\n"));
    assert!(!unused(&[]));
}

#[test]
fn runs_in_which_a_finding_could_not_occur_do_not_report_its_waiver() {
    let project = project();
    project
        .write("cases/other.yaml", "cases: [ { name: holds, operation: getThing, request: { path: { id: t1 } } } ]\n");
    project.write("waivers.yaml", &waiver("abcdef012345", "2999-12-31"));
    let told = |args: &[&str]| {
        let err = run(&project, args).0.err;
        err.contains("did not occur in this run").then(|| err.contains("remove the waiver if the finding is fixed"))
    };
    assert_eq!(told(&[]), Some(true));
    assert_eq!(told(&["--cases", "cases/other.yaml"]), None);
    assert_eq!(told(&["holds"]), None);
    let skipped =
        "cases: [ { name: holds, operation: getThing, only_on: [ other ], request: { path: { id: t1 } } } ]\n";
    project.write("signoff.yaml", &CONFIG.replace("targets: {", "targets: { other: { mock: true },"));
    assert_eq!(told(&[]), Some(false), "it may occur on the other target");
    project.write("cases/other.yaml", skipped);
    assert_eq!(told(&[]), None, "it may occur in the skipped case");
}

#[test]
fn a_waiver_that_was_used_is_reported_once_its_cases_have_no_finding() {
    let project = project();
    let prints: Vec<_> = groups(&run(&project, &[]).1).into_iter().map(|(_, print)| print).collect();
    let all = format!("[{}]", prints.join(", "));
    project.write("waivers.yaml", &waiver(&all, "2999-12-31"));
    let (ended, record) = run(&project, &[]);
    assert_eq!((ended.code, &record["summary"]["waived"]), (0, &27.into()), "one entry waives all: {ended:?}");
    let told = |args: &[&str]| run(&project, args).0.err.contains("did not occur in this run");
    project.write("cases/things.yaml", &project.read("cases/things.yaml").replace("name: other", "name: one"));
    assert!(!told(&["row 1"]), "the others did not run");
    project.write("waivers.yaml", &waiver(&prints[0], "2999-12-31"));
    assert!(told(&["row"]), "each of its cases ran");
}

#[test]
fn a_waiver_for_an_unknown_target_is_reported() {
    let project = project();
    project.write(
        "waivers.yaml",
        &(waiver("abcdef012345", "2999-12-31") + "  only_on: [ mock, moc, http://127.0.0.1:1 ]\n"),
    );
    for args in [["run", "row 1"].as_slice(), &["check"]] {
        let ended = project.call(args);
        let told = "warning[unknown-target]: unknown target `moc`: no target has this name, so the waiver does not apply to it";
        assert_eq!(ended.err.matches("unknown target").count(), 1, "{ended:?}");
        assert!(ended.err.contains(told) && ended.err.contains("waivers.yaml:5:20"), "{ended:?}");
        assert!(ended.err.contains("did you mean `mock`?"), "{ended:?}");
    }
}

#[test]
fn every_problem_of_waivers_is_reported() {
    let project = Project::new();
    let twice = waiver("abcdef012345", "2999-12-31").repeat(2);
    let wrong = "- { finding: 012345678901, owner: '', reason: r, expires: 31.01.2027, untill: 1 }\n- { owner: o }\n- x\n- { finding: a12, owner: '', reason: r, expires: 2027-02-30 }\n";
    project.write("waivers.yaml", &format!("{twice}{wrong}"));
    let ended = project.call(&["check"]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.err);
    assert_eq!(project.call(&["run"]).code, 2);
    project.write("waivers.yaml", "finding: x\n");
    assert!(project.call(&["check"]).err.contains("the file must contain a list of waivers"));
    assert!(project.call(&["run", "--waivers", "none.yaml"]).err.contains("cannot read none.yaml"));
}

/// `since` of every group in order, and the checks of the fixed findings.
fn compared(record: &Value) -> (Vec<&str>, Vec<&str>) {
    let groups = record["groups"].as_array().unwrap().iter();
    let fixed = record["baseline"]["fixed"].as_array().unwrap().iter();
    (
        groups.map(|group| group["finding"]["since"].as_str().unwrap()).collect(),
        fixed.map(|fixed| fixed["check"].as_str().unwrap()).collect(),
    )
}

#[test]
fn findings_are_new_known_or_fixed_since_the_last_run() {
    let project = project();
    let (_, first) = run(&project, &[]);
    assert_eq!((&first["baseline"], &first["groups"][0]["finding"]["since"]), (&Value::Null, &Value::Null));

    let (ended, second) = run(&project, &[]);
    assert_eq!((ended.code, compared(&second)), (1, (vec!["known"; 3], vec![])));
    assert_eq!(second["summary"]["known"], 26);
    assert!(ended.out.contains("1 error · known") && ended.out.contains("26 known failures"), "{ended:?}");
    let (ended, _) = run(&project, &["--fail-on", "new"]);
    assert_eq!((ended.code, ended.err.contains("warning")), (0, false), "{ended:?}");

    project.write("things.mock.yaml", &MOCK.replace("418", "507"));
    let (ended, third) = run(&project, &["--fail-on", "new"]);
    let (since, fixed) = (vec!["new", "new", "known"], vec!["status-documented", "expected-status"]);
    assert_eq!((ended.code, compared(&third)), (1, (since.clone(), fixed)));
    assert!(
        ended.out.contains("2 findings fixed") && ended.out.contains("status-documented in status (new)"),
        "{ended:?}"
    );
    let page = project.read("reports/endpoints/makeThing.md");
    assert!(page.contains("- fixed: expected-status in status, `cases/things.yaml:"), "{page}");
    assert!(page.contains("### status-documented (new) in status"), "{page}");

    for args in [&["--fail-on", "new"][..], &["row 1"], &["--severity", "expected-body=off"], &["--no-baseline"], &[]] {
        run(&project, args);
        let (ended, again) = run(&project, &["--fail-on", "new"]);
        assert_eq!((ended.code, compared(&again).0), (1, since.clone()), "no run accepts its own findings: {args:?}");
        assert!(again["groups"][0]["known_since"].is_string(), "{again}");
    }
    assert_eq!(run(&project, &["--fail-on", "new", "--update-baseline"]).0.code, 1);
    let (ended, accepted) = run(&project, &["--fail-on", "new"]);
    assert_eq!((ended.code, compared(&accepted)), (0, (vec!["known"; 3], vec![])));
}

#[test]
fn the_first_run_that_fails_on_new_findings_accepts_none() {
    let project = project();
    for args in [&["--fail-on", "new"][..], &[], &["--fail-on", "new"]] {
        assert_eq!(run(&project, args).0.code, 1, "{args:?}");
    }
    run(&project, &["--update-baseline", "row"]);
    let (ended, record) = run(&project, &["--fail-on", "new"]);
    assert_eq!((ended.code, compared(&record).0), (1, vec!["new", "new", "known"]), "{ended:?}");
}

#[test]
fn a_waived_finding_is_not_known_after_its_waiver() {
    let project = project();
    let prints: Vec<_> = groups(&run(&project, &[]).1).into_iter().map(|(_, print)| print).collect();
    let all = |expires: &str| prints.iter().map(|print| waiver(print, expires)).collect::<String>();
    let code = || run(&project, &["--fail-on", "new"]).0.code;
    assert_eq!(code(), 0);
    project.write("waivers.yaml", &all("2000-01-31"));
    assert_eq!([code(), code()], [1, 1], "an expired waiver counts more than the baseline");
    project.write("waivers.yaml", &all("2999-12-31"));
    assert_eq!(code(), 0);
    project.write("waivers.yaml", "");
    assert_eq!([code(), code()], [1, 1], "a waiver accepts nothing for longer than its term");
}

#[test]
fn reports_of_a_run_with_known_findings_agree_with_its_exit_code() {
    let project = project();
    run(&project, &[]);
    let (ended, record) = run(&project, &["--fail-on", "new", "--report", "tap,ctrf,sarif,github"]);
    assert_eq!((ended.code, &record["outcomes"][0]["tolerated"]), (0, &true.into()));
    assert!(ended.out.contains("✓ 26 cases: 26 known") && !ended.out.contains('✗'), "{}", ended.out);
    let junit = project.read("reports/junit.xml");
    assert!(junit.contains(r#"tests="26" failures="0" errors="0""#) && junit.contains(r#"skipped="25""#), "{junit}");
    assert!(junit.contains(r#"message="known failure: "#) && !junit.contains("<failure"), "{junit}");
    let tap = project.read("reports/report.tap");
    let not_ok = tap.lines().filter(|line| line.trim_start().starts_with("not ok"));
    assert!(not_ok.clone().count() == 26 && not_ok.clone().all(|line| line.contains(" # TODO ")), "{tap}");
    let ctrf: Value = serde_json::from_str(&project.read("reports/ctrf.json")).unwrap();
    assert_eq!((&ctrf["results"]["summary"]["failed"], &ctrf["results"]["summary"]["other"]), (&0.into(), &26.into()));
    let sarif = project.read("reports/report.sarif");
    assert_eq!(sarif.matches("accepted by --fail-on new").count(), 3, "{sarif}");
    let summary = project.read("reports/summary.md");
    assert!(summary.contains("## ✓ The mock has known findings only") && !summary.contains('✗'), "{summary}");
    let page = project.read("reports/index.html");
    let has = |text: &str| page.contains(text);
    assert!(has(r#"<header class="verdict passed">"#) && has(r#" data-o="known""#) && !has(r#" data-o="failed""#));
    assert!(!ended.out.contains("::error") && ended.out.contains("::notice"), "{}", ended.out);
}

#[test]
fn findings_of_cases_without_verdict_are_not_fixed() {
    let project = project();
    project.call(&["run", "--reports", "first"]);
    let baseline = ["--baseline", "first/record.json"];
    let with = |args: &[&str]| run(&project, &[&baseline, args].concat()).1;
    assert_eq!(compared(&with(&["row 1"])), (vec!["known"], vec![]));
    let skipped = CASES.replace("    operation: makeThing\n", "    operation: makeThing\n    skip: later\n");
    project.write("cases/things.yaml", &skipped.replace("ROWS", "[ { n: 1 } ]"));
    assert_eq!(compared(&with(&[])), (vec!["known"], vec![]));
}

#[test]
fn the_default_baseline_is_a_complete_run_of_the_same_target() {
    let project = project();
    let is_compared = |args: &[&str]| run(&project, args).1["baseline"].is_object();
    assert!(!is_compared(&["row 1"]));
    assert!(!is_compared(&[]), "the run before was of one case");
    assert!(is_compared(&[]));
    assert!(is_compared(&["row 1"]));
    assert!(is_compared(&[]), "the run before carried the findings of the others forward");
    assert!(!is_compared(&["--no-baseline"]));
    project.write(
        "signoff.yaml",
        &CONFIG.replace("mock: {", "other: {").replace("targets:", "default_target: other\ntargets:"),
    );
    assert!(!is_compared(&[]), "the run before was against another target");
    assert!(is_compared(&[]));
    project.write("signoff.yaml", CONFIG);
    assert!(is_compared(&[]), "each target has its own baseline");
}

#[test]
fn findings_of_cases_without_verdict_stay_known() {
    let project = project();
    run(&project, &[]);
    let cases = CASES.replace("ROWS", "[ { n: 1 } ]");
    project.write(
        "cases/things.yaml",
        &cases.replace("    operation: makeThing\n", "    operation: makeThing\n    skip: later\n"),
    );
    let (ended, skipped) = run(&project, &[]);
    assert_eq!((compared(&skipped), ended.out.contains("2 findings not compared")), ((vec!["known"], vec![]), true));
    run(&project, &["row 1"]);
    project.write("cases/things.yaml", &cases);
    let (ended, again) = run(&project, &["--fail-on", "new"]);
    assert_eq!((ended.code, compared(&again)), (0, (vec!["known"; 3], vec![])), "{ended:?}");
    assert_eq!(again["baseline"]["carried"], Value::Null);
    project.write("cases/things.yaml", cases.split("  - name: is a teapot").next().unwrap());
    let (_, removed) = run(&project, &[]);
    assert_eq!((compared(&removed), &removed["baseline"]["carried"]), ((vec!["known"], vec![]), &Value::Null));
}

#[test]
fn findings_of_checks_that_are_off_stay_known() {
    let project = project();
    let off = ["--severity", "status-documented=off"];
    assert_eq!(run(&project, &off).1["baseline"], Value::Null);
    assert_eq!(run(&project, &[]).1["baseline"], Value::Null, "a run without a check does not become a baseline");
    let configured = format!("{CONFIG}severity: {{ status-documented: off }}\n");
    for (config, args) in [(CONFIG, off.as_slice()), (&configured, &[])] {
        project.write("signoff.yaml", config);
        let (ended, record) = run(&project, args);
        assert_eq!(compared(&record), (vec!["known"; 2], vec![]));
        assert!(ended.out.contains("1 finding not compared"), "{ended:?}");
    }
    project.write("signoff.yaml", CONFIG);
    let (ended, again) = run(&project, &["--fail-on", "new"]);
    assert_eq!((ended.code, compared(&again)), (0, (vec!["known"; 3], vec![])), "{ended:?}");
}

#[test]
fn an_unreadable_baseline_is_an_error_only_if_named() {
    let project = project();
    run(&project, &[]);
    let stored = std::fs::read_dir(project.path("reports/baselines")).unwrap().next().unwrap().unwrap().file_name();
    let stored = format!("reports/baselines/{}", stored.to_str().unwrap());
    project.write(&stored, "{}");
    let (ended, _) = run(&project, &["--fail-on", "new"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains(&format!("warning: cannot compare with {stored}: expected `\"record\": 1`")),
        "{ended:?}"
    );
    assert!(
        ended.err.contains("no baseline: there is no record of a complete run of this contract on this target"),
        "{ended:?}"
    );
    let named = project.call(&["run", "--baseline", "none.json"]);
    assert_eq!((named.code, named.out.as_str()), (2, ""));
    assert!(named.err.contains("cannot compare with none.json: "), "{named:?}");
}

#[test]
fn baselines_may_have_another_order() {
    let project = project();
    let (_, mut record) = run(&project, &[]);
    let outcomes = record.as_object_mut().unwrap().shift_remove("outcomes").unwrap();
    let mut turned = serde_json::Map::from_iter([("outcomes".to_owned(), outcomes)]);
    turned.extend(record.as_object().unwrap().clone());
    project.write("turned.json", &Value::from(turned).to_string());
    assert_eq!(compared(&run(&project, &["--baseline", "turned.json"]).1).0, vec!["known"; 3]);
}

#[test]
fn many_failing_cases_do_not_flood_the_terminal() {
    let project = project();
    let shown = |ended: &Ended| ended.out.lines().filter(|line| line.starts_with("✗ GET /things/{id} · row ")).count();
    let ended = project.call(&["run"]);
    assert_eq!(shown(&ended), 20 - usize::from(ended.out.contains("✗ POST /things · is a teapot")));
    let (_, closing) = ended.out.split_once("\n… 6 more failing cases: see PROJECT/reports\n\n").unwrap();
    let closing: Vec<_> = closing.lines().take_while(|line| !line.is_empty()).collect();
    insta::assert_snapshot!(closing.join("\n"));

    let ended = project.call(&["report", "render", "--reports", "again"]);
    assert!(ended.out.contains("\n… 6 more failing cases: see PROJECT/again\n"), "{ended:?}");
    assert_eq!(shown(&project.call(&["run", "--max-diffs", "3", "row"])), 3);
    assert_eq!(shown(&project.call(&["run", "-v", "row"])), 25);
    let quiet = project.call(&["run", "-q", "--max-diffs", "0", "row"]);
    assert_eq!(quiet.out, "… 25 more failing cases: see PROJECT/reports\n\n");
    let one = project.call(&["run", "row 1", "--no-baseline"]);
    assert!(!one.out.contains("✗ 1 case: expected-body"), "a single failure says it all itself: {one:?}");
}

#[test]
fn new_findings_are_printed_first() {
    let project = project();
    project.call(&["run", "row"]);
    project.write("before.json", &project.read("reports/record.json"));
    let out = project.call(&["run", "--baseline", "before.json", "--max-diffs", "2"]).out;
    let titles: Vec<_> = out.lines().filter(|line| line.starts_with("✗ GET") || line.starts_with("✗ POST")).collect();
    assert!(titles.len() == 2 && titles[0].contains("is a teapot") && titles[1].contains("row 1 "), "{titles:?}");
    assert!(out.contains("\n… 24 more failing cases: see "), "{out}");
    let again = project.call(&["report", "render"]).out;
    assert!(again.starts_with("✗ POST /things · is a teapot"), "{again}");
    assert!(again.contains("\n… 6 more failing cases: see "), "{again}");
}
