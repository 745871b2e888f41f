//! Sends requests over the network and reads the responses within the limits of time and memory.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::time::{timeout, timeout_at};

use crate::budget::Budget;
use crate::http::{ClientCertificate, Exchange, Headers, NO_CERTIFICATE, Request};
use crate::transport::client_identity::{ClientIdentities, ClientIdentity};
use crate::transport::error::{Error, Phase};
use crate::transport::failure::{self, Shown};
use crate::transport::outgoing::Outgoing;
use crate::transport::send::Transport;
use crate::transport::settings::{InvalidSetting, Settings};

use super::client::client;
use super::connect_timer::ConnectTimer;
use super::open_response::OpenResponse;
use super::partial_response::{Failure, PartialResponse};

/// A client of one target.
#[derive(Debug)]
pub(crate) struct Network {
    /// The clients, by the certificate that they show, so that certificates never share a connection. The second of each never reuses
    /// one. Those but the first are set up when needed.
    clients: Vec<[OnceLock<reqwest::Client>; 2]>,
    outgoing: Outgoing,
    /// The other end of connections, for messages: `api.example.com:443`, and the proxy if there is one.
    peer: String,
    /// Memory for the responses.
    budget: Budget,
    settings: Settings,
}

impl Network {
    /// Sets up the client; opens no connection. Errors name the invalid setting.
    pub(crate) fn new(settings: Settings) -> Result<Self, InvalidSetting> {
        let outgoing = Outgoing::new(&settings)?;
        // TLS with the proxy and with the target have the same settings.
        let is_tls_proxy = settings.proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
        if is_tls_proxy && !settings.identities.is_empty() {
            let message = "an https:// proxy can ask for the client certificate, which is for the target alone: use an http:// proxy, \
                which passes on the TLS of the target";
            return Err(InvalidSetting { key: Some("proxy"), message: message.to_owned() });
        }
        let proxy = settings.proxy.as_ref().and_then(url::Url::host_str);
        let peer = match proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", outgoing.authority()),
            None => outgoing.authority().to_owned(),
        };
        // That of the target, those of credentials, and none.
        let clients: Vec<_> = (0..settings.identities.further.len() + 2).map(|_| Default::default()).collect();
        let budget = Budget::new(usize::try_from(settings.max_body).unwrap_or(usize::MAX));
        let network = Self { clients, outgoing, peer, budget, settings };
        network.client(0, false)?;
        Ok(network)
    }

    /// The client at an index of `clients`; `fresh` never reuses a connection.
    fn client(&self, index: usize, fresh: bool) -> Result<&reqwest::Client, InvalidSetting> {
        let held = &self.clients[index][usize::from(fresh)];
        if let Some(client) = held.get() {
            return Ok(client);
        }
        let connections = if fresh { 0 } else { self.settings.connections };
        let made = client(&Settings { connections, ..self.settings.clone() }, self.identity(index))?;
        Ok(held.get_or_init(|| made))
    }

    /// The certificate that the client at an index of `clients` shows.
    fn identity(&self, index: usize) -> Option<&ClientIdentity> {
        let ClientIdentities { own, further, .. } = &self.settings.identities;
        match index.checked_sub(1) {
            None => own.as_ref(),
            Some(index) => further.get(index),
        }
    }

    /// How a request is sent that shows `certificate`.
    fn route(&self, certificate: ClientCertificate, fresh: bool) -> Result<Route<'_>, Error> {
        let further = self.settings.identities.further.len();
        let index = match certificate {
            ClientCertificate::Present(number) if number <= further => number,
            ClientCertificate::Absent => further + 1,
            ClientCertificate::Present(_) | ClientCertificate::Unknown => 0,
        };
        // Without a certificate of the target, its client shows none either.
        let index = if self.identity(index).is_none() && self.identity(0).is_none() { 0 } else { index };
        let shown = match (self.identity(index), self.settings.identities.is_empty()) {
            (Some(_), _) => Shown::Certificate,
            (None, true) => Shown::Nothing,
            (None, false) => Shown::Withheld,
        };
        let client = self.client(index, fresh).map_err(|invalid| Error::new(Phase::Request, invalid.message))?;
        let name = self.identity(index).and_then(|identity| identity.name.as_deref());
        Ok(Route { client, shown, name })
    }

    /// A client with the same settings for another origin.
    pub(crate) fn to_origin(&self, url: &url::Url) -> Result<Self, InvalidSetting> {
        let mut settings = self.settings.clone();
        settings.url = url.clone();
        settings.url.set_path("");
        settings.url.set_query(None);
        Self::new(settings)
    }

    /// Maximum size of a body that is kept, in bytes.
    pub(crate) fn max_body(&self) -> u64 {
        self.settings.max_body
    }

    fn build(&self, request: &Request) -> Result<reqwest::Request, String> {
        let prepared = self.outgoing.prepare(request)?;
        let mut built = reqwest::Request::new(prepared.method, prepared.url);
        *built.headers_mut() = prepared.headers;
        if self.settings.identities.are_simulated && request.certificate == ClientCertificate::Absent {
            built.headers_mut().insert(NO_CERTIFICATE, HeaderValue::from_static("?1"));
        }
        *built.body_mut() = request.body.clone().map(Into::into);
        Ok(built)
    }

    /// Sends the request and reads the header section of the response. What is received before a failure remains in `received`.
    async fn begin(
        &self,
        route: Route<'_>,
        request: reqwest::Request,
        received: &mut PartialResponse,
    ) -> Result<reqwest::Response, Failure> {
        let limit = self.settings.first_byte_timeout.min(self.settings.total_timeout);
        let sending = self.execute(route, request, received.connect.clone());
        let sent = timeout(limit, sending).await.map_err(|_| self.timed_out(received, limit))?;
        let response = sent?;
        received.begin(&response);
        Ok(response)
    }

    /// Reads the body.
    async fn read(&self, mut response: reqwest::Response, received: &mut PartialResponse) -> Result<(), Failure> {
        let Settings { total_timeout, max_body, .. } = self.settings;
        let deadline = received.sent + total_timeout;
        loop {
            let chunk = timeout_at(deadline, response.chunk()).await;
            let chunk = chunk.map_err(|_| self.timed_out(received, total_timeout))?;
            let chunk = chunk.map_err(|error| (Phase::Body, failure::incomplete_body(&error, &received.progress())))?;
            let Some(chunk) = chunk else { return Ok(()) };
            if received.received() + chunk.len() as u64 > max_body {
                return Err((Phase::Body, failure::body_exceeds(max_body)));
            }
            let stored = received.body.push(&chunk);
            stored.map_err(|error| (Phase::Body, format!("the body cannot be stored: {error}")))?;
        }
    }

    /// Sends the request until the header section of the response.
    async fn execute(
        &self,
        Route { client, shown, .. }: Route<'_>,
        request: reqwest::Request,
        connect: Arc<ConnectTimer>,
    ) -> Result<reqwest::Response, Failure> {
        let sent = connect.scope(client.execute(request)).await;
        let was_reused = connect.elapsed().is_none();
        sent.map_err(|error| match self.no_response(&error, shown) {
            (Phase::FirstByte, message) if was_reused && failure::is_closed(&error) => {
                (Phase::KeptConnection, message + " (it was kept from an earlier request)")
            }
            failure => failure,
        })
    }

    async fn exchange(&self, request: Request, fresh: bool) -> Result<Exchange, Error> {
        if !request.is_idempotent() {
            // A kept connection that the target has closed already is noticed now, while another one can still be used.
            tokio::task::yield_now().await;
        }
        let route = self.route(request.certificate, fresh)?;
        let mut received = PartialResponse::new(self.budget.clone());
        let built = self.build(&request).map_err(|message| received.error((Phase::Request, message)))?;
        let name = route.name;
        let begun = self.begin(route, built, &mut received).await;
        let response = begun.map_err(|(phase, why)| received.error((phase, failure::naming(why, name))))?;
        self.read(response, &mut received).await.map_err(|failed| received.error(failed))?;
        received.complete(request, &self.budget, self.settings.max_body).await
    }

    /// Sends the request with its trailers as it is, without the target's headers, and reads the header section of the response.
    /// An idempotent request is sent again if a kept connection fails.
    pub(crate) async fn open(&self, request: Request, trailers: &Headers) -> Result<OpenResponse, Error> {
        match self.open_with(false, request.clone(), trailers).await {
            Err(error) if error.phase == Phase::KeptConnection && request.is_idempotent() => {
                self.open_with(true, request, trailers).await
            }
            opened => opened,
        }
    }

    async fn open_with(&self, fresh: bool, request: Request, trailers: &Headers) -> Result<OpenResponse, Error> {
        if !request.is_idempotent() {
            tokio::task::yield_now().await;
        }
        let route = self.route(request.certificate, fresh)?;
        let mut received = PartialResponse::new(self.budget.clone());
        let mut built = self.build(&request).map_err(|message| received.error((Phase::Request, message)))?;
        if !trailers.is_empty() {
            *built.body_mut() = Some(with_trailers(request.body.clone(), trailers));
        }
        let response = self.begin(route, built, &mut received).await.map_err(|failed| received.error(failed))?;
        Ok(OpenResponse::new(request, received, response, self.settings.max_body))
    }

    fn no_response(&self, error: &reqwest::Error, shown: Shown) -> Failure {
        let peer = &self.peer;
        if shown == Shown::Withheld && failure::is_alert(error) {
            return (Phase::FirstByte, failure::REFUSED_WITHOUT_CERTIFICATE.to_owned());
        }
        if !error.is_connect() {
            let hint = failure::certificate_hint(&self.settings.url, shown, error);
            return (Phase::FirstByte, failure::no_response(error) + hint);
        }
        let message = if error.is_timeout() {
            format!("no connection to {peer} within {}", failure::seconds(self.settings.connect_timeout))
        } else if error.is_dns() {
            format!("cannot resolve the host of {peer}: {}", failure::innermost(error))
        } else {
            failure::connecting(error, peer)
        };
        (Phase::Connect, message)
    }

    fn timed_out(&self, received: &PartialResponse, limit: Duration) -> Failure {
        let limit = failure::seconds(limit);
        if received.status.is_some() {
            (Phase::Body, format!("the body timed out after {limit} ({} received)", received.progress()))
        } else if received.connect.is_connecting() {
            (Phase::Connect, format!("no connection to {} within {limit}", self.peer))
        } else {
            (Phase::FirstByte, failure::no_response_within(&limit))
        }
    }
}

