//! Token endpoints that the security schemes declare (OpenAPI 3.1 §4.8.28).

use serde_json::Value;

use super::anchor::Anchor;
use super::model::Contract;
use crate::pointer::Pointer;

/// A flow of OAuth 2.0 that has a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// `clientCredentials`.
    ClientCredentials,
    /// `password`.
    Password,
    /// The first that has one.
    Any,
}

/// The flows with a token endpoint. The last issues no refresh tokens, as a rule (RFC 6749 §4.4.3).
const FLOWS: [&str; 4] = ["password", "authorizationCode", "deviceAuthorization", "clientCredentials"];

/// A flow of an `oauth2` scheme as the document declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenFlow<'c> {
    /// Its key: `clientCredentials`.
    pub name: &'static str,
    /// `tokenUrl`.
    pub token_url: &'c str,
    /// `refreshUrl`.
    pub refresh_url: Option<&'c str>,
    /// Names of `scopes`.
    pub scopes: Vec<&'c str>,
}

impl Contract {
    /// The `tokenUrl` of a flow of that security scheme.
    pub fn token_url(&self, scheme: &str, flow: Flow) -> Option<&str> {
        let flows = self.security_scheme(scheme)?.get("flows")?;
        let names: &[&str] = match flow {
            Flow::ClientCredentials => &FLOWS[3..],
            Flow::Password => &FLOWS[..1],
            Flow::Any => &FLOWS,
        };
        names.iter().find_map(|name| flows.get(name)?.get("tokenUrl")?.as_str())
    }

    /// The `openIdConnectUrl` of that security scheme.
    pub(crate) fn open_id_connect_url(&self, scheme: &str) -> Option<&str> {
        self.security_scheme(scheme)?.get("openIdConnectUrl")?.as_str()
    }

    /// The flows of all schemes that have a token endpoint.
    pub(crate) fn token_flows(&self) -> Vec<TokenFlow<'_>> {
        let schemes = self.security_schemes.keys().filter_map(|name| self.security_scheme(name)?.get("flows"));
        let mut found = Vec::new();
        for flows in schemes {
            for name in FLOWS {
                let Some(flow) = flows.get(name) else { continue };
                let Some(token_url) = flow.get("tokenUrl").and_then(Value::as_str) else { continue };
                let scopes = flow.get("scopes").and_then(Value::as_object).into_iter().flatten();
                found.push(TokenFlow {
                    name,
                    token_url,
                    refresh_url: flow.get("refreshUrl").and_then(Value::as_str),
                    scopes: scopes.map(|(scope, _)| scope.as_str()).collect(),
                });
            }
        }
        found
    }

    /// The security scheme of that name as the document declares it.
    fn security_scheme(&self, name: &str) -> Option<&Value> {
        let pointer = Pointer::root().join("components").join("securitySchemes").join(name);
        let at = Anchor { document: 0, pointer };
        let value = self.value(&at)?;
        match self.referred(&at, value) {
            Some(referred) => self.value(&referred),
            None => Some(value),
        }
    }
}
