//! Validation of content that is not one JSON value: forms, parts, XML, sequences.

use insta::assert_snapshot;

use super::*;
use crate::http::{Exchange, Timings};

const FILES: &str = "
openapi: 3.2.0
info: { title: Files, version: '1' }
paths:
  /x:
    post:
      operationId: send
      requestBody: { $ref: '#/components/requestBodies/Any' }
      responses: { '200': { $ref: '#/components/responses/Any' } }
components:
  requestBodies:
   Any:
    content: &content
      application/x-www-form-urlencoded:
        schema: &form
          type: object
          required: [count]
          properties:
            count: { type: integer, maximum: 9 }
            tags: { type: array, items: { type: string, maxLength: 3 } }
            where: { type: object, properties: { lat: { type: number } } }
            deep: { type: object, properties: { a: { type: integer } } }
        encoding:
          tags: { style: pipeDelimited, explode: false }
          deep: { style: deepObject, explode: true }
      multipart/form-data:
        schema: *form
        encoding:
          photo: { contentType: 'image/png, image/*', headers: { X-Size: { required: true, schema: { type: integer } } } }
          where: { contentType: application/json }
      multipart/mixed: { schema: {} }
      application/xml: { schema: { type: object } }
      text/xml: { schema: { type: string, maxLength: 4 } }
      image/svg+xml: {}
      text/plain: { schema: { type: string } }
      application/octet-stream: { schema: { $ref: '#/components/schemas/Bytes' } }
      image/png: { schema: {} }
      application/jsonl: { itemSchema: { type: object, required: [id], properties: { id: { type: integer } } } }
      application/json-seq: { schema: { type: array } }
      text/event-stream: { itemSchema: { required: [data], properties: { data: { contentMediaType: application/json }, retry: { maximum: 9 } } } }
      application/json: { schema: { type: string } }
  responses: { Any: { description: any, content: *content } }
  schemas: { Bytes: { type: string, format: binary } }
";

/// Judges content of that type in a request, and makes sure that a response gets the same judgement.
fn check(media_type: &str, body: &str) -> String {
    let contract = contract(FILES);
    let operation = contract.operation("send").expect("it is declared");
    let headers: Headers = [("content-type", media_type)].into_iter().collect();
    let bytes =
        Bytes::copy_from_slice(body.replace('\n', if media_type.contains("multi") { "\r\n" } else { "\n" }).as_bytes());
    let request = Request {
        method: "POST".to_owned(),
        url: "/x".to_owned(),
        headers: headers.clone(),
        body: Some(bytes.clone()),
        ..Request::default()
    };
    let response = Response { status: 200, version: "HTTP/1.1", headers, wire_size: 0, body: bytes };
    let asked = super::super::request(&contract, operation, &request);
    let answered = super::super::response(&contract, operation, "POST", &response);
    let told = |judgement: &Judgement| {
        let breaches = judgement.breaches.iter().filter(|breach| breach.rule.is_binding());
        let breach = |breach: &Breach| {
            format!(
                "{:?} {} {}: {}\n  - {}\n",
                breach.rule,
                breach.keyword,
                breach.location,
                breach.sentence(),
                breach.expected
            )
        };
        let not_checked =
            judgement.not_checked.iter().map(|not_checked| format!("not_checked: {}\n", not_checked.reason));
        breaches.map(breach).chain(not_checked).collect::<String>()
    };
    assert_eq!(told(&asked), told(&answered));
    told(&asked)
}

