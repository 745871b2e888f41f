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

impl Contract {
    /// The `tokenUrl` of a flow of that security scheme.
    pub fn token_url(&self, scheme: &str, flow: Flow) -> Option<&str> {
        let flows = self.security_scheme(scheme)?.get("flows")?;
        let names: &[&str] = match flow {
            Flow::ClientCredentials => &["clientCredentials"],
            Flow::Password => &["password"],
            Flow::Any => &["clientCredentials", "password", "authorizationCode", "deviceAuthorization"],
        };
        names.iter().find_map(|name| flows.get(name)?.get("tokenUrl")?.as_str())
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
