//! Keys that verify signatures.

use ring::hmac;
use ring::signature::{self as rules, KeyPair, UnparsedPublicKey, VerificationAlgorithm};
use rustls::pki_types::pem::SectionKind;

use super::der::{self, Der};
use super::key::{Algorithm, Pair, RSA, SigningKey, kind_of, section, shared_secret};

/// A key that verifies signatures.
#[derive(Debug, Clone)]
pub(crate) struct VerifyingKey {
    pub(super) algorithm: Algorithm,
    public: Public,
}

#[derive(Debug, Clone)]
enum Public {
    /// `RSAPublicKey` (RFC 8017), the point, or the bytes of Ed25519.
    Bytes(Vec<u8>),
    Hmac(hmac::Key),
}

impl VerifyingKey {
    /// Reads a public key or a certificate in PEM, or a shared secret.
    pub(crate) fn parse(algorithm: Algorithm, key: &[u8]) -> Result<Self, String> {
        let public = match algorithm {
            Algorithm::HmacSha256 => Public::Hmac(shared_secret(key)?),
            _ => Public::Bytes(public_key(algorithm, key)?),
        };
        Ok(Self { algorithm, public })
    }

    /// Whether it is the signature of `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let rule: &dyn VerificationAlgorithm = match self.algorithm {
            Algorithm::RsaSha256 => &rules::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::PssSha256 => &rules::RSA_PSS_2048_8192_SHA256,
            Algorithm::PssSha512 => &rules::RSA_PSS_2048_8192_SHA512,
            Algorithm::P256 => &rules::ECDSA_P256_SHA256_FIXED,
            Algorithm::P384 => &rules::ECDSA_P384_SHA384_FIXED,
            Algorithm::Ed25519 | Algorithm::HmacSha256 => &rules::ED25519,
        };
        let verified = match &self.public {
            Public::Bytes(public) => UnparsedPublicKey::new(rule, public).verify(message, signature),
            Public::Hmac(key) => hmac::verify(key, message, signature),
        };
        verified.is_ok()
    }
}

impl SigningKey {
    /// The key that verifies its signatures.
    pub(crate) fn public(&self) -> VerifyingKey {
        let public = match &*self.pair {
            Pair::Rsa(pair) => pair.public().as_ref().to_vec(),
            Pair::Ecdsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Hmac(key) => return VerifyingKey { algorithm: self.algorithm, public: Public::Hmac(key.clone()) },
            Pair::Unknown => Vec::new(),
        };
        VerifyingKey { algorithm: self.algorithm, public: Public::Bytes(public) }
    }
}

fn public_key(algorithm: Algorithm, key: &[u8]) -> Result<Vec<u8>, String> {
    let (section, der) = section(key, "a public key or a certificate")?;
    let info = match section {
        SectionKind::PublicKey => Der(&der).enter(der::SEQUENCE),
        SectionKind::Certificate => of_certificate(&der),
        _ => return Err("expected a public key or a certificate, found a private key".to_owned()),
    };
    let read = info.and_then(|mut info| Some((kind_of(info.enter(der::SEQUENCE)?)?, info.bits()?)));
    let (kind, public) = read.ok_or("the public key cannot be read")?;
    algorithm.check(kind)?;
    if kind == RSA
        && Der(public).enter(der::SEQUENCE).and_then(|mut key| key.next(der::INTEGER)).is_none_or(|n| n.len() < 256)
    {
        return Err("the RSA key must have at least 2048 bits".to_owned());
    }
    Ok(public.to_vec())
}

/// `subjectPublicKeyInfo` of a certificate (RFC 5280 §4.1).
fn of_certificate(der: &[u8]) -> Option<Der<'_>> {
    let mut fields = Der(der).enter(der::SEQUENCE)?.enter(der::SEQUENCE)?;
    fields.next(der::TAGGED);
    fields.next(der::INTEGER)?;
    // Algorithm, issuer, validity and subject.
    (0..4).try_for_each(|_| fields.next(der::SEQUENCE).map(drop))?;
    fields.enter(der::SEQUENCE)
}

#[cfg(test)]
mod tests;
