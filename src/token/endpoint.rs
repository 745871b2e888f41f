//! A token endpoint that can be reached.

use crate::http::Exchange;
use crate::transport::network::Network;
use crate::transport::{Error, Transport as _};

use super::grant;
use super::settings::TokenSettings;

/// A token endpoint and its client.
#[derive(Debug)]
pub(crate) struct TokenEndpoint {
    /// What is requested.
    pub settings: TokenSettings,
    /// A client whose base URL is the origin of the endpoint.
    pub network: Network,
}

impl TokenEndpoint {
    /// Requests a token. `refresh_token` replaces the configured one.
    pub(super) async fn request(&self, refresh_token: Option<&str>) -> Result<Exchange, Error> {
        self.network.send(grant::token_request(&self.settings, refresh_token)).await
    }
}
