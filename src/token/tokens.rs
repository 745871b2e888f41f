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
use super::settings::TokenSettings;
use super::wrong::wrong;

/// What a request has in place of a token; the number of its source follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandIn {
    /// A token that is valid when the request is sent.
    Valid,
    /// One that the endpoint did not issue.
    Wrong,
    /// One whose time is over.
    Expired,
}

const STAND_INS: [(StandIn, &str); 3] = [
    (StandIn::Valid, "signoff-access-token-"),
    (StandIn::Wrong, "signoff-wrong-token-"),
    (StandIn::Expired, "signoff-expired-token-"),
];

/// Longest lifetime of a token whose end is waited for.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// How long after its end a token counts as expired: servers count whole seconds.
const MARGIN: Duration = Duration::from_secs(1);

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
    /// The token that is kept until it has expired, and when that is; why it cannot be waited for.
    expiring: Option<(Arc<str>, Result<Instant, String>)>,
}

#[derive(Debug)]
struct Token {
    value: Arc<str>,
    /// How many tokens were issued, with this one.
    number: u64,
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
    lifetime: Option<Duration>,
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
    /// The tokens of these endpoints; requests none. The stand-ins of each are [`Tokens::stand_in`] of its index.
    pub(crate) fn new(endpoints: Vec<TokenEndpoint>) -> Self {
        let sources = endpoints.into_iter().map(|endpoint| TokenSource { endpoint, state: Mutex::default() });
        Self { sources: sources.collect() }
    }

    /// The value that requests hold in place of a token.
    pub(crate) fn stand_in(kind: StandIn, source: usize) -> String {
        let (_, start) = STAND_INS[kind as usize];
        format!("{start}{source}")
    }

    /// The index of the valid token that a stand-in is for; none for another value.
    pub(crate) fn source(stand_in: &str) -> Option<usize> {
        Self::parse(stand_in).filter(|(kind, _)| *kind == StandIn::Valid).map(|(_, source)| source)
    }

    /// Whether it stands for a token.
    pub(crate) fn is_stand_in(value: &str) -> bool {
        Self::parse(value).is_some()
    }

    fn parse(stand_in: &str) -> Option<(StandIn, usize)> {
        let of_kind = |(kind, start): (StandIn, &str)| Some((kind, stand_in.strip_prefix(start)?.parse().ok()?));
        STAND_INS.into_iter().find_map(of_kind)
    }

    /// Replaces a stand-in in the request by a token, which is requested if there is none or it is about to expire. `learn` receives
    /// a new token before anything is sent with it. Returns the use of a valid token and the headers with the stand-in; nothing if there
    /// is no stand-in.
    pub(crate) async fn authorize(
        &self,
        request: &mut Request,
        learn: impl Fn(Secret),
    ) -> Result<Option<(Option<TokenUse>, Headers)>, Error> {
        let Some((kind, index)) = self.stand_in_of(&request.headers) else { return Ok(None) };
        let source = &self.sources[index];
        let state = &mut *source.state.lock().await;
        let (value, used) = match kind {
            StandIn::Expired => (source.expiring(state, &learn).await?.0.clone(), None),
            StandIn::Valid => {
                let Token { value, number, is_accepted, .. } = source.current(state, &learn).await?;
                let is_accepted = Arc::clone(is_accepted);
                (Arc::clone(value), Some(TokenUse { source: index, number: *number, is_accepted }))
            }
            StandIn::Wrong => {
                let value = wrong(&source.current(state, &learn).await?.value);
                learn(Secret {
                    name: format!("{}_WRONG", source.endpoint.settings.secret_name()),
                    value: value.clone(),
                });
                (value.into(), None)
            }
        };
        let with_token = replaced(&request.headers, &Self::stand_in(kind, index), &value);
        Ok(Some((used, std::mem::replace(&mut request.headers, with_token))))
    }

    /// When the token has expired that a request needs as an expired one; none if it needs none, or none can be had. The error says why
    /// its end is not waited for.
    pub(crate) async fn expiry(&self, headers: &Headers, learn: impl Fn(Secret)) -> Result<Option<Instant>, String> {
        match self.stand_in_of(headers) {
            Some((StandIn::Expired, index)) => {
                let source = &self.sources[index];
                let state = &mut *source.state.lock().await;
                // That there is no token is the error of the request.
                let expiring = source.expiring(state, &learn).await.ok();
                expiring.map(|(_, expiry)| expiry.clone()).transpose()
            }
            _ => Ok(None),
        }
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

    fn stand_in_of(&self, headers: &Headers) -> Option<(StandIn, usize)> {
        if self.sources.is_empty() {
            return None;
        }
        let parsed = |line: &str| Self::parse(line.rsplit(' ').next()?);
        headers.all("authorization").find_map(parsed).filter(|(_, source)| *source < self.sources.len())
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

    /// The token that is kept until it has expired: the current one.
    async fn expiring<'s>(
        &self,
        state: &'s mut State,
        learn: impl Fn(Secret),
    ) -> Result<&'s (Arc<str>, Result<Instant, String>), Error> {
        if state.expiring.is_none() {
            let Token { value, expires_at, lifetime, .. } = self.current(state, learn).await?;
            let expiry = match (expires_at, lifetime) {
                (Some(end), Some(lifetime)) if *lifetime <= MAX_WAIT => Ok(*end + MARGIN),
                (_, lifetime) => Err(self.no_expiry(*lifetime)),
            };
            state.expiring = Some((Arc::clone(value), expiry));
        }
        state.expiring.as_ref().ok_or_else(|| self.failed("there is no token"))
    }

