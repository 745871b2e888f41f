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
/// How long requests that are forwarded may finish after the stop: as long as those of a run.
pub(crate) const FORWARDING_GRACE: Duration = Duration::from_secs(10);
/// Memory of a connection that waits within a request or between two, in bytes: the buffers of the HTTP library.
pub(crate) const CONNECTION: usize = 16 << 10;
/// Memory of a received byte of a larger header section: the buffer, and what is parsed from it.
pub(crate) const HEAD_COPIES: usize = 3;
/// Maximum size of a request's body for the mock, in bytes.
pub(crate) const MAX_BODY: usize = 8 << 20;

/// Detail of the refusal of a larger body.
pub(crate) fn body_too_large(max_body: usize) -> String {
    format!("the body exceeds {max_body} bytes")
}

/// Maximum size of the body of a valid request that is searched for values that the log must not contain.
pub(super) const MAX_LOGGED: usize = 64 * 1024;
