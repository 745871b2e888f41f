//! Durations, rates and sizes as users write them: one grammar for flags, configuration, case files and mock rules. Counts as
//! messages print them.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::fmt::friendly::SpanParser;
use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest duration that a file or flag may name.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The notation of a duration. It is stricter than the parser of `jiff`, which also takes signs, `ago`, commas and `1:30:00`.
const DURATION_PATTERN: &str =
    "^(0|([0-9]+(\\.[0-9]+)? ?(ns|us|µs|ms|s|m|min|h) ?)*[0-9]+(\\.[0-9]+)? ?(ns|us|µs|ms|s|m|min|h))$";

static DURATION: LazyLock<Regex> = LazyLock::new(|| Regex::new(DURATION_PATTERN).expect("a valid pattern"));

/// Parses `500ms`, `2s`, `1.5min`, `1h30m` or `0`; at most 24 hours. Units fall from left to right.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let parsed = DURATION.is_match(text).then(|| SpanParser::new().parse_unsigned_duration(text).ok()).flatten();
    let duration = parsed.ok_or_else(|| {
        let (problem, notation) = (format!("`{text}` is not a duration"), "such as `500ms` or `2min`");
        match text
            .match_indices('.')
            .all(|(at, _)| text[..at].ends_with(is_digit) && text[at + 1..].starts_with(is_digit))
        {
            true => format!("{problem}: write a number and a unit (h, min, s, ms, us or ns), {notation}"),
            false => format!("{problem}: a decimal point needs digits on both sides, such as `0.5s`"),
        }
    })?;
    if duration > MAX_DURATION {
        return Err(format!("`{text}` is too long: a duration is at most 24h"));
    }
    Ok(duration)
}

/// Parses a duration that limits or delays something, which zero cannot.
pub(crate) fn parse_time_limit(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text)?;
    if duration.is_zero() { Err(format!("expected a duration above zero, found `{text}`")) } else { Ok(duration) }
}

/// Parses a size that limits something, which zero cannot.
pub(crate) fn parse_limit(text: &str) -> Result<u64, String> {
    let size = parse_size(text)?;
    if size == 0 { Err(format!("expected a size above zero, found `{text}`")) } else { Ok(size) }
}

/// The sum of numbers that a record may have from anybody; the largest number instead of an overflow.
pub(crate) fn total(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(0, u64::saturating_add)
}

/// Formats a count: `1 finding`, `3 findings`, `2 properties`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Parses a whole number of percent from 0 to 100: `80`, `80%` or `80 %`.
pub(crate) fn parse_percent(text: &str) -> Result<u8, String> {
    let trimmed = text.trim();
    let number = trimmed.strip_suffix('%').unwrap_or(trimmed).trim_end();
    let percent = number.parse::<u8>().ok().filter(|percent| *percent <= 100 && !number.starts_with('+'));
    percent.ok_or_else(|| format!("expected a whole number of percent from 0 to 100, found {text:?}"))
}

/// Parses `10/s`, `300/min` or `1000/h`; returns requests per second.
pub(crate) fn parse_rate(text: &str) -> Result<f64, String> {
    let parsed = text.split_once('/').and_then(|(count, unit)| {
        let seconds = match unit.trim() {
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        Some(decimal(count.trim())? / seconds)
    });
    parsed
        .filter(|rate| *rate > 0.0)
        .ok_or_else(|| format!("`{text}` is not a rate: write requests per s, min or h, such as `10/s` or `300/min`"))
}

/// Parses a number of bytes: `10MB`, `64kB` or `1GB` (powers of ten), or a plain number.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        _ => None,
    };
    factor.and_then(|factor| digits.parse::<u64>().ok()?.checked_mul(factor)).ok_or_else(|| {
        format!("`{text}` is not a size: write a number of bytes, or kB, MB or GB, such as `64kB` or `10MB`")
    })
}

/// A non-negative decimal number without sign and exponent.
fn decimal(text: &str) -> Option<f64> {
    let is_decimal = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse::<f64>().ok().filter(|number| is_decimal && number.is_finite())
}

/// A duration in a file: `2s`, `500ms`, `1min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HumanDuration(pub Duration);

impl Serialize for HumanDuration {
    /// Writes the largest unit that gives a whole number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const UNITS: [(u128, &str); 6] = [
            (3_600_000_000_000, "h"),
            (60_000_000_000, "min"),
            (1_000_000_000, "s"),
            (1_000_000, "ms"),
            (1_000, "us"),
            (1, "ns"),
        ];
        let nanos = self.0.as_nanos();
        let (size, unit) =
            UNITS.into_iter().find(|(size, _)| nanos > 0 && nanos.is_multiple_of(*size)).unwrap_or((1, "s"));
        serializer.collect_str(&format_args!("{}{unit}", nanos / size))
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_duration(&text(deserializer, DURATION_TEXT)?).map(Self).map_err(D::Error::custom)
    }
}

