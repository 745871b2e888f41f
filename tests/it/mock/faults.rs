//! What a client sees of each fault.

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::{Served, content, status, written};
use crate::cli::project::Project;

/// The example of the document.
const WHOLE: &str = r#"{"id":"t1","name":"one"}"#;

/// What comes of one request where every answer has the fault: the bytes, and whether a reset ended them.
fn met(fault: &str) -> (String, bool) {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", fault]);
    let mut stream = served.connect();
    stream.write_all(written("GET", "/things/t1", "connection: close\r\n", "").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    served.wait_for(&format!("fault: {fault}"));
    let reset = ended.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset);
    (String::from_utf8_lossy(&answer).into_owned(), reset)
}

#[test]
fn answers_are_broken_on_the_wire() {
    assert_eq!(met("reset"), (String::new(), true));
    let (cut, reset) = met("reset-body");
    // What had come before a reset may be lost with it.
    assert!(reset && (cut.is_empty() || content(&cut) == &WHOLE[..12]), "{cut}");
    let (cut, reset) = met("truncate");
    assert!(!reset && cut.contains("content-length: 24\r\n"), "{cut}");
    assert_eq!(content(&cut), &WHOLE[..12]);
    let (long, reset) = met("wrong-length");
    assert!(!reset && long.contains("content-length: 12\r\n"), "{long}");
    assert_eq!(content(&long), WHOLE);
    let (garbage, reset) = met("garbage");
    assert!(!reset && !garbage.is_empty() && !garbage.starts_with("HTTP"), "{garbage}");
}

/// What comes of one request over HTTP/2 where every answer has the fault: the announced length with the content, or what the
/// client makes of it; and whether the connection serves another one afterwards.
async fn met_over_http_2(fault: &str) -> (Result<String, String>, bool) {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", &format!("{fault},operation=getThing")]);
    let stream = tokio::net::TcpStream::connect(&served.address).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(format!("http://{}{path}", served.address));
        request.header("authorization", "Bearer x").body(Empty::<Bytes>::new()).unwrap()
    };
    let told = |error: hyper::Error| error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let met = match sender.send_request(request("GET", "/things/t1")).await {
        Err(error) => Err(told(error)),
        Ok(answer) => {
            let announced = answer.headers()["content-length"].to_str().unwrap().to_owned();
            let content = answer.into_body().collect().await.map_err(told);
            content.map(|content| format!("{announced} {}", String::from_utf8_lossy(&content.to_bytes())))
        }
    };
    served.wait_for(&format!("fault: {fault}"));
    let other = sender.send_request(request("GET", "/nowhere")).await;
    (met, other.is_ok_and(|answer| answer.status() == 404))
}

#[test]
fn over_http_2_one_stream_breaks_and_the_others_go_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let met = |fault: &str| runtime.block_on(met_over_http_2(fault));
    let reset = || Err("stream error received: unexpected internal error encountered".to_owned());
    assert_eq!(met("reset"), (reset(), true));
    assert_eq!(met("reset-body"), (reset(), true));
    // The client finds out that lengths do not agree.
    let malformed = || Err("stream error detected: unspecific protocol error detected".to_owned());
    assert_eq!(met("truncate"), (malformed(), true));
    assert_eq!(met("wrong-length"), (malformed(), true));
    let (garbage, goes_on) = met("garbage");
    assert!(garbage.is_err() && !goes_on, "{garbage:?}");
}

#[test]
fn answers_are_wrong_late_or_missing() {
    let (answer, _) = met("media-type=text/html");
    assert!(answer.contains("content-type: text/html\r\n") && content(&answer) == WHOLE, "{answer}");
    let begun = Instant::now();
    assert_eq!(content(&met("latency=100ms..200ms").0), WHOLE);
    assert!(begun.elapsed().as_millis() >= 100);
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", "stall,operation=getThing"]);
    let mut stalled = served.connect();
    stalled.write_all(written("GET", "/things/t1", "", "").as_bytes()).unwrap();
    served.wait_for("fault: stall");
    stalled.set_nonblocking(true).unwrap();
    assert_eq!(stalled.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let other = served.say("POST", "/things", "content-type: application/json\r\n", r#"{"name": "x"}"#);
    assert_eq!(status(&other), "200");
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn errors_come_in_bursts_and_too_many_requests_are_told_to_wait() {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", "rate-limit=2/1h"]);
    let answers: Vec<_> = (0..4).map(|_| served.say("GET", "/things/t1", "", "")).collect();
    assert_eq!(answers.iter().map(|answer| status(answer)).collect::<Vec<_>>(), ["200", "200", "429", "429"]);
    assert!(answers[2].contains("retry-after: 3600\r\n"), "{}", answers[2]);
    let served = Served::start(&project.path(""), &["--fault", "error=503x3,probability=0.2"]);
    let answers: Vec<_> = (0..60).map(|_| served.say("GET", "/things/t1", "", "")).collect();
    let failed: Vec<_> = answers.iter().map(|answer| status(answer) == "503").collect();
    let bursts: Vec<_> = failed.chunk_by(|a, b| a == b).filter(|burst| burst[0]).map(<[_]>::len).collect();
    // The last may be cut by the end.
    let (_, whole) = bursts.split_last().unwrap();
    assert!(!whole.is_empty() && whole.iter().all(|length| length % 3 == 0), "{bursts:?}");
}

#[test]
fn chance_is_the_same_for_the_same_seed() {
    let project = Project::new();
    let statuses = |seed: &str| {
        let served = Served::start(&project.path(""), &["--fault", "error=500,probability=0.5", "--seed", seed]);
        (0..20).map(|_| status(&served.say("GET", "/things/t1", "", "")).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(statuses("5"), statuses("5"));
    assert_ne!(statuses("5"), statuses("6"));
}

#[test]
fn a_rule_has_faults_of_its_own_and_an_error_stores_nothing() {
    let project = Project::new();
    project.write(
        "mock.yaml",
        "state: { count: 0 }
operations:
  getThing:
    - when: request.path.id == 'limited'
      fault: error=503, probability=1
      fallthrough: document
      store: { count: \"${state.count + 1}\" }
    - when: request.path.id == 'cut'
      fault: truncate
      fallthrough: document
      store: { count: \"${state.count + 1}\" }
    - respond: { status: 200, body: { id: x, name: \"${state.count | string}\" } }
",
    );
    let served = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let get = |id: &str| served.say("GET", &format!("/things/{id}"), "", "");
    assert_eq!(status(&get("limited")), "503");
    assert_eq!(content(&get("count")), r#"{"id":"x","name":"0"}"#);
    assert_eq!(content(&get("cut")), &WHOLE[..12]);
    assert_eq!(content(&get("count")), r#"{"id":"x","name":"1"}"#);
}

/// The run meets each broken answer as a lost exchange and says so, over HTTP/2 as well.
#[test]
fn a_broken_answer_is_no_answer_over_http_2_either() {
    let project = Project::new();
    let args = ["--tls", "--save-certificate", "mock.pem", "--fault", "truncate"];
    let served = Served::start(&project.path(""), &args);
    let url = format!("https://{}", served.address);
    let run = ["run", "--target", &url, "--ca-file", "mock.pem", "--auth", "key=env:KEY"];
    let ended = project.call_with(&run, &[("KEY", "key-of-the-partner")]);
    assert_eq!(ended.code, 3, "{ended:?}");
}
