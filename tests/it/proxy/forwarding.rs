//! What the proxy forwards: bodies while they are received, header lines, locations; and what it refuses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::{outcomes, record};
use crate::cli::project::Project;
use crate::mock::{Served, content, status, written};

const SPEC: &str = "openapi: 3.2.0
info: { title: Streams, version: '1' }
paths:
  /events:
    get: { responses: { '200': { description: d, content: { text/event-stream: { itemSchema: { required: [data] } } } } } }
  /large: { get: { responses: { '200': { description: d, content: { text/plain: { schema: { maxLength: 1 } } } } } } }
  /moved: { get: { responses: { '302': { description: d } } } }
  /echo: { get: { responses: { '200': { description: d } } }, post: { responses: { '200': { description: d } } } }
";

fn read_head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).to_lowercase()
}

/// A target that handles each connection with `serve`, and a proxy that records into `recorded`.
pub(super) fn proxy(
    project: &Project,
    args: &[&str],
    serve: impl Fn(String, TcpStream) + Send + Sync + Clone + 'static,
) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, serve) = (stream.expect("a connection"), serve.clone());
            thread::spawn(move || serve(read_head(&mut stream), stream));
        }
    });
    let all = [&["--spec", "streams.yaml", "--target", &url, "--save-cases", "recorded"], args].concat();
    project.write("streams.yaml", SPEC);
    Served::listening(&project.path(""), "proxy", &all, &[])
}

#[test]
fn a_request_in_flight_is_finished_after_the_stop() {
    let project = Project::new();
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", target.local_addr().unwrap());
    let proxy = Served::listening(&project.path(""), "proxy", &["--target", &url, "--save-cases", "recorded"], &[]);
    let mut client = proxy.connect();
    client.write_all(written("GET", "/things/t1", "connection: close\r\n", "").as_bytes()).unwrap();
    let (mut forwarded, _) = target.accept().unwrap();
    forwarded.read_exact(&mut [0]).unwrap();
    proxy.terminate();
    proxy.wait_for("stopping: waiting for in-flight requests");
    forwarded.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").unwrap();
    let mut response = String::new();
    client.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 404"), "{response}");
    proxy.wait_for("1 request: 0 invalid");
}

#[test]
fn events_are_forwarded_while_they_are_received() {
    let project = Project::new();
    let proxy = proxy(&project, &[], |_, mut stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = stream.write_all(format!("{head}9\r\ndata: 1\n\n\r\n").as_bytes());
        // The next event comes when the client has read the first one.
        let mut next = [0];
        let _ = stream.read(&mut next);
    });
    let mut stream = proxy.connect();
    stream.write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("sent");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert_eq!(lines.find(|line| line.starts_with("data")).as_deref(), Some("data: 1"));
    drop(lines);
    proxy.wait_for("GET /events → 200, not fully checked");
    proxy.wait_for("the client closed the connection after 9 bytes of the body");
    assert_eq!(proxy.stop(), Some(0));
    let seen = record(&project.path(""));
    let outcome = &outcomes(&seen)[0];
    assert_eq!(
        (&outcome["outcome"], &outcome["exchange"]["response"]["body"]["text"]),
        (&"passed".into(), &"data: 1\n\n".into())
    );
}

/// Reads a chunked body with trailers, and returns its trailer `x-check` as the trailer `x-sum` of the response.
fn with_trailers(head: String, mut stream: TcpStream) {
    assert!(["te: trailers\r\n", "connection: te\r\n"].iter().all(|line| head.contains(line)), "{head}");
    let (mut body, mut byte) = (Vec::new(), [0]);
    let has_body = head.contains("transfer-encoding: chunked");
    while has_body && !body.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        body.push(byte[0]);
    }
    let body = String::from_utf8_lossy(&body);
    let check = body.lines().find_map(|line| line.strip_prefix("x-check: ")).unwrap_or("none");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n";
    let _ = stream.write_all(format!("{head}2\r\nok\r\n0\r\nx-sum: {check}\r\n\r\n").as_bytes());
}

