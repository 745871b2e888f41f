//! Layout of a body and the expectation of a case.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::super::{Change, Kind, Mismatch, NumberLiterals, VerbatimValue, compare, lines};
use super::draw;
use crate::pointer::Pointer;

/// Draws the diff of an expectation.
fn expect(expected: &Value, actual: &Value) -> String {
    let to_change = |m: Mismatch| Change {
        at: m.at,
        kind: m.kind,
        expected: m.expected,
        literal: m.literal,
        note: "expected-body".to_owned(),
        place: m.expected_at.to_string(),
    };
    let changes: Vec<_> = compare(expected, actual).into_iter().map(to_change).collect();
    draw(&lines(actual, &changes))
}

#[test]
fn long_strings_are_shown_around_their_difference() {
    let long = "lorem ipsum ".repeat(100);
    assert_snapshot!(expect(&json!({ "t": format!("{long}dolor {long}") }), &json!({ "t": format!("{long}color {long}") })), @r#"
      {
    -   "t": …"lorem ipsum lorem ipsum dolor lorem ipsum lorem ipsum lorem ipsum lorem "…   expected-body  /t
    +   "t": …"lorem ipsum lorem ipsum color lorem ipsum lorem ipsum lorem ipsum lorem "…
                                       ^
      }
    "#);
    assert_snapshot!(expect(&json!({ "t": 1, "u": "x" }), &json!({ "t": long, "u": "x" })), @r#"
      {
    -   "t": 1                                           expected-body  /t
    +   "t": "lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum "…,
        "u": "x"
      }
    "#);
}

#[test]
fn an_inserted_element_is_one_plus() {
    let customer = |id: u32| json!({ "id": id, "kind": "customer", "email": "x@example.com" });
    let expected = json!({ "items": [customer(1), customer(2), customer(3)] });
    assert_snapshot!(expect(&expected, &json!({ "items": [customer(1), customer(9), customer(2), customer(3)] })), @r#"
      {
        "items": [
          { … 3 properties },
    +     { "id": 9, "kind": "customer", "email": "x@example.com" },   expected-body  /items
          … 2 elements
        ]
      }
    "#);
    assert_snapshot!(expect(&expected, &json!({ "items": [customer(1), customer(3)] })), @r#"
      {
        "items": [
          { … 3 properties },
    -     { "id": 2, "kind": "customer", "email": "x@example.com" }   expected-body  /items/1
    +     (missing)
          { … 3 properties }
        ]
      }
    "#);
    assert_snapshot!(expect(&expected, &json!({ "items": [] })), @r#"
      {
        "items": [
    -     { "id": 1, "kind": "customer", "email": "x@example.com" }   expected-body  /items/0
    -     { "id": 2, "kind": "customer", "email": "x@example.com" }   expected-body  /items/1
    -     { "id": 3, "kind": "customer", "email": "x@example.com" }   expected-body  /items/2
    +     (missing)
        ]
      }
    "#);
    let mut changed = customer(2);
    changed["kind"] = json!("custumer");
    assert_snapshot!(expect(&expected, &json!({ "items": [customer(7), customer(1), changed, customer(3)] })), @r#"
      {
        "items": [
    +     { "id": 7, "kind": "customer", "email": "x@example.com" },   expected-body  /items
          { … 3 properties },
          {
            "id": 2,
    -       "kind": "customer"                           expected-body  /items/1/kind
    +       "kind": "custumer",
                         ^
            "email": "x@example.com"
          },
          { … 3 properties }
        ]
      }
    "#);
}

#[test]
fn expectations_are_subsets_by_value() {
    let check = |expected: Value, actual: Value| assert_eq!(compare(&expected, &actual), []);
    check(json!({}), json!({ "a": 1 }));
    check(json!({ "a": { "b": 1 } }), json!({ "a": { "b": 1.0, "c": 2 }, "d": 3 }));
    check(json!([{ "a": 1 }, null]), json!([{ "a": 1, "b": 2 }, null]));
    check(json!({ "a": { "$any": true } }), json!({ "a": null }));
    check(json!({ "a": { "$absent": true } }), json!({ "b": null }));
    check(json!({ "a": { "$match": "cust.mer" } }), json!({ "a": "the customer id" }));
    check(json!({ "$contains": [{ "id": 2 }, { "$any": true }] }), json!([{ "id": 1 }, { "id": 2, "x": 3 }]));
    check(json!({ "$exact": { "a": { "$any": true } } }), json!({ "a": 7 }));
    check(json!({ "$literal": { "$any": true } }), json!({ "$any": true, "b": 1 }));
    check(json!({ "$exact": { "$literal": { "$any": true } } }), json!({ "$any": true }));
    check(json!({ "t": { "$time": "2026-01-31T12:00:00Z" } }), json!({ "t": "2026-01-31T13:00:00.0+01:00" }));
    check(json!({ "$any": true, "b": 1 }), json!({ "$any": true, "b": 1 }));
}

#[test]
fn nothing_is_coerced() {
    let expected = json!({ "a": 1, "b": "1", "c": null, "d": true, "e": {}, "f": [], "g": null, "h": 0 });
    let actual = json!({ "a": "1", "b": 1, "c": 0, "d": "true", "e": [], "f": {}, "h": false });
    assert_snapshot!(expect(&expected, &actual), @r#"
      {
    -   "a": 1                                           expected-body  /a
    +   "a": "1",
    -   "b": "1"                                         expected-body  /b
    +   "b": 1,
    -   "c": null                                        expected-body  /c
    +   "c": 0,
    -   "d": true                                        expected-body  /d
    +   "d": "true",
    -   "e": {}                                          expected-body  /e
    +   "e": [],
    -   "f": []                                          expected-body  /f
    +   "f": {},
    -   "h": 0                                           expected-body  /h
    +   "h": false
    -   "g": null                                        expected-body  /g
    +   (missing)
      }
    "#);
}

#[test]
fn operators_say_what_they_ask() {
    let expected = json!({
        "any": { "$any": true },
        "absent": { "$absent": true },
        "match": { "$match": "^[A-Z]+$" },
        "contains": { "$contains": [{ "id": 3 }, { "$match": "x" }] },
        "exact": { "$exact": { "a": 1 } },
        "time": { "$time": "2026-01-31T12:00:00Z" },
        "literal": { "$literal": { "$any": 1 } },
    });
    let actual = json!({
        "absent": 1,
        "match": "Ab",
        "contains": [{ "id": 1 }, "y"],
        "exact": { "a": 1, "b": 2 },
        "time": "2026-01-31T12:00:01Z",
        "literal": { "$any": 2 },
    });
    assert_snapshot!(expect(&expected, &actual), @r#"
      {
    +   "absent": 1,                                     expected-body  /absent
    -   "match": string matching "^[A-Z]+$"              expected-body  /match
    +   "match": "Ab",
    -   "contains": list with {"id":3}                   expected-body  /contains/$contains/0
    -   "contains": list with string matching "x"        expected-body  /contains/$contains/1
    +   "contains": [ { "id": 1 }, "y" ],
        "exact": {
          "a": 1,
    +     "b": 2                                         expected-body  /exact/$exact
        },
    -   "time": the instant of "2026-01-31T12:00:00Z"    expected-body  /time
    +   "time": "2026-01-31T12:00:01Z",
        "literal": {
    -     "$any": 1                                      expected-body  /literal/$literal/$any
    +     "$any": 2
        }
    -   "any": any value                                 expected-body  /any
    +   (missing)
      }
    "#);
}

#[test]
fn mismatches_name_both_locations() {
    let found = |expected: Value, actual: Value| {
        compare(&expected, &actual)
            .into_iter()
            .map(|m| format!("{} {}: {}", m.at, m.expected_at, m.expected))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(json!({ "a": "x", "b": 2, "c": [1] }), json!({ "a": "y", "c": [1, 2] })),
        ["/a /a: \"x\"", "/b /b: 2", "/c/1 /c: no such element",]
    );
    assert_eq!(
        found(json!({ "$contains": [{ "$match": "x" }] }), json!(["y"])),
        [" /$contains/0: list with string matching \"x\""]
    );
}

#[test]
fn an_integer_beyond_the_precision_of_a_float_equals_it_with_a_fraction_of_zero() {
    let text = r#"{ "a": 9007199254740993.0, "b": 9007199254740993.5, "c": 9.007199254740993e15 }"#;
    let (value, digits) = (serde_json::from_str(text).expect("JSON"), NumberLiterals::parse(text));
    let integer = 9_007_199_254_740_993_u64;
    let expected = json!({ "a": integer, "b": integer, "c": integer });
    let found: Vec<_> = compare(&expected, VerbatimValue::new(&value, &digits)).into_iter().map(|m| m.at).collect();
    assert_eq!(found.iter().map(Pointer::as_str).collect::<Vec<_>>(), ["/b"]);
}

#[test]
fn numbers_have_the_digits_they_were_sent_with() {
    let text = r#"{ "a": [1.00e2, 0.1000000000000000055], "b": { "c": 12345678901234567890123 }, "d": [2.50, [-0]] }"#;
    let (value, digits) = (serde_json::from_str(text).expect("JSON"), NumberLiterals::parse(text));
    let actual = VerbatimValue::new(&value, &digits);
    let expected = json!({ "a": [100, 0.1], "b": { "c": 1.234_567_890_123_456_8e22 }, "d": [2.5, 0] });
    let found: Vec<_> = compare(&expected, actual).into_iter().map(|m| format!("{}: {}", m.at, m.expected)).collect();
    assert_eq!(found, ["/a/1: 0.1", "/b/c: 1.2345678901234568e+22", "/d/1: 0",]);
    let contains = json!({ "a": { "$contains": [0.1] }, "b": { "$any": true }, "d": { "$contains": [2.5] } });
    assert_eq!(compare(&contains, actual).len(), 1);
    let changes = [Change {
        at: Pointer::parse("/d").expect("a pointer"),
        kind: Kind::Wrong,
        expected: "string".to_owned(),
        literal: false,
        note: "body-schema: type".to_owned(),
        place: "a.yaml:1:1".to_owned(),
    }];
    assert_snapshot!(draw(&lines(actual, &changes)), @r#"
      {
        "a": [ … 2 elements ],
        "b": { … 1 property },
    -   "d": string                                      body-schema: type  a.yaml:1:1
    +   "d": [ 2.50, [ -0 ] ]
      }
    "#);
    assert_eq!(actual.to_string(), text.replace(' ', ""));
}
