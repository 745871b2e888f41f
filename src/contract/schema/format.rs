//! `format`: the formats of the OpenAPI registry, for numbers too, else those of JSON Schema.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::{Number, Value, json};

use super::custom::violated;

/// Compiled formats of the library by name: each is compiled once per document.
pub(super) type NamedFormats = Arc<Mutex<HashMap<String, Arc<Validator>>>>;

/// A format: of OpenAPI (OpenAPI 3.1 §4.4, the OpenAPI format registry), else of JSON Schema.
pub(super) enum Format {
    /// Integers of some width: least and greatest value.
    Whole(i128, i128),
    /// A number that a 32-bit float can hold.
    Float,
    /// A number without a fraction that a 64-bit float holds exactly.
    DoubleInt,
    /// A Base64 string.
    Byte,
    /// A Base64 string with the alphabet of URLs, padded or not.
    Base64Url,
    /// A string of one character.
    Char,
    /// A decimal number as a string.
    Decimal,
    /// The date of an HTTP header (RFC 9110 §5.6.7).
    HttpDate,
    /// A format of JSON Schema 2020-12.
    Named(Arc<Validator>),
    /// Restricts nothing: `password`, `binary`, and every unknown name.
    Anything,
}

impl Format {
    /// The format of that name; unknown names restrict nothing (JSON Schema 2020-12 Validation §7.2.3).
    pub(super) fn new(value: &Value, named: &NamedFormats) -> Result<Self, ValidationError<'static>> {
        let name = value.as_str().ok_or_else(|| ValidationError::schema("format is not a string"))?;
        Ok(match name {
            "int8" => Self::Whole(i8::MIN.into(), i8::MAX.into()),
            "int16" => Self::Whole(i16::MIN.into(), i16::MAX.into()),
            "int32" => Self::Whole(i32::MIN.into(), i32::MAX.into()),
            "int64" => Self::Whole(i64::MIN.into(), i64::MAX.into()),
            "uint8" => Self::Whole(0, u8::MAX.into()),
            "uint16" => Self::Whole(0, u16::MAX.into()),
            "uint32" => Self::Whole(0, u32::MAX.into()),
            "uint64" => Self::Whole(0, u64::MAX.into()),
            "float" => Self::Float,
            "double-int" => Self::DoubleInt,
            "byte" => Self::Byte,
            "base64url" => Self::Base64Url,
            "char" => Self::Char,
            "decimal" | "decimal128" => Self::Decimal,
            "http-date" => Self::HttpDate,
            _ => Self::named(name, named),
        })
    }

    fn named(name: &str, named: &NamedFormats) -> Self {
        let mut held = named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = held.get(name) {
            return Self::Named(Arc::clone(validator));
        }
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).offline();
        let known = options.is_known_format(Draft::Draft202012, name);
        let compiled = if known { options.build(&json!({ "format": name })).ok() } else { None };
        let Some(validator) = compiled.map(Arc::new) else { return Self::Anything };
        held.insert(name.to_owned(), Arc::clone(&validator));
        Self::Named(validator)
    }
}

/// Whether the format of that name is known, even if it restricts no JSON value.
pub(in crate::contract) fn is_known(name: &str) -> bool {
    let silent = ["binary", "password", "double", "html", "commonmark", "media-range"];
    let format = Format::new(&Value::from(name), &NamedFormats::default());
    silent.contains(&name) || !matches!(format, Ok(Format::Anything))
}

impl<'i> Keyword<'i> for Format {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (self, instance) {
            (Self::Whole(least, most), Value::Number(number)) => {
                whole(number).is_none_or(|whole| (*least..=*most).contains(&whole) && !is_rounded(number, whole))
            }
            (Self::Float, Value::Number(number)) => {
                number.as_f64().is_none_or(|float| float.abs() <= f64::from(f32::MAX))
            }
            (Self::DoubleInt, Value::Number(number)) => {
                whole(number).is_some_and(|number| number.unsigned_abs() < 1 << 53)
            }
            (Self::Byte, Value::String(text)) => STANDARD.decode(text).is_ok(),
            (Self::Base64Url, Value::String(text)) => {
                if text.ends_with('=') {
                    URL_SAFE.decode(text).is_ok()
                } else {
                    URL_SAFE_NO_PAD.decode(text).is_ok()
                }
            }
            (Self::Char, Value::String(text)) => text.chars().count() == 1,
            (Self::Decimal, Value::String(text)) => is_decimal(text),
            (Self::HttpDate, Value::String(text)) => is_http_date(text),
            (Self::Named(validator), _) => validator.is_valid(instance),
            _ => true,
        }
    }
}

/// The number as an integer, saturating; none where it has a fraction, which `type` reports.
fn whole(number: &Number) -> Option<i128> {
    let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    #[allow(clippy::cast_possible_truncation, reason = "float to integer casts saturate")]
    let rounded = || number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i128);
    exact.or_else(rounded)
}

/// Whether the number is the lower bound of 64 bits, but as the nearest float of a smaller one.
fn is_rounded(number: &Number, whole: i128) -> bool {
    number.is_f64() && whole == i64::MIN.into()
}

/// Whether it is a sign, digits, and perhaps a fraction or an exponent.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') && unsigned.parse::<f64>().is_ok()
}

/// An HTTP date, in any of its three formats.
fn is_http_date(text: &str) -> bool {
    httpdate::parse_http_date(text).is_ok()
}
