//! The kinds of fault and their grammar: `KIND` or `KIND=VALUE`.

use std::time::Duration;

use crate::quantity::parse_duration;
use crate::rules;

use super::effect::TransmissionFault;

/// Syntax of each kind, by name.
const SYNTAX: [(&str, &str); 10] = [
    ("latency", "latency=TIME or latency=TIME..TIME"),
    ("stall", "stall"),
    ("reset", "reset"),
    ("reset-body", "reset-body"),
    ("truncate", "truncate"),
    ("wrong-length", "wrong-length"),
    ("garbage", "garbage"),
    (rules::MEDIA_TYPE, "media-type=TYPE"),
    ("error", "error=STATUS or error=STATUSxTIMES with a status from 400 to 599"),
    ("rate-limit", "rate-limit=REQUESTS/TIME"),
];

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FaultKind {
    /// Delays the response by a time in this range.
    Latency(Duration, Duration),
    Stall,
    Transmission(TransmissionFault),
    MediaType(String),
    /// Responds with a status. With a number it comes in bursts of that many responses; without a probability there is one burst.
    Error(u16, Option<u32>),
    /// Allows so many requests per window.
    RateLimit(u32, Duration),
}

impl FaultKind {
    /// Parses `KIND` or `KIND=VALUE`; the error states the expected syntax.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').map_or((text, None), |(name, value)| (name.trim(), Some(value.trim())));
        let kind = match (name, value) {
            ("latency", Some(value)) => latency(value),
            ("stall", None) => Some(Self::Stall),
            ("reset", None) => Some(Self::Transmission(TransmissionFault::Reset)),
            ("reset-body", None) => Some(Self::Transmission(TransmissionFault::ResetBody)),
            ("truncate", None) => Some(Self::Transmission(TransmissionFault::Truncate)),
            ("wrong-length", None) => Some(Self::Transmission(TransmissionFault::WrongLength)),
            ("garbage", None) => Some(Self::Transmission(TransmissionFault::Garbage)),
            (rules::MEDIA_TYPE, Some(value)) => value.contains('/').then(|| Self::MediaType(value.to_owned())),
            ("error", Some(value)) => error(value),
            ("rate-limit", Some(value)) => rate_limit(value),
            _ => None,
        };
        kind.ok_or_else(|| match SYNTAX.iter().find(|(known, _)| *known == name) {
            Some((_, syntax)) => format!("expected {syntax}, found `{text}`"),
            None => format!("unknown fault `{text}`: expected one of {}", SYNTAX.map(|(name, _)| name).join(", ")),
        })
    }
}

fn latency(value: &str) -> Option<FaultKind> {
    let (least, most) = value.split_once("..").unwrap_or((value, value));
    let (least, most) = (parse_duration(least).ok()?, parse_duration(most).ok()?);
    (least <= most).then_some(FaultKind::Latency(least, most))
}

fn error(value: &str) -> Option<FaultKind> {
    let (status, times) = value.split_once('x').map_or((value, None), |(status, times)| (status, Some(times)));
    let (status, times) = (status.parse().ok()?, times.map(str::parse).transpose().ok()?);
    ((400..600).contains(&status) && times != Some(0)).then_some(FaultKind::Error(status, times))
}

/// `5/s`, `5/10s`.
fn rate_limit(value: &str) -> Option<FaultKind> {
    let (requests, per) = value.split_once('/')?;
    let per = if per.starts_with(|c: char| c.is_ascii_digit()) { per.to_owned() } else { format!("1{per}") };
    let (requests, per) = (requests.trim().parse().ok()?, parse_duration(&per).ok()?);
    (per > Duration::ZERO).then_some(FaultKind::RateLimit(requests, per))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_parsed() {
        let millis = Duration::from_millis;
        let check = |text: &str, kind: FaultKind| assert_eq!(FaultKind::parse(text), Ok(kind));
        check("latency=100ms", FaultKind::Latency(millis(100), millis(100)));
        check("latency=100ms..2s", FaultKind::Latency(millis(100), millis(2000)));
        check("error=503", FaultKind::Error(503, None));
        check("error=503x3", FaultKind::Error(503, Some(3)));
        check("rate-limit=5/s", FaultKind::RateLimit(5, millis(1000)));
        check("rate-limit=5/10s", FaultKind::RateLimit(5, millis(10_000)));
        check("media-type=text/html", FaultKind::MediaType("text/html".to_owned()));
        for wrong in
            ["", "latency", "latency=2", "error=99", "error=503x0", "rate-limit=1/0s", "rate-limit=-1/s", "reset=1"]
        {
            assert!(FaultKind::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn errors_state_the_expected_syntax() {
        let error = |text: &str| FaultKind::parse(text).expect_err("not a fault");
        assert_eq!(error("latency=2"), "expected latency=TIME or latency=TIME..TIME, found `latency=2`");
        assert_eq!(
            error("lag"),
            "unknown fault `lag`: expected one of latency, stall, reset, reset-body, truncate, wrong-length, garbage, media-type, error, rate-limit"
        );
    }
}
