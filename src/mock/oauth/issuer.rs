//! The token endpoints of a mock: the paths of the document's `tokenUrl` and `refreshUrl`.

use url::Url;

use crate::contract::Contract;

use super::client::TokenRules;

/// Issues and checks tokens. It has no state: tokens carry what they stand for.
#[derive(Debug)]
pub(crate) struct Issuer {
    pub(super) flows: Vec<FlowAt>,
    pub(super) rules: TokenRules,
}

/// A flow of the document at one of its paths.
#[derive(Debug)]
pub(super) struct FlowAt {
    /// The path of the token endpoint.
    pub(super) path: String,
    /// The grant that it takes, besides `refresh_token`; none if the mock does not issue tokens by this flow.
    pub(super) grant: Option<&'static str>,
    /// Whether it issues refresh tokens. RFC 6749 §4.4.3 advises against that for `clientCredentials`, unless it has a `refreshUrl`.
    pub(super) refreshes: bool,
    /// Declared scopes; if there are none, any can be requested.
    pub(super) scopes: Vec<String>,
}

impl Issuer {
    /// The token endpoints that the document declares.
    pub(crate) fn new(contract: &Contract, rules: TokenRules) -> Self {
        let mut flows = Vec::new();
        for flow in contract.token_flows() {
            let grant = match flow.name {
                "clientCredentials" => Some("client_credentials"),
                "password" => Some("password"),
                _ => None,
            };
            let refreshes = flow.name != "clientCredentials" || flow.refresh_url.is_some();
            let of_url = [(flow.token_url, grant)].into_iter().chain(flow.refresh_url.map(|url| (url, None)));
            for (url, grant) in of_url {
                if let Some(path) = path_of(url) {
                    let scopes = flow.scopes.iter().map(|scope| (*scope).to_owned()).collect();
                    flows.push(FlowAt { path, grant, refreshes, scopes });
                }
            }
        }
        Self { flows, rules }
    }

    /// Whether it issues tokens at the path of this URL by the grant.
    pub(crate) fn serves(&self, url: &Url, grant: &str) -> bool {
        let is_grant = |flow: &FlowAt| match grant {
            "refresh_token" => flow.refreshes,
            _ => flow.grant == Some(grant),
        };
        self.flows.iter().any(|flow| flow.path == url.path() && is_grant(flow))
    }
}

/// The paths of the token endpoints of a mock.
pub(crate) fn token_paths(contract: &Contract) -> Vec<String> {
    let mut paths = Vec::new();
    for FlowAt { path, .. } in Issuer::new(contract, TokenRules::default()).flows {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// The path of a token endpoint on the mock. A relative URL is one of the mock.
fn path_of(url: &str) -> Option<String> {
    let base = Url::parse("http://mock/").ok()?;
    base.join(url).ok().map(|url| url.path().to_owned())
}
