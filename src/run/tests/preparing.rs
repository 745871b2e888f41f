//! What is refused before anything is sent, and which cases a filter selects.

use super::fixture::{Fixture, reply};
use crate::http::MOCK_ERROR;
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
    let mut fixture = Fixture::new(&[STORY]);
    fixture.filter = filter;
    let log = fixture.run(|_| reply(200, r#"{ "id": "x" }"#)).await;
    let names: Vec<_> = log.events.iter().skip(1).filter_map(|line| line.split(':').next()).collect();
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
    let mut fixture = Fixture::new(&[STORY]);
    fixture.filter = Filter {
        names: strings(&["lisst", "zzzzzz"]),
        tags: strings(&["quik"]),
        operations: strings(&["listThing", "dropThing"]),
        ids: None,
    };
    let expect = [
        "no case has `lisst` in its id (did you mean `list`?)",
        "no case has `zzzzzz` in its id (`signoff list` lists operations and cases)",
        "no case has the tag `quik` (did you mean `quick`?)",
        "the contract has no operation `listThing` (did you mean `listThings`?)",
        "no case calls the operation `dropThing`",
    ];
    assert_eq!(fixture.refusals(), expect);
    fixture.filter = Filter { names: strings(&["make"]), tags: strings(&["quick"]), ..Filter::default() };
    assert_eq!(fixture.refusals(), ["no case matches all of the filters"]);
}

#[test]
fn a_variable_without_a_value_is_a_problem() {
    let mut fixture = Fixture::new(&["operation: listThings\nvars: { customer: }\ncases: [ { name: one } ]\n"]);
    let expect = "cases/a.yaml:2:9: the variable `customer` has no value on target `fake` \
                  (set `targets.fake.vars.customer` or pass `--var customer=…`)";
    assert_eq!(fixture.refusals(), [expect]);
    fixture.target.vars.insert("customer".to_owned(), "c".into());
    assert!(fixture.prepare(&Default::default()).is_ok());
}

#[test]
fn a_request_that_breaks_the_contract_unsaid_is_a_problem() {
    let fixture = Fixture::new(&[r#"
operation: getThing
cases:
  - { name: long, request: { path: { id: long } } }
  - { name: short, request: { path: { id: x } }, violates: maxLength path/id }
  - { name: skipped, skip: later, request: { path: { id: long } } }
"#]);
    let refusals = fixture.refusals();
    let places: Vec<_> = refusals.iter().map(|line| line.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(places, ["cases/a.yaml:4:38", "cases/a.yaml:5:50"], "{refusals:#?}");
}

#[test]
fn credentials_are_asked_for_before_anything_is_sent() {
    let fixture = Fixture::new(&[r#"
cases:
  - { name: make, operation: makeThing, request: { body: {} }, capture: { id: /id } }
  - { name: get, operation: getSecret, request: { path: { id: "${id}" } } }
"#]);
    let expect = "cases/a.yaml:4:5: no credentials for the security scheme `key`: expected `targets.fake.auth.key`";
    assert_eq!(fixture.refusals(), [expect]);
}

#[test]
fn what_captures_leave_known_is_verified() {
    let fixture = Fixture::new(&[r#"
base: { path: { id: "${id}" } }
cases:
  - { name: make, operation: makeThing, request: { body: {}, without: [path] }, capture: { id: /id } }
  - { name: wrong body, operation: putThing, request: { body: { name: 7 } } }
  - { name: wrong claim, operation: putThing, request: { body: { name: x } }, violates: type body/name }
  - { name: right claim, operation: putThing, request: { body: { name: 7 } }, violates: type body/name }
  - { name: unknown path, operation: getThing, violates: maxLength path/id }
  - { name: unknown body, operation: putThing, request: { body: { name: 7, id: "${id}" } } }
  - { name: unknown URL, request: { method: GET, url: "/things/${id}", without: [path] } }
"#]);
    let expect = [
        "cases/a.yaml:5:65: the request violates the contract: `type body/name` (expected string, got integer) \
         (correct the request, or add `violates: type body/name` to a case that tests a refusal)",
        "cases/a.yaml:6:79: `violates` does not match the request: declared but not violated: `type body/name` \
         (remove `violates`, or change the request so that it violates this rule)",
    ];
    assert_eq!(fixture.refusals(), expect);
}

#[tokio::test(start_paused = true)]
async fn captured_credentials_are_verified_when_they_are_sent() {
    let fixture = Fixture::new(&[r#"
operation: getGuarded
cases:
  - { name: log in, operation: makeThing, request: { body: {} }, capture: { t: /t } }
  - { name: bearer, request: { headers: { Authorization: "Bearer ${t}" } } }
  - { name: key, request: { headers: { X-Key: "${t}" } } }
  - { name: cookie, request: { cookies: { sid: "${t}" } } }
  - { name: cookie header, request: { auth: none, headers: { Cookie: "sid=${t}" } } }
  - { name: query, request: { query: { token: "${t}" } } }
  - { name: refused, request: { headers: { Authorization: "Basic ${t}" } }, violates: security, expect: { status: 4XX, undocumented: x } }
  - { name: wrong, request: { headers: { Authorization: "Basic ${t}" } } }
  - { name: media type, operation: putThing, violates: type body/name,
      expect: { status: 4XX, undocumented: x },
      request: { path: { id: a }, headers: { Content-Type: "application/${t}" }, body: { name: 7 } } }
"#]);
    let log = fixture.run(|_| reply(200, r#"{ "t": "json" }"#)).await;
    insta::assert_snapshot!(log.events.join("\n"));
}

#[test]
fn other_missing_credentials_are_reported_before_the_run() {
    let fixture = Fixture::new(&[r#"
cases:
  - { name: log in, operation: makeThing, request: { body: {} }, capture: { t: /t } }
  - { name: other, operation: getGuarded, request: { auth: none, headers: { X-Other: "${t}" } } }
"#]);
    let refusals = fixture.refusals();
    assert!(refusals[0].contains("the request violates the contract: `security`"), "{refusals:#?}");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_mock_is_not_the_targets() {
    let fixture = Fixture::new(&["operation: listThings\ncases: [ { name: one } ]\n"]);
    let log = fixture.run(|_| reply(500, r#"{ "detail": "rule 1 has no body" }"#).header(MOCK_ERROR, "rules")).await;
    assert_eq!(log.events, ["1 cases", "one: invalid: the mock cannot respond: rule 1 has no body"]);
}

#[tokio::test(start_paused = true)]
async fn a_prepared_run_runs_any_number_of_times() {
    let fixture = Fixture::new(&[r#"
cases:
  - { name: make, operation: makeThing, request: { body: { name: "${uuid()}" } }, capture: { id: /id } }
  - { name: get, operation: getThing, request: { path: { id: "${id}" } } }
  - { name: late, operation: listThings, expect: { assert: "request.method == 'GET'" } }
  - { name: wrong, operation: listThings, expect: { status: 201 } }
"#]);
    let severities = Default::default();
    let prepared = fixture.prepare(&severities).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let first = fixture.send(&prepared, |_| reply(200, r#"{ "id": "t1" }"#)).await;
    let second = fixture.send(&prepared, |_| reply(200, r#"{ "id": "t1" }"#)).await;
    assert_eq!(first, second);
    assert_eq!(first.sent.len(), 4, "{first:#?}");
}

#[test]
fn what_http_cannot_send_is_a_problem() {
    let fixture = Fixture::new(&[r#"
operation: listThings
cases:
  - { name: length, request: { headers: { content-length: "7" } } }
  - { name: framing, request: { headers: { Transfer-Encoding: chunked } } }
  - { name: path, operation: null, request: { method: GET, url: "/th\u00efngs" }, violates: unchecked }
"#]);
    let expect = [
        "cases/a.yaml:4:32: header content-length does not match the body of 0 bytes: omit it",
        "cases/a.yaml:5:33: header transfer-encoding does not match the body of 0 bytes: omit it",
        "cases/a.yaml:6:60: `/th\u{ef}ngs` cannot be sent as written: it would become `/th%C3%AFngs`",
    ];
    assert_eq!(fixture.refusals(), expect);
}
