//! The effect of each fault on a client.

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

/// Sends a request to a mock that injects the fault into every response. Returns the bytes received, and whether the connection was
/// reset.
fn receive(fault: &str) -> (String, bool) {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", fault]);
    let mut stream = served.connect();
    stream.write_all(written("GET", "/things/t1", "connection: close\r\n", "").as_bytes()).unwrap();
    let mut response = Vec::new();
    let ended = stream.read_to_end(&mut response);
    served.wait_for(&format!("fault: {fault}"));
    let reset = ended.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset);
    (String::from_utf8_lossy(&response).into_owned(), reset)
}

#[test]
fn faults_break_responses_over_http_1() {
    assert_eq!(receive("reset"), (String::new(), true));
    let (cut, reset) = receive("reset-body");
    // A reset may discard bytes that were received before it.
    assert!(reset && (cut.is_empty() || content(&cut) == &WHOLE[..12]), "{cut}");
    let (cut, reset) = receive("truncate");
    assert!(!reset && cut.contains("content-length: 24\r\n"), "{cut}");
    assert_eq!(content(&cut), &WHOLE[..12]);
    let (long, reset) = receive("wrong-length");
    assert!(!reset && long.contains("content-length: 12\r\n"), "{long}");
    assert_eq!(content(&long), WHOLE);
    let (garbage, reset) = receive("garbage");
    assert!(!reset && !garbage.is_empty() && !garbage.starts_with("HTTP"), "{garbage}");
}

/// Sends a request over HTTP/2 to a mock that injects the fault. Returns the declared length and the content, or the client's error;
/// and whether the connection serves another request afterwards.
async fn receive_over_http_2(fault: &str) -> (Result<String, String>, bool) {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", &format!("{fault},operation=getThing")]);
    let stream = tokio::net::TcpStream::connect(&served.address).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(format!("http://{}{path}", served.address));
        request.header("authorization", "Bearer x").body(Empty::<Bytes>::new()).unwrap()
    };
    let cause = |error: hyper::Error| error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let received = match sender.send_request(request("GET", "/things/t1")).await {
        Err(error) => Err(cause(error)),
        Ok(response) => {
            let announced = response.headers()["content-length"].to_str().unwrap().to_owned();
            let content = response.into_body().collect().await.map_err(cause);
            content.map(|content| format!("{announced} {}", String::from_utf8_lossy(&content.to_bytes())))
        }
    };
    served.wait_for(&format!("fault: {fault}"));
    let other = sender.send_request(request("GET", "/nowhere")).await;
    (received, other.is_ok_and(|response| response.status() == 404))
}

#[test]
fn over_http_2_a_fault_affects_one_stream_only() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let receive = |fault: &str| runtime.block_on(receive_over_http_2(fault));
    let reset = || Err("stream error received: unexpected internal error encountered".to_owned());
    assert_eq!(receive("reset"), (reset(), true));
    assert_eq!(receive("reset-body"), (reset(), true));
    // The client detects the wrong length.
    let malformed = || Err("stream error detected: unspecific protocol error detected".to_owned());
    assert_eq!(receive("truncate"), (malformed(), true));
    assert_eq!(receive("wrong-length"), (malformed(), true));
    let (garbage, goes_on) = receive("garbage");
    assert!(garbage.is_err() && !goes_on, "{garbage:?}");
}

#[test]
fn responses_are_wrong_delayed_or_missing() {
    let (response, _) = receive("media-type=text/html");
    assert!(response.contains("content-type: text/html\r\n") && content(&response) == WHOLE, "{response}");
    let begun = Instant::now();
    assert_eq!(content(&receive("latency=100ms..200ms").0), WHOLE);
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
fn errors_come_in_bursts_and_a_rate_limit_sends_retry_after() {
    let project = Project::new();
    let served = Served::start(&project.path(""), &["--fault", "rate-limit=2/1h"]);
    let responses: Vec<_> = (0..4).map(|_| served.say("GET", "/things/t1", "", "")).collect();
    assert_eq!(responses.iter().map(|response| status(response)).collect::<Vec<_>>(), ["200", "200", "429", "429"]);
    assert!(responses[2].contains("retry-after: 3600\r\n"), "{}", responses[2]);
    let served = Served::start(&project.path(""), &["--fault", "error=503x3,probability=0.2"]);
    let responses: Vec<_> = (0..60).map(|_| served.say("GET", "/things/t1", "", "")).collect();
    let failed: Vec<_> = responses.iter().map(|response| status(response) == "503").collect();
    let bursts: Vec<_> = failed.chunk_by(|a, b| a == b).filter(|burst| burst[0]).map(<[_]>::len).collect();
    // The last burst may be incomplete.
    let (_, whole) = bursts.split_last().unwrap();
    assert!(!whole.is_empty() && whole.iter().all(|length| length % 3 == 0), "{bursts:?}");
}

#[test]
fn equal_seeds_inject_equal_faults() {
    let project = Project::new();
    let statuses = |seed: &str| {
        let served = Served::start(&project.path(""), &["--fault", "error=500,probability=0.5", "--seed", seed]);
        (0..20).map(|_| status(&served.say("GET", "/things/t1", "", "")).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(statuses("5"), statuses("5"));
    assert_ne!(statuses("5"), statuses("6"));
}

#[test]
fn a_rule_can_have_a_fault_and_an_error_stores_nothing() {
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

/// A run reports a truncated response as an incomplete exchange, over HTTP/2 too.
#[test]
fn a_run_reports_a_truncated_response_over_http_2() {
    let project = Project::new();
    let args = ["--tls", "--save-certificate", "mock.pem", "--fault", "truncate"];
    let served = Served::start(&project.path(""), &args);
    let url = format!("https://{}", served.address);
    let run = ["run", "--target", &url, "--ca-file", "mock.pem", "--auth", "key=env:KEY"];
    let ended = project.call_with(&run, &[("KEY", "key-of-the-partner")]);
    assert_eq!(ended.code, 3, "{ended:?}");
}
