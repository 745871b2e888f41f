//! The body of a message in a record: as text if it is UTF-8, and shortened if it is large.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::diff::{self, NumberLiterals, VerbatimValue};
use crate::http::MediaType;
use crate::pointer::Pointer;

use super::format::Body;
use super::redact::ExchangeRedactor;

/// Bytes of text kept for a case without findings.
pub(super) const KEPT_WHEN_WELL: usize = 16 * 1024;

/// Bytes of text kept for other cases: a diff needs the whole body.
pub(super) const KEPT_WHEN_NOT: usize = 256 * 1024;

/// Maximum size of an excerpt of such a body.
const KEPT_EXCERPT: usize = 512 * 1024;

/// Bytes kept of a binary body.
const KEPT_BINARY: usize = 4 * 1024;

impl Body {
    /// A body of so many bytes, none of which are shown.
    pub(super) fn left_out(size: u64) -> Self {
        Self { size, left_out: size, ..Self::default() }
    }

    /// Adds an excerpt of the `parsed` body around `places` if the text is shortened.
    pub(super) fn with_excerpt<'p>(
        self,
        bytes: &[u8],
        parsed: Option<&Value>,
        places: impl Iterator<Item = &'p Pointer>,
        redactor: &ExchangeRedactor<'_>,
    ) -> Self {
        let mut places = places.peekable();
        let Some(parsed) = parsed.filter(|_| self.left_out > 0 && places.peek().is_some()) else { return self };
        let Some(excerpt) = diff::excerpt(parsed, places, KEPT_EXCERPT) else { return self };
        let digits = NumberLiterals::parse(std::str::from_utf8(bytes).unwrap_or_default());
        let (text, left_out) = redactor.body(&VerbatimValue::new(&excerpt, &digits).to_string(), None, KEPT_EXCERPT);
        Self { excerpt: (left_out == 0).then_some(text), ..self }
    }

    /// Converts at most `kept` of `bytes`, redacted.
    pub(super) fn from_bytes(
        bytes: &[u8],
        media_type: Option<&MediaType>,
        kept: usize,
        redactor: &ExchangeRedactor<'_>,
    ) -> Self {
        let size = bytes.len() as u64;
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let (shown, left_out) = redactor.body(text, media_type, kept);
                Self { size, text: (!text.is_empty()).then_some(shown), left_out: left_out as u64, ..Self::default() }
            }
            Err(_) if redactor.is_in(bytes, KEPT_BINARY) => Self::left_out(size),
            Err(_) => {
                let start = &bytes[..bytes.len().min(KEPT_BINARY)];
                let left_out = (bytes.len() - start.len()) as u64;
                Self { size, base64: Some(STANDARD.encode(start)), left_out, ..Self::default() }
            }
        }
    }
}
