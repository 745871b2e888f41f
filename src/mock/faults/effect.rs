//! What injected faults do to one response.

use std::time::Duration;

use crate::http::Response;

/// Combined effect of the faults that apply to one response.
#[derive(Debug, Default)]
pub(crate) struct FaultEffect {
    pub(crate) delay: Duration,
    /// Never responds.
    pub(crate) stall: bool,
    /// Replaces the response; the request then has no effect on the state.
    pub(crate) replacement: Option<Response>,
    /// Replaces the media type.
    pub(crate) media_type: Option<String>,
    pub(crate) transmission: Option<TransmissionFault>,
    /// The faults that apply, as they were written.
    pub(crate) applied: Vec<String>,
}

/// How the response breaks while it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransmissionFault {
    /// The connection is reset before the response.
    Reset,
    /// The connection is reset halfway through the body.
    ResetBody,
    /// The connection is closed halfway through the body.
    Truncate,
    /// The body is longer than its announced length.
    WrongLength,
    /// Bytes that are not HTTP replace the response.
    Garbage,
}

impl FaultEffect {
    /// Whether it changes more than the time of the response.
    pub(crate) fn is_decided(&self) -> bool {
        self.stall || self.replacement.is_some() || self.media_type.is_some() || self.transmission.is_some()
    }
}
