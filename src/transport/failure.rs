//! What lies beneath a client's error, said so that a user knows what to do.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use super::network::Settings;

/// Why no connection came about. `peer` is `host:port`, and through which proxy.
pub(super) fn connecting(error: &(dyn StdError + 'static), peer: &str) -> String {
    if let Some(error) = beneath::<rustls::Error>(error) {
        return format!("TLS with {peer}: {}", tls(error));
    }
    match beneath::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => format!("connection refused by {peer} (is the target running?)"),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            format!("{peer} cannot be reached from here: {}", deepest(error))
        }
        _ => format!("no connection to {peer}: {}", deepest(error)),
    }
}

/// What a failed handshake is about, and what to do.
fn tls(error: &rustls::Error) -> String {
    use rustls::{AlertDescription as Alert, CertificateError as Wrong, Error};
    let said = match error {
        // Another authority of the same name makes the signature a wrong one.
        Error::InvalidCertificate(Wrong::UnknownIssuer | Wrong::BadSignature) => {
            "no authority that is trusted here signed the certificate (name the authority's own by `ca_file` or --ca-file)"
        }
        Error::InvalidCertificate(Wrong::Expired | Wrong::ExpiredContext { .. }) => {
            "the certificate has expired (the target must renew it)"
        }
        Error::InvalidCertificate(Wrong::NotValidYet | Wrong::NotValidYetContext { .. }) => {
            "the certificate is not valid yet (is the clock right?)"
        }
        Error::InvalidCertificate(Wrong::NotValidForName | Wrong::NotValidForNameContext { .. }) => {
            "the certificate is for other hosts (is the URL right?)"
        }
        Error::AlertReceived(Alert::CertificateRequired) => {
            "the target asks for a client certificate (name one by `client_cert` or --client-cert)"
        }
        Error::AlertReceived(
            Alert::UnknownCA
            | Alert::BadCertificate
            | Alert::CertificateUnknown
            | Alert::CertificateExpired
            | Alert::DecryptError,
        ) => "the target refuses the client certificate (is `client_cert` the right one?)",
        other => return other.to_string(),
    };
    said.to_owned()
}

/// Whether the connection was closed or reset before anything of an answer came.
pub(super) fn is_closed(error: &(dyn StdError + 'static)) -> bool {
    is_reset(error) || beneath::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
}

/// Why no answer came on an open connection.
pub(super) fn answering(error: &(dyn StdError + 'static)) -> String {
    if let Some(error) = beneath::<rustls::Error>(error) {
        return format!("TLS: {}", tls(error));
    }
    let hyper = beneath::<hyper::Error>(error);
    if hyper.is_some_and(hyper::Error::is_parse_too_large) {
        return "the header section of the answer is too large".to_owned();
    }
    if hyper.is_some_and(hyper::Error::is_parse) {
        return format!("the answer is not HTTP: {}", deepest(error));
    }
    if is_reset(error) {
        return "the target reset the connection without an answer".to_owned();
    }
    if is_gone(error) {
        return "the target closed the connection without an answer".to_owned();
    }
    deepest(error)
}

/// What to try where a target closes a fresh TLS connection: it cannot ask for a client certificate earlier (RFC 8446 §4.4.2.4), and
/// HTTP/2 loses the alert that says so, or keeps no more than its text.
pub(super) fn certificate(settings: &Settings, error: &(dyn StdError + 'static)) -> &'static str {
    let is_text = deepest(error).starts_with("received fatal alert");
    let is_told = beneath::<rustls::Error>(error).is_some() || !(is_reset(error) || is_gone(error) || is_text);
    match (settings.url.scheme(), &settings.identity_pem) {
        ("https", None) if !is_told => {
            " (does it ask for a client certificate? name one by `client_cert` or --client-cert)"
        }
        ("https", Some(_)) if !is_told => " (does it refuse the client certificate? is `client_cert` the right one?)",
        _ => "",
    }
}

/// Why a body ended early; `had_come` as [`progress`] says it.
pub(super) fn reading(error: &(dyn StdError + 'static), had_come: &str) -> String {
    if is_reset(error) {
        return format!("the target reset the connection after {had_come} of the body");
    }
    if beneath::<io::Error>(error).is_some_and(|error| error.kind() == io::ErrorKind::InvalidInput) {
        return format!("the body is not chunked as its transfer-encoding says, after {had_come}");
    }
    format!("the body broke off after {had_come}")
}

/// `12 of 5000 bytes`, or `12 bytes` when the length was not announced.
pub(super) fn progress(received: u64, announced: Option<u64>) -> String {
    match announced {
        Some(announced) => format!("{received} of {announced} bytes"),
        None => format!("{received} bytes"),
    }
}

/// `10 s`, `0.2 s`.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

/// `10 MB`, `64 kB`, `100 bytes`: the largest unit without a remainder.
pub(super) fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let whole = units.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{bytes} bytes"), |(unit, name)| format!("{} {name}", bytes / unit))
}

fn is_gone(error: &(dyn StdError + 'static)) -> bool {
    let hyper = beneath::<hyper::Error>(error);
    hyper.is_some_and(|error| error.is_incomplete_message() || error.is_canceled() || error.is_closed())
}

fn is_reset(error: &(dyn StdError + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    beneath::<io::Error>(error)
        .is_some_and(|error| matches!(error.kind(), ConnectionReset | ConnectionAborted | BrokenPipe))
}

/// The text of the innermost error; the outermost ones repeat the URL, which may hold a key.
pub(super) fn deepest(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

/// The innermost error of that type.
fn beneath<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    chain(error).filter_map(|error| error.downcast_ref::<E>()).last()
}

/// `error`, its source, and so on. What an `io::Error` wraps counts too: its `source` skips it.
fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source())
    })
    .take(MAX_CHAIN)
}

/// Sources followed before giving up.
const MAX_CHAIN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_well() {
        let sizes = [10_000_000, 64_000, 1_500, 100, 0].map(size);
        assert_eq!(sizes, ["10 MB", "64 kB", "1500 bytes", "100 bytes", "0 bytes"]);
        assert_eq!([10_000, 200].map(Duration::from_millis).map(seconds), ["10 s", "0.2 s"]);
        assert_eq!([progress(3, Some(5)), progress(3, None)], ["3 of 5 bytes", "3 bytes"]);
    }

    #[test]
    fn the_cause_beneath_is_told() {
        let refused = io::Error::other(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(connecting(&refused, "a:1"), "connection refused by a:1 (is the target running?)");
        let tls = io::Error::other(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        assert_eq!(
            connecting(&tls, "a:1"),
            "TLS with a:1: no authority that is trusted here signed the certificate (name the authority's own by `ca_file` or --ca-file)"
        );
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(answering(&reset), "the target reset the connection without an answer");
        assert_eq!(reading(&reset, "3 bytes"), "the target reset the connection after 3 bytes of the body");
        assert_eq!(reading(&io::Error::other("?"), "3 of 5 bytes"), "the body broke off after 3 of 5 bytes");
    }
}
