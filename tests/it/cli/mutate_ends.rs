//! How a measurement ends early: by a signal, and by a case that does not end by itself.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::project::{CONFIG, Project, SPEC};

/// The program, measuring against a target over a socket. Returns the connection on which the first request is received.
fn start(project: &Project) -> (Child, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut program = crate::program();
    program.args(["mutate", "--target", &url, "--auth", "key=env:KEY", "--grace", "1ms"]);
    program.args(["--first-byte-timeout", "1h", "--timeout", "1h"]);
    let streams = program.current_dir(project.path("")).env("KEY", "key-of-the-partner").stdout(Stdio::piped());
    let child = streams.stderr(Stdio::null()).spawn().unwrap();
    let (mut connection, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    (child, connection)
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// The exit code, the text, and the report.
fn ended(child: Child, project: &Project) -> (Option<i32>, String, Value) {
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_str(&project.read("reports/mutation.json")).unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), report)
}

const ONE: &str = "story: Things
cases: [ { name: gets a thing, operation: getThing, request: { path: { id: t1 } } } ]
";

#[test]
fn an_interrupted_measurement_writes_what_was_measured() {
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", ONE), ("signoff.yaml", CONFIG)];
    // Before the first fault: the target does not respond.
    let project = Project::with(&files);
    let (child, _connection) = start(&project);
    interrupt(&child);
    let (code, text, report) = ended(child, &project);
    assert_eq!(code, Some(130), "{text}");
    assert!(text.starts_with("would the cases notice? no fault was tried\n"), "{text}");
    assert!(text.contains("\ninterrupted: not all faults were tried\n"), "{text}");
    assert_eq!(report["config"]["interrupted"], true);
    // While faults are tried: there are many of them.
    let project = Project::with(&files);
    let (child, mut connection) = start(&project);
    let others: String = (0..3000).map(|n| format!(r#","p{n}":"v{n}""#)).collect();
    let body = format!(r#"{{"id":"t1","name":"one"{others}}}"#);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
    connection.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    // The program closes the connection when the pass is over.
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    interrupt(&child);
    let (code, text, report) = ended(child, &project);
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("\ninterrupted: not all faults were tried\n"), "{text}");
    assert_eq!(report["config"]["interrupted"], true);
}

#[test]
fn a_poll_that_a_fault_does_not_let_end_ends_by_its_own_limit() {
    let cases = "story: Things
cases:
  - name: waits for a thing
    operation: getThing
    request: { path: { id: t1 } }
    poll: { every: 1s, up_to: 10m }
    expect: { status: 200, body: { name: one } }
";
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", cases), ("signoff.yaml", CONFIG)];
    let project = Project::with(&files);
    let args = ["mutate", "--operator", "string-emptied", "--operation", "getThing", "--format", "json"];
    let ended = project.call(&args);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let mutants = report["files"]["specs/things.yaml"]["mutants"].as_array().unwrap();
    let emptied = mutants.iter().find(|one| one["id"].as_str().unwrap().contains("body/name: emptied")).unwrap();
    assert_eq!(emptied["status"], "Killed");
    assert_eq!(emptied["killedBy"][0], "cases/things.yaml::waits for a thing");
}

#[test]
fn progress_is_shown_on_a_terminal_and_cleared() {
    let project = Project::new();
    let ended = project.call_on_terminal(&["mutate"], &[("COLUMNS", "200")]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines: Vec<&str> = ended.err.split("\r\x1b[2K").collect();
    let [before, shown @ .., after] = lines.as_slice() else { panic!("{}", ended.err) };
    assert_eq!(*before, "");
    let is_progress = |line: &&str| line.contains(" responses and operations; ") && line.contains(" faults tried, ");
    assert!(!shown.is_empty() && shown.iter().all(is_progress), "{shown:?}");
    assert!(after.starts_with("not added to reports/index.html") && !is_progress(after), "{after}");
    for args in [["mutate", "--quiet"], ["mutate", "--verbose"]] {
        let is_shown = project.call_on_terminal(&args, &[]).err.contains("responses and operations");
        assert_eq!(is_shown, args[1] == "--verbose");
    }
    assert!(!project.call(&["mutate"]).err.contains("responses and operations"));
}
