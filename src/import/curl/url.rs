//! The URL of a request: origin, and path and query as curl sends them.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Characters that a URL must not contain (RFC 3986 §2).
const FORBIDDEN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// The parts of a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// Scheme and authority without credentials; empty if the URL is a path.
    pub origin: String,
    /// `user:password`, decoded.
    pub user: Option<String>,
    /// Path and query, without a fragment. The path is not empty.
    pub path: String,
}

/// Splits a URL; a missing scheme is `http`. Errors name a scheme that is not HTTP.
pub(super) fn split(url: &str) -> Result<Parts, String> {
    let url = url.split('#').next().unwrap_or_default();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?']) => (scheme, rest),
        _ => ("http", url),
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(format!("expected an HTTP URL, found the scheme `{scheme}`"));
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(percent_decode_str(user).decode_utf8_lossy().into_owned()), host),
        None => (None, authority),
    };
    let origin = if host.is_empty() { String::new() } else { format!("{}://{host}", scheme.to_ascii_lowercase()) };
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok(Parts { origin, user, path })
}

/// Whether an origin has no port, one that is a number, or a placeholder.
pub(super) fn has_port(origin: &str) -> bool {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    let after_host = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest);
    let port = after_host.split_once(':').map_or("", |(_, port)| port);
    port.bytes().all(|byte| byte.is_ascii_digit()) || port.starts_with(['{', '<'])
}

/// Removes `.` and `..` from the path (RFC 3986 §5.2.4).
pub(super) fn without_dots(url: &str) -> String {
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        let is_last = index + 1 == segments.len();
        match *segment {
            "." | ".." => {
                if *segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

/// Appends to the query.
pub(super) fn with_query(url: &str, query: &str) -> String {
    let separator = match url.find('?') {
        _ if query.is_empty() => "",
        None => "?",
        Some(_) if url.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    format!("{url}{separator}{query}")
}

/// Percent-encodes what a URL must not contain; curl sends it verbatim.
pub(super) fn encoded(url: &str) -> String {
    utf8_percent_encode(url, FORBIDDEN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_split_and_normalised() {
        let check = |url: &str, origin: &str, path: &str| {
            let parts = split(url).expect("HTTP");
            assert_eq!((parts.origin.as_str(), parts.path.as_str()), (origin, path), "{url}");
        };
        check("HTTPS://a:1/b?c#d", "https://a:1", "/b?c");
        check("a.example?b=http://c", "http://a.example", "/?b=http://c");
        check("/v1/a", "", "/v1/a");
        assert_eq!(split("http://u:p%40@h/").expect("HTTP").user.as_deref(), Some("u:p@"));
        assert!(split("ftp://a/b").is_err());
        let ports = ["http://a", "http://a:80", "http://[::1]:80", "http://[::1]", "http://a:{port}", "http://a:b"];
        assert_eq!(ports.map(has_port), [true, true, true, true, true, false]);
        assert_eq!(["/a/../b/./c", "/a/..", "/../.", "/a?b=../c"].map(without_dots), ["/b/c", "/", "/", "/a?b=../c"]);
        assert_eq!(
            ["/a", "/a?", "/a?b", "/a?b&"].map(|url| with_query(url, "c")),
            ["/a?c", "/a?c", "/a?b&c", "/a?b&c"]
        );
        assert_eq!(encoded("/a b{é|%41"), "/a%20b%7B%C3%A9%7C%41");
    }
}
