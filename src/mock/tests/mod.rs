//! Exchanges with the mocks of this repository, and with invalid mock rules.

mod choices;
mod connections;
mod direct;
mod documents;
mod refusals;
mod rules;
mod stopping;
mod tokens;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::contract::Contract;
use crate::contract::load::{Options, load, load_with};
use crate::document::Document;
use crate::http::{Headers, Request, Response};

/// 2025-02-13T19:08:07.000Z
const STARTED: i64 = 1_739_473_687_000_000;
const LINK: &str = "/v2/customers/CSMR-v1-123/link";
const UPDATE: &str = "/v2/customers/CSMR-v1-123";

fn contract() -> std::sync::Arc<Contract> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = Options { overlays: vec!["specs/imprint.overlay.yaml".into()], ..Options::default() };
    std::sync::Arc::new(load_with(root, Path::new("specs/imprint.yaml"), &options).expect("the contract"))
}

fn mock(rules: &str) -> Mock {
    let contract = contract();
    let document = Document::parse("mock.yaml", rules).expect("a document");
    Mock::new(contract.clone(), MockRules::parse(document, &contract).expect("mock rules"), STARTED, 7)
}

/// A mock of a document without rules.
fn documented(spec: &str) -> Mock {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("shop.yaml"), spec).expect("written");
    let contract = load(folder.path(), Path::new("shop.yaml"));
    let contract = contract.unwrap_or_else(|problems| panic!("{problems:?}"));
    Mock::new(std::sync::Arc::new(contract), MockRules::empty(), STARTED, 7)
}

fn imprint() -> Mock {
    mock(include_str!("../../../specs/imprint.mock.yaml"))
}

fn post(url: &str, body: &str) -> Request {
    let headers: Headers =
        [("authorization", "Bearer key"), ("content-type", "application/json")].into_iter().collect();
    Request {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers,
        body: Some(body.to_owned().into()),
        ..Request::default()
    }
}

/// Status, media type and body, on one line each.
fn shown(response: &Response) -> String {
    let media_type = response.headers.get("content-type").unwrap_or("no content");
    format!("{} {media_type}\n{}", response.status, String::from_utf8_lossy(&response.body))
}

/// Status, header lines and body.
fn whole(response: &Response) -> String {
    let lines: String = response.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("{}\n{lines}{}\n", response.status, String::from_utf8_lossy(&response.body))
}

fn send(mock: &Mock, url: &str, body: Value) -> (u16, Value) {
    let response = mock.respond(&post(url, &body.to_string()), 1_000_000);
    (response.status, serde_json::from_slice(&response.body).expect("a JSON response"))
}

#[test]
fn linking_twice_names_the_first_link_and_an_update_sees_it() {
    let mock = imprint();
    let link = json!({
        "customer_id": "CSMR-v1-123", "partner_customer_id": "P1", "status": "ACTIVE",
        "created_at": "2025-02-13T19:08:08.000Z", "updated_at": "2025-02-13T19:08:08.000Z", "metadata": {"a": [1]},
    });
    let request = json!({"partner_customer_id": "P1", "metadata": {"a": [1]}});
    assert_eq!(send(&mock, LINK, request), (200, link.clone()));
    let (status, conflict) = send(&mock, LINK, json!({"partner_customer_id": "P2"}));
    assert_eq!((status, &conflict["error"]["existing_link"]), (409, &link));
    let (status, customer) = send(&mock, UPDATE, json!({"first_name": "Ada", "city": "Paris"}));
    assert_eq!((status, &customer["first_name"], &customer["partner_customer_id"]), (200, &json!("Ada"), &json!("P1")));
    let (_, customer) = send(&mock, UPDATE, json!({"last_name": "King"}));
    let seen = [&customer["first_name"], &customer["last_name"], &customer["address"]["city"]];
    assert_eq!(seen, [&json!("Ada"), &json!("King"), &json!("Paris")]);
}

