//! Small contracts and messages in, the whole judgement out.

use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;
use insta::assert_snapshot;

use super::*;
use crate::http::Headers;

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

/// Judges an answer to getOrder, given as its status and message.
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
    let contract = contract(SHOP);
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (method, url) = line.split_once(' ').expect("METHOD URL");
    let (headers, body) = message(rest);
    let body = Some(body).filter(|body| !body.is_empty());
    let request = Request { method: method.to_owned(), url: url.to_owned(), headers, body };
    tell(&super::request(&contract, contract.operation(operation).expect("it is declared"), &request))
}

fn tell(judgement: &Judgement) -> String {
    let mut lines = Vec::new();
    for breach in &judgement.breaches {
        let actual = breach.actual.as_deref().unwrap_or("nothing");
        let mut line = format!("{:?} {} {}: {}", breach.rule, breach.keyword, breach.site, breach.message);
        let _ = write!(line, "\n  - {}\n  + {actual}\n  {}", breach.expected, breach.anchor.pointer);
        lines.push(line);
    }
    lines
        .extend(judgement.unjudged.iter().map(|unjudged| format!("unjudged {:?}: {}", unjudged.rule, unjudged.reason)));
    let status = judgement.status.map_or("undeclared".to_owned(), |status| status.to_string());
    let body = judgement.body.as_ref().map_or("no JSON".to_owned(), Value::to_string);
    lines.push(format!("by {status} {}: {body}", judgement.media_type.as_deref().unwrap_or("no media type")));
    lines.join("\n")
}

