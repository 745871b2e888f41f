//! Measures the time to connect, with a layer around the client's connector.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// Timer of the request being sent. The connector is called within the task of its request, so a connection is never attributed
    /// to another request.
    static TIMER: Arc<ConnectTimer>;
}

/// When a request began to connect, and how long that took; both empty if it reused a connection.
#[derive(Debug, Default)]
pub(crate) struct ConnectTimer {
    begun: OnceLock<Instant>,
    elapsed: OnceLock<Duration>,
}

impl ConnectTimer {
    /// Runs `sending`; a connection that it opens is timed by `self`.
    pub(crate) async fn scope<F: Future>(self: &Arc<Self>, sending: F) -> F::Output {
        TIMER.scope(Arc::clone(self), sending).await
    }

    /// Time of name look-up, TCP and TLS, if these were necessary and are complete.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        self.elapsed.get().copied()
    }

    /// Whether a connection is being established.
    pub(crate) fn is_connecting(&self) -> bool {
        self.begun.get().is_some() && self.elapsed.get().is_none()
    }
}

/// Layer that times every connection.
#[derive(Debug, Clone)]
pub(crate) struct TimedLayer;

impl<S> Layer<S> for TimedLayer {
    type Service = TimedConnector<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TimedConnector { inner }
    }
}

/// A connector that reports to the timer.
#[derive(Debug, Clone)]
pub(crate) struct TimedConnector<S> {
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
        let timer = TIMER.try_with(Arc::clone).unwrap_or_default();
        let begun = *timer.begun.get_or_init(Instant::now);
        let connecting = self.inner.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            let _ = timer.elapsed.set(begun.elapsed());
            Ok(connection)
        })
    }
}
