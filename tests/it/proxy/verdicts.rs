//! One verdict of every exchange in log, report and exit code; a violation of the request is the client's.

use super::{outcomes, proxy_to, record};
use crate::cli::project::{CONFIG, Project};
use crate::mock::{Served, status, written};

/// A target that tolerates everything, and answers OPTIONS and undocumented paths.
const TOLERANT: &str = "operations:
  makeThing: [ { accepts_invalid: true, respond: { status: 200, body: { id: x, name: x } } } ]
  getThing: [ { accepts_invalid: true, respond: { status: 200, body: { id: x, name: x } } } ]
";

/// Requests that a target answers although the contract does not describe them, and the verdicts of the log.
const TOLERATED: [(&str, &str, &str); 6] = [
    ("HEAD", "/things/t1", "200, valid"),
    ("OPTIONS", "/things/t1", "204, not fully checked"),
    ("OPTIONS", "/nowhere", "404, not fully checked"),
    ("GET", "/things/t1?_=1700000000", "200, invalid request"),
    ("GET", "/favicon.ico", "404, invalid request"),
    ("POST", "/things", "200, invalid request"),
];

#[test]
fn what_the_client_violates_is_not_the_targets_fault() {
    let project = Project::new();
    project.write("mock.yaml", TOLERANT);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    for (args, code) in [(&[][..], 0), (&["--strict"], 1)] {
        let proxy = proxy_to(&target, &project.path(""), args);
        for (method, url, verdict) in TOLERATED {
            let headers = "origin: http://localhost:3000\r\naccess-control-request-method: GET\r\n";
            proxy.say(method, url, headers, "");
            proxy.wait_for(&format!("{method} {url} → {verdict}"));
        }
        assert_eq!(proxy.stop(), Some(code));
        let seen = record(&project.path(""));
        assert_eq!(outcomes(&seen).len(), TOLERATED.len());
        // What violates the contract is a finding: no person decided not to check it.
        assert_eq!(seen["summary"]["unchecked"], 0);
        let outcomes = outcomes(&seen);
        let verdict =
            |invalid: &str| if invalid.ends_with("invalid request") && code == 1 { "failed" } else { "passed" };
        for ((_, _, logged), outcome) in TOLERATED.iter().zip(outcomes) {
            assert_eq!(outcome["outcome"], verdict(logged), "{outcome}");
            let findings = outcome["findings"].as_array().map_or(&[][..], Vec::as_slice);
            let is_request = |finding: &serde_json::Value| finding["check"] == "request" && finding["in"] == "request";
            assert_eq!(findings.len(), usize::from(logged.ends_with("invalid request")), "{outcome}");
            assert!(findings.iter().all(is_request), "{outcome}");
        }
    }
}

