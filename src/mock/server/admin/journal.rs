//! The journal of a mock: its last requests with their responses, redacted and limited in memory.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::contract::Contract;
use crate::mock::served::Served;
use crate::suggestion::nearest;

/// Maximum number of recorded requests, and their maximum total size as JSON in bytes; the oldest are dropped first.
const MAX_REQUESTS: usize = 1_000;
const MAX_BYTES: usize = 4 << 20;

/// The recorded requests.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: VecDeque<Entry>,
    /// Total size of the entries.
    bytes: usize,
    /// Number of entries that were dropped.
    removed: u64,
}

/// One request and its response.
#[derive(Debug)]
struct Entry {
    /// Microseconds since 1970.
    time: i64,
    operation: Option<String>,
    method: String,
    status: u16,
    is_valid: bool,
    /// The entry as JSON text, which takes a fraction of the memory of a value.
    text: Box<str>,
}

/// Which requests are listed or counted.
#[derive(Debug, Default)]
pub(super) struct Filter {
    operation: Option<String>,
    method: Option<String>,
    /// The lowest and the highest status.
    status: Option<(u16, u16)>,
    is_valid: Option<bool>,
    /// Microseconds since 1970.
    since: Option<i64>,
}

impl Journal {
    /// Adds a redacted request, received at `time`; `messages` are the request and the response.
    pub(super) fn add(&mut self, time: i64, served: &Served, mut messages: impl Iterator<Item = Value>) {
        let Served { method, url, operation, status, request_breaches, not_checked, notes, faults, .. } = served;
        let is_valid = served.is_valid();
        let at = Timestamp::from_microsecond(time).map(|time| time.to_string()).unwrap_or_default();
        let entry = json!({
            "time": at, "method": method, "url": url, "operation": operation, "status": status,
            "verdict": if is_valid { "valid" } else { "invalid" }, "violations": request_breaches,
            "not_checked": not_checked, "notes": notes, "faults": faults,
            "request": messages.next(), "response": messages.next(),
        });
        let text = entry.to_string().into_boxed_str();
        self.bytes += text.len();
        let (operation, method, status) = (operation.clone(), method.clone(), *status);
        self.entries.push_back(Entry { time, operation, method, status, is_valid, text });
        while self.entries.len() > MAX_REQUESTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.text.len();
            self.removed += 1;
        }
    }

    /// The requests as a JSON array, the oldest first.
    pub(super) fn list(&self, filter: &Filter) -> String {
        let texts: Vec<&str> =
            self.entries.iter().filter(|entry| filter.includes(entry)).map(|entry| &*entry.text).collect();
        format!("[{}]", texts.join(","))
    }

    /// The number of requests, and how many were dropped of all.
    pub(super) fn count(&self, filter: &Filter) -> Value {
        let count = self.entries.iter().filter(|entry| filter.includes(entry)).count();
        json!({ "count": count, "removed": self.removed })
    }
}

impl Filter {
    /// Parses a query: `operation=NAME&method=POST&status=4xx&verdict=invalid&since=TIME`. An error says what is wrong with it: a
    /// filter that no request can match is more often a misspelling than meant.
    pub(super) fn parse(query: &str, contract: &Contract) -> Result<Self, String> {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let expected = |what: &str| format!("expected {what} as {name}, found {value:?}");
            match &*name {
                "operation" => filter.operation = Some(operation(&value, contract)?),
                "method" if is_method(&value) => filter.method = Some(value.to_ascii_uppercase()),
                "method" => return Err(expected("a method")),
                "status" => {
                    filter.status = Some(statuses(&value).ok_or_else(|| expected("a status from 100 to 599, or 4xx"))?);
                }
                "verdict" => match &*value {
                    "valid" => filter.is_valid = Some(true),
                    "invalid" => filter.is_valid = Some(false),
                    _ => return Err(expected("valid or invalid")),
                },
                "since" => {
                    let time = value.parse::<Timestamp>();
                    filter.since =
                        Some(time.map_err(|_| expected("a time like 2026-01-31T12:00:00Z"))?.as_microsecond());
                }
                _ => return Err(format!("expected operation, method, status, verdict or since, found {name:?}")),
            }
        }
        Ok(filter)
    }

    fn includes(&self, entry: &Entry) -> bool {
        let Self { operation, method, status, is_valid, since } = self;
        operation.as_ref().is_none_or(|name| entry.operation.as_ref() == Some(name))
            && method.as_ref().is_none_or(|method| entry.method == *method)
            && status.is_none_or(|(low, high)| (low..=high).contains(&entry.status))
            && is_valid.is_none_or(|is_valid| entry.is_valid == is_valid)
            && since.is_none_or(|since| entry.time >= since)
    }
}

