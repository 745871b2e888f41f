//! `/_signoff/state` and `/_signoff/requests`: what a mock remembers, for those who test against it.
//!
//! Only for those who started it with the intent (`--admin`), and with a token where others could reach it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::parse_json;
use crate::http::{Request, Response};

use super::Mock;
use super::plain;

/// Where the paths begin that are not the contract's.
const PREFIX: &str = "/_signoff/";
/// Requests that are remembered; older ones are forgotten.
const MOST: usize = 1_000;

/// The door to a mock's memory.
#[derive(Debug)]
pub struct Admin {
    token: Option<String>,
    requests: Mutex<VecDeque<Value>>,
}

impl Admin {
    /// With a token, only those who show it as `Authorization: Bearer TOKEN` are let in.
    pub fn new(token: Option<String>) -> Self {
        Self { token, requests: Mutex::default() }
    }

    /// Remembers a request as it is to be shown.
    pub fn remember(&self, request: Value) {
        let mut requests = self.requests();
        if requests.len() == MOST {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// The answer to a request that is meant for the mock itself.
    pub(super) fn answer(&self, mock: &Mock, request: &Request) -> Option<Response> {
        let name = request.path().strip_prefix(PREFIX)?;
        if !self.is_welcome(request) {
            let mut refused = plain::problem(401, "Unauthorized", "expected Authorization: Bearer TOKEN", &[]);
            refused.headers.set("www-authenticate", "Bearer");
            return Some(refused);
        }
        Some(match name {
            "state" => state(mock, request),
            "requests" => self.listed(request),
            _ => plain::problem(404, "Not Found", "expected /_signoff/state or /_signoff/requests", &[]),
        })
    }

    fn listed(&self, request: &Request) -> Response {
        match request.method.as_str() {
            "GET" => json(&self.requests().iter().cloned().collect()),
            "DELETE" => {
                self.requests().clear();
                plain::response(204, None, "")
            }
            _ => not_allowed("DELETE, GET"),
        }
    }

    /// By their digests, so that the time it takes tells nothing of the token.
    fn is_welcome(&self, request: &Request) -> bool {
        let Some(token) = &self.token else { return true };
        let shown = request.headers.get("authorization").and_then(|line| line.strip_prefix("Bearer "));
        shown.is_some_and(|shown| Sha256::digest(shown.trim()) == Sha256::digest(token))
    }

    fn requests(&self) -> MutexGuard<'_, VecDeque<Value>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(mock: &Mock, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" => json(&mock.state()),
        "PUT" => match parse_json(request.body.as_deref().unwrap_or_default()) {
            Ok(state @ Value::Object(_)) => {
                mock.set_state(state);
                plain::response(204, None, "")
            }
            Ok(_) => plain::problem(400, "Bad Request", "expected an object, the state", &[]),
            Err(error) => plain::problem(400, "Bad Request", &format!("expected the state as JSON: {error}"), &[]),
        },
        "DELETE" => {
            mock.reset_state();
            plain::response(204, None, "")
        }
        _ => not_allowed("DELETE, GET, PUT"),
    }
}

fn json(value: &Value) -> Response {
    plain::response(200, Some("application/json"), value.to_string())
}

fn not_allowed(allowed: &str) -> Response {
    let mut answer = plain::problem(405, "Method Not Allowed", &format!("expected {allowed}"), &[]);
    answer.headers.set("allow", allowed);
    answer
}
