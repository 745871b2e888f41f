//! Detached JWS and HTTP message signatures of the requests that are sent, verified with the public keys.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{ED25519, KeyPair, UnparsedPublicKey};
use ring::{digest, hmac};
use rustls::pki_types::pem::PemObject;

use crate::cli::project::{Ended, Project};
use crate::formats;

const SECRET: &str = "signing-key-of-the-partner";

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      operationId: addThing
      parameters:
        - { name: X-JWS-Signature, in: header, required: true, schema: { type: string, pattern: "^[\\w-]+[.][.][\\w-]+$" } }
        - { name: Content-Digest, in: header, schema: { type: string } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { "200": { description: stored, content: { application/json: {} } } }
"##;

const CASES: &str = r#"
cases:
  - { name: one, operation: addThing, request: { body: { text: "ü" } }, expect: { status: 200 } }
  - name: two
    operation: addThing
    request: { headers: { Content-Digest: "sha-256=:AA==:" }, body: {} }
    expect: { status: 200 }
"#;

/// A request: its header section and its content.
type Received = (String, Vec<u8>);

/// Starts a server that accepts everything; its threads end with the process. It repeats the signatures in its responses,
/// whole and without what is around them.
fn start() -> (String, Arc<Mutex<Vec<Received>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = Arc::<Mutex<Vec<Received>>>::default();
    let shared = Arc::clone(&received);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, shared) = (stream.unwrap(), Arc::clone(&shared));
            thread::spawn(move || {
                loop {
                    let (mut head, mut byte) = (Vec::new(), [0]);
                    while !head.ends_with(b"\r\n\r\n") {
                        if stream.read(&mut byte).unwrap_or(0) == 0 {
                            return;
                        }
                        head.push(byte[0]);
                    }
                    let head = String::from_utf8(head).unwrap();
                    let mut body = vec![0; field(&head, "content-length").parse().unwrap_or(0)];
                    stream.read_exact(&mut body).unwrap();
                    let (jws, signature) = (field(&head, "x-jws-signature"), field(&head, "signature"));
                    let parts = [jws.rsplit('.').next(), signature.split(':').nth(1)];
                    let repeated = serde_json::json!({ "whole": [jws, signature], "parts": parts }).to_string();
                    shared.lock().unwrap().push((head, body));
                    let length = repeated.len();
                    let response = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{repeated}"
                    );
                    stream.write_all(response.as_bytes()).unwrap();
                }
            });
        }
    });
    (url, received)
}

fn field(head: &str, name: &str) -> String {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut found = lines.filter(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned());
    found.next_back().unwrap_or_default()
}

fn run(url: &str, sign: &str) -> (Project, Ended) {
    let configuration = format!("spec: api.yaml\ntargets:\n  sandbox:\n    url: {url}\n    sign:\n{sign}");
    let key = include_str!("../data/sign/rfc8037-a4.pem");
    let files = [("api.yaml", SPEC), ("signoff.yaml", &configuration), ("cases/things.yaml", CASES), ("key.pem", key)];
    let project = Project::with(&files);
    let env = [("SIGNING_KEY", SECRET), ("PUBLIC_ID", "key-7")];
    let ended = project.call_with(&["run", "--target", "sandbox", "--report", &formats::names().join(",")], &env);
    (project, ended)
}

/// Reads every file of a directory.
fn files(directory: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, texts),
            false => texts.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()),
        }
    }
}

