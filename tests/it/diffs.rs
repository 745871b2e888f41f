//! Each kind of difference as a reader sees it: real responses over a socket, validated against a contract, in the terminal.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use regex::Regex;
use serde_json::{Value, json};

use crate::cli::project::Project;

const SPEC: &str = include_str!("../data/diffs/spec.yaml");
const CASES: &str = include_str!("../data/diffs/cases.yaml");

/// Status, headers and body of a response.
type Response = (u16, &'static str, Vec<u8>);

#[test]
fn each_kind_of_difference_is_recognised_at_a_glance() {
    let files = [("spec.yaml", SPEC), ("cases/diffs.yaml", CASES), ("signoff.yaml", "spec: spec.yaml\n")];
    let project = Project::with(&files);
    let ended =
        project.call(&["run", "--target", &serve(), "--jobs", "1", "--severity", "undocumented-property=error"]);
    let diffs = diffs(&ended.out);
    let large = diffs.lines().skip_while(|line| !line.contains("five megabytes")).count();
    assert!((20..40).contains(&large), "{large} lines\n{diffs}");
    for diff in diffs.split("✗ GET /orders/{id} · ").skip(1) {
        let name = diff.split("  ").next().unwrap_or_default().replace(' ', "_");
        insta::assert_snapshot!(name, diff);
    }
}

/// Returns the diffs without times and commands, which differ from run to run.
fn diffs(out: &str) -> String {
    let time = Regex::new(r" · [0-9.]+ m?s\b").expect("an expression");
    let (mut drawn, mut within) = (String::new(), false);
    for line in out.lines() {
        within = line.starts_with("✗ GET") || (within && (line.is_empty() || line.starts_with(' ')));
        if within && !line.trim_start().starts_with("reproduce: ") {
            let _ = writeln!(drawn, "{}", time.replace(line, ""));
        }
    }
    drawn
}

/// Starts a server whose response depends on the last path segment. Returns its URL.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || listener.incoming().for_each(|stream| reply(stream.expect("a connection"))));
    url
}

fn reply(mut stream: TcpStream) {
    let mut head = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let request = head.next().unwrap_or_default();
    head.for_each(drop);
    let name = request.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let (status, headers, body) = response(name);
    let head = format!("HTTP/1.1 {status} x\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

const JSON: &str = "content-type: application/json\r\n";

fn response(name: &str) -> Response {
    let raw = |text: &str| (200, JSON, text.as_bytes().to_vec());
    match name {
        "missing" => order(&json!({ "status": "OPEN", "partner_customer_id": null }), Some("partner_customer_id")),
        "unexpected" => order(&json!({ "status": "OPEN", "debug": { "host": "db-7", "ms": 12 } }), None),
        "misspelled" => {
            order(&json!({ "partnerCustomerId": "PARTNER_1", "status": "OPEN" }), Some("partner_customer_id"))
        }
        "type" => order(&json!({ "count": "12", "tags": "new", "lines": [] }), None),
        "value" => order(&json!({ "status": "open", "created_at": "2026-02-30T12:00:00Z" }), None),
        "long" => order(&json!({ "note": LONG }), None),
        "numbers" => raw(
            r#"{"order_id":"O-1","partner_customer_id":"P-1","count":9007199254740994,"price":1.00e2,"serial":12345678901234567890123,"weight":0.1000000000000000055}"#,
        ),
        "invisible" => {
            order(&json!({ "note": "paid\u{202e} in\u{a0}full\u{200b}", "tags": ["cafe\u{301}", "\u{430}dmin"] }), None)
        }
        "elements" => {
            order(&json!({ "lines": [line("A-1", 1), line("X-9", 9), line("B-2", 2), line("C-3", 4)] }), None)
        }
        "folded" => {
            let lines = (0..200).map(|n| if n == 120 { json!({ "sku": n }) } else { line("A-1", n) });
            order(&json!({ "note": "n", "count": 1, "price": 1, "tags": [], "lines": lines.collect::<Vec<_>>() }), None)
        }
        "branch" => order(&json!({ "payment": { "card": "4242", "expires": "2027-01" } }), None),
        "page" => (200, "content-type: text/html\r\n", b"<html>\n<h1>502 Bad Gateway</h1>\n</html>\n".to_vec()),
        "bytes" => {
            (200, JSON, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV*\xcbLIU\xb2R*-N-\x02\x00\x9c\x8f\x0c".to_vec())
        }
        "around" => {
            let (_, _, body) = order(&json!({}), None);
            (203, "content-type: application/json\r\nx-request-id: 7F\r\n", body)
        }
        _ => {
            let sku = "ARTICLE-".repeat(40);
            let lines = (0..15_000).map(|n| if n % 7_000 == 7 { json!({ "sku": sku }) } else { line(&sku, n) });
            order(&json!({ "lines": lines.collect::<Vec<_>>() }), None)
        }
    }
}

const LONG: &str = "We have taken your order and will send it within three days of the payment, to the address that you gave us \
                    on 2026-01-13, by a carrier of our own choice unless you tell us otherwise before.";

fn line(sku: &str, quantity: u64) -> Value {
    json!({ "sku": sku, "quantity": quantity, "unit": "piece" })
}

/// Returns a conforming order with `change` applied and without the property `without`.
fn order(change: &Value, without: Option<&str>) -> Response {
    let mut order = json!({ "order_id": "O-1", "partner_customer_id": "P-1" });
    let members = order.as_object_mut().expect("an object");
    members.extend(change.as_object().cloned().unwrap_or_default());
    members.retain(|name, _| Some(name.as_str()) != without);
    (200, JSON, order.to_string().into_bytes())
}
