//! Entries and heads of outcomes, redacted.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::case;
use crate::case::{Case, CaseFile, Expect, RequestSpec, Story, Suite};
use crate::check::{self, Origin};
use crate::contract::load;
use crate::contract::{Judgement, Location};
use crate::contract::{NotChecked, Rule};
use crate::coverage::Coverage;
use crate::difference::Difference;
use crate::document::Document;
use crate::pointer::Pointer;
use crate::record::body::KEPT_WHEN_WELL;
use crate::record::format::Body;
use crate::record::{
    ContractUsed, Counts, Endpoint, Head, HeadFacts, InputFile, Inputs, OverlayAction, Rules, Secret, Spool, TargetUsed,
};
use crate::run::Attempt;
use crate::transport;

const SPEC: &str = "openapi: 3.1.0
info: { title: People, version: '1' }
paths:
  /people/{id}:
    post:
      operationId: setPerson
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Person' }
      responses:
        '200': { description: done }
        '404': { description: unknown }
components:
  schemas:
    Person:
      type: object
      properties:
        id: { type: string }
        pin: { $ref: '#/components/schemas/Pin' }
        code: { type: string, writeOnly: true }
    Pin: { type: string, format: password }
";

const CASES: &str = "story: people
operation: setPerson
cases:
  - name: sets a person
    expect: { body: { email: wanted@example.com } }
";

mod credentials;
mod sources;

const KEY: &str = "s3cr3t/k&y+";

struct World {
    contract: Contract,
    story: Story,
    target: Target,
    redactor: Redactor,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("api.yaml"), SPEC).expect("a file");
        let contract = load::load(folder.path(), Path::new("api.yaml")).expect("a contract");
        let target =
            Target { name: "local".to_owned(), url: "http://localhost:4010/api".to_owned(), ..Target::default() };
        let secrets = [Secret { name: "KEY".to_owned(), value: KEY.to_owned() }];
        let rules = Rules { names: vec!["email".to_owned(), "ssn4".to_owned()] };
        Self { contract, story: story(), target, redactor: Redactor::new(&secrets, rules) }
    }

    fn entry(&mut self, change: impl FnOnce(&mut Outcome<'_>)) -> Entry {
        let mut outcome = outcome(&self.story);
        change(&mut outcome);
        outcome.found_in.resize(outcome.findings.len(), outcome.attempts.len().saturating_sub(1));
        Entry::from_outcome(&outcome, &self.contract, &self.target, &mut self.redactor)
    }
}

fn story() -> Story {
    let file = CaseFile {
        name: Arc::from("cases/people.yaml"),
        path: "cases/people.yaml".into(),
        story: None,
        serial: None,
        independent: false,
        document: Document::parse("cases/people.yaml", CASES).expect("YAML"),
    };
    let case = Case {
        role: case::Role::Case,
        name: "sets a person".to_owned(),
        id: "cases/people.yaml::sets a person".to_owned(),
        operation: Some(0),
        request: Arc::new(RequestSpec::default()),
        violates: Violates::Nothing,
        expect: Arc::new(Expect::default()),
        capture: Vec::new(),
        uses: Vec::new(),
        covers: Vec::new(),
        needs: Vec::new(),
        tags: Vec::new(),
        requirements: Vec::new(),
        properties: Default::default(),
        skip: None,
        only_on: Vec::new(),
        not_on: Vec::new(),
        poll: None,
        retry: None,
        row: Arc::default(),
        at: Pointer::parse("/cases/0").expect("a pointer"),
        from: None,
    };
    let later = Case { name: "again".to_owned(), id: "cases/people.yaml::again".to_owned(), ..case.clone() };
    Story {
        file: Arc::new(file),
        id: "cases/people.yaml".to_owned(),
        vars: Vec::new(),
        row: Arc::default(),
        setup: Vec::new(),
        cases: vec![case, later],
        teardown: Vec::new(),
    }
}

fn outcome(story: &Story) -> Outcome<'_> {
    Outcome {
        story,
        case: &story.cases[0],
        verdict: run::Verdict::Passed,
        attempts: Vec::new(),
        findings: Vec::new(),
        found_in: Vec::new(),
        acknowledged: Vec::new(),
        waived: Vec::new(),
        captured: Vec::new(),
        not_checked: Vec::new(),
        retried: false,
        started: Duration::from_micros(1500),
        took: Duration::from_millis(20),
    }
}

