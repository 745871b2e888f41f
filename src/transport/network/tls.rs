//! TLS for targets with certificates that the configuration names.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::SingleCertAndKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::transport::client_identity::ClientIdentity;
use crate::transport::settings::InvalidSetting;

/// A configuration that trusts the certificates in `ca_pem` in addition to the system's, and shows the certificate of `identity`.
pub(super) fn config(ca_pem: Option<&[u8]>, identity: Option<&ClientIdentity>) -> Result<ClientConfig, InvalidSetting> {
    let provider =
        CryptoProvider::get_default().cloned().unwrap_or_else(|| rustls::crypto::ring::default_provider().into());
    let named = ca_pem.map(certificates).transpose()?;
    if named.as_ref().is_some_and(Vec::is_empty) {
        let message = "ca_file contains no PEM certificate".to_owned();
        return Err(InvalidSetting { key: Some("ca_file"), message });
    }
    let named = named.unwrap_or_default();
    let system = Verifier::new_with_extra_roots(named.iter().cloned(), Arc::clone(&provider));
    let system = system.map_err(|error| match ca_pem {
        Some(_) => invalid("ca_file", &error),
        None => not_set_up(&error.to_string()).into(),
    })?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("cannot set up TLS: {error}"))?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(NamedVerifier { system, named }));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&identity.certified))))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Error of a client that cannot be set up.
pub(super) fn not_set_up(why: &str) -> String {
    // The verifier of the platform has no other sign of it.
    let help = match why.contains("No CA certificates") {
        true => "; install the package `ca-certificates`, or name a certificate in `ca_file` (`--ca-file`)",
        false => "",
    };
    format!("cannot set up the HTTP client: {why}{help}")
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| invalid("ca_file", &error))
}

fn invalid(key: &'static str, error: &dyn std::fmt::Display) -> InvalidSetting {
    InvalidSetting { key: Some(key), message: format!("{key} is invalid: {error}") }
}

/// Verifies as the system does, with further authorities. It also accepts a named certificate that is the target's own although it may
/// sign others (`openssl req -x509` makes such): RFC 5280 does not forbid that, and other clients accept it once it is trusted.
#[derive(Debug)]
struct NamedVerifier {
    system: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for NamedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The time is verified before, and has errors of its own.
            Err(Error::InvalidCertificate(CertificateError::Other(_))) if self.named.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
