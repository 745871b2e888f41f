//! Lengths of time as people write them: `2s`, `500ms`, `1m`.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A length of time, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    /// Reads `500ms`, `2s`, `1.5s`, `1m` or `1h`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = text.split_at(digits);
        let seconds = number.parse::<f64>().ok()? * seconds_per(unit)?;
        (seconds <= 86_400.0).then(|| Self(Duration::from_micros((seconds * 1e6).round() as u64)))
    }
}

fn seconds_per(unit: &str) -> Option<f64> {
    match unit {
        "ms" => Some(0.001),
        "s" => Some(1.0),
        "m" => Some(60.0),
        "h" => Some(3600.0),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("expected a length of time such as `500ms`, `2s` or `1m`, found `{text}`"))
        })
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", "examples": ["2s", "500ms", "1m"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_number_with_its_unit() {
        let check = |text, expect: Option<u64>| {
            assert_eq!(Span::parse(text).map(|span| span.0), expect.map(Duration::from_millis), "{text:?}");
        };
        check("500ms", Some(500));
        check("2s", Some(2000));
        check("1.5s", Some(1500));
        check("1m", Some(60_000));
        check("24h", Some(86_400_000));
        for wrong in ["", "2", "s", "2 s", "-1s", "1d", "1..5s", "25h", "9999999999999999999999h", "2é"] {
            check(wrong, None);
        }
    }
}
