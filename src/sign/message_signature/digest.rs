//! The header field `Content-Digest` (RFC 9530).

use ring::digest::{self, SHA256, SHA512};

use super::super::structured_field::{self, BareItem, Member};

/// Hash function of a digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum DigestAlgorithm {
    /// `sha-256`
    #[default]
    Sha256,
    /// `sha-512`
    Sha512,
}

impl DigestAlgorithm {
    /// Names of the hash functions that are not deprecated (RFC 9530 §5).
    pub(crate) const ALL: [(&'static str, Self); 2] = [("sha-256", Self::Sha256), ("sha-512", Self::Sha512)];

    /// The value of the header field.
    pub(super) fn field(self, content: &[u8]) -> String {
        let name = Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name);
        format!("{name}={}", BareItem::Bytes(self.digest(content)))
    }

    fn digest(self, content: &[u8]) -> Vec<u8> {
        let algorithm = if self == Self::Sha256 { &SHA256 } else { &SHA512 };
        digest::digest(algorithm, content).as_ref().to_vec()
    }
}

/// Verifies the digests of the content that have a known hash function, of which there must be one.
pub(super) fn verify(field: &str, content: &[u8]) -> Result<(), String> {
    let digests = structured_field::dictionary(field).ok_or("`Content-Digest` is not a dictionary")?;
    let mut is_verified = false;
    for (name, algorithm) in DigestAlgorithm::ALL {
        let Some((_, given)) = digests.iter().find(|(given, _)| given == name) else { continue };
        match given {
            Member::Item(item) if item.value == BareItem::Bytes(algorithm.digest(content)) => is_verified = true,
            _ => return Err(format!("the {name} digest of the content is another one than `Content-Digest` has")),
        }
    }
    if is_verified { Ok(()) } else { Err("`Content-Digest` has neither sha-256 nor sha-512".to_owned()) }
}
