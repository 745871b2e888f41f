//! Refusals of invalid requests, cross-origin requests, and realistic data.

use std::io::Write;

use super::*;

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /exact:
    post:
      requestBody: { $ref: "#/components/requestBodies/Order" }
      responses:
        "200": { description: done }
        "422":
          description: wrong
          content:
            application/json:
              schema: { type: object, required: [ errors ], properties: { status: { type: integer }, errors: { type: array, minItems: 1, items: { type: object, properties: { message: { type: string } } } } } }
  /example:
    post:
      requestBody: { $ref: "#/components/requestBodies/Order" }
      responses:
        "200": { description: done }
        "409": { description: there }
        "400": { description: wrong, content: { application/json: { schema: { type: object }, examples: { first: { value: { code: E1 } }, second: { value: { code: E2 } } } } } }
  /range:
    post:
      requestBody: { $ref: "#/components/requestBodies/Order" }
      responses: { "200": { description: done }, 4XX: { description: wrong, content: { text/plain: { schema: { type: string, maxLength: 120 } } } } }
  /default:
    post:
      requestBody: { $ref: "#/components/requestBodies/Order" }
      security: [ { key: [], basic: [] } ]
      responses: { "200": { description: done, content: { text/csv: { example: a } } }, default: { description: wrong, content: { application/problem+json: { schema: { properties: { detail: { type: string } } } } } } }
  /forbidden:
    get:
      security: [ { key: [] } ]
      responses: { "200": { description: done, content: { text/csv: { example: a } } }, "403": { description: no }, "406": { description: not so, content: { application/json: { schema: { properties: { reason: { type: string } } } } } } }
  /items/{id}:
    get:
      parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
      responses:
        "200": { description: one }
        "404": { description: none, content: { application/json: { schema: { type: object, required: [ message ], properties: { message: { type: string } } } } } }
  /people:
    get:
      responses:
        "200":
          description: all
          content:
            application/json:
              schema:
                type: array
                minItems: 2
                items:
                  type: object
                  required: [ id, first_name, email, born, balance, role ]
                  properties:
                    id: { type: string, format: uuid }
                    first_name: { type: string, example: Eve }
                    email: { type: string, format: email }
                    born: { type: string, format: date }
                    balance: { type: number, minimum: 0, maximum: 100, multipleOf: 0.01 }
                    role: { enum: [ admin, user ] }
                    note: { type: string }
components:
  requestBodies:
    Order: { required: true, content: { application/json: { schema: { type: object, required: [ id ], properties: { id: { type: integer } } } } } }
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key }, basic: { type: http, scheme: basic } }
"##;

