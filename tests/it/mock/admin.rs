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
    let text = serde_json::to_string_pretty(&listed()).expect("JSON").replace(&served.address, "ADDRESS");
    let instant = regex::Regex::new(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z").expect("a pattern");
    insta::assert_snapshot!(instant.replace_all(&text, "INSTANT"));
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
    // The token is a secret: no log and no journal shows it.
    served.say("GET", "/things/open%20sesame?q=open%20sesame", "x-own: open sesame\r\n", "");
    let logged = served.wait_for("GET /things/");
    assert!(logged.contains("«secret:ADMIN»") && !logged.contains("sesame"), "{logged}");
    let listed =
        "GET /_signoff/requests HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer open sesame\r\n\r\n";
    let mut stream = served.connect();
    std::io::Write::write_all(&mut stream, listed.as_bytes()).expect("sent");
    let journal = std::io::read_to_string(stream).expect("a response");
    assert!(journal.contains("«secret:ADMIN»") && !journal.contains("sesame"), "{journal}");
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

#[test]
fn the_journal_is_filtered_and_counted() {
    let project = project();
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin"]);
    served.say("GET", "/things/t1", "", "");
    served.say("POST", "/things", JSON, r#"{"name": "one"}"#);
    served.say("POST", "/things", JSON, "{}");
    let count = |query: &str| json_of(&served.say("GET", &format!("/_signoff/requests/count?{query}"), "", ""));
    assert_eq!(count(""), json!({"count": 3, "removed": 0}));
    assert_eq!(count("operation=makeThing&status=2xx"), json!({"count": 1, "removed": 0}));
    let listed = json_of(&served.say("GET", "/_signoff/requests?verdict=invalid", "", ""));
    let time = listed[0]["time"].as_str().expect("a time");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(count(&format!("since={time}")), json!({"count": 1, "removed": 0}));
    let refused = json_of(&served.say("GET", "/_signoff/requests?path=/things", "", ""));
    assert_eq!(refused["detail"], "expected operation, method, status, verdict or since, found \"path\"");
    assert_eq!(status(&served.say("DELETE", "/_signoff/requests/count", "", "")), "405");
}

/// Values that the contract or the configuration calls sensitive, in requests and in responses that echo them.
#[test]
fn the_journal_is_redacted() {
    let project = project();
    let rules = "operations: { getThing: [ { respond: { status: 200, body: { id: t1, name: \"${request.headers.authorization}\" } } } ] }";
    project.write("mock.yaml", rules);
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin"]);
    let secret = "a-key-that-nobody-may-see";
    let request = format!(
        "GET /things/t1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\r\n"
    );
    let mut stream = served.connect();
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("sent");
    assert!(std::io::read_to_string(stream).expect("a response").contains(secret));
    let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(100_000));
    served.say("POST", "/things", JSON, &large);
    let listed = served.say("GET", "/_signoff/requests", "", "");
    assert!(!listed.contains(secret), "{listed}");
    let listed = json_of(&listed);
    let shown = &listed[0]["response"]["body"]["text"];
    assert_eq!(*shown, r#"{"id":"t1","name":"Bearer «redacted:1 string»"}"#, "{listed:#}");
    assert_eq!(listed[1]["request"]["body"], json!({"size": large.len(), "left_out": large.len()}));
}

#[test]
fn rules_are_added_for_the_next_requests() {
    let project = project();
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin"]);
    let add = |rule: &str| {
        let response = served.say("POST", "/_signoff/rules", "", rule);
        (status(&response).to_owned(), json_of(&response))
    };
    let get = || {
        let response = served.say("GET", "/things/t1", "", "");
        (status(&response).to_owned(), json_of(&response)["name"].clone())
    };
    let rule = |times: &str, name: &str| {
        format!(
            "{{ operation: getThing, {times} rule: {{ respond: {{ status: 200, body: {{ id: t1, name: {name} }} }} }} }}"
        )
    };
    let (_, documented) = get();
    assert_eq!(add(&rule("times: 2,", "first")), ("201".to_owned(), json!({"id": 1})));
    let second = r#"{ "operation": "GET /things/{id}", "times": 1, "rule": { "when": "request.path.id == 't1'", "undocumented": "overload", "respond": { "status": 503 } } }"#;
    assert_eq!(add(second).1, json!({"id": 2}));
    let expected =
        [("200", json!("first")), ("200", json!("first")), ("503", Value::Null), ("200", documented.clone())];
    for (status, name) in expected {
        let response = served.say("GET", "/things/t1", "", "");
        let found = serde_json::from_str::<Value>(content(&response)).unwrap_or_default()["name"].clone();
        assert_eq!((super::status(&response), found), (status, name));
    }
    let listed = json_of(&served.say("GET", "/_signoff/rules", "", ""));
    assert_eq!(listed[0], json!({"id": 1, "operation": "getThing", "times": 2, "used": 2}));
    assert_eq!(json_of(&served.say("GET", "/_signoff/rules/2", "", ""))["used"], 1);
    let (refused, problem) = add("{ operation: getThing, rule: { respond: { status: 409 } } }");
    assert_eq!((refused.as_str(), problem["violations"].as_array().map(Vec::len)), ("400", Some(1)), "{problem}");
    add(&rule("", "third"));
    assert_eq!(get().1, "third");
    assert_eq!(status(&served.say("DELETE", "/_signoff/rules/3", "", "")), "204");
    assert_eq!(get().1, documented);
    assert_eq!(status(&served.say("DELETE", "/_signoff/rules/3", "", "")), "404");
    let origin = "origin: https://evil.example\r\n";
    assert_eq!(status(&served.say("POST", "/_signoff/rules", origin, &rule("", "x"))), "403");
}

#[test]
fn a_reset_returns_to_the_start() {
    let project = project();
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin"]);
    served.say("POST", "/things", JSON, r#"{"name": "one"}"#);
    served.say("POST", "/_signoff/rules", "", "{ operation: getThing, rule: { fallthrough: document } }");
    assert_eq!(status(&served.say("GET", "/_signoff/reset", "", "")), "405");
    assert_eq!(status(&served.say("POST", "/_signoff/reset", "", "")), "204");
    let of = |name: &str| json_of(&served.say("GET", &format!("/_signoff/{name}"), "", ""));
    assert_eq!([of("state"), of("requests"), of("rules")], [json!({"things": []}), json!([]), json!([])]);
}

#[test]
fn added_rules_survive_a_reload() {
    let project = project();
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml", "--admin", "--watch"]);
    let rule = "{ operation: getThing, times: 9, rule: { respond: { status: 200, body: { id: t1, name: added } } } }";
    served.say("POST", "/_signoff/rules", "", rule);
    let name = || json_of(&served.say("GET", "/things/t1", "", ""))["name"].clone();
    assert_eq!(name(), "added");
    project.write("mock.yaml", &RULES.replace("things: []", "things: [ 1 ]"));
    served.wait_for("reloaded");
    assert_eq!(name(), "added");
    assert_eq!(json_of(&served.say("GET", "/_signoff/rules/1", "", ""))["used"], 2);
}
