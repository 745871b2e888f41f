//! From a request to an answer: routing, validation, and who has a say. Pure but for the state it holds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use crate::contract::{Breach, Contract, Judgement, Location, Operation, Rule, judge};
use crate::http::{Request, Response};

use crate::mock::MockRules;
use crate::mock::cors;
use crate::mock::document::cache::Shelf;
use crate::mock::document::documented::{self, Asked};
use crate::mock::document::refusal;
use crate::mock::faults::fault::{Damage, Fault as Mishap};
use crate::mock::preferences::Wishes;
use crate::mock::problem_details;
use crate::mock::routing::{self, Routed};
use crate::mock::rules::dependencies::Reads;
use crate::mock::rules::handler::Turn;
use crate::mock::rules::state::State;

/// A mock of one contract.
#[derive(Debug)]
pub struct Mock {
    pub(crate) contract: Arc<Contract>,
    pub(crate) behaviour: MockRules,
    /// What the behaviour reads, by the number of the operation.
    pub(crate) reads: Vec<Reads>,
    pub(crate) started: i64,
    pub(crate) seed: u64,
    state: Mutex<State>,
    /// Paths of the document's servers, which may stand before the paths of its operations.
    prefixes: Vec<String>,
    options: MockOptions,
    pub(crate) faults: Vec<Mishap>,
    pub(crate) shelf: Shelf,
}

/// How a mock answers, beyond what its contract and its behaviour say.
#[derive(Debug, Clone, Copy, Default)]
pub struct MockOptions {
    /// Pages of any origin may ask and read.
    pub cors: bool,
    /// Answers from the document look like real data, unless the request prefers otherwise.
    pub dynamic: bool,
}

/// An answer, and what the request broke, one line each.
pub(crate) struct Answered {
    pub(crate) response: Response,
    pub(crate) breaches: Vec<String>,
    /// The operation that was meant, where there is one.
    pub(crate) operation: Option<String>,
    /// What faults do to the answer.
    pub(crate) damage: Damage,
}

impl Answered {
    /// An answer of no operation, which nothing spoils.
    pub(crate) fn now(response: Response, breaches: Vec<String>) -> Self {
        Self { response, breaches, operation: None, damage: Damage::default() }
    }
}

impl Mock {
    /// `started` (microseconds since 1970) and `seed` are what `now()` and random values derive from; `elapsed` at each answer.
    pub fn new(contract: Arc<Contract>, behaviour: MockRules, started: i64, seed: u64) -> Self {
        let state = Mutex::new(State::new(behaviour.state.clone()));
        let prefixes = routing::prefixes(&contract);
        let reads = contract.operations.iter().map(|operation| Reads::of(&behaviour, operation.index)).collect();
        let (options, shelf) = (MockOptions::default(), Shelf::default());
        Self { contract, behaviour, reads, started, seed, state, prefixes, options, faults: Vec::new(), shelf }
    }

    /// The same mock with other manners.
    pub fn with_options(self, options: MockOptions) -> Self {
        Self { options, ..self }
    }

    /// The same mock with faults that may strike any request.
    pub fn with_faults(self, faults: Vec<Mishap>) -> Self {
        Self { faults, ..self }
    }

    /// What it answers for.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Answers one request; `elapsed` microseconds after the start.
    pub fn answer(&self, request: &Request, elapsed: i64) -> Response {
        self.respond(request, elapsed).response
    }

    pub(crate) fn state(&self) -> Arc<Value> {
        self.remembered().share()
    }

    pub(crate) fn set_state(&self, state: Value) {
        self.remembered().replace(state);
    }

    /// Forgets everything, as if no request had come.
    pub(crate) fn reset_state(&self) {
        *self.remembered() = State::new(self.behaviour.state.clone());
    }

    /// Goes on with the state of the mock before, where both began with the same.
    pub(crate) fn inherit(&mut self, before: &Self) {
        if self.behaviour.state == before.behaviour.state {
            std::mem::swap(&mut *self.remembered(), &mut *before.remembered());
        }
    }

