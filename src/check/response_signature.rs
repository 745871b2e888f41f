//! `response-signature`: the signature of the response is valid.
//!
//! Rule: The response has the signature that `verify` of the target describes, it fits the response and the key, and it is not too old.
//! Without `verify`, nothing is required.
//!
//! Rationale: Clients that verify signatures drop every other response, also if its content conforms.
//!
//! Example:
//!
//! ```text
//! the signature is not valid: the JWS does not fit the content and the key
//! ```
//!
//! Reference: `verify` in `signoff.yaml`; RFC 7515 §5.2, RFC 9421 §3.2.

use crate::contract::Rule;
use crate::rules;
use crate::severity::Severity;

use super::definition::{Definition, Method};

pub(super) const CHECK: Definition = Definition {
    id: rules::RESPONSE_SIGNATURE,
    severity: Severity::Error,
    method: Method::Contract(Rule::ResponseSignature),
    source: include_str!("response_signature.rs"),
};
