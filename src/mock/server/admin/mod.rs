//! The admin interface of a mock, below `/_signoff/`: state, journal of requests, and rules that are added while it runs.
//!
//! Enabled by `--admin` only, for clients on this machine; pages of other sites are refused. A token is required when listening on a
//! non-loopback address.

mod journal;

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::document::parse_json;
use crate::http::{Request, Response};
use crate::mock::model::Mock;
use crate::mock::served::Served;
use crate::mock::{origin, problem_details};

use journal::{Filter, Journal};

/// Prefix of the paths that are not the contract's.
const PREFIX: &str = "/_signoff/";

/// The paths below the prefix.
const PATHS: &str = "state, requests, requests/count, rules, rules/ID or reset";

/// The admin interface, with the journal of requests.
#[derive(Debug)]
pub(crate) struct Admin {
    token: Option<String>,
    journal: Mutex<Journal>,
}

impl Admin {
    /// With a token, `Authorization: Bearer TOKEN` is required.
    pub(crate) fn new(token: Option<String>) -> Self {
        Self { token, journal: Mutex::default() }
    }

    /// Adds a redacted request to the journal, received at `time` (microseconds since 1970); `messages` are the request and the
    /// response.
    pub(crate) fn journal(&self, time: i64, served: &Served, messages: impl Iterator<Item = Value>) {
        self.lock_journal().add(time, served, messages);
    }

    /// The response to an admin request; none for other requests.
    pub(crate) fn respond(&self, mock: &Mock, request: &Request) -> Option<Response> {
        let name = request.path().strip_prefix(PREFIX)?;
        if self.token.is_none() && origin::is_foreign(&request.headers, true) {
            let detail = "expected a Host and an Origin of this machine: the request may be cross-origin";
            return Some(problem_details::problem(403, "Forbidden", detail, &[]));
        }
        if !self.is_authorized(request) {
            let detail = "expected Authorization: Bearer TOKEN";
            let mut refused = problem_details::problem(401, "Unauthorized", detail, &[]);
            refused.headers.set("www-authenticate", "Bearer");
            return Some(refused);
        }
        Some(match name.split_once('/').unwrap_or((name, "")) {
            ("state", "") => state(mock, request),
            ("requests", "") => self.requests(mock, request),
            ("requests", "count") => self.count(mock, request),
            ("rules", "") => rules(mock, request),
            ("rules", id) => rule(mock, request, id),
            ("reset", "") => self.reset(mock, request),
            _ => not_found(&format!("expected {PREFIX}{PATHS}")),
        })
    }

    fn requests(&self, mock: &Mock, request: &Request) -> Response {
        match (request.method.as_str(), Filter::parse(request.query().unwrap_or_default(), mock.contract())) {
            ("GET", Ok(filter)) => json_text(self.lock_journal().list(&filter)),
            ("GET", Err(message)) => bad_request(&message),
            ("DELETE", _) if request.query().is_some_and(|query| !query.is_empty()) => {
                bad_request("DELETE removes all requests: expected no filter")
            }
            ("DELETE", _) => {
                *self.lock_journal() = Journal::default();
                no_content()
            }
            _ => not_allowed("DELETE, GET"),
        }
    }

    fn count(&self, mock: &Mock, request: &Request) -> Response {
        match (request.method.as_str(), Filter::parse(request.query().unwrap_or_default(), mock.contract())) {
            ("GET", Ok(filter)) => json_value(&self.lock_journal().count(&filter)),
            ("GET", Err(message)) => bad_request(&message),
            _ => not_allowed("GET"),
        }
    }

    /// Returns to the start: the initial state, an empty journal, no added rules.
    fn reset(&self, mock: &Mock, request: &Request) -> Response {
        if request.method != "POST" {
            return not_allowed("POST");
        }
        *self.lock_journal() = Journal::default();
        mock.reset_state();
        mock.lock_added().clear();
        no_content()
    }

    /// Compares digests, so that the time it takes discloses nothing about the token.
    fn is_authorized(&self, request: &Request) -> bool {
        let Some(token) = &self.token else { return true };
        let actual = request.headers.get("authorization").and_then(|line| line.strip_prefix("Bearer "));
        actual.is_some_and(|actual| Sha256::digest(actual.trim()) == Sha256::digest(token))
    }

    fn lock_journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(mock: &Mock, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" => json_value(&mock.state()),
        "PUT" => match parse_json(request.body.as_deref().unwrap_or_default()) {
            Ok(state @ Value::Object(_)) => {
                mock.set_state(state);
                no_content()
            }
            Ok(_) => bad_request("the state must be an object"),
            Err(error) => bad_request(&format!("the state must be JSON: {error}")),
        },
        "DELETE" => {
            mock.reset_state();
            no_content()
        }
        _ => not_allowed("DELETE, GET, PUT"),
    }
}

fn rules(mock: &Mock, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" => json_value(&mock.lock_added().list()),
        "POST" => match std::str::from_utf8(request.body.as_deref().unwrap_or_default()) {
            Ok(text) => add_rule(mock, text),
            Err(_) => bad_request("the rule must be UTF-8"),
        },
        "DELETE" => {
            mock.lock_added().clear();
            no_content()
        }
        _ => not_allowed("DELETE, GET, POST"),
    }
}

fn add_rule(mock: &Mock, text: &str) -> Response {
    let added = mock.lock_added().add(text, mock.contract());
    match added {
        Ok(id) => {
            let mut created = json_value(&json!({ "id": id }));
            created.status = 201;
            created.headers.set("location", format!("{PREFIX}rules/{id}"));
            created
        }
        Err(problems) => {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            problem_details::problem(400, "Bad Request", "the rule cannot be added", &problems)
        }
    }
}

fn rule(mock: &Mock, request: &Request, id: &str) -> Response {
    let absent = || not_found(&format!("there is no rule {id}"));
    let Ok(number) = id.parse() else { return absent() };
    match request.method.as_str() {
        "GET" => mock.lock_added().get(number).as_ref().map_or_else(absent, json_value),
        "DELETE" if mock.lock_added().remove(number) => no_content(),
        "DELETE" => absent(),
        _ => not_allowed("DELETE, GET"),
    }
}

fn json_value(value: &Value) -> Response {
    json_text(problem_details::json(value))
}

fn json_text(text: impl Into<Bytes>) -> Response {
    problem_details::response(200, Some("application/json"), text)
}

fn no_content() -> Response {
    problem_details::response(204, None, "")
}

fn bad_request(detail: &str) -> Response {
    problem_details::problem(400, "Bad Request", detail, &[])
}

fn not_found(detail: &str) -> Response {
    problem_details::problem(404, "Not Found", detail, &[])
}

fn not_allowed(allowed: &str) -> Response {
    let mut refused = problem_details::problem(405, "Method Not Allowed", &format!("expected {allowed}"), &[]);
    refused.headers.set("allow", allowed);
    refused
}
