//! Small contracts and messages in, the whole judgement out.

mod bodies;
mod media_types;
mod numbers;
mod octets;
mod parts;
mod repeated;
mod requests;
mod responses;
mod security;
mod types_of_text;
mod undefined;
mod xml;

use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;

use serde_json::Value;

use crate::contract::{Breach, Contract, Judgement, Location, Rule};
use crate::http::{Headers, Request, Response};

const SHOP: &str = "
openapi: 3.1.0
info: { title: Shop, version: '1' }
security: [ { basic: [] }, { key: [], token: [] } ]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      security: []
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, minimum: 1 } }
        - { name: limit, in: query, required: true, schema: { type: integer } }
        - { name: fields, in: query, schema: { type: array, items: { enum: [a, b] } } }
        - { name: X-Trace, in: header, schema: { type: string, format: uuid } }
      responses:
        '200':
          description: the order
          headers: { X-Rate: { required: true, schema: { type: integer } }, ETag: { schema: { type: string, minLength: 3 } } }
          content:
            application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } }
            text/plain: { schema: { type: string, maxLength: 5 } }
            text/csv: { schema: { type: array } }
            application/pdf: {}
            image/*: { schema: { type: string, format: binary } }
            application/x-yaml: { schema: { type: object } }
        '204': { description: nothing }
        '304': { description: same, content: { application/json: {} } }
        4XX: { description: refused, content: { application/problem+json: { schema: { type: object, properties: { title: {} } } } } }
    post:
      operationId: changeOrder
      parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
      requestBody:
        required: true
        content:
          application/json: { schema: { type: object, required: [count], properties: { count: { type: integer } } } }
          application/x-www-form-urlencoded:
            schema: &form { type: object, properties: { count: { type: integer }, tags: { type: array, items: { type: string } } }, additionalProperties: false }
          multipart/form-data: { schema: *form }
      responses: { default: { description: done } }
  /orders/new:
    put: { operationId: newOrder, security: [ {}, { mutual: [] } ], responses: { '200': { description: done } } }
  /sealed:
    put: { operationId: sealed, security: [ { mutual: [] }, { query: [] } ], responses: { '200': { description: done } } }
components:
  securitySchemes:
    basic: { type: http, scheme: basic }
    token: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: key }
    mutual: { type: mutualTLS }
";

fn contract(text: &str) -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("openapi.yaml"), text).expect("it is written");
    crate::contract::load::load(folder.path(), Path::new("openapi.yaml")).expect("the document loads")
}

/// Lines of headers, an empty line, the body.
fn message(text: &str) -> (Headers, Bytes) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let headers = head.lines().filter_map(|line| line.split_once(": ")).collect();
    (headers, Bytes::copy_from_slice(body.as_bytes()))
}

/// Judges a response of getOrder, given as its status and message.
fn answer(status: u16, text: &str) -> String {
    answer_to("GET", status, text)
}

fn answer_to(method: &str, status: u16, text: &str) -> String {
    let contract = contract(SHOP);
    let (headers, body) = message(text);
    let response = Response { status, version: "HTTP/1.1", headers, wire_size: body.len() as u64, body };
    let operation = contract.operation("getOrder").expect("it is declared");
    tell(&super::response(&contract, operation, method, &response))
}

/// Judges a request to the operation of that name, given as `METHOD URL`, headers, an empty line and the body.
fn ask(operation: &str, text: &str) -> String {
    ask_of(&contract(SHOP), operation, text)
}

/// Judges a request against that contract.
fn ask_of(contract: &Contract, operation: &str, text: &str) -> String {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (method, url) = line.split_once(' ').expect("METHOD URL");
    let (headers, body) = message(rest);
    let body = Some(body).filter(|body| !body.is_empty());
    let request = Request { method: method.to_owned(), url: url.to_owned(), headers, body, ..Request::default() };
    tell(&super::request(contract, contract.operation(operation).expect("it is declared"), &request))
}

fn tell(judgement: &Judgement) -> String {
    let mut lines = Vec::new();
    for breach in &judgement.breaches {
        let actual = breach.actual.as_deref().unwrap_or("nothing");
        let mut line = format!("{:?} {} {}: {}", breach.rule, breach.keyword, breach.location, breach.sentence());
        let _ = write!(line, "\n  - {}\n  + {actual}\n  {}", breach.expected, breach.anchor.pointer);
        lines.push(line);
    }
    lines.extend(
        judgement
            .not_checked
            .iter()
            .map(|not_checked| format!("not_checked {:?}: {}", not_checked.rule, not_checked.reason)),
    );
    let status = judgement.status.map_or("undeclared".to_owned(), |status| status.to_string());
    let body = judgement.body.as_ref().map_or("no JSON".to_owned(), Value::to_string);
    lines.push(format!("by {status} {}: {body}", judgement.media_type.as_deref().unwrap_or("no media type")));
    lines.join("\n")
}
