//! Limits on what a client may send, hold open or leave unread. Clients are untrusted, and one must not slow down the others.

use std::time::Duration;

/// Maximum size of a request's header section, in bytes; hyper also limits it to 100 lines.
pub(crate) const MAX_HEADER_BYTES: usize = 64 << 10;
/// Maximum time of a handshake, of a request's header section, and of its body.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum number of concurrent streams of an HTTP/2 connection.
pub(crate) const MAX_STREAMS: u32 = 100;
/// Flow-control window of an HTTP/2 stream, in bytes.
pub(crate) const WINDOW: u32 = 64 << 10;
/// Connections that may wait to be accepted.
pub(crate) const BACKLOG: u32 = 4096;
/// How long connections may finish after the stop.
pub(crate) const GRACE: Duration = Duration::from_secs(2);
/// Maximum size of a header section that is not counted against the budget, in bytes.
pub(crate) const SMALL_HEAD: usize = 8 << 10;
/// Bytes that all larger header sections in memory may take together.
pub(crate) const HEAD_BUDGET: usize = 8 << 20;
/// Maximum size of a request's body for the mock, in bytes.
pub(crate) const MAX_BODY: usize = 8 << 20;
/// Maximum size of a body that is not counted against the budget, in bytes.
pub(crate) const SMALL_BODY: usize = 4 << 10;
/// Bytes that all larger bodies in memory may take together.
pub(crate) const BODY_BUDGET: usize = 12 << 20;

/// Detail of the refusal of a larger body.
pub(crate) fn body_too_large(max_body: usize) -> String {
    format!("the body exceeds {max_body} bytes")
}
