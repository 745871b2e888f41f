//! The bytes of a message in a record: as text where they can be, shortened where they are many.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::MediaType;

use super::Body;
use super::redact::Veil;

/// Bytes of text kept for a case that is all well.
pub const KEPT_WHEN_WELL: usize = 16 * 1024;

/// Bytes of text kept for a case that is not: a diff needs the whole body.
pub const KEPT_WHEN_NOT: usize = 256 * 1024;

/// Bytes kept of what is not text.
const KEPT_BINARY: usize = 4 * 1024;

impl Body {
    /// Writes down `bytes`, redacted, at most `kept` of them.
    pub(super) fn of(bytes: &[u8], media_type: Option<&MediaType>, kept: usize, veil: &Veil<'_>) -> Self {
        let size = bytes.len() as u64;
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { size, ..text_of(veil.body(text, media_type), kept) },
            Err(_) if veil.is_in(bytes) => Self { size, left_out: size, ..Self::default() },
            Err(_) => {
                let start = &bytes[..bytes.len().min(KEPT_BINARY)];
                let left_out = (bytes.len() - start.len()) as u64;
                Self { size, base64: Some(STANDARD.encode(start)), left_out, text: None }
            }
        }
    }
}

/// Cuts after the redaction, so that no half of a secret stays.
fn text_of(mut text: String, kept: usize) -> Body {
    let whole = text.len();
    let bound = (0..=kept.min(whole)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(bound);
    Body { left_out: (whole - bound) as u64, text: (whole > 0).then_some(text), ..Body::default() }
}
