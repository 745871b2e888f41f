//! What responds behind the socket: a mock or a proxy, with the admin interface.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::budget::Budget;
use crate::contract::Contract;
use crate::http::{Request, Response};
use crate::mock::model::Mock;
use crate::mock::proxy::Proxy;
use crate::mock::response::MockResponse;

use super::admin::Admin;
use super::limits::{FORWARDING_GRACE, GRACE, MAX_BODY};
use super::tls::Certificate;

#[derive(Debug)]
enum Service {
    Mock(RwLock<Arc<Mock>>),
    Proxy(Box<Proxy>),
}

/// A mock or a proxy, with the options of its socket.
#[derive(Debug)]
pub(crate) struct Server {
    service: Service,
    /// The admin interface below `/_signoff/`, if enabled.
    pub admin: Option<Admin>,
    /// The certificate for TLS; plain HTTP without.
    pub certificate: Option<Certificate>,
    /// Whether the only client is in this process and reports requests without a client certificate.
    pub has_own_client: bool,
    /// Maximum size of a request's body, in bytes.
    pub max_body: usize,
    /// How long connections may finish after the stop.
    pub grace: Duration,
}

/// Response to a request: of the service, to be logged, or of the admin interface.
#[expect(
    clippy::large_enum_variant,
    reason = "one value per request, taken apart at once: a box would only cost an allocation"
)]
pub(crate) enum Handled {
    Service(Request, MockResponse),
    Admin(Response),
}

impl Server {
    /// A mock over plain HTTP, without the admin interface.
    pub(crate) fn new(mock: Mock) -> Self {
        Self::with(Service::Mock(RwLock::new(Arc::new(mock))), MAX_BODY, GRACE)
    }

    /// A proxy over plain HTTP, which reads bodies up to `max_body` bytes.
    pub(crate) fn forwarding(proxy: Proxy, max_body: usize) -> Self {
        Self::with(Service::Proxy(Box::new(proxy)), max_body, FORWARDING_GRACE)
    }

    fn with(service: Service, max_body: usize, grace: Duration) -> Self {
        Self { service, admin: None, certificate: None, has_own_client: false, max_body, grace }
    }

    /// The contract that requests are validated against at present.
    pub(crate) fn contract(&self) -> Arc<Contract> {
        match &self.service {
            Service::Mock(mock) => current(mock).contract().clone(),
            Service::Proxy(proxy) => proxy.contract().clone(),
        }
    }

    /// The budget for everything that clients and the target send: a proxy shares that of its client.
    pub(crate) fn budget(&self) -> Budget {
        self.proxy().map_or_else(|| Budget::new(self.max_body), Proxy::budget)
    }

    /// The proxy, if it is one.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        match &self.service {
            Service::Mock(_) => None,
            Service::Proxy(proxy) => Some(proxy),
        }
    }

    /// Replaces the mock. The state is kept if both mocks have the same initial state.
    pub(crate) fn replace(&self, mut mock: Mock) {
        let Service::Mock(held) = &self.service else { return };
        let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
        mock.inherit(&held);
        *held = Arc::new(mock);
    }

    /// The response of the mock to a request, received `elapsed` microseconds after the start.
    pub(crate) fn handle(&self, request: Request, elapsed: i64) -> Handled {
        let Service::Mock(mock) = &self.service else {
            let refused = MockResponse::refused(500, "Internal Server Error", "the proxy responds itself".to_owned());
            return Handled::Service(request, refused);
        };
        let mock = current(mock);
        if let Some(response) = self.admin.as_ref().and_then(|admin| admin.respond(&mock, &request)) {
            return Handled::Admin(response);
        }
        let response = mock.handle(&request, elapsed);
        Handled::Service(request, response)
    }
}

fn current(mock: &RwLock<Arc<Mock>>) -> Arc<Mock> {
    mock.read().unwrap_or_else(PoisonError::into_inner).clone()
}
