//! The stable interface of the library, used as another crate would use it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use signoff::contract::{Contract, Rule, judge, load};
use signoff::http::{Headers, Response};
use signoff::mock::{Mock, MockRules, in_process};
use signoff::record;

use crate::imprint::{copy_of_the_repository, run_in};

fn contract() -> Contract {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    load::load(root, Path::new("specs/imprint.yaml")).expect("a contract")
}

#[test]
fn a_response_is_validated_against_a_contract() {
    let contract = contract();
    let operation = contract.operation("updateCustomer").expect("an operation");
    let headers: Headers = [("content-type", "application/json")].into_iter().collect();
    let body = r#"{ "id": 1 }"#.into();
    let response = Response { status: 200, version: "HTTP/1.1", headers, body, wire_size: 0 };
    let judgement = judge::response(&contract, operation, &operation.method, &response);
    assert!(judgement.breaches.iter().any(|breach| breach.rule == Rule::BodySchema && breach.keyword == "type"));
}

#[test]
fn a_document_that_does_not_load_is_a_list_of_problems() {
    let problems = load::load(Path::new("."), Path::new("no-such-file.yaml")).expect_err("no such file");
    assert!(problems[0].to_string().contains("no-such-file.yaml"), "{problems:?}");
}

#[test]
fn a_mock_runs_inside_a_process() {
    let mock = in_process::start(Mock::new(Arc::new(contract()), MockRules::empty(), 0, 1)).expect("a running mock");
    let address = mock.url().strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request =
        format!("POST /nowhere HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("received");
    assert!(response.starts_with("HTTP/1.1 404"), "{response}");
}

#[test]
fn a_record_is_read_again() {
    let project = copy_of_the_repository();
    run_in(project.path(), &[]);
    let text = std::fs::read_to_string(project.path().join("reports/record.json")).expect("a record");
    let stored = record::StoredRecord::read(&text).expect("a valid record");
    let entries: Vec<_> = stored.entries().collect::<Result<_, _>>().expect("valid entries");
    assert_eq!(entries.len() as u64, stored.head.summary.cases);
    assert!(entries.iter().all(|entry| entry.outcome == record::Verdict::Passed));
}
