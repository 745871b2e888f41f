//! What a client influences: the media type, preferences, the example; and where links of the response lead.

use super::documents::{SPEC, bare, get_response};
use super::*;

/// What the log says of requests with these headers, in turn.
fn notes(mock: &Mock, url: &str, calls: &[&[(&str, &str)]]) -> Vec<Vec<String>> {
    calls.iter().map(|lines| mock.handle(&bare("GET", url, lines), 0).notes).collect()
}

#[test]
fn an_unknown_media_type_in_accept_is_disregarded() {
    let mock = documented(SPEC);
    // Its discarded examples are logged with the first response.
    get_response(&mock, "GET", "/orders", &[]);
    let sent = |accept: &str| {
        let responded = mock.handle(&bare("GET", "/orders", &[("accept", accept)]), 0);
        let media_type = responded.response.headers.get("content-type").unwrap_or_default().to_owned();
        (responded.response.status, media_type, responded.notes)
    };
    let note = |accept: &str| {
        format!("Accept: {accept} was not followed: listOrders documents no such content of 206, sent application/json")
    };
    let json = "application/json".to_owned();
    assert_eq!(sent("application/vnd.shop.v3+json"), (206, json.clone(), vec![note("application/vnd.shop.v3+json")]));
    assert_eq!(sent("application/vnd.shop.v3+json"), (206, json.clone(), vec![]), "logged once");
    assert_eq!(sent("application/vnd.shop+json, text/csv;q=0.1").1, "text/csv", "an accepted type has precedence");
    assert_eq!(sent("image/png"), (206, json.clone(), vec![note("image/png")]));
    assert_eq!(sent("application/*"), (206, json, vec![]));
}

#[test]
fn an_operation_that_documents_406_does_not_disregard_accept() {
    let spec = "openapi: 3.1.0
info: { title: Accept, version: '1' }
paths:
  /a:
    get:
      responses:
        '200': { description: all, content: { application/json: { example: 1 } } }
        '406': { description: unacceptable }
";
    let mock = documented(spec);
    let status = |accept: &str| mock.respond(&bare("GET", "/a", &[("accept", accept)]), 0).status;
    assert_eq!(["image/png", "application/json;q=0", "application/a+json", "*/*"].map(status), [406, 406, 200, 200]);
}

#[test]
fn unfollowed_preferences_are_logged_once() {
    let mock = documented(SPEC);
    get_response(&mock, "GET", "/orders", &[]);
    let line = |text: &str| vec![format!("Prefer: {text}")];
    let calls: [&[(&str, &str)]; 6] = [
        &[("prefer", "code=500")],
        &[("prefer", "code=500")],
        &[("prefer", "example=nothing")],
        &[("prefer", "wait=5, code=x")],
        &[("prefer", "code=404")],
        &[("prefer", "example=two")],
    ];
    let found = notes(&mock, "/orders", &calls);
    assert_eq!(found[0], line("code=500 was not followed: listOrders documents no such status"));
    assert_eq!(found[1], Vec::<String>::new());
    assert_eq!(found[2], line("example=nothing was not followed: listOrders documents no such example of 206"));
    let unknown = ["wait=5", "code=x"].map(|text| format!("Prefer: {text} was not followed: unknown or malformed"));
    assert_eq!(found[3], unknown);
    assert_eq!(found[4..], [Vec::<String>::new(), Vec::new()]);
    let malformed = notes(&mock, "/orders?__code=abc", &[&[("accept", "application/json, json;q=x")]]);
    let expect =
        ["Accept: json;q=x", "__code=abc"].map(|text| format!("{text} was not followed: unknown or malformed"));
    assert_eq!(malformed, [expect.to_vec()]);
    let invalid = notes(&mock, "/orders?x=1", &[&[("prefer", "code=206")]]);
    assert_eq!(invalid, [line("code=206 was not followed: the request violates the contract")]);
}

#[test]
fn discarded_examples_are_logged_once() {
    let mock = documented(SPEC.replace("{ none left: { value: [] }, one", "{ one").as_str());
    let found = notes(&mock, "/orders", &[&[], &[]]);
    let [note] = &found[0][..] else { panic!("{found:?}") };
    assert!(note.starts_with("the example \"one\" of 206 of listOrders was not sent: "), "{note}");
    assert!(note.contains("lines"), "{note}");
    assert_eq!(found[1], Vec::<String>::new());
}

