//! Signatures of requests, which are computed as they are sent: header fields of templates, detached JWS, HTTP message signatures.

mod der;
mod equality;
mod jws;
mod key;
mod message_signature;
mod request_verifier;
mod response_verifier;
mod signer;
mod structured_field;
mod template;
mod variables;
mod verifying_key;

pub(crate) use jws::{JWS_HEADER, Jws};
pub(crate) use key::{Algorithm, JWS_ALGORITHMS, SigningKey};
pub(crate) use message_signature::{
    CONTENT_DIGEST, Component, DigestAlgorithm, LABEL, MESSAGE_ALGORITHMS, MessageSignature, SIGNATURE, SignatureCheck,
};
pub(crate) use request_verifier::RequestVerifier;
pub(crate) use response_verifier::{JwsCheck, ResponseVerifier, Verification};
pub(crate) use signer::{Signature, SignedHeader, Signer, Signing};
pub(crate) use structured_field::{check_label, check_string};
pub(crate) use template::SignTemplate;
pub(crate) use variables::{NAMES, RESPONSE_NAMES, is_public};
pub(crate) use verifying_key::VerifyingKey;

/// Makes a signature one that does not fit.
fn spoil(signature: &mut [u8]) {
    let middle = signature.len() / 2;
    signature.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 1);
}
