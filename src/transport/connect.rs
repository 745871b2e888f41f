//! How long connecting took: a layer around the client's connector tells the clock of the request that asked for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// The clock of the request that is being sent. The connector is called within its request's own task, so a connection is
    /// never attributed to another request.
    static CLOCK: Arc<Clock>;
}

/// When a request began to connect and how long that took; both empty when it reused a connection.
#[derive(Debug, Default)]
pub(super) struct Clock {
    begun: OnceLock<Instant>,
    took: OnceLock<Duration>,
}

impl Clock {
    /// Runs `sending` so that a connection it opens is timed by `self`.
    pub(super) async fn watch<F: Future>(self: &Arc<Self>, sending: F) -> F::Output {
        CLOCK.scope(Arc::clone(self), sending).await
    }

    /// How long name look-up, TCP and TLS took, when they were needed and are done.
    pub(super) fn took(&self) -> Option<Duration> {
        self.took.get().copied()
    }

    /// Whether connecting has begun and is not done.
    pub(super) fn is_connecting(&self) -> bool {
        self.begun.get().is_some() && self.took.get().is_none()
    }
}

/// Times every connection.
#[derive(Debug, Clone)]
pub(super) struct Timed;

impl<S> Layer<S> for Timed {
    type Service = TimedConnector<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TimedConnector { inner }
    }
}

/// A connector that tells the clock.
#[derive(Debug, Clone)]
pub(super) struct TimedConnector<S> {
    inner: S,
}

impl<S, R> Service<R> for TimedConnector<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let clock = CLOCK.try_with(Arc::clone).unwrap_or_default();
        let begun = *clock.begun.get_or_init(Instant::now);
        let connecting = self.inner.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            let _ = clock.took.set(begun.elapsed());
            Ok(connection)
        })
    }
}
