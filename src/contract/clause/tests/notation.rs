//! The name of a clause is read back as that clause, whatever its parts are called.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::contract::clause::notation::operation_name;
use crate::contract::clause::{Aspect, Clause, ClauseLocation, ClauseValue, Part, Step, Verb};
use crate::contract::{ParameterIn, StatusKey};

/// Names with everything that the notation gives a meaning.
fn names() -> impl Strategy<Value = Arc<str>> {
    let odd = prop_oneof![
        Just("*"),
        Just("["),
        Just("]"),
        Just("="),
        Just("\""),
        Just("\\"),
        Just("/"),
        Just("~"),
        Just("~1"),
        Just(" "),
        Just("\t"),
        Just("\u{202e}"),
        Just("\u{2028}"),
        Just("é"),
        Just("名"),
        Just("+"),
        Just("null"),
        Just("a"),
    ];
    let odd = prop::collection::vec(odd, 0..5).prop_map(|parts| parts.concat());
    let special = prop_oneof![
        Just("security"),
        Just("example"),
        Just("header"),
        Just("body"),
        Just("body/a"),
        Just("query/a"),
        Just(" + "),
        Just("application/json; charset=utf-8"),
        Just("default"),
        Just("absent"),
    ];
    prop_oneof![odd, special.prop_map(str::to_owned), ".{0,8}"].prop_map(Arc::from)
}

fn locations() -> impl Strategy<Value = ClauseLocation> {
    let held = prop_oneof![
        Just(ParameterIn::Path),
        Just(ParameterIn::Query),
        Just(ParameterIn::Header),
        Just(ParameterIn::Cookie)
    ];
    let parameter = (held, names()).prop_map(|(held, name)| match held {
        ParameterIn::Header => Part::Parameter(held, name.to_lowercase().into()),
        _ => Part::Parameter(held, name),
    });
    let part = prop_oneof![parameter, Just(Part::Body)];
    let step = prop_oneof![names().prop_map(Step::Name), Just(Step::Any), names().prop_map(Step::Branch)];
    (part, prop::collection::vec(step, 0..5)).prop_map(|(part, steps)| ClauseLocation { part, steps: steps.into() })
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        names().prop_map(|name| json!(&*name)),
        any::<i64>().prop_map(|number| json!(number)),
        (-1.0e6..1.0e6).prop_map(|number: f64| json!(number)),
        names().prop_map(|name| json!({ &*name: [null, true, 1.0] })),
    ]
}

fn aspects() -> impl Strategy<Value = Aspect> {
    prop_oneof![
        Just(Aspect::Present),
        Just(Aspect::Absent),
        Just(Aspect::Null),
        Just(Aspect::Empty),
        values().prop_map(|value| Aspect::Value(ClauseValue::new(&value))),
        prop_oneof![Just("minLength"), Just("exclusiveMaximum"), Just("maxProperties")].prop_map(Aspect::At),
    ]
}

fn statuses() -> impl Strategy<Value = StatusKey> {
    prop_oneof![
        (100u16..1000).prop_map(StatusKey::Exact),
        (1u16..10).prop_map(StatusKey::Range),
        Just(StatusKey::Default)
    ]
}

