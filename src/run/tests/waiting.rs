//! Polls, retries and the rate limit.

use std::cell::Cell;

use super::fixture::{Fixture, reply};

const POLL: &str = r#"
operation: listThings
cases: [ { name: settles, poll: { every: 2s, up_to: 7s }, expect: { body: { state: done } } } ]
"#;

#[tokio::test(start_paused = true)]
async fn a_poll_goes_on_until_the_expectations_hold() {
    let count = Cell::new(0);
    let log = Fixture::new(&[POLL])
        .run(|_| {
            count.set(count.get() + 1);
            reply(200, if count.get() == 3 { r#"{ "state": "done" }"# } else { r#"{ "state": "busy" }"# })
        })
        .await;
    assert_eq!(log.events, ["1 cases", "settles: passed"]);
    assert_eq!(log.sent, ["0 GET /things", "2 GET /things", "4 GET /things"]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_and_is_judged_by_its_last_attempt() {
    let log = Fixture::new(&[POLL]).run(|_| reply(200, "{}")).await;
    assert_eq!(log.events, ["1 cases", "settles: failed by expected-body"]);
    assert_eq!(log.sent.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_contract_judges_every_attempt_of_a_poll() {
    let count = Cell::new(0);
    let log = Fixture::new(&[POLL])
        .run(|_| {
            count.set(count.get() + 1);
            if count.get() == 1 { reply(200, "[]") } else { reply(200, r#"{ "state": "done" }"#) }
        })
        .await;
    assert_eq!(log.events, ["1 cases", "settles: failed by body-schema"]);
}

const CAPTURE: &str = r#"
operation: listThings
cases: [ { name: takes, capture: { all: /state } }, { name: uses, request: { headers: { x: "${all}" } } } ]
"#;

#[tokio::test(start_paused = true)]
async fn a_captured_value_that_is_too_large_has_no_verdict() {
    let log =
        Fixture::new(&[CAPTURE]).run(|_| reply(200, &format!(r#"{{ "state": "{}" }}"#, "x".repeat(70_000)))).await;
    assert_eq!(log.sent.len(), 1);
    assert!(log.events[1].starts_with("takes: errored: the value to capture as all is larger than 64 kB"), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn numbers_beyond_the_limit_are_neither_captured_nor_compared_silently() {
    let many = "1.00000000000000000000001,".repeat(20_001);
    let body = format!(r#"{{ "numbers": [{many} 0], "state": 1.5 }}"#);
    let log = Fixture::new(&[CAPTURE]).run(|_| reply(200, &body)).await;
    assert!(log.events[1].starts_with("takes: errored: the number to capture as all has more digits"), "{log:?}");
    let compared = "operation: listThings\ncases: [ { name: compares, expect: { body: { state: 1.5 } } } ]\n";
    let log = Fixture::new(&[compared]).run(|_| reply(200, &body)).await;
    assert!(log.not_checked.iter().any(|reason| reason.contains("expect.body: too many numbers")), "{log:?}");
    let log = Fixture::new(&[compared]).run(|_| reply(200, r#"{ "state": 1.5 }"#)).await;
    assert!(log.events[1] == "compares: passed" && log.not_checked.is_empty(), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_story_captures_is_limited_in_total() {
    let cases = |name: &dyn Fn(usize) -> String| {
        let case = |number| format!("  - {{ name: c{number}, capture: {{ {}: /state }} }}\n", name(number));
        format!("operation: listThings\ncases:\n{}", (0..10).map(case).collect::<String>())
    };
    let reply_large = |_: &_| reply(200, &format!(r#"{{ "state": "{}" }}"#, "x".repeat(60_000)));
    let log = Fixture::new(&[&*cases(&|number| format!("v{number}"))]).run(reply_large).await;
    let expect = "c8: errored: with v8, the values that the story captures are larger than 512 kB";
    assert!(log.events[8] == "c7: passed" && log.events[9].starts_with(expect), "{log:?}");
    // A value that replaces another one takes its room.
    let log = Fixture::new(&[&*cases(&|_| "v".to_owned())]).run(reply_large).await;
    assert_eq!(log.events[10], "c9: passed");
}

const RETRY: &str = r#"
operation: listThings
cases: [ { name: patient, retry: { attempts: 3, up_to: 1m } } ]
"#;

#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_long_as_it_is_asked_to() {
    let count = Cell::new(0);
    let log = Fixture::new(&[RETRY])
        .run(|_| {
            count.set(count.get() + 1);
            if count.get() == 1 { reply(429, "{}").header("retry-after", "5") } else { reply(200, "{}") }
        })
        .await;
    let passed = "patient: passed (busy status-documented: retried after 429)";
    assert_eq!(log.events, ["1 cases", "waiting 5 s after 429", passed]);
    assert_eq!(log.sent, ["0 GET /things", "5 GET /things"]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_gives_up_after_its_attempts_or_its_time() {
    let log = Fixture::new(&[RETRY]).run(|_| reply(503, "{}")).await;
    assert_eq!(log.sent, ["0 GET /things", "1 GET /things", "3 GET /things"]);
    let log = Fixture::new(&[RETRY]).run(|_| reply(503, "{}").header("retry-after", "61")).await;
    assert_eq!(log.sent, ["0 GET /things"]);
}

#[tokio::test(start_paused = true)]
async fn a_date_without_date_header_counts_from_the_receipt() {
    let count = Cell::new(0);
    // The run of the fixture starts in 1970.
    let later = "Thu, 01 Jan 1970 00:00:09 GMT";
    let log = Fixture::new(&[RETRY])
        .run(|_| {
            count.set(count.get() + 1);
            if count.get() == 1 { reply(503, "{}").after(2).header("retry-after", later) } else { reply(200, "{}") }
        })
        .await;
    assert_eq!(log.sent, ["0 GET /things", "9 GET /things"]);
}

async fn throttled(expect: &str, wait: &str) -> (Vec<String>, Vec<String>) {
    let count = Cell::new(0);
    let file = format!("operation: listThings\ncases: [ {{ name: one, expect: {expect} }} ]\n");
    let log = Fixture::new(&[&file])
        .run(|_| {
            count.set(count.get() + 1);
            if count.get() == 1 { reply(429, "{}").header("retry-after", wait) } else { reply(200, "{}") }
        })
        .await;
    (log.events, log.sent)
}

#[tokio::test(start_paused = true)]
async fn a_target_that_asks_to_retry_later_is_waited_for() {
    let (events, sent) = throttled("{ status: 200 }", "5").await;
    assert_eq!(events[1..], ["waiting 5 s after 429", "one: passed (busy status-documented: retried after 429)"]);
    assert_eq!(sent, ["0 GET /things", "5 GET /things"]);
    let (events, sent) = throttled("{ status: 200 }", "301").await;
    let expect = "one: errored: the target responded with 429 and asked to retry after 301 s, longer than the run can \
                  wait (busy status-documented: the target asked to retry later)";
    assert_eq!(events[1], expect);
    assert_eq!(sent.len(), 1);
    let (events, sent) = throttled("{ status: 429, undocumented: it is not }", "5").await;
    assert_eq!(events[1], "one: passed (status-documented: it is not)");
    assert_eq!(sent.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_cases_of_a_run_share_the_time_to_wait() {
    let file = "operation: listThings\ncases: [ { name: one } ]\n";
    let log = Fixture::new(&[file, file]).run(|_| reply(503, "{}").header("retry-after", "100")).await;
    assert_eq!(log.sent.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn requests_keep_the_rate() {
    let file = "operation: listThings\ncases: [ { name: one }, { name: two } ]\n";
    let mut fixture = Fixture::new(&[file, file]);
    fixture.target.rate = Some(2.0);
    let log = fixture.run(|_| reply(200, "{}")).await;
    assert_eq!(log.sent, ["0 GET /things", "0.5 GET /things", "1 GET /things", "1.5 GET /things"]);
}
