//! Reports show the exchanges of a client as they were, redacted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{JSON, outcomes, proxy_to, record, recorded};
use crate::cli::project::Project;
use crate::mock::{Served, status};

/// An operation that is public, and one with a credential in a header.
const SPEC: &str = "openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /public: { get: { operationId: public, security: [], responses: { '200': { description: ok } } } }
  /items: { get: { operationId: items, security: [ { bearer: [] } ], responses: { '200': { description: ok } } } }
components: { securitySchemes: { bearer: { type: http, scheme: bearer } } }
";

fn project() -> Project {
    let project = Project::with(&[("spec.yaml", SPEC), ("signoff.yaml", "spec: spec.yaml\n")]);
    project.write("mock.yaml", "operations: { items: [ { accepts_invalid: true, respond: { status: 200 } } ] }\n");
    project
}

/// Sends a GET request with `user-agent: mine` and these headers.
fn get(proxy: &Served, url: &str, headers: &str) {
    let request =
        format!("GET {url} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nuser-agent: mine\r\n{headers}\r\n");
    let mut stream = proxy.connect();
    stream.write_all(request.as_bytes()).expect("sent");
    assert_eq!(status(&std::io::read_to_string(stream).expect("a response")), "200");
}

#[test]
fn a_report_shows_the_request_that_the_client_sent() {
    let project = project();
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    get(&proxy, "/public", "authorization: Bearer abcdefgh\r\ncookie: a=sessioncookie\r\nx-own: 1\r\n");
    get(&proxy, "/items?limit=1&access_token=abcdefgh", "");
    let (line, code) = proxy.stop_at("are not in the cases");
    assert_eq!(code, Some(0));
    assert!(
        line.starts_with(
            "headers of the client that the document does not declare are not in the cases: authorization, cookie; "
        ),
        "{line}"
    );
    let seen = record(&project.path(""));
    let requests: Vec<&Value> = outcomes(&seen).iter().map(|outcome| &outcome["exchange"]["request"]).collect();
    let names = |request: &Value| {
        let headers = request["headers"].as_array().cloned().unwrap_or_default();
        headers.iter().map(|header| header[0].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(requests[0]), ["user-agent", "authorization", "cookie", "x-own"]);
    assert_eq!(requests[1]["headers"], serde_json::json!([["user-agent", "mine"]]));
    let url = requests[1]["url"].as_str().expect("a URL");
    assert!(url.contains("/items?limit=1&access_token=«redacted"), "{url}");
    assert!(!url.contains(' '), "{url}");
    let curl = outcomes(&seen)[1]["curl"].as_str().expect("a finding has a command");
    assert!(curl.contains("access_token=") && !curl.contains("authorization"), "{curl}");
    for text in ["abcdefgh", "sessioncookie"] {
        assert!(!project.read("reports/record.json").contains(text));
    }
}

#[test]
fn durations_are_those_of_the_recorded_exchanges() {
    let project = project();
    project.write("mock.yaml", "operations: { public: [ { delay: 300ms, respond: { status: 200 } } ] }\n");
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    (0..2).for_each(|_| get(&proxy, "/public", ""));
    proxy.stop();
    let seen = record(&project.path(""));
    let number = |value: &Value| value.as_f64().expect("a number");
    let cases: Vec<_> =
        outcomes(&seen).iter().map(|one| (number(&one["started_ms"]), number(&one["took_ms"]))).collect();
    let [(first, took), (second, _)] = cases[..] else { panic!("two cases: {cases:?}") };
    assert!(took >= 300.0 && second >= first + took, "{cases:?}");
    assert!(number(&seen["seconds"]) * 1000.0 >= 600.0, "{}", seen["seconds"]);
}

/// Runs a proxy with JSON events for an invalid request, and one more after the target has stopped, if it does. Returns the standard
/// output and the exit code.
fn events(args: &[&str], target_stops: bool) -> (String, Option<i32>) {
    let project = project();
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let url = format!("http://{}", target.address);
    let mut program = crate::program();
    program.args(["proxy", "--port", "0", "--target", &url, "--format", "json"]).args(args);
    program.current_dir(project.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut proxy = program.spawn().expect("started");
    let mut log = BufReader::new(proxy.stderr.take().expect("piped")).lines().map(|line| line.expect("text"));
    let first = log.next().expect("the address");
    let address = first.strip_prefix("proxying http://").and_then(|rest| rest.split(' ').next()).expect("an address");
    let mut get = |logged: &str| {
        let mut stream = TcpStream::connect(address).expect("connected");
        stream.write_all(b"GET /items HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
        stream.read_to_end(&mut Vec::new()).expect("a response");
        assert!(log.any(|line| line == logged), "{logged}");
    };
    get("GET /items → 200, invalid request");
    if target_stops {
        target.stop();
        get("GET /items → 502, no response");
    }
    assert!(Command::new("kill").args(["-TERM", &proxy.id().to_string()]).status().expect("run").success());
    let mut out = String::new();
    proxy.stdout.take().expect("piped").read_to_string(&mut out).expect("text");
    (out, proxy.wait().expect("ended").code())
}

#[test]
fn declared_credentials_are_not_reported_as_undeclared() {
    let project = project();
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    get(&proxy, "/items", "authorization: Bearer abcdefgh\r\n");
    let (lines, code) = proxy.stop_with_rest();
    assert_eq!((code, lines.contains("not in the cases")), (Some(0), false), "{lines}");
}

#[test]
fn headers_that_a_client_sends_by_itself_are_in_no_case() {
    let project = project();
    let declared = "operationId: public, parameters: [ { name: User-Agent, in: header, schema: { type: string } } ]";
    project.write("spec.yaml", &SPEC.replace("operationId: public", declared));
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy_to(&target, &project.path(""), &[]);
    get(&proxy, "/public", "accept: */*\r\nsec-fetch-mode: cors\r\nx-own: 1\r\n");
    get(&proxy, "/items?f[password]=abcdefgh", "accept: text/csv\r\n");
    let (line, code) = proxy.stop_at("recorded cases do not have ");
    assert!(code == Some(0) && line.contains("credentials: f[password]; add"), "{line}");
    let cases = recorded(&project.path(""));
    let headers: Vec<&str> = cases.lines().skip_while(|line| !line.contains("headers:")).map(str::trim).collect();
    assert_eq!(headers[..3], ["headers:", "user-agent: mine", "x-own: '1'"], "{cases}");
    assert!(cases.contains("accept: text/csv\n") && cases.matches("user-agent").count() == 1, "{cases}");
}

#[test]
fn with_format_json_standard_output_has_events_only() {
    for (args, target_stops, exit) in [(&[][..], false, 0), (&["--strict"], false, 1), (&[], true, 3)] {
        let (out, code) = events(args, target_stops);
        let events: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
        let last = events.last().expect("an event");
        assert_eq!((code, &last["exit"]), (Some(exit), &exit.into()), "{out}");
        assert_eq!(events.len(), if target_stops { 4 } else { 3 }, "{out}");
        assert!(out.contains("the client's request violates the contract"), "{out}");
    }
}

/// Most characters of the requests take four in a case file, or a line each.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn large_requests_are_reported_in_bounded_memory() {
    let project = Project::new();
    let target = Served::start(&project.path(""), &["--quiet"]);
    let formats = "record junit endpoints html events github sarif tap ctrf har";
    let mut args = vec!["--quiet"];
    formats.split(' ').for_each(|format| args.extend(["--report", format]));
    let proxy = proxy_to(&target, &project.path(""), &args);
    for text in ["\u{1}", "a\n"] {
        for size in [990_000, 990_000, 5_000_000] {
            let response = proxy.say("POST", "/things", JSON, &text.repeat(size / text.len()));
            assert_eq!(status(&response), "400");
        }
    }
    let (peak, printed) = proxy.stop_with_peak();
    assert!(printed.contains("warning: 2 exchanges only logged and not recorded"), "{printed}");
    assert_eq!(outcomes(&record(&project.path(""))).len(), 4);
    assert!(peak < 100.0, "{peak} MB");
}
