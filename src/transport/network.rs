//! The only file that opens a client connection (reqwest).

use std::time::Duration;

use crate::http::{Exchange, Headers, Request};

use super::{Error, Transport};

/// How to reach one target.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL: scheme, authority and a path prefix without a final `/`.
    pub url: url::Url,
    /// Sent with every request unless the request has that header itself.
    pub headers: Headers,
    /// For DNS, TCP and TLS.
    pub connect_timeout: Duration,
    /// From send to the response's header section.
    pub first_byte_timeout: Duration,
    /// From send to the last byte.
    pub total_timeout: Duration,
    /// The most bytes of a body, on the wire and after decoding.
    pub max_body: u64,
    /// PEM of certificate authorities to trust beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// PEM of a client certificate and its key.
    pub identity_pem: Option<Vec<u8>>,
    /// `http://proxy:3128`; none is used unasked.
    pub proxy: Option<url::Url>,
    /// Idle connections to keep: the number of jobs.
    pub connections: usize,
}

/// A client of one target.
#[derive(Debug)]
pub struct Network {
    _private: (),
}

impl Network {
    /// Prepares the client; opens nothing. Errors say which setting is wrong.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let _ = settings;
        todo!()
    }
}

impl Transport for Network {
    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        let _ = request;
        todo!()
    }
}