fn verbs() -> impl Strategy<Value = Verb> {
    let sent = aspects().prop_filter("of requests", |aspect| !matches!(aspect, Aspect::Absent | Aspect::Empty));
    let keywords = prop_oneof![Just("required"), Just("style"), Just("false"), Just("oneOf"), Just("xml")];
    let alone = prop_oneof![Just("content-type"), Just("json"), Just("xml")];
    let lower = || names().prop_map(|name| name.to_lowercase().into());
    prop_oneof![
        Just(Verb::Calls),
        prop::collection::vec(names(), 1..4).prop_map(Verb::CallsWith),
        (locations(), sent).prop_map(|(location, aspect)| Verb::Sends(location, aspect)),
        names().prop_map(Verb::SendsMediaType),
        names().prop_map(Verb::SendsExample),
        locations().prop_map(Verb::Omits),
        (keywords, locations()).prop_map(|(keyword, location)| Verb::Violates(keyword, Some(location))),
        alone.prop_map(|keyword| Verb::Violates(keyword, None)),
        statuses().prop_map(Verb::Receives),
        (statuses(), names()).prop_map(|(status, name)| Verb::ReceivesMediaType(status, name)),
        (statuses(), lower()).prop_map(|(status, name)| Verb::ReceivesHeader(status, name)),
        (statuses(), locations(), aspects()).prop_map(|(status, at, aspect)| Verb::ReceivesAt(status, at, aspect)),
        Just(Verb::RefusesWithoutSecurity),
        names().prop_map(Verb::RefusesWithout),
        names().prop_map(Verb::RefusesWrong),
    ]
}

fn clauses() -> impl Strategy<Value = Clause> {
    let operations = (prop::option::of(names()), names(), names());
    (operations, verbs()).prop_map(|((id, method, path), verb)| {
        let path = format!("/{path}");
        Clause { operation: operation_name(id.as_deref(), &method, &path).into(), verb }
    })
}

proptest! {
    #[test]
    fn the_name_of_a_clause_is_read_back(clause in clauses()) {
        let name = clause.to_string();
        prop_assert_eq!(name.parse::<Clause>(), Ok(clause), "{}", name);
        prop_assert!(name.lines().count() == 1);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        if let Ok(clause) = text.parse::<Clause>() {
            prop_assert_eq!(clause.to_string().parse::<Clause>(), Ok(clause));
        }
    }
}

#[test]
fn names_are_as_documented() {
    let check = |name: &str, expect: &str| {
        let clause = name.parse::<Clause>().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(clause.to_string(), expect);
    };
    for name in [
        "listPets calls",
        "GET /pets/{id} calls with oauth + key",
        "POST /pets sends body/pet[Cat]/name at maxLength",
        "createPet sends query/\"filter[status]\" = \"open\"",
        "createPet sends application/json",
        "createPet sends \"application/json; charset=utf-8\"",
        "createPet sends example cat",
        "createPet omits header/x-trace",
        "createPet violates required body/pet[Cat]/name",
        "createPet violates content-type",
        "listPets receives 200 body/*/tags/* = null",
        "listPets receives 4XX body absent",
        "listPets receives default header x-rate",
        "listPets receives 200 body/a~1b/\"c d\" empty",
        "listPets refuses without security",
        "listPets refuses without \"security\"",
        "listPets refuses wrong key",
    ] {
        check(name, name);
    }
    check("listPets receives 200 header X-Rate", "listPets receives 200 header x-rate");
    check("a sends header/X-Rate = 1.0", "a sends header/x-rate = 1");
    check("a sends body = {\"b\": 1, \"a\": 2}", "a sends body = {\"a\":2,\"b\":1}");
}

#[test]
fn errors_say_what_is_expected() {
    let check = |name: &str, expect: &str| {
        assert_eq!(name.parse::<Clause>().expect_err(name).to_string(), expect, "{name}");
    };
    check(
        "listPets",
        "expected `OPERATION VERB …`, such as `listPets calls` or `GET /pets receives 200`, got \"listPets\"",
    );
    check("listPets called", "unknown verb `called`: expected calls, sends, omits, violates, receives or refuses");
    check("a omits bod", "expected a location such as query/limit, body or body/items/*/id, got \"bod\"");
    check("a violates requird body", "expected a keyword that `violates` of cases may name, got \"requird body\"");
    check("a receives 20", "expected a status such as 200, 4XX or default, got \"20\"");
    check(
        "a sends body/x absent",
        "expected `null`, `= VALUE` or `at KEYWORD` after a sent location, got \"body/x absent\"",
    );
}
