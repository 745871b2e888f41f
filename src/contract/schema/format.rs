//! `format`: the formats of the OpenAPI registry, for numbers too, else those of JSON Schema.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonschema::{Draft, Keyword, ValidationError};
use serde_json::{Map, Number, Value, json};

use crate::contract::types::strings;
use crate::document::Decimal;
use crate::http::MediaType;

use super::custom::{not_checked, note_undecided, violated};
use super::judged::{Instance, Judged, Validator};
use super::number::{UNDECIDED, by_digits};

/// Compiled formats of the library by name: each is compiled once per document.
pub(super) type NamedFormats = Arc<Mutex<HashMap<String, Arc<Validator>>>>;

/// Maximum size of a regular expression that is checked, in bytes: the engine takes fifty times as much to read it.
const MAX_REGEX: usize = 64 * 1024;

/// A format: of OpenAPI (OpenAPI 3.1 §4.4, the OpenAPI format registry), else of JSON Schema.
pub(super) enum Format {
    /// Integers of some width: least and greatest value.
    Whole(i128, i128),
    /// The same where `type` allows fractions: a number with one is no such integer.
    WholeNumber(i128, i128),
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
    /// A media type or range, as in the header Accept (RFC 9110 §12.5.1).
    MediaRange,
    /// A `date-time` or `time` without its time zone.
    Local(Arc<Validator>),
    /// A regular expression of ECMA-262 (JSON Schema 2020-12 Validation §7.3.8).
    Regex(Arc<Validator>),
    /// Another format of JSON Schema 2020-12.
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
            "media-range" => Self::MediaRange,
            "date-time-local" => Self::named("date-time", named).map_or(Self::Anything, Self::Local),
            "time-local" => Self::named("time", named).map_or(Self::Anything, Self::Local),
            "regex" => Self::named(name, named).map_or(Self::Anything, Self::Regex),
            _ => Self::named(name, named).map_or(Self::Anything, Self::Named),
        })
    }

    /// The format `value` of a schema. Next to `type: integer`, that keyword alone reports fractions.
    pub(super) fn of_schema(
        schema: &Map<String, Value>,
        value: &Value,
        named: &NamedFormats,
    ) -> Result<Self, ValidationError<'static>> {
        let is_integer =
            schema.get("type").is_some_and(|declared| strings(Some(declared)).all(|name| name != "number"));
        Ok(match Self::new(value, named)? {
            Self::Whole(least, most) if !is_integer => Self::WholeNumber(least, most),
            other => other,
        })
    }

    fn named(name: &str, named: &NamedFormats) -> Option<Arc<Validator>> {
        let mut held = named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = held.get(name) {
            return Some(Arc::clone(validator));
        }
        let options =
            jsonschema::options_for::<Judged>().with_draft(Draft::Draft202012).should_validate_formats(true).offline();
        let known = options.is_known_format(Draft::Draft202012, name);
        let compiled = if known { options.build(&json!({ "format": name })).ok() } else { None };
        let validator = compiled.map(Arc::new)?;
        held.insert(name.to_owned(), Arc::clone(&validator));
        Some(validator)
    }
}

/// Why a regular expression is not checked.
const LONG_REGEX: &str = "a regular expression of more than 64 KiB";

impl Format {
    fn is_too_long(&self, instance: Instance<'_>) -> bool {
        matches!(self, Self::Regex(_)) && instance.text().is_some_and(|text| text.len() > MAX_REGEX)
    }
}

/// Whether the format of that name restricts any JSON value.
pub(in crate::contract) fn is_restricting(name: &str) -> bool {
    static NAMED: LazyLock<NamedFormats> = LazyLock::new(NamedFormats::default);
    !matches!(Format::new(&Value::from(name), &NAMED), Ok(Format::Anything))
}

/// Whether the format of that name is known, even if it restricts no JSON value.
pub(in crate::contract) fn is_known(name: &str) -> bool {
    let silent = ["binary", "password", "double", "html", "commonmark", "unixtime"];
    let format = Format::new(&Value::from(name), &NamedFormats::default());
    silent.contains(&name) || !matches!(format, Ok(Format::Anything))
}

impl<'i> Keyword<'i, Judged> for Format {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        // `is_valid` would note it a second time.
        if self.is_too_long(instance) {
            return Err(not_checked(LONG_REGEX));
        }
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        match (self, instance.number(), instance.text()) {
            (Self::Whole(least, most), Some(number), _) => is_within(number, [*least, *most]).unwrap_or(true),
            (Self::WholeNumber(least, most), Some(number), _) => is_within(number, [*least, *most]).unwrap_or(false),
            (Self::Float, Some(number), _) => number.as_f64().is_none_or(|float| float.abs() <= f64::from(f32::MAX)),
            (Self::DoubleInt, Some(number), _) => whole(number).is_some_and(|number| number.unsigned_abs() < 1 << 53),
            (Self::Byte, _, Some(text)) => STANDARD.decode(text).is_ok(),
            (Self::Base64Url, _, Some(text)) => {
                if text.ends_with('=') {
                    URL_SAFE.decode(text).is_ok()
                } else {
                    URL_SAFE_NO_PAD.decode(text).is_ok()
                }
            }
            (Self::Char, _, Some(text)) => text.chars().count() == 1,
            (Self::Decimal, _, Some(text)) => is_decimal(text),
            (Self::HttpDate, _, Some(text)) => is_http_date(text),
            (Self::MediaRange, _, Some(text)) => MediaType::parse(text).is_ok(),
            // An offset that there is already is no part of it.
            (Self::Local(validator), _, Some(text)) => validator.is_valid(Instance::string(&format!("{text}Z"))),
            (Self::Regex(_), _, Some(_)) if self.is_too_long(instance) => {
                note_undecided(LONG_REGEX);
                false
            }
            (Self::Regex(validator) | Self::Named(validator), ..) => validator.is_valid(instance),
            _ => true,
        }
    }
}

/// Whether the number is between these bounds; none where it has a fraction, which `type` reports.
fn is_within(number: &Number, [least, most]: [i128; 2]) -> Option<bool> {
    let is_fraction = |digits: &str| Some(!Decimal::parse(digits).is_whole());
    let of_digits = |digits: &str| {
        let compared = |bound: i128| Decimal::parse(digits).compare(&Decimal::parse(&bound.to_string()));
        Some(compared(least).is_ge() && compared(most).is_le())
    };
    match (by_digits(number, is_fraction), by_digits(number, of_digits)) {
        (Some(Some(true)), _) => None,
        (Some(Some(false)), Some(Some(is_within))) => Some(is_within),
        (Some(_), _) => {
            note_undecided(UNDECIDED);
            Some(true)
        }
        (None, _) => whole(number).map(|whole| (least..=most).contains(&whole) && !is_rounded(number, whole)),
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
