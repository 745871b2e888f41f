//! Credentials and headers of a target.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::{ClientCertificate, Headers};
use crate::sign::Signer;

/// Start of the credentials for a target that needs no real ones, such as the mock. They are public.
pub(crate) const PLACEHOLDER: &str = "signoff-placeholder";

/// Credentials by security scheme name: `basic` as `{username, password}`, a client certificate as its number, anything else a string.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Credentials {
    /// The target's name, for messages: `targets.NAME.auth.SCHEME`.
    pub target: String,
    /// The target's own.
    pub own: BTreeMap<String, Value>,
    /// Further sets by name, for `as: NAME`.
    pub named: BTreeMap<String, BTreeMap<String, Value>>,
    /// Access tokens by scheme and scope, for `{ scope: SCOPE }`.
    pub scoped: BTreeMap<String, BTreeMap<String, Value>>,
    /// Wrong credentials by scheme, for `wrong`.
    pub wrong: BTreeMap<String, Value>,
    /// Expired access tokens by scheme, for `expired`.
    pub expired: BTreeMap<String, Value>,
    /// The client certificate of a request that has none of these.
    pub certificate: ClientCertificate,
}

/// What the target adds to the requests of cases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetDefaults<'a> {
    /// Its credentials.
    pub credentials: &'a Credentials,
    /// Headers of every request that does not set or remove them.
    pub headers: &'a Headers,
    /// What signs them.
    pub signer: Option<&'a Signer>,
}
