//! A sample run with every feature, for the tests of all formats.

mod clauses;
mod groups;
mod mutation;
mod target;

use crate::difference::{AssertionFailure, Difference, Element};
use crate::record::{
    Acknowledged, Body, Compared, ContractUsed, Counts, DeclaredResponse, Endpoint, Entry, Exchange, Finding, Head,
    InputFile, Inputs, NotChecked, OverlayAction, OverlayChange, Part, Place, Redacted, Request, Response, Role,
    Severity, Since, Summary, Timings, Tool, Verdict, Waived, Waiver,
};

use crate::report::renderer::Renderer;
use groups::{check_text, fixed, groups, job};

/// Renders the sample.
pub fn rendered(renderer: &mut dyn Renderer) -> String {
    rendered_of(renderer, entries())
}

/// Renders `entries` under the sample's head.
pub fn rendered_of(renderer: &mut dyn Renderer, entries: impl IntoIterator<Item = Entry>) -> String {
    rendered_under(&head(), renderer, entries)
}

/// Renders `entries` under `head`.
pub fn rendered_under(head: &Head, renderer: &mut dyn Renderer, entries: impl IntoIterator<Item = Entry>) -> String {
    let mut out = Vec::new();
    renderer.begin(head, &mut out).expect("memory");
    entries.into_iter().for_each(|entry| renderer.case(&entry.into(), &mut out).expect("memory"));
    renderer.end(&mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

/// Splits a report before the first occurrence of each of `starts`, so that each part has a snapshot of its own.
pub fn parts<const N: usize>(text: &str, starts: [&str; N]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    for start in starts {
        let (part, after) = rest.split_at(rest.find(start).unwrap_or_else(|| panic!("{start:?} in {rest}")));
        parts.push(part.to_owned());
        rest = after;
    }
    parts.push(rest.to_owned());
    parts
}

pub fn head() -> Head {
    let mut counts = Counts::default();
    entries().iter().for_each(|entry| counts.add(entry));
    let summary = counts.summary;
    let response = |status: &str, touched| DeclaredResponse { status: status.to_owned(), touched };
    let link = Endpoint {
        operation: "linkCustomerAccount".to_owned(),
        method: "POST".to_owned(),
        path: "/v2/customers/{customer_id}/link".to_owned(),
        exchanges: 6,
        responses: vec![response("200", true), response("400", true), response("404", false)],
        summary: Summary { cases: summary.cases - 1, passed: summary.passed - 1, ..summary },
    };
    let update = Endpoint {
        operation: "updateCustomer".to_owned(),
        path: "/v2/customers/{customer_id}".to_owned(),
        responses: vec![response("200", false)],
        exchanges: 0,
        summary: Summary { not_run: 2, ..Summary::default() },
        ..link.clone()
    };
    Head {
        record: 1,
        tool: Tool { name: "signoff".to_owned(), version: "0.1.0".to_owned() },
        started: "2026-11-20T10:06:58Z".to_owned(),
        seconds: 0.214,
        seed: 42,
        interrupted: false,
        contract: ContractUsed {
            file: "specs/imprint.yaml".to_owned(),
            title: "Imprint API".to_owned(),
            version: "2.0".to_owned(),
            sha256: "0".repeat(64),
        },
        overlay: vec![overlay_action()],
        target: target::target(),
        inputs: Inputs { document: vec![InputFile::new("specs/imprint.yaml", b"")], ..Inputs::default() },
        redacted: vec![Redacted { rule: "secret IMPRINT_API_KEY".to_owned(), count: 18 }],
        baseline: Some(Compared {
            file: "reports/record.json".to_owned(),
            started: "2026-11-19T10:06:58Z".to_owned(),
            fixed: vec![fixed()],
            carried: Vec::new(),
            further: Vec::new(),
        }),
        job: Some(job()),
        tolerates_known: false,
        summary,
        notes: Vec::new(),
        skipped: counts.skipped(),
        errored: counts.errored(),
        not_checked: counts.not_checked(),
        groups: groups(),
        groups_left_out: 1,
        further: vec!["f00000000001".to_owned()],
        further_new: vec!["f00000000001".to_owned()],
        checks: [("body-schema".to_owned(), check_text())].into(),
        coverage: vec![link, update],
        clauses: Some(clauses::clauses()),
        mutation: Some(mutation::mutation()),
    }
}

fn overlay_action() -> OverlayAction {
    OverlayAction {
        place: place("specs/imprint.overlay.yaml", 8, 5),
        target: "$.paths".to_owned(),
        description: Some("The page documents the response 200 only.".to_owned()),
        changes: vec![OverlayChange { change: "added".to_owned(), at: "/paths/~1a/post/responses/400".to_owned() }],
    }
}

pub fn entries() -> Vec<Entry> {
    let mut entries =
        vec![passed(), failed(), status(), hostile(), text(), binary(), warned(), errored(), skipped(), outside()];
    for entry in &mut entries {
        let acknowledged = entry.acknowledged.iter_mut().map(|held| &mut held.finding);
        let waived = entry.waived.iter_mut().map(|held| &mut held.finding);
        for finding in entry.findings.iter_mut().chain(acknowledged).chain(waived) {
            finding.message = finding.sentence();
        }
    }
    entries
}

fn entry(name: &str, line: u32, outcome: Verdict) -> Entry {
    Entry {
        case: format!("cases/imprint/link.yaml::{name}"),
        name: name.to_owned(),
        story: "cases/imprint/link.yaml".to_owned(),
        place: place("cases/imprint/link.yaml", line, 5),
        role: Role::Case,
        operation: Some("linkCustomerAccount".to_owned()),
        method: "POST".to_owned(),
        path: "/v2/customers/{customer_id}/link".to_owned(),
        tags: vec!["golive".to_owned()],
        requirements: vec!["LINK-1".to_owned()],
        properties: [("owner".to_owned(), "partner-team".to_owned())].into(),
        invalid: false,
        excluded: false,
        flaky: false,
        tolerated: false,
        violates: Vec::new(),
        unchecked: false,
        outcome,
        reason: None,
        started_ms: 1.5,
        took_ms: 14.25,
        attempts: 1,
        exchange: None,
        earlier: Vec::new(),
        findings: Vec::new(),
        acknowledged: Vec::new(),
        waived: Vec::new(),
        assumed: Vec::new(),
        not_checked: Vec::new(),
        request_id: None,
        curl: None,
    }
}

fn sent(mut entry: Entry, status: u16, headers: &[(&str, &str)], body: Body) -> Entry {
    let url = "http://127.0.0.1:4010/v2/customers/BBB815E9/link".to_owned();
    let json = ("content-type".to_owned(), "application/json".to_owned());
    let credentials = ("authorization".to_owned(), "Bearer «secret:IMPRINT_API_KEY»".to_owned());
    let sent_body = body_of(r#"{"partner_customer_id":"PARTNER_USER_456"}"#);
    entry.exchange = Some(Exchange {
        request: Request { method: "POST".to_owned(), url, headers: vec![json, credentials], body: Some(sent_body) },
        response: Some(Response {
            status,
            version: "HTTP/1.1".to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body,
        }),
        timings: Some(Timings { connect_ms: Some(0.25), first_byte_ms: 13.5, total_ms: 14.0 }),
    });
    entry.curl = Some(
        "curl -X POST 'http://127.0.0.1:4010/v2/customers/BBB815E9/link' -H 'content-type: application/json' \
         -H 'authorization: Bearer «secret:IMPRINT_API_KEY»' -d '{\"partner_customer_id\":\"PARTNER_USER_456\"}'"
            .to_owned(),
    );
    entry
}

fn passed() -> Entry {
    let body = body_of(r#"{"customer_id":"BBB815E9","status":"ACTIVE"}"#);
    let mut entry = sent(entry("prepares a customer", 8, Verdict::Passed), 200, &[], body);
    entry.role = Role::Setup;
    entry
}

/// A failing case with three findings in its body.
fn failed() -> Entry {
    let body = body_of(
        r#"{"customer_id":"BBB815E9-F654-438D-9AD3-3F7BB8136FC0","status":"active","partner_customer_id":"PARTNER_USER_457","metadata":{"a":1,"b":2}}"#,
    );
    let json = [("content-type", "application/json")];
    let mut entry = sent(entry("links a customer", 12, Verdict::Failed), 200, &json, body);
    let status = Finding {
        keyword: Some("enum".to_owned()),
        actual: Some("\"active\"".to_owned()),
        source: Some("enum: [ACTIVE, INACTIVE]".to_owned()),
        ..finding("body-schema", Part::Body, "/status", r#""ACTIVE" | "INACTIVE""#)
    };
    let created = Finding {
        keyword: Some("required".to_owned()),
        place: place("specs/imprint.yaml", 95, 9),
        ..finding("body-schema", Part::Body, "/created_at", "string")
    };
    let partner = Finding {
        actual: Some("\"PARTNER_USER_457\"".to_owned()),
        literal: true,
        place: place("cases/imprint/link.yaml", 20, 11),
        ..finding("expected-body", Part::Body, "/partner_customer_id", "\"PARTNER_USER_456\"")
    };
    entry.findings = vec![status, created, partner];
    entry.request_id = Some(("x-request-id".to_owned(), "req_7Hq2".to_owned()));
    entry
}

/// Findings in status and headers; the body conforms.
fn status() -> Entry {
    let json = [("content-type", "text/plain")];
    let body = body_of(r#"{"error":{"type":"TEAPOT"}}"#);
    let mut entry = sent(entry("refuses an unknown customer", 30, Verdict::Failed), 418, &json, body);
    entry.violates = vec!["required body/partner_customer_id".to_owned()];
    entry.attempts = 3;
    let with_actual = |finding: Finding, actual: &str| Finding { actual: Some(actual.to_owned()), ..finding };
    let mut expected = with_actual(finding("expected-status", Part::Status, "", "404"), "418");
    expected.place = place("cases/imprint/link.yaml", 33, 15);
    let mut header =
        with_actual(finding("content-type-documented", Part::Header, "", "application/json"), "\"text/plain\"");
    header.name = Some("content-type".to_owned());
    let mut missing = finding("header-schema", Part::Header, "", "string(uuid)");
    missing.name = Some("x-request-id".to_owned());
    let mut slow = with_actual(finding("expected-time", Part::Response, "", "within 10ms"), "14ms");
    slow.difference = Difference::Time;
    let mut assertion = finding("expected-assert", Part::Response, "", "response.body.error.type == 'NOT_FOUND'");
    assertion.difference = Difference::Assertion { failure: AssertionFailure::False, reason: None };
    let mut compared = with_actual(finding("expected-assert", Part::Response, "", "a < b"), "a = 1, b = \"x\"");
    let reason = Some("a number cannot be compared with text".to_owned());
    compared.difference = Difference::Assertion { failure: AssertionFailure::Errored, reason };
    entry.findings = vec![
        with_actual(finding("status-documented", Part::Status, "", "200 | 400 | 404"), "418"),
        expected,
        header,
        missing,
        slow,
        assertion,
        compared,
    ];
    entry
}

/// A response meant to attack the reader of a report.
fn hostile() -> Entry {
    let text = "<script>alert(1)</script> ]]> \u{1b}[31mred ```` | \u{202e}txt.exe";
    let body = body_of(&serde_json::json!({ "status": text, "<b>": "`" }).to_string());
    let mut entry = sent(entry("survives `hostile` | <b>responses</b>", 40, Verdict::Failed), 200, &[], body);
    let actual = serde_json::Value::from(text).to_string();
    entry.findings = vec![Finding {
        actual: Some(actual),
        ..finding("body-schema", Part::Body, "/status", r#""ACTIVE" | "INACTIVE""#)
    }];
    entry
}

/// A body that is not JSON.
fn text() -> Entry {
    let lines: String = (1..=25).map(|line| format!("<p>line {line}</p>\n")).collect();
    let mut entry = sent(entry("answers in JSON", 50, Verdict::Failed), 200, &[], body_of(&lines));
    let difference = malformed("expected value");
    let actual = Some("\"<p>line 1</p>\"".to_owned());
    entry.findings = vec![Finding { actual, difference, ..finding("body-well-formed", Part::Body, "", "JSON") }];
    entry.role = Role::Teardown;
    entry
}

fn binary() -> Entry {
    let body = Body {
        size: 1234,
        base64: Some("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ".to_owned()),
        left_out: 1201,
        ..Body::default()
    };
    let mut entry = sent(entry("answers in text", 60, Verdict::Failed), 200, &[], body);
    let difference = malformed("not UTF-8");
    entry.findings = vec![Finding { difference, ..finding("body-well-formed", Part::Body, "", "JSON") }];
    entry
}

/// Passed with a warning, an acknowledged finding, a waived one and a rule not checked.
fn warned() -> Entry {
    let body = body_of(r#"{"customer_id":"BBB815E9","parter_customer_id":"x"}"#);
    let mut entry = sent(entry("answers what is documented", 70, Verdict::Passed), 401, &[], body);
    entry.findings = vec![Finding {
        severity: Severity::Warning,
        actual: Some("\"x\"".to_owned()),
        unexpected: true,
        branch_of: None,
        difference: Difference::Undeclared { element: Element::Property, name: Some("parter_customer_id".to_owned()) },
        suggestion: Some("partner_customer_id".to_owned()),
        ..finding("undocumented-property", Part::Body, "/parter_customer_id", "")
    }];
    let undocumented =
        Finding { actual: Some("401".to_owned()), ..finding("status-documented", Part::Status, "", "200 | 400") };
    entry.assumed = vec![place("specs/imprint.overlay.yaml", 16, 7)];
    entry.acknowledged =
        vec![Acknowledged { finding: undocumented, reason: "the vendor answers 401".to_owned(), busy: false }];
    let header = Finding {
        fingerprint: "fa1c9e4b2d07".to_owned(),
        name: Some("x-trace".to_owned()),
        keyword: Some("required".to_owned()),
        ..finding("header-schema", Part::Header, "", "string(uuid)")
    };
    let waiver = Waiver {
        owner: "partner-team@example.com".to_owned(),
        reason: "ticket 4711: the vendor adds the header".to_owned(),
        expires: "2027-01-31".to_owned(),
        place: place("waivers.yaml", 3, 12),
    };
    entry.waived = vec![Waived { finding: header, waiver }];
    entry.not_checked =
        vec![NotChecked { check: "body-schema".to_owned(), reason: "no schema is declared for 401".to_owned() }];
    entry
}

fn errored() -> Entry {
    let mut entry = sent(entry("links again", 80, Verdict::Errored), 200, &[], Body::default());
    entry.reason = Some("connection refused by 127.0.0.1:4010 (is the target running?)".to_owned());
    if let Some(exchange) = &mut entry.exchange {
        exchange.response = None;
        exchange.timings = None;
    }
    entry
}

fn skipped() -> Entry {
    let mut entry = entry("refuses a second link", 90, Verdict::Skipped);
    entry.reason = Some("needs \"links a customer\", which failed".to_owned());
    entry.attempts = 0;
    entry
}

fn outside() -> Entry {
    let mut entry = sent(entry("knows no other path", 95, Verdict::Passed), 404, &[], body_of("{}"));
    (entry.operation, entry.method, entry.path) = (None, "GET".to_owned(), "/nowhere".to_owned());
    entry.violates = vec!["path".to_owned()];
    entry
}

fn finding(check: &str, part: Part, at: &str, expected: &str) -> Finding {
    Finding {
        fingerprint: format!(
            "f{:011x}",
            [check, at].concat().bytes().fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % (1 << 44))
        ),
        check: check.to_owned(),
        severity: Severity::Error,
        keyword: None,
        r#in: part,
        name: None,
        at: at.to_owned(),
        place: place("specs/imprint.yaml", 108, 11),
        source: None,
        expected: expected.to_owned(),
        actual: None,
        message: String::new(),
        difference: Difference::Value,
        suggestion: None,
        not_listed: 0,
        attempt: None,
        since: Some(if part == Part::Body && at.is_empty() { Since::Known } else { Since::New }),
        literal: false,
        unexpected: false,
        branch_of: None,
    }
}

fn malformed(reason: &str) -> Difference {
    let (format, reason) = ("JSON".to_owned(), reason.to_owned());
    Difference::Malformed { format, reason, item: None, position: Some((1, 1)) }
}

fn place(file: &str, line: u32, column: u32) -> Place {
    Place { file: file.to_owned(), line, column }
}

fn body_of(text: &str) -> Body {
    Body { size: text.len() as u64, text: Some(text.to_owned()), ..Body::default() }
}
