//! Hostile targets, over a real socket: each has a clear outcome, and none makes signoff hang or crash.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::contract::load;
use crate::contract::{Breach, judge};
use crate::http::{Exchange, Headers, Request};
use crate::transport::network::{Network, Settings};
use crate::transport::{Error, Phase, Transport};
use flate2::Compression;
use flate2::write::GzEncoder;

const MEGABYTE: usize = 1_000_000;

#[test]
fn a_target_that_never_responds() {
    let target = answering(|_| thread::sleep(Duration::from_secs(5)));
    assert_eq!(outcome(&target), "FirstByte: no response within 0.2 s");
}

#[test]
fn interim_responses_without_end() {
    for status in ["100 Continue", "103 Early Hints"] {
        let interim = format!("HTTP/1.1 {status}\r\nlink: </a>\r\n\r\n");
        let target = answering(move |stream| while stream.write_all(interim.as_bytes()).is_ok() {});
        assert_eq!(outcome(&target), "FirstByte: no response within 0.2 s", "{status}");
    }
}

#[test]
fn a_slow_header_section() {
    let target = answering(|stream| drip(stream, b"HTTP/1.1 200 OK\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyy\r\n\r\n"));
    assert_eq!(outcome(&target), "FirstByte: no response within 0.2 s");
}

#[test]
fn a_slow_body() {
    let target = answering(|stream| {
        say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{");
        thread::sleep(Duration::from_secs(5));
    });
    let expect = "Body of a 200: the body timed out after 0.4 s (1 of 5000 bytes received)";
    assert_eq!(outcome(&target), expect);
}

#[test]
fn a_reset_within_the_body() {
    let target = answering(|stream| {
        say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"half\":");
        thread::sleep(Duration::from_millis(50));
        // The body of the request is still unread, which makes the close a reset.
    });
    let error = send(&target, "/", Some("unread")).expect_err("reset");
    assert_eq!(text(&error), "Body of a 200: the target reset the connection after 8 of 5000 bytes of the body");
}

#[test]
fn a_connection_closed_without_a_response() {
    let target = answering(|_| ());
    assert_eq!(outcome(&target), "FirstByte: the target closed the connection without a response");
}

#[test]
fn a_response_that_is_not_http() {
    let target = answering(|stream| say(stream, b"SSH-2.0-OpenSSH_9.6\r\n"));
    assert_eq!(
        outcome(&target),
        "FirstByte: the response is not HTTP: invalid HTTP version parsed (does the target use https?)"
    );
}

#[test]
fn a_closed_port() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let expect = format!("Connect: connection refused by {address} (is the target running?)");
    assert_eq!(outcome(&format!("http://{address}")), expect);
}

#[test]
fn a_closed_proxy_port() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("http://user:secret@{}", listener.local_addr().expect("bound"));
    drop(listener);
    let settings = Settings { proxy: Some(proxy.parse().expect("a URL")), ..settings("http://api.example") };
    let error = send_by(settings, "/", None).expect_err("refused");
    let expect = "Connect: connection refused by api.example:80 through the proxy 127.0.0.1 (is the target running?)";
    assert_eq!(text(&error), expect);
}

