//! Why an exchange could not be completed.

use std::time::Duration;

use crate::http::Headers;

/// How far an exchange got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The request could not be built.
    Request,
    /// Name look-up, TCP or TLS.
    Connect,
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
    /// The status, when the header section had come.
    pub status: Option<u16>,
    /// The headers that had come.
    pub headers: Headers,
    /// How many bytes of the body had come.
    pub received: u64,
    /// How long it took until then.
    pub after: Duration,
}
