//! A request with its response.

use std::time::Duration;

use super::{Request, Response};

/// Durations of the phases of an exchange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Name resolution, TCP and TLS; `None` if the connection was reused.
    pub connect: Option<Duration>,
    /// From send to the response's header section.
    pub first_byte: Duration,
    /// From send to the last byte of the body.
    pub total: Duration,
}

/// One completed exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The request as sent.
    pub request: Request,
    /// The response as received.
    pub response: Response,
    /// Its durations.
    pub timings: Timings,
    /// Why the body of the response is missing, or only its beginning: it is not checked, or only in part.
    pub incomplete: Option<String>,
}
