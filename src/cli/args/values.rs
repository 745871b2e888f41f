//! Parses values of flags: addresses and `NAME=VALUE`.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};

use crate::contract::clause::Group;
use crate::project::coverage::{parse_group, parse_min};
use crate::project::{lint, urls};
use crate::record::clauses::MinShare;

/// Parses an IP address, or `localhost`.
pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        text => text.parse().map_err(|_| format!("expected an IP address such as 127.0.0.1 or ::1, found {text:?}")),
    }
}

/// Parses `NAME=VALUE`.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("expected NAME=VALUE, found {text:?}")),
    }
}

/// Parses the name of a group of clauses.
pub(super) fn group(text: &str) -> Result<Group, String> {
    parse_group(text)
}

/// Parses a gate of coverage.
pub(super) fn min_coverage(text: &str) -> Result<MinShare, String> {
    parse_min(text)
}

/// Parses a name, or a JSON Pointer, which begins with `/`.
pub(super) fn redaction(text: &str) -> Result<String, String> {
    lint::redaction(text).map(|()| text.to_owned())
}

/// Parses the URL of a proxy.
pub(super) fn proxy(text: &str) -> Result<String, String> {
    urls::proxy_url(text).map(|_| text.to_owned())
}

/// Parser of a whole number from `least` to `most`.
pub(super) fn whole_number<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: TryFrom<i128> + PartialOrd + Display + Copy,
{
    move |text| {
        let number: i128 = text.parse().map_err(|_| "expected a whole number".to_owned())?;
        let number = T::try_from(number).ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("expected a whole number from {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_parsed() {
        assert_eq!(address("localhost"), address("127.0.0.1"));
        assert_eq!(address("::1"), Ok(std::net::Ipv6Addr::LOCALHOST.into()));
        let error = "expected an IP address such as 127.0.0.1 or ::1, found \"api.example\"";
        assert_eq!(address("api.example"), Err(error.to_owned()));
    }

    #[test]
    fn a_pointer_to_redact_is_valid() {
        assert!(["pin", "!secret", "a~b", "/a~1b/*"].iter().all(|text| redaction(text).is_ok()));
        assert!(["/a/~2", "/a~"].iter().all(|text| redaction(text).is_err()));
    }

    #[test]
    fn numbers_are_whole_and_within_their_range() {
        let jobs = whole_number(1, u16::MAX);
        assert_eq!(jobs("4"), Ok(4));
        for wrong in ["x", "", "1.5", "99999999999999999999999999999999999999999"] {
            assert_eq!(jobs(wrong), Err("expected a whole number".to_owned()), "{wrong}");
        }
        for wrong in ["0", "-1", "65536"] {
            assert_eq!(jobs(wrong), Err("expected a whole number from 1 to 65535".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn assignments_split_at_the_first_equals_sign() {
        assert_eq!(assignment("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(assignment("=b").is_err() && assignment("a").is_err());
    }
}