/// Reads a duration above zero.
pub(crate) fn time_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HumanDuration, D::Error> {
    parse_time_limit(&text(deserializer, DURATION_TEXT)?).map(HumanDuration).map_err(D::Error::custom)
}

/// What a duration is, for messages about a value that is not a string.
pub(crate) const DURATION_TEXT: &str = "a duration with a unit, such as `500ms` or `2s`";

/// What a size is.
pub(crate) const SIZE_TEXT: &str = "a size with a unit, such as `64kB` or `10MB`";

/// What a rate is.
pub(crate) const RATE_TEXT: &str = "a rate with a unit, such as `10/s`";

/// Reads a string; the error for another value says what is `expected`.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D, expected: &'static str) -> Result<String, D::Error> {
    struct Text(&'static str);

    impl Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
    }

    deserializer.deserialize_str(Text(expected))
}

/// Reads a string, or `None` for null; the error for another value says what is `expected`.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<Option<String>, D::Error> {
    struct OptionalText(&'static str);

    impl<'de> Visitor<'de> for OptionalText {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            text(deserializer, self.0).map(Some)
        }
    }

    deserializer.deserialize_option(OptionalText(expected))
}

impl JsonSchema for HumanDuration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": DURATION_PATTERN, "examples": ["2s", "500ms", "1min"] })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        let check = |text: &str, millis: u64| {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text:?}");
        };
        check("500ms", 500);
        check("2s", 2000);
        check("2 s", 2000);
        check("1.5s", 1500);
        check("1m", 60_000);
        check("1min", 60_000);
        check("1.5m", 90_000);
        check("1h30m", 5_400_000);
        check("1h 30min", 5_400_000);
        check("24h", 86_400_000);
        check("0", 0);
        check("0s", 0);
        check("2000us", 2);
    }

    #[test]
    fn other_notations_of_durations_are_refused() {
        for wrong in [
            "",
            "2",
            "s",
            "-1s",
            "+1s",
            "1s ago",
            "1d",
            "1..5s",
            "1e9h",
            "1:30:00",
            "PT1H",
            "1h, 30m",
            "30s 1m",
            "1s1s",
            " 2s",
            "2s ",
            "2é",
            "2S",
            "90",
            "1h30",
            "3 days",
            "9999999999999999999999h",
        ] {
            assert!(parse_duration(wrong).is_err_and(|message| message.contains("is not a duration")), "{wrong:?}");
        }
        for wrong in [".5s", "1.s", "1.h30m", "1h .5m", "1."] {
            assert!(parse_duration(wrong).is_err_and(|message| message.contains("digits on both sides")), "{wrong:?}");
        }
        assert_eq!(parse_duration("25h"), Err("`25h` is too long: a duration is at most 24h".to_owned()));
    }

    #[test]
    fn a_limit_is_above_zero() {
        assert_eq!(parse_time_limit("0s"), Err("expected a duration above zero, found `0s`".to_owned()));
        assert_eq!(parse_limit("0kB"), Err("expected a size above zero, found `0kB`".to_owned()));
        assert_eq!((parse_time_limit("1ns").is_ok(), parse_limit("1")), (true, Ok(1)));
    }

    #[test]
    fn a_duration_is_written_with_its_largest_whole_unit() {
        for text in ["2s", "1500ms", "90min", "2h", "7us", "1ns", "0s", "1501ms"] {
            let duration: HumanDuration = serde_json::from_value(json!(text)).expect("a duration");
            assert_eq!(serde_json::to_value(duration).expect("a string"), json!(text));
        }
    }

    #[test]
    fn a_number_is_refused_with_what_is_expected() {
        let error = serde_json::from_value::<HumanDuration>(json!(5)).expect_err("not a string").to_string();
        assert_eq!(error, "invalid type: integer `5`, expected a duration with a unit, such as `500ms` or `2s`");
    }

    #[test]
    fn a_noun_is_plural_unless_its_count_is_one() {
        let counts = [(0, "case"), (1, "case"), (2, "case"), (1, "property"), (3, "property")];
        let expected = ["0 cases", "1 case", "2 cases", "1 property", "3 properties"];
        assert_eq!(counts.map(|(number, noun)| count(number, noun)), expected);
    }

    #[test]
    fn rates_count_requests_per_unit() {
        assert_eq!(
            ["10/s", "300/m", "300/min", "0/s", "10", "x/s", "1e3/s", "-1/s"].map(|text| parse_rate(text).ok()),
            [Some(10.0), Some(5.0), Some(5.0), None, None, None, None, None]
        );
    }

    #[test]
    fn sizes_are_powers_of_ten() {
        assert_eq!(
            ["10MB", "64 kB", "7", "1TB", "99999999999GB", "é"].map(|text| parse_size(text).ok()),
            [Some(10_000_000), Some(64_000), Some(7), None, None, None]
        );
    }
}
