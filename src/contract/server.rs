//! Servers of a document, and the paths below which they serve the API.

use url::Url;

/// One server (OpenAPI 3.1 §4.8.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its URL with variables at their defaults.
    pub url: String,
    /// The origins of its URL, `https://api.example.com`: one for each value that its variables may have. Empty if it is relative.
    pub origins: Vec<String>,
    /// The paths of its URL: one for each value that its variables may have. Empty if it is always `/`.
    pub paths: Vec<ServerPath>,
}

impl Server {
    /// What follows the origin in a URL of this server; `None` for other URLs.
    pub fn strip_origin<'u>(&self, url: &'u str) -> Option<&'u str> {
        let is_end = |rest: &str| rest.is_empty() || rest.starts_with(['/', '?', '#']);
        let rest = self.origins.iter().find_map(|origin| {
            let (start, rest) = url.split_at_checked(origin.len())?;
            (start.eq_ignore_ascii_case(origin) && is_end(rest)).then_some(rest)
        })?;
        let is_below = self.paths.is_empty() || self.paths.iter().any(|path| path.split(rest).is_some());
        is_below.then_some(rest)
    }
}

/// The path of a server's URL, without trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPath {
    /// The segments, still percent-encoded; `None` for any one, which a variable without `enum` stands for.
    segments: Vec<Option<String>>,
}

impl ServerPath {
    /// The path of `url`, which may be relative; a segment `{name}` is any one. `None` if it is `/` or `url` is malformed.
    pub(super) fn from_url(url: &str) -> Option<Self> {
        let base = Url::parse("http://server").ok();
        let url = Url::options().base_url(base.as_ref()).parse(url).ok()?;
        Some(Self::from_path(url.path())).filter(|path| !path.segments.is_empty())
    }

    /// The path as written: `/v1`, or empty.
    pub fn from_path(path: &str) -> Self {
        let segments = path.trim_end_matches('/').split('/').skip(1);
        let is_any = |segment: &str| segment.starts_with("%7B") && segment.ends_with("%7D");
        Self { segments: segments.map(|segment| (!is_any(segment)).then(|| segment.to_owned())).collect() }
    }

    /// Splits a path with its query after this path; `None` if it does not begin with it.
    pub fn split<'u>(&self, url: &'u str) -> Option<(&'u str, &'u str)> {
        let mut rest = url;
        for segment in &self.segments {
            let inner = rest.strip_prefix('/')?;
            let (actual, after) = inner.split_at(inner.find(['/', '?']).unwrap_or(inner.len()));
            let fits = segment.as_ref().map_or(!actual.is_empty(), |segment| segment == actual);
            rest = Some(after).filter(|_| fits)?;
        }
        url.split_at_checked(url.len() - rest.len())
    }

    /// Returns what follows this path in a path with its query; `None` if it does not begin with it.
    pub fn strip(&self, url: &str) -> Option<String> {
        let (_, rest) = self.split(url)?;
        Some(if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") })
    }

    /// Sorts paths so that more specific ones come first, and removes repeated ones.
    pub fn sort(paths: &mut Vec<Self>) {
        let open = |path: &Self| path.segments.iter().filter(|segment| segment.is_none()).count();
        paths.sort_by(|a, b| (b.segments.len(), open(a), &a.segments).cmp(&(a.segments.len(), open(b), &b.segments)));
        paths.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_by_a_segment_or_the_end() {
        let check = |server: &str, url: &str, expect: Option<&str>| {
            let path = ServerPath::from_url(server).expect("a path");
            assert_eq!(path.strip(url).as_deref(), expect, "{server} {url}");
        };
        check("https://a/v1/", "/v1/x?y", Some("/x?y"));
        check("v1", "/v1", Some("/"));
        check("/v1", "/v1?y", Some("/?y"));
        check("/v1", "/v10/x", None);
        check("https://a/{tenant}/api", "/acme/api/x", Some("/x"));
        check("https://a/{tenant}/api", "//api/x", None);
        check("https://a/{tenant}/api", "/acme/b/x", None);
        assert_eq!(ServerPath::from_url("https://a/"), None);
    }

    #[test]
    fn urls_of_a_server_are_below_its_path() {
        let paths = ServerPath::from_url("https://a.example/v1").into_iter().collect();
        let origins = ["https://a.example", "https://b.example:8080"].map(str::to_owned).into();
        let server = Server { url: "https://a.example/v1".to_owned(), origins, paths };
        let check = |url: &str, expect: Option<&str>| assert_eq!(server.strip_origin(url), expect, "{url}");
        check("https://a.example/v1/x?page=2#y", Some("/v1/x?page=2#y"));
        check("HTTPS://B.example:8080/v1", Some("/v1"));
        check("https://a.example/v2/x", None);
        check("https://a.example.evil/v1/x", None);
        check("https://a.example", None);
        check("https://a.exampl\u{e9}", None);
        let whole = Server { paths: Vec::new(), ..server };
        assert_eq!(whole.strip_origin("https://a.example?x"), Some("?x"));
    }

    #[test]
    fn specific_paths_come_first() {
        let mut paths: Vec<_> = ["/a", "/{b}", "/a/{b}", "/a"].into_iter().filter_map(ServerPath::from_url).collect();
        ServerPath::sort(&mut paths);
        let open = paths.iter().map(|path| path.segments.iter().map(Option::is_none).collect::<Vec<_>>());
        assert_eq!(open.collect::<Vec<_>>(), [vec![false, true], vec![false], vec![true]]);
    }
}
