//! Runs: exit codes, reports, secrets and reproducible output.

use std::net::TcpListener;

use serde_json::Value;

use super::project::{CASES, Project, SPEC};
use crate::formats;

/// A URL that nothing listens on.
fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

const KEY: (&str, &str) = ("KEY", "key-of-the-partner");

#[test]
fn without_arguments_the_cases_run_against_the_mock() {
    let project = Project::new();
    let ended = project.call(&[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for report in ["record.json", "index.html", "junit.xml", "endpoints/getThing.md", "endpoints/makeThing.md"] {
        assert!(project.path("reports").join(report).is_file(), "{report}");
    }
}

#[test]
fn a_closed_port_is_one_line_per_story() {
    let project = Project::new();
    let url = closed();
    let ended = project.call_with(&["run", "--target", &url, "--auth", "key=env:KEY", "--seed", "7"], &[KEY]);
    assert_eq!(ended.code, 3, "{ended:?}");
    let port = url.rsplit(':').next().unwrap();
    let lines: Vec<_> = ended.out.lines().filter(|line| line.contains("connection refused")).collect();
    // The case, and the pile of what could not be told.
    assert_eq!(lines.len(), 2, "{ended:?}");
    let expect = "target http://127.0.0.1:PORT, seed 7\nreports in PROJECT/reports\n";
    assert_eq!(ended.err.replace(port, "PORT"), expect);
}

#[test]
fn a_failed_expectation_exits_1() {
    let project = Project::new();
    project.write("cases/wrong.yaml", "cases:\n  - name: wants another name\n    operation: getThing\n    request: { path: { id: t1 } }\n    expect: { body: { name: two } }\n");
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("expected-body"), "{ended:?}");
    let quiet = project.call(&["run", "-q", "gets a thing"]);
    assert_eq!((quiet.code, quiet.out.as_str(), quiet.err.as_str()), (0, "", ""));
}

#[test]
fn results_are_printed_although_a_report_cannot_be_written() {
    let project = Project::new();
    project.write("cases/wrong.yaml", "cases:\n  - name: wants another name\n    operation: getThing\n    request: { path: { id: t1 } }\n    expect: { body: { name: two } }\n");
    let complete = project.call(&["run"]);
    let rendered = project.call(&["report", "render"]);
    std::fs::remove_dir_all(project.path("reports")).unwrap();
    project.write("reports/baselines", "");
    std::fs::create_dir(project.path("reports/index.html")).unwrap();
    // Times and ports differ.
    let counts = |out: &str| {
        let lines = out.lines().filter(|line| !line.contains("reproduce: "));
        lines
            .map(|line| line.split(" ms").next().unwrap().trim_end_matches(|c| "0123456789. ".contains(c)).to_owned())
            .collect::<Vec<_>>()
    };
    let ended = project.call(&["run"]);
    assert_eq!((ended.code, counts(&ended.out)), (2, counts(&complete.out)), "{ended:?}");
    let unwritten = "cannot write PROJECT/reports/index.html: is a directory";
    for problem in [unwritten, "cannot write PROJECT/reports/baselines/mock-"] {
        assert!(ended.err.contains(problem) && !ended.err.contains("reports in"), "{ended:?}");
    }
    let ended = project.call(&["report", "render"]);
    assert_eq!((ended.code, counts(&ended.out)), (2, counts(&rendered.out)), "{ended:?}");
    assert!(ended.err.contains(unwritten), "{ended:?}");
}

#[test]
fn reports_name_the_partner() {
    let project = Project::new();
    let configuration = project.read("signoff.yaml");
    project.write("signoff.yaml", &format!("partner: Example <Bank>\n{configuration}"));
    let ended = project.call(&["run", "--report", "github,tap", "--target", "mock"]);
    assert!(ended.code == 0 && ended.err.starts_with("partner Example <Bank>, target mock"), "{ended:?}");
    let first = |name: &str| project.read(name).lines().take(7).collect::<Vec<_>>().join("\n");
    assert!(first("reports/summary.md").contains(" of Example"), "{}", first("reports/summary.md"));
    assert!(
        first("reports/endpoints/getThing.md").contains(" of Example"),
        "{}",
        first("reports/endpoints/getThing.md")
    );
    assert!(first("reports/report.tap").contains(" on mock of Example <Bank>, "), "{}", first("reports/report.tap"));
    assert!(project.read("reports/index.html").contains("partner <strong>Example &lt;Bank&gt;</strong>"));
    assert!(project.read("reports/junit.xml").contains(r#"<property name="partner" value="Example &lt;Bank&gt;"/>"#));
}

#[test]
fn git_ignores_a_directory_that_a_run_creates() {
    let project = Project::new();
    project.write("existing/notes.txt", "mine");
    for folder in ["reports", "existing"] {
        assert_eq!(project.call(&["run", "--reports", folder]).code, 0);
    }
    assert!(project.read("reports/.gitignore").ends_with("\n*\n") && !project.path("existing/.gitignore").exists());
    assert_eq!(project.call(&["report", "render", "--reports", "again"]).code, 0);
    assert_eq!(project.read("again/.gitignore"), project.read("reports/.gitignore"));
    project.write("reports/.gitignore", "/*\n");
    project.call(&["run"]);
    assert_eq!(project.read("reports/.gitignore"), "/*\n");
}

#[test]
fn reports_of_an_earlier_run_do_not_stay_after_invalid_inputs() {
    let project = Project::new();
    let files = || {
        let files = std::fs::read_dir(project.path("reports")).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    let all = [".gitignore", "baselines", "endpoints", "index.html", "junit.xml", "record.json"];
    project.call(&["run"]);
    assert_eq!(files(), all);
    project.write("reports/notes.txt", "mine");
    let configuration = project.read("signoff.yaml");
    for args in [
        &["run", "no such case"][..],
        &["run", "--operation", "getThng"],
        &["run", "--tag", "none"],
        &["run", "--cases", "nowhere"],
        &["run", "--target", "http://127.0.0.1:1", "--auth", "x=y"],
        &["run", "--severity", "no-such-check=off"],
        &["run", "--no-such-flag"],
    ] {
        let ended = project.call(args);
        assert_eq!(ended.code, 2, "{args:?} {ended:?}");
        assert_eq!(files(), [&all[..5], &["notes.txt", "record.json"]].concat(), "{args:?}");
        assert!(!ended.err.contains("removed"), "{args:?} {ended:?}");
    }
    project.write("signoff.yaml", "spec: [\n");
    let ended = project.call(&["run"]);
    let left = [".gitignore", "baselines", "endpoints", "notes.txt", "record.earlier.json"];
    assert_eq!((ended.code, files()), (2, left.map(str::to_owned).to_vec()), "{ended:?}");
    assert!(ended.err.contains("warning: removed the reports of the run of 20"), "{ended:?}");
    assert!(ended.err.contains("signoff report render --from PROJECT/reports/record.earlier.json"), "{ended:?}");
    project.write("signoff.yaml", &configuration);
    assert!(project.call(&["run", "--failed"]).err.contains("no case failed in reports/record.earlier.json"));
    assert_eq!(project.call(&["run"]).code, 0);
    assert_eq!(files(), [&all[..5], &["notes.txt", "record.json"]].concat());
}

#[test]
fn locations_are_links_on_request() {
    let project = Project::new();
    project.write("cases/wrong.yaml", "cases:\n  - name: wants another name\n    operation: getThing\n    request: { path: { id: t1 } }\n    expect: { body: { name: two } }\n");
    let out = |args: &[&str], env: &[(&str, &str)]| project.call_with(&[&["run"], args].concat(), env).out;
    let link = "\x1b]8;;file://PROJECT/cases/wrong.yaml\x1b\\cases/wrong.yaml:2:5\x1b]8;;\x1b\\";
    let forced = out(&["--color", "always"], &[("FORCE_HYPERLINK", "1")]);
    assert!(forced.contains(link), "{forced:?}");
    let render = |args: &[&str]| {
        let args = [&["report", "render", "--color", "always"], args].concat();
        project.call_with(&args, &[("FORCE_HYPERLINK", "1")]).out
    };
    assert!(render(&[]).contains(link));
    project.write("elsewhere/signoff.yaml", "spec: none.yaml\n");
    assert!(!render(&["--config", "elsewhere/signoff.yaml"]).contains("\x1b]8"), "another project");
    for (args, env) in [
        (&["--color", "always"][..], ("TERM", "xterm-kitty")),
        (&["--color", "never"], ("FORCE_HYPERLINK", "1")),
        (&[], ("FORCE_HYPERLINK", "1")),
    ] {
        assert!(!out(args, &[env]).contains("\x1b]8"), "{args:?} {env:?}");
    }
}

#[test]
fn a_run_without_requests_is_an_error() {
    let project = Project::new();
    project.write(
        "cases/things.yaml",
        "cases:\n  - name: later\n    operation: getThing\n    skip: not yet\n    request: { path: { id: t1 } }\n",
    );
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 2);
    insta::assert_snapshot!(ended.err.lines().skip(1).collect::<Vec<_>>().join("\n"), @r"
    error: no request was sent: 1 of 1 selected cases were skipped
    help: --verbose shows the reasons; --allow-empty exits 0

    1 error
    ");
    assert_eq!(project.call(&["run", "--allow-empty"]).code, 0);
    assert_eq!(project.call(&["run", "--allow-empty", "--fail-on", "skipped"]).code, 1);
}

#[test]
fn filtered_cases_do_not_run() {
    let project = Project::new();
    let ended = project.call(&["run", "gets a thing"]);
    let shown: Vec<_> = ended.out.lines().skip_while(|line| !line.contains("GET /things/{id}")).collect();
    assert_eq!(shown[1..3], ["1 endpoint not run (1 case)", ""], "{ended:?}");
    assert_eq!(shown[3..5], ["- set aside by a person: 1 case not run: not selected", ""], "{ended:?}");
    assert!(shown[5].starts_with("✓ 1 case: 1 passed · "), "{ended:?}");
}

#[test]
fn setup_and_teardown_are_labelled_and_fail_fast_is_reported() {
    let project = Project::new();
    let case = |name: &str, status: u16| {
        format!(
            "  - name: {name}\n    operation: getThing\n    request: {{ path: {{ id: t1 }} }}\n    expect: {{ status: {status} }}\n"
        )
    };
    let story =
        format!("setup:\n{}cases:\n{}{}teardown:\n{}", case("a", 200), case("b", 204), case("c", 200), case("d", 200));
    project.write("cases/things.yaml", &story);
    let ended = project.call(&["run", "-v", "--fail-fast"]);
    let titles = ended.out.lines().filter_map(|line| line.split_once(" GET /things/{id} · "));
    let titles: Vec<_> = titles.map(|(glyph, title)| (glyph, title.split("  ").next().unwrap_or_default())).collect();
    assert_eq!(titles, [("✓", "setup: a"), ("✗", "b"), ("-", "c: fail-fast"), ("✓", "teardown: d")]);
    assert!(ended.err.contains("stopping after the first failure: "), "{ended:?}");
}

#[test]
fn cases_that_run_and_that_do_not_add_up_to_those_listed() {
    let project = Project::new();
    let case = |name: &str| {
        format!(
            "  - name: {name}\n    operation: getThing\n    request: {{ path: {{ id: t1 }} }}\n    expect: {{ status: 200 }}\n"
        )
    };
    for file in ["one", "two"] {
        let name = |what: &str| case(&format!("{what} of {file}"));
        let story =
            ["setup:\n", &name("setup"), "cases:\n", &name("case"), &name("other"), "teardown:\n", &name("end")];
        project.write(&format!("cases/{file}.yaml"), &story.concat());
    }
    let listed = project.call(&["list"]).err;
    assert!(listed.contains("10 cases (4 of setup and teardown) in 3 files"), "{listed}");
    let checked = project.call(&["check"]).out;
    assert!(checked.contains("and 10 cases in 3 files"), "{checked}");
    let run = project.call(&["run", "case of one"]).out;
    assert!(run.contains("- set aside by a person: 7 cases not run: not selected\n"), "{run}");
    assert!(run.contains("\n✓ 3 cases: 3 passed"), "{run}");
}

#[test]
fn signs_of_diffs_are_explained_once() {
    let project = Project::new();
    project.write("cases/things.yaml", &CASES.replace("expect:", "expect: { status: 204 } #"));
    let legend = |args: &[&str]| {
        let ended = project.call(args);
        (ended.code, ended.out.matches("    - expected  + actual\n").count(), ended.out.matches("\n✗ ").count() > 1)
    };
    assert_eq!(legend(&["run"]), (1, 1, true));
    assert_eq!(legend(&["run", "--quiet"]).1, 0);
    assert_eq!(legend(&["run", "--format", "json"]).1, 0);
}

#[test]
fn events_are_json_lines() {
    let ended = Project::new().call(&["run", "--format", "json"]);
    let events: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["started", "finished", "finished", "ended"]);
    assert_eq!((&events[3]["exit"], ended.code), (&0.into(), 0));
}

#[test]
fn no_output_contains_a_secret() {
    let project = Project::new();
    let config = "spec: specs/things.yaml\ntargets:\n  mock:\n    mock: ''\n    auth: { key: \"${env.KEY}\" }\n    vars: { id: \"${env.ID}\" }\n";
    project.write("signoff.yaml", config);
    project.write(
        "cases/things.yaml",
        "vars: { id: }\ncases:\n  - name: sends it everywhere\n    operation: makeThing\n    request:\n      headers: { x-id: \"${id}\", x-own: \"${env.OWN}\" }\n      body: { name: \"${id}\" }\n    expect: { body: { name: \"${id}\" } }\n  - name: sends it in the URL\n    operation: getThing\n    request: { path: { id: \"${id}\" } }\n    expect: { body: { name: \"${id}\" } }\n",
    );
    let env = [KEY, ("ID", "id of/the+customer"), ("OWN", "own-of-the-case")];
    let mut texts = vec![];
    for args in [&["run", "-v"][..], &["run", "--format", "json"][..]] {
        let ended = project.call_with(args, &env);
        assert_eq!(ended.code, 1, "{ended:?}");
        texts.extend([ended.out, ended.err]);
    }
    for report in ["record.json", "index.html", "junit.xml", "endpoints/getThing.md", "endpoints/makeThing.md"] {
        texts.push(project.read(&format!("reports/{report}")));
    }
    for secret in [
        "key-of-the-partner",
        "id of/the+customer",
        "id%20of%2Fthe%2Bcustomer",
        "id%20of%2Fthe+customer",
        "own-of-the-case",
    ] {
        assert_eq!(texts.iter().position(|text| text.contains(secret)), None, "{secret} in {texts:#?}");
    }
    assert!(texts[0].contains("«secret:ID»"), "{}", texts[0]);
}

#[test]
fn the_same_run_twice_gives_the_same_record() {
    let project = Project::new();
    let record = || {
        assert_eq!(project.call(&["run", "--seed", "3", "--no-baseline"]).code, 0);
        timeless(serde_json::from_str(&project.read("reports/record.json")).unwrap())
    };
    assert_eq!(record(), record());
}

#[test]
fn the_record_of_the_configured_reports_is_rendered() {
    let project = Project::new();
    let missing = project.call(&["report", "render"]);
    assert!(missing.code == 2 && missing.err.contains("cannot read reports/record.json: "), "{missing:?}");
    assert!(missing.err.contains("help: `signoff run` writes the record"), "{missing:?}");
    project.write("signoff.yaml", "spec: specs/things.yaml\nreports: out\n");
    assert_eq!(project.call(&["run"]).code, 0);
    for below in ["", "cases"] {
        let ended = project.call_in(below, &["report", "render"]);
        assert_eq!(ended.code, 0, "{ended:?}");
    }
}

#[test]
fn rendering_a_record_gives_the_same_bytes() {
    let project = Project::new();
    project.write("cases/wrong.yaml", "cases:\n  - name: wants another name\n    operation: getThing\n    request: { path: { id: t1 } }\n    expect: { body: { name: two } }\n");
    let formats = formats::names().join(",");
    assert_eq!(project.call(&["run", "--report", &formats, "--junit-suite", "file"]).code, 1);
    let render = ["report", "render", "--reports", "again", "--junit-suite", "file", "--report", &formats];
    let again = project.call(&render);
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.out.contains("wants another name") && again.out.contains("2 passed, 1 failed"), "{}", again.out);
    let written = |folder: &str| {
        let folder = project.path(folder);
        let files = ["", "endpoints"].into_iter().flat_map(|below| std::fs::read_dir(folder.join(below)).unwrap());
        let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
        let name = |path: &std::path::Path| path.strip_prefix(&folder).unwrap().to_owned();
        files
            .map(|path| (name(&path), std::fs::read_to_string(&path).unwrap()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let (first, again) = (written("reports"), written("again"));
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    assert!(first.len() > formats::names().len());
    for (report, text) in &first {
        assert_eq!(again[report], *text, "{}", report.display());
    }
}

#[test]
fn additional_reports_are_written_on_request_and_removed() {
    let project = Project::new();
    project.write("signoff.yaml", "spec: specs/things.yaml\nreport: [tap]\n");
    let there = |file: &str| project.path("reports").join(file).exists();
    assert_eq!(project.call(&["run", "--report", "sarif,har", "--report", "ctrf"]).code, 0);
    assert!(["report.tap", "report.sarif", "report.har", "ctrf.json", "junit.xml"].into_iter().all(there));
    assert_eq!(project.call(&["run"]).code, 0);
    assert!(there("report.tap") && !there("report.sarif") && !there("report.har") && !there("ctrf.json"));
    project.write("signoff.yaml", "spec: specs/things.yaml\nreport: [tapp]\n");
    let ended = project.call(&["run"]);
    assert!(ended.code == 2 && ended.err.contains("did you mean `tap`?"), "{ended:?}");
}

#[test]
fn github_gets_annotations_and_a_job_summary() {
    let project = Project::new();
    let wrong = "cases:\n  - name: wants another name\n    operation: getThing\n    request: { path: { id: t1 } }\n    expect: { body: { name: two } }\n";
    project.write("cases/wrong.yaml", wrong);
    let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let (summary, repository) = (text(project.path("job.md")), text(project.path("..")));
    project.write("job.md", "before\n");
    let env = [("GITHUB_STEP_SUMMARY", summary.as_str()), ("GITHUB_WORKSPACE", repository.as_str())];
    let ended = project.call_with(&["run", "--report", "github"], &env);
    assert_eq!(ended.code, 1);
    let token = ended.out.lines().next().and_then(|line| line.strip_prefix("::stop-commands::")).expect("a token");
    let (quiet, told) = ended.out.split_once(&format!("::{token}::\n")).expect("commands are obeyed again");
    assert!(quiet.contains("wants another name"), "{quiet}");
    let folder = project.path("").canonicalize().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let expect = format!(
        "::error file={folder}/cases/wrong.yaml,line=2,col=5,title=expected-body · GET /things/{{id}}::body/name: "
    );
    assert!(told.starts_with(&expect) && told.lines().count() == 1, "{told}");
    let page = project.read("reports/summary.md");
    assert_eq!(project.read("job.md"), format!("before\n{page}"));
    let ended = project.call_with(&["run", "-q", "--format", "json", "--report", "github"], &env[1..]);
    assert!(ended.out.lines().all(|line| line.starts_with('{')) && ended.err.contains("::error "), "{ended:?}");
    let ended = project.call_with(&["run", "--report", "github"], &[("GITHUB_STEP_SUMMARY", "/nowhere/at/all")]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("cannot append to /nowhere/at/all (GITHUB_STEP_SUMMARY)"), "{ended:?}");
}

#[test]
fn events_jsonl_equals_standard_output() {
    let project = Project::new();
    let ended = project.call(&["run", "--format", "json", "--jobs", "1", "--report", "events"]);
    let file = project.read("reports/events.jsonl");
    let (shown, kept): (Vec<_>, Vec<_>) = (ended.out.lines().collect(), file.lines().collect());
    assert_eq!((shown.len(), &shown[..3]), (4, &kept[..3]));
    let parsed = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let (mut shown, kept) = (parsed(shown[3]), parsed(kept[3]));
    assert_eq!(shown.as_object_mut().unwrap().shift_remove("exit"), Some(0.into()));
    assert_eq!(shown, kept);
}

#[test]
fn a_file_that_is_no_record_is_refused() {
    let project = Project::new();
    let check = |text: &str| {
        project.write("record.json", text);
        let ended = project.call(&["report", "render", "--from", "record.json"]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        ended.err.lines().next().unwrap_or_default().to_owned()
    };
    let said = [check("x"), check("{}"), check(r#"{"record": 2}"#), check(r#"{"record": 1, "outcomes": []}"#)];
    assert_eq!(
        said,
        [
            "error: cannot read record.json: expected a record (a JSON object): expected value at line 1 column 1",
            "error: cannot read record.json: expected `\"record\": 1` as the first property of a record",
            "error: cannot read record.json: expected a record of version 1, found version 2",
            "error: cannot read record.json: the head is invalid: missing field `tool` (line 1 column 1)",
        ]
    );
}

/// The record without times and ports.
fn timeless(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let lasting = members
                .into_iter()
                .filter(|(key, _)| !(key.ends_with("_ms") || ["started", "seconds"].contains(&key.as_str())));
            Value::Object(lasting.map(|(key, member)| (key, timeless(member))).collect())
        }
        Value::Array(items) => items.into_iter().filter(|item| item[0] != "date").map(timeless).collect(),
        Value::String(text) => portless(&text).into(),
        scalar => scalar,
    }
}

fn portless(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "127.0.0.1:" + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[test]
fn only_network_targets_need_credentials() {
    let project = Project::with(&[("s.yaml", SPEC), ("cases/things.yaml", super::project::CASES)]);
    assert_eq!(project.call(&["run", "--spec", "s.yaml"]).code, 0);
    let ended = project.call(&["run", "--spec", "s.yaml", "--target", &closed()]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("`key`") || ended.err.contains("key"), "{ended:?}");
}

#[test]
fn failed_cases_run_again() {
    let cases = |status| {
        format!(
            "cases:\n- {{ name: good, operation: getThing, request: {{ path: {{ id: a }} }}, expect: {{ status: 200 }} }}\n\
             - {{ name: bad, operation: getThing, request: {{ path: {{ id: a }} }}, expect: {{ status: {status} }} }}\n"
        )
    };
    let project = Project::with(&[("specs/things.yaml", SPEC), ("cases/things.yaml", &cases(201))]);
    let run =
        |more: &[&str]| project.call(&[&["run", "--spec", "specs/things.yaml", "--target", "mock"], more].concat());
    let ended = run(&["--failed"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("cannot select the failed cases of reports/record.json: no such file"), "{}", ended.err);
    assert_eq!(run(&[]).code, 1);
    std::fs::copy(project.path("reports/record.json"), project.path("first.json")).expect("a copy");
    let ended = run(&["--failed"]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("1 case: 1 failed"), "{}", ended.out);
    project.write("cases/things.yaml", &cases(200));
    let ended = run(&["--failed"]);
    assert!(ended.code == 0 && ended.out.contains("1 case: 1 passed"), "{}", ended.out);
    let ended = run(&["--failed"]);
    assert!(ended.code == 0 && ended.err.contains("no case failed in reports/record.json"), "{}", ended.err);
    project.write("cases/things.yaml", &cases(200).replace("name: bad", "name: better"));
    let ended = run(&["--failed=first.json"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.err.contains("cases/things.yaml::bad failed in first.json, and does not exist any more"),
        "{}",
        ended.err
    );
}