impl Transport for Network {
    fn budget(&self) -> Budget {
        self.budget.clone()
    }

    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        self.exchange(request, false).await
    }

    async fn send_again(&self, request: Request) -> Result<Exchange, Error> {
        self.exchange(request, true).await
    }
}

/// How a request is sent.
#[derive(Debug, Clone, Copy)]
struct Route<'n> {
    client: &'n reqwest::Client,
    shown: Shown,
    /// Where its certificate is configured, unless that is `client_cert`.
    name: Option<&'n str>,
}

/// A body with trailers. Its length is not announced: HTTP/1.1 sends trailers only after chunks.
fn with_trailers(body: Option<Bytes>, trailers: &Headers) -> reqwest::Body {
    let field = |(name, value): (&str, &str)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    };
    let mut map = HeaderMap::new();
    for (name, value) in trailers.iter().filter_map(field) {
        map.append(name, value);
    }
    let frames = body.map(Frame::data).into_iter().chain([Frame::trailers(map)]);
    reqwest::Body::wrap(StreamBody::new(stream::iter(frames.map(Ok::<_, Infallible>))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Settings {
        Settings {
            url: url.parse().expect("a URL"),
            connect_timeout: Duration::from_secs(1),
            first_byte_timeout: Duration::from_secs(1),
            total_timeout: Duration::from_secs(1),
            max_body: 1_000,
            ca_pem: None,
            identities: ClientIdentities::default(),
            proxy: None,
            connections: 1,
        }
    }

    #[test]
    fn errors_name_the_invalid_setting() {
        let refused = |settings| Network::new(settings).map(drop).expect_err("invalid").message;
        let https = settings("https://a");
        let ca = Settings { ca_pem: Some(b"no certificate".to_vec()), ..https.clone() };
        assert_eq!(refused(ca), "ca_file contains no PEM certificate");
        assert!(Network::new(https).is_ok());
    }
}
