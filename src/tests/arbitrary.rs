//! Judging arbitrary responses terminates, is deterministic, and never panics.

use crate::contract::{Contract, judge, load};
use crate::http::{Headers, Request, Response};
use bytes::Bytes;
use proptest::prelude::*;

const SPEC: &str = r##"
openapi: 3.2.0
info: { title: Anything, version: "1" }
paths:
  /{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
      - { name: q, in: query, style: deepObject, explode: true, schema: { type: object } }
      - { name: c, in: cookie, schema: { type: array, items: { type: string } } }
    post:
      requestBody: { content: &content {
        application/json: { schema: &thing { type: object, required: [a], properties: { a: { type: integer } } } },
        application/x-ndjson: { itemSchema: *thing },
        text/event-stream: { itemSchema: *thing },
        application/xml: { schema: *thing },
        text/plain: { schema: { type: string, maxLength: 3 } },
        multipart/form-data: { schema: *thing },
        application/x-www-form-urlencoded: { schema: *thing } } }
      responses:
        "200":
          description: anything
          headers: { x-list: { schema: { type: array, items: { type: integer } } } }
          content: *content
"##;

fn contract() -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("spec.yaml"), SPEC).expect("written");
    load::load(folder.path(), "spec.yaml".as_ref()).expect("a contract")
}

fn media_type() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "application/json",
        "application/x-ndjson",
        "text/event-stream",
        "application/xml",
        "text/plain; charset=utf-8",
        "multipart/form-data; boundary=b",
        "application/x-www-form-urlencoded",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

/// Bytes that parsers often accept beyond the first character.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"a\":",
        "1",
        "1e999",
        ",",
        "\"\\u001b\"",
        "\\ud800",
        "null",
        "\n",
        "\r\n\r\n",
        "\u{1e}",
        "data: x\n",
        "<a>",
        "</a>",
        "<a b='1' b=''/>",
        "&e;",
        "a=1&",
        "%zz",
        "a[b]=",
        "--b",
        "--b--",
        "\r\n",
        "content-disposition: form-data; name=\"a\"",
        "\u{feff}",
        "\u{202e}",
    ]);
    let pieces = prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![3 => pieces, 1 => any::<Vec<u8>>()]
}

fn headers() -> impl Strategy<Value = Headers> {
    let name = prop_oneof![Just("x-list".to_owned()), Just("cookie".to_owned()), any::<String>()];
    let others = prop::collection::vec((name, any::<String>()), 0..3);
    (prop::option::of(media_type()), others).prop_map(|(media_type, others)| {
        let typed = media_type.map(|media_type| ("content-type".to_owned(), media_type));
        others.into_iter().chain(typed).collect()
    })
}

#[test]
fn any_message_is_judged_and_twice_the_same() {
    let contract = contract();
    let operation = &contract.operations[0];
    let url = prop_oneof!["/[0-9a%]{0,3}\\?q(\\[a\\])?=[%&=a]{0,5}", any::<String>()];
    let status = prop_oneof![3 => Just(200), 1 => 100_u16..=999];
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) };
    proptest!(config, |(url in url, headers in headers(), body in body(), status in status)| {
        let body = Bytes::from(body);
        let wire_size = body.len() as u64;
        let response = Response { status, version: "HTTP/1.1", headers: headers.clone(), body: body.clone(), wire_size };
        let request = Request { method: "POST".to_owned(), url, headers, body: Some(body), ..Request::default() };
        let judged = || {
            let of_response = judge::response(&contract, operation, "POST", &response);
            format!("{of_response:?} {:?}", judge::request(&contract, operation, &request))
        };
        prop_assert_eq!(judged(), judged());
    });
}
