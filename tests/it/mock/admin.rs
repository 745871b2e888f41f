//! The admin interface of a mock: its state and its log of requests.

use serde_json::{Value, json};

use super::{Served, content, status};
use crate::cli::project::Project;

const RULES: &str = "state: { things: [] }
operations:
  makeThing:
    - fallthrough: document
      store: { things: { $append: \"${request.body.name}\" } }
";
const JSON: &str = "content-type: application/json\r\n";

fn project() -> Project {
    let project = Project::new();
    project.write("mock.yaml", RULES);
    project
}

fn json_of(response: &str) -> Value {
    serde_json::from_str(content(response)).expect("JSON")
}

#[test]
fn the_state_is_read_replaced_and_reset() {
    let project = project();
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin"]);
    let state = || json_of(&served.say("GET", "/_signoff/state", "", ""));
    let make = |name: &str| served.say("POST", "/things", JSON, &json!({ "name": name }).to_string());
    assert_eq!(state(), json!({"things": []}));
    assert_eq!(status(&make("one")), "200");
    assert_eq!(state(), json!({"things": ["one"]}));
    assert_eq!(status(&served.say("PUT", "/_signoff/state", "", r#"{"things": ["two"]}"#)), "204");
    make("three");
    assert_eq!(state(), json!({"things": ["two", "three"]}));
    for wrong in ["", "[]", "{\"a\":1,\"a\":2}"] {
        assert_eq!(status(&served.say("PUT", "/_signoff/state", "", wrong)), "400", "{wrong}");
    }
    assert_eq!(status(&served.say("DELETE", "/_signoff/state", "", "")), "204");
    assert_eq!(state(), json!({"things": []}));
    assert_eq!(status(&served.say("POST", "/_signoff/state", "", "")), "405");
    assert_eq!(status(&served.say("GET", "/_signoff/nothing", "", "")), "404");
}

#[test]
fn requests_are_listed_with_their_verdicts() {
    let project = project();
    let args = ["--rules", "mock.yaml", "--admin", "--fault", "latency=1ms,operation=getThing"];
    let served = Served::start(&project.path(""), &args);
    served.say("GET", "/things/t1", "", "");
    served.say("POST", "/things", JSON, "{}");
    served.say("GET", "/nowhere", "", "");
    let listed = || json_of(&served.say("GET", "/_signoff/requests", "", ""));
    insta::assert_snapshot!(serde_json::to_string_pretty(&listed()).expect("JSON"));
    assert_eq!(status(&served.say("DELETE", "/_signoff/requests", "", "")), "204");
    assert_eq!(listed(), json!([]));
}

#[test]
fn admin_requires_the_flag_and_beyond_loopback_a_token() {
    let project = project();
    let closed = Served::start(&project.path(""), &[]);
    assert_eq!(status(&closed.say("GET", "/_signoff/state", "", "")), "404");
    let refused = project.call(&["mock", "--admin", "--host", "0.0.0.0", "--port", "0"]);
    assert_eq!(refused.code, 2);
    insta::assert_snapshot!(refused.err, @r"
    error: --admin on 0.0.0.0 would let any client read and change the state
    help: require a token with --admin-token env:NAME

    1 error
    ");
    let args = ["--admin-token", "env:ADMIN", "--host", "0.0.0.0"];
    let served = Served::start_with(&project.path(""), &args, &[("ADMIN", "open sesame")]);
    let with = |line: &str| {
        let request = format!("GET /_signoff/state HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{line}\r\n");
        let mut stream = served.connect();
        std::io::Write::write_all(&mut stream, request.as_bytes()).expect("sent");
        std::io::read_to_string(stream).expect("a response")
    };
    assert_eq!(status(&with("authorization: Bearer open sesame\r\n")), "200");
    for line in ["", "authorization: Bearer open\r\n", "authorization: open sesame\r\n"] {
        assert_eq!(status(&with(line)), "401", "{line}");
    }
}

#[test]
fn pages_of_other_sites_are_refused() {
    let project = project();
    let served = Served::start(&project.path(""), &["--admin"]);
    let origin = "origin: https://evil.example\r\n";
    assert_eq!(status(&served.say("GET", "/_signoff/state", origin, "")), "403");
    assert_eq!(status(&served.say("GET", "/_signoff/state", "origin: http://localhost:3000\r\n", "")), "200");
    let mut stream = served.connect();
    let rebound = "GET /_signoff/state HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    std::io::Write::write_all(&mut stream, rebound.as_bytes()).expect("sent");
    assert_eq!(status(&std::io::read_to_string(stream).expect("a response")), "403");
}
