//! Layout of a body and its changes.

use insta::assert_snapshot;
use serde_json::{Map, Value, json};

use super::super::{Change, Kind, lines};
use super::draw;
use crate::pointer::Pointer;

fn change(at: &str, kind: Kind, expected: &str, note: &str) -> Change {
    let at = Pointer::parse(at).expect("a pointer");
    let (literal, place) = (expected.starts_with('"'), "a.yaml:1:1".to_owned());
    Change { at, kind, expected: expected.to_owned(), literal, note: note.to_owned(), place }
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
        "metadata": { … 2 properties }
    -   "created_at": string                             body-schema: required  a.yaml:1:1
    +   (missing)
      }
    "#);
}

#[test]
fn several_notes_share_the_actual_line() {
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
fn a_misspelt_member_is_one_change() {
    let actual = json!({ "createdAt": 1, "updated_at": 2, "extra": 3 });
    let changes = [
        change("/created_at", Kind::Missing, "string", "body-schema: required"),
        change("/create_at", Kind::Missing, "string", "body-schema: required"),
        change("/name", Kind::Missing, "string", "body-schema: required"),
        change("/createdAt", Kind::Unexpected, "nothing", "undocumented-property"),
        change("/extra", Kind::Unexpected, "nothing", "undocumented-property"),
    ];
    assert_snapshot!(draw(&lines(&actual, &changes)), @r#"
      {
    -   "created_at": string                             body-schema: required  a.yaml:1:1
    +   "createdAt": 1,                                  undocumented-property  a.yaml:1:1
                ^
        "updated_at": 2,
    +   "extra": 3                                       undocumented-property  a.yaml:1:1
    -   "create_at": string                              body-schema: required  a.yaml:1:1
    +   (missing)
    -   "name": string                                   body-schema: required  a.yaml:1:1
    +   (missing)
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
          … 10 properties
          "k": 1,
          "l": 1,
    -     "m": string                                    body-schema: type  a.yaml:1:1
    +     "m": 1,
          "n": 1,
          "o": 1,
          … 9 properties
          "y": 1,
          "z": 1
    -     "zz": string                                   body-schema: required  a.yaml:1:1
    +     (missing)
        }
      }
    "#);
}

#[test]
fn a_few_members_do_not_fold() {
    let actual = json!({ "a": 1, "b": 2, "c": { "d": 3 }, "e": 4, "f": 5 });
    let drawn = draw(&lines(&actual, &[change("/z", Kind::Missing, "string", "body-schema: required")]));
    assert_snapshot!(drawn, @r#"
      {
        "a": 1,
        "b": 2,
        "c": { … 1 property },
        "e": 4,
        "f": 5
    -   "z": string                                      body-schema: required  a.yaml:1:1
    +   (missing)
      }
    "#);
}

#[test]
fn nothing_wrong_is_one_line() {
    assert_snapshot!(draw(&lines(&json!({ "a": 1 }), &[])), @"  { … 1 property }");
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