#[test]
fn jws_and_message_signatures_are_of_what_is_sent() {
    let (url, received) = start();
    let sign = r#"
      headers: { Date: "${date}" }
      jws:
        algorithm: EdDSA
        key: ${file("key.pem")}
        key_id: "${public(env.PUBLIC_ID)}"
        b64: false
        protected: { "http://openbanking.org.uk/iat": "${timestamp}", typ: JOSE }
      http_message_signature:
        algorithm: hmac-sha256
        key: ${env.SIGNING_KEY}
        components: ["@method", "@target-uri", date, x-jws-signature, content-digest, x-not-sent]
        nonce: true
"#;
    let (project, ended) = run(&url, sign);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let received = received.lock().unwrap();
    assert_eq!(received.len(), 2);
    let pair = ring::signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(
        rustls::pki_types::PrivateKeyDer::from_pem_file(project.path("key.pem")).unwrap().secret_der(),
    );
    let public = UnparsedPublicKey::new(&ED25519, pair.unwrap().public_key().as_ref().to_vec());
    let mut hidden = vec![SECRET.to_owned()];
    for (head, body) in received.iter() {
        let jws = field(head, "x-jws-signature");
        let (header, signature) = jws.split_once("..").unwrap();
        hidden.push(signature.to_owned());
        let input = [header.as_bytes(), b".", body].concat();
        assert_eq!(public.verify(&input, &URL_SAFE_NO_PAD.decode(signature).unwrap()), Ok(()));
        let header = String::from_utf8(URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        let start = r#"{"alg":"EdDSA","kid":"key-7","b64":false,"http://openbanking.org.uk/iat":1"#;
        assert!(
            header.starts_with(start)
                && header.ends_with(r#","typ":"JOSE","crit":["b64","http://openbanking.org.uk/iat"]}"#),
            "{header}"
        );

        let input = field(head, "signature-input").strip_prefix("sig1=").unwrap().to_owned();
        assert!(
            input.starts_with(r#"("@method" "@target-uri" "date" "x-jws-signature" "content-digest");created=1"#),
            "{input}"
        );
        let (date, digest) = (field(head, "date"), field(head, "content-digest"));
        let base = format!(
            "\"@method\": POST\n\"@target-uri\": {url}/things\n\"date\": {date}\n\"x-jws-signature\": {jws}\n\"content-digest\": {digest}\n\"@signature-params\": {input}"
        );
        let signature = field(head, "signature").strip_prefix("sig1=:").unwrap().trim_end_matches(':').to_owned();
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        assert_eq!(hmac::verify(&key, base.as_bytes(), &STANDARD.decode(&signature).unwrap()), Ok(()));
        let own = "sha-256=:AA==:";
        let computed = format!("sha-256=:{}:", STANDARD.encode(digest::digest(&digest::SHA256, body)));
        assert_eq!(digest, if body == b"{}" { own.to_owned() } else { computed });
        hidden.extend([jws, signature]);
    }
    let mut outputs = vec![ended.out, ended.err];
    files(&project.path("reports"), &mut outputs);
    assert!(outputs.len() > formats::names().len());
    let leaks = hidden.iter().filter(|value| outputs.iter().any(|output| output.contains(&***value)));
    assert_eq!(leaks.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn invalid_signatures_are_reported_before_anything_is_sent() {
    let sign = r#"
      jws:
        algorithm: RS265
        key: ${env.SIGNING_KEY}
        header: X Sign
        protected: { alg: none, iat: "${timestmp}", crit: [exp] }
      http_message_signature:
        algorithm: ed25519
        key: ${env.SIGNING_KEY}
        label: Sig
        tag: "ü"
        components: ["@metod", "@status", "x;a=", "content-type;tr", date, Date]
        expires: 5 apples
        content_digest: md5
"#;
    let errors = |sign: &str| {
        let (_, ended) = run("http://127.0.0.1:9", sign);
        assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
        assert!(!ended.err.contains(SECRET));
        ended.err
    };
    let other = r#"
      jws: { algorithm: PS256, key: '${file("key.pem")}' }
      http_message_signature: { algorithm: hmac-sha256, key: "${base64_decode('%')}", components: [], keyid: x }
"#;
    let unusable = r#"
      headers: { Host: x, x-sign: "${timestamp}", X-Sign: "${timestamp}", Signature: x }
      jws: { algorithm: HS256, key: less-than-32-bytes }
      http_message_signature: { algorithm: ed25519, key: keys/signing.pem, expires: 500ms }
"#;
    let nothing = "      headers: {}\n";
    let empty = "      http_message_signature: { algorithm: hmac-sha256, key: '' }\n";
    let shown = [sign, other, unusable, nothing, empty].map(errors);
    insta::assert_snapshot!(shown.join("\n---\n"));
}

const MOCKED: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things/{id}:
    put:
      operationId: putThing
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: q, in: query, schema: { type: string } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        "200": { description: stored }
        "401": { description: refused, content: { application/json: { example: { code: unsigned } } } }
"##;

#[test]
fn the_embedded_mock_verifies_what_the_target_is_configured_to_sign() {
    let cases = r#"
cases:
  - { name: signed, operation: putThing, request: { path: { id: "a b" }, query: { q: "ä&b" }, body: { text: "ü" } }, expect: { status: 200 } }
  - { name: without content, operation: putThing, request: { path: { id: x } }, expect: { status: 200 } }
  - name: none
    operation: putThing
    request: { path: { id: x }, body: {}, sign: none }
    expect: { status: 401, body: { code: unsigned } }
  - { name: wrong, operation: putThing, request: { path: { id: x }, body: {}, sign: wrong }, expect: { status: 401 } }
  - { name: stale, operation: putThing, request: { path: { id: x }, body: {}, sign: stale }, expect: { status: 401 } }
"#;
    let kinds = [
        "{ text: '${timestamp}${method}${url}${body}', headers: { X-T: '${timestamp}', X-S: \"${hmac('sha256', env.SIGNING_KEY, text)}\" } }",
        "{ jws: { algorithm: PS256, key: '${file(\"rsa.pem\")}', protected: { iat: '${timestamp}' } } }",
        "{ http_message_signature: { algorithm: ecdsa-p256-sha256, key: '${file(\"p256.pem\")}' } }",
        "{ http_message_signature: { algorithm: ed25519, key: '${file(\"ed25519.pem\")}', components: ['@authority', '@path', '@query', content-length, host, content-type] } }",
    ];
    for sign in kinds {
        let configuration = format!("spec: api.yaml\ntargets:\n  mock:\n    mock: true\n    sign: {sign}\n");
        let project = Project::with(&[
            ("api.yaml", MOCKED),
            ("signoff.yaml", &configuration),
            ("cases/things.yaml", cases),
            ("rsa.pem", include_str!("../data/sign/rfc7515-a2.pem")),
            ("p256.pem", include_str!("../data/sign/rfc9421-p256.pem")),
            ("ed25519.pem", include_str!("../data/sign/rfc9421-ed25519.pem")),
        ]);
        let ended = project.call_with(&["run"], &[("SIGNING_KEY", SECRET)]);
        assert_eq!(ended.code, 0, "{sign}\n{}{}", ended.out, ended.err);
    }
    let configuration = "spec: api.yaml\ntargets: { mock: { mock: true, sign: { headers: { X-S: \"${hmac('sha1', env.SIGNING_KEY, nonce)}\" } } } }\n";
    let project = Project::with(&[("api.yaml", MOCKED), ("signoff.yaml", configuration), ("cases/things.yaml", cases)]);
    for command in ["run", "mock"] {
        let ended = project.call_with(&[command], &[("SIGNING_KEY", SECRET)]);
        assert_eq!(ended.code, 2, "{}", ended.out);
        assert!(ended.err.contains("signoff.yaml:2:32") && ended.err.contains("`${nonce}` by itself"), "{}", ended.err);
    }
}
