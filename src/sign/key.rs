//! Algorithms of signatures, and their keys in PEM.

use std::sync::Arc;

use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaKeyPair;
use ring::signature::{self as rules, EcdsaKeyPair, Ed25519KeyPair};
use rustls::pki_types::pem::{PemObject, SectionKind};

use super::der::{self, Der};

/// How a signature is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSA with padding of PKCS #1 v1.5, SHA-256.
    RsaSha256,
    /// RSA with padding PSS, SHA-256.
    PssSha256,
    /// RSA with padding PSS, SHA-512.
    PssSha512,
    /// ECDSA on the curve P-256, SHA-256.
    P256,
    /// ECDSA on the curve P-384, SHA-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// HMAC with SHA-256, whose key is a shared secret.
    HmacSha256,
}

/// Names of the algorithms in a JWS (RFC 7518 §3.1, RFC 8037 §3.1).
pub(crate) const JWS_ALGORITHMS: [(&str, Algorithm); 7] = [
    ("RS256", Algorithm::RsaSha256),
    ("PS256", Algorithm::PssSha256),
    ("PS512", Algorithm::PssSha512),
    ("ES256", Algorithm::P256),
    ("ES384", Algorithm::P384),
    ("EdDSA", Algorithm::Ed25519),
    ("HS256", Algorithm::HmacSha256),
];

pub(super) const RSA: &str = "an RSA key";
const P256: &str = "a P-256 key";
const P384: &str = "a P-384 key";
const ED25519: &str = "an Ed25519 key";

impl Algorithm {
    /// The kind of its keys.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::RsaSha256 | Self::PssSha256 | Self::PssSha512 => RSA,
            Self::P256 => P256,
            Self::P384 => P384,
            Self::Ed25519 => ED25519,
            Self::HmacSha256 => "a shared secret",
        }
    }

    pub(super) fn check(self, kind: &str) -> Result<(), String> {
        let expected = self.kind();
        if kind == expected { Ok(()) } else { Err(format!("the algorithm needs {expected}, found {kind}")) }
    }
}

/// A key that signs.
#[derive(Debug, Clone)]
pub(crate) struct SigningKey {
    pub(super) algorithm: Algorithm,
    pub(super) pair: Arc<Pair>,
}

#[derive(Debug)]
pub(super) enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Hmac(hmac::Key),
    /// Of a key that is not known.
    Unknown,
}

impl SigningKey {
    /// Reads a private key in PEM, or a shared secret. No error contains anything of it.
    pub(crate) fn parse(algorithm: Algorithm, key: &[u8]) -> Result<Self, String> {
        let pair = match algorithm {
            Algorithm::HmacSha256 => Pair::Hmac(shared_secret(key)?),
            _ => private_key(algorithm, key)?,
        };
        Ok(Self { algorithm, pair: Arc::new(pair) })
    }

    /// A key for checks that send nothing: its signatures do not fit.
    pub(crate) fn unknown(algorithm: Algorithm) -> Self {
        Self { algorithm, pair: Arc::new(Pair::Unknown) }
    }

    /// The signature of `message`.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let signature = match &*self.pair {
            Pair::Rsa(pair) => {
                let padding: &dyn rules::RsaEncoding = match self.algorithm {
                    Algorithm::RsaSha256 => &rules::RSA_PKCS1_SHA256,
                    Algorithm::PssSha256 => &rules::RSA_PSS_SHA256,
                    _ => &rules::RSA_PSS_SHA512,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature).map(|()| signature)
            }
            Pair::Ecdsa(pair) => pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Pair::Unknown => Ok(vec![0; 64]),
        };
        signature.map_err(|_| "the key cannot sign".to_owned())
    }
}

pub(super) fn shared_secret(key: &[u8]) -> Result<hmac::Key, String> {
    match key.windows(10).any(|part| part == b"-----BEGIN") {
        true => Err("the algorithm needs a shared secret, found PEM".to_owned()),
        false if key.is_empty() => Err("the shared secret is empty".to_owned()),
        false => Ok(hmac::Key::new(hmac::HMAC_SHA256, key)),
    }
}

