//! Names for places in the page that stay the same from run to run.

use sha2::{Digest, Sha256};

/// Hex digits of a name: enough that two of 100,000 cases do not share one.
const BYTES: usize = 6;

/// The place of a case, by its id.
pub fn case(id: &str) -> String {
    hashed("c", id)
}

/// The place of an endpoint, by its operation; the empty one stands for the cases outside the contract.
pub fn endpoint(operation: &str) -> String {
    hashed("e", operation)
}

/// The place of a finding, by its fingerprint: that is hex already, but a record may hold anything.
pub fn finding(fingerprint: &str) -> String {
    let digits: String = fingerprint.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    format!("f-{digits}")
}

fn hashed(kind: &str, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(BYTES).fold(format!("{kind}-"), |name, byte| format!("{name}{byte:02x}"))
}