#[test]
fn missing_credentials_are_the_clients_violation() {
    let project = Project::new();
    project.write("mock.yaml", TOLERANT);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    let mut stream = proxy.connect();
    let request = written("GET", "/things/t1", "connection: close\r\n", "").replace("authorization: Bearer x\r\n", "");
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("sent");
    let response = std::io::read_to_string(stream).expect("a response");
    assert_eq!(status(&response), "200");
    proxy.wait_for("GET /things/t1 → 200, invalid request");
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn a_read_only_property_is_only_a_warning() {
    let project = Project::new();
    let spec = crate::cli::project::SPEC;
    project
        .write("specs/things.yaml", &spec.replace("name: { type: string }", "name: { type: string, readOnly: true }"));
    project.write("mock.yaml", TOLERANT);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &["--strict"]);
    proxy.say("POST", "/things", "content-type: application/json\r\n", r#"{"name": "x"}"#);
    proxy.wait_for("POST /things → 200, valid");
    proxy.wait_for("request: warning: body/name: the readOnly property \"name\" should not be in a request");
    assert_eq!(proxy.stop(), Some(0));
    assert_eq!(outcomes(&record(&project.path("")))[0]["outcome"], "passed");
}

#[test]
fn a_certificate_of_the_client_is_not_checked() {
    let project = Project::new();
    let spec = crate::cli::project::SPEC.replace("type: http, scheme: bearer", "type: mutualTLS");
    project.write("specs/things.yaml", &spec);
    let target = Served::start(&project.path(""), &[]);
    for (args, code) in [(&[][..], 0), (&["--strict"], 1)] {
        let proxy = proxy_to(&target, &project.path(""), args);
        proxy.say("GET", "/things/t1", "", "");
        proxy.wait_for("GET /things/t1 → 200, not fully checked");
        proxy.wait_for("request: key is checked by the connection, not in the message");
        assert_eq!(proxy.stop(), Some(code));
    }
}

#[test]
fn a_client_may_send_the_path_of_a_server() {
    let project = Project::new();
    let spec =
        crate::cli::project::SPEC.replace("security:", "servers: [ { url: https://api.example.com/v1 } ]\nsecurity:");
    project.write("specs/things.yaml", &spec);
    let target = Served::start(&project.path(""), &[]);
    for base in ["", "/v1"] {
        let url = format!("http://{}{base}", target.address);
        let folder = project.path("");
        let args = ["--target", &url, "--save-cases", "recorded"];
        let proxy = Served::listening(&folder, "proxy", &args, &[]);
        for path in ["/v1/things/t1", "/things/t1"] {
            assert_eq!(status(&proxy.say("GET", path, "", "")), "200");
            proxy.wait_for(&format!("GET {path} → 200, valid"));
        }
        assert_eq!(proxy.stop(), Some(0));
        let seen = record(&folder);
        assert!(outcomes(&seen).iter().all(|outcome| outcome["operation"] == "getThing"), "{seen}");
    }
}

#[test]
fn warnings_do_not_make_a_response_invalid() {
    let project = Project::new();
    project.write(
        "mock.yaml",
        "operations:\n  getThing: [ { respond: { status: 200, body: { id: 5 } }, unchecked: true } ]\n",
    );
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &["--severity", "body-schema=warning"]);
    proxy.say("GET", "/things/t1", "", "");
    proxy.wait_for("GET /things/t1 → 200, valid");
    proxy.wait_for("warning: response: body/id: ");
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn a_body_with_a_coding_is_validated_without_it() {
    // `{"name":"x"}`, stored without compression.
    const BODY: &[u8] = b"\x01\x0c\x00\xf3\xff{\"name\":\"x\"}";
    let project = Project::new();
    project.write("mock.yaml", TOLERANT);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    for (coding, verdict) in [("deflate", "valid"), ("zstd", "not fully checked")] {
        let head = "POST /things HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\nconnection: close\r\n";
        let head =
            format!("{head}content-type: application/json\r\ncontent-encoding: {coding}\r\ncontent-length: 17\r\n\r\n");
        let mut stream = proxy.connect();
        std::io::Write::write_all(&mut stream, &[head.as_bytes(), BODY].concat()).expect("sent");
        let _ = std::io::read_to_string(stream);
        let logged = proxy.wait_for("POST /things → ");
        assert!(logged.ends_with(&format!(", {verdict}")) || logged.contains("invalid response"), "{logged}");
        assert!(!logged.contains("invalid request"), "{logged}");
    }
}

#[test]
fn methods_that_the_target_does_not_allow_are_not_forwarded() {
    let project = Project::new();
    let target = Served::start(&project.path(""), &[]);
    let proxy = proxy_to(&target, &project.path(""), &["--allow", "GET"]);
    assert_eq!(status(&proxy.say("GET", "/things/t1", "", "")), "200");
    assert_eq!(status(&proxy.say("POST", "/things", "", "{}")), "403");
    proxy.wait_for("POST /things → 403, not forwarded");
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn gates_of_coverage_are_about_cases_and_not_about_the_requests_of_clients() {
    let project = Project::new();
    project.write(
        "signoff.yaml",
        &format!("{CONFIG}coverage: {{ min: {{ operations: 100 }} }}\nfail_on: [uncovered-new]\n"),
    );
    let target = Served::start(&project.path(""), &[]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    proxy.say("GET", "/things/t1", "", "");
    proxy.wait_for("GET /things/t1 → 200, valid");
    assert_eq!(proxy.stop(), Some(0));
    let clauses = &record(&project.path(""))["clauses"];
    assert_eq!(clauses["missed"], serde_json::Value::Null, "{clauses}");
    let ended = project.call(&["coverage", "--min-coverage", "operations=100%"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
}
