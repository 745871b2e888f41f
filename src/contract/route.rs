//! Router from method and path to an operation; concrete segments match before templated ones (OpenAPI 3.1 §4.8.8).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Operation;
use super::segment::normal;

/// The compiled path templates: a tree of segments. A look-up visits each node at most once, so hostile paths cost no more.
#[derive(Debug, Default)]
pub struct Router {
    root: Node,
}

/// The segments that may follow one prefix of segments.
#[derive(Debug, Default)]
struct Node {
    concrete: HashMap<String, Node>,
    /// Sorted by number of literal characters, most first.
    templated: Vec<(Segment, Node)>,
    /// The operations of paths that end here, by method in upper case.
    ends: BTreeMap<String, End>,
}

#[derive(Debug)]
struct End {
    operation: usize,
    names: Vec<String>,
}

/// A templated segment: the literals around its parameters, one more than there are parameters.
#[derive(Debug, PartialEq, Eq)]
struct Segment {
    literals: Vec<String>,
}

/// Result of routing a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// An operation matches; its path parameters are in template order and still percent-encoded.
    Found {
        /// Index into the contract's operations.
        operation: usize,
        /// Names and encoded values.
        parameters: Vec<(String, String)>,
    },
    /// The path matches, the method does not.
    MethodNotAllowed {
        /// The methods of the path, in upper case.
        allowed: Vec<String>,
    },
    /// No path matches.
    NotFound,
}

impl Router {
    /// Compiles the templates of path operations; of two with the same method and equivalent paths, the first is used.
    pub fn new(operations: &[Operation]) -> Self {
        let mut router = Self::default();
        for operation in operations {
            router.insert(&operation.method, &operation.path, operation.index);
        }
        router
    }

    /// Finds the operation for `method` and an encoded `path` without query. Of several matching templates, the most concrete one
    /// with the method is used. HEAD is routed to GET unless it is declared itself: a server that supports GET supports HEAD (RFC
    /// 9110 §9.1). A trailing slash is a segment.
    pub fn route(&self, method: &str, path: &str) -> Route {
        let segments: Vec<_> = segments(path).map(normal).collect();
        match self.find(method, &segments) {
            Route::MethodNotAllowed { allowed } if method == "HEAD" && allowed.iter().any(|other| other == "GET") => {
                self.find("GET", &segments)
            }
            route => route,
        }
    }

    fn find(&self, method: &str, segments: &[Cow<'_, str>]) -> Route {
        let mut search = Search { method, allowed: Vec::new(), taken: Vec::new() };
        match self.root.find(segments, &mut search) {
            Some(end) => {
                let parameters = end.names.iter().cloned().zip(search.taken).collect();
                Route::Found { operation: end.operation, parameters }
            }
            None if search.allowed.is_empty() => Route::NotFound,
            None => {
                search.allowed.sort();
                search.allowed.dedup();
                Route::MethodNotAllowed { allowed: search.allowed }
            }
        }
    }

    fn insert(&mut self, method: &str, path: &str, operation: usize) {
        let mut node = &mut self.root;
        let mut names = Vec::new();
        for segment in segments(path) {
            let found = split(segment).1;
            names.extend(found.iter().map(|name| (*name).to_owned()));
            node = match found.is_empty() {
                true => node.concrete.entry(decoded(segment).into_owned()).or_default(),
                false => node.templated(Segment { literals: literals(segment) }),
            };
        }
        node.ends.entry(method.to_owned()).or_insert(End { operation, names });
    }
}

struct Search<'a> {
    method: &'a str,
    allowed: Vec<String>,
    taken: Vec<String>,
}

impl Node {
    fn templated(&mut self, segment: Segment) -> &mut Node {
        let known = self.templated.iter().position(|(held, _)| *held == segment);
        let index = known.unwrap_or_else(|| {
            let at = self.templated.partition_point(|(held, _)| held.weight() >= segment.weight());
            self.templated.insert(at, (segment, Node::default()));
            at
        });
        &mut self.templated[index].1
    }

    /// Matches the remaining segments. Recursion is as deep as the longest template.
    fn find(&self, rest: &[Cow<'_, str>], search: &mut Search<'_>) -> Option<&End> {
        let Some((first, rest)) = rest.split_first() else {
            let end = self.ends.get(search.method);
            if end.is_none() {
                search.allowed.extend(self.ends.keys().cloned());
            }
            return end;
        };
        let concrete = self.concrete.get(&*decoded(first)).and_then(|node| node.find(rest, search));
        concrete.or_else(|| self.templated.iter().find_map(|(segment, node)| segment.lead(node, (first, rest), search)))
    }
}

impl Segment {
    fn weight(&self) -> usize {
        self.literals.iter().map(String::len).sum()
    }

