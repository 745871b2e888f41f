//! How to reach one target.

use std::time::Duration;

use super::client_identity::ClientIdentities;

/// How to reach one target.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL: scheme, authority and a path prefix without a final `/`.
    pub url: url::Url,
    /// Limit of name look-up, TCP and TLS.
    pub connect_timeout: Duration,
    /// From send to the response's header section.
    pub first_byte_timeout: Duration,
    /// From send to the last byte.
    pub total_timeout: Duration,
    /// Maximum size of a body, on the wire and decoded, in bytes.
    pub max_body: u64,
    /// PEM of certificate authorities to trust in addition to the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// The client certificates.
    pub identities: ClientIdentities,
    /// `http://proxy:3128`; proxy environment variables are ignored.
    pub proxy: Option<url::Url>,
    /// Idle connections to keep: the number of jobs.
    pub connections: usize,
}

/// A setting that the client cannot be set up with.
#[derive(Debug)]
pub(crate) struct InvalidSetting {
    /// Its key in a target of the configuration, if one is to blame.
    pub key: Option<&'static str>,
    /// What is wrong, beginning with the setting.
    pub message: String,
}

impl From<String> for InvalidSetting {
    fn from(message: String) -> Self {
        Self { key: None, message }
    }
}
