//! The admin interface of a mock: `/_signoff/state` and `/_signoff/requests`.
//!
//! Enabled by `--admin` only, for clients on this machine; pages of other sites are refused. A token is required when listening on a non-loopback address.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::parse_json;
use crate::http::{Request, Response};
use crate::mock::model::Mock;
use crate::mock::{origin, problem_details};

/// Prefix of the paths that are not the contract's.
const PREFIX: &str = "/_signoff/";
/// Maximum number of recorded requests, and their maximum total size as JSON in bytes; the oldest are dropped first.
const MAX_REQUESTS: usize = 1_000;
const MAX_BYTES: usize = 4 << 20;

/// The admin interface, with the requests recorded so far.
#[derive(Debug)]
pub(crate) struct Admin {
    token: Option<String>,
    requests: Mutex<RecordedRequests>,
}

#[derive(Debug, Default)]
struct RecordedRequests {
    /// The requests as JSON text, which takes a fraction of the memory of a value.
    requests: VecDeque<Box<str>>,
    bytes: usize,
}

impl Admin {
    /// With a token, `Authorization: Bearer TOKEN` is required.
    pub(crate) fn new(token: Option<String>) -> Self {
        Self { token, requests: Mutex::default() }
    }

    /// Records a request in the form that is returned later.
    pub(crate) fn remember(&self, request: Value) {
        let text = request.to_string().into_boxed_str();
        let mut recorded = self.recorded();
        recorded.bytes += text.len();
        recorded.requests.push_back(text);
        while recorded.requests.len() > MAX_REQUESTS || recorded.bytes > MAX_BYTES {
            let Some(oldest) = recorded.requests.pop_front() else { return };
            recorded.bytes -= oldest.len();
        }
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
        Some(match name {
            "state" => state(mock, request),
            "requests" => self.requests(request),
            _ => problem_details::problem(404, "Not Found", "expected /_signoff/state or /_signoff/requests", &[]),
        })
    }

    fn requests(&self, request: &Request) -> Response {
        match request.method.as_str() {
            "GET" => json(self.recorded().list()),
            "DELETE" => {
                *self.recorded() = RecordedRequests::default();
                problem_details::response(204, None, "")
            }
            _ => not_allowed("DELETE, GET"),
        }
    }

    /// Compares digests, so that the time it takes discloses nothing about the token.
    fn is_authorized(&self, request: &Request) -> bool {
        let Some(token) = &self.token else { return true };
        let actual = request.headers.get("authorization").and_then(|line| line.strip_prefix("Bearer "));
        actual.is_some_and(|actual| Sha256::digest(actual.trim()) == Sha256::digest(token))
    }

    fn recorded(&self) -> MutexGuard<'_, RecordedRequests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordedRequests {
    /// All requests as a JSON array.
    fn list(&self) -> String {
        let mut list = String::with_capacity(self.bytes + self.requests.len() + 2);
        list.push('[');
        for (index, request) in self.requests.iter().enumerate() {
            list.extend([if index == 0 { "" } else { "," }, request]);
        }
        list + "]"
    }
}

fn state(mock: &Mock, request: &Request) -> Response {
    let bad_request = |detail: &str| problem_details::problem(400, "Bad Request", detail, &[]);
    match request.method.as_str() {
        "GET" => json(problem_details::json(&mock.state())),
        "PUT" => match parse_json(request.body.as_deref().unwrap_or_default()) {
            Ok(state @ Value::Object(_)) => {
                mock.set_state(state);
                problem_details::response(204, None, "")
            }
            Ok(_) => bad_request("the state must be an object"),
            Err(error) => bad_request(&format!("the state must be JSON: {error}")),
        },
        "DELETE" => {
            mock.reset_state();
            problem_details::response(204, None, "")
        }
        _ => not_allowed("DELETE, GET, PUT"),
    }
}

fn json(text: impl Into<Bytes>) -> Response {
    problem_details::response(200, Some("application/json"), text)
}

fn not_allowed(allowed: &str) -> Response {
    let mut refused = problem_details::problem(405, "Method Not Allowed", &format!("expected {allowed}"), &[]);
    refused.headers.set("allow", allowed);
    refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_requests_are_dropped_first() {
        let recorded = |requests: usize, size: usize| {
            let admin = Admin::new(None);
            (0..requests).for_each(|number| admin.remember(format!("{number}{}", " ".repeat(size)).into()));
            let recorded = admin.recorded();
            let first =
                recorded.requests.front().and_then(|request| request.trim_matches(['"', ' ']).parse::<usize>().ok());
            (first, recorded.requests.len())
        };
        assert_eq!(recorded(3, 5), (Some(0), 3));
        assert_eq!(recorded(MAX_REQUESTS + 5, 5), (Some(5), MAX_REQUESTS));
        assert_eq!(recorded(10, MAX_BYTES / 2 - 3), (Some(8), 2));
        assert_eq!(recorded(2, MAX_BYTES), (None, 0));
    }
}
