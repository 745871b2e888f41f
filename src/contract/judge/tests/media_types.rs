//! Content-Type and Content-Disposition by the grammar of RFC 9110 §8.3.1 and §5.6.6.

use super::*;

const NOTES: &str = r#"
openapi: 3.1.0
info: { title: Notes, version: '1' }
paths:
  /notes:
    post:
      operationId: addNote
      requestBody:
        content:
          'application/json; profile="a b"': { schema: { type: integer } }
          text/json: { schema: { type: integer } }
          multipart/form-data: { schema: { required: [a], properties: { a: { type: string } } } }
      responses: { default: { description: done } }
"#;

/// Messages of the breaches of a request with that Content-Type and body.
fn breaches(content_type: &str, body: &str) -> Vec<String> {
    let contract = contract(NOTES);
    let request = Request {
        method: "POST".to_owned(),
        url: "/notes".to_owned(),
        headers: [("content-type", content_type)].into_iter().collect(),
        body: Some(Bytes::copy_from_slice(body.as_bytes())),
        ..Request::default()
    };
    let judgement = super::super::request(&contract, contract.operation("addNote").expect("it is declared"), &request);
    judgement.breaches.into_iter().map(|breach| breach.sentence()).collect()
}

#[test]
fn content_types_are_parsed_exactly() {
    let check = |content_type: &str, expect: &[&str]| assert_eq!(breaches(content_type, "1"), expect, "{content_type}");
    check(r#"application/json; profile="a b""#, &[]);
    check(r#"application/json;profile="a b";x="\";b""#, &[]);
    check("application/json; profile=a", &["the media type is not documented"]);
    check(r#"text/json; x="a\";b""#, &[]);
    check(r#"text/json; x="""#, &[]);
    check("text/json;; x=1;", &[]);
    let malformed = |rest: &str| format!("Content-Type is not a media type: expected {rest}");
    check("text/json; x=a b", &[&malformed("`;` or the end at character 16")]);
    check("text/json; profile=https://a", &[&malformed("`;` or the end at character 25")]);
    check("text/json; x = 1", &[&malformed("`=` right after the name of the parameter at character 13")]);
    check("text/json; x=\"\u{1}\"", &[&malformed("no control character at character 15")]);
    check("*/json", &[&malformed("`*`, as the type is `*` at character 3")]);
}

#[test]
fn names_of_parts_are_parsed_exactly() {
    let check = |disposition: &str, expect: &[&str]| {
        let body = format!("--b\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--b--\r\n");
        assert_eq!(breaches("multipart/form-data; boundary=b", &body), expect, "{disposition}");
    };
    check("form-data; name=a", &[]);
    check("Form-Data; filename=\"1;2\\\".txt\"; name=\"a\"", &[]);
    check("form-data; name=a; filename=my file", &["not multipart/form-data: part 1 has no name"]);
}
