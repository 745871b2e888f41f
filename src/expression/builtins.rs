//! Functions of expressions. They are pure: time and random values come from the scope.

use std::ops::Range;

use serde_json::Value;

use crate::suggestion::nearest;

use super::digest;
use super::error::EvalError;
use super::instant::Instant;
use super::scope::Scope;
use super::value::Operand;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Uuid,
    Now,
    Today,
    RandomInt,
    Time,
    Public,
    Sha256,
    Hmac,
    Base64,
    Base64Url,
    Base64Decode,
    Hex,
}

const FUNCTIONS: [(Function, &str, &[&str]); 12] = [
    (Function::Uuid, "uuid", &[]),
    (Function::Now, "now", &[]),
    (Function::Today, "today", &["offset_days"]),
    (Function::RandomInt, "random_int", &["least", "most"]),
    (Function::Time, "time", &["text"]),
    (Function::Public, "public", &["value"]),
    (Function::Sha256, "sha256", &["value"]),
    (Function::Hmac, "hmac", &["algorithm", "key", "value"]),
    (Function::Base64, "base64", &["value"]),
    (Function::Base64Url, "base64url", &["value"]),
    (Function::Base64Decode, "base64_decode", &["text"]),
    (Function::Hex, "hex", &["value"]),
];

/// Message about an unknown function.
pub(super) fn unknown(name: &str) -> String {
    let known = FUNCTIONS.map(|(_, known, _)| known);
    match nearest(name, known) {
        Some(near) => format!("unknown function `{name}`, did you mean `{near}`?"),
        None => format!("unknown function `{name}`, expected one of {}", known.join(", ")),
    }
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(_, known, _)| *known == name).map(|(function, ..)| *function)
    }

    pub(super) fn arity(self) -> usize {
        self.row().2.len()
    }

    /// `random_int(least, most)`.
    pub(super) fn signature(self) -> String {
        let (_, name, parameters) = self.row();
        format!("{name}({})", parameters.join(", "))
    }

    fn row(self) -> &'static (Self, &'static str, &'static [&'static str]) {
        FUNCTIONS.iter().find(|(function, ..)| *function == self).expect("every function has a row")
    }

    /// Calls the function; the number of arguments is its arity.
    pub(super) fn call<'v>(
        self,
        given: Vec<Operand<'v>>,
        scope: &Scope,
        range: &Range<usize>,
    ) -> Result<Operand<'v>, EvalError> {
        let wrong = |found: &[Operand<'_>]| {
            let found = found.iter().map(Operand::kind).collect::<Vec<_>>().join(", ");
            EvalError::wrong(format!("expected `{}`, found {found}", self.signature()), range)
        };
        match (self, given.as_slice()) {
            (Self::Uuid, _) => Ok(Value::from(scope.uuid()).into()),
            (Self::Now, _) => Ok(Operand::Instant(scope.now())),
            (Self::Today, [days]) => {
                let days = whole(days).ok_or_else(|| wrong(&given))?;
                let date = scope.now().later(days as f64 * 86_400.0).map(Instant::date);
                date.map(|date| Value::from(date).into()).ok_or_else(|| EvalError::wrong("date out of range", range))
            }
            (Self::RandomInt, [least, most]) => {
                let bounds = whole(least).zip(whole(most)).ok_or_else(|| wrong(&given))?;
                let drawn = random_int(scope.random(), bounds);
                drawn.map(|drawn| Value::from(drawn).into()).ok_or_else(|| {
                    EvalError::wrong(format!("expected least ≤ most, found {} and {}", bounds.0, bounds.1), range)
                })
            }
            (Self::Time, [text]) => time(text, range).unwrap_or_else(|| Err(wrong(&given))),
            (Self::Public, [value]) => Ok(value.clone()),
            (Self::Hmac, [algorithm, key, value]) => {
                let name = algorithm.text().ok_or_else(|| wrong(&given))?;
                let (key, value) = key.bytes().zip(value.bytes()).ok_or_else(|| wrong(&given))?;
                let code = digest::hmac(name, key, value);
                let code = code.map(|code| if scope.has_wrong_codes() { changed(code) } else { code });
                code.map(Operand::Bytes).ok_or_else(|| {
                    let known = digest::ALGORITHMS.join(", ");
                    EvalError::wrong(format!("unknown algorithm {}, expected one of {known}", Value::from(name)), range)
                })
            }
            (Self::Base64Decode, [text]) => {
                let text = text.text().ok_or_else(|| wrong(&given))?;
                let decoded = digest::base64_decode(text).map(Operand::Bytes);
                // The text may be a secret.
                decoded.ok_or_else(|| EvalError::wrong("the text is not base64".to_owned(), range))
            }
            (Self::Sha256 | Self::Base64 | Self::Base64Url | Self::Hex, [value]) => {
                let bytes = value.bytes().ok_or_else(|| wrong(&given))?;
                Ok(match self {
                    Self::Sha256 => Operand::Bytes(digest::sha256(bytes)),
                    Self::Base64 => Value::from(digest::base64(bytes)).into(),
                    Self::Base64Url => Value::from(digest::base64url(bytes)).into(),
                    _ => Value::from(digest::hex(bytes)).into(),
                })
            }
            _ => Err(wrong(&given)),
        }
    }
}

/// Other bytes of the same length.
fn changed(code: Vec<u8>) -> Vec<u8> {
    code.into_iter().map(|byte| !byte).collect()
}

/// Parses a string as an instant. An instant is returned as it is; other types are no valid argument.
fn time<'v>(given: &Operand<'v>, range: &Range<usize>) -> Option<Result<Operand<'v>, EvalError>> {
    let text = match given {
        Operand::Instant(_) => return Some(Ok(given.clone())),
        Operand::Json(value) => value.as_str()?,
        Operand::Bytes(_) | Operand::Omit => return None,
    };
    let message =
        || format!("expected an RFC 3339 date-time such as 2025-02-13T19:08:07Z, found {}", Value::from(text));
    Some(Instant::parse(text).map(Operand::Instant).ok_or_else(|| EvalError::wrong(message(), range)))
}

fn whole(datum: &Operand<'_>) -> Option<i64> {
    match datum {
        Operand::Json(value) => value.as_i64(),
        _ => None,
    }
}

fn random_int(random: [u8; 16], (least, most): (i64, i64)) -> Option<i64> {
    let count = u128::try_from(i128::from(most) - i128::from(least)).ok()? + 1;
    let offset = i128::try_from(u128::from_be_bytes(random) % count).ok()?;
    i64::try_from(i128::from(least) + offset).ok()
}
