//! Why an exchange was not completed.

use std::time::Duration;

use crate::http::Headers;

/// How far an exchange got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The request could not be built.
    Request,
    /// No access token for the request could be had.
    Token,
    /// Name look-up, TCP or TLS.
    Connect,
    /// Sending on a kept connection, which was closed before any part of a response: perhaps before the request was read.
    KeptConnection,
    /// Sending, or waiting for the header section.
    FirstByte,
    /// Reading the body.
    Body,
}

/// An exchange that was not completed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// How far it got.
    pub phase: Phase,
    /// What happened and what to do: `connection refused by 127.0.0.1:9 (is the target running?)`.
    pub message: String,
    /// The status, if the header section was received.
    pub status: Option<u16>,
    /// The headers received.
    pub headers: Headers,
    /// Bytes of the body received.
    pub received: u64,
    /// Time from the start of the exchange to the failure.
    pub after: Duration,
}

impl Error {
    /// A failure before anything was received.
    pub fn new(phase: Phase, message: impl Into<String>) -> Self {
        let (message, headers) = (message.into(), Headers::default());
        Self { phase, message, status: None, headers, received: 0, after: Duration::ZERO }
    }
}
