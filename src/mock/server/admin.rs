//! `/_signoff/state` and `/_signoff/requests`: what a mock remembers, for those who test against it.
//!
//! Only for those who started it with the intent (`--admin`), and with a token where others could reach it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::parse_json;
use crate::http::{Request, Response};

use crate::mock::Mock;
use crate::mock::problem_details;

/// Where the paths begin that are not the contract's.
const PREFIX: &str = "/_signoff/";
/// Requests that are remembered, and the most bytes of all of them as JSON; older ones are forgotten.
const MOST: usize = 1_000;
const ROOM: usize = 4 << 20;

/// The door to a mock's memory.
#[derive(Debug)]
pub struct Admin {
    token: Option<String>,
    requests: Mutex<Remembered>,
}

/// Requests with their sizes, and the sum of those.
#[derive(Debug, Default)]
struct Remembered {
    requests: VecDeque<(usize, Value)>,
    bytes: usize,
}

impl Admin {
    /// With a token, only those who show it as `Authorization: Bearer TOKEN` are let in.
    pub fn new(token: Option<String>) -> Self {
        Self { token, requests: Mutex::default() }
    }

    /// Remembers a request as it is to be shown.
    pub fn remember(&self, request: Value) {
        let size = request.to_string().len();
        let mut held = self.remembered();
        held.requests.push_back((size, request));
        held.bytes += size;
        while held.requests.len() > MOST || held.bytes > ROOM {
            let Some((size, _)) = held.requests.pop_front() else { return };
            held.bytes -= size;
        }
    }

    /// The answer to a request that is meant for the mock itself.
    pub(crate) fn answer(&self, mock: &Mock, request: &Request) -> Option<Response> {
        let name = request.path().strip_prefix(PREFIX)?;
        if !self.is_welcome(request) {
            let mut refused =
                problem_details::problem(401, "Unauthorized", "expected Authorization: Bearer TOKEN", &[]);
            refused.headers.set("www-authenticate", "Bearer");
            return Some(refused);
        }
        Some(match name {
            "state" => state(mock, request),
            "requests" => self.listed(request),
            _ => problem_details::problem(404, "Not Found", "expected /_signoff/state or /_signoff/requests", &[]),
        })
    }

    fn listed(&self, request: &Request) -> Response {
        match request.method.as_str() {
            "GET" => json(&self.remembered().requests.iter().map(|(_, request)| request.clone()).collect()),
            "DELETE" => {
                *self.remembered() = Remembered::default();
                problem_details::response(204, None, "")
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

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(mock: &Mock, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" => json(&mock.state()),
        "PUT" => match parse_json(request.body.as_deref().unwrap_or_default()) {
            Ok(state @ Value::Object(_)) => {
                mock.set_state(state);
                problem_details::response(204, None, "")
            }
            Ok(_) => problem_details::problem(400, "Bad Request", "expected an object, the state", &[]),
            Err(error) => {
                problem_details::problem(400, "Bad Request", &format!("expected the state as JSON: {error}"), &[])
            }
        },
        "DELETE" => {
            mock.reset_state();
            problem_details::response(204, None, "")
        }
        _ => not_allowed("DELETE, GET, PUT"),
    }
}

fn json(value: &Value) -> Response {
    problem_details::response(200, Some("application/json"), problem_details::json(value))
}

fn not_allowed(allowed: &str) -> Response {
    let mut answer = problem_details::problem(405, "Method Not Allowed", &format!("expected {allowed}"), &[]);
    answer.headers.set("allow", allowed);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_requests_make_room_for_newer_ones() {
        let held = |requests: usize, size: usize| {
            let admin = Admin::new(None);
            (0..requests).for_each(|number| admin.remember(format!("{number}{}", " ".repeat(size)).into()));
            let remembered = admin.remembered();
            let first =
                remembered.requests.front().and_then(|(_, request)| request.as_str()?.trim().parse::<usize>().ok());
            (first, remembered.requests.len())
        };
        assert_eq!(held(3, 5), (Some(0), 3));
        assert_eq!(held(MOST + 5, 5), (Some(5), MOST));
        assert_eq!(held(10, ROOM / 2 - 3), (Some(8), 2));
        assert_eq!(held(2, ROOM), (None, 0));
    }
}
