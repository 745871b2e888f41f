//! The mock without a socket behaves as over one: requests, responses, delays and faults.

use std::time::Duration;

use super::*;
use crate::mock::direct::Direct;
use crate::mock::faults::Fault;
use crate::transport::network::Network;
use crate::transport::{Settings, Transport};

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    get: { responses: { "200": { description: all, content: { application/json: { example: [ 1, 2, 3 ] } } } } }
    post: { requestBody: { content: { text/plain: {} } }, responses: { "200": { description: made } } }
    delete: { responses: { "204": { description: gone } } }
"##;

const ECHO: &str = "
operations:
  updateCustomer:
    - { when: request.body.email is defined, respond: { status: 200, headers: { x-id: \"${request.body.email}\" }, body: { id: x } } }
    - { when: request.body.phone is defined, delay: 20ms, fallthrough: document }
    - respond: { status: 200, headers: { X-Id: ' 1 ' }, body: { id: x, metadata: \"${request.headers}\" } }
";

/// No connection is reused, so that no request is repeated.
fn settings(url: &str) -> Settings {
    Settings {
        url: url.parse().expect("a URL"),
        connect_timeout: Duration::from_secs(10),
        first_byte_timeout: Duration::from_millis(500),
        total_timeout: Duration::from_secs(10),
        max_body: 9_000_000,
        ca_pem: None,
        identities: Default::default(),
        proxy: None,
        connections: 0,
    }
}

async fn outcome(transport: &impl Transport, request: &Request) -> String {
    match transport.send(request.clone()).await {
        Ok(exchange) => {
            let masked = |(name, value): (&str, &str)| {
                format!("{name}: {}\n", if name == "date" { "a date".len().to_string() } else { value.to_owned() })
            };
            let lines: String = exchange.response.headers.iter().map(masked).collect();
            format!("{}\n{lines}{}", exchange.response.status, String::from_utf8_lossy(&exchange.response.body))
        }
        // The HTTP library's own words follow the colon.
        Err(error) => {
            let message = error.message.split(": ").next().unwrap_or_default();
            format!("{:?} {:?} {} {message}", error.phase, error.status, error.received)
        }
    }
}

/// Sends the requests to a fresh mock over a socket, then to one without.
fn check(mock: impl Fn() -> Mock, requests: &[Request]) -> Vec<String> {
    let running = in_process::start(mock()).expect("a free port");
    let network = Network::new(settings(running.url())).expect("valid settings");
    let direct = Direct::new(mock(), settings(running.url())).expect("valid settings");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut outcomes = Vec::new();
        for request in requests {
            let over_a_socket = outcome(&network, request).await;
            assert_eq!(outcome(&direct, request).await, over_a_socket, "{} {}", request.method, request.url);
            outcomes.push(over_a_socket);
        }
        outcomes
    })
}

fn request(method: &str, url: &str, body: Option<Vec<u8>>) -> Request {
    let headers: Headers = body.iter().map(|_| ("content-type", "text/plain")).collect();
    Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers,
        body: body.map(Into::into),
        ..Request::default()
    }
}

#[test]
fn responses_are_the_same_as_over_a_socket() {
    let methods = ["GET", "HEAD", "DELETE", "POST", "OPTIONS", "PUT"].map(|method| request(method, "/things", None));
    let invalid = [("GET", "/things/../x"), ("GET", "things"), ("G T", "/things"), ("GET", "/nowhere?a=b")]
        .map(|(method, url)| request(method, url, None));
    let large = request("POST", "/things", Some(vec![b'x'; 8 << 20]));
    check(|| documented(SPEC), &[&methods[..], &invalid, &[large]].concat());
    let bodies = [r#"{"first_name": "Ada"}"#, r#"{"phone": "1"}"#, r#"{"email": "a\nb@c.example"}"#, "{"];
    let outcomes = check(|| mock(ECHO), &bodies.map(|body| post(UPDATE, body)));
    assert!(outcomes[0].contains(r#""content-length":"21""#), "{}", outcomes[0]);
}

#[test]
fn faults_have_the_same_effect_as_over_a_socket() {
    let requests = ["GET", "HEAD", "DELETE"].map(|method| request(method, "/things", None));
    for fault in ["latency=10ms", "latency=2s", "stall", "reset", "truncate", "wrong-length", "garbage"] {
        check(|| documented(SPEC).with_faults(vec![Fault::parse(fault).expect("a fault")]), &requests);
    }
    for fault in ["error=503x1", "rate-limit=1/h", "media-type=text/html"] {
        let outcomes = check(|| documented(SPEC).with_faults(vec![Fault::parse(fault).expect("a fault")]), &requests);
        assert!(outcomes.iter().all(|outcome| outcome.starts_with(|c: char| c.is_ascii_digit())), "{outcomes:?}");
    }
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let direct = Direct::new(documented(SPEC), settings("http://mock.example")).expect("valid settings");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let larger = request("POST", "/things", Some(vec![b'x'; (8 << 20) + 1]));
    assert_eq!(runtime.block_on(direct.send(larger)).expect("a response").response.status, 413);
}

#[test]
fn a_restart_restores_the_initial_state() {
    let faults = || vec![Fault::parse("error=503x1").expect("a fault")];
    let mut direct =
        Direct::new(imprint().with_faults(faults()), settings("http://mock.example")).expect("valid settings");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let statuses = |direct: &Direct| {
        ["P1", "P1", "P2"].map(|id| {
            let request = post(LINK, &json!({ "partner_customer_id": id }).to_string());
            runtime.block_on(direct.send(request)).expect("a response").response.status
        })
    };
    assert_eq!(statuses(&direct), [503, 200, 409]);
    direct.restart();
    assert_eq!(statuses(&direct), [503, 200, 409]);
}
