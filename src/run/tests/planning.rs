//! What is refused before anything is sent, and which cases a filter means.

use super::house::{House, reply};
use crate::run::Filter;

const STORY: &str = r#"
operation: listThings
tags: [slow]
cases:
  - { name: make, operation: makeThing, request: { body: {} }, capture: { id: /id } }
  - { name: list, tags: [quick] }
  - { name: get, operation: getThing, request: { path: { id: "${id}" } } }
  - { name: list again, needs: [list] }
teardown: [ { name: clean } ]
"#;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn check(filter: Filter, expect: &[&str]) {
    let mut house = House::of(&[STORY]);
    house.filter = filter;
    let told = house.run(|_| reply(200, r#"{ "id": "x" }"#)).await;
    let names: Vec<_> = told.events.iter().skip(1).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names, expect);
}

#[tokio::test(start_paused = true)]
async fn a_filter_takes_along_what_its_cases_stand_on() {
    check(Filter { names: strings(&["list again"]), ..Filter::default() }, &["list", "list again", "clean"]).await;
    check(Filter { operations: strings(&["getThing"]), ..Filter::default() }, &["make", "get", "clean"]).await;
    check(Filter { tags: strings(&["quick"]), ..Filter::default() }, &["list", "clean"]).await;
    let all = ["make", "list", "get", "list again", "clean"];
    check(Filter { tags: strings(&["slow"]), names: strings(&["a.yaml"]), ..Filter::default() }, &all).await;
}

#[test]
fn a_filter_that_matches_nothing_is_a_problem() {
    let mut house = House::of(&[STORY]);
    house.filter = Filter {
        names: strings(&["lisst", "zzzzzz"]),
        tags: strings(&["quik"]),
        operations: strings(&["listThing", "dropThing"]),
    };
    let expect = [
        "no case has `lisst` in its id (did you mean `list`?)",
        "no case has `zzzzzz` in its id (`signoff list` shows what there is)",
        "no case has the tag `quik` (did you mean `quick`?)",
        "the contract has no operation `listThing` (did you mean `listThings`?)",
        "no case is for the operation `dropThing`",
    ];
    assert_eq!(house.refusals(), expect);
    house.filter = Filter { names: strings(&["make"]), tags: strings(&["quick"]), operations: Vec::new() };
    assert_eq!(house.refusals(), ["no case matches all of the filters"]);
}

#[test]
fn a_variable_without_a_value_is_a_problem() {
    let mut house = House::of(&["operation: listThings\nvars: { customer: }\ncases: [ { name: one } ]\n"]);
    let expect = "cases/a.yaml:2:9: the target `fake` gives no value for the variable `customer` \
                  (set `targets.fake.vars.customer` or give `--var customer=…`)";
    assert_eq!(house.refusals(), [expect]);
    house.target.vars.insert("customer".to_owned(), "c".into());
    assert!(house.plan(&Default::default()).is_ok());
}

#[test]
fn a_request_that_breaks_the_contract_unsaid_is_a_problem() {
    let house = House::of(&[r#"
operation: getThing
cases:
  - { name: long, request: { path: { id: long } } }
  - { name: short, request: { path: { id: x } }, violates: maxLength path/id }
  - { name: skipped, skip: later, request: { path: { id: long } } }
"#]);
    let refusals = house.refusals();
    let places: Vec<_> = refusals.iter().map(|line| line.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(places, ["cases/a.yaml:4:7", "cases/a.yaml:5:50"], "{refusals:#?}");
}

#[test]
fn credentials_are_asked_for_before_anything_is_sent() {
    let house = House::of(&[r#"
cases:
  - { name: make, operation: makeThing, request: { body: {} }, capture: { id: /id } }
  - { name: get, operation: getSecret, request: { path: { id: "${id}" } } }
"#]);
    let expect = "cases/a.yaml:4:5: no credentials for the security scheme `key`: expected `targets.fake.auth.key`";
    assert_eq!(house.refusals(), [expect]);
}