#[test]
fn links_of_the_documents_servers_lead_to_the_mock() {
    let spec = "openapi: 3.1.0
info: { title: Links, version: '1' }
servers: [ { url: 'https://{region}.shop.example/v1', variables: { region: { default: eu, enum: [ eu, us ] } } } ]
paths:
  /a:
    get:
      responses:
        '200':
          description: all
          headers:
            Link: { example: '<https://us.shop.example/v1/a?page=2>; rel=\"next\", <https://docs.example/v1>; rel=help, <https://eu.shop.example/v2>; rel=x' }
            Location: { example: 'https://eu.shop.example/v1/a' }
            Content-Location: { schema: { const: 'https://eu.shop.example/v1/a' } }
            X-Note: { example: 'see https://eu.shop.example/v1/a' }
";
    let lines = |tls: bool, headers: &[(&str, &str)]| {
        let mock = documented(spec).with_options(MockOptions { tls, ..MockOptions::default() });
        let response = mock.respond(&bare("GET", "/a", headers), 0);
        let of = |name: &str| response.headers.get(name).unwrap_or_default().to_owned();
        ["link", "location", "content-location", "x-note"].map(of)
    };
    let [link, location, constant, note] = lines(false, &[("host", "localhost:4010")]);
    assert_eq!(
        link,
        "<http://localhost:4010/v1/a?page=2>; rel=\"next\", <https://docs.example/v1>; rel=help, <https://eu.shop.example/v2>; rel=x"
    );
    assert_eq!(location, "http://localhost:4010/v1/a");
    assert_eq!(constant, "https://eu.shop.example/v1/a", "its schema allows no other URL");
    assert_eq!(note, "see https://eu.shop.example/v1/a");
    assert_eq!(lines(true, &[("host", "[::1]:1")])[1], "https://[::1]:1/v1/a");
    assert_eq!(lines(false, &[])[1], "https://eu.shop.example/v1/a");
}

#[test]
fn a_required_content_length_is_that_of_the_body() {
    let spec = "openapi: 3.1.0
info: { title: Length, version: '1' }
paths:
  /a:
    get:
      responses:
        '200':
          description: all
          headers: { Content-Length: { required: true, schema: { type: integer } } }
          content: { application/json: { example: { a: 1 } } }
    head: { responses: { '200': { description: all, headers: { Content-Length: { required: true, schema: { type: integer } } } } } }
";
    let mock = documented(spec);
    let length = |method: &str| {
        let response = mock.respond(&bare(method, "/a", &[]), 0);
        (response.status, response.headers.get("content-length").unwrap_or_default().to_owned(), response.body.len())
    };
    assert_eq!(length("GET"), (200, "7".to_owned(), 7));
    assert_eq!(length("HEAD"), (200, "0".to_owned(), 0));
    let running = in_process::start(documented(spec)).expect("a free port");
    let address = running.url().strip_prefix("http://").expect("plain HTTP");
    let (head, body) = exchange(address, "GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert_eq!((head.matches("content-length: 7").count(), body.as_str()), (1, "{\"a\":1}"), "{head}");
}

#[test]
fn an_example_is_selected_by_the_request_example_of_the_same_name() {
    let spec = "openapi: 3.1.0
info: { title: Examples, version: '1' }
paths:
  /people/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer }, examples: { ada: { value: 1 }, bob: { value: 2 } } }
      - { name: full, in: query, schema: { type: boolean }, examples: { bob: { value: true } } }
    get:
      responses:
        '200': { description: one, content: { application/json: { examples: { other: { value: none }, ada: { value: Ada }, bob: { value: Bob } } } } }
  /people:
    post:
      requestBody:
        content:
          application/json: { examples: { ada: { value: { name: Ada, age: 36 } } } }
          application/x-www-form-urlencoded: { schema: { type: object, properties: { age: { type: integer } } }, examples: { bob: { value: { name: Bob, age: 7 } } } }
      responses:
        '200': { description: one, content: { application/json: { examples: { first: { value: none }, ada: { value: Ada }, bob: { value: Bob } } } } }
";
    let mock = documented(spec);
    let body = |request: &Request| {
        let response = mock.respond(request, 0);
        assert_eq!(response.status, 200, "{response:?}");
        String::from_utf8_lossy(&response.body).into_owned()
    };
    let get = |url: &str| body(&bare("GET", url, &[]));
    let found = ["/people/1", "/people/2", "/people/2?full=true", "/people/3", "/people/1"].map(get);
    assert_eq!(found, ["\"Ada\"", "\"none\"", "\"Bob\"", "\"none\"", "\"Ada\""]);
    let preferred = body(&bare("GET", "/people/1", &[("prefer", "example=bob")]));
    assert_eq!(preferred, "\"Bob\"");
    let json = |text: &str| body(&post("/people", text));
    assert_eq!(json(r#"{"age": 36.0, "name": "Ada"}"#), "\"Ada\"");
    assert_eq!(json(r#"{"age": 36, "name": "Ada", "x": 1}"#), "\"none\"");
    let mut form = post("/people", "age=7&name=Bob");
    form.headers.set("content-type", "application/x-www-form-urlencoded");
    assert_eq!(body(&form), "\"Bob\"");
}
