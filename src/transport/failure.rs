//! Turns errors of the HTTP client into messages that tell the user what to do.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

/// Why no connection could be established. `peer` is `host:port`, and the proxy if there is one.
pub(crate) fn connecting(error: &(dyn StdError + 'static), peer: &str) -> String {
    if let Some(error) = innermost_of::<rustls::Error>(error) {
        return format!("TLS with {peer}: {}", tls(error));
    }
    match innermost_of::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => format!("connection refused by {peer} (is the target running?)"),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            format!("{peer} is unreachable: {}", innermost(error))
        }
        _ => format!("no connection to {peer}: {}", innermost(error)),
    }
}

/// Cause of a failed handshake, and what to do.
fn tls(error: &rustls::Error) -> String {
    use rustls::{AlertDescription as Alert, CertificateError as Wrong, Error};
    let message = match error {
        // A trusted authority of the same name makes it a bad signature.
        Error::InvalidCertificate(Wrong::UnknownIssuer | Wrong::BadSignature) => {
            "certificate signed by an unknown authority (set `ca_file` or --ca-file)"
        }
        Error::InvalidCertificate(Wrong::Expired | Wrong::ExpiredContext { .. }) => {
            "the certificate has expired (the target must renew it)"
        }
        Error::InvalidCertificate(Wrong::NotValidYet | Wrong::NotValidYetContext { .. }) => {
            "the certificate is not valid yet (is the clock correct?)"
        }
        Error::InvalidCertificate(Wrong::NotValidForName | Wrong::NotValidForNameContext { .. }) => {
            "the certificate is for other hosts (is the URL correct?)"
        }
        Error::AlertReceived(Alert::CertificateRequired) => {
            "the target requires a client certificate (set `client_cert` or --client-cert)"
        }
        Error::AlertReceived(
            Alert::UnknownCA
            | Alert::BadCertificate
            | Alert::CertificateUnknown
            | Alert::CertificateExpired
            | Alert::DecryptError,
        ) => "the target rejects the client certificate (check `client_cert` or --client-cert)",
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            "the target does not use TLS (does it use http?)"
        }
        other => return other.to_string(),
    };
    message.to_owned()
}

