//! A certificate of the mock's own, made on the spot and kept nowhere.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A self-signed certificate with its key.
#[derive(Debug)]
pub struct Certificate {
    pem: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes one for these host names and addresses; HTTP/2 and HTTP/1.1 are offered under it.
    pub fn generate(hosts: Vec<String>) -> Result<Self, String> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(hosts).map_err(|error| format!("no certificate can be made: {error}"))?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config =
            builder.and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key));
        let mut config = config.map_err(|error| format!("TLS cannot be set up: {error}"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { pem: cert.pem(), config: Arc::new(config) })
    }

    /// The certificate for clients to trust, in PEM form.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }
}
