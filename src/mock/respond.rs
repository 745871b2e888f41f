//! From a request to a response: preferences, routing, validation, then mock rules or the document. No I/O; changes only the
//! mock's state.

use std::borrow::Cow;

use bytes::Bytes;

use crate::contract::{Judgement, Rule, judge};
use crate::http::{Request, Response};

use super::cors;
use super::document::context::ResponseContext;
use super::document::refusal;
use super::model::Mock;
use super::preferences::Preferences;
use super::response::MockResponse;
use super::routing::{self, Routed};
use super::rules::handler::{Incoming, RequestHandler};
use super::violation;

impl Mock {
    /// Responds to one request, received `elapsed` microseconds after the start.
    pub fn respond(&self, request: &Request, elapsed: i64) -> Response {
        self.handle(request, elapsed).response
    }

    pub(super) fn handle(&self, request: &Request, elapsed: i64) -> MockResponse {
        let preflight = Some(request).filter(|_| self.options.cors).and_then(cors::preflight);
        let mut responded = match preflight {
            Some(response) => MockResponse::new(response, Vec::new()),
            None => self.routed(request, elapsed),
        };
        if self.options.cors {
            cors::allow(request, &mut responded.response.headers);
        }
        if request.method == "HEAD" {
            responded.response = without_content(responded.response);
        }
        responded
    }

    fn routed(&self, request: &Request, elapsed: i64) -> MockResponse {
        let mut preferences = Preferences::from_headers(&request.headers);
        let request = without_preferences(request, &mut preferences);
        preferences.dynamic = preferences.dynamic.or(Some(self.options.dynamic));
        match routing::route(&self.contract, &self.prefixes, &request) {
            Routed::Response(response) => response,
            Routed::Operation { operation, request, path } => {
                let incoming = Incoming { operation, request: &request, path: &path, preferences: &preferences };
                self.validated(incoming, elapsed).with_operation(operation)
            }
        }
    }

    fn validated(&self, incoming: Incoming<'_>, elapsed: i64) -> MockResponse {
        let Incoming { operation, request, path, .. } = incoming;
        if let Some(coding) = content_coding(request) {
            return unsupported_coding(coding);
        }
        let mut judgement = judge::routed_request(&self.contract, operation, path, request);
        // Whether the client showed a certificate cannot be seen here.
        let not_checked = std::mem::take(&mut judgement.not_checked).into_iter();
        let not_checked = not_checked.filter(|one| one.rule != Rule::Security).map(|one| one.reason);
        let responded = self.judged(incoming, judgement, elapsed);
        let mut reasons = responded.not_checked;
        for reason in not_checked {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        MockResponse { not_checked: reasons, ..responded }
    }

    fn judged(&self, incoming: Incoming<'_>, judgement: Judgement, elapsed: i64) -> MockResponse {
        let operation = incoming.operation;
        if let Some(reason) = judgement.beyond_limits {
            return MockResponse::beyond_limits(413, "Content Too Large", reason);
        }
        if self.faults.is_empty() && !self.rules.may_handle(operation, &judgement) {
            return self.documented(incoming, &judgement);
        }
        RequestHandler::new(self, incoming, judgement, elapsed).handle()
    }

    /// Responds from the document alone. Locks the state only if data is to be realistic: then every request gets other data.
    fn documented(&self, incoming: Incoming<'_>, judgement: &Judgement) -> MockResponse {
        let Incoming { operation, request, preferences, .. } = incoming;
        let seed = match preferences.dynamic {
            Some(true) => self.seed_for(&self.lock_state().label(request)),
            _ => self.seed,
        };
        let violations: Vec<_> = judgement.breaches.iter().map(violation::describe).collect();
        let (contract, cache) = (&*self.contract, &self.cache);
        let context = ResponseContext { contract, operation, request, preferences, cache, seed };
        MockResponse::new(refusal::respond(context, &judgement.breaches, &violations), violations)
    }
}

/// The request without preferences in its query, which go to `preferences`: the contract does not declare them.
fn without_preferences<'r>(request: &'r Request, preferences: &mut Preferences) -> Cow<'r, Request> {
    let rest = request.query().and_then(|query| preferences.take_from_query(query));
    match rest {
        None => Cow::Borrowed(request),
        Some(query) => {
            let url = if query.is_empty() { request.path().to_owned() } else { format!("{}?{query}", request.path()) };
            Cow::Owned(Request { url, ..request.clone() })
        }
    }
}

/// The coding of the content, which would have to be decoded before validation (RFC 9110 §8.4).
fn content_coding(request: &Request) -> Option<&str> {
    request
        .headers
        .get("content-encoding")
        .filter(|coding| request.body.is_some() && !coding.eq_ignore_ascii_case("identity"))
}

fn unsupported_coding(coding: &str) -> MockResponse {
    let detail = format!("expected content without a coding, found {coding}");
    let mut refused = MockResponse::beyond_limits(415, "Unsupported Media Type", detail);
    refused.response.headers.set("accept-encoding", "identity");
    refused
}

/// The response to HEAD: everything but the content, whose length is still announced (RFC 9110 §9.3.2).
fn without_content(response: Response) -> Response {
    let length = response.body.len();
    let mut headers = response.headers;
    if length > 0 {
        headers.set("content-length", length.to_string());
    }
    Response { headers, body: Bytes::new(), wire_size: 0, ..response }
}
