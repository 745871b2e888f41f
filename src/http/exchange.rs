//! A request that was sent with the response that came.

use std::time::Duration;

use super::{Request, Response};

/// How long the phases of an exchange took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Name look-up, TCP and TLS; `None` when the connection was reused.
    pub connect: Option<Duration>,
    /// From send to the response's header section.
    pub first_byte: Duration,
    /// From send to the last byte of the body.
    pub total: Duration,
}

/// One completed exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came.
    pub response: Response,
    /// How long it took.
    pub timings: Timings,
}
