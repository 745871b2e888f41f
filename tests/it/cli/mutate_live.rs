//! `signoff mutate` on a live target: one pass over the network, then mutants of the recorded responses.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::project::{CASES, CONFIG, Ended, Project, SPEC};

const KEY: &str = "key-of-the-partner-4711";

/// A target over a socket, and the requests that it received: `GET /things/t1`.
struct Target {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// Returns a complete response to a request: its method and path, and how many came before.
type Respond = fn(&str, usize) -> String;

fn target(respond: Respond) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let received = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let received = Arc::clone(&received);
            thread::spawn(move || handle(stream.unwrap(), respond, &received));
        }
    });
    Target { url, requests }
}

fn handle(mut stream: TcpStream, respond: Respond, received: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", number)) => length = number.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let request = first.rsplit_once(' ').unwrap().0.to_owned();
    let before = {
        let mut received = received.lock().unwrap();
        received.push(request.clone());
        received.len() - 1
    };
    stream.write_all(respond(&request, before).as_bytes()).unwrap();
}

fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn things(request: &str, _: usize) -> String {
    match request {
        "GET /things/t1" => response("200 OK", r#"{"id":"t1","name":"one"}"#),
        _ => response("200 OK", r#"{"id":"t2","name":"two"}"#),
    }
}

fn call(project: &Project, target: &Target, args: &[&str]) -> Ended {
    let live = ["mutate", "--target", &target.url, "--auth", "key=env:KEY", "--seed", "7"];
    project.call_with(&[&live, args].concat(), &[("KEY", KEY)])
}

fn mutants(report: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(report).unwrap();
    let files = report["files"].as_object().unwrap().values();
    files.flat_map(|file| file["mutants"].as_array().unwrap().clone()).collect()
}

fn status_of(mutants: &[Value], id: &str) -> String {
    let found = mutants.iter().find(|mutant| mutant["id"].as_str().unwrap().contains(id));
    found.unwrap_or_else(|| panic!("no {id} in {mutants:#?}"))["status"].as_str().unwrap().to_owned()
}

#[test]
fn every_case_is_sent_once_and_faults_are_tried_in_the_recorded_responses() {
    let (project, target) = (Project::new(), target(things));
    let ended = call(&project, &target, &["--verbose"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let mut requests = target.requests.lock().unwrap().clone();
    requests.sort();
    assert_eq!(requests, ["GET /things/t1", "POST /things"]);
    let label = format!("recorded from {} in one pass, then changed in memory\n", target.url);
    assert!(ended.out.contains(&label), "{}", ended.out);
    assert!(ended.out.contains("faults of the target's behaviour were not tried"), "{}", ended.out);
    let report = project.read("reports/mutation.json");
    let mutants = mutants(&report);
    // The identifier and the name of the request; values that nothing determines, one of which a case expects.
    let expected = mutants.iter().find(|one| one["id"].as_str().unwrap().contains("getThing 200 body/name: emptied"));
    assert_eq!(expected.unwrap()["status"], "Ignored");
    assert!(expected.unwrap()["statusReason"].as_str().unwrap().starts_with("unspecified, but noticed"));
    assert_eq!(status_of(&mutants, "getThing 200 body/id: replaced by the id"), "Survived");
    assert_eq!(status_of(&mutants, "makeThing 200 body/id: emptied"), "Ignored");
    assert_eq!(status_of(&mutants, "makeThing 200 body/name: replaced by another value"), "Survived");
    assert!(!report.contains("credentials-not-required"), "{report}");
    let value: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(value["config"]["recordedFrom"], target.url);
    for text in [&ended.out, &ended.err, &report] {
        assert!(!text.contains(KEY), "{text}");
    }
    let suggested = call(&project, &target, &["--suggest"]);
    assert_eq!(suggested.code, 2);
    assert!(suggested.err.contains("--suggest needs the mock"), "{}", suggested.err);
    assert_eq!(target.requests.lock().unwrap().len(), 2);
}

#[test]
fn a_body_that_the_document_does_not_declare_counts_if_it_has_a_value_of_the_request() {
    let content = |example: &str| {
        format!(
            "          content: {{ application/json: {{ schema: {{ $ref: \"#/components/schemas/Thing\" }}, example: {example} }} }}\n"
        )
    };
    let spec = SPEC.replace(&content("{ id: t1, name: one }"), "").replace(&content("{ id: t2, name: two }"), "");
    assert_eq!(spec.matches("content:").count(), 1, "that of the request");
    let cases = CASES.replace(", body: { name: one }", "");
    let project =
        Project::with(&[("specs/things.yaml", &spec), ("cases/things.yaml", &cases), ("signoff.yaml", CONFIG)]);
    let respond: Respond = |request, _| match request {
        "GET /things/t1" => response("200 OK", r#"{"id":"t1"}"#),
        _ => response("200 OK", r#"{"id":"t9"}"#),
    };
    let ended = call(&project, &target(respond), &["--operator", "body-emptied,body-truncated"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let mutants = mutants(&project.read("reports/mutation.json"));
    for change in ["emptied", "truncated"] {
        assert_eq!(status_of(&mutants, &format!("getThing 200 response: body {change}")), "Survived");
        assert_eq!(status_of(&mutants, &format!("makeThing 200 response: body {change}")), "Ignored");
    }
}

#[test]
fn polls_retries_and_captures_receive_the_recorded_responses() {
    let cases = r"story: Things
independent: false
cases:
  - name: makes a thing
    operation: makeThing
    request: { body: { name: two } }
    retry: { attempts: 3, up_to: 30s }
    expect: { status: 200 }
    capture: { thing: /id }
  - name: waits for it
    operation: getThing
    request: { path: { id: '${thing}' } }
    poll: { every: 1ms, up_to: 10s }
    expect: { status: 200, body: { name: ready } }
";
    let respond: Respond = |request, before| match (request, before) {
        ("POST /things", 0) => {
            let busy = response("429 Too Many Requests", "{}");
            busy.replacen("\r\n", "\r\nretry-after: 0\r\n", 1)
        }
        ("POST /things", _) => response("200 OK", r#"{"id":"t7","name":"two"}"#),
        (_, ..5) => response("200 OK", r#"{"id":"t7","name":"pending"}"#),
        _ => response("200 OK", r#"{"id":"t7","name":"ready"}"#),
    };
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", cases), ("signoff.yaml", CONFIG)];
    let (project, target) = (Project::with(&files), target(respond));
    let ended = call(&project, &target, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(target.requests.lock().unwrap().len(), 6);
    let mutants = mutants(&project.read("reports/mutation.json"));
    // It never becomes ready: the case ends by its own limit.
    let pending = mutants.iter().find(|one| one["id"].as_str().unwrap().contains("getThing 200 body/name: emptied"));
    let reason = pending.unwrap()["statusReason"].as_str().unwrap();
    assert_eq!(reason, "unspecified, but noticed: expected-body in cases/things.yaml::waits for it");
    // The next request has another path, and receives the recorded response: no case fails.
    let other = mutants.iter().find(|one| one["id"].as_str().unwrap().contains("makeThing 200 body/id: padded"));
    assert_eq!(other.unwrap()["statusReason"], "unspecified: no case can know it");
    let errors: Vec<_> = mutants.iter().filter(|mutant| mutant["status"] == "RuntimeError").collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_suite_that_fails_on_the_target_is_invalid() {
    let target = target(|request, before| match request {
        "POST /things" => response("200 OK", r#"{"id":"t2"}"#),
        _ => things(request, before),
    });
    let ended = call(&Project::new(), &target, &[]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    let message = "the case fails on the target: cases/things.yaml::makes a thing: body-schema";
    assert!(ended.err.contains(message), "{}", ended.err);
}

#[test]
fn a_target_that_cannot_be_reached_has_its_own_exit_code() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let target = Target { url: format!("http://{free}"), requests: Arc::default() };
    let project = Project::new();
    let ended = call(&project, &target, &[]);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""));
    assert!(ended.err.contains("the case received no complete response: cases/things.yaml::"), "{}", ended.err);
    assert!(!project.path("reports/mutation.json").exists());
}

#[test]
fn a_response_that_is_too_large_is_replayed_and_not_changed() {
    let project = Project::new();
    let target = target(|request, before| match request {
        "GET /things/t1" => {
            let note = "x".repeat(1_500_000);
            response("200 OK", &format!(r#"{{"id":"t1","name":"one","note":"{note}"}}"#))
        }
        _ => things(request, before),
    });
    let ended = call(&project, &target, &[]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("\n1 response not changed: larger than 2 MB\n"), "{}", ended.out);
    let mutants = mutants(&project.read("reports/mutation.json"));
    let operations: BTreeSet<_> = mutants.iter().map(|one| one["id"].as_str().unwrap().split(' ').next()).collect();
    assert!(operations.contains(&Some("makeThing")) && !operations.contains(&Some("getThing")), "{operations:?}");
}
