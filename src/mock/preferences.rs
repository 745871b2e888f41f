//! Client preferences: `Prefer` (RFC 7240) and `Accept` (RFC 9110 §12.5.1).

use url::form_urlencoded;

use crate::http::{Headers, MediaType, Parameters, Request, list_elements, parse_parameters};

/// `Prefer: code=404, example=NAME, dynamic=true` and `Accept`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Preferences {
    /// Preferred status.
    pub(crate) code: Option<u16>,
    /// Name of the preferred example.
    pub(crate) example: Option<String>,
    /// Whether to generate realistic data instead of returning an example.
    pub(crate) dynamic: Option<bool>,
    /// Accepted ranges with their weights; empty accepts everything.
    accepted: Vec<(MediaType, f32)>,
}

impl Preferences {
    /// Reads both headers. Ignores what is malformed; of a repeated preference the first counts (RFC 7240 §2).
    pub(crate) fn from_headers(headers: &Headers) -> Self {
        let accepted = headers.all("accept").flat_map(list_elements).filter_map(weighted).collect();
        let mut preferences = Self { accepted, ..Self::default() };
        for (name, value) in headers.all("prefer").flat_map(list_elements).flat_map(preference) {
            preferences.add(&name, &value);
        }
        preferences
    }

    /// Takes the preferences `__code`, `__example` and `__dynamic` from a query, for clients that cannot send headers. Headers have
    /// precedence. Returns the remaining query if there were any.
    pub(crate) fn take_from_query(&mut self, query: &str) -> Option<String> {
        let is_preference = |pair: &&str| QUERY_NAMES.iter().any(|name| pair.split('=').next() == Some(name));
        let (preferred, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(is_preference);
        for (name, value) in form_urlencoded::parse(preferred.join("&").as_bytes()) {
            self.add(name.trim_start_matches('_'), &value);
        }
        (!preferred.is_empty()).then(|| rest.join("&"))
    }

    /// Whether they are small enough to be cached, as those of ordinary clients are.
    pub(crate) fn are_cacheable(&self) -> bool {
        let size = |(range, _): &(MediaType, f32)| range.to_string().len();
        self.example.as_deref().map_or(0, str::len) + self.accepted.iter().map(size).sum::<usize>() <= MAX_CACHED_SIZE
    }

    fn add(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "code" => self.code = self.code.or(value.parse().ok()),
            "example" => self.example = self.example.take().or_else(|| Some(value.to_owned())),
            "dynamic" => self.dynamic = self.dynamic.or(value.parse().ok()),
            _ => {}
        }
    }

    /// The most preferred media type within `range`; none if the client accepts ranges only.
    pub(crate) fn best_within(&self, range: &MediaType) -> Option<MediaType> {
        let named = self.accepted.iter().filter(|(preferred, weight)| *weight > 0.0 && !preferred.is_range());
        let fitting = named.filter(|(preferred, _)| range.covers(preferred).is_some());
        // `max_by` returns the last of equals, and the first one counts.
        let (best, _) = fitting.rev().max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let parameters = best.parameters.iter().filter(|(name, _)| name != "q").cloned().collect();
        Some(MediaType { parameters, ..best.clone() })
    }

    /// Weight of that media type, 0 to 1, by the most specific range.
    pub(crate) fn weight(&self, media_type: &MediaType) -> f32 {
        if self.accepted.is_empty() {
            return 1.0;
        }
        let closeness = |range: &MediaType| range.covers(media_type).or_else(|| media_type.covers(range));
        let covering = self.accepted.iter().filter_map(|(range, weight)| Some((closeness(range)?, *weight)));
        covering.max_by_key(|(closeness, _)| *closeness).map_or(0.0, |(_, weight)| weight)
    }

