//! Modes of the mock: strict, with TLS, watching its files.

use std::io::{Read, Write};
use std::process::Command;

use super::{Served, content, status};
use crate::cli::project::{CASES, Project, SPEC};

const JSON: &str = "content-type: application/json\r\n";

#[test]
fn a_strict_mock_exits_1_after_an_invalid_request() {
    let project = Project::new();
    let strict = Served::start(&project.path(""), &["--strict"]);
    strict.say("GET", "/things/t1", "", "");
    strict.say("POST", "/things", JSON, "{}");
    strict.wait_for("POST /things → 400, invalid");
    strict.wait_for("name: ");
    assert_eq!(strict.stop(), Some(1));
    let valid = Served::start(&project.path(""), &["--strict", "--fault", "error=500"]);
    valid.say("GET", "/things/t1", "", "");
    valid.wait_for("GET /things/t1 → 500, valid");
    valid.wait_for("fault: error=500");
    assert_eq!(valid.stop(), Some(0));
    let lenient = Served::start(&project.path(""), &[]);
    lenient.say("POST", "/things", JSON, "{}");
    assert_eq!(lenient.stop(), Some(0));
}

#[test]
fn a_certificate_of_the_client_is_not_checked() {
    let project = Project::new();
    project.write("specs/things.yaml", &SPEC.replace("type: http, scheme: bearer", "type: mutualTLS"));
    for (args, code) in [(&[][..], 0), (&["--strict"], 1)] {
        let served = Served::start(&project.path(""), args);
        assert_eq!(status(&served.say("GET", "/things/t1", "", "")), "200");
        served.wait_for("GET /things/t1 → 200, not fully checked");
        served.wait_for("key is checked by the connection, not in the message");
        assert_eq!(served.stop(), Some(code));
    }
}

#[test]
fn a_mock_without_rules_reports_once_what_it_responds() {
    let project = Project::new();
    let note = "responses are examples of the document, or generated; add rules with --rules FILE to remember requests";
    let started = |args: &[&str]| {
        let served = Served::listening(&project.path(""), "mock", args, &[]);
        served.say("GET", "/things/t1", "", "");
        served.say("GET", "/nothing", "", "");
        served.stop_with_rest().0.lines().filter(|line| *line == note).count()
    };
    project
        .write("mock.yaml", "operations: { getThing: [ { respond: { status: 200, body: { id: '1', name: n } } } ] }\n");
    assert_eq!([&[][..], &["--quiet"], &["--rules", "mock.yaml"]].map(started), [1, 0, 0]);
}