#[test]
fn plain_text_where_tls_is_expected() {
    let target = answering(|stream| say(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")).replace("http:", "https:");
    let authority = target.trim_start_matches("https://");
    let expect = format!("Connect: TLS with {authority}: the target does not use TLS (does it use http?)");
    assert_eq!(outcome(&target), expect);
}

#[test]
fn a_content_length_that_is_too_large() {
    let target = answering(|stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}"));
    assert_eq!(outcome(&target), "Body of a 200: the body ended after 2 of 10 bytes");
}

#[test]
fn a_content_length_that_is_too_small() {
    let target = answering(|stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}{}"));
    assert_eq!(outcome(&target), "200 HTTP/1.1: 2 bytes, 2 on the wire");
}

#[test]
fn different_content_lengths() {
    let target =
        answering(|stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} "));
    assert_eq!(outcome(&target), "FirstByte: the response is not HTTP: invalid content-length parsed");
}

#[test]
fn an_invalid_chunk_size() {
    let target =
        answering(|stream| say(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n"));
    assert_eq!(outcome(&target), "Body of a 200: the body is not valid chunked encoding after 2 bytes");
}

#[test]
fn a_body_of_a_gigabyte() {
    let target = answering(|stream| {
        say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n");
        let megabyte = vec![b' '; MEGABYTE];
        // The client hangs up at its limit, long before the end.
        for _ in 0..1_000 {
            if stream.write_all(&megabyte).is_err() {
                return;
            }
        }
    });
    assert_eq!(outcome(&target), "Body of a 200: the body exceeds 10 MB");
}

#[test]
fn a_gzip_bomb() {
    let target = answering(|stream| {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        (0..20).for_each(|_| bomb.write_all(&vec![0; MEGABYTE]).expect("in memory"));
        let bomb = bomb.finish().expect("in memory");
        say(
            stream,
            format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len()).as_bytes(),
        );
        say(stream, &bomb);
    });
    let expect = "Body of a 200: the decoded gzip body exceeds 10 MB";
    assert_eq!(outcome(&target), expect);
}

#[test]
fn ten_thousand_headers() {
    let target = answering(|stream| {
        let lines: String = (0..10_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
        say(stream, format!("HTTP/1.1 200 OK\r\n{lines}content-length: 0\r\n\r\n").as_bytes());
    });
    assert_eq!(outcome(&target), "FirstByte: the header section of the response is too large");
}

#[test]
fn a_redirect_to_itself_is_not_followed() {
    let target = answering(|stream| say(stream, b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"));
    assert_eq!(outcome(&target), "302 HTTP/1.1: 0 bytes, 0 on the wire");
}

#[test]
fn header_values_that_are_not_utf_8() {
    let target = answering(|stream| say(stream, b"HTTP/1.1 200 OK\r\nx-name: caf\xe9\r\ncontent-length: 0\r\n\r\n"));
    let exchange = exchange(&target).expect("completed");
    assert_eq!(exchange.response.headers.get("X-Name"), Some("caf\u{fffd}"));
}

#[test]
fn a_hundred_thousand_levels() {
    let body = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    assert_eq!(breaches(body), ["not checked: the body has more than 127 levels at line 1 column 128"]);
}

#[test]
fn a_body_that_is_not_utf_8() {
    assert_eq!(breaches(b"{\"status\": \"caf\xe9\"}".to_vec()), ["body json: not JSON: not UTF-8 at line 1 column 16"]);
}

#[test]
fn a_duplicate_key() {
    let body = br#"{ "status": "ACTIVE", "status": "INACTIVE" }"#;
    assert_eq!(
        breaches(body.to_vec()),
        ["body/status json: the name \"status\" is in an object twice (line 1 column 30): names should be unique"]
    );
}

#[test]
fn a_number_out_of_range() {
    assert_eq!(
        breaches(br#"{ "status": 1e999 }"#.to_vec()),
        ["not checked: the body has a number out of range at line 1 column 17"]
    );
}

#[test]
fn terminal_and_html_control_sequences() {
    let body = "{ \"status\": \"\\u001b[2J<script>alert(1)</script>]]>\" }";
    let expect = r#"body/status enum: expected "ACTIVE" | "INACTIVE", found "\u001b[2J<script>alert(1)</script>]]>""#;
    assert_eq!(breaches(body.as_bytes().to_vec()), [expect]);
}

#[test]
fn a_path_that_the_client_would_rewrite_is_not_sent() {
    let target = answering(|_| panic!("nothing may be sent"));
    let error = send(&target, "/a/%2e%2e/b", None).expect_err("cannot be sent");
    assert_eq!(text(&error), "Request: `/a/%2e%2e/b` cannot be sent as written: it would become `/b`");
}

const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /:
    get:
      responses:
        "200":
          description: a thing
          content:
            application/json:
              schema: { type: object, properties: { status: { enum: [ACTIVE, INACTIVE] } } }
"#;

/// Violations of the contract by `body`, received over the network.
fn breaches(body: Vec<u8>) -> Vec<String> {
    let target = answering(move |stream| {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        say(stream, head.as_bytes());
        say(stream, &body);
    });
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("spec.yaml"), SPEC).expect("written");
    let contract = load::load(folder.path(), "spec.yaml".as_ref()).expect("a contract");
    let response = exchange(&target).expect("completed").response;
    let judgement = judge::response(&contract, &contract.operations[0], "GET", &response);
    let beyond_limits = judgement.beyond_limits.iter().map(|why| format!("not checked: {why}"));
    judgement.breaches.iter().map(breach).chain(beyond_limits).collect()
}

fn breach(breach: &Breach) -> String {
    let found = breach.actual.as_ref().filter(|_| breach.keyword != "json").map(|actual| format!(", found {actual}"));
    format!("{} {}: {}{}", breach.location, breach.keyword, breach.sentence(), found.unwrap_or_default())
}

/// Starts a server that reads the header section of a request and then calls `scenario`. Returns its URL.
fn answering(scenario: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        read_head(&mut stream);
        scenario(&mut stream);
    });
    url
}

/// Reads exactly the header section; a TLS handshake (first byte 22) counts as one.
fn read_head(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.ends_with(b"\r\n\r\n") && !seen.starts_with(&[22]) && matches!(stream.read(&mut byte), Ok(1)) {
        seen.push(byte[0]);
    }
}

fn say(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    for byte in bytes {
        say(stream, &[*byte]);
        thread::sleep(Duration::from_millis(50));
    }
}

fn outcome(target: &str) -> String {
    match exchange(target) {
        Ok(Exchange { response, .. }) => {
            format!(
                "{} {}: {} bytes, {} on the wire",
                response.status,
                response.version,
                response.body.len(),
                response.wire_size
            )
        }
        Err(error) => text(&error),
    }
}

fn text(error: &Error) -> String {
    match (error.phase, error.status) {
        (Phase::Body, Some(status)) => format!("Body of a {status}: {error}"),
        (phase, _) => format!("{phase:?}: {error}"),
    }
}

fn exchange(target: &str) -> Result<Exchange, Error> {
    send(target, "/", None)
}

fn send(target: &str, url: &str, body: Option<&'static str>) -> Result<Exchange, Error> {
    send_by(settings(target), url, body)
}

fn send_by(settings: Settings, url: &str, body: Option<&'static str>) -> Result<Exchange, Error> {
    let network = Network::new(settings).expect("valid settings");
    let request = Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Headers::default(),
        body: body.map(Into::into),
        ..Request::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(network.send(request))
}

fn settings(target: &str) -> Settings {
    Settings {
        url: target.parse().expect("a URL"),
        connect_timeout: Duration::from_millis(300),
        first_byte_timeout: Duration::from_millis(200),
        total_timeout: Duration::from_millis(400),
        max_body: 10_000_000,
        ca_pem: None,
        identities: Default::default(),
        proxy: None,
        connections: 1,
    }
}
