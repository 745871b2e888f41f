//! Reproducible random bytes.

use sha2::{Digest, Sha256};

/// Returns sixteen bytes derived from the seed, the label and the index of the call.
pub(super) fn random(seed: u64, label: &str, call: u64) -> [u8; 16] {
    let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(call.to_be_bytes()).chain_update(label);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    bytes
}
