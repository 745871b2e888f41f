//! A self-signed certificate, generated at start-up and never stored.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};

/// A self-signed certificate with its key.
#[derive(Debug)]
pub(crate) struct Certificate {
    pem: String,
    config: Arc<ServerConfig>,
    /// Whether clients are asked for a certificate.
    pub(super) requests_certificates: bool,
}

/// The certificates that clients must show.
#[derive(Debug)]
pub(crate) struct ClientCertificates {
    /// PEM of the authorities that sign them.
    pub authorities: Vec<u8>,
    /// Whether clients without a certificate may connect, because the document declares what they get.
    pub are_optional: bool,
}

impl ClientCertificates {
    fn verifier(self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.authorities) {
            let added = certificate.map_err(|error| error.to_string());
            added.and_then(|one| roots.add(one).map_err(|error| error.to_string()))?;
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = if self.are_optional { verifier.allow_unauthenticated() } else { verifier };
        verifier.build().map_err(|error| match error {
            VerifierBuilderError::NoRootAnchors => "it contains no PEM certificate".to_owned(),
            other => other.to_string(),
        })
    }
}

impl Certificate {
    /// Generates a certificate for these host names and addresses, and requests `clients` if given. Offers HTTP/2 and HTTP/1.1.
    pub(crate) fn generate(hosts: Vec<String>, clients: Option<ClientCertificates>) -> Result<Self, String> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(hosts).map_err(|error| format!("cannot generate a certificate: {error}"))?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let requests_certificates = clients.is_some();
        let verifier = clients.map(|clients| clients.verifier(Arc::clone(&provider))).transpose();
        let verifier = verifier.map_err(|error| format!("--client-ca: {error}"))?;
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.and_then(|builder| {
            let builder = match verifier {
                None => builder.with_no_client_auth(),
                Some(verifier) => builder.with_client_cert_verifier(verifier),
            };
            builder.with_single_cert(vec![cert.der().clone()], key)
        });
        let mut config = config.map_err(|error| format!("cannot set up TLS: {error}"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { pem: cert.pem(), config: Arc::new(config), requests_certificates })
    }

    /// The certificate in PEM form, for clients to trust.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }
}
