//! Responses without mock rules: status, media type and value; never a panic.

use proptest::prelude::*;

use super::*;

pub(super) const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [ { url: "https://api.example.com/v1/" }, { url: "/{stage}/shop", variables: { stage: { default: beta } } } ]
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        "404": { description: none, content: { application/json: { example: { code: NONE } } } }
        2XX: { description: any, content: { application/json: { example: [] } } }
        "206":
          description: some
          headers:
            X-Total: { required: true, schema: { type: integer, minimum: 3 } }
            X-Page: { schema: { type: integer, example: 2 } }
            X-Trace: { schema: { type: string } }
            Content-Encoding: { schema: { type: string, example: gzip } }
          content:
            application/json:
              schema: { type: array, minItems: 1, items: { $ref: "#/components/schemas/Order" } }
              examples: { none left: { value: [] }, one: { value: [ { id: 9 } ] }, two: { value: [ { id: 9, lines: [ { sku: NO-200 } ] } ] } }
            text/csv: { schema: { type: string, example: "id" } }
    post:
      operationId: newOrder
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses: { "201": { description: made, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } } }
  /orders/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
    delete: { operationId: dropOrder, servers: [ { url: "https://old.example.com/old" } ], responses: { "204": { description: gone } } }
    head: { operationId: hasOrder, responses: { "200": { description: there, content: { application/json: {} } } } }
    put: { operationId: moved, responses: { "302": { description: elsewhere, headers: { Location: { required: true, schema: { format: uri } } } } } }
    patch: { operationId: whatever, responses: { default: { description: any, content: { application/json: { schema: { type: boolean } } } } } }
  /broken:
    get: { operationId: contrary, responses: { "200": { description: no, content: { application/json: { schema: { type: integer, minimum: 2, maximum: 1 } } } } } }
    post: { operationId: image, responses: { "200": { description: no, content: { image/png: {}, application/xml: { schema: { type: object } } } } } }
    put: { operationId: refusing, responses: { "400": { description: never } } }
components:
  schemas:
    Order:
      required: [ id, lines ]
      properties:
        id: { type: integer, minimum: 1 }
        lines: { type: array, minItems: 1, items: { type: object, required: [ sku ], properties: { sku: { type: string, pattern: "^[A-Z]{2}-[0-9]{3}$" } } } }
        note: { type: string, default: none }
        secret: { type: string, writeOnly: true }
"##;

pub(super) fn bare(method: &str, url: &str, headers: &[(&str, &str)]) -> Request {
    Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: headers.iter().copied().collect(),
        body: None,
        ..Request::default()
    }
}

/// The response to a request without a body.
pub(super) fn get_response(mock: &Mock, method: &str, url: &str, headers: &[(&str, &str)]) -> String {
    whole(&mock.respond(&bare(method, url, headers), 0))
}

