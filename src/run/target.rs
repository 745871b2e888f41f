//! The target of a run, as the cases see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::case::expand::{Credentials, TargetDefaults};
use crate::http::Headers;
use crate::sign::{ResponseVerifier, Signer};
use crate::token::Tokens;

/// Name, variables and credentials of a target. The connection belongs to the transport.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Its name in the configuration, or its URL.
    pub name: String,
    /// The base URL as displayed and as used in curl commands.
    pub url: String,
    /// The shell command that starts it again, if it is a mock that signoff has started.
    pub start_command: Option<String>,
    /// Its `vars`, overridden by `--var`.
    pub vars: BTreeMap<String, Value>,
    /// Its credentials.
    pub credentials: Credentials,
    /// The access tokens that stand-ins among the credentials are replaced by.
    pub(crate) tokens: Arc<Tokens>,
    /// Signs the requests as they are sent.
    pub(crate) signer: Option<Signer>,
    /// Verifies the signatures of responses.
    pub(crate) response_verifier: Option<ResponseVerifier>,
    /// Headers of every request that does not set or remove them.
    pub headers: Headers,
    /// Methods that may be sent; empty means all.
    pub allow: Vec<String>,
    /// Maximum number of requests per second, if limited.
    pub rate: Option<f64>,
}

impl Target {
    /// What it adds to the requests of cases.
    pub(super) fn defaults(&self) -> TargetDefaults<'_> {
        TargetDefaults { credentials: &self.credentials, headers: &self.headers, signer: self.signer.as_ref() }
    }
}
