//! A note that all responses of a run have the same status because of the configuration of the target: its credentials, or its URL.

use url::Url;

use crate::contract::Contract;
use crate::run::{Outcome, Target};

/// Counts of the responses of a run.
#[derive(Debug, Default)]
pub(super) struct ResponseStatuses {
    all: u64,
    unauthorized: u64,
    not_found: u64,
}

impl ResponseStatuses {
    /// Counts the responses of a case.
    pub(super) fn observe(&mut self, outcome: &Outcome<'_>) {
        for (exchange, _) in outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok()) {
            self.add(exchange.response.status);
        }
    }

    fn add(&mut self, status: u16) {
        self.all += 1;
        self.unauthorized += u64::from(status == 401);
        self.not_found += u64::from(status == 404);
    }

    /// A note if every response of a target beyond the mock was 401, or every one 404.
    pub(super) fn note(&self, contract: &Contract, target: &Target) -> Option<String> {
        let is_mock = target.start_command.is_some();
        if is_mock || self.all == 0 {
            return None;
        }
        if self.unauthorized == self.all {
            return Some("every response has the status 401: check the credentials of the target".to_owned());
        }
        (self.not_found == self.all).then(|| not_found(contract, &target.url))
    }
}

/// The note of responses that are all 404.
fn not_found(contract: &Contract, url: &str) -> String {
    let named = |path: &str| if path.is_empty() { "none".to_owned() } else { path.to_owned() };
    let own = path(url).unwrap_or_default();
    let servers: Vec<String> = contract.servers.iter().filter_map(|server| path(&server.url)).collect();
    match servers.first().filter(|_| !servers.contains(&own)) {
        Some(first) => format!(
            "every response has the status 404: the document's server has the path {}, the URL of the target has {}",
            named(first),
            named(&own)
        ),
        None => "every response has the status 404: check the URL of the target".to_owned(),
    }
}

/// The path of the URL of a server, which may be relative to that of the document, without a trailing slash.
fn path(server: &str) -> Option<String> {
    let base = Url::parse("http://document").ok()?;
    let url = Url::options().base_url(Some(&base)).parse(server).ok()?;
    Some(url.path().trim_end_matches('/').to_owned())
}
