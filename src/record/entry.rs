//! A finished case written down: the only place where an outcome meets its redaction.

use std::time::Duration;

use crate::case::{self, Violates};
use crate::check::Origin;
use crate::contract::{Contract, Judgement, Location, Operation};
use crate::http;
use crate::place;
use crate::run::{self, Outcome, Target};

use super::body::{KEPT_WHEN_NOT, KEPT_WHEN_WELL};
use super::finding::Scribe;
use super::redact::Veil;
use super::{Body, Entry, Exchange, Place, Redactor, Request, Response, Role, Timings, Verdict, curl, request_id};

impl Entry {
    /// Writes down one outcome, redacted.
    pub fn of(outcome: &Outcome<'_>, contract: &Contract, target: &Target, redactor: &mut Redactor) -> Self {
        let mut veil = redactor.veil(outcome, contract);
        let operation = outcome.case.operation.and_then(|index| contract.operations.get(index));
        let template = operation.map_or("", |operation| &operation.path);
        learn(outcome, template, &mut veil);
        let scribe = Scribe::new(outcome, contract, &mut veil);
        let findings = outcome.findings.iter().map(|finding| scribe.write(finding, &veil)).collect();
        let acknowledged = outcome.acknowledged.iter().map(|held| scribe.acknowledged(held, &veil)).collect();
        let waived = outcome.waived.iter().map(|held| scribe.waived(held, &veil)).collect();
        let not_checked = outcome.not_checked.iter().map(|held| scribe.not_checked(held, &veil)).collect();
        let assumed = operation.map(|operation| assumed(outcome, contract, operation)).unwrap_or_default();
        let exchange = Page { outcome, target, template, veil: &veil }.exchange();
        let told = exchange.as_ref().filter(|_| !is_well(outcome));
        let curl = told.map(|exchange| curl::line(&exchange.request));
        let request_id = told.and_then(|exchange| request_id::find(&exchange.response.as_ref()?.headers));
        let described = described(outcome, operation, &veil);
        Self { findings, acknowledged, waived, assumed, not_checked, exchange, request_id, curl, ..described }
    }
}

/// Everything of the entry that does not need the exchange.
fn described(outcome: &Outcome<'_>, operation: Option<&Operation>, veil: &Veil<'_>) -> Entry {
    let Outcome { story, case, .. } = outcome;
    let sent = outcome.attempts.last().map(|attempt| &*attempt.request);
    let (verdict, reason) = verdict(&outcome.verdict, veil);
    let or_sent = |declared: Option<&String>, sent: Option<&str>| {
        declared.cloned().unwrap_or_else(|| veil.url(sent.unwrap_or_default(), ""))
    };
    Entry {
        case: veil.identity(&case.id),
        name: veil.identity(&case.name),
        story: veil.identity(&story.id),
        place: place(&case.file(story).place(&case.at)),
        role: case.role.into(),
        operation: operation.map(|operation| operation.name.clone()),
        method: or_sent(operation.map(|operation| &operation.method), sent.map(|request| request.method.as_str())),
        path: or_sent(operation.map(|operation| &operation.path), sent.map(http::Request::path)),
        tags: case.tags.clone(),
        requirement: (!case.requirements.is_empty()).then(|| case.requirements.join(", ")),
        violates: violates(&case.violates),
        unchecked: case.violates == Violates::Unchecked,
        outcome: verdict,
        reason,
        started_ms: milliseconds(outcome.started),
        took_ms: milliseconds(outcome.took),
        attempts: outcome.attempts.len() as u64,
        exchange: None,
        findings: Vec::new(),
        acknowledged: Vec::new(),
        waived: Vec::new(),
        assumed: Vec::new(),
        not_checked: Vec::new(),
        request_id: None,
        curl: None,
    }
}

