//! The target of a run, as the cases see it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::case::expand::Credentials;

/// Name, variables and credentials of a target. The connection belongs to the transport.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Its name in the configuration, or its URL.
    pub name: String,
    /// The base URL as displayed and as used in curl commands.
    pub url: String,
    /// Its `vars`, overridden by `--var`.
    pub vars: BTreeMap<String, Value>,
    /// Its credentials.
    pub credentials: Credentials,
    /// Methods that may be sent; empty means all.
    pub allow: Vec<String>,
    /// Maximum number of requests per second, if limited.
    pub rate: Option<f64>,
}