/// Whether the connection was closed or reset before any part of a response was received.
pub(crate) fn is_closed(error: &(dyn StdError + 'static)) -> bool {
    is_reset(error) || innermost_of::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
}

/// Why no response was received on an open connection.
pub(crate) fn no_response(error: &(dyn StdError + 'static)) -> String {
    if let Some(error) = innermost_of::<rustls::Error>(error) {
        return format!("TLS: {}", tls(error));
    }
    let hyper = innermost_of::<hyper::Error>(error);
    if hyper.is_some_and(hyper::Error::is_parse_too_large) {
        return "the header section of the response is too large".to_owned();
    }
    if hyper.is_some_and(hyper::Error::is_parse) {
        let cause = innermost(error);
        // A server that expects TLS responds with an alert, whose first byte is no letter.
        let hint = if cause == "invalid HTTP version parsed" { " (does the target use https?)" } else { "" };
        return format!("the response is not HTTP: {cause}{hint}");
    }
    if is_reset(error) {
        return "the target reset the connection without a response".to_owned();
    }
    if is_gone(error) {
        return "the target closed the connection without a response".to_owned();
    }
    innermost(error)
}

/// `the body exceeds 10 MB`.
pub(crate) fn body_exceeds(limit: u64) -> String {
    format!("the body exceeds {}", size(limit))
}

/// `no response within 10 s`.
pub(crate) fn no_response_within(limit: &str) -> String {
    format!("no response within {limit}")
}

/// Whether a connection shows a client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// None is configured.
    Nothing,
    /// A case sends none.
    Withheld,
    /// One is shown.
    Certificate,
}

/// Why a case without a client certificate gets no response.
pub(crate) const REFUSED_WITHOUT_CERTIFICATE: &str = "the target refuses connections without a client certificate in the TLS handshake: \
    no HTTP response exists that a case could expect (such a case needs a target that responds, for example with 401 or 403)";

/// Whether the peer ended the handshake with an alert, whose text alone is left over HTTP/2.
pub(crate) fn is_alert(error: &(dyn StdError + 'static)) -> bool {
    let is_alert = |error: &rustls::Error| matches!(error, rustls::Error::AlertReceived(_));
    innermost_of::<rustls::Error>(error).is_some_and(is_alert) || innermost(error).starts_with("received fatal alert")
}

/// Hint for a target that closes a new TLS connection: with TLS 1.3 it can reject the client certificate only then (RFC 8446
/// §4.4.2.4), and HTTP/2 loses the alert, or keeps only its text.
pub(crate) fn certificate_hint(url: &url::Url, shown: Shown, error: &(dyn StdError + 'static)) -> &'static str {
    let is_text = innermost(error).starts_with("received fatal alert");
    let is_clear = innermost_of::<rustls::Error>(error).is_some() || !(is_reset(error) || is_gone(error) || is_text);
    if is_clear || url.scheme() != "https" {
        return "";
    }
    match shown {
        Shown::Nothing => " (does it require a client certificate? set `client_cert` or --client-cert)",
        Shown::Withheld => {
            " (does it refuse connections without a client certificate? then there is no response to expect)"
        }
        Shown::Certificate => " (does it reject the client certificate? check `client_cert` or --client-cert)",
    }
}

/// The message with the keys of the certificate that was shown in place of those of the target's own one.
pub(crate) fn naming(message: String, shown: Option<&str>) -> String {
    match shown {
        Some(name) => message.replace("check `client_cert` or --client-cert", &format!("check `{name}`")),
        None => message,
    }
}

/// Why a body ended early; `received` is the text of [`progress`].
pub(crate) fn incomplete_body(error: &(dyn StdError + 'static), received: &str) -> String {
    if is_reset(error) {
        return format!("the target reset the connection after {received} of the body");
    }
    if innermost_of::<io::Error>(error).is_some_and(|error| error.kind() == io::ErrorKind::InvalidInput) {
        return format!("the body is not valid chunked encoding after {received}");
    }
    format!("the body ended after {received}")
}

/// `12 of 5000 bytes`, or `12 bytes` if the length was not announced.
pub(crate) fn progress(received: u64, announced: Option<u64>) -> String {
    match announced {
        Some(announced) => format!("{received} of {announced} bytes"),
        None => format!("{received} bytes"),
    }
}

/// `10 s`, `0.2 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

/// `10 MB`, `64 kB`, `100 bytes`: the largest unit without a remainder.
pub(crate) fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let whole = units.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{bytes} bytes"), |(unit, name)| format!("{} {name}", bytes / unit))
}

fn is_gone(error: &(dyn StdError + 'static)) -> bool {
    let hyper = innermost_of::<hyper::Error>(error);
    hyper.is_some_and(|error| error.is_incomplete_message() || error.is_canceled() || error.is_closed())
}

fn is_reset(error: &(dyn StdError + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    innermost_of::<io::Error>(error)
        .is_some_and(|error| matches!(error.kind(), ConnectionReset | ConnectionAborted | BrokenPipe))
}

/// Message of the innermost error; outer ones repeat the URL, which may contain a key.
pub(crate) fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

/// The innermost error of that type.
fn innermost_of<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    chain(error).filter_map(|error| error.downcast_ref::<E>()).last()
}

/// `error`, its source, and so on. Includes what an `io::Error` wraps, which its `source` skips.
fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source())
    })
    .take(MAX_CHAIN)
}

/// Maximum number of sources followed.
const MAX_CHAIN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_have_readable_units() {
        let sizes = [10_000_000, 64_000, 1_500, 100, 0].map(size);
        assert_eq!(sizes, ["10 MB", "64 kB", "1500 bytes", "100 bytes", "0 bytes"]);
        assert_eq!([10_000, 200].map(Duration::from_millis).map(seconds), ["10 s", "0.2 s"]);
        assert_eq!([progress(3, Some(5)), progress(3, None)], ["3 of 5 bytes", "3 bytes"]);
    }

    #[test]
    fn the_certificate_that_was_shown_is_named() {
        let rejected = rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA);
        let message = connecting(&io::Error::other(rejected), "a:1");
        let named = naming(message.clone(), Some("credentials.other.partner"));
        assert_eq!(
            named,
            "TLS with a:1: the target rejects the client certificate (check `credentials.other.partner`)"
        );
        assert_eq!(naming(message.clone(), None), message);
        let hint = certificate_hint(
            &"https://a".parse().expect("a URL"),
            Shown::Certificate,
            &io::Error::from(io::ErrorKind::ConnectionReset),
        );
        assert!(naming(hint.to_owned(), Some("auth.partner")).ends_with("check `auth.partner`)"), "{hint}");
    }

    #[test]
    fn the_innermost_cause_is_reported() {
        let refused = io::Error::other(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(connecting(&refused, "a:1"), "connection refused by a:1 (is the target running?)");
        let tls = io::Error::other(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        assert_eq!(
            connecting(&tls, "a:1"),
            "TLS with a:1: certificate signed by an unknown authority (set `ca_file` or --ca-file)"
        );
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(no_response(&reset), "the target reset the connection without a response");
        assert_eq!(incomplete_body(&reset, "3 bytes"), "the target reset the connection after 3 bytes of the body");
        assert_eq!(incomplete_body(&io::Error::other("?"), "3 of 5 bytes"), "the body ended after 3 of 5 bytes");
    }
}
