//! A token endpoint that can be reached.

use std::sync::Arc;

use url::Url;

use crate::http::Exchange;
use crate::transport::network::Network;
use crate::transport::{Error, Phase, Transport as _};

use super::discovery::Discovery;
use super::grant;
use super::settings::TokenSettings;

/// A token endpoint and its client.
#[derive(Debug)]
pub(crate) struct TokenEndpoint {
    /// What is requested.
    pub settings: TokenSettings,
    /// How to reach it.
    pub location: EndpointLocation,
}

/// Where a token endpoint is.
#[derive(Debug)]
pub(crate) enum EndpointLocation {
    /// At the URL of the settings, whose origin is the base URL of the client.
    Known(Box<Network>),
    /// Where a discovery document says.
    Discovered(Arc<Discovery>),
}

impl TokenEndpoint {
    /// Requests a token. `refresh_token` replaces the configured one.
    pub(super) async fn request(&self, refresh_token: Option<&str>) -> Result<Exchange, Error> {
        match &self.location {
            EndpointLocation::Known(network) => network.send(grant::token_request(&self.settings, refresh_token)).await,
            EndpointLocation::Discovered(discovery) => {
                let found = discovery.endpoint().await.map_err(|why| Error::new(Phase::Token, why))?;
                let settings = TokenSettings { url: found.1.clone(), ..self.settings.clone() };
                found.0.send(grant::token_request(&settings, refresh_token)).await
            }
        }
    }

    /// The token endpoint for messages; as long as it is not known, its discovery document.
    pub(super) fn url_without_query(&self) -> String {
        let mut url = match &self.location {
            EndpointLocation::Known(_) => self.settings.url.clone(),
            EndpointLocation::Discovered(discovery) => discovery.found().unwrap_or(&self.settings.url).clone(),
        };
        url.set_query(None);
        Url::to_string(&url)
    }
}