fn attempt(url: &str, headers: &[(&str, &str)], sent: &str, came: &[u8]) -> Attempt {
    let json = ("content-type", "application/json");
    let request = http::Request {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: [json].iter().chain(headers).copied().collect(),
        body: Some(Bytes::copy_from_slice(sent.as_bytes())),
        ..http::Request::default()
    };
    let response = http::Response {
        status: 200,
        version: "HTTP/1.1",
        headers: [json].into_iter().collect(),
        body: Bytes::copy_from_slice(came),
        wire_size: came.len() as u64,
    };
    let timings = http::Timings { total: Duration::from_millis(14), ..http::Timings::default() };
    let judgement = Judgement { status: Some(crate::contract::StatusKey::Exact(200)), ..Judgement::default() };
    let exchange = http::Exchange { request: request.clone(), response, timings, incomplete: None };
    let result = Ok((exchange, judgement.clone()));
    Attempt { request: request.into(), result, judged: judgement.into(), repeated: None }
}

fn finding(at: &str, expected: &str, actual: Option<&str>, origin: Origin) -> check::Finding {
    check::Finding {
        check: "expected-body",
        severity: crate::severity::Severity::Error,
        keyword: None,
        location: Location::Body(Pointer::parse(at).expect("a pointer")),
        origin,
        expected: expected.to_owned(),
        actual: actual.map(str::to_owned),
        unexpected: false,
        branch_of: None,
        literal: true,
        difference: Difference::Value,
        suggestion: None,
        not_listed: 0,
    }
}