    pub(crate) fn remembered(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn respond(&self, request: &Request, elapsed: i64) -> Answered {
        let preflight = Some(request).filter(|_| self.options.cors).and_then(cors::preflight);
        let mut answered = match preflight {
            Some(response) => Answered::now(response, Vec::new()),
            None => self.routed(request, elapsed),
        };
        if self.options.cors {
            cors::allow(request, &mut answered.response.headers);
        }
        if request.method == "HEAD" {
            answered.response = headless(answered.response);
        }
        answered
    }

    fn routed(&self, request: &Request, elapsed: i64) -> Answered {
        let mut wishes = Wishes::of(&request.headers);
        wishes.dynamic = wishes.dynamic.or(Some(self.options.dynamic));
        // Preferences in the query are for the mock; the contract does not know them.
        let rest = request.query().and_then(|query| wishes.take(query));
        let plain = rest.map(|query| Request {
            url: if query.is_empty() { request.path().to_owned() } else { format!("{}?{query}", request.path()) },
            ..request.clone()
        });
        match routing::route(&self.contract, &self.prefixes, plain.as_ref().unwrap_or(request)) {
            Routed::Answer(answered) => answered,
            Routed::Operation(operation, read, path) => {
                if let Some(coding) = encoded(&read) {
                    return Answered { operation: Some(operation.name.clone()), ..undecoded(coding) };
                }
                let judgement = judge::routed(&self.contract, operation, &path, &read);
                if let Some(reason) = judgement.beyond_limits {
                    let operation = Some(operation.name.clone());
                    return Answered { operation, ..refused(413, "Content Too Large", reason) };
                }
                let is_plain = self.faults.is_empty() && !self.behaviour.has_say(operation, &judgement);
                match is_plain {
                    true => self.unruled(operation, &read, &wishes, &judgement),
                    false => Turn::new((self, operation), (&read, &path, &wishes), judgement, elapsed).take(),
                }
            }
        }
    }

    /// The answer to a request that neither a behaviour nor a fault has a say in. The state is not waited for, unless data is to look real: then
    /// it is other data each time.
    fn unruled(&self, operation: &Operation, request: &Request, wishes: &Wishes, judgement: &Judgement) -> Answered {
        let seed =
            if wishes.dynamic == Some(true) { self.seed_of(&self.remembered().label(request)) } else { self.seed };
        let violations: Vec<_> = judgement.breaches.iter().map(violation).collect();
        let asked = Asked { contract: &self.contract, operation, request, wishes, shelf: &self.shelf, seed };
        let answered = Answered::now(self.documented(asked, judgement, &violations), violations);
        Answered { operation: Some(operation.name.clone()), ..answered }
    }

    pub(crate) fn documented(&self, asked: Asked<'_>, judgement: &Judgement, violations: &[String]) -> Response {
        match judgement.breaches.is_empty() {
            true => documented::answer(asked),
            false => refusal::answer(asked, &judgement.breaches, violations),
        }
    }

    /// What data that looks real derives from, for a request with that label.
    pub(crate) fn seed_of(&self, label: &str) -> u64 {
        label.bytes().fold(self.seed, |seed, byte| seed.rotate_left(5) ^ u64::from(byte))
    }
}

/// The coding of the content, which would have to be undone before it can be judged (RFC 9110 §8.4).
fn encoded(request: &Request) -> Option<&str> {
    request
        .headers
        .get("content-encoding")
        .filter(|coding| request.body.is_some() && !coding.eq_ignore_ascii_case("identity"))
}

fn undecoded(coding: &str) -> Answered {
    let detail = format!("expected content without a coding, found {coding}");
    let mut answered = refused(415, "Unsupported Media Type", detail);
    answered.response.headers.set("accept-encoding", "identity");
    answered
}

/// What HEAD gets of an answer: everything but the content, whose length is still told (RFC 9110 §9.3.2).
fn headless(response: Response) -> Response {
    let length = response.body.len();
    let mut headers = response.headers;
    if length > 0 {
        headers.set("content-length", length.to_string());
    }
    Response { headers, body: Bytes::new(), wire_size: 0, ..response }
}

/// Problem details for a request that reaches no operation.
pub(crate) fn refused(status: u16, title: &str, detail: String) -> Answered {
    Answered::now(problem_details::problem(status, title, &detail, &[]), vec![detail])
}

/// A breach as a sentence that begins with what it is about: `partner_customer_id: …`.
pub(crate) fn violation(breach: &Breach) -> String {
    let about = match &breach.location {
        Location::Body(at) if !at.is_root() => at.tokens().collect::<Vec<_>>().join("."),
        location => location.to_string(),
    };
    let (sentence, expected) = (breach.sentence(), &breach.expected);
    match breach.rule {
        // What is welcome instead is all that there is to know.
        Rule::ContentType => {
            let actual = breach.actual.as_deref().unwrap_or("nothing");
            format!("{about}: {sentence}, expected {expected}, found {actual}")
        }
        _ => format!("{about}: {sentence}"),
    }
}