/// The statuses of `404` or `4xx`, the lowest and the highest.
fn statuses(text: &str) -> Option<(u16, u16)> {
    if let Some(class) = text.to_ascii_lowercase().strip_suffix("xx") {
        let class = class.parse::<u16>().ok().filter(|class| (1..=5).contains(class))?;
        return Some((class * 100, class * 100 + 99));
    }
    let status = text.parse().ok().filter(|status| (100..=599).contains(status))?;
    Some((status, status))
}

/// Whether `text` is a token (RFC 9110 §9.1).
fn is_method(text: &str) -> bool {
    hyper::Method::from_bytes(text.as_bytes()).is_ok()
}

/// The name of the operation in the journal: entries have `operationId`, or `METHOD /path` without one.
fn operation(name: &str, contract: &Contract) -> Result<String, String> {
    if let Some(operation) = contract.operation(name) {
        return Ok(operation.name.clone());
    }
    let near = nearest(name, contract.operations.iter().map(|operation| &*operation.name));
    let near = near.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
    Err(format!("unknown operation {name:?}{near}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contract::load::load;

    fn add(journal: &mut Journal, time: i64, served: &Served) {
        journal.add(time, served, std::iter::empty());
    }

    #[test]
    fn the_oldest_requests_are_dropped_first() {
        let recorded = |requests: usize, size: usize| {
            let mut journal = Journal::default();
            for number in 0..requests {
                let served = Served { url: number.to_string(), notes: vec![" ".repeat(size)], ..Served::default() };
                add(&mut journal, 0, &served);
            }
            let listed: Value = serde_json::from_str(&journal.list(&Filter::default())).expect("JSON");
            let first = listed[0]["url"].as_str().and_then(|url| url.parse::<usize>().ok());
            (first, journal.count(&Filter::default())["count"].as_u64(), journal.removed)
        };
        assert_eq!(recorded(3, 5), (Some(0), Some(3), 0));
        assert_eq!(recorded(MAX_REQUESTS + 5, 5), (Some(5), Some(MAX_REQUESTS as u64), 5));
        assert_eq!(recorded(10, MAX_BYTES / 2 - 1_000), (Some(8), Some(2), 8));
        assert_eq!(recorded(2, MAX_BYTES), (None, Some(0), 2));
    }

    #[test]
    fn requests_are_selected_by_every_filter() {
        let mut journal = Journal::default();
        let served = |operation: &str, method: &str, status: u16, breaches: &[&str]| Served {
            operation: Some(operation.to_owned()),
            method: method.to_owned(),
            status,
            request_breaches: breaches.iter().map(|breach| (*breach).to_owned()).collect(),
            ..Served::default()
        };
        add(&mut journal, 1_000_000, &served("a", "GET", 200, &[]));
        add(&mut journal, 2_000_000, &served("a", "POST", 404, &["x"]));
        add(&mut journal, 3_000_000, &served("b", "POST", 422, &["x"]));
        let folder = tempfile::tempdir().expect("a folder");
        let paths = "{ /a: { get: { operationId: a }, post: { operationId: getThing }, put: { operationId: b } } }";
        let spec = format!("openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths: {paths}\n");
        std::fs::write(folder.path().join("api.yaml"), spec).expect("written");
        let contract = load(folder.path(), Path::new("api.yaml")).expect("it loads");
        let check = |query: &str, expect: u64| {
            let filter = Filter::parse(query, &contract).expect("a filter");
            assert_eq!(journal.count(&filter)["count"], expect, "{query}");
        };
        check("", 3);
        check("operation=a", 2);
        check("operation=GET%20/a", 2);
        check("method=post", 2);
        check("status=404", 1);
        check("status=4XX", 2);
        check("verdict=valid", 1);
        check("since=1970-01-01T00:00:02Z", 2);
        check("operation=a&method=POST&status=4xx&verdict=invalid&since=1970-01-01T00:00:03Z", 0);
        for (wrong, expect) in [
            ("status=9xx", "expected a status from 100 to 599, or 4xx as status, found \"9xx\""),
            ("status=20", "expected a status from 100 to 599, or 4xx as status, found \"20\""),
            ("status=x", "expected a status from 100 to 599, or 4xx as status, found \"x\""),
            ("method=a%20b", "expected a method as method, found \"a b\""),
            ("verdict=maybe", "expected valid or invalid as verdict, found \"maybe\""),
            ("since=yesterday", "expected a time like 2026-01-31T12:00:00Z as since, found \"yesterday\""),
            ("path=/a", "expected operation, method, status, verdict or since, found \"path\""),
            ("operation=getThings", "unknown operation \"getThings\", did you mean \"getThing\"?"),
            ("operation=", "unknown operation \"\""),
        ] {
            assert_eq!(Filter::parse(wrong, &contract).expect_err("refused"), expect, "{wrong}");
        }
    }
}
