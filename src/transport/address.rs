//! From a request's path and query to the whole URL, which must go on the wire exactly as it was asked for.

use url::{Position, Url};

/// Where a target's paths begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Scheme and authority: `https://api.example.com:8443`.
    origin: String,
    /// The path prefix, without a final `/`: `/v1`, or empty.
    prefix: String,
    /// Host and port, for messages.
    authority: String,
}

impl Address {
    /// Takes a base URL apart; one that could not be a base, or that holds credentials, is refused.
    pub(super) fn of(base: &Url) -> Result<Self, String> {
        if !matches!(base.scheme(), "http" | "https") {
            return Err(format!("the target's URL must begin with http:// or https://, not {}:", base.scheme()));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err("the target's URL holds credentials: give them under `auth`".to_owned());
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err("the target's URL ends in a query or a fragment: leave `?…` and `#…` out".to_owned());
        }
        let host = base.host_str().unwrap_or_default();
        let port = base.port_or_known_default().unwrap_or_default();
        Ok(Self {
            origin: base[..Position::BeforePath].to_owned(),
            prefix: base.path().trim_end_matches('/').to_owned(),
            authority: format!("{host}:{port}"),
        })
    }

    /// Host and port: `127.0.0.1:9`.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL of `wanted` (path and query below the prefix). A text that the URL standard would rewrite, or that would lead
    /// to another origin, is refused. The query never shows in the message: it may hold a key.
    pub(super) fn locate(&self, wanted: &str) -> Result<Url, String> {
        if !wanted.starts_with('/') {
            return Err(format!("the path of a request must begin with `/`: `{}`", path(wanted)));
        }
        let below = format!("{}{wanted}", self.prefix);
        let url = Url::parse(&format!("{}{below}", self.origin))
            .map_err(|error| format!("`{}` is not a URL: {error}", path(&below)))?;
        let sent = &url[Position::BeforePath..Position::AfterQuery];
        if sent == below {
            return Ok(url);
        }
        if path(sent) == path(&below) {
            return Err("the query cannot be sent as it is written: percent-encode it (and leave out `#…`)".to_owned());
        }
        Err(format!("`{}` cannot be sent as it is written: it would become `{}`", path(&below), path(sent)))
    }
}

fn path(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, wanted: &str, expect: Result<&str, &str>) {
        let address = Address::of(&Url::parse(base).expect("a URL")).expect("a base");
        let located = address.locate(wanted).map(String::from);
        assert_eq!(located.as_deref().map_err(String::as_str), expect, "{base} {wanted}");
    }

    #[test]
    fn the_prefix_comes_first() {
        check("http://a", "/x?y=1", Ok("http://a/x?y=1"));
        check("https://a:8443/v1/", "/x", Ok("https://a:8443/v1/x"));
        check("http://[::1]:80", "//b/%2F?", Ok("http://[::1]//b/%2F?"));
    }

    #[test]
    fn what_would_be_rewritten_is_refused() {
        check("http://a/v1", "/../x", Err("`/v1/../x` cannot be sent as it is written: it would become `/x`"));
        check("http://a", "/%2e%2e/x?key=1", Err("`/%2e%2e/x` cannot be sent as it is written: it would become `/x`"));
        check("http://a", "/a b", Err("`/a b` cannot be sent as it is written: it would become `/a%20b`"));
        check("http://a", "/a\\b", Err("`/a\\b` cannot be sent as it is written: it would become `/a/b`"));
        let query = "the query cannot be sent as it is written: percent-encode it (and leave out `#…`)";
        check("http://a", "/a?b=c d", Err(query));
        check("http://a", "/a?b#c", Err(query));
    }

    #[test]
    fn no_path_leads_to_another_origin() {
        for wanted in ["@evil.example/", ":81/", ".evil.example/", ""] {
            let path = format!("the path of a request must begin with `/`: `{wanted}`");
            check("http://a", wanted, Err(&path));
        }
    }

    #[test]
    fn odd_bases_are_refused() {
        let of = |base| Address::of(&Url::parse(base).expect("a URL")).expect_err("odd");
        assert_eq!(of("ftp://a"), "the target's URL must begin with http:// or https://, not ftp:");
        assert_eq!(of("http://u:p@a"), "the target's URL holds credentials: give them under `auth`");
        assert_eq!(of("http://a?x"), "the target's URL ends in a query or a fragment: leave `?…` and `#…` out");
    }
}
