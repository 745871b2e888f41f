//! Draining and abandoning.

use std::time::Duration;

use super::fixture::{Fixture, reply};
use crate::run::{Stop, StopPhase};

const STORY: &str = r#"
operation: listThings
cases: [ { name: one }, { name: two } ]
teardown: [ { name: clean, operation: dropThing, request: { path: { id: x } } } ]
"#;

async fn stop_after(stop: &Stop, seconds: u64, phase: StopPhase) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.advance(phase);
}

#[tokio::test(start_paused = true)]
async fn draining_finishes_what_is_in_flight_and_tears_down() {
    let fixture = Fixture::new(&[STORY]);
    let running = fixture.run(|_| reply(200, "{}").after(3));
    let (log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Draining));
    assert_eq!(log.events, ["3 cases", "draining", "one: passed", "two: skipped: interrupted", "clean: passed"]);
    assert_eq!(log.sent, ["0 GET /things", "3 DELETE /things/x"]);
}

#[tokio::test(start_paused = true)]
async fn grace_has_an_end() {
    let fixture = Fixture::new(&[STORY]);
    let running = fixture.run(|request| reply(200, "{}").after(if request.method == "GET" { 60 } else { 1 }));
    let (log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Draining));
    let expect = [
        "3 cases",
        "draining",
        "one: errored: abandoned after the 10 s grace period; the request may have taken effect",
        "two: skipped: interrupted",
        "clean: passed",
    ];
    assert_eq!((log.events, log.took.as_secs()), (expect.map(str::to_owned).to_vec(), 12));
}

#[tokio::test(start_paused = true)]
async fn a_story_that_never_started_tears_nothing_down() {
    let mut fixture = Fixture::new(&[STORY, STORY]);
    fixture.limits.jobs = 1;
    let running = fixture.run(|_| reply(200, "{}").after(3));
    let (log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Draining));
    let rest = ["one: skipped: interrupted", "two: skipped: interrupted", "clean: skipped: interrupted"];
    assert_eq!(log.events[5..], rest);
}

#[tokio::test(start_paused = true)]
async fn draining_wakes_polls_and_retries() {
    let fixture = Fixture::new(&[r#"
operation: listThings
independent: true
cases:
  - { name: poll, poll: { every: 50s, up_to: 90s }, expect: { body: { a: 1 } } }
  - { name: retry, operation: getThing, request: { path: { id: x } }, retry: { attempts: 2, up_to: 90s } }
"#]);
    let running = fixture.run(|request| match &*request.url {
        "/things" => reply(200, "{}"),
        _ => reply(429, "{}").header("retry-after", "60"),
    });
    let (mut log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Draining));
    // Which of the two is woken first is not said.
    log.events.sort();
    let expect = [
        "2 cases",
        "draining",
        "poll: errored: interrupted after attempt 1, before the case passed or failed",
        "retry: errored: interrupted after attempt 1, before the case passed or failed (busy status-documented: retried after 429)",
        "waiting 60 s after 429",
    ];
    assert_eq!((log.events, log.took.as_secs()), (expect.map(str::to_owned).to_vec(), 1));
}

#[tokio::test(start_paused = true)]
async fn draining_wakes_the_rate_limit() {
    let mut fixture = Fixture::new(&[STORY]);
    fixture.target.rate = Some(0.1);
    let running = fixture.run(|_| reply(200, "{}"));
    let (log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Draining));
    let expect = ["3 cases", "one: passed", "draining", "two: skipped: interrupted", "clean: passed"];
    assert_eq!(log.events, expect);
    assert_eq!(log.sent, ["0 GET /things", "10 DELETE /things/x"]);
}

#[tokio::test(start_paused = true)]
async fn abandoning_waits_for_nothing() {
    let fixture = Fixture::new(&[STORY]);
    let running = fixture.run(|_| reply(200, "{}").after(60));
    let (log, ()) = tokio::join!(running, stop_after(&fixture.stop, 1, StopPhase::Abandoned));
    assert_eq!((log.events, log.took.as_secs()), (vec!["3 cases".to_owned(), "draining".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_drains_when_asked_to() {
    let mut fixture = Fixture::new(&[STORY]);
    fixture.limits.fail_fast = true;
    let log = fixture.run(|request| reply(if request.method == "GET" { 500 } else { 200 }, "{}")).await;
    let expect = ["3 cases", "one: failed", "draining", "two: skipped: fail-fast", "clean: passed"];
    let events: Vec<_> = log.events.iter().map(|line| line.split(" by ").next().unwrap_or_default()).collect();
    assert_eq!((events, fixture.stop.phase()), (expect.to_vec(), StopPhase::Running));
}
