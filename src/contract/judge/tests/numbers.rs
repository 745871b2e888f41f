//! Numbers with more digits than 64 bits represent: in JSON, and in text.

use crate::contract::Contract;

use super::{ask_of, contract};

/// Judges the JSON `body` by `schema`: the keyword and location of each violation, and what is not checked.
fn check(schema: &str, body: &str) -> String {
    let document = format!(
        "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ content: \
         {{ application/json: {{ schema: {schema} }} }} }}, responses: {{ '204': {{ description: done }} }} }} }} }}\n"
    );
    let found = ask_of(&contract(&document), "x", &format!("POST /x\ncontent-type: application/json\n\n{body}"));
    let lines = found.lines().filter(|line| line.starts_with("BodySchema") || line.starts_with("not_checked"));
    let shown = lines.map(|line| match line.split_once(' ') {
        Some(("BodySchema", rest)) => rest.split_once(':').map_or(rest, |(start, _)| start),
        _ => line,
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn bounds_are_compared_exactly() {
    for (schema, body, expect) in [
        ("{ exclusiveMaximum: 1 }", "0.99999999999999999999999", ""),
        ("{ exclusiveMaximum: 1 }", "1.00000000000000000000001", "exclusiveMaximum body"),
        ("{ maximum: 1 }", "1.00000000000000000000001", "maximum body"),
        ("{ maximum: 1 }", "0.99999999999999999999999", ""),
        ("{ minimum: 1 }", "0.99999999999999999999999", "minimum body"),
        ("{ minimum: -1 }", "-1.00000000000000000000001", "minimum body"),
        ("{ exclusiveMinimum: 1 }", "1.00000000000000000000001", ""),
        ("{ exclusiveMinimum: 0 }", "1e-999", ""),
        ("{ maximum: 0.1 }", "0.10000000000000000000001", "maximum body"),
        ("{ type: integer }", "1.00000000000000000000001", "type body"),
        ("{ type: integer }", "9007199254740993.5", "type body"),
        ("{ type: number }", "99999999999999999.99", ""),
        ("{ maximum: 99999999999999999.99 }", "99999999999999999.99", ""),
        ("{ exclusiveMaximum: 99999999999999999.99 }", "99999999999999999.99", "exclusiveMaximum body"),
        ("{ minimum: 7 }", "99999999999999999.99", ""),
        ("{ type: integer, maximum: 9 }", "12345678901234567890123", "maximum body"),
        ("{ type: number }", "12345678901234567890123", ""),
        ("{ const: 9007199254740993 }", "9007199254740993.0", ""),
        ("{ const: 9007199254740992 }", "9007199254740993.0", "const body"),
        ("{ multipleOf: 2 }", "9.007199254740993e15", "multipleOf body"),
        ("{ enum: [1, 2] }", "12345678901234567890123", "enum body"),
        ("{ type: integer, format: int64 }", "-9223372036854775808", ""),
        ("{ type: integer, format: int64 }", "-9223372036854775809", "format body"),
        ("{ type: integer, format: int64 }", "-9223372036854775810", "format body"),
        ("{ type: integer, format: int64 }", "9223372036854775808", "format body"),
        ("{ type: integer, format: int64 }", "-9.223372036854775808e18", ""),
        ("{ type: integer, format: uint64 }", "18446744073709551615", ""),
        ("{ type: integer, format: uint64 }", "18446744073709551616", "format body"),
        ("{ format: int64 }", "-9223372036854775809", "format body"),
        ("{ not: { format: int64 } }", "-9223372036854775809", ""),
        (
            "{ properties: { a: { maximum: 1 }, b: { minimum: 1 } } }",
            r#"{"a": 1.00000000000000000000001, "b": 1.00000000000000000000001}"#,
            "maximum body/a",
        ),
    ] {
        let expect = expect.to_owned();
        assert_eq!(check(schema, body), expect, "{schema} {body}");
    }
}

#[test]
fn inexact_bounds_are_compared_by_their_digits() {
    for (schema, conforming, violating) in [
        ("{ maximum: 100000000000000000001 }", "100000000000000000001", "100000000000000000002"),
        ("{ minimum: 18446744073709551616 }", "18446744073709551616", "18446744073709551615"),
        ("{ maximum: 18446744073709551616 }", "18446744073709551616", "18446744073709551617"),
        ("{ exclusiveMaximum: 18446744073709551617 }", "18446744073709551616", "18446744073709551617"),
        ("{ exclusiveMinimum: 18446744073709551616 }", "18446744073709551617", "18446744073709551616"),
        ("{ minimum: 0.1234567890123456781 }", "0.1234567890123456781", "0.123456789012345678"),
        ("{ maximum: 99999999999999999.99 }", "99999999999999999", "100000000000000000"),
        ("{ not: { minimum: 99999999999999999.99 } }", "99999999999999999", "100000000000000000"),
        ("{ maximum: +0.10000000000000000001 }", "0.1", "0.10000000000000000002"),
    ] {
        assert_eq!(check(schema, conforming), "", "{schema} {conforming}");
        let keyword = schema.split([' ', ':']).nth(1).expect("a keyword");
        assert_eq!(check(schema, violating), format!("{keyword} body"), "{schema} {violating}");
    }
}

#[test]
fn what_the_digits_decide_is_either_violated_or_not_checked() {
    let at = |place: &str| format!("not_checked BodySchema: more digits than can be checked: the number at {place}");
    for (schema, body, expect) in [
        ("{ not: { maximum: 1 } }", "1.00000000000000000000001", at("body")),
        ("{ const: 0.12345678901234567891 }", "0.12345678901234567891", at("body")),
        ("{ uniqueItems: true }", "[0.12345678901234567891, 0.12345678901234567892]", at("body/0")),
        ("{ not: { type: integer } }", "9007199254740993.5", at("body")),
        ("{ anyOf: [{ type: integer }, { maximum: 5 }] }", "99999999999999999.99", at("body")),
        // More digits than are computed with.
        ("{ multipleOf: 12345678901234567890123456789012345678901 }", "1e50", "not_checked BodySchema: multipleOf at body: more digits than can be checked".to_owned()),
        ("{ not: { multipleOf: 12345678901234567890123456789012345678901 } }", "1e50", "not_checked BodySchema: more digits than can be checked".to_owned()),
        // Numbers with the same float, one a multiple and one not.
        ("{ items: { multipleOf: 3 } }", "[12345678901234567890123, 12345678901234567890124]", "not_checked BodySchema: multipleOf at body/0: more digits than can be checked\nnot_checked BodySchema: multipleOf at body/1: more digits than can be checked".to_owned()),
        (
            "{ items: { not: { type: integer } } }",
            "[9007199254740993.5, 9007199254740995.5]",
            format!("{} and others", at("body/0")),
        ),
    ] {
        assert_eq!(check(schema, body), expect, "{schema} {body}");
    }
}

#[test]
fn multiples_are_decided_by_their_digits() {
    for (multiple, right, wrong) in [
        ("0.01", "19.99", "19.995"),
        ("0.01", "1e2", "0.009999999999999999999"),
        ("1e-7", "3e-7", "3.5e-7"),
        ("0.1", "0.3", "0.30000000000000000000001"),
        ("2", "12345678901234567890122", "12345678901234567890123"),
        ("3", "12345678901234567890123", "12345678901234567890124"),
        ("7", "7e28", "1e28"),
        ("5e-324", "1e-323", "1e-400"),
        ("12345678901234567890123", "24691357802469135780246", "24691357802469135780247"),
        ("0.1000000000000000055", "0.300000000000000016500", "0.3"),
    ] {
        let at = |schema: String, number: &str| check(&schema, number);
        let plain = || format!("{{ multipleOf: {multiple} }}");
        assert_eq!(at(plain(), right), "", "{multiple} {right}");
        assert_eq!(at(plain(), wrong), "multipleOf body", "{multiple} {wrong}");
        let negated = || format!("{{ not: {} }}", plain());
        assert_eq!(at(negated(), right), "not body", "{multiple} {right}");
        assert_eq!(at(negated(), wrong), "", "{multiple} {wrong}");
        let conditional = || format!("{{ if: {}, then: false }}", plain());
        assert_eq!(at(conditional(), right), "false body", "{multiple} {right}");
        assert_eq!(at(conditional(), wrong), "", "{multiple} {wrong}");
        let chosen = || format!("{{ oneOf: [{}, {{ type: string }}] }}", plain());
        assert_eq!(at(chosen(), right), "", "{multiple} {right}");
        assert_eq!(at(chosen(), wrong), "multipleOf body", "{multiple} {wrong}");
    }
    let beyond = check("{ multipleOf: 0.5 }", "1e400");
    assert!(beyond.starts_with("not_checked"), "{beyond}");
}

#[test]
fn items_of_a_sequence_are_judged_alike() {
    let document = "
openapi: 3.2.0
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: x
      requestBody: { content: { application/jsonl: { itemSchema: { exclusiveMaximum: 1 } } } }
      responses: { '204': { description: done } }
";
    let body = "0.99999999999999999999999\n1.00000000000000000000001\n";
    let found = ask_of(&contract(document), "x", &format!("POST /x\ncontent-type: application/jsonl\n\n{body}"));
    assert!(found.starts_with("BodySchema exclusiveMaximum body/1: "), "{found}");
    assert!(!found.contains("not_checked"), "{found}");
}

/// A contract of one operation with a parameter of each kind and bodies of each media type, with this schema.
fn everywhere(schema: &str) -> Contract {
    contract(&format!(
        "
openapi: 3.1.0
info: {{ title: t, version: '1' }}
paths:
  /x/{{n}}:
    post:
      operationId: x
      parameters:
        - {{ name: n, in: path, required: true, schema: &n {schema} }}
        - {{ name: q, in: query, schema: {{ type: array, items: *n }} }}
        - {{ name: d, in: query, style: deepObject, schema: {{ type: object, properties: {{ n: *n }} }} }}
        - {{ name: j, in: query, content: {{ application/json: {{ schema: *n }} }} }}
        - {{ name: X-N, in: header, schema: *n }}
      requestBody:
        content:
          text/plain: {{ schema: *n }}
          application/x-www-form-urlencoded: {{ schema: &form {{ type: object, properties: {{ n: *n, l: {{ type: array, items: *n }} }} }} }}
          multipart/form-data: {{ schema: *form, encoding: {{ l: {{ contentType: application/json }} }} }}
          application/xml: {{ schema: *form }}
      responses: {{ '204': {{ description: done }} }}
"
    ))
}

#[test]
fn numbers_in_text_are_judged_as_those_in_json() {
    let part = |name: &str, media_type: &str, text: &str| {
        format!(
            "--b\r\ncontent-disposition: form-data; name={name}\r\ncontent-type: {media_type}\r\n\r\n{text}\r\n--b--\r\n"
        )
    };
    let sent = |number: &str| {
        [
            ("path/n", format!("POST /x/{number}")),
            ("query/q/1", format!("POST /x/1?q=1&q={number}")),
            ("query/d/n", format!("POST /x/1?d[n]={number}")),
            ("query/j", format!("POST /x/1?j={number}")),
            ("header/x-n", format!("POST /x/1\nx-n: {number}")),
            ("body", format!("POST /x/1\ncontent-type: text/plain\n\n{number}")),
            ("body/n", format!("POST /x/1\ncontent-type: application/x-www-form-urlencoded\n\nn={number}")),
            ("body/l/1", format!("POST /x/1\ncontent-type: application/x-www-form-urlencoded\n\nl=1&l={number}")),
            (
                "body/n",
                format!(
                    "POST /x/1\ncontent-type: multipart/form-data; boundary=b\n\n{}",
                    part("n", "text/plain", number)
                ),
            ),
            (
                "body/l/0",
                format!(
                    "POST /x/1\ncontent-type: multipart/form-data; boundary=b\n\n{}",
                    part("l", "application/json", &format!("[{number}]"))
                ),
            ),
            ("body/n", format!("POST /x/1\ncontent-type: application/xml\n\n<x><n>{number}</n></x>")),
        ]
    };
    for (schema, number, keyword) in [
        ("{ type: integer, const: 1 }", "9007199254740993.0", "const"),
        ("{ type: integer, enum: [1, 9007199254740993] }", "9007199254740993.0", ""),
        ("{ type: number, maximum: 1 }", "1.00000000000000000000000000001", "maximum"),
        ("{ type: number, maximum: 1 }", "0.100000000000000000000000000001", ""),
        ("{ type: number, minimum: 1, exclusiveMaximum: 18446744073709551617 }", "18446744073709551616", ""),
        ("{ type: number, exclusiveMaximum: 18446744073709551617 }", "18446744073709551617", "exclusiveMaximum"),
        ("{ type: [number, boolean], maximum: 1 }", "1.00000000000000000000000000001", "maximum"),
        ("{ type: number, not: { minimum: 2, maximum: 3 } }", "3.00000000000000000000000000001", "not_checked"),
        ("{ type: number }", "1e400", "not_checked"),
    ] {
        // The schema of the media type that all texts conform to otherwise.
        let contract = everywhere(schema);
        for (place, request) in sent(number) {
            let found = ask_of(&contract, "x", &request);
            let lines: Vec<&str> = found.lines().filter(|line| line.contains(&format!(" {place}"))).collect();
            let is_reported = match keyword {
                "" => lines.is_empty() && !found.contains("not_checked"),
                "not_checked" => found.starts_with("not_checked") && found.lines().count() == 2,
                keyword => lines.len() == 1 && lines[0].contains(&format!(" {keyword} {place}: ")),
            };
            assert!(is_reported, "{schema} {keyword} {place} {request}: {found}");
        }
    }
}

#[test]
fn numbers_beyond_the_limit_are_reported_as_not_checked() {
    let listed = "1.00000000000000000000001";
    let many = [listed; 20_000].join(",");
    let not_checked =
        "not_checked BodySchema: more digits than can be checked: the numbers after the first 20000 with so many";
    for (schema, last, expect) in [
        ("{ maximum: 1.5 }", "1.00000000000000000000001", not_checked.to_owned()),
        // As floats, these would violate the bound, and conform to it.
        ("{ exclusiveMinimum: 1 }", "1.00000000000000000000001", not_checked.to_owned()),
        ("{ maximum: 1.5 }", "1.50000000000000000000001", not_checked.to_owned()),
        ("{ anyOf: [{ type: string }, { exclusiveMinimum: 1 }] }", "1.00000000000000000000001", not_checked.to_owned()),
        ("{ not: { items: { maximum: 1 } } }", "[1.00000000000000000000001]", not_checked.to_owned()),
        ("{ items: { type: number } }", "[1.00000000000000000000001, true]", format!("type body/b/1\n{not_checked}")),
        ("{ maxItems: 1 }", "[1.00000000000000000000001, 2]", format!("maxItems body/b\n{not_checked}")),
        ("{ exclusiveMinimum: 1 }", "1", "exclusiveMinimum body/b".to_owned()),
    ] {
        let schema = format!("{{ properties: {{ b: {schema} }} }}");
        assert_eq!(check(&schema, &format!(r#"{{"a": [{many}], "b": {last}}}"#)), expect, "{schema} {last}");
    }
}
