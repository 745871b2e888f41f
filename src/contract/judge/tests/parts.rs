//! Parts of `multipart/form-data`, by what their media type and their schema say.

use super::{ask_of, contract};

/// Judges a form whose field `a` has that schema and encoding, with one part of that head and content: violations and what is
/// not checked.
fn check(schema: &str, encoding: &str, head: &str, content: &str) -> String {
    let document = format!(
        "openapi: 3.1.1\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ content: \
         {{ multipart/form-data: {{ schema: {{ type: object, required: [a], properties: {{ a: {schema} }} }}, \
         encoding: {{ a: {encoding} }} }} }} }}, responses: {{ '204': {{ description: done }} }} }} }} }}\n"
    );
    let part = format!("--b\r\nContent-Disposition: form-data; name=a\r\n{head}\r\n{content}\r\n--b--\r\n");
    let message = format!("POST /x\ncontent-type: multipart/form-data; boundary=b\n\n{part}");
    let found = ask_of(&contract(&document), "x", &message);
    let mut lines = found.lines().filter(|line| line.starts_with("BodySchema") || line.starts_with("not_checked"));
    lines.next().map(|first| [first].into_iter().chain(lines).collect::<Vec<_>>().join("\n")).unwrap_or_default()
}

#[test]
fn parts_that_are_neither_json_nor_text_are_not_checked() {
    let object = "{ type: object, required: [b] }";
    for (media_type, content) in [
        ("application/xml; charset=utf-8", "<a><b>1</b></a>"),
        ("application/x-www-form-urlencoded", "b=1"),
        ("application/yaml", "b: 1"),
        ("text/csv", "b"),
        ("application/x-ndjson", "{}"),
        ("text/plain", "b"),
    ] {
        let essence = media_type.split(';').next().expect("a media type");
        let reason = format!("it is {essence}, and the schema does not describe a string");
        let expect = format!("not_checked BodySchema: the part a is not checked against its schema: {reason}");
        let encoding = format!("{{ contentType: '{media_type}' }}");
        let head = format!("Content-Type: {media_type}\r\n");
        for schema in [object, "{ type: array, items: { type: object } }"] {
            assert_eq!(check(schema, &encoding, &head, content), expect, "{media_type} {schema}");
        }
        assert_eq!(check("{ type: string }", &encoding, &head, content), "", "{media_type}");
    }
    let undeclared = check(object, "{}", "Content-Type: text/plain\r\n", "b");
    assert!(undeclared.starts_with("BodySchema type body/a"), "{undeclared}");
    let number = check("{ type: integer }", "{ contentType: text/plain }", "Content-Type: text/plain\r\n", "1.5");
    assert!(number.starts_with("BodySchema type body/a"), "{number}");
}

#[test]
fn parts_in_another_charset_or_transfer_encoding_are_not_checked() {
    let reason = |why: &str| format!("not_checked BodySchema: the part a is not checked against its schema: {why}");
    let check = |head: &str, content: &str| check("{ type: string, maxLength: 1 }", "{}", head, content);
    for charset in ["utf-16be", "iso-8859-1"] {
        let head = format!("Content-Type: text/plain; charset={charset}\r\n");
        assert_eq!(check(&head, "é."), reason(&format!("the charset {charset} is not supported")));
    }
    assert!(check("Content-Type: text/plain; charset=iso-8859-1\r\n", "ab").starts_with("BodySchema maxLength body/a"));
    for coding in ["base64", "quoted-printable"] {
        let head = format!("Content-Transfer-Encoding: {coding}\r\n");
        assert_eq!(check(&head, "YQ=="), reason("its Content-Transfer-Encoding is not decoded"));
    }
    assert!(check("Content-Transfer-Encoding: 8bit\r\n", "ab").starts_with("BodySchema maxLength body/a"));
}

#[test]
fn quotes_in_names_are_percent_encoded() {
    let document = "
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: x
      requestBody:
        content:
          multipart/form-data:
            schema: { type: object, additionalProperties: false, properties: { 'a\"b%20': { type: integer } } }
      responses: { '204': { description: done } }
";
    let ask = |name: &str, text: &str| {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n--b--\r\n");
        ask_of(&contract(document), "x", &format!("POST /x\ncontent-type: multipart/form-data; boundary=b\n\n{part}"))
    };
    for name in ["a%22b%20", "a\\\"b%20"] {
        assert!(ask(name, "1").starts_with("by undeclared"), "{name}: {}", ask(name, "1"));
        assert!(ask(name, "x").starts_with("BodySchema type body/a\"b%20: "), "{name}: {}", ask(name, "x"));
    }
    assert!(ask("a%22b ", "1").starts_with("BodySchema additionalProperties "), "{}", ask("a%22b ", "1"));
}