#[test]
fn a_watching_mock_reloads_valid_files_only() {
    let project = Project::new();
    let rule = |name: &str| {
        format!("operations: {{ getThing: [ {{ respond: {{ status: 200, body: {{ id: t1, name: {name} }} }} }} ] }}")
    };
    project.write("mock.yaml", &rule("first"));
    let served = Served::start(&project.path(""), &["--watch", "--rules", "mock.yaml"]);
    let named = || content(&served.say("GET", "/things/t1", "", "")).to_owned();
    assert_eq!(named(), r#"{"id":"t1","name":"first"}"#);
    project.write("mock.yaml", &rule("the second"));
    served.wait_for("reloaded");
    assert_eq!(named(), r#"{"id":"t1","name":"the second"}"#);
    project.write("specs/things.yaml", "openapi: 3.1.0\npaths: []\n");
    served.wait_for("the previous version stays active");
    assert_eq!(named(), r#"{"id":"t1","name":"the second"}"#);
    project.write("specs/things.yaml", &SPEC.replace("/things/{id}", "/items/{id}"));
    served.wait_for("reloaded");
    assert_eq!(status(&served.say("GET", "/items/t1", "", "")), "200");
    assert_eq!(status(&served.say("GET", "/things/t1", "", "")), "404");
}

#[test]
fn the_configured_rules_apply_to_the_configured_document_only() {
    let project = Project::new();
    project.write("specs/items.yaml", &SPEC.replace("getThing", "getItem"));
    let rule = "{ respond: { status: 200, body: { id: t1, name: ruled } } }";
    project.write("mock.yaml", &format!("operations: {{ getThing: [ {rule} ] }}"));
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { mock: { mock: mock.yaml } }\n");
    let named =
        |args: &[&str]| content(&Served::start(&project.path(""), args).say("GET", "/things/t1", "", "")).to_owned();
    assert!(named(&[]).contains("ruled"));
    assert!(named(&["--spec", "specs/things.yaml"]).contains("ruled"));
    let other = named(&["--spec", "specs/items.yaml"]);
    assert!(other.contains("\"id\"") && !other.contains("ruled"), "{other}");
}

#[test]
fn a_reload_keeps_the_state_unless_the_initial_state_changes() {
    let project = Project::new();
    let rules = |first: u8, name: &str| {
        format!(
            "state: {{ count: {first} }}
operations:
  getThing:
    - respond: {{ status: 200, body: {{ id: \"${{state.count}} {name}\", name: x }} }}
      store: {{ count: \"${{state.count + 1}}\" }}
"
        )
    };
    project.write("mock.yaml", &rules(0, "a"));
    let served = Served::start(&project.path(""), &["--watch", "--rules", "mock.yaml"]);
    let counted = || content(&served.say("GET", "/things/t1", "", "")).to_owned();
    assert_eq!([counted(), counted()], [r#"{"id":"0 a","name":"x"}"#, r#"{"id":"1 a","name":"x"}"#]);
    project.write("mock.yaml", &rules(0, "other"));
    served.wait_for("reloaded");
    assert_eq!(counted(), r#"{"id":"2 other","name":"x"}"#);
    project.write("mock.yaml", &rules(7, "new"));
    served.wait_for("reloaded");
    assert_eq!(counted(), r#"{"id":"7 new","name":"x"}"#);
}

#[test]
fn curl_trusts_the_certificate_and_uses_both_versions_of_http() {
    if Command::new("curl").arg("--version").output().is_err() {
        // Without curl, only the tests of TLS and of the repository's cases cover this.
        return;
    }
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--tls", "--save-certificate", "mock.pem"]);
    let url = format!("https://{}/things/t1", served.address);
    let curl = |arguments: &[&str]| {
        let mut program = Command::new("curl");
        program.args(["-s", "-H", "authorization: Bearer x", "-w", " %{http_version}"]).args(arguments).arg(&url);
        String::from_utf8(program.current_dir(project.path("")).output().expect("curl").stdout).expect("text")
    };
    let body = r#"{"id":"t1","name":"one"}"#;
    assert_eq!(curl(&["--cacert", "mock.pem", "--http1.1"]), format!("{body} 1.1"));
    let newer = curl(&["--cacert", "mock.pem", "--http2"]);
    assert!(newer == format!("{body} 2") || newer == format!("{body} 1.1"), "{newer}");
    assert_eq!(curl(&[]), " 0");
}

#[test]
fn invalid_flags_are_reported() {
    let project = Project::new();
    let errors = |args: &[&str]| {
        let ended = project.call(&[&["mock"], args].concat());
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{args:?}");
        ended.err
    };
    let reported = [
        errors(&["--fault", "slow"]),
        errors(&["--fault", "reset,operation=nothing"]),
        errors(&["--fault", "error=200"]),
        errors(&["--fault", "latency=2s..1s, chance=1"]),
        errors(&["--fault", "stall, probability=2"]),
        errors(&["--admin-token", "secret"]),
        errors(&["--admin-token", "env:NOWHERE"]),
    ];
    insta::assert_snapshot!(reported.join("\n"));
}

#[test]
fn a_quiet_mock_prints_its_address_and_invalid_requests() {
    let project = Project::new();
    let mock = Served::start(&project.path(""), &["--quiet"]);
    mock.say("GET", "/things/t1", "", "");
    mock.say("POST", "/things", JSON, "{}");
    let line = mock.wait_for("");
    assert!(line.starts_with("POST /things → 400"), "{line}");
}

/// The mock that a run started has stopped, but its successor accepts the command of the report.
#[test]
fn the_command_that_reproduces_a_finding_has_credentials_that_the_mock_accepts() {
    for scheme in ["bearer", "basic"] {
        let project = Project::new();
        project.write("specs/things.yaml", &SPEC.replace("bearer", scheme));
        project.write("cases/things.yaml", &CASES.replace("name: one", "name: other"));
        let ended = project.call(&["run"]);
        let command = ended.out.lines().find(|line| line.contains("reproduce: ")).expect("a command");
        let header = command.split('\'').find(|word| word.starts_with("authorization: ")).expect("credentials");
        let mock = Served::start(&project.path(""), &[]);
        let request = format!("GET /things/t1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\r\n\r\n");
        let (mut stream, mut response) = (mock.connect(), String::new());
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200"), "{command}\n{response}");
    }
}
