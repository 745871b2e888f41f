//! Answers that real servers gave, judged as another judge did.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use signoff::contract::judge::{self, Rule};
use signoff::contract::load;
use signoff::http::{Headers, Response};

/// One line of a recording: an answer of a real server, and what another judge said of it.
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

/// What the other judge calls the rules of ours.
const VERDICTS: [(&str, &[Rule]); 4] = [
    ("status_code_conformance", &[Rule::Status]),
    ("content_type_conformance", &[Rule::ContentType]),
    ("response_headers_conformance", &[Rule::HeaderSchema]),
    ("response_schema_conformance", &[Rule::BodySchema, Rule::BodyWellFormed]),
];

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn recorded_answers_are_judged_as_they_were_by_others() {
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
                let broken = judgement.breaches.iter().any(|breach| rules.contains(&breach.rule));
                if broken != (theirs == "failure") {
                    differences.push(format!("{server}:{} {name} {theirs}: {:?}", recording.line, judgement.breaches));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}