#[test]
fn trailers_are_forwarded_in_both_directions() {
    let project = Project::new();
    let proxy = proxy(&project, &[], with_trailers);
    let head =
        "POST /echo HTTP/1.1\r\nhost: localhost\r\nconnection: te, close\r\nte: trailers\r\ntrailer: x-check\r\n";
    let mut stream = proxy.connect();
    let request = format!("{head}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-check: 7\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let response = std::io::read_to_string(stream).expect("a response").to_lowercase();
    assert!(response.contains("trailer: x-sum\r\n") && response.ends_with("0\r\nx-sum: 7\r\n\r\n"), "{response}");
    assert_eq!(proxy.stop(), Some(0));
}

#[tokio::test]
async fn trailers_are_forwarded_over_http_2() {
    let project = Project::new();
    let proxy = proxy(&project, &[], with_trailers);
    let stream = tokio::net::TcpStream::connect(&proxy.address).await.expect("connected");
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a connection");
    tokio::spawn(connection);
    let map = [("x-check", "8")].map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
    let frames =
        [Frame::data(Bytes::from("hi")), Frame::trailers(map.into_iter().collect())].map(Ok::<_, std::io::Error>);
    let request = hyper::Request::post("http://localhost/echo").header("te", "trailers");
    let request = request.body(StreamBody::new(futures_util::stream::iter(frames))).expect("a request");
    let response = sender.send_request(request).await.expect("a response");
    let body = response.into_body().collect().await.expect("a body");
    assert_eq!(body.trailers().and_then(|trailers| trailers.get("x-sum")), Some(&"8".parse().expect("a value")));
    assert_eq!(body.to_bytes(), "ok");
    drop(sender);
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn a_body_is_validated_up_to_the_maximum_size() {
    let project = Project::new();
    let proxy = proxy(&project, &["--max-body", "1MB"], |_, mut stream| {
        let body = "x".repeat(3_000_000);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n", body.len());
        let _ = stream.write_all((head + &body).as_bytes());
    });
    assert_eq!(content(&proxy.say("GET", "/large", "", "")).len(), 3_000_000);
    proxy.wait_for("the body exceeds 1 MB");
    let refused = proxy.say("POST", "/echo", "content-type: text/plain\r\n", &"x".repeat(1_000_001));
    assert!(matches!(status(&refused), "413" | ""), "{refused}");
    proxy.wait_for("POST /echo → 413, not forwarded");
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn a_stalled_response_does_not_delay_others_and_a_slow_one_times_out() {
    let project = Project::new();
    let proxy = proxy(&project, &["--timeout", "200ms"], |head, mut stream| {
        if head.starts_with("get /echo ") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        } else {
            let _ = stream.read(&mut [0]);
        }
    });
    let mut waiting = proxy.connect();
    waiting.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
    assert_eq!(status(&proxy.say("GET", "/echo", "", "")), "200");
    let slow = std::io::read_to_string(waiting).expect("a response");
    assert!(slow.starts_with("HTTP/1.1 502") && slow.contains("no response within 0.2 s"), "{slow}");
    assert_eq!(proxy.stop(), Some(3));
}

#[test]
fn a_client_that_does_not_wait_is_counted_and_the_target_not_blamed() {
    let project = Project::new();
    let (reached, forwarded) = std::sync::mpsc::channel();
    let proxy = proxy(&project, &[], move |_, mut stream| {
        let _ = reached.send(());
        let _ = stream.read(&mut [0]);
    });
    let mut client = proxy.connect();
    client.write_all(b"GET /echo HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("sent");
    forwarded.recv().expect("forwarded");
    drop(client);
    assert_eq!(proxy.wait_for("GET /echo"), "GET /echo → –, cancelled");
    proxy.wait_for("request: the client closed the connection before the response");
    let (counts, code) = proxy.stop_at("1 request: ");
    let expect = "1 request: 0 invalid, 0 invalid responses, 0 without a response, 1 cancelled by the client";
    assert_eq!((&*counts, code), (expect, Some(0)));
}

#[test]
fn header_lines_of_a_connection_are_not_forwarded_and_locations_are_rewritten() {
    let project = Project::new();
    let proxy = proxy(&project, &[], |head, mut stream| {
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
        let has_hop = head.contains("x-hop") || !head.contains("via: 1.1 signoff") || head.contains("zstd");
        let reply = if has_hop { "500 No" } else { "302 Found" };
        let lines = format!("location: http://{host}/echo?x=1\r\nconnection: x-own\r\nx-own: 1\r\nx-kept: 1\r\n");
        let _ = stream.write_all(format!("HTTP/1.1 {reply}\r\n{lines}content-length: 0\r\n\r\n").as_bytes());
    });
    let headers = "connection: close, x-hop\r\nx-hop: 1\r\naccept-encoding: zstd, gzip\r\n";
    let response = proxy.say("GET", "/moved", headers, "").to_lowercase();
    assert_eq!(status(&response), "302", "{response}");
    assert!(response.contains("location: /echo?x=1\r\n") && response.contains("x-kept: 1"), "{response}");
    assert!(!response.contains("x-own"), "{response}");
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn websockets_and_tunnels_are_refused() {
    let project = Project::new();
    let proxy = proxy(&project, &[], |_, _| {});
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";
    for path in ["/echo", "/websocket"] {
        assert_eq!(status(&proxy.say("GET", path, upgrade, "")), "501");
        proxy.wait_for(&format!("GET {path} → 501, not forwarded"));
        let reason = proxy.wait_for("");
        assert_eq!(reason, "    the proxy forwards no WebSocket connections: connect to the target directly");
    }
    assert_eq!(status(&proxy.say("CONNECT", "example.com:443", "", "")), "501");
    let (counts, code) = proxy.stop_at("3 requests: ");
    assert_eq!(
        (&*counts, code),
        ("3 requests: 0 invalid, 0 invalid responses, 0 without a response, 3 not forwarded", Some(0))
    );
}

#[test]
fn a_recording_directory_that_cannot_be_written_is_reported_at_the_start() {
    let project = Project::new();
    project.write("recorded", "a file");
    let ended = project.call(&["proxy", "--target", "http://127.0.0.1:9", "--save-cases", "recorded", "--port", "0"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("cannot write case files to recorded"), "{}", ended.err);
}

#[test]
fn reports_are_written_although_the_case_file_cannot_be() {
    let project = Project::new();
    let proxy = proxy(&project, &[], |_, mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    assert_eq!(status(&proxy.say("GET", "/echo", "", "")), "200");
    proxy.wait_for("GET /echo → 200, valid");
    std::fs::remove_dir(project.path("recorded")).expect("an empty folder");
    project.write("recorded", "a file");
    assert_eq!(proxy.stop(), Some(2));
    assert_eq!(outcomes(&record(&project.path("")))[0]["outcome"], "passed");
}
