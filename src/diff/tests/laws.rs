//! Properties that hold for all values.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Change, compare, excerpt, lines, number};

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

/// Lists and objects that are too large to be shown whole.
fn wide() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(values(), 0..40).prop_map(Value::from);
    let object = prop::collection::vec(("[a-e]{1,2}", prop_oneof![values(), list()]), 0..40)
        .prop_map(|members| Value::Object(members.into_iter().collect()));
    prop_oneof![list(), object]
}

fn changes(expected: &Value, actual: &Value) -> Vec<Change> {
    let change = |m: super::super::Mismatch| Change {
        at: m.at,
        kind: m.kind,
        expected: m.expected,
        literal: m.literal,
        note: String::new(),
        place: String::new(),
    };
    compare(&json!({ "$literal": expected }), actual).into_iter().map(change).collect()
}

/// Equality by value: `1` equals `1.0`, and the order of properties does not matter.
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
        let changes = changes(&a, &b);
        let places = changes.len();
        let drawn = lines(&b, &changes);
        prop_assert_eq!(drawn.iter().filter(|line| line.annotation.is_some()).count(), places);
        for line in &drawn {
            prop_assert_eq!(line.text.find('\u{1b}'), None);
            for range in &line.emphasis {
                prop_assert!(line.text.get(range.clone()).is_some());
            }
        }
    }

    #[test]
    fn an_excerpt_is_laid_out_as_the_whole(a in wide(), b in wide()) {
        let changes = changes(&a, &b);
        let excerpt = excerpt(&b, changes.iter().map(|change| &change.at), usize::MAX);
        prop_assert_eq!(excerpt.map(|excerpt| lines(&excerpt, &changes)), Some(lines(&b, &changes)));
    }
}
