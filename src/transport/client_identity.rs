//! A client certificate with its private key, read from PEM.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use pkcs8::der::{self, Decode, Header, Reader, SliceReader, Tag, Tagged};
use pkcs8::pkcs5::pbes2::Kdf;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};

/// Maximum number of iterations of PBKDF2: some seconds.
const MAX_ITERATIONS: u32 = 10_000_000;
/// Maximum of `N * r * p` of scrypt: 128 MB.
const MAX_SCRYPT: u64 = 1 << 20;

/// A certificate chain with the key of its first certificate.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    pub(super) certified: Arc<CertifiedKey>,
    /// When it begins and ends to be valid, in seconds since 1970; none if it does not say so in a form that is understood.
    pub validity: Option<[i64; 2]>,
    /// The keys of the target that name it: `credentials.other.partner`; none of `client_cert` and --client-cert.
    pub name: Option<String>,
}

/// The client certificates of a target, by [`ClientCertificate::Present`].
///
/// [`ClientCertificate::Present`]: crate::http::ClientCertificate::Present
#[derive(Debug, Clone, Default)]
pub struct ClientIdentities {
    /// That of every request that names no other one: number 0.
    pub own: Option<ClientIdentity>,
    /// Those of credentials, from number 1.
    pub further: Vec<ClientIdentity>,
    /// Whether the peer is a mock in this process, which a header field informs of requests without a certificate.
    pub are_simulated: bool,
}

/// The part of a pair that is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityPart {
    /// The certificate.
    Certificate,
    /// The key.
    Key,
    /// The password of the key.
    Password,
}

/// Why a pair cannot be used.
#[derive(Debug)]
pub(crate) struct InvalidIdentity {
    /// The part to blame.
    pub part: IdentityPart,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<&'static str>,
}

impl ClientIdentities {
    /// Whether the target has none.
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_none() && self.further.is_empty()
    }
}

impl ClientIdentity {
    /// Reads a PEM certificate chain, and the key from `key`, or from the same text. Messages contain nothing of either.
    pub(crate) fn from_pem(
        certificate: &[u8],
        key: Option<&[u8]>,
        password: Option<&str>,
    ) -> Result<Self, InvalidIdentity> {
        let is_certificate = |pem: &[u8]| String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE");
        if key.is_some_and(|key| is_certificate(key) && has_key(certificate) && !is_certificate(certificate)) {
            let help = Some("exchange the two files");
            return Err(invalid(IdentityPart::Certificate, "certificate and key seem to be swapped", help));
        }
        let chain = certificates(certificate)?;
        let key = private_key(key.unwrap_or(certificate), password)?;
        let fields = Fields::read(&chain[0]).ok();
        let validity = fields.as_ref().map(|fields| fields.validity);
        let provider =
            CryptoProvider::get_default().cloned().unwrap_or_else(|| rustls::crypto::ring::default_provider().into());
        let key = provider.key_provider.load_private_key(key).map_err(|_| {
            let help = "expected RSA of at least 2048 bits, ECDSA with P-256 or P-384, or Ed25519";
            invalid(IdentityPart::Key, "the key is malformed, or of a kind that is not supported", Some(help))
        })?;
        // rustls reads certificates of version 3 only; OpenSSL makes those of version 1, too.
        let first_version = fields.filter(|fields| fields.is_first_version);
        let is_pair = first_version.map(|fields| key.public_key().is_none_or(|of_key| *of_key == *fields.public_key));
        let certified = CertifiedKey::new(chain, key);
        match (is_pair, certified.keys_match()) {
            (Some(true), _) | (None, Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown))) => {
                Ok(Self { certified: Arc::new(certified), validity, name: None })
            }
            (Some(false), _) | (None, Err(Error::InconsistentKeys(_))) => {
                Err(invalid(IdentityPart::Key, "the key does not belong to the certificate", None))
            }
            (None, Err(_)) => Err(malformed(IdentityPart::Certificate, "the certificate")),
        }
    }
}

fn has_key(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("PRIVATE KEY-----")
}

fn invalid(part: IdentityPart, message: &str, help: Option<&'static str>) -> InvalidIdentity {
    InvalidIdentity { part, message: message.to_owned(), help }
}

