//! Addresses on both sides of the proxy.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use url::{Position, Url};

use crate::contract::server::ServerPath;

/// Characters that clients send verbatim in a path, and that the URL Standard encodes.
const PATH: &AsciiSet = &AsciiSet::EMPTY.add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');
/// The same in a query.
const QUERY: &AsciiSet = &AsciiSet::EMPTY.add(b'"').add(b'<').add(b'>').add(b'\'');

/// The path and query with every character encoded that the URL Standard encodes.
pub(super) fn encoded(url: &str) -> String {
    match url.split_once('?') {
        Some((path, query)) => {
            format!("{}?{}", utf8_percent_encode(path, PATH), utf8_percent_encode(query, QUERY))
        }
        None => utf8_percent_encode(url, PATH).to_string(),
    }
}

/// The base URL of the target.
#[derive(Debug)]
pub(super) struct TargetAddress {
    url: Url,
}

impl TargetAddress {
    pub(super) fn new(url: Url) -> Self {
        Self { url }
    }

    /// The path of the base URL, without trailing slash: `/v1`, or empty.
    pub(super) fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The URL below the base URL: without the path of a server in front of it that the base URL ends with.
    pub(super) fn below(&self, url: &str, servers: &[ServerPath]) -> String {
        let is_doubled =
            |path: &&ServerPath| path.split(url).is_some_and(|(doubled, _)| self.path().ends_with(doubled));
        let doubled = servers.iter().find(is_doubled);
        doubled.and_then(|path| path.strip(url)).unwrap_or_else(|| url.to_owned())
    }

    /// The value of `Location` for the client: what is below the target is relative to the proxy.
    pub(super) fn local(&self, location: &str) -> String {
        let absolute = Url::parse(location).ok();
        let path = match &absolute {
            Some(url) if url.origin() == self.url.origin() => &url[Position::BeforePath..],
            None if location.starts_with('/') && !location.starts_with("//") => location,
            Some(_) | None => return location.to_owned(),
        };
        ServerPath::from_path(self.path()).strip(path).unwrap_or_else(|| path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> TargetAddress {
        TargetAddress::new(url.parse().expect("a URL"))
    }

    #[test]
    fn only_what_the_url_standard_encodes_is_encoded() {
        assert_eq!(encoded("/a{b}|c%20?q='x'&r={1}|\""), "/a%7Bb%7D|c%20?q=%27x%27&r={1}|%22");
        assert_eq!(encoded("/a"), "/a");
    }

    #[test]
    fn a_base_path_is_not_doubled() {
        let servers = [ServerPath::from_path("/v1")];
        assert_eq!(target("http://a/v1").below("/v1/x?y", &servers), "/x?y");
        assert_eq!(target("http://a/api/v1/").below("/v1/x", &servers), "/x");
        assert_eq!(target("http://a/v1").below("/v10/x", &servers), "/v10/x");
        assert_eq!(target("http://a").below("/v1/x", &servers), "/v1/x");
        assert_eq!(target("http://a/api").below("/v1/x", &servers), "/v1/x");
        let servers = [ServerPath::from_path("/%7Btenant%7D")];
        assert_eq!(target("http://a/acme").below("/acme/x", &servers), "/x");
        assert_eq!(target("http://a/acme").below("/other/x", &servers), "/other/x");
    }

    #[test]
    fn locations_below_the_target_are_relative_to_the_proxy() {
        let target = target("http://a:80/v1");
        for (location, local) in [
            ("http://a/v1/x?y#z", "/x?y#z"),
            ("/v1/x", "/x"),
            ("/other", "/other"),
            ("http://a/other", "/other"),
            ("https://a/v1/x", "https://a/v1/x"),
            ("http://b/v1/x", "http://b/v1/x"),
            ("//a/v1/x", "//a/v1/x"),
            ("x", "x"),
        ] {
            assert_eq!(target.local(location), local);
        }
    }
}