/// Where the overlays stand that the verdict rests on: those that the contract's rules come from, and those of findings.
fn assumed(outcome: &Outcome<'_>, contract: &Contract, operation: &Operation) -> Vec<Place> {
    let Some(attempt) = outcome.attempts.last() else { return Vec::new() };
    let status = attempt.result.as_ref().ok().and_then(|(_, judged)| judged.status);
    let mut anchors = contract.assumptions(operation, status);
    anchors.extend(outcome.findings.iter().filter_map(|finding| match &finding.origin {
        Origin::Contract(anchor) if contract.is_assumed(anchor) => Some(anchor),
        _ => None,
    }));
    anchors.into_iter().map(|anchor| place(&contract.place(anchor))).collect()
}

/// Learns the sensitive values of every attempt, since findings may be about any of them.
fn learn(outcome: &Outcome<'_>, template: &str, veil: &mut Veil<'_>) {
    for attempt in &outcome.attempts {
        let request = &attempt.request;
        veil.learn_url(&request.url, template);
        veil.learn_headers(&request.headers);
        veil.learn_body(request.body.as_deref().unwrap_or_default(), request.media_type().as_ref());
        if let Ok((http::Exchange { response, .. }, _)) = &attempt.result {
            veil.learn_headers(&response.headers);
            veil.learn_body(&response.body, response.media_type().as_ref());
        }
    }
}

/// What is needed to write down the last attempt.
struct Page<'a> {
    outcome: &'a Outcome<'a>,
    target: &'a Target,
    template: &'a str,
    veil: &'a Veil<'a>,
}

impl Page<'_> {
    fn exchange(&self) -> Option<Exchange> {
        let attempt = self.outcome.attempts.last()?;
        let completed = attempt.result.as_ref().ok().map(|(exchange, _)| exchange);
        // What went over the wire has the target's own headers too.
        let request = completed.map_or(&*attempt.request, |exchange| &exchange.request);
        Some(Exchange {
            request: self.request(request),
            response: attempt.result.as_ref().ok().map(|(exchange, judged)| self.response(&exchange.response, judged)),
            timings: completed.map(|exchange| timings(&exchange.timings)),
        })
    }

    fn request(&self, request: &http::Request) -> Request {
        let media_type = request.media_type();
        Request {
            method: self.veil.text(&request.method),
            url: self.veil.text(&self.target.url) + &self.veil.url(&request.url, self.template),
            headers: self.headers(&request.headers),
            body: request.body.as_ref().map(|bytes| Body::of(bytes, media_type.as_ref(), self.kept(), self.veil)),
        }
    }

    fn response(&self, response: &http::Response, judged: &Judgement) -> Response {
        let body = Body::of(&response.body, response.media_type().as_ref(), self.kept(), self.veil);
        let places = self.outcome.findings.iter().filter_map(|finding| match &finding.location {
            Location::Body(at) => Some(at),
            _ => None,
        });
        Response {
            status: response.status,
            version: response.version.to_owned(),
            headers: self.headers(&response.headers),
            body: body.with_excerpt(&response.body, judged.body.as_ref(), places, self.veil),
        }
    }

    fn headers(&self, headers: &http::Headers) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| (self.veil.text(name), self.veil.header(name, value))).collect()
    }

    fn kept(&self) -> usize {
        if is_well(self.outcome) { KEPT_WHEN_WELL } else { KEPT_WHEN_NOT }
    }
}

/// Whether nothing was found: such entries are kept short.
fn is_well(outcome: &Outcome<'_>) -> bool {
    outcome.verdict == run::Verdict::Passed && outcome.findings.is_empty() && outcome.waived.is_empty()
}

fn verdict(verdict: &run::Verdict, veil: &Veil<'_>) -> (Verdict, Option<String>) {
    match verdict {
        run::Verdict::Passed => (Verdict::Passed, None),
        run::Verdict::Failed => (Verdict::Failed, None),
        run::Verdict::Errored(reason) => (Verdict::Errored, Some(veil.text(reason))),
        run::Verdict::Skipped(reason) => (Verdict::Skipped, Some(veil.text(reason))),
    }
}

