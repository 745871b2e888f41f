//! A self-signed certificate, generated at start-up and never stored.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A self-signed certificate with its key.
#[derive(Debug)]
pub(crate) struct Certificate {
    pem: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// Generates a certificate for these host names and addresses. Offers HTTP/2 and HTTP/1.1.
    pub(crate) fn generate(hosts: Vec<String>) -> Result<Self, String> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(hosts).map_err(|error| format!("cannot generate a certificate: {error}"))?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config =
            builder.and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key));
        let mut config = config.map_err(|error| format!("cannot set up TLS: {error}"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { pem: cert.pem(), config: Arc::new(config) })
    }

    /// The certificate in PEM form, for clients to trust.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }
}
