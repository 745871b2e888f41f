//! Signed requests against a server that verifies them.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::cli::project::{Ended, Project};

const KEY: &str = "signing-key-of-the-partner";

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
security: [{ key: [], signature: [] }]
paths:
  /things/{id}:
    put:
      operationId: putThing
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: q, in: query, schema: { type: string } }
        - { name: X-Timestamp, in: header, required: true, schema: { type: string, pattern: "^[0-9]{10}$" } }
      requestBody: { content: { application/json: { schema: { type: object } }, application/octet-stream: {} } }
      responses:
        "200": { description: stored, content: { application/json: { schema: { type: object, required: [name] } } } }
        "401": { description: refused, content: { application/json: { schema: { type: object } } } }
components:
  securitySchemes:
    signature: { type: apiKey, in: header, name: X-Signature }
    key: { type: apiKey, in: header, name: X-Key }
"##;

const SIGN: &str = r#"
      text: "${method} ${url} ${timestamp} ${nonce} ${base64(sha256(body))}"
      headers:
        X-Timestamp: "${timestamp}"
        X-Nonce: "${nonce}"
        X-Signature: "v1=${base64(hmac('sha256', env.SIGNING_KEY, text))}"
"#;

/// What the server has seen.
#[derive(Default)]
struct Seen {
    nonces: HashSet<String>,
    /// Signatures that it has accepted.
    signatures: Vec<String>,
    refused: usize,
}

/// Starts a server that verifies signatures; its threads end with the process. Each third request that is valid is answered with 429.
fn start() -> (String, Arc<Mutex<Seen>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::<Mutex<Seen>>::default();
    let shared = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let seen = Arc::clone(&shared);
            thread::spawn(move || while serve(stream.as_ref().unwrap(), &seen).is_some() {});
        }
    });
    (url, seen)
}

fn serve(mut stream: &TcpStream, seen: &Mutex<Seen>) -> Option<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned());
        found.next_back().unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    let mut words = head.split(' ');
    let (method, url) = (words.next()?, words.next()?);
    let (timestamp, nonce, signature) = (header("x-timestamp"), header("x-nonce"), header("x-signature"));
    let digest = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, &body));
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let code = STANDARD.decode(signature.strip_prefix("v1=").unwrap_or_default()).unwrap_or_default();
    let fits = hmac::verify(&key, format!("{method} {url} {timestamp} {nonce} {digest}").as_bytes(), &code).is_ok();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let is_recent = timestamp.parse::<u64>().is_ok_and(|at| now.abs_diff(at) < 300);
    assert_eq!(
        header("x-key"),
        "a-key-of-the-partner",
        "the other credential is sent with every signature and without"
    );
    let mut seen = seen.lock().unwrap();
    let response = if !(fits && is_recent && seen.nonces.insert(nonce)) {
        seen.refused += 1;
        respond("401 Unauthorized", "{}")
    } else if seen.nonces.len().is_multiple_of(3) {
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n".to_owned()
    } else {
        seen.signatures.push(signature.clone());
        // A target may repeat what it received.
        respond("200 OK", &format!("{{\"name\": \"{signature}\"}}"))
    };
    stream.write_all(response.as_bytes()).ok()
}

fn respond(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn project(url: &str, sign: &str, cases: &str) -> Project {
    let auth = "{ key: a-key-of-the-partner }";
    let configuration =
        format!("spec: api.yaml\ntargets:\n  sandbox:\n    url: {url}\n    auth: {auth}\n    sign:{sign}");
    Project::with(&[("api.yaml", SPEC), ("signoff.yaml", &configuration), ("cases/things.yaml", cases)])
}

fn run(project: &Project) -> Ended {
    project.call_with(&["run", "--target", "sandbox", "--report", "junit,har"], &[("SIGNING_KEY", KEY)])
}

#[test]
fn each_attempt_is_signed_over_what_is_sent() {
    let (url, seen) = start();
    let cases = r#"
cases:
  - name: signs JSON ${n}
    table: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]
    operation: putThing
    retry: { attempts: 5, up_to: 10s }
    request: { path: { id: "a b" }, query: { q: "ä&b" }, body: { number: "${n}", text: "ü" } }
    expect: { status: 200 }
  - name: signs bytes that are not UTF-8
    operation: putThing
    retry: { attempts: 5, up_to: 10s }
    request: { path: { id: t1 }, headers: { content-type: application/octet-stream }, base64: "//79" }
    expect: { status: 200 }
  - name: refuses a request without a signature
    operation: putThing
    violates: [security, required header/X-Timestamp]
    request: { path: { id: t1 }, sign: none }
    expect: { status: 401 }
  - name: refuses a signature that does not fit
    operation: putThing
    request: { path: { id: t1 }, sign: wrong }
    expect: { status: 401 }
  - name: refuses a signature of an hour ago
    operation: putThing
    request: { path: { id: t1 }, sign: stale }
    expect: { status: 401 }
  - name: sends the signature of the case
    operation: putThing
    request: { path: { id: t1 }, headers: { X-Signature: v1=of-the-case } }
    expect: { status: 401 }
"#;
    let project = project(&url, SIGN, cases);
    let ended = run(&project);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = seen.lock().unwrap();
    assert_eq!((seen.signatures.len(), seen.refused), (5, 4));
    let mut outputs = vec![ended.out, ended.err];
    let files = ["record.json", "index.html", "junit.xml", "report.har", "endpoints/putThing.md"];
    outputs.extend(files.map(|file| project.read(&format!("reports/{file}"))));
    let hidden: Vec<_> = seen.signatures.iter().map(|signature| &signature[3..]).chain([KEY]).collect();
    let leaks = hidden.iter().filter(|value| outputs.iter().any(|output| output.contains(**value)));
    assert_eq!(leaks.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn templates_that_cannot_be_evaluated_are_reported_before_anything_is_sent() {
    let cases = "cases:\n  - { name: one, operation: putThing, request: { path: { id: t1 }, base64: \"//79\" } }\n";
    let sign = r#"
      text: "${body}${timestmp}${text}"
      headers: { X-Signature: "${hmac('md5', env.SIGNING_KEY, text)}", X-Timestamp: 7, X-Other: "${omit}" }
"#;
    let errors = |sign: &str| {
        let ended = run(&project("http://127.0.0.1:9", sign, cases));
        assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
        ended.err
    };
    insta::assert_snapshot!(format!(
        "{}\n---\n{}",
        errors(sign),
        errors(&SIGN.replace("base64(sha256(body))", "body"))
    ));
}
