//! The access tokens of a run: each is requested once, shared, and renewed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::http::{Headers, Request};
use crate::secret::Secret;
use crate::transport::{Error, Phase};

use super::endpoint::TokenEndpoint;
use super::response::{IssuedToken, issued_token};

/// Start of a stand-in; a number follows.
const STAND_IN: &str = "signoff-access-token-";

/// Part of a token's lifetime after which it is renewed.
const RENEWED_AFTER: f64 = 0.8;

/// The access tokens of a target, by the stand-ins in its requests.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    sources: Vec<TokenSource>,
}

/// One credential whose value is an access token.
#[derive(Debug)]
struct TokenSource {
    endpoint: TokenEndpoint,
    /// Locked while a token is requested, so that cases that need one at the same time share the request.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// Why no token can be had. The endpoint is not asked again.
    failure: Option<Error>,
    refresh_token: Option<String>,
    /// Number of tokens that were issued.
    issued: u64,
}

#[derive(Debug)]
struct Token {
    value: Arc<str>,
    /// How many tokens were issued, with this one.
    number: u64,
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
    /// Whether the target accepted a request with it.
    is_accepted: Arc<AtomicBool>,
}

/// The token that a request was sent with.
#[derive(Debug, Clone)]
pub(crate) struct TokenUse {
    source: usize,
    number: u64,
    is_accepted: Arc<AtomicBool>,
}

impl Tokens {
    /// The tokens of these endpoints; requests none. The stand-in of each is [`Tokens::stand_in`] of its index.
    pub(crate) fn new(endpoints: Vec<TokenEndpoint>) -> Self {
        let sources = endpoints.into_iter().map(|endpoint| TokenSource { endpoint, state: Mutex::default() });
        Self { sources: sources.collect() }
    }

    /// The value that requests hold in place of a token.
    pub(crate) fn stand_in(source: usize) -> String {
        format!("{STAND_IN}{source}")
    }

    /// Replaces a stand-in in the request by a token, which is requested if there is none or it is about to expire. `learn` receives
    /// a new token before anything is sent with it. Returns the use and the headers with the stand-in; nothing if there is none.
    pub(crate) async fn authorize(
        &self,
        request: &mut Request,
        learn: impl Fn(Secret),
    ) -> Result<Option<(TokenUse, Headers)>, Error> {
        let Some(source) = self.source_of(&request.headers) else { return Ok(None) };
        let state = &mut *self.sources[source].state.lock().await;
        let token = self.sources[source].current(state, learn).await?;
        let with_token = replaced(&request.headers, &Self::stand_in(source), &token.value);
        let with_stand_in = std::mem::replace(&mut request.headers, with_token);
        let is_accepted = Arc::clone(&token.is_accepted);
        Ok(Some((TokenUse { source, number: token.number, is_accepted }, with_stand_in)))
    }

    /// Notes that the target did not refuse a request with this token.
    pub(crate) fn accept(&self, used: &TokenUse) {
        used.is_accepted.store(true, Ordering::Relaxed);
    }

    /// Whether a request that was refused with 401 may be sent again with another token. That is so if the target accepted the refused
    /// one before, if it was the first, or if it has been replaced meanwhile; otherwise a target that refuses every token would cause a
    /// token request for each case.
    pub(crate) async fn renew(&self, used: &TokenUse) -> bool {
        let state = &mut *self.sources[used.source].state.lock().await;
        if state.issued != used.number {
            return true;
        }
        let may_renew = used.number == 1 || used.is_accepted.load(Ordering::Relaxed);
        if may_renew {
            state.token = None;
        }
        may_renew
    }

    fn source_of(&self, headers: &Headers) -> Option<usize> {
        if self.sources.is_empty() {
            return None;
        }
        let number = |line: &str| line.rsplit(' ').next()?.strip_prefix(STAND_IN)?.parse::<usize>().ok();
        headers.all("authorization").find_map(number).filter(|source| *source < self.sources.len())
    }
}

impl TokenSource {
    /// A token that is valid now.
    async fn current<'s>(&self, state: &'s mut State, learn: impl Fn(Secret)) -> Result<&'s Token, Error> {
        let is_past = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
        if state.token.as_ref().is_none_or(|token| is_past(token.renew_at)) && state.failure.is_none() {
            match self.issue(state.refresh_token.as_deref()).await {
                Ok(issued) => self.keep(state, issued, learn),
                Err(error) => state.failure = Some(error),
            }
        }
        // A token that could not be renewed is used until it expires.
        let valid = state.token.as_ref().filter(|token| !is_past(token.expires_at));
        valid.ok_or_else(|| state.failure.clone().unwrap_or_else(|| self.failed("the token has expired already")))
    }

    /// Requests a token. Its lifetime starts when the request is sent.
    async fn issue(&self, refresh_token: Option<&str>) -> Result<(IssuedToken, Instant), Error> {
        let sent = Instant::now();
        let exchange = self.endpoint.request(refresh_token).await.map_err(|error| self.failed(&error.message))?;
        let issued = issued_token(&exchange.response).map_err(|why| self.failed(&why))?;
        Ok((issued, sent))
    }

    fn failed(&self, why: &str) -> Error {
        let settings = &self.endpoint.settings;
        let message = format!("no access token for {}: {}: {why}", settings.name, settings.url_without_query());
        Error::new(Phase::Token, message)
    }

    fn keep(&self, state: &mut State, (issued, sent): (IssuedToken, Instant), learn: impl Fn(Secret)) {
        let name = self.endpoint.settings.secret_name();
        let value = issued.access_token;
        learn(Secret { name: name.clone(), value: value.clone() });
        if let Some(refresh_token) = issued.refresh_token {
            if refresh_token.len() >= Secret::MIN_LENGTH {
                learn(Secret { name: format!("{name}_REFRESH"), value: refresh_token.clone() });
            }
            state.refresh_token = Some(refresh_token);
        }
        let renew_at = issued.expires_in.map(|lifetime: Duration| sent + lifetime.mul_f64(RENEWED_AFTER));
        let expires_at = issued.expires_in.map(|lifetime| sent + lifetime);
        state.issued += 1;
        let (value, number) = (value.into(), state.issued);
        state.token = Some(Token { value, number, renew_at, expires_at, is_accepted: Arc::default() });
    }
}

/// The headers with `token` in place of the stand-in.
fn replaced(headers: &Headers, stand_in: &str, token: &str) -> Headers {
    let line = |name: &str, value: &str| match value.strip_suffix(stand_in) {
        Some(scheme) if name.eq_ignore_ascii_case("authorization") => format!("{scheme}{token}"),
        _ => value.to_owned(),
    };
    let mut replaced = Headers::default();
    headers.iter().for_each(|(name, value)| replaced.append(name, line(name, value)));
    replaced
}
