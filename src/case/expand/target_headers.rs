//! Headers that the target adds to a request. Those that carry a credential follow `auth`, as the target's other credentials do.

use crate::contract::{Contract, ParameterIn, SecurityScheme};

use super::super::Authorization;
use super::builder::RequestBuilder;

impl RequestBuilder<'_> {
    /// Adds the target's headers that the request does not have itself. `auth` and `as` replace those that carry a credential.
    pub(super) fn target_headers(&mut self, contract: &Contract) {
        let is_wanted = |(name, value): &(&str, &str)| self.has_target_auth() || !is_credential(contract, name, value);
        let wanted = self.defaults.headers.iter().filter(is_wanted).collect();
        self.headers.add_missing(&wanted);
    }

    /// Whether a header of the target carries the credential of `scheme` for this request.
    pub(super) fn is_in_target_headers(&self, contract: &Contract, scheme: &str) -> bool {
        let scheme = contract.security_schemes.get(scheme);
        let is_carrier = |(name, value)| scheme.is_some_and(|scheme| carries(scheme, name, value));
        self.has_target_auth() && self.defaults.headers.iter().any(is_carrier)
    }

    /// Whether the signature carries the credential of `scheme`, also if the case sends none: it needs the others all the same.
    pub(super) fn is_signed(&self, contract: &Contract, scheme: &str) -> bool {
        let header = contract.security_schemes.get(scheme).and_then(SecurityScheme::place);
        let header = header.filter(|(place, _)| *place == ParameterIn::Header);
        let is_set = |name: &str| self.defaults.signer.is_some_and(|signer| signer.sets(name));
        header.is_some_and(|(_, name)| is_set(name))
    }

    fn has_target_auth(&self) -> bool {
        matches!(self.case.request.auth, Authorization::Target)
    }
}

/// Whether a security scheme of the contract reads the header.
fn is_credential(contract: &Contract, name: &str, value: &str) -> bool {
    contract.security_schemes.values().any(|scheme| carries(scheme, name, value))
}

fn carries(scheme: &SecurityScheme, header: &str, value: &str) -> bool {
    match scheme {
        SecurityScheme::Basic | SecurityScheme::Bearer | SecurityScheme::OtherHttp(_) => {
            header.eq_ignore_ascii_case("authorization")
        }
        SecurityScheme::ApiKey { location: ParameterIn::Header, name } => header.eq_ignore_ascii_case(name),
        SecurityScheme::ApiKey { location: ParameterIn::Cookie, name: key } => {
            let mut pairs = value.split(';').filter_map(|pair| pair.split_once('='));
            header.eq_ignore_ascii_case("cookie") && pairs.any(|(name, _)| name.trim() == key)
        }
        SecurityScheme::ApiKey { .. } | SecurityScheme::MutualTls => false,
    }
}
