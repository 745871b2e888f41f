//! The only listening socket: HTTP/1.1 and HTTP/2 in front of a [`super::Mock`].

use std::future::Future;
use std::sync::Arc;

use super::Mock;

/// Serves `mock` on `listener` until `stop` completes, then lets connections finish for a moment.
pub async fn serve(
    listener: tokio::net::TcpListener,
    mock: Arc<Mock>,
    log: impl Fn(&Served) + 'static,
    stop: impl Future<Output = ()>,
) {
    let _ = (listener, mock, log, stop);
    todo!()
}

/// One answered request, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// The status answered.
    pub status: u16,
    /// What the request broke, one line each.
    pub breaches: Vec<String>,
}