    fn no_expiry(&self, lifetime: Option<Duration>) -> String {
        let is_valid = match lifetime {
            Some(lifetime) => format!("its tokens are valid for {} s, longer than is waited for", lifetime.as_secs()),
            None => "it does not state how long its tokens are valid".to_owned(),
        };
        let TokenSettings { name, .. } = &self.endpoint.settings;
        format!("no expired access token for {name}: {is_valid}; write one as `expired_token`")
    }

    /// Requests a token. Its lifetime starts when the request is sent.
    async fn issue(&self, refresh_token: Option<&str>) -> Result<(IssuedToken, Instant), Error> {
        let sent = Instant::now();
        let exchange = self.endpoint.request(refresh_token).await.map_err(|error| self.failed(&error.message))?;
        let issued = issued_token(&exchange.response).map_err(|why| self.failed(&why))?;
        Ok((issued, sent))
    }

    fn failed(&self, why: &str) -> Error {
        let (name, url) = (&self.endpoint.settings.name, self.endpoint.url_without_query());
        let message = format!("no access token for {name}: {url}: {why}");
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
        let lifetime = issued.expires_in;
        state.token = Some(Token { value, number, renew_at, expires_at, lifetime, is_accepted: Arc::default() });
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::time::advance;

    use super::super::endpoint::EndpointLocation;
    use super::super::settings::{ClientAuthentication, Grant};
    use super::*;
    use crate::transport::network::{Network, Settings};

    /// Tokens of an endpoint that refuses connections.
    fn tokens() -> Tokens {
        let second = Duration::from_secs(1);
        let network = Settings {
            url: "http://127.0.0.1:1".parse().expect("a URL"),
            connect_timeout: second,
            first_byte_timeout: second,
            total_timeout: second,
            max_body: 1_000,
            ca_pem: None,
            identities: Default::default(),
            proxy: None,
            connections: 1,
        };
        let settings = TokenSettings {
            name: "targets.sandbox.auth.oauth".to_owned(),
            url: "http://127.0.0.1:1/token?x=y".parse().expect("a URL"),
            is_discovered: false,
            grant: Grant::ClientCredentials,
            client_id: "partner".to_owned(),
            client_secret: None,
            client_auth: ClientAuthentication::Basic,
            scope: None,
            extra: Vec::new(),
        };
        let location = EndpointLocation::Known(Box::new(Network::new(network).expect("a client")));
        Tokens::new(vec![TokenEndpoint { settings, location }])
    }

    /// Issues a token of ten seconds.
    async fn issue(tokens: &Tokens) {
        let expires_in = Some(Duration::from_secs(10));
        let issued = IssuedToken { access_token: "token-12345".to_owned(), expires_in, refresh_token: None };
        let source = &tokens.sources[0];
        source.keep(&mut *source.state.lock().await, (issued, Instant::now()), |_| {});
    }

    /// What a request with a stand-in is sent with, or why it is not sent.
    async fn sent(tokens: &Tokens) -> String {
        let headers = [("Authorization", "Bearer signoff-access-token-0")].into_iter().collect();
        let mut request = Request { headers, ..Request::default() };
        let authorized = tokens.authorize(&mut request, |_| {}).await;
        let line = request.headers.get("authorization").unwrap_or_default().to_owned();
        authorized.map_or_else(|error| error.message, |_| line)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_after_most_of_its_lifetime_and_used_until_its_end() {
        let tokens = tokens();
        issue(&tokens).await;
        advance(Duration::from_millis(7_900)).await;
        assert_eq!(sent(&tokens).await, "Bearer token-12345");
        assert!(tokens.sources[0].state.lock().await.failure.is_none(), "it is not renewed yet");
        advance(Duration::from_millis(200)).await;
        assert_eq!(sent(&tokens).await, "Bearer token-12345", "it is valid although it could not be renewed");
        assert!(tokens.sources[0].state.lock().await.failure.is_some(), "renewing it was tried");
        advance(Duration::from_secs(2)).await;
        let error = sent(&tokens).await;
        assert!(
            error.starts_with("no access token for targets.sandbox.auth.oauth: http://127.0.0.1:1/token: "),
            "{error}"
        );
    }

    #[tokio::test]
    async fn only_a_stand_in_is_replaced_and_a_refused_token_once() {
        let tokens = tokens();
        issue(&tokens).await;
        let learned = RefCell::new(0);
        for line in ["Bearer signoff-access-token-1", "Bearer other", "signoff-access-token-x"] {
            let mut request =
                Request { headers: [("authorization", line)].into_iter().collect(), ..Request::default() };
            let before = request.clone();
            let used =
                tokens.authorize(&mut request, |_| *learned.borrow_mut() += 1).await.expect("nothing to request");
            assert!(used.is_none() && request == before && *learned.borrow() == 0, "{line}");
        }
        let token = |number| TokenUse { source: 0, number, is_accepted: Arc::default() };
        assert!(tokens.renew(&token(1)).await, "the first");
        issue(&tokens).await;
        assert!(tokens.renew(&token(1)).await, "it has been replaced");
        assert!(!tokens.renew(&token(2)).await, "no request with it was accepted");
        let accepted = token(2);
        tokens.accept(&accepted);
        assert!(tokens.renew(&accepted).await);
    }
}