/// The first section of PEM that is a key or a certificate.
pub(super) fn section(key: &[u8], expected: &str) -> Result<(SectionKind, Vec<u8>), String> {
    let text = String::from_utf8_lossy(key);
    if text.contains("ENCRYPTED") {
        return Err("the private key is encrypted: decrypt it with `openssl pkey -in KEY -out DECRYPTED`".to_owned());
    }
    // Environment variables of build servers often have one line.
    let text = if text.contains('\n') { text } else { text.replace("\\n", "\n").into() };
    let section = <(SectionKind, Vec<u8>)>::from_pem_slice(text.as_bytes());
    section
        .map_err(|_| format!("expected {expected} in PEM (`openssl pkey -inform DER -in KEY -out PEM` converts DER)"))
}

fn private_key(algorithm: Algorithm, key: &[u8]) -> Result<Pair, String> {
    let (section, der) = section(key, "a private key")?;
    let (kind, inner) = match section {
        SectionKind::PrivateKey => of_pkcs8(&der).ok_or("the private key is not PKCS #8")?,
        SectionKind::RsaPrivateKey => (RSA, &*der),
        SectionKind::EcPrivateKey => (of_sec1(&der).ok_or("the private key is not SEC 1")?, &*der),
        _ => return Err("expected a private key, found a public one or a certificate".to_owned()),
    };
    algorithm.check(kind)?;
    let curve = match algorithm {
        Algorithm::Ed25519 => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Pair::Ed25519);
            return pair.map_err(|why| format!("the Ed25519 key is invalid: {why}"));
        }
        Algorithm::P256 => &rules::ECDSA_P256_SHA256_FIXED_SIGNING,
        Algorithm::P384 => &rules::ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => {
            let pair = RsaKeyPair::from_der(inner).map(Pair::Rsa);
            return pair
                .map_err(|why| format!("the RSA key must have 2048 to 4096 bits and two equally long primes: {why}"));
        }
    };
    let (private, public) =
        ec_private_key(inner).ok_or("the EC key has no public part: add it with `openssl ec -in KEY -out COMPLETE`")?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, private, public, &SystemRandom::new());
    pair.map(Pair::Ecdsa).map_err(|why| format!("the EC key is invalid: {why}"))
}

/// Kind and content of a private key (RFC 5958).
fn of_pkcs8(der: &[u8]) -> Option<(&'static str, &[u8])> {
    let mut fields = Der(der).enter(der::SEQUENCE)?;
    fields.next(der::INTEGER)?;
    let kind = kind_of(fields.enter(der::SEQUENCE)?)?;
    Some((kind, fields.next(der::OCTET_STRING)?))
}

/// The kind of a private key (RFC 5915).
fn of_sec1(der: &[u8]) -> Option<&'static str> {
    let mut fields = Der(der).enter(der::SEQUENCE)?;
    fields.next(der::INTEGER)?;
    fields.next(der::OCTET_STRING)?;
    curve_of(fields.enter(der::TAGGED)?)
}

/// The private and the public part of a private key (RFC 5915).
fn ec_private_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields = Der(der).enter(der::SEQUENCE)?;
    fields.next(der::INTEGER)?;
    let private = fields.next(der::OCTET_STRING)?;
    fields.next(der::TAGGED);
    Some((private, fields.enter(der::TAGGED + 1)?.bits()?))
}

/// The kind of key that an `AlgorithmIdentifier` names.
pub(super) fn kind_of(mut algorithm: Der<'_>) -> Option<&'static str> {
    Some(match algorithm.next(der::OBJECT_IDENTIFIER)? {
        // rsaEncryption, id-RSASSA-PSS (RFC 8017).
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 | 0x0a] => RSA,
        // id-ecPublicKey (RFC 5480).
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => curve_of(algorithm)?,
        // id-Ed25519 (RFC 8410).
        [0x2b, 0x65, 0x70] => ED25519,
        _ => "another kind of key",
    })
}

fn curve_of(mut curve: Der<'_>) -> Option<&'static str> {
    Some(match curve.next(der::OBJECT_IDENTIFIER)? {
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => P256,
        [0x2b, 0x81, 0x04, 0x00, 0x22] => P384,
        _ => "a key on another curve",
    })
}
