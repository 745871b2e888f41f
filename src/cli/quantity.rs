//! How durations, rates, sizes, addresses and assignments are written: `3s`, `10/s`, `10MB`, `127.0.0.1`, `name=value`.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// `500ms`, `3s`, `2m` or `1h`, with a fraction if need be; at most a day.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("a duration like 500ms, 3s or 2m is expected, not {text:?}");
    let (number, unit) = split(text).ok_or_else(wrong)?;
    let seconds = match unit {
        "ms" => number / 1e3,
        "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(wrong()),
    };
    if seconds > 86_400.0 {
        return Err(format!("a duration of at most 24h is expected, not {text:?}"));
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// `10/s`, `300/m` or `1000/h`, in requests a second.
pub fn rate(text: &str) -> Result<f64, String> {
    let wrong = || format!("a rate like 10/s or 300/m is expected, not {text:?}");
    let (number, unit) = split(text).ok_or_else(wrong)?;
    let rate = match unit {
        "/s" => number,
        "/m" | "/min" => number / 60.0,
        "/h" => number / 3600.0,
        _ => return Err(wrong()),
    };
    if rate > 0.0 { Ok(rate) } else { Err(wrong()) }
}

/// Bytes, as `10MB`, `64kB`, `1GB` (powers of ten) or a plain number.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("a size like 64kB or 10MB is expected, not {text:?}");
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

/// An IP address, or `localhost`.
pub fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        text => text.parse().map_err(|_| format!("an IP address like 127.0.0.1 or ::1 is expected, not {text:?}")),
    }
}

/// `NAME=VALUE`.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("NAME=VALUE is expected, not {text:?}")),
    }
}

/// A non-negative decimal number and the rest of the text.
fn split(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number = text[..end].parse::<f64>().ok()?;
    number.is_finite().then(|| (number, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        assert_eq!(address("localhost"), address("127.0.0.1"));
        assert_eq!(address("::1"), Ok(std::net::Ipv6Addr::LOCALHOST.into()));
        let wrong = "an IP address like 127.0.0.1 or ::1 is expected, not \"api.example\"";
        assert_eq!(address("api.example"), Err(wrong.to_owned()));
    }

    #[test]
    fn quantities_have_units() {
        let millis = |text| duration(text).map(|duration| duration.as_millis()).ok();
        assert_eq!(["500ms", "3s", "1.5m", "1h"].map(millis), [Some(500), Some(3000), Some(90_000), Some(3_600_000)]);
        assert_eq!(["", "3", "3 days", "-1s", "1e9h", "25h", "s"].map(millis), [None; 7]);
        assert_eq!(
            ["10/s", "300/m", "0/s", "10", "x/s"].map(|text| rate(text).ok()),
            [Some(10.0), Some(5.0), None, None, None]
        );
        assert_eq!(
            ["10MB", "64 kB", "7", "1TB", "99999999999GB", "é"].map(|text| size(text).ok()),
            [Some(10_000_000), Some(64_000), Some(7), None, None, None]
        );
    }

    #[test]
    fn assignments_split_at_the_first_sign() {
        assert_eq!(assignment("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(assignment("=b").is_err() && assignment("a").is_err());
    }
}
