//! Scenarios of `tests/data/check`: a contract, cases and canned responses. All checks run, and the findings are compared with
//! those in `findings.snap`.
//!
//! `target.yaml` lists the responses in the order of the requests; `case` names the case of each for the reader.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::case::{self, Case, Story};
use crate::check::{self, Finding, Origin, Severities, Waivers};
use crate::contract::{self, Contract};
use crate::document::End;
use crate::expression::Scope;
use crate::http::{Exchange, Headers, Request, Response, Timings};
use crate::rules;
use crate::run::{self, Event, Filter, Inputs, Limits, Outcome, PreparedRun, Sink, Stop, Target, Verdict};
use crate::sign::{Algorithm, JwsCheck, ResponseVerifier, Verification, VerifyingKey};
use crate::transport::{self, Transport};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

#[test]
fn scenarios() {
    for folder in folders() {
        let name = folder.file_name().expect("named").to_string_lossy().into_owned();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(name);
        settings.bind(|| insta::assert_snapshot!("findings", play(&folder)));
    }
}

#[test]
fn every_check_has_a_scenario() {
    let names: Vec<_> = folders().iter().map(|path| path.file_name().expect("named").to_owned()).collect();
    let without: Vec<_> = check::ALL.iter().map(|check| check.id).filter(|id| !names.iter().any(|n| n == id)).collect();
    assert_eq!(without, Vec::<&str>::new());
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/check");
    let mut folders: Vec<_> =
        fs::read_dir(root).expect("is there").map(|entry| entry.expect("is readable").path()).collect();
    folders.sort();
    folders
}

/// Runs a scenario. Returns the outcome of every case as text.
fn play(folder: &Path) -> String {
    let contract =
        contract::load::load(folder, Path::new("spec.yaml")).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let suite = case::load::load(folder, Path::new("cases.yaml"), &contract).unwrap_or_else(|p| panic!("{p:#?}"));
    let (severities, waivers, mut target) = (Severities::new(), Waivers::default(), target());
    target.response_verifier = folder.ends_with(rules::RESPONSE_SIGNATURE).then(response_verifier);
    let scope = Scope::new(1_769_860_800_000_000, 1, "scenario");
    let inputs = Inputs {
        contract: &contract,
        suite: &suite,
        target: &target,
        severities: &severities,
        waivers: &waivers,
        scope,
    };
    let plan = PreparedRun::new(inputs, &Filter::default()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let canned = Canned::read(&folder.join("target.yaml"));
    let mut drawing = Drawing { contract: &contract, text: String::new(), asked: Vec::new() };
    let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(run::run(&plan, &canned, &limits, &Stop::default(), &mut drawing));
    assert_eq!(canned.left.into_inner(), VecDeque::new(), "answers nobody asked for");
    assert_eq!(drawing.asked, canned.cases, "who asked, and whose answers came");
    drawing.text
}

/// Verifies the signatures of the scenario about them.
fn response_verifier() -> ResponseVerifier {
    let key = VerifyingKey::parse(Algorithm::HmacSha256, b"signing-key-of-the-target").expect("a shared secret");
    let jws = JwsCheck { header: "X-JWS-Signature".to_owned(), algorithm: "HS256", key, b64: true };
    let verification = Verification { jws: Some(jws), ..Verification::default() };
    ResponseVerifier::new(verification, &"http://canned.test".parse().expect("a URL"))
}

/// A target with credentials for the schemes `key`, `token`, `session` and `login`.
pub(super) fn target() -> Target {
    let mut target = Target { name: "canned".to_owned(), url: "http://canned.test".to_owned(), ..Target::default() };
    let login = json!({ "username": "ann", "password": "a-placeholder" });
    let texts = ["key", "token", "session"].map(|scheme| (scheme.to_owned(), json!("a-placeholder")));
    target.credentials.own = texts.into_iter().chain([("login".to_owned(), login)]).collect();
    target
}

/// One canned response.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    case: String,
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    base64: String,
    #[serde(default)]
    after_ms: u64,
}

impl Answer {
    fn response(&self) -> Response {
        let decoded = STANDARD.decode(&self.base64).expect("base64");
        let body = [self.body.as_bytes(), &decoded].concat();
        let headers: Headers = self.headers.iter().cloned().collect();
        Response { status: self.status, version: "HTTP/1.1", headers, wire_size: body.len() as u64, body: body.into() }
    }
}

/// A transport that returns the responses of a file, in order.
pub(super) struct Canned {
    cases: Vec<String>,
    left: RefCell<VecDeque<Answer>>,
}

impl Canned {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("target.yaml");
        let answers: VecDeque<Answer> =
            serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { cases: answers.iter().map(|answer| answer.case.clone()).collect(), left: RefCell::new(answers) }
    }
}

impl Transport for Canned {
    async fn send(&self, request: Request) -> Result<Exchange, transport::Error> {
        let answer = self.left.borrow_mut().pop_front().unwrap_or_else(|| panic!("no answer left for {request:#?}"));
        let timings = Timings { total: Duration::from_millis(answer.after_ms), ..Timings::default() };
        Ok(Exchange { request, response: answer.response(), timings, incomplete: None })
    }
}

/// Outcomes as text.
struct Drawing<'c> {
    contract: &'c Contract,
    text: String,
    asked: Vec<String>,
}

impl Sink for Drawing<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            self.asked.extend(outcome.attempts.iter().map(|_| outcome.case.name.clone()));
            self.outcome(&outcome);
        }
    }
}

impl Drawing<'_> {
    fn outcome(&mut self, outcome: &Outcome<'_>) {
        let verdict = match &outcome.verdict {
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed => "failed".to_owned(),
            Verdict::Errored(reason) => format!("errored: {reason}"),
            Verdict::Invalid(reason) => format!("invalid: {reason}"),
            Verdict::Skipped(reason) | Verdict::Excluded(reason) => format!("skipped: {reason}"),
        };
        self.line(0, &format!("{}: {verdict}", outcome.case.name));
        for finding in &outcome.findings {
            self.finding(outcome.story, outcome.case, finding);
        }
        for held in &outcome.acknowledged {
            self.line(2, &format!("acknowledged, because {}", held.reason));
            self.finding(outcome.story, outcome.case, &held.finding);
        }
        for not_checked in &outcome.not_checked {
            self.line(2, &format!("not checked {:?}: {}", not_checked.rule, not_checked.reason));
        }
    }

    fn finding(&mut self, story: &Story, case: &Case, finding: &Finding) {
        let keyword = finding.keyword.as_ref().map(|keyword| format!(": {keyword}")).unwrap_or_default();
        let place = match &finding.origin {
            Origin::Contract(anchor) => self.contract.place(anchor),
            Origin::Case(at) => case.from.as_ref().unwrap_or(&story.file).document.locate(at, End::Key),
        };
        let location = &finding.location;
        self.line(2, &format!("{} {}{keyword} at {location}, by {place}", finding.severity.word(), finding.check));
        self.line(6, &finding.sentence());
        self.line(6, &format!("- {}", finding.expected));
        let sign = if finding.unexpected { "+ (unexpected)" } else { "+" };
        self.line(6, &format!("{sign} {}", finding.actual.as_deref().unwrap_or("(missing)")));
    }

    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "");
    }
}
