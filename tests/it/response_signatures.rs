//! Responses that a server signs, which the check `response-signature` verifies.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac};

use crate::cli::project::{Ended, Project};

const SECRET: &str = "signing-key-of-the-target";

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    get:
      operationId: readThing
      parameters: [{ name: mode, in: query, schema: { type: string } }]
      responses: { "200": { description: thing, content: { application/json: { schema: { type: object } } } } }
"##;

/// Starts a server that signs its responses with a message signature and a code in `X-Sign`, or as the query says; its threads end with
/// the process.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let host = url.trim_start_matches("http://").to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, host) = (stream.unwrap(), host.clone());
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
                    let mode = head.split(['=', ' ']).nth(2).unwrap_or_default();
                    stream.write_all(respond(mode, &host).as_bytes()).unwrap();
                }
            });
        }
    });
    url
}

fn respond(mode: &str, host: &str) -> String {
    let code = |text: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), text.as_bytes());
    let body = r#"{"id": 1}"#;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let created = if mode == "stale" { now - 3_600 } else { now };
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest::digest(&digest::SHA256, body.as_bytes())));
    let covered = match mode {
        "uncovered" => vec![("\"@status\"", "200".to_owned())],
        _ => vec![
            ("\"@status\"", "200".to_owned()),
            ("\"content-digest\"", digest.clone()),
            ("\"@method\";req", "GET".to_owned()),
            ("\"@authority\";req", host.to_owned()),
        ],
    };
    let names: Vec<_> = covered.iter().map(|(name, _)| *name).collect();
    let input = format!("({});created={created};alg=\"hmac-sha256\"", names.join(" "));
    let lines: String = covered.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let signature = STANDARD.encode(code(&format!("{lines}\"@signature-params\": {input}")));
    let sign = code(&format!("200 /things?mode={mode} {body}"));
    let sign: String = sign.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let (sent, length) = if mode == "changed" { (r#"{"id": 2}"#, body.len()) } else { (body, body.len()) };
    let signed = match mode {
        "none" => String::new(),
        _ => format!(
            "x-sign: v1={sign}\r\nsignature-input: a={input}\r\nsignature: a=:{signature}:\r\ncontent-digest: {digest}\r\n"
        ),
    };
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{signed}\r\n{sent}")
}

fn run(verify: &str, modes: &[&str]) -> (Project, Ended) {
    let configuration = format!("spec: api.yaml\ntargets: {{ sandbox: {{ url: '{}', verify: {verify} }} }}\n", start());
    let cases: String = modes
        .iter()
        .map(|mode| format!("  - {{ name: {mode}, operation: readThing, request: {{ query: {{ mode: {mode} }} }} }}\n"))
        .collect();
    let cases = format!("cases:\n{cases}");
    let project = Project::with(&[("api.yaml", SPEC), ("signoff.yaml", &configuration), ("cases/things.yaml", &cases)]);
    let ended = project.call_with(&["run", "--target", "sandbox"], &[("KEY", SECRET)]);
    (project, ended)
}

/// The messages of the findings by case.
fn findings(project: &Project) -> Vec<String> {
    let record: serde_json::Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
    let entries = record["outcomes"].as_array().unwrap();
    let of_entry = |entry: &serde_json::Value| {
        let findings = entry["findings"].as_array().cloned().unwrap_or_default();
        let each = findings.iter().map(|finding| format!("{} {}", finding["check"], finding["message"]));
        format!("{}: {:?}", entry["name"], each.collect::<Vec<_>>())
    };
    entries.iter().map(of_entry).collect()
}

#[test]
fn responses_without_a_valid_signature_are_findings() {
    let message = r#"{ http_message_signature: { algorithm: hmac-sha256, key: "${env.KEY}", max_age: 5m, components: ["@status", content-digest, "@authority;req"] } }"#;
    let (project, ended) = run(message, &["valid", "none", "stale", "uncovered", "changed"]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let of_message = findings(&project);
    assert!(!project.read("reports/record.json").contains(SECRET));
    let templates =
        r#"{ text: "${status} ${url} ${body}", headers: { X-Sign: "v1=${hmac('sha256', env.KEY, text)}" } }"#;
    let (project, ended) = run(templates, &["valid", "none", "changed"]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    insta::assert_snapshot!(format!("{}\n\n{}", of_message.join("\n"), findings(&project).join("\n")));
}

#[test]
fn an_invalid_configuration_is_reported() {
    let verify = r#"{ headers: { X: "${timestamp}" }, jws: { algorithm: RS256, key: "${env.KEY}" }, http_message_signature: { algorithm: ed25519, key: "-----BEGIN PRIVATE KEY-----", components: ["@method", "@status;req"], max_age: x } }"#;
    let (_, ended) = run(verify, &["valid"]);
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(!ended.err.contains(SECRET) && !ended.err.contains("BEGIN"), "{}", ended.err);
    let errors: Vec<_> = ended.err.lines().filter(|line| line.starts_with("error")).collect();
    insta::assert_snapshot!(errors.join("\n"));
}