#[test]
fn the_document_determines_the_response() {
    let mock = documented(SPEC);
    let calls = [
        ("GET", "/orders", ""),
        ("DELETE", "/orders/1", ""),
        ("PUT", "/orders/1", ""),
        ("PATCH", "/orders/1", ""),
        ("GET", "/broken", ""),
        ("POST", "/broken", ""),
        ("PUT", "/broken", ""),
    ];
    let responses = calls.map(|(method, url, _)| format!("{method} {url}\n{}", get_response(&mock, method, url, &[])));
    insta::assert_snapshot!(responses.join("\n"));
    let made = mock.respond(&post("/orders", r#"{"id": 1, "lines": [{"sku": "AB-123"}]}"#), 0);
    assert_eq!(shown(&made), "201 application/json\n{\"id\":1,\"lines\":[{\"sku\":\"AA-111\"}],\"note\":\"none\"}");
}

#[test]
fn a_server_path_has_every_value_of_its_variables() {
    let check = |servers: &str, served: &[&str], others: &[&str]| {
        let spec = format!(
            "openapi: 3.0.3\ninfo: {{ title: Servers, version: '1' }}\nservers: [ {servers} ]\n\
             paths: {{ /a: {{ get: {{ responses: {{ '200': {{ description: all }} }} }} }} }}\n"
        );
        let mock = documented(&spec);
        let status = |url: &&str| mock.respond(&bare("GET", url, &[]), 0).status;
        assert!(served.iter().all(|url| status(url) == 200), "{servers}");
        assert!(others.iter().all(|url| status(url) == 404), "{servers}");
    };
    let v = "v: { default: v1, enum: [v1, v2] }";
    check(
        &format!("{{ url: 'https://a.example/{{v}}', variables: {{ {v} }} }}"),
        &["/v1/a", "/v2/a", "/a"],
        &["/v3/a"],
    );
    check(
        &format!("{{ url: '/{{r}}/x-{{v}}/', variables: {{ {v}, r: {{ default: eu, enum: [eu, us/west] }} }} }}"),
        &["/eu/x-v2/a", "/us/west/x-v1/a"],
        &["/us/x-v1/a"],
    );
    check(
        "{ url: 'https://{h}/{t}/api', variables: { t: { default: x }, h: { default: h } } }",
        &["/y/api/a"],
        &["/y/a"],
    );
    check(
        "{ url: 'https://h/api-{t}', variables: { t: { default: x } } }",
        &["/api-x/a", "/api-y/a"],
        &["/api/a", "/api-/a"],
    );
    check("{ url: 'https://h/v{n}/api', variables: { n: { default: '1' } } }", &["/v2/api/a"], &["/v2/a"]);
    check("{ url: 'https://h/{t}', variables: { t: { default: api/v1 } } }", &["/api/v1/a", "/v2/a"], &["/api/v2/a"]);
    check("{ url: 'https://h{t}', variables: { t: { default: /v1 } } }", &["/v1/a"], &["/v2/a"]);
    check(
        "{ url: 'https://h{t}', variables: { t: { default: /v1, enum: [/v1, '/v2', ''] } } }",
        &["/v1/a", "/v2/a"],
        &["/v3/a"],
    );
    check(
        "{ url: '{s}://h:{p}/{v}', variables: { s: { default: https, enum: [http, https] }, p: { default: '443' }, v: { default: v1, enum: [v1] } } }",
        &["/v1/a"],
        &["/v2/a"],
    );
    check("{ url: 'https://h/{t}/api', variables: { t: { default: '' } } }", &["//api/a", "/x/api/a"], &["/api/a"]);
    check("{ url: 'https://h/caf%c3%a9' }", &["/caf%C3%A9/a", "/caf%c3%a9/a", "/c%61f%C3%A9/a"], &["/cafe/a"]);
    check("{ url: '{base}/api', variables: { base: { default: 'https://h/v1' } } }", &["/v1/api/a"], &["/api/a"]);
}

#[test]
fn content_of_any_media_type_is_generated() {
    let media = |name: &str, content: &str| {
        let spec = format!(
            "openapi: 3.2.0\ninfo: {{ title: Media, version: '1' }}\npaths: {{ /a: {{ get: {{ responses: {{ \
             '200': {{ description: all, content: {{ {name}: {content} }} }} }} }} }} }}\n"
        );
        let response = documented(&spec).respond(&bare("GET", "/a", &[]), 0);
        format!("{name} {content}\n{}", shown(&response).escape_debug())
    };
    let event = "{ itemSchema: { type: object, required: [data, retry], properties: { data: { const: \"a\\nb\" }, retry: { type: integer } } } }";
    let item = "{ itemSchema: { type: array, minItems: 1, items: { type: integer } } }";
    let content = [
        ("image/png", "{}"),
        ("image/png", "{ schema: {} }"),
        ("image/png", "{ schema: { type: string, contentMediaType: image/png } }"),
        ("image/*", "{}"),
        ("'*/*'", "{}"),
        ("application/zip", "{ schema: { type: string, minLength: 9 } }"),
        ("application/cbor", "{ schema: { type: object } }"),
        ("application/yaml", "{ schema: { type: object, required: [a], properties: { a: { type: integer } } } }"),
        ("text/csv", "{ schema: { type: array, items: { type: string } } }"),
        ("text/event-stream", event),
        ("text/event-stream", "{}"),
        ("application/jsonl", "{}"),
        ("application/jsonl", item),
        ("application/jsonl", "{ itemSchema: { type: string } }"),
        ("application/jsonl", "{ schema: { type: array, minItems: 2, items: { type: integer } } }"),
        ("application/json-seq", item),
        ("application/geo+json-seq", "{ example: [ 1, a ] }"),
        ("multipart/mixed", "{}"),
    ];
    insta::assert_snapshot!(content.map(|(name, content)| media(name, content)).join("\n"));
}

#[test]
fn clients_may_choose_the_response() {
    let mock = documented(SPEC);
    let choices: [&[(&str, &str)]; 9] = [
        &[("prefer", "code=404")],
        &[("prefer", "code=204")],
        &[("prefer", "code=500")],
        &[("prefer", "example=two")],
        &[("prefer", "example=\"none left\"")],
        &[("prefer", "example=nothing")],
        &[("accept", "text/csv")],
        &[("accept", "application/json;q=0.1, text/*;q=0.2")],
        &[("accept", "image/png")],
    ];
    let responses_to_all =
        || choices.map(|lines| format!("{lines:?}\n{}", get_response(&mock, "GET", "/orders", lines)));
    let responses = responses_to_all();
    assert_eq!(responses_to_all(), responses, "cached responses are equal");
    insta::assert_snapshot!(responses.join("\n"));
}

#[test]
fn undeclared_methods() {
    let mock = documented(SPEC);
    let calls = [
        ("HEAD", "/orders"),
        ("HEAD", "/orders/1"),
        ("OPTIONS", "/orders"),
        ("OPTIONS", "/orders/1"),
        ("OPTIONS", "*"),
        ("TRACE", "/orders"),
        ("HEAD", "/nowhere"),
    ];
    let responses = calls.map(|(method, url)| format!("{method} {url}\n{}", get_response(&mock, method, url, &[])));
    insta::assert_snapshot!(responses.join("\n"));
}

#[test]
fn a_response_to_head_has_the_length_of_get() {
    let running = in_process::start(documented(SPEC)).expect("a free port");
    let address = running.url().strip_prefix("http://").expect("plain HTTP");
    let ask =
        |method: &str| exchange(address, &format!("{method} /orders HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    let (get, content) = ask("GET");
    let (head, nothing) = ask("HEAD");
    let length = format!("content-length: {}", content.len());
    assert_eq!(
        [get.matches(&length).count(), head.matches(&length).count(), nothing.len()],
        [1, 1, 0],
        "{get}\n{head}"
    );
}

#[test]
fn the_path_of_a_server_is_optional() {
    let mock = documented(SPEC);
    let status = |url: &str| mock.respond(&bare("DELETE", url, &[]), 0).status;
    assert_eq!(["/orders/1", "/v1/orders/1", "/beta/shop/orders/1?", "/old/orders/1"].map(status), [204; 4]);
    assert_eq!(["/v1orders/1", "/v2/orders/1", "/v1", "/shop/orders/1"].map(status), [404; 4]);
    assert_eq!(["/v1/orders", "/orders"].map(status), [405; 2]);
}

fn arbitrary() -> impl Strategy<Value = Request> {
    let method = prop_oneof!["GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE", "[A-Z]{1,9}"];
    let id = prop_oneof![Just("CSMR-v1-123".to_owned()), "[0-9]{1,3}", "[^/]{0,6}"];
    let path = (
        "(/v1)?",
        prop_oneof!["/orders", "/orders/", "/broken", "/v2/customers/", "/{0,3}", "[ -~]{0,9}"],
        id,
        "(/link)?",
    );
    let query = "(\\?[ -~é]{0,12})?";
    let line = (
        prop_oneof!["authorization", "content-type", "accept", "prefer", "cookie", "content-length", "[a-z-]{1,9}"],
        prop_oneof![
            "Bearer k",
            "Basic [A-Za-z=]{0,9}",
            "application/json",
            "(code|example)=[a-z0-9\"]{0,5}",
            "text/.{0,5}",
            "\\PC{0,12}"
        ],
    );
    let body = prop_oneof![
        Just(Vec::new()),
        proptest::collection::vec(any::<u8>(), 0..40),
        r#"\{"(partner_customer_id|email|metadata|id)": ("x"|1|null|\[\]|\{\})\}"#.prop_map(String::into_bytes),
    ];
    (method, path, query, proptest::collection::vec(line, 0..5), body).prop_map(|(method, path, query, lines, body)| {
        Request {
            method,
            url: format!("{}{}{}{}{query}", path.0, path.1, path.2, path.3),
            headers: lines.into_iter().collect(),
            body: Some(body.into()).filter(|body: &bytes::Bytes| !body.is_empty()),
            ..Request::default()
        }
    })
}

proptest! {
    #[test]
    fn every_request_gets_a_response(requests in proptest::collection::vec(arbitrary(), 1..6)) {
        thread_local! {
            static MOCKS: [Mock; 3] = [documented(SPEC), imprint(), Mock::new(contract(), MockRules::empty(), STARTED, 7)];
        }
        MOCKS.with(|mocks| {
            for (mock, request) in mocks.iter().flat_map(|mock| requests.iter().map(move |request| (mock, request))) {
                let response = mock.respond(request, 0);
                prop_assert!((200..=501).contains(&response.status), "{request:?}: {response:?}");
                prop_assert!(response.status != 500, "{request:?}: {response:?}");
                prop_assert!(request.method != "HEAD" || response.body.is_empty(), "{request:?}: {response:?}");
            }
            Ok(())
        })?;
    }
}
