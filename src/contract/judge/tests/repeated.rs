//! Fields that occur several times: each occurrence is checked.

use insta::assert_snapshot;

use crate::contract::Contract;
use crate::http::Response;

use super::{ask_of, contract, message, tell};

const DOCUMENT: &str = "
openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: x
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [kind]
              properties:
                kind: { type: string, enum: ['1', '2'] }
                file: { type: string, format: binary }
                meta: { type: object, properties: { a: { type: integer } } }
                free: {}
                tags: { type: array, maxItems: 2, items: { type: string } }
      responses:
        '200':
          description: done
          headers: { Set-Cookie: { schema: { type: string, pattern: '^[a-z]+=' } } }
        '201':
          description: done
          headers: { Set-Cookie: { schema: { type: array, minItems: 2, items: { type: string, pattern: '^[a-z]+=' } } } }
";

fn form(parts: &[&str]) -> String {
    let part = |text: &&str| {
        let (name, content) = text.split_once('=').expect("name=content");
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let parts: String = parts.iter().map(part).collect();
    ask_of(
        &contract(DOCUMENT),
        "x",
        &format!("POST /x\ncontent-type: multipart/form-data; boundary=b\n\n{parts}--b--\r\n"),
    )
}

#[test]
fn a_part_of_a_single_value_occurs_once() {
    const FINE: &str = "by undeclared multipart/form-data: no JSON";
    assert_eq!(form(&["kind=1", "free=a", "free=b", "free=c", "tags=a", "tags=b"]), FINE);
    for (parts, breach) in [
        (["kind=1", "kind=9", "kind=2"], "BodySchema style body/kind: expected kind once, got it 3 times"),
        (["kind=1", "file=a", "file=b"], "BodySchema style body/file: expected file once, got it 2 times"),
        (
            ["kind=1", "meta={}", "meta={\"a\": \"x\"}"],
            "BodySchema style body/meta: expected meta once, got it 2 times",
        ),
        (["kind=9", "tags=a", "tags=b"], "BodySchema enum body/kind: "),
    ] {
        assert!(form(&parts).starts_with(breach), "{}", form(&parts));
    }
    assert!(form(&["kind=1", "tags=a", "tags=b", "tags=c"]).starts_with("BodySchema maxItems body/tags: "));
}

#[test]
fn a_part_has_one_name_and_one_media_type() {
    let ask = |head: &str| {
        let body = format!("--b\r\nContent-Disposition: form-data; name=kind\r\n{head}\r\n\r\n1\r\n--b--\r\n");
        ask_of(&contract(DOCUMENT), "x", &format!("POST /x\ncontent-type: multipart/form-data; boundary=b\n\n{body}"))
    };
    assert!(
        ask("Content-Disposition: form-data; name=file").contains("part 1 has several Content-Disposition headers")
    );
    assert!(
        ask("Content-Type: text/plain\r\ncontent-type: text/csv").contains("part 1 has several Content-Type headers")
    );
}

#[test]
fn each_line_of_set_cookie_is_a_value() {
    let contract = contract(DOCUMENT);
    let judged = |status, text: &str| told(&contract, status, text);
    let (good, bad) = ("set-cookie: sid=1, Path=/", "Set-Cookie: BAD");
    assert_snapshot!(judged(200, &format!("{good}\n{good}")), @"by 200 no media type: no JSON");
    for lines in [format!("{good}\n{bad}"), format!("{bad}\n{good}"), format!("{good}\n{bad}\n{good}")] {
        assert!(judged(200, &lines).starts_with("HeaderSchema pattern header/set-cookie: "), "{lines}");
    }
    assert_snapshot!(judged(201, &format!("{good}\n{good}")), @"by 201 no media type: no JSON");
    assert!(judged(201, good).starts_with("HeaderSchema minItems header/set-cookie: "));
    assert!(judged(201, &format!("{good}\n{bad}")).starts_with("HeaderSchema pattern header/set-cookie/1: "));
}

fn told(contract: &Contract, status: u16, text: &str) -> String {
    let (headers, body) = message(text);
    let response = Response { status, version: "HTTP/1.1", headers, wire_size: body.len() as u64, body };
    tell(&crate::contract::judge::response(contract, contract.operation("x").expect("declared"), "POST", &response))
}