fn violates(violates: &Violates) -> Vec<String> {
    match violates {
        Violates::Nothing | Violates::Unchecked => Vec::new(),
        Violates::These(rules) => rules.iter().map(ToString::to_string).collect(),
    }
}

fn timings(timings: &http::Timings) -> Timings {
    Timings {
        connect_ms: timings.connect.map(milliseconds),
        first_byte_ms: milliseconds(timings.first_byte),
        total_ms: milliseconds(timings.total),
    }
}

/// To the microsecond: more digits would only be noise.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

pub(super) fn place(place: &place::Place) -> Place {
    Place { file: place.file.to_string(), line: place.line, column: place.column }
}

impl From<case::Role> for Role {
    fn from(role: case::Role) -> Self {
        match role {
            case::Role::Setup => Self::Setup,
            case::Role::Case => Self::Case,
            case::Role::Teardown => Self::Teardown,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::case::{Case, CaseFile, Expect, RequestSpec, Story, Suite};
    use crate::check::{self, Origin};
    use crate::contract::load;
    use crate::contract::{NotChecked, Rule};
    use crate::coverage::Coverage;
    use crate::difference::Difference;
    use crate::document::Document;
    use crate::pointer::Pointer;
    use crate::record::{Facts, Head, Rules, Secret, Spool};
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
            Entry::of(&outcome, &self.contract, &self.target, &mut self.redactor)
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
            needs: Vec::new(),
            tags: Vec::new(),
            requirements: Vec::new(),
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
            acknowledged: Vec::new(),
            waived: Vec::new(),
            not_checked: Vec::new(),
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
        let exchange = http::Exchange { request: request.clone(), response, timings };
        Attempt { request: request.into(), result: Ok((exchange, judgement.clone())), judged: judgement.into() }
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
    fn everything_of_a_failed_case_is_written_down_without_what_must_not_be_seen() {
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
            let mut failed =
                attempt(&format!("/{}", "s3cr3t%2fk%26y%2b"), &[("x", KEY)], &body, b"\xff\xfe s3cr3t/k&y+");
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
    fn large_bodies_are_cut_and_say_so() {
        let long = "é".repeat(KEPT_WHEN_WELL);
        let body = |entry: Entry| entry.exchange.and_then(|exchange| exchange.response).map(|response| response.body);
        let passed =
            body(World::new().entry(|outcome| outcome.attempts = vec![attempt("/", &[], "", long.as_bytes())]));
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
    fn what_stands_around_a_finding_is_kept_of_the_largest_body() {
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
        let suite = Suite { files: Vec::new(), stories: vec![story()] };
        let folder = tempfile::tempdir().expect("a folder");
        let mut spool = Spool::create(folder.path(), &suite).expect("a spool");
        spool.push(&second).expect("written");
        spool.push(&first).expect("written");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left to clean up");
        let summary = spool.tally().summary;
        let back: Vec<_> = spool.close().expect("read").entries().map(|entry| entry.expect("an entry")).collect();
        assert_eq!(back, [first, second]);
        assert_eq!((summary.cases, summary.passed, summary.failed), (2, 1, 1));
    }

    #[test]
    fn the_head_tells_what_was_touched() {
        let mut world = World::new();
        let entry = world.entry(|_| ());
        let mut coverage = Coverage::default();
        let mut seen = outcome(&world.story);
        seen.attempts = vec![attempt("/", &[], "", b""), attempt("/", &[], "", b"")];
        coverage.observe(&seen);
        let mut tally = crate::record::Tally::default();
        tally.add(&entry);
        let facts = Facts {
            started: 1_795_169_218_250_000,
            seconds: 0.5,
            seed: 7,
            contract: &world.contract,
            target: &world.target,
            coverage: &coverage,
            interrupted: false,
            groups: crate::record::Listing::default(),
            baseline: None,
        };
        let mut head = Head::of(facts, &tally, &world.redactor);
        head.contract.sha256 = "…".to_owned();
        head.tool.version = "…".to_owned();
        insta::assert_snapshot!(serde_json::to_string_pretty(&head).expect("JSON"));
    }
}
