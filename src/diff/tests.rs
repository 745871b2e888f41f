//! The diff as a reader sees it: what is laid out for a body and its changes, and for a body and what a case expects of it.

use std::fmt::Write;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// Lines as the terminal has them, without colour.
fn draw(lines: &[Line]) -> String {
    let mut drawing = String::new();
    for line in lines {
        let sign = match line.role {
            Role::Removed => '-',
            Role::Added => '+',
            Role::Context | Role::Fold => ' ',
        };
        let noted = line.annotation.as_ref().map(|(note, place)| format!("   {note}  {place}")).unwrap_or_default();
        let text = format!("{sign} {}", line.text);
        let _ = writeln!(drawing, "{}", format!("{text:<50}{noted}").trim_end());
        if let (Role::Added, Some(last)) = (line.role, line.emphasis.last()) {
            let mark = |(at, _)| if line.emphasis.iter().any(|range| range.contains(&at)) { '^' } else { ' ' };
            let carets: String = line.text[..last.end].char_indices().map(mark).collect();
            let _ = writeln!(drawing, "  {carets}");
        }
    }
    drawing
}

fn change(at: &str, kind: Kind, expected: &str, note: &str) -> Change {
    let at = Pointer::parse(at).expect("a pointer");
    let (literal, place) = (expected.starts_with('"'), "a.yaml:1:1".to_owned());
    Change { at, kind, expected: expected.to_owned(), literal, note: note.to_owned(), place }
}

/// What a case's expectation of a body looks like.
fn expect(expected: &Value, actual: &Value) -> String {
    let to_change = |m: Mismatch| Change {
        at: m.at,
        kind: m.kind,
        expected: m.expected,
        literal: m.literal,
        note: "expected-body".to_owned(),
        place: m.wanted_at.to_string(),
    };
    let changes: Vec<_> = compare(expected, actual).into_iter().map(to_change).collect();
    draw(&lines(actual, &changes))
}