    /// Weight of the accepted media types with the same structured syntax (RFC 6839): who reads `application/vnd.example+json` can
    /// read `application/json`.
    pub(crate) fn syntax_weight(&self, media_type: &MediaType) -> f32 {
        let is_same =
            |range: &MediaType| (range.is_json() && media_type.is_json()) || (range.is_xml() && media_type.is_xml());
        let fitting = self.accepted.iter().filter(|(range, _)| is_same(range));
        fitting.fold(0.0, |most, (_, weight)| most.max(*weight))
    }

    /// Name of the preferred example, shortened.
    pub(crate) fn example_shown(&self) -> Option<String> {
        self.example.as_deref().map(shortened)
    }

    /// The accepted ranges as text, shortened.
    pub(crate) fn accepted(&self) -> String {
        let ranges: Vec<_> = self.accepted.iter().map(|(range, _)| range.to_string()).collect();
        shortened(&ranges.join(", "))
    }

    /// The preferences of a request that no response follows, because they are unknown or malformed, with where they are; shortened.
    pub(crate) fn unsupported(request: &Request) -> Vec<String> {
        let headers = &request.headers;
        let preferred = headers.all("prefer").flat_map(list_elements).flat_map(|element| {
            let Ok(named) = parse_parameters(&format!(";{element}")) else { return vec![format!("Prefer: {element}")] };
            let named = named.into_iter().filter(|(name, value)| !is_supported(name, value));
            named.map(|(name, value)| format!("Prefer: {name}={value}")).collect()
        });
        let ranges = headers.all("accept").flat_map(list_elements).filter(|range| weighted(range).is_none());
        let pairs = form_urlencoded::parse(request.query().unwrap_or_default().as_bytes());
        let pairs = pairs.filter(|(name, value)| {
            QUERY_NAMES.contains(&&**name) && !is_supported(name.trim_start_matches('_'), value)
        });
        let unsupported = preferred
            .chain(ranges.map(|range| format!("Accept: {range}")))
            .chain(pairs.map(|(name, value)| format!("{name}={value}")));
        unsupported.take(MAX_UNSUPPORTED).map(|text| shortened(&text)).collect()
    }
}

/// Maximum number of unsupported preferences of one request that are reported, and their length in characters.
const MAX_UNSUPPORTED: usize = 8;
const MAX_SHOWN: usize = 120;

/// Maximum size of preferences that are cached, in characters.
const MAX_CACHED_SIZE: usize = 300;

/// Names of the preferences in a query.
const QUERY_NAMES: [&str; 3] = ["__code", "__example", "__dynamic"];

/// Whether a response can follow the preference.
fn is_supported(name: &str, value: &str) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "code" => value.parse::<u16>().is_ok(),
        "example" => true,
        "dynamic" => value.parse::<bool>().is_ok(),
        _ => false,
    }
}