    fn lead<'n>(
        &self,
        node: &'n Node,
        (first, rest): (&str, &[Cow<'_, str>]),
        search: &mut Search<'_>,
    ) -> Option<&'n End> {
        let values = self.values(first)?;
        let before = search.taken.len();
        search.taken.extend(values);
        let end = node.find(rest, search);
        if end.is_none() {
            search.taken.truncate(before);
        }
        end
    }

    /// The values of the parameters, each of at least one character. Every literal is matched at its first occurrence, and the
    /// last one at the end; that finds a match whenever one exists, without backtracking.
    fn values(&self, text: &str) -> Option<Vec<String>> {
        let (last, before) = self.literals.split_last()?;
        let (first, between) = before.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut values = Vec::new();
        for literal in between {
            let skip = rest.chars().next()?.len_utf8();
            let at = skip + rest.get(skip..)?.find(literal.as_str())?;
            values.push(rest.get(..at)?.to_owned());
            rest = rest.get(at + literal.len()..)?;
        }
        values.push(rest.to_owned());
        (!rest.is_empty()).then_some(values)
    }
}

/// The names of the parameters in a path template, in order.
pub(super) fn names(path: &str) -> Vec<String> {
    segments(path).flat_map(|segment| split(segment).1).map(str::to_owned).collect()
}

/// A path template without parameter names: equal for paths that no request can distinguish.
pub(super) fn nameless(path: &str) -> String {
    segments(path).map(|segment| split(segment).0.join("{}")).collect::<Vec<_>>().join("/")
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// Splits a template segment into literals and the parameter names between them; unpaired braces are literal.
fn split(segment: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut literals, mut names) = (Vec::new(), Vec::new());
    let mut rest = segment;
    while let Some((literal, (name, after))) =
        rest.split_once('{').and_then(|(literal, tail)| Some((literal, tail.split_once('}')?)))
    {
        literals.push(literal);
        names.push(name);
        rest = after;
    }
    literals.push(rest);
    (literals, names)
}

fn decoded(segment: &str) -> Cow<'_, str> {
    if !segment.as_bytes().contains(&b'%') {
        return Cow::Borrowed(segment);
    }
    percent_decode_str(segment).decode_utf8_lossy()
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Characters allowed unencoded in a path segment (RFC 3986 §3.3), and `%`.
const SEGMENT: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'%');

