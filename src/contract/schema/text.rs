//! Keywords for strings: `pattern`, `contentEncoding`, `contentMediaType`, `contentSchema`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use fancy_regex::{Regex, RegexBuilder};
use jsonschema::{FancyRegex, Keyword, PatternOptions, ValidationError};
use serde_json::{Map, Value};

use crate::document::{JsonError, parse_json};
use crate::http::MediaType;

use super::custom::{not_checked, violated};
use super::ecma;

/// Steps after which matching a pattern is aborted and the value not checked against it.
const BACKTRACK_LIMIT: usize = 100_000;

/// The regex engine for patterns.
pub(super) fn patterns() -> PatternOptions<FancyRegex> {
    PatternOptions::<FancyRegex>::fancy_regex().backtrack_limit(BACKTRACK_LIMIT)
}

/// Compiled patterns by their source: each is compiled once. An error says why a pattern is not supported.
#[derive(Debug, Default, Clone)]
pub(super) struct Patterns(Arc<Mutex<HashMap<String, Compiled>>>);

/// The pattern for the engine, or why it is not supported.
pub(super) type Compiled = Result<Arc<Regex>, Arc<str>>;

impl Patterns {
    /// Why the pattern is not supported; none where it is.
    pub(super) fn unmatched(&self, pattern: &str) -> Option<String> {
        self.get(pattern).err().map(|why| why.to_string())
    }

    /// Whether `text` matches the pattern; true for patterns that are not supported.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        self.get(pattern).map_or(true, |regex| regex.is_match(text).unwrap_or(true))
    }

    /// The pattern for the engine.
    pub(super) fn get(&self, pattern: &str) -> Compiled {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(pattern.to_owned()).or_insert_with(|| compiled(pattern)).clone()
    }
}

/// `pattern`: a regular expression of ECMA-262 (JSON Schema 2020-12 Core §6.4), as far as the engine supports it.
pub(super) struct Pattern(Compiled);

impl Pattern {
    /// The pattern `value` of a schema.
    pub(super) fn new(value: &Value, known: &Patterns) -> Result<Self, ValidationError<'static>> {
        let text = value.as_str().ok_or_else(|| ValidationError::schema("pattern is not a string"))?;
        Ok(Self(known.get(text)))
    }
}

/// Why the pattern is not supported; none where it is.
pub(in crate::contract) fn pattern_error(pattern: &str) -> Option<String> {
    compiled(pattern).err().map(|why| why.to_string())
}

/// Whether `text` matches the pattern; true for patterns that are not supported.
pub(crate) fn pattern_matches(pattern: &str, text: &str) -> bool {
    Patterns::default().matches(pattern, text)
}

fn compiled(pattern: &str) -> Compiled {
    let built = ecma::translate(pattern)
        .and_then(|pattern| RegexBuilder::new(&pattern).backtrack_limit(BACKTRACK_LIMIT).build().ok());
    built.map(Arc::new).ok_or_else(|| Arc::from(format!("the pattern {pattern} is not supported")))
}

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        let Some(text) = instance.as_str() else { return Ok(()) };
        match self.0.as_ref().map(|regex| regex.is_match(text)) {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(violated()),
            Ok(Err(_)) => Err(not_checked("matching the pattern takes too long")),
            Err(why) => Err(not_checked(why)),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let is_match = |text: &str| self.0.as_ref().is_ok_and(|regex| regex.is_match(text).unwrap_or(false));
        instance.as_str().is_none_or(is_match)
    }
}

/// `contentEncoding`: a string that encodes bytes (JSON Schema 2020-12 Validation §8.3). It is asserted, as OpenAPI 3.0's `byte`
/// is. Any string conforms to the encodings of mail (`7bit`, `quoted-printable` …).
pub(super) enum Encoding {
    /// RFC 4648 §4.
    Base64,
    /// RFC 4648 §5.
    Base64Url,
    /// RFC 4648 §6 and §8: an alphabet, and the multiple that the length is padded to.
    Digits(&'static str, usize),
    /// Not asserted.
    Anything,
}

impl Encoding {
    /// The encoding of that name, case-insensitive (RFC 2045 §6.1).
    pub(super) fn new(value: &Value) -> Result<Self, ValidationError<'static>> {
        let name = value.as_str().ok_or_else(|| ValidationError::schema("contentEncoding is not a string"))?;
        Ok(match name.to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "base32" => Self::Digits("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 8),
            "base16" => Self::Digits("0123456789ABCDEF", 2),
            _ => Self::Anything,
        })
    }

    /// Decodes the bytes; none where the string is malformed or the encoding is not supported.
    fn decode(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Base64 => STANDARD.decode(text).ok(),
            Self::Base64Url => URL_SAFE.decode(pad(text)).ok(),
            Self::Digits(..) | Self::Anything => None,
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Base64 | Self::Base64Url => self.decode(text).is_some(),
            Self::Digits(digits, multiple) => {
                text.len().is_multiple_of(*multiple) && text.trim_end_matches('=').chars().all(|c| digits.contains(c))
            }
            Self::Anything => true,
        }
    }
}

/// Adds the padding that `base64url` may omit.
fn pad(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    format!("{bare}{}", "=".repeat((4 - bare.len() % 4) % 4))
}

impl<'i> Keyword<'i> for Encoding {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| self.fits(text))
    }
}

/// `contentMediaType`: a string that is a document (JSON Schema 2020-12 Validation §8.4). Only JSON is asserted.
pub(super) struct Content {
    is_json: bool,
    encoding: Encoding,
}

impl Content {
    /// The media type `value` of the schema `parent`, whose `contentEncoding` is decoded first.
    pub(super) fn new(parent: &Map<String, Value>, value: &Value) -> Result<Self, ValidationError<'static>> {
        let name = value.as_str().ok_or_else(|| ValidationError::schema("contentMediaType is not a string"))?;
        let encoding = parent.get("contentEncoding").map_or(Ok(Encoding::Anything), Encoding::new)?;
        Ok(Self { is_json: MediaType::parse(name).is_ok_and(|media_type| media_type.is_json()), encoding })
    }
}

impl Content {
    /// What is wrong with a string; none where it is the document, or where `contentEncoding` reports a malformed encoding.
    fn error(&self, text: &str) -> Option<JsonError> {
        match self.encoding {
            _ if !self.is_json => None,
            Encoding::Anything => parse_json(text.as_bytes()).err(),
            _ => self.encoding.decode(text).and_then(|bytes| parse_json(&bytes).err()),
        }
    }
}

impl<'i> Keyword<'i> for Content {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match instance.as_str().and_then(|text| self.error(text)) {
            None => Ok(()),
            Some(error) if error.beyond_limits => Err(not_checked(&format!("the string has {error}"))),
            Some(_) => Err(violated()),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| self.error(text).is_none())
    }
}

/// `contentSchema`: the schema of the decoded content, which is not checked.
pub(super) struct ContentSchema;

impl<'i> Keyword<'i> for ContentSchema {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if instance.is_string() { Err(not_checked("contentSchema is not checked")) } else { Ok(()) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !instance.is_string()
    }
}
