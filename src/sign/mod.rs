//! Signatures of requests: header fields that templates compute from the request as it is sent.

mod signer;
mod variables;

pub(crate) use signer::{SignTemplate, SignedHeader, Signer, Signing};
pub(crate) use variables::{NAMES, is_public};
