//! From a request to a response: preferences, routing, validation, then mock rules or the document. No I/O; changes only the
//! mock's state.

use std::borrow::Cow;

use bytes::Bytes;

use crate::contract::{Breach, Judgement, judge};
use crate::http::{Request, Response};

use super::document::context::ResponseContext;
use super::document::refusal;
use super::document::response::DocumentedResponse;
use super::model::Mock;
use super::preferences::Preferences;
use super::response::MockResponse;
use super::routing::{self, Routed};
use super::rules::handler::{Incoming, RequestHandler};
use super::{content_coding, cors, matching_example, own_links, problem_details, signature, violation};

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
        let is_head = request.method == "HEAD";
        if is_head || !responded.lists_violations {
            problem_details::list_violations(&responded.violations, &mut responded.response.headers);
        }
        if self.options.cors {
            cors::allow(request, &mut responded.response.headers);
        }
        if is_head {
            responded.response = without_content(responded.response);
        }
        responded
    }

    fn routed(&self, request: &Request, elapsed: i64) -> MockResponse {
        let mut preferences = Preferences::from_headers(&request.headers);
        let unsupported = Preferences::unsupported(request);
        let unsigned = self.unsigned(request, self.started.saturating_add(elapsed));
        let request = without_preferences(request, &mut preferences);
        preferences.dynamic = preferences.dynamic.or(Some(self.options.dynamic));
        match routing::route(&self.contract, &self.servers, &request) {
            Routed::Response(response) => {
                let issued = self.tokens.respond(&request, self.started.saturating_add(elapsed));
                issued.unwrap_or(*response)
            }
            Routed::Operation { operation, .. } if operation.fault.is_some() => {
                MockResponse::unusable(operation.fault.as_deref().unwrap_or_default()).with_operation(operation)
            }
            Routed::Operation { operation, request, path } => {
                let decoded = match content_coding::decoded(&request) {
                    Ok(decoded) => decoded,
                    Err(refused) => return refused.with_operation(operation),
                };
                let request = match &decoded {
                    Some(content) => Cow::Owned(Request { body: Some(content.clone()), ..request.into_owned() }),
                    None => request,
                };
                let (request, path, preferences) = (&*request, &*path, &preferences);
                let incoming =
                    Incoming { operation, request, path, preferences, unsupported: &unsupported, example: None };
                let responded = self.validated(incoming, unsigned, elapsed).with_operation(operation);
                MockResponse { decoded, ..responded }
            }
        }
    }

    fn validated(&self, incoming: Incoming<'_>, unsigned: Option<String>, elapsed: i64) -> MockResponse {
        let Incoming { operation, request, path, .. } = incoming;
        let mut judgement = judge::routed_request(&self.contract, operation, path, request);
        signature::refuse(operation, unsigned, &mut judgement);
        self.check_credentials(operation, request, self.started.saturating_add(elapsed), &mut judgement);
        self.misjudge(operation, request, &mut judgement);
        let not_checked = std::mem::take(&mut judgement.not_checked).into_iter().map(|one| one.reason);
        let mut notes: Vec<_> = violation::take_advice(&mut judgement).iter().map(violation::warn).collect();
        let is_valid = judgement.breaches.is_empty();
        let example = is_valid.then(|| matching_example::find(&self.contract, operation, path, request, &judgement));
        let incoming = Incoming { example: example.flatten(), ..incoming };
        let mut responded = self.judged(incoming, judgement, elapsed);
        responded.notes.extend(unfollowed(incoming, &responded));
        self.notices.keep_new(&mut responded.notes);
        notes.append(&mut responded.notes);
        let mut reasons = responded.not_checked;
        for reason in not_checked {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        MockResponse { not_checked: reasons, notes, ..responded }
    }

    fn judged(&self, incoming: Incoming<'_>, judgement: Judgement, elapsed: i64) -> MockResponse {
        let operation = incoming.operation;
        if let Some(reason) = judgement.beyond_limits {
            return MockResponse::beyond_limits(413, "Content Too Large", reason);
        }
        let has_added = !self.lock_added().of_operation(operation.index).is_empty();
        if !has_added && self.faults.is_empty() && !self.rules.may_handle(operation, &judgement) {
            return self.documented(incoming, &judgement);
        }
        RequestHandler::new(self, incoming, judgement, elapsed).handle()
    }

    /// Responds from the document alone. Locks the state only if data is to be realistic: then every request gets other data.
    fn documented(&self, incoming: Incoming<'_>, judgement: &Judgement) -> MockResponse {
        let Incoming { request, preferences, .. } = incoming;
        let seed = match preferences.dynamic {
            Some(true) => self.seed_for(&self.lock_state().label(request)),
            _ => self.seed,
        };
        let violations: Vec<_> = judgement.breaches.iter().map(violation::describe).collect();
        let built = self.document_response(incoming, seed, &judgement.breaches, &violations);
        let DocumentedResponse { response, lists_violations, notes } = built;
        MockResponse { lists_violations, notes, ..MockResponse::new(response, violations) }
    }

    /// The response of the document to a request, whose links lead to the mock.
    pub(super) fn document_response(
        &self,
        incoming: Incoming<'_>,
        seed: u64,
        breaches: &[Breach],
        violations: &[String],
    ) -> DocumentedResponse {
        let Incoming { operation, request, preferences, example, .. } = incoming;
        let (contract, cache) = (&*self.contract, &self.cache);
        let context = ResponseContext { contract, operation, request, preferences, cache, example, seed };
        let mut built = refusal::respond(context, breaches, violations);
        own_links::redirect(contract, operation, request, self.options.tls, &mut built.response);
        built
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

/// The preferences of the request that the response does not follow, with the reason (RFC 7240 §2 permits it).
fn unfollowed(incoming: Incoming<'_>, responded: &MockResponse) -> Vec<String> {
    let Incoming { operation, preferences, unsupported, .. } = incoming;
    let unsupported = unsupported.iter();
    let mut unfollowed: Vec<_> =
        unsupported.map(|preference| format!("{preference} was not followed: unknown or malformed")).collect();
    let applied = responded.response.headers.get("preference-applied").unwrap_or_default();
    let name = &operation.name;
    let mut check = |preference: String, is_documented: bool, undocumented: &str| {
        let reason = match (responded.violations.is_empty(), is_documented) {
            (false, _) => "the request violates the contract".to_owned(),
            (true, false) => format!("{name} documents {undocumented}"),
            (true, true) => format!("another response of {name} was sent"),
        };
        unfollowed.push(format!("Prefer: {preference} was not followed: {reason}"));
    };
    if let Some(code) = preferences.code.filter(|code| *code != responded.response.status) {
        check(format!("code={code}"), operation.response(code).is_some(), "no such status");
    }
    if let Some(example) = preferences.example_shown().filter(|_| !applied.contains("example=")) {
        let status = responded.response.status;
        let declared = operation.response(status).into_iter().flat_map(|response| &response.content);
        let is_named = |(name, _): &(String, _)| Some(name) == preferences.example.as_ref();
        let is_documented = declared.flat_map(|media| &media.examples).any(is_named);
        check(format!("example={example}"), is_documented, &format!("no such example of {status}"));
    }
    unfollowed
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
