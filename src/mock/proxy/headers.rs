//! Header lines that a proxy forwards (RFC 9110 §7.6).

use crate::http::{Headers, list_elements};

/// Fields of one connection (RFC 9110 §7.6.1), besides those that `Connection` names.
const HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];
/// Fields of a request that the next connection sets itself.
const SET_ANEW: [&str; 4] = ["accept-encoding", "content-length", "expect", "host"];
/// Content codings that can be decoded for validation.
const CODINGS: [&str; 5] = ["gzip", "x-gzip", "deflate", "br", "identity"];
/// What this proxy is called in `Via` (RFC 9110 §7.6.3).
const VIA: &str = "1.1 signoff";

/// The client's own header lines.
pub(super) fn of_client(lines: &Headers) -> Headers {
    let is_own = |name: &str| !SET_ANEW.iter().any(|other| name.eq_ignore_ascii_case(other));
    end_to_end(lines).iter().filter(|(name, _)| is_own(name)).collect()
}

/// The header lines of the forwarded request over a connection of that scheme, without those of the target.
pub(super) fn of_request(lines: &Headers, scheme: &str) -> Headers {
    let mut forwarded = of_client(lines);
    let accepts_trailers = |line: &str| list_elements(line).iter().any(|one| one.eq_ignore_ascii_case("trailers"));
    if lines.all("te").any(accepts_trailers) {
        forwarded.append("te", "trailers");
        // HTTP/2, which only TLS negotiates, allows no `Connection`.
        if scheme == "http" {
            forwarded.append("connection", "te");
        }
    }
    forwarded.append("accept-encoding", codings(lines));
    forwarded.append("via", VIA);
    forwarded
}

/// The lines that are for the other end too.
pub(super) fn end_to_end(lines: &Headers) -> Headers {
    let named: Vec<&str> = lines.all("connection").flat_map(list_elements).collect();
    let is_kept = |name: &str| !HOP.iter().chain(&named).any(|hop| name.eq_ignore_ascii_case(hop));
    lines.iter().filter(|(name, _)| is_kept(name)).collect()
}

/// The codings that the client accepts and that can be decoded here.
fn codings(lines: &Headers) -> String {
    let accepted = lines.all("accept-encoding").flat_map(list_elements);
    let is_known = |element: &&str| {
        let coding = element.split(';').next().unwrap_or_default().trim();
        CODINGS.iter().any(|known| coding.eq_ignore_ascii_case(known))
    };
    let codings = accepted.filter(is_known).collect::<Vec<_>>().join(", ");
    if codings.is_empty() { "identity".to_owned() } else { codings }
}

/// Why a request cannot be forwarded, if it asks for a tunnel.
pub(super) fn tunnel(method: &str, lines: &Headers) -> Option<&'static str> {
    let is_websocket = |line: &str| list_elements(line).iter().any(|name| name.eq_ignore_ascii_case("websocket"));
    if method == "CONNECT" {
        Some("the proxy opens no tunnels: use it as the base URL of the client")
    } else if lines.all("upgrade").any(is_websocket) {
        Some("the proxy forwards no WebSocket connections: connect to the target directly")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[(&str, &str)]) -> Headers {
        lines.iter().copied().collect()
    }

    #[test]
    fn fields_of_the_connection_are_not_forwarded() {
        let sent = lines(&[
            ("Host", "a"),
            ("Connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("TE", "trailers"),
            ("Upgrade", "h2c"),
            ("Proxy-Authorization", "Basic eA=="),
            ("Accept-Encoding", "zstd, gzip;q=0.5, br"),
            ("X-Kept", "1"),
        ]);
        assert_eq!(of_client(&sent), lines(&[("X-Kept", "1")]));
        let [kept, te, te_option] = [("X-Kept", "1"), ("te", "trailers"), ("connection", "te")];
        let own = [("accept-encoding", "gzip;q=0.5, br"), ("via", "1.1 signoff")];
        assert_eq!(of_request(&sent, "http"), lines(&[&[kept, te, te_option], &own[..]].concat()));
        assert_eq!(of_request(&sent, "https"), lines(&[&[kept, te], &own[..]].concat()));
        assert_eq!(of_request(&lines(&[]), "http").get("accept-encoding"), Some("identity"));
        let received = lines(&[("Connection", "keep-alive"), ("Content-Length", "7"), ("Keep-Alive", "timeout=5")]);
        assert_eq!(end_to_end(&received), lines(&[("Content-Length", "7")]));
    }

    #[test]
    fn tunnels_are_refused() {
        assert!(tunnel("CONNECT", &lines(&[])).is_some());
        assert!(tunnel("GET", &lines(&[("Upgrade", "WebSocket")])).is_some());
        assert!(tunnel("GET", &lines(&[("Upgrade", "h2c")])).is_none());
    }
}