/// The path template with its literals as a URL contains them: characters that it cannot contain are encoded (RFC 3986 §3.3).
pub(crate) fn encoded_template(path: &str) -> String {
    let encoded = |segment: &str| {
        let (literals, names) = split(segment);
        let mut names = names.into_iter();
        let with_name = |literal: &str| {
            let name = names.next().map(|name| format!("{{{name}}}")).unwrap_or_default();
            format!("{}{name}", utf8_percent_encode(literal, SEGMENT))
        };
        literals.into_iter().map(with_name).collect::<String>()
    };
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// The literals around the parameters of a template segment, encoded.
pub(super) fn literals(segment: &str) -> Vec<String> {
    let encoded = |text| normal(&utf8_percent_encode(text, SEGMENT).to_string()).into_owned();
    split(segment).0.into_iter().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Routes `method` and `path` among `templates`: the template with its parameters, or the allowed methods.
    fn find(templates: &[&str], method: &str, path: &str) -> String {
        let mut router = Router::default();
        for (index, template) in templates.iter().enumerate() {
            let (method, template) = template.split_once(' ').expect("a method and a path");
            router.insert(method, template, index);
        }
        match router.route(method, path) {
            Route::Found { operation, parameters } => {
                let parameters = parameters.iter().map(|(name, value)| format!(" {name}={value}"));
                format!("{}{}", templates[operation], parameters.collect::<String>())
            }
            Route::MethodNotAllowed { allowed } => format!("only {}", allowed.join(" ")),
            Route::NotFound => "nothing".to_owned(),
        }
    }

    fn check(templates: &[&str], path: &str, expect: &str) {
        assert_eq!(find(templates, "GET", path), expect, "{path} among {templates:?}");
    }

    #[test]
    fn concrete_segments_come_first() {
        let pets = &["GET /pets/{id}", "GET /pets/mine", "GET /pets/{id}/toys", "GET /pets/mine/food", "GET /"];
        check(pets, "/pets/mine", "GET /pets/mine");
        check(pets, "/pets/7", "GET /pets/{id} id=7");
        check(pets, "/pets/mine/toys", "GET /pets/{id}/toys id=mine");
        check(pets, "/pets/%6Dine", "GET /pets/mine");
        check(pets, "/", "GET /");
        check(pets, "/pets", "nothing");
    }

    #[test]
    fn slashes_keep_their_meaning() {
        let pets = &["GET /pets/{id}", "GET /pets/"];
        check(pets, "/pets/a%2Fb", "GET /pets/{id} id=a%2Fb");
        check(pets, "/pets/a%2fb", "GET /pets/{id} id=a%2Fb");
        check(pets, "/pets/a/b", "nothing");
        check(pets, "/pets/7/", "nothing");
        check(pets, "/pets/", "GET /pets/");
        check(pets, "/pets//", "nothing");
    }

    #[test]
    fn a_segment_may_hold_several_parameters() {
        check(&["GET /{a}-{b}"], "/x-y-z", "GET /{a}-{b} a=x b=y-z");
        check(&["GET /{a}-{b}"], "/--y", "GET /{a}-{b} a=- b=y");
        check(&["GET /{a}-{b}"], "/-y", "nothing");
        check(&["GET /{a}-{b}"], "/x-", "nothing");
        check(&["GET /v{n}.json"], "/v1.2.json", "GET /v{n}.json n=1.2");
        check(&["GET /{id}:cancel", "GET /{id}"], "/7:cancel", "GET /{id}:cancel id=7");
        check(&["GET /{id}:cancel", "GET /{id}"], "/7%3Acancel", "GET /{id} id=7%3Acancel");
        check(&["GET /{a},{b},{c}"], "/1,2,3", "GET /{a},{b},{c} a=1 b=2 c=3");
        check(&["GET /({a})"], "/(é)", "GET /({a}) a=é");
        check(&["GET /caf\u{e9}/{a}"], "/caf%C3%A9/1", "GET /caf\u{e9}/{a} a=1");
        check(&["GET /a b{c}"], "/a%20b1", "GET /a b{c} c=1");
        check(&["GET /{open"], "/%7Bopen", "GET /{open");
    }

    #[test]
    fn literals_of_a_template_are_encoded() {
        assert_eq!(encoded_template("/caf\u{e9}/{id}"), "/caf%C3%A9/{id}");
        assert_eq!(encoded_template("/a b/x[0]/{q}|{r}/100%25"), "/a%20b/x%5B0%5D/{q}%7C{r}/100%25");
        assert_eq!(encoded_template("/Products('{id}'):go/{open"), "/Products('{id}'):go/%7Bopen");
    }

    #[test]
    fn the_method_decides_among_matching_paths() {
        let templates = &["POST /pets/mine", "GET /pets/{id}", "DELETE /pets/{id}"];
        assert_eq!(find(templates, "GET", "/pets/mine"), "GET /pets/{id} id=mine");
        assert_eq!(find(templates, "PUT", "/pets/mine"), "only DELETE GET POST");
        assert_eq!(find(templates, "HEAD", "/pets/mine"), "GET /pets/{id} id=mine");
        assert_eq!(find(&["GET /a", "HEAD /a", "POST /b"], "HEAD", "/a"), "HEAD /a");
        assert_eq!(find(&["GET /a", "HEAD /a", "POST /b"], "HEAD", "/b"), "only POST");
        assert_eq!(find(templates, "get", "/pets/1"), "only DELETE GET");
    }

    #[test]
    fn a_look_up_is_quick_whatever_the_path() {
        let parameters = (0..40).map(|n| format!("{{p{n}}}-")).collect::<String>();
        let template = format!("GET /{parameters}end");
        let path = format!("/{}", "-".repeat(100_000));
        check(&[&template], &path, "nothing");
        let deep = "/x".repeat(50_000);
        check(&["GET /{a}/{b}"], &deep, "nothing");
    }

    #[test]
    fn equivalent_templates_share_a_form() {
        assert_eq!(nameless("/a/{x}-{y}/b"), nameless("/a/{p}-{q}/b"));
        assert_ne!(nameless("/a/{x}"), nameless("/a/b"));
        assert_eq!(names("/a/{x}-{y}/{z}"), ["x", "y", "z"]);
    }
}