#[test]
fn an_answer_that_keeps_everything() {
    assert_snapshot!(answer(200, "content-type: application/json; charset=utf-8\nx-rate: 1\n\n{\"id\": 1}"), @r#"by 200 application/json: {"id":1}"#);
    assert_snapshot!(answer(204, ""), @r#"by 204 no media type: no JSON"#);
    assert_snapshot!(answer(404, "content-type: application/problem+json\n\n{\"title\": 1}"), @r#"by 4XX application/problem+json: {"title":1}"#);
}

#[test]
fn an_undeclared_status_leaves_the_body_unjudged() {
    assert_snapshot!(answer(500, "content-type: application/json\n\n{\"x\": 1}"), @r#"
    Status status status: the status 500 is not declared
      - 200 | 204 | 304 | 4XX
      + 500
      /paths/~1orders~1{id}/get/responses
    unjudged BodySchema: no response is declared for 500
    by undeclared no media type: {"x":1}
    "#);
    assert_snapshot!(answer(500, "content-type: text/html\n\nsorry"), @r#"
    Status status status: the status 500 is not declared
      - 200 | 204 | 304 | 4XX
      + 500
      /paths/~1orders~1{id}/get/responses
    unjudged BodySchema: no response is declared for 500
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn media_types_that_are_missing_malformed_repeated_or_undeclared() {
    assert_snapshot!(answer(200, "x-rate: 1\n\n{\"id\": 1}"), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/json | text/plain | text/csv | application/pdf | image/* | application/x-yaml
      + nothing
      /paths/~1orders~1{id}/get/responses/200/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by 200 no media type: {"id":1}
    "#);
    assert_snapshot!(answer(404, "\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX application/problem+json: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: json\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: Content-Type is not a media type
      - application/problem+json
      + "json"
      /paths/~1orders~1{id}/get/responses/4XX/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by 4XX no media type: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: text/html\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: the media type is not declared
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by 4XX no media type: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: application/problem+json\ncontent-type: text/html\n\n{}"), @r#"
    ContentType content-type header/content-type: Content-Type stands on several lines
      - application/problem+json
      + "application/problem+json, text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by 4XX no media type: {}
    "#);
}

#[test]
fn content_where_none_may_be_and_none_where_it_is_declared() {
    assert_snapshot!(answer(204, "content-type: application/json\n\n{\"x\": 1}"), @r#"
    BodyAbsent body body: a response with status 204 has no content, got 8 bytes
      - no content
      + "{\"x\": 1}"
      /paths/~1orders~1{id}/get/responses/204
    by 204 no media type: {"x":1}
    "#);
    assert_snapshot!(answer(304, ""), @r#"by 304 no media type: no JSON"#);
    assert_snapshot!(answer(404, ""), @r#"
    BodyPresent body body: content is declared for 404, got none
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
    assert_snapshot!(answer(404, "content-type: text/html"), @r#"
    BodyPresent body body: content is declared for 404, got none
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    ContentType content-type header/content-type: the media type is not declared
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
    assert_snapshot!(answer_to("HEAD", 404, "content-type: text/html"), @r#"
    ContentType content-type header/content-type: the media type is not declared
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
}

#[test]
fn bodies_that_are_not_strict_json() {
    let json = "content-type: application/problem+json\n\n";
    assert_snapshot!(answer(404, &format!("{json}{{\"title\": 1, \"title\": 2}}")), @r#"
    BodyWellFormed json body/title: duplicate key "title" at line 1 column 20
      - JSON
      + "{\"title\": 1, \"title\": 2}"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    by 4XX application/problem+json: no JSON
    "#);
    assert_snapshot!(answer(404, &format!("{json}{{}} {{}}")), @r#"
    BodyWellFormed json body: text after the value at line 1 column 4
      - JSON
      + "{} {}"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    by 4XX application/problem+json: no JSON
    "#);
    assert_snapshot!(answer(404, &format!("{json}<html>")), @r#"
    BodyWellFormed json body: expected value at line 1 column 1
      - JSON
      + "<html>"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    by 4XX application/problem+json: no JSON
    "#);
}

#[test]
fn content_that_is_not_json() {
    assert_snapshot!(answer(200, "content-type: text/plain\nx-rate: 1\n\nabcdef"), @r#"
    BodySchema maxLength body: expected at most 5 characters, got 6
      - string(length ≤ 5)
      + "abcdef"
      /paths/~1orders~1{id}/get/responses/200/content/text~1plain/schema/maxLength
    by 200 text/plain: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: text/plain\nx-rate: 1"), @r#"by 200 text/plain: no JSON"#);
    assert_snapshot!(answer(200, "content-type: text/csv\nx-rate: 1\n\na,b"), @r#"
    unjudged BodySchema: text/csv cannot be judged by a schema: the schema is not one of text
    by 200 text/csv: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: application/pdf\nx-rate: 1\n\n%PDF"), @r#"
    unjudged BodySchema: no schema is declared for application/pdf
    by 200 application/pdf: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: image/png\nx-rate: 1\n\nPNG"), @r#"by 200 image/*: no JSON"#);
    assert_snapshot!(answer(200, "content-type: application/x-yaml\nx-rate: 1\n\na: 1"), @r#"
    unjudged BodySchema: application/x-yaml cannot be judged by a schema: it is neither JSON nor text
    by 200 application/x-yaml: no JSON
    "#);
}

#[test]
fn headers_are_required_and_keep_their_schema() {
    assert_snapshot!(answer(200, "content-type: text/plain\netag: x\n\nabc"), @r#"
    HeaderSchema required header/x-rate: the required header/x-rate is missing
      - integer
      + nothing
      /paths/~1orders~1{id}/get/responses/200/headers/X-Rate/required
    HeaderSchema minLength header/etag: expected at least 3 characters, got 1
      - string(length ≥ 3)
      + "x"
      /paths/~1orders~1{id}/get/responses/200/headers/ETag/schema/minLength
    by 200 text/plain: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: text/plain\nX-RATE: many\n\nabc"), @r#"
    HeaderSchema type header/x-rate: expected integer, got string
      - integer
      + "many"
      /paths/~1orders~1{id}/get/responses/200/headers/X-Rate/schema/type
    by 200 text/plain: no JSON
    "#);
}

#[test]
fn requests_that_keep_everything() {
    assert_snapshot!(ask("getOrder", "GET /orders/1?limit=2&fields=a&fields=b"), @r#"by undeclared no media type: no JSON"#);
    assert_snapshot!(ask("changeOrder", "POST /orders/1\nauthorization: basic YTpi\ncontent-type: application/json\n\n{\"count\": 1}"), @r#"by undeclared application/json: {"count":1}"#);
    assert_snapshot!(ask("changeOrder", "POST /orders/1\nauthorization: Bearer abc\nx-key: k\ncontent-type: application/x-www-form-urlencoded\n\ncount=1&tags=a&tags=b"), @r#"by undeclared application/x-www-form-urlencoded: no JSON"#);
    assert_snapshot!(ask("newOrder", "PUT /orders/new"), @r#"by undeclared no media type: no JSON"#);
}

#[test]
fn a_request_that_leads_elsewhere_breaks_nothing_else() {
    assert_snapshot!(ask("getOrder", "PATCH /orders/0"), @r#"
    Method method method: the method PATCH does not lead to getOrder
      - GET
      + "PATCH"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "POST /orders/0"), @r#"
    Method method method: the method POST does not lead to getOrder
      - GET
      + "POST"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "GET /order/0"), @r#"
    Path path path: the path does not lead to getOrder
      - /orders/{id}
      + "/order/0"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", "PUT /orders/new"), @r#"
    Path path path: the path does not lead to changeOrder
      - /orders/{id}
      + "/orders/new"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn parameters_are_required_declared_and_keep_their_schema() {
    assert_snapshot!(ask("getOrder", "GET /orders/0?fields=a&fields=c&limt=1\nX-Trace: nope"), @r#"
    Parameter minimum path/id: expected 1 or more
      - integer ≥ 1
      + 0
      /paths/~1orders~1{id}/get/parameters/0/schema/minimum
    Parameter required query/limit: the required query/limit is missing
      - integer
      + nothing
      /paths/~1orders~1{id}/get/parameters/1/required
    Parameter enum query/fields/1: expected "a" | "b"
      - "a" | "b"
      + "c"
      /paths/~1orders~1{id}/get/parameters/2/schema/items/enum
    Parameter format header/x-trace: expected the format uuid
      - string(uuid)
      + "nope"
      /paths/~1orders~1{id}/get/parameters/3/schema/format
    Parameter additionalProperties query/limt: the query parameter "limt" is not declared
      - limit | fields
      + "1"
      /paths/~1orders~1{id}/get/parameters
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "GET /orders/x?limit=1&limit=2"), @r#"
    Parameter type path/id: expected integer, got string
      - integer ≥ 1
      + "x"
      /paths/~1orders~1{id}/get/parameters/0/schema/type
    Parameter style query/limit: expected limit once, got it 2 times
      - integer in style form
      + nothing
      /paths/~1orders~1{id}/get/parameters/1
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn credentials_are_there_and_well_formed() {
    let body = "content-type: application/json\n\n{\"count\": 1}";
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\n{body}")), @r#"
    Security security security: basic: no Authorization header; key: no header X-Key
      - basic | key & token
      + nothing
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\nauthorization: Basic !!\n{body}")), @r#"
    Security security security: basic: the Basic credentials are malformed; key: no header X-Key
      - basic | key & token
      + "Basic …"
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\nauthorization: Bearer a b\nx-key: k\n{body}")), @r#"
    Security security security: basic: Authorization is not Basic; token: the Bearer credentials are malformed
      - basic | key & token
      + "Bearer …"
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("sealed", "PUT /sealed"), @r#"
    unjudged Security: mutual is judged by the connection, not the message
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("sealed", "PUT /sealed?key=1"), @r#"by undeclared no media type: no JSON"#);
}

#[test]
fn bodies_are_required_and_keep_their_schema() {
    let line = "POST /orders/1\nauthorization: Basic YTpi\n";
    assert_snapshot!(ask("changeOrder", line), @r#"
    BodyPresent required body: the required request body is missing
      - { count }
      + nothing
      /paths/~1orders~1{id}/post/requestBody/required
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: text/plain\n\n{{\"count\": 1}}")), @r#"
    ContentType content-type header/content-type: the media type is not declared
      - application/json | application/x-www-form-urlencoded | multipart/form-data
      + "text/plain"
      /paths/~1orders~1{id}/post/requestBody/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by undeclared no media type: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}\n{{\"count\": \"1\"}}")), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/json | application/x-www-form-urlencoded | multipart/form-data
      + nothing
      /paths/~1orders~1{id}/post/requestBody/content
    unjudged BodySchema: its media type does not tell which schema it should keep
    by undeclared no media type: {"count":"1"}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/json\n\n{{\"count\": ")), @r#"
    BodyWellFormed json body: EOF while parsing a value at line 1 column 10
      - JSON
      + "{\"count\": "
      /paths/~1orders~1{id}/post/requestBody/content/application~1json
    by undeclared application/json: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/json\n\n{{\"count\": \"1\"}}")), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "1"
      /paths/~1orders~1{id}/post/requestBody/content/application~1json/schema/properties/count/type
    by undeclared application/json: {"count":"1"}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/x-www-form-urlencoded\n\ncount=x&more=1")), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "x"
      /paths/~1orders~1{id}/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/count/type
    BodySchema additionalProperties body/more: the property "more" is not allowed
      - { count, tags }
      + "1"
      /paths/~1orders~1{id}/post/requestBody/content/application~1x-www-form-urlencoded/schema/additionalProperties
    by undeclared application/x-www-form-urlencoded: no JSON
    "#);
    assert_snapshot!(ask("newOrder", "PUT /orders/new\n\n\n{\"x\": 1}"), @r#"
    unjudged BodySchema: no request body is declared for newOrder
    by undeclared no media type: {"x":1}
    "#);
}

#[test]
fn the_parts_of_a_form_are_read_by_their_types() {
    let part =
        |name: &str, text: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let form = |parts: &[String]| {
        let head = "POST /orders/1\nauthorization: Basic YTpi\ncontent-type: multipart/form-data; boundary=b\n\n";
        ask("changeOrder", &format!("{head}{}--b--\r\n", parts.concat()))
    };
    assert_snapshot!(form(&[part("count", "1"), part("tags", "a"), part("tags", "b")]), @r#"by undeclared multipart/form-data: no JSON"#);
    assert_snapshot!(form(&[part("count", "x"), part("more", "1")]), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "x"
      /paths/~1orders~1{id}/post/requestBody/content/multipart~1form-data/schema/properties/count/type
    BodySchema additionalProperties body/more: the property "more" is not allowed
      - { count, tags }
      + 1
      /paths/~1orders~1{id}/post/requestBody/content/multipart~1form-data/schema/additionalProperties
    by undeclared multipart/form-data: no JSON
    "#);
    assert_snapshot!(form(&["--c".to_owned()]), @r#"
    unjudged BodySchema: multipart/form-data cannot be judged by a schema: its boundary does not stand in it
    by undeclared multipart/form-data: no JSON
    "#);
}

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
        let body =
            base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text("body_b64")).expect("base64");
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

/// Where we differ, and why that is right; anything else is a difference to explain.
fn explained(recording: &Recording, name: &str, judgement: &Judgement) -> bool {
    let _ = (recording, name, judgement);
    false
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn recorded_answers_are_judged_as_they_were_by_others() {
    let data =
        std::path::PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set")).join("recorded");
    let mut differences = Vec::new();
    for server in ["lb4-todo", "restate"] {
        let contract = crate::contract::load::load(&data, Path::new(&format!("{server}.json"))).expect("it loads");
        let text = std::fs::read_to_string(data.join(format!("{server}.ndjson"))).expect("it is there");
        for recording in recordings(&text) {
            let operation = contract.operation(&recording.operation).expect("it is declared");
            let judgement = super::response(&contract, operation, &recording.method, &recording.response);
            for (name, rules) in VERDICTS {
                let Some(theirs) = recording.verdict.get(name) else { continue };
                let broken = judgement.breaches.iter().any(|breach| rules.contains(&breach.rule));
                if broken != (theirs == "failure") && !explained(&recording, name, &judgement) {
                    differences.push(format!("{server}:{} {} {theirs}\n{}", recording.line, name, tell(&judgement)));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}