#[test]
fn invalid_requests_are_refused() {
    let mock = imprint();
    let unknown = post("/v2/customers/nobody/link", r#"{"partner_customer_id": "P"}"#);
    let broken = post(LINK, r#"{"partner_customer_id": 1, "metadata": []}"#);
    let cut = post(LINK, r#"{"partner_customer_id": "#);
    let none = Request { body: None, ..post(LINK, "") };
    let mut anonymous = post(LINK, "{}");
    anonymous.headers.remove("authorization");
    let mut stranger = post(LINK, r#"{"partner_customer_id": "P"}"#);
    stranger.headers.set("authorization", "Bearer wrong-key-for-a-contract-test");
    let get = Request { method: "GET".to_owned(), body: None, ..post(LINK, "") };
    let requests =
        [unknown, broken, cut, none, anonymous, stranger, get, post("/nowhere", "{}"), post(UPDATE, r#"{"email": 1}"#)];
    let responses: Vec<_> = requests.iter().map(|request| shown(&mock.respond(request, 0))).collect();
    insta::assert_snapshot!(responses.join("\n\n"));
}

#[test]
fn without_rules_the_document_responds() {
    let contract = contract();
    let mock = Mock::new(contract, MockRules::empty(), STARTED, 7);
    let (status, customer) = send(&mock, UPDATE, json!({}));
    assert_eq!((status, &customer["id"]), (200, &json!("9B5E1EE0-2E1C-46E7-81B9-3C3917204BE4")));
    let mut anonymous = post(UPDATE, "{}");
    anonymous.headers.remove("authorization");
    let mut text = post(UPDATE, "a=b");
    text.headers.set("content-type", "application/x-www-form-urlencoded");
    let requests = [post(LINK, r#"{"partner_customer_id": "P"}"#), post(LINK, "{}"), anonymous, text];
    let responses: Vec<_> = requests.iter().map(|request| shown(&mock.respond(request, 0))).collect();
    insta::assert_snapshot!(responses.join("\n\n"));
}

#[test]
fn a_rule_that_violates_the_contract_is_a_500_with_its_location() {
    let rule = |rule: &str| {
        let mock = mock(&format!("state: {{ links: {{}} }}\noperations:\n  updateCustomer:\n    - {rule}\n"));
        shown(&mock.respond(&post(UPDATE, r#"{"email": "a@b.example"}"#), 0))
    };
    let rules = [
        "respond: { status: 200, body: { id: 5 } }",
        "respond: { status: 402 }",
        "{ respond: { status: 402 }, undocumented: as the page says }",
        "{ respond: { status: 200, body: { id: 5 } }, undocumented: no excuse }",
        "{ respond: { status: 200, headers: { content-type: text/html }, text: '<p>${request.body.email}' }, unchecked: true }",
        "{ when: request.body.phone, respond: { status: 200 } }",
        "{ when: request.body.email == 1, respond: { status: 200 } }",
        "{ when: request.body.email, respond: { status: 200 } }",
        "respond: { status: 200, body: { id: x, n: { a: \"${state.nobody[0]}\" } } }",
        "respond: { status: 200, body: { id: \"${request.path.customer_id}\" }, headers: { x-id: \"${uuid()}\" } }",
    ];
    insta::assert_snapshot!(rules.map(rule).join("\n\n"));
}

#[test]
fn every_problem_of_mock_rules_is_reported() {
    let text = "state: {}
invalid_request: { status: 400, body: \"${violation}\" }
operations:
  linkCustomer:
    - respond: { status: 200 }
  updateCustomer:
    - when: request.body.x ==
      respond: { status: 99, body: 1, text: x }
    - whn: 'true'
      respond: { status: 200, body: { id: \"${reqest.path.id}\" } }
      store: { a: \"${response.body} ${violations}\" }
    - respond: { body: x }
unauthorised: {}
";
    let document = Document::parse("mock.yaml", text).expect("a document");
    let problems = MockRules::parse(document, &contract()).expect_err("problems");
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn random_values_depend_on_the_request_and_not_on_the_order() {
    let text = "operations: { updateCustomer: [{ respond: { status: 200, body: { id: \"${uuid()}\" } } }] }";
    let ids = |order: &[&str]| {
        let mock = mock(text);
        let ids =
            order.iter().map(|name| format!("{name} {}", send(&mock, UPDATE, json!({"first_name": name})).1["id"]));
        ids.collect::<std::collections::BTreeSet<_>>()
    };
    let once = ids(&["a", "b", "a", "c"]);
    assert_eq!(once.len(), 4);
    assert_eq!(ids(&["c", "a", "a", "b"]), once);
}

#[test]
fn mock_rules_inherit_from_the_file_that_they_extend() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let load = |name: &str| MockRules::load(folder.path(), Path::new(name), &contract());
    let refused = |name: &str| load(name).expect_err("refused").iter().map(ToString::to_string).collect::<Vec<_>>();
    write(
        "over.yaml",
        r#"
extends: under.yaml
state: { a: { city: Paris, email: null } }
operations:
  updateCustomer:
    - { when: request.body.email is defined, respond: { status: 200, body: { id: over, address: { city: "${state.a.city}" } } } }
"#,
    );
    write(
        "under.yaml",
        r#"
state: { a: { city: Rome, email: a@b.example, name: Ada } }
invalid_request: { status: 422, undocumented: here }
operations:
  updateCustomer:
    - respond: { status: 200, body: { id: under, first_name: "${state.a.name}", email: "${state.a.email | default(omit)}" } }
"#,
    );
    write("astray.yaml", "extends: nowhere.yaml");
    write("self.yaml", "extends: self.yaml");
    let mock = Mock::new(contract(), load("over.yaml").expect("mock rules"), STARTED, 7);
    assert_eq!(
        send(&mock, UPDATE, json!({"email": "a@b.example"})).1,
        json!({"id": "over", "address": {"city": "Paris"}})
    );
    assert_eq!(send(&mock, UPDATE, json!({})).1, json!({"id": "under", "first_name": "Ada"}));
    assert_eq!(shown(&mock.respond(&post(UPDATE, "{"), 0)), "422 no content\n");
    assert_eq!(refused("self.yaml"), ["self.yaml:1:10: more than 8 mock rules files extend each other"]);
    let [astray] = &refused("astray.yaml")[..] else { panic!("one problem") };
    assert!(astray.starts_with("astray.yaml:1:10: cannot read nowhere.yaml: "), "{astray}");
}

/// Header section and content of the response to a request on its own connection.
fn exchange(address: &str, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let (lines, body) = response.split_once("\r\n\r\n").expect("a header section");
    (lines.to_owned(), body.to_owned())
}

#[test]
fn it_responds_on_a_socket_until_it_is_dropped() {
    let running = in_process::start(imprint()).expect("a free port");
    let address = running.url().strip_prefix("http://").expect("plain HTTP").to_owned();
    let body = r#"{"partner_customer_id": "P"}"#;
    let head =
        format!("POST {LINK}?x=1 HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer k\r\ncontent-type: application/json");
    let length = body.len();
    let (lines, body) =
        exchange(&address, &format!("{head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"));
    assert!(lines.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{lines}");
    assert!(lines.contains("content-type: application/json"), "{lines}");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((&body["path"], body["details"].as_array().map(Vec::len)), (&json!(format!("{LINK}?x=1")), Some(1)));
    drop(running);
    assert!(TcpStream::connect(&address).is_err());
}
