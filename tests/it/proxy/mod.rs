//! `signoff proxy` between a client and a target: it validates, reports and records the traffic.

mod forwarding;
mod reports;
mod secrets;
mod unanswered;
mod verdicts;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::project::Project;
use crate::imprint::{copy_of_the_repository, outcomes, run_in};
use crate::mock::{Served, content, status};

/// Filters of cases whose responses are documented, and that need only the target's credentials.
const DOCUMENTED: [&str; 8] =
    ["links a", "second link", "partner customer id", "changes", "shows", "customer history", "media type", "not JSON"];

const JSON: &str = "content-type: application/json\r\n";

/// Starts a proxy in front of `target` that records into `recorded`.
fn proxy_to(target: &Served, folder: &Path, args: &[&str]) -> Served {
    let url = format!("http://{}", target.address);
    Served::listening(folder, "proxy", &[&["--target", &url, "--save-cases", "recorded"], args].concat(), &[])
}

fn record(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("reports/record.json")).expect("a record")).expect("JSON")
}

/// Reads the only recorded case file.
fn recorded(folder: &Path) -> String {
    let files: Vec<_> = fs::read_dir(folder.join("recorded")).expect("a folder").collect();
    let [file] = &files[..] else { panic!("one file: {files:?}") };
    fs::read_to_string(file.as_ref().expect("a file").path()).expect("text")
}

#[test]
fn cases_pass_through_and_recorded_cases_run_again() {
    let project = copy_of_the_repository();
    let [target, fresh] = [(); 2].map(|()| Served::start(project.path(), &["--quiet"]));
    let proxy = proxy_to(&target, project.path(), &["--quiet"]);
    let run = |address: &str, more: &[&str]| {
        let config = project.path().join("signoff.yaml");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("signoff.yaml")).expect("ours");
        let reached = format!("url: http://{address}\n    auth: {{ bearerAuth: a-key }}");
        fs::write(&config, text.replacen("mock: specs/imprint.mock.yaml", &reached, 1)).expect("written");
        run_in(project.path(), &[&["--target", "mock"], more].concat())
    };
    let (code, through) = run(&proxy.address, &DOCUMENTED);
    assert_eq!(code, Some(0), "{through}");
    assert_eq!(proxy.stop(), Some(0));
    let seen = record(project.path());
    assert!(outcomes(&seen).len() >= 25);
    assert_eq!(outcomes(&seen).len(), outcomes(&through).len());
    assert!(outcomes(&seen).iter().all(|outcome| outcome["outcome"] == "passed"), "{seen}");
    let file = recorded(project.path());
    assert!(!file.contains("a-key") && !file.contains("authorization"), "{file}");
    let (code, again) = run(&fresh.address, &["--cases", "recorded"]);
    assert_eq!((code, outcomes(&again).len()), (Some(0), outcomes(&through).len()), "{again}");
}

#[test]
fn requests_and_responses_are_validated() {
    let project = Project::new();
    project.write(
        "mock.yaml",
        "operations:
  getThing: [ { respond: { status: 200, body: { id: 5 } }, unchecked: true } ]
  makeThing: [ { accepts_invalid: true, respond: { status: 200, body: { id: x, name: \"${1}{a}\" } } } ]
",
    );
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    assert_eq!(content(&proxy.say("GET", "/things/t1", "", "")), r#"{"id":5}"#);
    proxy.wait_for("GET /things/t1 → 200, invalid");
    proxy.wait_for("response: body/id: ");
    assert_eq!(status(&proxy.say("POST", "/things", JSON, r#"{"more": "${x}"}"#)), "200");
    proxy.wait_for("request: body/name: ");
    assert_eq!(status(&proxy.say("GET", "/nowhere", "", "")), "404");
    proxy.wait_for("request: no path of the contract matches /nowhere");
    assert_eq!(proxy.stop(), Some(1));
    let seen = record(&project.path(""));
    let checks = |outcome: &Value| {
        let findings = outcome["findings"].as_array().into_iter().flatten();
        findings.map(|finding| finding["check"].clone()).collect::<Vec<_>>()
    };
    let found: Vec<_> = outcomes(&seen).iter().map(checks).collect();
    assert_eq!(json!(found), json!([["body-schema", "body-schema"], ["request"], ["request"]]));
    let file = recorded(&project.path(""));
    let (_, cases) = file.split_once("cases:").expect("cases");
    insta::assert_snapshot!(cases);
}

#[test]
fn an_unreachable_target_is_reported_to_the_client() {
    let project = Project::new();
    let args = ["--target", "http://127.0.0.1:9", "--save-cases", "recorded"];
    let proxy = Served::listening(&project.path(""), "proxy", &args, &[]);
    let response = proxy.say("GET", "/things/t1", "", "");
    assert!(status(&response) == "502" && content(&response).contains("connection refused"), "{response}");
    proxy.wait_for("response: connection refused");
    assert_eq!(proxy.stop(), Some(3));
    assert!(recorded(&project.path("")).contains("1 getThing"));
    assert_eq!(outcomes(&record(&project.path("")))[0]["outcome"], "errored");
}

#[test]
fn a_strict_proxy_exits_1_after_an_invalid_request() {
    let project = Project::new();
    let target = Served::start(&project.path(""), &[]);
    for (args, code) in [(&[][..], 0), (&["--strict"], 1)] {
        let proxy = proxy_to(&target, &project.path(""), args);
        assert_eq!(status(&proxy.say("POST", "/things", JSON, "{}")), "400");
        assert_eq!(proxy.stop(), Some(code));
    }
}