#[test]
fn a_failed_case_is_recorded_and_redacted() {
    let place = Origin::Case(Pointer::parse("/cases/0/expect/body/email").expect("a pointer"));
    let entry = World::new().entry(|outcome| {
            outcome.verdict = run::Verdict::Failed;
            outcome.attempts = vec![attempt(
                "/people/1?email=a%40b.example&x=s3cr3t%2Fk%26y%2B",
                &[("Authorization", "Bearer s3cr3t/k&y+"), ("Cookie", "sid=abcdef; theme=dark"), ("X-Api-Key", "key-1234")],
                r#"{"email":"a@b.example","pin":"12","code":4711,"n":1.10,"ok":true,"ssn4":null}"#,
                r#"{ "email": "a@b.example", "said": "hello a@b.example, pin 12, code 4711, abcdef", "k": "s3cr3t\/k&y+", "n": 4711 }"#
                    .as_bytes(),
            )];
            outcome.findings =
                vec![finding("/email", r#""wanted@example.com""#, Some(r#""a@b.example""#), place)];
            outcome.not_checked = vec![NotChecked { rule: Rule::BodySchema, reason: format!("no schema, {KEY}") }];
        });
    insta::assert_snapshot!(serde_json::to_string_pretty(&entry).expect("JSON"));
}

/// No form of the secret survives anywhere in an entry.
#[test]
fn a_secret_is_found_in_every_encoding() {
    use base64::Engine;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("user:{KEY}"));
    let body = format!("{{\"a\":\"{KEY}\",\"b\":\"{basic}\",\"{KEY}\":1}}");
    let entry = World::new().entry(|outcome| {
        let mut failed = attempt(&format!("/{}", "s3cr3t%2fk%26y%2b"), &[("x", KEY)], &body, b"\xff\xfe s3cr3t/k&y+");
        let message = format!("cannot reach http://{KEY}@host");
        outcome.verdict = run::Verdict::Errored(message.clone());
        outcome.attempts = vec![attempt("/", &[("x", &basic)], KEY, KEY.as_bytes())];
        std::sync::Arc::make_mut(&mut failed.request).method = KEY.to_owned();
        outcome.attempts.push(failed);
    });
    let text = serde_json::to_string(&entry).expect("JSON");
    for form in ["s3cr3t", &basic[8..]] {
        assert!(!text.contains(form), "{form} in {text}");
    }
    let body = entry.exchange.and_then(|exchange| exchange.request.body).and_then(|body| body.text);
    assert_eq!(body.as_deref(), Some(r#"{"a":"«secret:KEY»","b":"«secret:KEY»","«secret:KEY»":1}"#));
    assert_eq!(format!("{:?}", Secret { name: "KEY".to_owned(), value: KEY.to_owned() }), "«secret:KEY»");
}

#[test]
fn equal_values_keep_their_number_within_a_story() {
    let mut world = World::new();
    let mut email = |email: &str| {
        let body = format!("{{\"email\":\"{email}\"}}");
        let entry = world.entry(|outcome| outcome.attempts = vec![attempt("/", &[], &body, b"")]);
        entry.exchange.and_then(|exchange| exchange.request.body).and_then(|body| body.text).unwrap_or_default()
    };
    assert_eq!(email("a@example.com"), r#"{"email":"«redacted:1 string»"}"#);
    assert_eq!(email("b@example.com"), r#"{"email":"«redacted:2 string»"}"#);
    assert_eq!(email("a@example.com"), r#"{"email":"«redacted:1 string»"}"#);
    assert_eq!(email(""), r#"{"email":""}"#);
}

#[test]
fn the_values_of_a_story_are_forgotten_with_it() {
    let mut world = World::new();
    let email = |email: &str, world: &mut World| {
        let body = format!("{{\"email\":\"{email}\"}}");
        let entry = world.entry(|outcome| outcome.attempts = vec![attempt("/", &[], &body, b"")]);
        entry.exchange.and_then(|exchange| exchange.request.body).and_then(|body| body.text).unwrap_or_default()
    };
    email("a@example.com", &mut world);
    world.redactor.forget(&world.story.id);
    assert_eq!(email("b@example.com", &mut world), r#"{"email":"«redacted:1 string»"}"#);
}

#[test]
fn findings_of_earlier_attempts_are_shown_with_their_exchange() {
    let place = || Origin::Case(Pointer::parse("/cases/0").expect("a pointer"));
    let entry = World::new().entry(|outcome| {
        outcome.verdict = run::Verdict::Failed;
        let bodies = [r#"{"state":5}"#, r#"{"state":"PENDING"}"#, r#"{"state":"DONE","n":1}"#];
        outcome.attempts = bodies.map(|body| attempt("/", &[], "", body.as_bytes())).into();
        outcome.findings =
            vec![finding("/state", "string", Some("5"), place()), finding("/n", "2", Some("1"), place())];
        outcome.found_in = vec![0, 2];
    });
    let numbers = |entry: &Entry| entry.findings.iter().map(|finding| finding.attempt).collect::<Vec<_>>();
    assert_eq!((numbers(&entry), entry.earlier.len(), entry.earlier[0].attempt), (vec![Some(1), None], 1, 1));
    let lines: Vec<_> = crate::report::text::diff_lines::lines(&entry).into_iter().map(|line| line.text).collect();
    let first = lines.iter().position(|line| line == "attempt 1 of 3:");
    let last = lines.iter().position(|line| line == "attempt 3 of 3:").expect("the last attempt");
    let wrong = lines.iter().position(|line| line.contains("\"state\": 5"));
    assert!(first == Some(0) && wrong.is_some_and(|wrong| wrong < last), "{lines:#?}");
    assert!(lines[last..].iter().any(|line| line.contains("DONE")), "{lines:#?}");
}

#[test]
fn large_bodies_are_shortened_and_marked() {
    let long = "é".repeat(KEPT_WHEN_WELL);
    let body = |entry: Entry| entry.exchange.and_then(|exchange| exchange.response).map(|response| response.body);
    let passed = body(World::new().entry(|outcome| outcome.attempts = vec![attempt("/", &[], "", long.as_bytes())]));
    let cut = Body {
        size: 2 * KEPT_WHEN_WELL as u64,
        text: Some("é".repeat(KEPT_WHEN_WELL / 2)),
        left_out: KEPT_WHEN_WELL as u64,
        ..Body::default()
    };
    assert_eq!(passed, Some(cut));
    let failed = body(World::new().entry(|outcome| {
        outcome.verdict = run::Verdict::Failed;
        outcome.attempts = vec![attempt("/", &[], "", long.as_bytes())];
    }));
    assert_eq!(failed, Some(Body { size: 2 * KEPT_WHEN_WELL as u64, text: Some(long), ..Body::default() }));
}

#[test]
fn the_surroundings_of_a_finding_are_kept_of_the_largest_body() {
    let row = |row: u32| json!({ "row": row, "email": format!("{row}@example.com"), "name": "n".repeat(60) });
    let body = json!({ "rows": (0..50_000).map(row).collect::<Vec<_>>() });
    let entry = World::new().entry(|outcome| {
        let place = Origin::Case(Pointer::parse("/cases/0/expect").expect("a pointer"));
        let wrong = |at: &str| finding(at, "1", Some("2"), place.clone());
        let sent = body.to_string().replace("\"row\":25000,", "\"row\":25000.00,");
        let mut failed = attempt("/", &[], "", sent.as_bytes());
        failed.result.as_mut().expect("completed").1.body = serde_json::from_str(&sent).ok();
        outcome.verdict = run::Verdict::Failed;
        outcome.attempts = vec![failed];
        outcome.findings = ["/rows/3/row", "/rows/25000/row", "/rows/49999/gone"].map(wrong).into();
    });
    let kept = entry.exchange.clone().and_then(|exchange| exchange.response).expect("a response").body;
    assert!(kept.size > 5_000_000 && kept.left_out > 0, "{} {}", kept.size, kept.left_out);
    let excerpt = kept.excerpt.expect("an excerpt");
    assert!(excerpt.contains("25000.00") && !excerpt.contains("@example.com"));
    assert_eq!(entry.findings.len(), 3);
}

#[test]
fn an_exchange_that_was_not_completed_has_no_response() {
    let entry = World::new().entry(|outcome| {
        outcome.verdict = run::Verdict::Errored("connection refused".to_owned());
        let error = transport::Error {
            phase: transport::Phase::Connect,
            message: "connection refused".to_owned(),
            status: None,
            headers: http::Headers::default(),
            received: 0,
            after: Duration::ZERO,
        };
        outcome.attempts = vec![Attempt { result: Err(error), ..attempt("/people/1", &[], "{}", b"") }];
    });
    let exchange = entry.exchange.expect("what was sent");
    assert_eq!(
        (exchange.response, exchange.timings, entry.reason.as_deref()),
        (None, None, Some("connection refused"))
    );
    let curl = "curl -X POST 'http://localhost:4010/api/people/1' -H 'content-type: application/json' -d '{}'";
    assert_eq!(entry.curl.as_deref(), Some(curl));
}

#[test]
fn the_spool_gives_entries_back_in_the_order_of_the_suite() {
    let mut world = World::new();
    let first = world.entry(|_| ());
    let second = Entry { case: "cases/people.yaml::again".to_owned(), outcome: Verdict::Failed, ..first.clone() };
    let suite = Suite { stories: vec![story()], ..Suite::default() };
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = Spool::create(folder.path(), &suite).expect("a spool");
    spool.push(&second);
    spool.push(&first);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left to clean up");
    let summary = spool.counts().summary;
    let back: Vec<_> = spool.close().entries().map(|entry| entry.expect("an entry")).collect();
    assert_eq!(back, [first, second]);
    assert_eq!((summary.cases, summary.passed, summary.failed), (2, 1, 1));
}

#[test]
fn the_head_reports_coverage_and_inputs() {
    let mut world = World::new();
    let entry = world.entry(|_| ());
    let mut coverage = Coverage::default();
    let mut seen = outcome(&world.story);
    seen.attempts = vec![attempt("/", &[], "", b""), attempt("/", &[], "", b"")];
    coverage.observe(&world.contract, &world.target, &seen, &|_, _| false);
    let mut counts = Counts::default();
    counts.add(&entry);
    let file = |name: &str| InputFile::new(name, name.as_bytes());
    let facts = HeadFacts {
        started: 1_795_169_218_250_000,
        seconds: 0.5,
        seed: 7,
        interrupted: false,
        contract: ContractUsed::new(&world.contract),
        overlay: OverlayAction::of_contract(&world.contract),
        target: TargetUsed::new(&world.target, None),
        inputs: Inputs { document: vec![file("api.yaml")], cases: vec![file("people.yaml")], ..Inputs::default() },
        clauses: None,
        coverage: Endpoint::of_coverage(&world.contract, &coverage),
        groups: crate::record::Listing::default(),
        baseline: None,
        tolerates_known: false,
        job: None,
        note: None,
    };
    let mut head = Head::new(facts, &counts, &world.redactor);
    head.contract.sha256 = "…".to_owned();
    head.tool.version = "…".to_owned();
    insta::assert_snapshot!(serde_json::to_string_pretty(&head).expect("JSON"));
}