fn malformed(part: IdentityPart, what: &str) -> InvalidIdentity {
    invalid(part, &format!("{what} is malformed"), None)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidIdentity> {
    let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match read {
        Err(_) => Err(malformed(IdentityPart::Certificate, "the certificate")),
        Ok(read) if read.is_empty() => {
            // The first byte of DER and of PKCS #12.
            let help =
                pem.starts_with(&[0x30]).then_some("it is not PEM: convert it with `openssl pkcs12` or `openssl x509`");
            Err(invalid(IdentityPart::Certificate, "the file contains no PEM certificate", help))
        }
        Ok(read) => Ok(read),
    }
}

/// The first private key: PKCS #8, also encrypted, PKCS #1 or SEC 1.
fn private_key(pem: &[u8], password: Option<&str>) -> Result<PrivateKeyDer<'static>, InvalidIdentity> {
    let text = String::from_utf8_lossy(pem);
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        let help = "convert it: openssl pkcs8 -topk8 -in KEY -out NEW_KEY";
        return Err(invalid(IdentityPart::Key, "the key is encrypted in the old format of OpenSSL", Some(help)));
    }
    if let Some(encrypted) = section(&text, "ENCRYPTED PRIVATE KEY") {
        return decrypted(encrypted, password);
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => {
            let help = "name the file of the key, or add the key to the certificate's file";
            invalid(IdentityPart::Key, "the file contains no PEM private key", Some(help))
        }
        _ => malformed(IdentityPart::Key, "the key"),
    })
}

/// What is between the lines that begin and end a section of PEM.
fn section<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let rest = text.split_once(&format!("-----BEGIN {label}-----"))?.1;
    rest.split_once(&format!("-----END {label}-----")).map(|(section, _)| section)
}

/// Decrypts PKCS #8 with PBES2 (RFC 8018).
fn decrypted(section: &str, password: Option<&str>) -> Result<PrivateKeyDer<'static>, InvalidIdentity> {
    let (wrong, part) = (|| malformed(IdentityPart::Key, "the key"), IdentityPart::Key);
    let compact: String = section.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(compact).map_err(|_| wrong())?;
    let unsupported = || {
        let help = "encrypt it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW_KEY";
        invalid(part, "the key is encrypted with an algorithm that is not supported, or is malformed", Some(help))
    };
    let info = EncryptedPrivateKeyInfoRef::try_from(&*bytes).map_err(|_| unsupported())?;
    let kdf = info.encryption_algorithm.pbes2().map(|parameters| &parameters.kdf).ok_or_else(unsupported)?;
    if !is_affordable(kdf) {
        return Err(invalid(part, "the parameters of the key's encryption are too large", None));
    }
    let Some(password) = password else {
        return Err(invalid(IdentityPart::Password, "the key is encrypted, and its password is missing", None));
    };
    let key = info.decrypt(password).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed) | pkcs8::Error::Asn1(_) => {
            invalid(IdentityPart::Password, "the password does not decrypt the key", None)
        }
        _ => unsupported(),
    })?;
    Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
}

/// Whether deriving a key takes a limited time and memory.
fn is_affordable(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Pbkdf2(kdf) => kdf.iteration_count <= MAX_ITERATIONS,
        Kdf::Scrypt(kdf) => {
            let size = kdf.cost_parameter.saturating_mul(kdf.block_size.into());
            size.saturating_mul(kdf.parallelization.into()) <= MAX_SCRYPT
        }
        _ => true,
    }
}

/// What is read of a certificate (RFC 5280 §4.1).
struct Fields<'c> {
    is_first_version: bool,
    validity: [i64; 2],
    /// `SubjectPublicKeyInfo`.
    public_key: &'c [u8],
}

impl<'c> Fields<'c> {
    fn read(certificate: &'c [u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(certificate)?;
        // `Certificate` and `TBSCertificate` begin.
        Header::decode(&mut reader)?;
        Header::decode(&mut reader)?;
        // The version, which is missing from the first one, serial number, signature algorithm, and issuer.
        let first = AnyRef::decode(&mut reader)?;
        let is_first_version = first.tag() == Tag::Integer;
        for _ in 0..if is_first_version { 2 } else { 3 } {
            AnyRef::decode(&mut reader)?;
        }
        Header::decode(&mut reader)?;
        let validity = [time(&mut reader)?, time(&mut reader)?];
        // The subject.
        AnyRef::decode(&mut reader)?;
        Ok(Self { is_first_version, validity, public_key: reader.tlv_bytes()? })
    }
}

fn time<'r>(reader: &mut impl Reader<'r>) -> der::Result<i64> {
    let time = AnyRef::decode(reader)?;
    let since = match time.tag() {
        Tag::UtcTime => time.decode_as::<UtcTime>()?.to_unix_duration(),
        _ => time.decode_as::<GeneralizedTime>()?.to_unix_duration(),
    };
    Ok(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
