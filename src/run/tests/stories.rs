//! The order of a story, what its cases need of each other, and how stories go side by side.

use super::fixture::{Fixture, broken, reply};
use crate::transport::Phase;

#[tokio::test(start_paused = true)]
async fn captures_reach_later_cases() {
    let fixture = Fixture::new(&[r#"
cases:
  - { name: make, operation: makeThing, request: { body: { name: x } }, capture: { id: /id } }
  - { name: get, operation: getThing, request: { path: { id: "${id}" } } }
teardown:
  - { name: drop, operation: dropThing, request: { path: { id: "${id}" } } }
"#]);
    let log = fixture.run(|_| reply(200, r#"{ "id": "t1" }"#)).await;
    assert_eq!(log.events, ["3 cases", "make: passed", "get: passed", "drop: passed"]);
    assert_eq!(log.sent, ["0 POST /things", "0 GET /things/t1", "0 DELETE /things/t1"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_case_needs_and_does_not_have() {
    let fixture = Fixture::new(&[r#"
operation: listThings
cases:
  - { name: first, expect: { status: 201 }, capture: { id: /id } }
  - { name: needs it, needs: [first] }
  - { name: needs that, needs: [needs it] }
  - { name: uses it, operation: getThing, request: { path: { id: "${id}" } } }
  - { name: stands alone }
"#]);
    let log = fixture.run(|_| reply(200, "{}")).await;
    let expect = [
        "5 cases",
        "first: failed by expected-status, expected-capture",
        "needs it: skipped: needs `first`, which failed",
        "needs that: skipped: needs `needs it`, which was skipped",
        "uses it: skipped: uses `id`, which `first` did not capture",
        "stands alone: passed",
    ];
    assert_eq!(log.events, expect);
}

#[tokio::test(start_paused = true)]
async fn a_failed_setup_skips_the_story_but_not_its_teardown() {
    let fixture = Fixture::new(&[r#"
operation: listThings
setup: [ { name: prepare, expect: { status: 201 } }, { name: prepare more } ]
cases: [ { name: case } ]
teardown: [ { name: clean } ]
"#]);
    let log = fixture.run(|_| reply(200, "{}")).await;
    let expect = [
        "4 cases",
        "prepare: failed by expected-status",
        "prepare more: skipped: setup `prepare` failed",
        "case: skipped: setup `prepare` failed",
        "clean: passed",
    ];
    assert_eq!(log.events, expect);
}

#[tokio::test(start_paused = true)]
async fn cases_are_skipped_with_the_reason_of_case_or_target() {
    let mut fixture = Fixture::new(&[r#"
operation: listThings
cases:
  - { name: left out, skip: known outage }
  - { name: elsewhere, only_on: [sandbox, mock] }
  - { name: not here, not_on: [fake] }
  - { name: writes, operation: makeThing, request: { body: {} } }
teardown: [ { name: clean } ]
"#]);
    fixture.target.allow = vec!["GET".to_owned()];
    let log = fixture.run(|_| reply(200, "{}")).await;
    let expect = [
        "5 cases",
        "left out: excluded: known outage",
        "elsewhere: excluded: only on sandbox, mock",
        "not here: excluded: not on fake",
        "writes: excluded: the target allows only GET",
        "clean: skipped: no request was sent before it",
    ];
    assert_eq!((log.events, log.sent), (expect.map(str::to_owned).to_vec(), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_cannot_be_reached_is_told_once_a_story() {
    let file = "operation: listThings\ncases: [ { name: one }, { name: two } ]\nteardown: [ { name: clean } ]\n";
    let log = Fixture::new(&[file]).run(|_| broken(Phase::Connect)).await;
    let expect = [
        "3 cases",
        "one: errored: broken",
        "two: skipped: the target could not be reached",
        "clean: skipped: the target could not be reached",
    ];
    assert_eq!(log.events, expect);
}

#[tokio::test(start_paused = true)]
async fn other_failures_do_not_stop_a_story() {
    let file = "operation: listThings\ncases: [ { name: one }, { name: two } ]\n";
    let log = Fixture::new(&[file]).run(|_| broken(Phase::Body)).await;
    assert_eq!(log.events, ["2 cases", "one: errored: broken", "two: errored: broken"]);
}

#[tokio::test(start_paused = true)]
async fn a_captured_value_that_breaks_the_contract_is_not_sent() {
    let fixture = Fixture::new(&[r#"
cases:
  - { name: make, operation: makeThing, request: { body: {} }, capture: { id: /id } }
  - { name: get, operation: getThing, request: { path: { id: "${id}" } } }
"#]);
    let log = fixture.run(|_| reply(200, r#"{ "id": "too long" }"#)).await;
    assert_eq!(log.events[2].split(':').take(2).collect::<Vec<_>>(), ["get", " invalid"], "{:?}", log.events);
    assert_eq!(log.sent, ["0 POST /things"]);
}

#[tokio::test(start_paused = true)]
async fn an_undocumented_status_is_acknowledged() {
    let file =
        "operation: listThings\ncases: [ { name: one, expect: { status: 500, undocumented: they never say } } ]\n";
    let log = Fixture::new(&[file]).run(|_| reply(500, "{}")).await;
    assert_eq!(log.events, ["1 cases", "one: passed (status-documented: they never say)"]);
}

#[tokio::test(start_paused = true)]
async fn serial_files_take_turns_and_others_do_not() {
    let alone = "operation: listThings\ncases: [ { name: one } ]\n";
    let serial = "operation: getThing\nserial: s\ncases: [ { name: one, request: { path: { id: s } } } ]\n";
    let log = Fixture::new(&[alone, serial, alone, serial]).run(|_| reply(200, "{}").after(1)).await;
    assert_eq!(log.sent, ["0 GET /things/s", "0 GET /things", "0 GET /things", "1 GET /things/s"]);
}

#[tokio::test(start_paused = true)]
async fn jobs_bound_stories_and_independent_cases_alike() {
    let independent = "operation: listThings\nindependent: true\ncases: [ { name: a }, { name: b }, { name: c } ]\n";
    let story = "operation: getThing\nbase: { path: { id: x } }\ncases: [ { name: one }, { name: two } ]\n";
    let mut fixture = Fixture::new(&[independent, story]);
    assert_eq!(fixture.run(|_| reply(200, "{}").after(1)).await.took.as_secs(), 2);
    fixture.limits.jobs = 2;
    let log = fixture.run(|_| reply(200, "{}").after(1)).await;
    assert_eq!(log.sent, ["0 GET /things", "0 GET /things", "1 GET /things", "1 GET /things/x", "2 GET /things/x"]);
}

#[tokio::test(start_paused = true)]
async fn a_defect_of_signoff_costs_one_case() {
    let fixture = Fixture::new(&["operation: listThings\ncases: [ { name: one }, { name: two } ]\n"]);
    let count = std::cell::Cell::new(0);
    let log = fixture
        .run(|_| {
            count.set(count.get() + 1);
            assert!(count.get() > 1, "index out of bounds");
            reply(200, "{}")
        })
        .await;
    let expect = ["2 cases", "one: errored: a defect of signoff, please report it: index out of bounds", "two: passed"];
    assert_eq!(log.events, expect);
}
