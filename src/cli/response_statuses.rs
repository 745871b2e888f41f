//! A note that responses have the same status because of the configuration of the target: its credentials, its signature, or its URL.

use url::Url;

use crate::case::{Authorization, Case};
use crate::contract::Contract;
use crate::run::{Outcome, Target};
use crate::sign::Signing;

/// Counts of the responses of a run.
#[derive(Debug, Default)]
pub(super) struct ResponseStatuses {
    all: u64,
    unauthorized: u64,
    not_found: u64,
    /// Of requests with the target's credentials and signature, to operations that need credentials.
    authorized: u64,
    authorized_refused: u64,
}

impl ResponseStatuses {
    /// Counts the responses of a case.
    pub(super) fn observe(&mut self, contract: &Contract, outcome: &Outcome<'_>) {
        let is_authorized = is_authorized(contract, outcome.case);
        for (exchange, _) in outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok()) {
            let status = exchange.response.status;
            self.all += 1;
            self.unauthorized += u64::from(status == 401);
            self.not_found += u64::from(status == 404);
            self.authorized += u64::from(is_authorized);
            self.authorized_refused += u64::from(is_authorized && status == 401);
        }
    }

    /// A note if a target beyond the mock refused all that should be authorized with 401, or if every response was 404.
    pub(super) fn note(&self, contract: &Contract, target: &Target) -> Option<String> {
        let is_mock = target.start_command.is_some();
        if is_mock || self.all == 0 {
            return None;
        }
        let check = match target.signer {
            Some(_) => "check the credentials and `sign` of the target",
            None => "check the credentials of the target",
        };
        if self.unauthorized == self.all {
            return Some(format!("every response has the status 401: {check}"));
        }
        if self.authorized > 0 && self.authorized_refused == self.authorized {
            return Some(format!("every request with the credentials of the target was refused with 401: {check}"));
        }
        (self.not_found == self.all).then(|| not_found(contract, &target.url))
    }
}

/// Whether the case sends the credentials and the signature of the target to an operation that needs credentials.
fn is_authorized(contract: &Contract, case: &Case) -> bool {
    let security = case.operation.and_then(|index| contract.operations.get(index)).map(|one| &one.security);
    let needs = security.is_some_and(|all| !all.is_empty() && all.iter().all(|one| !one.schemes.is_empty()));
    let is_own = matches!(case.request.auth, Authorization::Target | Authorization::Scheme(_));
    needs && is_own && case.request.sign == Signing::Valid && !case.request.has_header("authorization")
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
