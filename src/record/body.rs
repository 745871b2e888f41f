//! The bytes of a message in a record: as text where they can be, shortened where they are many.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::diff::{self, NumberLiterals, Written};
use crate::http::MediaType;
use crate::pointer::Pointer;

use super::Body;
use super::redact::Veil;

/// Bytes of text kept for a case that is all well.
pub const KEPT_WHEN_WELL: usize = 16 * 1024;

/// Bytes of text kept for a case that is not: a diff needs the whole body.
pub const KEPT_WHEN_NOT: usize = 256 * 1024;

/// Bytes that an excerpt of such a body may have.
const KEPT_EXCERPT: usize = 512 * 1024;

/// Bytes kept of what is not text.
const KEPT_BINARY: usize = 4 * 1024;

impl Body {
    /// The same with what of the `parsed` body stands around `places`, where the text does not say it.
    pub(super) fn with_excerpt<'p>(
        self,
        bytes: &[u8],
        parsed: Option<&Value>,
        places: impl Iterator<Item = &'p Pointer>,
        veil: &Veil<'_>,
    ) -> Self {
        let mut places = places.peekable();
        let Some(parsed) = parsed.filter(|_| self.left_out > 0 && places.peek().is_some()) else { return self };
        let Some(excerpt) = diff::excerpt(parsed, places, KEPT_EXCERPT) else { return self };
        let digits = NumberLiterals::parse(std::str::from_utf8(bytes).unwrap_or_default());
        let (text, left_out) = veil.body(&Written::new(&excerpt, &digits).to_string(), None, KEPT_EXCERPT);
        Self { excerpt: (left_out == 0).then_some(text), ..self }
    }

    /// Writes down `bytes`, redacted, at most `kept` of them.
    pub(super) fn of(bytes: &[u8], media_type: Option<&MediaType>, kept: usize, veil: &Veil<'_>) -> Self {
        let size = bytes.len() as u64;
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let (shown, left_out) = veil.body(text, media_type, kept);
                Self { size, text: (!text.is_empty()).then_some(shown), left_out: left_out as u64, ..Self::default() }
            }
            Err(_) if veil.is_in(bytes, KEPT_BINARY) => Self { size, left_out: size, ..Self::default() },
            Err(_) => {
                let start = &bytes[..bytes.len().min(KEPT_BINARY)];
                let left_out = (bytes.len() - start.len()) as u64;
                Self { size, base64: Some(STANDARD.encode(start)), left_out, ..Self::default() }
            }
        }
    }
}
