//! Recorded responses of real servers: our verdicts agree with those of another tool.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signoff::contract::load;
use signoff::contract::{Rule, judge};
use signoff::http::{Headers, Response};

/// One line of a recording: a response of a real server, and the verdict of another tool.
struct Recording {
    line: usize,
    operation: String,
    method: String,
    response: Response,
    verdict: Value,
}

fn recordings(text: &str) -> Vec<Recording> {
    let read = |(line, text): (usize, &str)| {
        let value: Value = serde_json::from_str(text).expect("a line is JSON");
        let text = |name: &str| value[name].as_str().expect("a text").to_owned();
        let lines = value["headers"].as_object().expect("headers").iter().flat_map(|(name, values)| {
            values.as_array().expect("lines").iter().map(move |value| (name.clone(), value.as_str().expect("a text")))
        });
        let headers: Headers = lines.filter(|(_, value)| *value != "[Filtered]").collect();
        let body = STANDARD.decode(text("body_b64")).expect("base64");
        let status = value["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
        let response = Response { status, version: "HTTP/1.1", headers, wire_size: 0, body: body.into() };
        Recording {
            line: line + 1,
            operation: text("op"),
            method: text("method"),
            response,
            verdict: value["verdict"].clone(),
        }
    };
    text.lines().enumerate().map(read).collect()
}

/// The other tool's names for our rules.
const VERDICTS: [(&str, &[Rule]); 4] = [
    ("status_code_conformance", &[Rule::Status]),
    ("content_type_conformance", &[Rule::ContentType]),
    ("response_headers_conformance", &[Rule::HeaderSchema]),
    ("response_schema_conformance", &[Rule::BodySchema, Rule::BodyWellFormed]),
];

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn verdicts_on_recorded_responses_agree_with_another_tool() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set")).join("recorded");
    let mut differences = Vec::new();
    for server in ["lb4-todo", "restate"] {
        let contract = load::load(&data, Path::new(&format!("{server}.json"))).expect("it loads");
        let text = fs::read_to_string(data.join(format!("{server}.ndjson"))).expect("it is there");
        for recording in recordings(&text) {
            let operation = contract.operation(&recording.operation).expect("it is declared");
            let judgement = judge::response(&contract, operation, &recording.method, &recording.response);
            for (name, rules) in VERDICTS {
                let Some(theirs) = recording.verdict.get(name) else { continue };
                let is_violated = judgement.breaches.iter().any(|breach| rules.contains(&breach.rule));
                if is_violated != (theirs == "failure") {
                    differences.push(format!("{server}:{} {name} {theirs}: {:?}", recording.line, judgement.breaches));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

/// A server that replays a recording; it ends with the test.
struct Replay {
    process: Child,
    port: u16,
}

impl Replay {
    fn start(data: &Path, server: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut program = Command::new("python3");
        program.arg(data.join("replay_server.py")).arg(data.join(format!("{server}.ndjson"))).arg(port.to_string());
        let process = program.stderr(Stdio::null()).spawn().expect("python3");
        let replay = Self { process, port };
        let is_up = || TcpStream::connect(("127.0.0.1", port)).is_ok();
        for _ in 0..200 {
            if is_up() {
                return replay;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the replay server of {server} does not listen");
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A project with one case per line of a recording; their requests are not checked.
fn project(data: &Path, server: &str, port: u16) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(data.join(format!("{server}.ndjson"))).expect("it is there");
    let cases: Vec<Value> = text.lines().enumerate().map(|(line, text)| case(line, text)).collect();
    let config = json!({
        "spec": format!("{server}.json"), "cases": "cases", "reports": "reports", "default_target": "replay",
        "targets": { "replay": { "url": format!("http://127.0.0.1:{port}") } },
    });
    fs::create_dir(folder.path().join("cases")).expect("a folder");
    fs::copy(data.join(format!("{server}.json")), folder.path().join(format!("{server}.json"))).expect("a copy");
    fs::write(folder.path().join("signoff.yaml"), config.to_string()).expect("it is written");
    let story = json!({ "story": server, "cases": cases }).to_string();
    fs::write(folder.path().join("cases/recorded.yaml"), story).expect("it is written");
    folder
}

fn case(line: usize, text: &str) -> Value {
    let recorded: Value = serde_json::from_str(text).expect("a line is JSON");
    let url = url::Url::parse(recorded["uri"].as_str().expect("a URL")).expect("a URL");
    json!({
        "name": format!("line {}", line + 1),
        "operation": recorded["op"],
        "request": {
            "method": recorded["method"],
            "url": url[url::Position::BeforePath..url::Position::AfterQuery].replace("${", "$${"),
            "headers": { "X-Replay-Id": line.to_string() },
            "auth": "none",
        },
        "violates": "unchecked",
        "expect": { "status": recorded["status"] },
    })
}

/// The other tool's names for our checks.
const CHECKS: [(&str, &[&str]); 4] = [
    ("status_code_conformance", &["status-documented"]),
    ("content_type_conformance", &["content-type-documented"]),
    ("response_headers_conformance", &["header-schema"]),
    ("response_schema_conformance", &["body-schema", "body-well-formed"]),
];

#[test]
#[ignore = "needs SIGNOFF_DATA and python3"]
fn a_run_against_recorded_responses_agrees_with_another_tool() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set")).join("recorded");
    let (mut compared, mut differences) = (0, Vec::new());
    for server in ["lb4-todo", "restate"] {
        let replay = Replay::start(&data, server);
        let project = project(&data, server, replay.port);
        let mut program = crate::program();
        let run = program.arg("run").current_dir(project.path()).output().expect("the program runs");
        let record = fs::read_to_string(project.path().join("reports/record.json"));
        let record = record.unwrap_or_else(|_| panic!("no record: {}", String::from_utf8_lossy(&run.stderr)));
        let record: Value = serde_json::from_str(&record).expect("JSON");
        let text = fs::read_to_string(data.join(format!("{server}.ndjson"))).expect("it is there");
        let outcomes = record["outcomes"].as_array().expect("outcomes");
        assert_eq!(outcomes.len(), text.lines().count());
        for (line, text) in text.lines().enumerate() {
            let name = format!("line {}", line + 1);
            let outcome = outcomes.iter().find(|outcome| outcome["name"] == name).expect("its outcome");
            let recorded: Value = serde_json::from_str(text).expect("a line is JSON");
            for (verdict, checks) in CHECKS {
                let Some(theirs) = recorded["verdict"].get(verdict) else { continue };
                let findings = outcome["findings"].as_array().into_iter().flatten();
                let is_violated =
                    findings.filter_map(|finding| finding["check"].as_str()).any(|id| checks.contains(&id));
                compared += 1;
                if is_violated != (theirs == "failure") {
                    differences.push(format!("{server} {name} {verdict} {theirs}: {}", outcome["findings"]));
                }
            }
        }
    }
    assert!(compared > 0, "something was compared");
    assert_eq!(differences, Vec::<String>::new());
}