#[test]
fn forms_are_read_by_their_encoding() {
    let form = "application/x-www-form-urlencoded";
    assert_eq!(check(form, "count=1&tags=a%7Cb&where=%7B%22lat%22%3A1%7D&deep%5Ba%5D=1"), "");
    assert_snapshot!(check(form, "count=x&tags=a%7Clong&where=%7B%22lat%22%3Atrue%7D&deep%5Ba%5D=y"), @r#"
    BodySchema type body/count: expected integer, got string
      - integer ≤ 9
    BodySchema type body/deep/a: expected integer, got string
      - integer
    BodySchema maxLength body/tags/1: expected at most 3 characters, got 4
      - string(length ≤ 3)
    BodySchema type body/where/lat: expected number, got boolean
      - number
    "#);
    assert_snapshot!(check(form, "count=1&count=2&where=%7B"), @r#"
    BodySchema style body/count: expected count once, got it 2 times
      - { count, tags, where, deep }
    BodySchema style body/where: expected application/json: EOF while parsing an object at line 1 column 1
      - { count, tags, where, deep }
    "#);
    assert_snapshot!(check("application/x-www-form-urlencoded; charset=utf-16", "count=1\u{e9}"), @r#"
    not_checked: application/x-www-form-urlencoded is not checked against its schema: the charset utf-16 is not supported
    "#);
}

#[test]
fn parts_are_read_by_their_encoding() {
    let form = "multipart/form-data; boundary=b";
    let part = |head: &str, content: &str| format!("--b\nContent-Disposition: form-data; {head}\n\n{content}\n");
    let right = [
        part("name=count", "1"),
        part("name=tags", "a"),
        part("name=tags", "b"),
        part("name=where\nContent-Type: application/json", "{\"lat\": 1}"),
        part("name=photo; filename=a.png\nContent-Type: image/png\nX-Size: 1", "x"),
    ];
    assert_eq!(check(form, &format!("{}--b--\n", right.concat())), "");
    let wrong = [
        part("name=count", "10"),
        part("name=tags", "long"),
        part("name=where\nContent-Type: application/json", "{"),
        part("name=photo; filename=a.pdf\nContent-Type: application/pdf\nX-Size: big", "x"),
        part("name=photo", "x"),
    ];
    assert_snapshot!(check(form, &format!("{}--b--\n", wrong.concat())), @r#"
    BodyWellFormed json body/where: not JSON: EOF while parsing an object at line 1 column 1
      - JSON
    ContentType content-type body/photo: the media type of the part photo is not documented
      - image/png | image/*
    BodySchema type body/photo: header/x-size of the part photo: expected integer, got string
      - integer
    ContentType content-type body/photo: the media type of the part photo is not documented
      - image/png | image/*
    BodySchema required body/photo: header/x-size of the part photo: the required header X-Size is missing
      - integer
    BodySchema maximum body/count: expected 9 or less
      - integer ≤ 9
    BodySchema maxLength body/tags/0: expected at most 3 characters, got 4
      - string(length ≤ 3)
    "#);
}

#[test]
fn multipart_content_that_is_none_is_a_breach() {
    assert_snapshot!(check("multipart/form-data", "--b--"), @r#"
    BodyWellFormed multipart body: not multipart/form-data: its media type has no boundary
      - multipart/form-data
    "#);
    assert_snapshot!(check("multipart/form-data; boundary=b", "x"), @r#"
    BodyWellFormed multipart body: not multipart/form-data: it does not contain its boundary
      - multipart/form-data
    "#);
    assert_snapshot!(check("multipart/form-data; boundary=b", "--b\n\nx"), @r#"
    BodyWellFormed multipart body: not multipart/form-data: its last boundary is missing
      - multipart/form-data
    "#);
    assert_snapshot!(check("multipart/form-data; boundary=b", "--b\nContent-Type: text/plain\n\nx\n--b--"), @r#"
    BodyWellFormed multipart body: not multipart/form-data: part 1 has no name
      - multipart/form-data
    "#);
    assert_snapshot!(check("multipart/mixed; boundary=b", "--b\n\nx\n--b--"), @r#"
    not_checked: multipart/mixed is not checked against its schema: its parts have no names
    "#);
    assert_snapshot!(check("multipart/mixed; boundary=b", "--b"), @r#"
    BodyWellFormed multipart body: not multipart/mixed: it ends after a boundary
      - multipart/mixed
    "#);
}

#[test]
fn part_headers_are_limited() {
    let form = |lines: usize| {
        let head = format!("--b\nContent-Disposition: form-data; name=tags\n{}", "X-Line: 1\n".repeat(lines));
        let count = "--b\nContent-Disposition: form-data; name=count\n\n1\n";
        check("multipart/form-data; boundary=b", &format!("{count}{head}\na\n--b--\n"))
    };
    assert_eq!(form(40_000), "");
    assert_eq!(form(50_000), "not_checked: the body has more than 512 kB of part headers\n");
}

#[test]
fn xml_is_judged_as_well_formed() {
    assert_eq!(check("application/xml", "<a/>"), "");
    let ill_formed = |media_type: &str, body: &str| {
        let text = check(media_type, body);
        assert!(text.starts_with(&format!("BodyWellFormed xml body: not {media_type}: at 1:")), "{text}");
    };
    ill_formed("application/xml", "<a>");
    ill_formed("image/svg+xml", "<svg></g>");
    assert_snapshot!(check("text/xml", "<a>longer</a>"), @r#"
    BodySchema maxLength body: expected at most 4 characters, got 6
      - string(length ≤ 4)
    "#);
}

#[test]
fn bytes_keep_a_schema_of_bytes() {
    assert_eq!(check("application/octet-stream", "\u{0}"), "");
    assert_eq!(check("image/png", "\u{0}"), "");
}

#[test]
fn a_sequence_without_items_and_a_form_without_fields_have_empty_bodies() {
    for media_type in ["application/jsonl", "text/event-stream", "text/plain"] {
        assert_eq!(check(media_type, ""), "", "{media_type}");
    }
    let form = |required: &str| {
        let document = format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ required: true, \
             content: {{ application/x-www-form-urlencoded: {{ schema: {{ type: object, required: {required} }} }} }} }}, \
             responses: {{ '204': {{ description: done }} }} }} }} }}\n"
        );
        ask_of(&contract(&document), "x", "POST /x\ncontent-type: application/x-www-form-urlencoded\n\n")
    };
    assert!(form("[]").starts_with("by undeclared "), "{}", form("[]"));
    assert!(form("[a]").starts_with("BodySchema required body/a: "), "{}", form("[a]"));
}

#[test]
fn sequences_are_judged_item_by_item() {
    assert_eq!(check("application/jsonl", "{\"id\": 1}\n{\"id\": 2}\n"), "");
    assert_snapshot!(check("application/jsonl", "{\"id\": 1}\n{\"id\": \"2\"}\n{\n{}"), @r#"
    BodySchema type body/1/id: expected integer, got string
      - integer
    BodyWellFormed json body/2: item 2 is not JSON: EOF while parsing an object at line 1 column 1
      - JSON
    BodySchema required body/3/id: the required property "id" is missing
      - integer
    "#);
    assert_eq!(check("application/json-seq", "\u{1e}1"), "");
    assert_snapshot!(check("text/event-stream", "retry: 10\n\ndata: {}\n\nretry: 10\ndata: x\n\nid: 1\n\n"), @r#"
    BodySchema maximum body/1/retry: expected 9 or less
      - number ≤ 9
    "#);
}

#[test]
fn the_schema_of_a_sequence_describes_the_array_of_its_items() {
    let judged = |version: &str, schema: &str, incomplete: bool| {
        let files = format!(
            "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ get: {{ operationId: x, responses: {{ '200': {{ \
             description: d, content: {{ application/jsonl: {{ {schema} }} }} }} }} }} }} }}\n"
        );
        let contract = contract(&files);
        let headers: Headers = [("content-type", "application/jsonl")].into_iter().collect();
        let response = Response { status: 200, version: "HTTP/1.1", headers, wire_size: 0, body: "1\n2\n".into() };
        let request = Request { method: "GET".to_owned(), url: "/x".to_owned(), ..Request::default() };
        let incomplete = incomplete.then(|| "cut".to_owned());
        let exchange = Exchange { request, response, timings: Timings::default(), incomplete };
        let judgement = super::super::exchange(&contract, contract.operation("x"), &exchange);
        let breaches = judgement.breaches.iter().map(|breach| format!("{} {}", breach.keyword, breach.location));
        breaches.chain(judgement.not_checked.into_iter().map(|one| one.reason)).collect::<Vec<_>>().join("; ")
    };
    let both = "schema: { type: array, maxItems: 1 }, itemSchema: { maximum: 1 }";
    assert_eq!(judged("3.2.0", both, false), "maximum body/1; maxItems body");
    let cut = "maximum body/1; the schema of application/jsonl describes all items; cut";
    assert_eq!(judged("3.2.0", both, true), cut);
    assert_eq!(judged("3.2.0", "schema: { type: array, items: { maximum: 1 } }", false), "maximum body/1");
    let object = "the schema of application/jsonl describes no array of its items";
    assert_eq!(judged("3.2.0", "schema: { type: object }", false), object);
    // Before 3.2, it may be meant for the items as well.
    assert_eq!(
        judged("3.1.0", "schema: { type: array, maxItems: 1 }", false),
        "no itemSchema is declared for application/jsonl"
    );
}

#[test]
fn a_charset_counts_where_the_text_depends_on_it() {
    assert_eq!(check("application/json; charset=ISO-8859-1", "\"a\""), "");
    assert_eq!(check("application/json; charset=UTF-8", "\"\u{e9}\""), "");
    assert_snapshot!(check("application/json; charset=ISO-8859-1", "\"\u{e9}\""), @r#"
    ContentType content-type header/content-type: JSON must be UTF-8, but Content-Type names another charset
      - charset=utf-8
    "#);
    assert_eq!(check("text/plain; charset=ISO-8859-1", "a"), "");
    assert_eq!(
        check("text/plain; charset=utf-16be", "a"),
        "not_checked: text/plain is not checked against its schema: the charset utf-16be is not supported\n"
    );
    assert_snapshot!(check("text/plain; charset=ISO-8859-1", "\u{e9}"), @r#"
    not_checked: text/plain is not checked against its schema: the charset iso-8859-1 is not supported
    "#);
}
