//! Numbers of the body with more digits than 64 bits represent.

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
        ("{ type: integer, maximum: 9 }", "12345678901234567890123", "maximum body"),
        ("{ type: number }", "12345678901234567890123", ""),
        ("{ const: 9007199254740993 }", "9007199254740993.0", ""),
        ("{ const: 9007199254740992 }", "9007199254740993.0", "const body"),
        ("{ multipleOf: 2 }", "9.007199254740993e15", "multipleOf body"),
        ("{ enum: [1, 2] }", "12345678901234567890123", "enum body"),
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
        ("{ type: integer }", "9007199254740993.5", at("body")),
        ("{ properties: { a: { multipleOf: 0.1 } } }", r#"{"a": 0.30000000000000000000001}"#, at("body/a")),
        (
            "{ items: { type: integer } }",
            "[9007199254740993.5, 9007199254740995.5]",
            format!("{} and others", at("body/0")),
        ),
    ] {
        assert_eq!(check(schema, body), expect, "{schema} {body}");
    }
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
