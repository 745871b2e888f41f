//! Anchors in the page that stay the same from run to run.

use sha2::{Digest, Sha256};

/// Bytes of a hash in an anchor: enough that no two of 100,000 cases collide.
const BYTES: usize = 6;

/// Returns the anchor of a case by its id.
pub(super) fn case(id: &str) -> String {
    hashed("c", id)
}

/// Returns the anchor of an operation by its name; the empty name is for cases outside the contract.
pub(super) fn endpoint(operation: &str) -> String {
    hashed("e", operation)
}

/// Returns the anchor of a finding by its fingerprint. A fingerprint is hexadecimal, but a record may hold anything.
pub(super) fn finding(fingerprint: &str) -> String {
    let digits: String = fingerprint.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    format!("f-{digits}")
}

fn hashed(kind: &str, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(BYTES).fold(format!("{kind}-"), |name, byte| format!("{name}{byte:02x}"))
}