fn request(line: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let (method, url) = line.split_once(' ').expect("METHOD /path");
    let headers = headers.iter().copied().collect();
    Request {
        method: method.into(),
        url: url.into(),
        headers,
        body: Some(body.to_owned().into()).filter(|_| !body.is_empty()),
        ..Request::default()
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// `METHOD /path`, header lines, body.
type Sent = (&'static str, &'static [(&'static str, &'static str)], &'static str);

#[test]
fn an_invalid_request_gets_the_documented_response() {
    let mock = documented(SPEC);
    let requests: [Sent; 14] = [
        ("POST /exact", &[JSON], "{}"),
        ("POST /exact", &[JSON], ""),
        ("POST /exact", &[("content-type", "text/plain")], "x"),
        ("POST /example", &[JSON], "{}"),
        ("POST /example", &[JSON, ("prefer", "example=second")], "{}"),
        ("POST /example", &[JSON, ("prefer", "code=409")], "{}"),
        ("POST /example", &[("content-type", "text/plain")], "x"),
        ("POST /range", &[JSON], "{}"),
        ("POST /range", &[("content-type", "text/plain")], "x"),
        ("POST /default", &[JSON, ("accept", "image/png")], r#"{"id": 1}"#),
        ("GET /items/x", &[], ""),
        ("GET /items/1?undeclared=1", &[], ""),
        ("GET /forbidden", &[], ""),
        ("GET /forbidden", &[("x-key", "k"), ("accept", "image/png")], ""),
    ];
    let responses = requests.map(|(line, headers, body)| {
        format!("{line} {headers:?} {body}\n{}", whole(&mock.respond(&request(line, headers, body), 0)))
    });
    insta::assert_snapshot!(responses.join("\n"));
}

#[test]
fn content_beyond_the_limits_is_refused() {
    let list = format!("[{}0]", "0,".repeat(1_000_000));
    assert_eq!(
        whole(&documented(SPEC).respond(&request("POST /exact", &[JSON], &list), 0)),
        "413\ncontent-type: application/problem+json\n\
         {\"title\":\"Content Too Large\",\"status\":413,\"detail\":\"the body has too many values to be held in 20 MB at line 1 column 262147\"}\n"
    );
}

#[test]
fn coded_content_is_decoded_and_validated() {
    let gzip = |content: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).expect("in memory");
        encoder.finish().expect("in memory")
    };
    let handle = |coding: &str, body: Vec<u8>| {
        let headers = [JSON, ("content-encoding", coding)];
        let request = Request { body: Some(body.into()), ..request("POST /exact", &headers, "") };
        documented(SPEC).handle(&request, 0)
    };
    let status = |coding: &str, body: Vec<u8>| handle(coding, body).response.status;
    assert_eq!(status("identity", br#"{"id": 1}"#.into()), 200);
    assert_eq!(status("gzip", gzip(br#"{"id": 1}"#)), 200);
    assert_eq!(status("gzip, gzip", gzip(&gzip(br#"{"id": 1}"#))), 200);
    let invalid = handle("gzip", gzip(br#"{"id": "x"}"#));
    assert_eq!((invalid.response.status, invalid.violations.len()), (422, 1));
    assert_eq!(invalid.decoded.as_deref(), Some(&br#"{"id": "x"}"#[..]), "the log searches it for sensitive values");
    let malformed = handle("gzip", br#"{"id": 1}"#.into());
    assert_eq!((malformed.response.status, malformed.violations.len()), (400, 1));
    assert_eq!(status("gzip", gzip(&vec![b' '; 9 << 20])), 413);
    assert_eq!(
        whole(&handle("zstd", b"x".into()).response),
        "415\ncontent-type: application/problem+json\naccept-encoding: gzip, deflate, br\n\
         {\"title\":\"Unsupported Media Type\",\"status\":415,\"detail\":\"expected the content codings gzip, deflate, br, found zstd\"}\n"
    );
}

/// The violations of a request, as its response lists them in headers.
fn listed(response: &Response) -> Vec<&str> {
    response.headers.all("signoff-mock-violation").collect()
}

#[test]
fn violations_are_in_a_header_if_the_body_does_not_mention_them() {
    let mock = documented(SPEC);
    let call = |line: &str, headers: &[(&str, &str)]| mock.respond(&request(line, headers, "{}"), 0);
    let missing = "body/id: the required property \"id\" is missing";
    assert_eq!(listed(&call("POST /exact", &[JSON])), Vec::<&str>::new());
    assert_eq!(listed(&call("POST /example", &[JSON])), [missing]);
    assert_eq!(listed(&call("POST /example", &[JSON])), [missing], "of the cached response");
    assert_eq!(listed(&call("GET /forbidden", &[])).len(), 1);
    let head = call("HEAD /people?x=%22%0A\u{e9}", &[]);
    assert_eq!(listed(&head), ["query/x: the query parameter \"x\" is not declared"], "HEAD has no body");
    let many: String = (0..12).map(|number| format!("{number}\u{e9}=1&")).collect();
    let head = call(&format!("HEAD /people?{many}"), &[]);
    let lines = listed(&head);
    assert_eq!((lines.len(), lines[0].is_ascii(), lines[10]), (11, true, "2 more"), "{lines:?}");
}

#[test]
fn limits_of_the_mock_are_no_violations() {
    let mock = documented(SPEC);
    let list = format!("[{}0]", "0,".repeat(1_000_000));
    for request in [
        request("POST /exact", &[JSON], &list),
        request("POST /exact", &[JSON, ("content-encoding", "zstd")], r#"{"id": 1}"#),
    ] {
        let responded = mock.handle(&request, 0);
        assert!(responded.violations.is_empty() && !responded.not_checked.is_empty());
    }
}

#[test]
fn read_only_properties_are_no_reason_to_refuse() {
    for version in ["3.0.4", "3.1.1", "3.2.0"] {
        let spec =
            SPEC.replace("3.1.0", version).replace("id: { type: integer }", "id: { type: integer, readOnly: true }");
        let mock = documented(&spec);
        let responded = mock.handle(&request("POST /exact", &[JSON], r#"{"id": 1}"#), 0);
        assert_eq!((responded.response.status, responded.violations), (200, Vec::new()), "{version}");
        assert_eq!(responded.notes, ["warning: body/id: the readOnly property \"id\" should not be in a request"]);
        let wrong = mock.handle(&request("POST /exact", &[JSON], r#"{"id": "x"}"#), 0);
        assert_eq!((wrong.response.status, wrong.violations.len()), (422, 1), "{version}");
    }
}

#[test]
fn cross_origin_requests_are_allowed_by_option() {
    let page = ("origin", "https://page.example");
    let preflight = request(
        "OPTIONS /exact",
        &[page, ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")],
        "",
    );
    let simple = request("GET /people?__code=404", &[page], "");
    let open = documented(SPEC).with_options(MockOptions { cors: true, ..MockOptions::default() });
    let names = |mock: &Mock, request: &Request| {
        let response = mock.respond(request, 0);
        let own = |name: &&str| name.starts_with("access-control") || *name == "vary" || *name == "allow";
        let lines = response.headers.iter().filter(|(name, _)| own(name));
        (response.status, lines.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>())
    };
    assert_eq!(names(&documented(SPEC), &preflight), (204, vec!["allow: OPTIONS, POST".to_owned()]));
    assert_eq!(names(&documented(SPEC), &simple), (200, vec![]));
    insta::assert_debug_snapshot!([
        names(&open, &preflight),
        names(&open, &simple),
        names(&open, &request("GET /people", &[], ""))
    ]);
}

#[test]
fn realistic_data_is_reproducible_by_seed() {
    let people = |mock: &Mock, headers: &[(&str, &str)]| whole(&mock.respond(&request("GET /people", headers, ""), 0));
    let dynamic: &[(&str, &str)] = &[("prefer", "dynamic=true")];
    let mock = documented(SPEC);
    let (first, second) = (people(&mock, dynamic), people(&mock, dynamic));
    assert_ne!(first, second);
    assert_eq!(people(&documented(SPEC), dynamic), first);
    assert!(people(&documented(SPEC), &[]).contains("Eve") && !first.contains("Eve"));
    assert_eq!(
        people(&documented(SPEC).with_options(MockOptions { dynamic: true, ..MockOptions::default() }), &[])
            .lines()
            .last(),
        first.lines().last()
    );
    assert_eq!(
        people(
            &documented(SPEC).with_options(MockOptions { dynamic: true, ..MockOptions::default() }),
            &[("prefer", "dynamic=false")]
        ),
        people(&documented(SPEC), &[])
    );
    insta::assert_snapshot!(first);
}

#[test]
fn a_query_can_switch_realistic_data_off() {
    let mock = documented(SPEC).with_options(MockOptions { dynamic: true, ..MockOptions::default() });
    let people = |mock: &Mock, target: &str| whole(&mock.respond(&request(target, &[], ""), 0));
    assert_eq!(people(&mock, "GET /people?__dynamic=false"), people(&documented(SPEC), "GET /people?__dynamic=false"));
}
