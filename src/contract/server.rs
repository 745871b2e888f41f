//! Servers of a document, and the paths below which they serve the API.

use url::Url;

use super::segment::normal;

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
    segments: Vec<Segment>,
}

/// A segment of a path: its literals, percent-encoded and normalised. Between two of them is a variable without `enum`, which any text
/// fits that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Segment(Vec<String>);

impl Segment {
    fn parse(text: &str) -> Self {
        let mut literals = Vec::new();
        let (mut literal, mut rest) = (String::new(), text);
        while let Some((before, variable)) = rest.split_once(OPENING) {
            let Some((_, after)) = variable.split_once(CLOSING) else { break };
            literal.push_str(before);
            literals.push(normal(&literal).into_owned());
            (literal, rest) = (String::new(), after);
        }
        literals.push(normal(rest).into_owned());
        Self(literals)
    }

    fn variables(&self) -> usize {
        self.0.len() - 1
    }

    fn fits(&self, actual: &str) -> bool {
        let actual = normal(actual);
        let [first, between @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| *only == actual);
        };
        let Some(mut rest) = actual.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
        else {
            return false;
        };
        for literal in between {
            let found = rest.char_indices().nth(1).and_then(|(at, _)| Some(at + rest[at..].find(literal.as_str())?));
            let Some(at) = found else { return false };
            rest = &rest[at + literal.len()..];
        }
        !rest.is_empty()
    }
}

/// The braces of a variable in a URL.
const OPENING: &str = "%7B";
const CLOSING: &str = "%7D";

impl ServerPath {
    /// The path of `url`, which may be relative; `{name}` is any text within a segment. `None` if it is `/` or `url` is malformed.
    pub(super) fn from_url(url: &str) -> Option<Self> {
        let base = Url::parse("http://server").ok();
        let url = Url::options().base_url(base.as_ref()).parse(url).ok()?;
        Some(Self::from_path(url.path())).filter(|path| !path.segments.is_empty())
    }

    /// The path as written: `/v1`, or empty.
    pub fn from_path(path: &str) -> Self {
        let segments = path.trim_end_matches('/').split('/').skip(1);
        Self { segments: segments.map(Segment::parse).collect() }
    }

    /// Splits a path with its query after this path; `None` if it does not begin with it.
    pub fn split<'u>(&self, url: &'u str) -> Option<(&'u str, &'u str)> {
        let mut rest = url;
        for segment in &self.segments {
            let inner = rest.strip_prefix('/')?;
            let (actual, after) = inner.split_at(inner.find(['/', '?']).unwrap_or(inner.len()));
            rest = Some(after).filter(|_| segment.fits(actual))?;
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
        let open = |path: &Self| path.segments.iter().map(Segment::variables).sum::<usize>();
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
        check("https://a/v{n}/api", "/v12/api/x", Some("/x"));
        check("https://a/v{n}/api", "/v/api/x", None);
        check("https://a/{a}-{b}-{c}.x", "/1-2--.x/y", Some("/y"));
        check("https://a/{a}-{b}-{c}.x", "/1-2-.x/y", None);
        check("https://a/caf%c3%a9/%7e", "/caf%C3%A9/~/x", Some("/x"));
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
        let open =
            paths.iter().map(|path| path.segments.iter().map(|segment| segment.variables() > 0).collect::<Vec<_>>());
        assert_eq!(open.collect::<Vec<_>>(), [vec![false, true], vec![false], vec![true]]);
    }
}