#[test]
fn the_sample() {
    let actual = json!({
        "customer_id": "BBB815E9-F654-438D-9AD3-3F7BB8136FC0",
        "status": "active",
        "partner_customer_id": "PARTNER_USER_457",
        "metadata": { "store_id": "store_789", "till": 4 },
    });
    let changes = [
        Change { literal: false, ..change("/status", Kind::Wrong, r#""ACTIVE" | "INACTIVE""#, "body-schema: enum") },
        Change { literal: false, ..change("/created_at", Kind::Missing, "string", "body-schema: required") },
        change("/partner_customer_id", Kind::Wrong, r#""PARTNER_USER_456""#, "expected-body"),
    ];
    assert_snapshot!(draw(&lines(&actual, &changes)), @r#"
      {
        "customer_id": "BBB815E9-F654-438D-9AD3-3F7BB8136FC0",
    -   "status": "ACTIVE" | "INACTIVE"                  body-schema: enum  a.yaml:1:1
    +   "status": "active",
    -   "partner_customer_id": "PARTNER_USER_456"        expected-body  a.yaml:1:1
    +   "partner_customer_id": "PARTNER_USER_457",
                                               ^
        "metadata": { … 2 members }
    -   "created_at": string                             body-schema: required  a.yaml:1:1
    +   (missing)
      }
    "#);
}

#[test]
fn several_reasons_share_what_came() {
    let actual = json!({ "a": 1, "age": "twelve", "extra": { "x": [] } });
    let changes = [
        change("/age", Kind::Wrong, "integer", "body-schema: type"),
        change("/age", Kind::Wrong, "12", "expected-body"),
        change("/extra", Kind::Unexpected, "nothing", "undocumented-property"),
        change("/extra", Kind::Unexpected, "nothing", "expected-body"),
    ];
    assert_snapshot!(draw(&lines(&actual, &changes)), @r#"
      {
        "a": 1,
    -   "age": integer                                   body-schema: type  a.yaml:1:1
    -   "age": 12                                        expected-body  a.yaml:1:1
    +   "age": "twelve",
    +   "extra": { "x": [] }                             undocumented-property  a.yaml:1:1
                                                         expected-body  a.yaml:1:1
      }
    "#);
}

#[test]
fn the_whole_value_may_be_wrong() {
    let wrong = [change("", Kind::Wrong, "{ customer_id, status }", "body-schema: type")];
    assert_snapshot!(draw(&lines(&json!("oops"), &wrong)), @r#"
    - { customer_id, status }                            body-schema: type  a.yaml:1:1
    + "oops"
    "#);
    assert_snapshot!(draw(&lines(&json!([1, { "a": 2 }]), &wrong)), @r#"
    - { customer_id, status }                            body-schema: type  a.yaml:1:1
    + [ 1, { "a": 2 } ]
    "#);
    let both = [wrong[0].clone(), change("/a/b", Kind::Wrong, "string", "body-schema: type")];
    assert_snapshot!(draw(&lines(&json!({ "a": { "b": 1 } }), &both)), @r#"
    - { customer_id, status }                            body-schema: type  a.yaml:1:1
    + {
        "a": {
    -     "b": string                                    body-schema: type  a.yaml:1:1
    +     "b": 1
        }
      }
    "#);
}

#[test]
fn unchanged_parts_fold() {
    let members: Map<String, Value> = ('a'..='z').map(|name| (name.to_string(), json!(1))).collect();
    let mut actual = json!({ "list": (0..20).collect::<Vec<_>>(), "people": vec![json!({ "id": 1 }); 9] });
    actual["inner"] = Value::Object(members);
    let changes = [
        change("/list/9", Kind::Wrong, "string", "body-schema: type"),
        change("/people/4/id", Kind::Wrong, "string", "body-schema: type"),
        change("/inner/m", Kind::Wrong, "string", "body-schema: type"),
        change("/inner/zz", Kind::Missing, "string", "body-schema: required"),
    ];
    assert_snapshot!(draw(&lines(&actual, &changes)), @r#"
      {
        "list": [
          … 7 elements
          7,
          8,
    -     string                                         body-schema: type  a.yaml:1:1
    +     9,
          10,
          11,
          … 8 elements
        ],
        "people": [
          … 4 elements
          {
    -       "id": string                                 body-schema: type  a.yaml:1:1
    +       "id": 1
          },
          … 4 elements
        ],
        "inner": {
          … 10 members
          "k": 1,
          "l": 1,
    -     "m": string                                    body-schema: type  a.yaml:1:1
    +     "m": 1,
          "n": 1,
          "o": 1,
          … 9 members
          "y": 1,
          "z": 1
    -     "zz": string                                   body-schema: required  a.yaml:1:1
    +     (missing)
        }
      }
    "#);
}

#[test]
fn nothing_wrong_is_one_line() {
    assert_snapshot!(draw(&lines(&json!({ "a": 1 }), &[])), @r#"
      { … 1 member }
    "#);
}

#[test]
fn places_that_are_not_there_are_still_shown() {
    let changes = [
        change("/a/b/c", Kind::Missing, "string", "body-schema: required"),
        change("/s/x", Kind::Missing, "string", "body-schema: required"),
        change("/l/7", Kind::Wrong, "string", "body-schema: type"),
    ];
    assert_snapshot!(draw(&lines(&json!({ "s": "text", "l": [] }), &changes)), @r#"
      {
        "s": "text"
    -     "x": string                                    body-schema: required  a.yaml:1:1
    +     (missing)
        "l": [
    -     string                                         body-schema: type  a.yaml:1:1
    +     (missing)
        ]
    -   "a" › "b" › "c": string                          body-schema: required  a.yaml:1:1
    +   (missing)
      }
    "#);
}

#[test]
fn what_a_terminal_would_obey_is_spelt_out() {
    let actual = json!({ "\u{1b}[2J": "\u{202e}evil\u{1b}[31m", "b": "plain" });
    let changes = [
        change("/\u{1b}[2J", Kind::Wrong, "\"\u{1b}[0m\"", "expected-body"),
        Change { literal: false, ..change("/b", Kind::Wrong, "pattern \u{7}", "body-schema: pattern") },
    ];
    assert_snapshot!(draw(&lines(&actual, &changes)), @r#"
      {
    -   "\u{1b}[2J": "\u{1b}[0m"                         expected-body  a.yaml:1:1
    +   "\u{1b}[2J": "\u{202e}evil\u{1b}[31m",
    -   "b": pattern \u{7}                               body-schema: pattern  a.yaml:1:1
    +   "b": "plain"
      }
    "#);
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
          { … 3 members },
    +     { "id": 9, "kind": "customer", "email": "x@example.com" },   expected-body  /items
          … 2 elements
        ]
      }
    "#);
    assert_snapshot!(expect(&expected, &json!({ "items": [customer(1), customer(3)] })), @r#"
      {
        "items": [
          { … 3 members },
    -     { "id": 2, "kind": "customer", "email": "x@example.com" }   expected-body  /items/1
    +     (missing)
          { … 3 members }
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
          { … 3 members },
          {
            "id": 2,
    -       "kind": "customer"                           expected-body  /items/1/kind
    +       "kind": "custumer",
                         ^
            "email": "x@example.com"
          },
          { … 3 members }
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
fn messages_name_both_sides() {
    let messages = |expected: Value, actual: Value| {
        compare(&expected, &actual)
            .into_iter()
            .map(|m| format!("{} {}: {}", m.at, m.wanted_at, m.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        messages(json!({ "a": "x", "b": 2, "c": [1] }), json!({ "a": "y", "c": [1, 2] })),
        [
            "/a /a: expected \"x\", got \"y\"",
            "/b /b: expected 2, got nothing",
            "/c/1 /c: expected no such element, got 2",
        ]
    );
    assert_eq!(
        messages(json!({ "$contains": [{ "$match": "x" }] }), json!(["y"])),
        [" /$contains/0: expected list with string matching \"x\", got [\"y\"]"]
    );
}

#[test]
fn a_large_body_stays_short() {
    let row = |id: usize| json!({ "id": id, "name": "n".repeat(40), "tags": ["a", "b"], "at": "2026-01-31T12:00:00Z", "z": 1 });
    let actual = json!({ "rows": (0..50_000).map(row).collect::<Vec<_>>() });
    let changes = [17, 25_000, 49_999]
        .map(|row| change(&format!("/rows/{row}/name"), Kind::Wrong, "integer", "body-schema: type"));
    let laid_out = lines(&actual, &changes);
    assert!(laid_out.len() < 40, "{}", draw(&laid_out));
    let many: Vec<_> = (0..5_000).map(|row| change(&format!("/rows/{row}/id"), Kind::Wrong, "string", "x")).collect();
    let laid_out = lines(&actual, &many);
    assert_eq!(laid_out.last().map(|line| line.text.as_str()), Some("… 4900 more differences"));
    assert!(laid_out.len() < 1_000);
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        prop_oneof![Just(0.5), Just(1.0), Just(-2.0)].prop_map(Value::from),
        "[ab\u{1b}é]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[abc$]{1,2}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Equality by value: `1` is `1.0`, and the order of members says nothing.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => number::same(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn a_value_is_what_it_is(value in values()) {
        prop_assert_eq!(compare(&json!({ "$literal": &value }), &value), []);
        prop_assert_eq!(compare(&json!({ "$exact": { "$literal": &value } }), &value), []);
    }

    #[test]
    fn exact_means_equal(a in values(), b in values()) {
        let exact = compare(&json!({ "$exact": { "$literal": &a } }), &b);
        prop_assert_eq!(exact.is_empty(), equal(&a, &b));
    }

    #[test]
    fn every_difference_is_laid_out(a in values(), b in values()) {
        let found = compare(&json!({ "$literal": &a }), &b);
        let places = found.len();
        let changes: Vec<_> = found.into_iter().map(|m| Change {
            at: m.at, kind: m.kind, expected: m.expected, literal: m.literal, note: String::new(), place: String::new(),
        }).collect();
        let drawn = lines(&b, &changes);
        prop_assert_eq!(drawn.iter().filter(|line| line.annotation.is_some()).count(), places);
        for line in &drawn {
            prop_assert_eq!(line.text.find('\u{1b}'), None);
            for range in &line.emphasis {
                prop_assert!(line.text.get(range.clone()).is_some());
            }
        }
    }
}