/// A preference and its parameters, which count as preferences too.
fn preference(element: &str) -> Parameters {
    parse_parameters(&format!(";{element}")).unwrap_or_default()
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn weighted(text: &str) -> Option<(MediaType, f32)> {
    let range = MediaType::parse(text).ok()?;
    let weight = range.parameter("q").map_or(Some(1.0), |weight| weight.parse().ok())?;
    (0.0..=1.0).contains(&weight).then_some((range, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(lines: &[(&str, &str)]) -> Preferences {
        Preferences::from_headers(&lines.iter().copied().collect())
    }

    #[test]
    fn preferences_may_be_on_one_line_or_several() {
        let read = |lines: &[(&str, &str)]| (preferences(lines).code, preferences(lines).example);
        assert_eq!(read(&[]), (None, None));
        assert_eq!(
            read(&[("prefer", "wait=5, code=404; example=\"none left\"")]),
            (Some(404), Some("none left".into()))
        );
        assert_eq!(read(&[("prefer", "Code=404"), ("Prefer", "code=500, example=x")]), (Some(404), Some("x".into())));
        assert_eq!(read(&[("prefer", "code=many")]), (None, None));
        let quoted = r#"respond-async, example="a, \"b\"; code=404", code=409"#;
        assert_eq!(read(&[("prefer", quoted)]), (Some(409), Some("a, \"b\"; code=404".into())));
    }

    #[test]
    fn a_query_may_contain_preferences() {
        let mut preferences = preferences(&[("prefer", "code=404")]);
        assert_eq!(
            preferences.take_from_query("a=1&__code=500&__example=none%20left&__dynamic=true&b"),
            Some("a=1&b".to_owned())
        );
        assert_eq!(
            (preferences.code, preferences.example.as_deref(), preferences.dynamic),
            (Some(404), Some("none left"), Some(true))
        );
        assert_eq!(preferences.take_from_query("a=1&_code=500"), None);
    }

    #[test]
    fn the_most_specific_range_decides() {
        let check = |accept: &str, actual: &str, expect: f32| {
            let media_type = MediaType::parse(actual).expect("a media type");
            assert!(
                (preferences(&[("accept", accept)]).weight(&media_type) - expect).abs() < 0.001,
                "{accept}: {actual}"
            );
        };
        check("*/*", "application/json", 1.0);
        check("text/html, application/*;q=0.5, */*;q=0.1", "application/json", 0.5);
        check("*/*, application/json;q=0", "application/json", 0.0);
        check("application/xml", "application/json", 0.0);
        check("image/png;q=0.3", "image/*", 0.3);
        check("nonsense", "application/json", 1.0);
        check("application/json;q=2", "application/json", 1.0);
    }

    #[test]
    fn media_types_of_the_same_syntax_are_related() {
        let check = |accept: &str, actual: &str, expect: f32| {
            let media_type = MediaType::parse(actual).expect("a media type");
            let found = preferences(&[("accept", accept)]).syntax_weight(&media_type);
            assert!((found - expect).abs() < 0.001, "{accept}: {actual}: {found}");
        };
        check("application/vnd.example.v3+json", "application/json", 1.0);
        check("application/json;q=0.4, application/a+json;q=0.7", "application/problem+json", 0.7);
        check("application/atom+xml", "text/xml", 1.0);
        check("application/atom+xml, text/json-like", "application/json", 0.0);
    }

    #[test]
    fn unknown_and_malformed_preferences_are_unsupported() {
        let lines = [("prefer", "respond-async, wait=10; code=404"), ("prefer", "code=many, example=x, dynamic=1")];
        let unsupported = |url: &str, lines: &[(&str, &str)]| {
            let (method, headers) = ("GET".to_owned(), lines.iter().copied().collect());
            Preferences::unsupported(&Request {
                method,
                url: url.to_owned(),
                headers,
                body: None,
                ..Request::default()
            })
        };
        let expect = ["respond-async", "wait=10", "code=many", "dynamic=1"].map(|text| format!("Prefer: {text}"));
        assert_eq!(unsupported("/", &lines), expect);
        assert_eq!(unsupported("/?__code=404&code=x&__example=&__dynamic=false", &[]), Vec::<String>::new());
        let accept = ("accept", "text/html, nonsense, a/b;q=2, */*;q=0.1, ,c/d;q=x");
        let expect = ["Accept: nonsense", "Accept: a/b;q=2", "Accept: c/d;q=x", "__code=abc", "__dynamic=yes"];
        assert_eq!(unsupported("/?__code=abc&__dynamic=yes", &[accept]), expect);
    }

    #[test]
    fn a_range_is_narrowed_to_the_most_preferred_type() {
        let check = |accept: &str, range: &str, expect: Option<&str>| {
            let range = MediaType::parse(range).expect("a range");
            let found = preferences(&[("accept", accept)]).best_within(&range).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expect, "{accept}: {range}");
        };
        check(
            "text/css;q=0.5, text/html; charset=utf-8;q=0.9, text/plain;q=0.9",
            "*/*",
            Some("text/html; charset=utf-8"),
        );
        check("image/png, text/*;q=0.1", "text/*", None);
        check("text/html;q=0", "text/*", None);
        check("*/*", "*/*", None);
    }
}
