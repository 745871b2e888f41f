//! Where a run goes and what the cases may use there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::case::expand::Credentials;

/// A target as the cases see it; the connection is the transport's.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Its name in the configuration, or the URL.
    pub name: String,
    /// The base URL as shown and used in curl lines.
    pub url: String,
    /// Its `vars`, `--var` already over them.
    pub vars: BTreeMap<String, Value>,
    /// Its credentials.
    pub credentials: Credentials,
    /// Methods that may be sent; empty means all.
    pub allow: Vec<String>,
    /// Requests a second, when limited.
    pub rate: Option<f64>,
}
