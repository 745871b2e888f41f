//! Whether a request comes from a page of another site, which a browser sends on behalf of its user.

use std::net::IpAddr;

use url::Url;

use crate::http::Headers;

/// Whether the request was caused by a page of another site. On a loopback address, the page and the host that it addresses must be
/// of this machine too: a name of another site may resolve to this address (DNS rebinding).
pub(crate) fn is_foreign(headers: &Headers, is_loopback: bool) -> bool {
    let host = headers.get("host").map(|host| host_of(&format!("http://{host}")));
    let is_own = |page: &str| match host_of(page) {
        Some(page) => is_local(&page) || (!is_loopback && host == Some(Some(page))),
        None => false,
    };
    let is_rebound = is_loopback && host.as_ref().is_some_and(|host| !host.as_deref().is_some_and(is_local));
    let is_foreign_page = match headers.get("origin") {
        Some(origin) => !is_own(origin),
        None => headers.get("sec-fetch-site") == Some("cross-site"),
    };
    is_rebound || is_foreign_page
}

/// The host of a URL, without port.
fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_machine_are_not_foreign() {
        let check = |lines: &[(&str, &str)], on_loopback: bool, elsewhere: bool| {
            let headers: Headers = lines.iter().copied().collect();
            assert_eq!(
                [is_foreign(&headers, true), is_foreign(&headers, false)],
                [on_loopback, elsewhere],
                "{lines:?}"
            );
        };
        check(&[], false, false);
        check(&[("host", "127.0.0.1:4010")], false, false);
        check(&[("host", "[::1]:4010"), ("origin", "http://localhost:3000")], false, false);
        check(&[("host", "evil.example:4010")], true, false);
        check(&[("host", "localhost"), ("origin", "https://evil.example")], true, true);
        check(&[("host", "localhost"), ("origin", "null")], true, true);
        check(&[("host", "localhost"), ("sec-fetch-site", "cross-site")], true, true);
        check(&[("host", "api.lan:80"), ("origin", "http://api.lan:80")], true, false);
        check(&[("host", "")], true, false);
    }
}
