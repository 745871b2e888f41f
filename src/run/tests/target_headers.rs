//! Headers of the target: verified with the request, and removed by `auth: none` and null.

use super::fixture::{Fixture, reply};

/// Runs one case on a target with the header `x-key`; returns the events, and the `x-key` that was sent.
async fn check(case: &str) -> (Vec<String>, Option<String>) {
    let mut fixture = Fixture::new(&[&format!("operation: getSecret\ncases: [ {{ name: one, {case} }} ]\n")]);
    fixture.target.headers = [("X-Key", "of the target")].into_iter().collect();
    let sent = std::cell::RefCell::new(None);
    let log = fixture
        .run(|request| {
            *sent.borrow_mut() = request.headers.get("x-key").map(str::to_owned);
            reply(200, "{}")
        })
        .await;
    (log.events, sent.into_inner())
}

fn result(event: &str, sent: Option<&str>) -> (Vec<String>, Option<String>) {
    (["1 cases", event].map(str::to_owned).to_vec(), sent.map(str::to_owned))
}

#[tokio::test(start_paused = true)]
async fn headers_of_the_target_are_part_of_the_request() {
    let path = "path: { id: x }";
    let passed = |sent| result("one: passed", sent);
    assert_eq!(check(&format!("request: {{ {path} }}")).await, passed(Some("of the target")));
    let own = format!("request: {{ {path}, headers: {{ x-key: own }} }}");
    assert_eq!(check(&own).await, passed(Some("own")));
    let refused = result("one: failed by violation-refused", None);
    let none = format!("request: {{ {path}, auth: none }}, violates: security");
    assert_eq!(check(&none).await, refused);
    let removed = format!("request: {{ {path}, headers: {{ X-KEY: null }} }}, violates: security");
    assert_eq!(check(&removed).await, refused);
}

#[test]
fn a_violation_that_a_header_of_the_target_prevents_is_refused() {
    let case = "{ name: one, operation: getSecret, request: { path: { id: x } }, violates: security }";
    let mut fixture = Fixture::new(&[&format!("cases: [ {case} ]\n")]);
    fixture.target.headers = [("x-key", "of the target")].into_iter().collect();
    let refusals = fixture.refusals();
    assert!(refusals[0].contains("declared but not violated: `security`"), "{refusals:#?}");
}
