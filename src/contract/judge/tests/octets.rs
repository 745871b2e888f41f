//! Content that is declared as bytes conforms whatever its media type.

use super::{Bytes, Contract, Headers, Request, Response, contract};

const JSON: &str = "[{\"id\": 1}]";
const BROKEN: &str = "{\"id\": \"";

/// A document of that version whose operation has that request body and that response body.
fn with_content(version: &str, content: &str) -> Contract {
    contract(&format!(
        "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ content: \
         {content} }}, responses: {{ '200': {{ description: done, content: {content} }} }} }} }} }}"
    ))
}

/// Judges content in a request and in a response: both conform, and nothing is left unchecked.
fn conforms(contract: &Contract, media_type: &str, body: &str) -> bool {
    let operation = contract.operation("x").expect("it is declared");
    let headers: Headers = [("content-type", media_type)].into_iter().collect();
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    let body = Some(bytes.clone());
    let request = Request {
        method: "POST".to_owned(),
        url: "/x".to_owned(),
        headers: headers.clone(),
        body,
        ..Request::default()
    };
    let response = Response { status: 200, version: "HTTP/1.1", headers, wire_size: 0, body: bytes };
    let judgements = [
        super::super::request(contract, operation, &request),
        super::super::response(contract, operation, "POST", &response),
    ];
    let [asked, answered] =
        judgements.map(|judgement| judgement.breaches.is_empty() && judgement.not_checked.is_empty());
    assert_eq!(asked, answered, "a request and a response have the same judgement");
    asked
}

fn parts(parts: &[(&str, &str, &str)]) -> String {
    let part = |(name, media_type, content): &(&str, &str, &str)| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\nContent-Type: {media_type}\r\n\r\n{content}\r\n")
    };
    format!("{}--b--\r\n", parts.iter().map(part).collect::<String>())
}

/// Whether each of these parts alone is valid: JSON, broken JSON, JSON of another name, an image.
fn files(version: &str, schema: &str, encoding: &str) -> Vec<bool> {
    let form = format!("{{ type: object, properties: {{ file: {schema} }} }}");
    let contract =
        with_content(version, &format!("{{ multipart/form-data: {{ schema: {form}, encoding: {{ {encoding} }} }} }}"));
    let of = |media_type, content| parts(&[("file", media_type, content)]);
    let (json, vendor) = ("application/json", "application/vnd.x+json");
    let bodies = [of(json, JSON), of(json, BROKEN), of(vendor, JSON), of("image/png", JSON)];
    bodies.iter().map(|body| conforms(&contract, "multipart/form-data; boundary=b", body)).collect()
}

#[test]
fn a_part_of_bytes_conforms_whatever_its_media_type() {
    for (version, schema) in [
        ("3.0.3", "{ type: string, format: binary }"),
        ("3.0.3", "{ allOf: [ { type: string, format: binary } ] }"),
        ("3.0.3", "{ oneOf: [ { type: string, format: binary }, { type: object } ] }"),
        ("3.0.3", "{ type: array, items: { type: string, format: binary } }"),
        ("3.1.0", "{ type: string, format: binary }"),
        ("3.1.0", "{ type: [string, 'null'], format: binary }"),
        ("3.1.0", "{ type: string, contentMediaType: application/octet-stream }"),
        ("3.1.0", "{ contentMediaType: application/octet-stream }"),
        ("3.1.0", "{}"),
        ("3.1.0", "{ type: array, items: {} }"),
        ("3.2.0", "{ type: array, items: { type: string, contentMediaType: application/octet-stream } }"),
    ] {
        assert_eq!(files(version, schema, ""), [true; 4], "{version} {schema}");
    }
    let json =
        files("3.0.3", "{ type: string, format: binary }", "file: { contentType: 'application/json, image/png' }");
    assert_eq!(json, [true, true, false, true], "the declared media types are still required");
}

#[test]
fn a_part_of_another_type_is_json_if_its_media_type_is() {
    assert_eq!(files("3.0.3", "{ type: string }", ""), [false, false, false, true]);
    assert_eq!(files("3.0.3", "{ type: object }", ""), [false; 4]);
    assert_eq!(files("3.1.0", "{ type: array, items: { type: object } }", ""), [true, false, true, false]);
    assert_eq!(files("3.1.0", "{}", "file: { contentType: application/json }"), [true, false, false, false]);
}

#[test]
fn several_files_are_a_list_unless_one_part_has_all_of_them() {
    let list = "{ type: array, minItems: 2, items: { type: string, format: binary } }";
    let form = format!("{{ multipart/form-data: {{ schema: {{ type: object, properties: {{ f: {list} }} }} }} }}");
    let contract = with_content("3.0.3", &form);
    let check = |parts: &str| conforms(&contract, "multipart/form-data; boundary=b", parts);
    let json = "application/json";
    assert!(check(&parts(&[("f", json, JSON), ("f", json, BROKEN)])));
    assert!(check(&parts(&[("f", json, "[\"a\", \"b\"]")])));
    assert!(!check(&parts(&[("f", json, BROKEN)])));
}

#[test]
fn a_body_of_bytes_conforms_whatever_its_media_type() {
    let binary = "{ type: string, format: binary }";
    for media_type in
        ["application/json", "application/vnd.x+json", "application/xml", "application/jsonl", "text/csv", "image/png"]
    {
        for version in ["3.0.3", "3.1.0", "3.2.0"] {
            let contract = with_content(version, &format!("{{ {media_type}: {{ schema: {binary} }} }}"));
            for body in [JSON, BROKEN, ""] {
                assert!(conforms(&contract, media_type, body), "{version} {media_type} {body}");
            }
        }
    }
    let json = |schema: &str, body| {
        conforms(
            &with_content("3.1.0", &format!("{{ application/json: {{ schema: {schema} }} }}")),
            "application/json",
            body,
        )
    };
    assert!(json(&format!("{{ allOf: [ {binary} ] }}"), JSON));
    assert!(!json("{ type: string, contentMediaType: application/octet-stream }", JSON), "the media type has priority");
    assert!(!json("{ type: string, contentEncoding: base64 }", JSON));
    assert!(!json("{}", BROKEN));
}
