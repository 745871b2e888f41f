//! What a client asks for beyond its request: preferences (RFC 7240) and media types (RFC 9110 §12.5.1).

use url::form_urlencoded;

use crate::http::{Headers, MediaType, list_elements};

/// `Prefer: code=404, example=NAME, dynamic=true` and `Accept`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wishes {
    /// The status that the answer should have.
    pub(crate) code: Option<u16>,
    /// The name of the example that the answer should be.
    pub(crate) example: Option<String>,
    /// Whether the answer should look like real data rather than be an example.
    pub(crate) dynamic: Option<bool>,
    /// Ranges with their weights; empty means that anything will do.
    accepted: Vec<(MediaType, f32)>,
}

impl Wishes {
    /// Reads them; what is malformed asks for nothing, and of a preference that comes twice the first counts (RFC 7240 §2).
    pub(crate) fn of(headers: &Headers) -> Self {
        let accepted = headers.all("accept").flat_map(list_elements).filter_map(weighted).collect();
        let mut wishes = Self { accepted, ..Self::default() };
        let preferences = headers.all("prefer").flat_map(|line| line.split([',', ';'])).filter_map(preference);
        preferences.for_each(|(name, value)| wishes.add(name, value));
        wishes
    }

    /// Takes the preferences that stand in a query as `__code`, `__example` and `__dynamic`, for clients that cannot send headers;
    /// those of the headers come first. The query without them, when there were any.
    pub(crate) fn take(&mut self, query: &str) -> Option<String> {
        let is_wish = |pair: &&str| WISHES.iter().any(|name| pair.split('=').next() == Some(name));
        let (wished, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(is_wish);
        for (name, value) in form_urlencoded::parse(wished.join("&").as_bytes()) {
            self.add(name.trim_start_matches('_'), &value);
        }
        (!wished.is_empty()).then(|| rest.join("&"))
    }

    /// Whether they take little room, as those of any usual client do.
    pub(crate) fn are_few(&self) -> bool {
        let size = |(range, _): &(MediaType, f32)| range.to_string().len();
        self.example.as_deref().map_or(0, str::len) + self.accepted.iter().map(size).sum::<usize>() <= FEW
    }

    fn add(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "code" => self.code = self.code.or(value.parse().ok()),
            "example" => self.example = self.example.take().or_else(|| Some(value.to_owned())),
            "dynamic" => self.dynamic = self.dynamic.or(value.parse().ok()),
            _ => {}
        }
    }

    /// The type within `range` that is most welcome; none where only ranges are named.
    pub(crate) fn within(&self, range: &MediaType) -> Option<MediaType> {
        let named = self.accepted.iter().filter(|(wished, weight)| *weight > 0.0 && !wished.is_range());
        let fitting = named.filter(|(wished, _)| range.covers(wished).is_some());
        // Of those that are equally welcome the first.
        let (best, _) = fitting.rev().max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let parameters = best.parameters.iter().filter(|(name, _)| name != "q").cloned().collect();
        Some(MediaType { parameters, ..best.clone() })
    }

    /// How welcome content of that type is, 0 to 1; the most specific range decides.
    pub(crate) fn weight(&self, media_type: &MediaType) -> f32 {
        if self.accepted.is_empty() {
            return 1.0;
        }
        let closeness = |range: &MediaType| range.covers(media_type).or_else(|| media_type.covers(range));
        let covering = self.accepted.iter().filter_map(|(range, weight)| Some((closeness(range)?, *weight)));
        covering.max_by_key(|(closeness, _)| *closeness).map_or(0.0, |(_, weight)| weight)
    }
}

/// Characters that few wishes have.
const FEW: usize = 300;

/// The names that preferences have in a query.
const WISHES: [&str; 3] = ["__code", "__example", "__dynamic"];

fn preference(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim(), value.trim().trim_matches('"')))
}

fn weighted(text: &str) -> Option<(MediaType, f32)> {
    let range = MediaType::parse(text).ok()?;
    let weight = range.parameter("q").map_or(Some(1.0), |weight| weight.parse().ok())?;
    (0.0..=1.0).contains(&weight).then_some((range, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(lines: &[(&str, &str)]) -> Wishes {
        Wishes::of(&lines.iter().copied().collect())
    }

    #[test]
    fn preferences_stand_on_one_line_or_several() {
        let asked = |lines: &[(&str, &str)]| (wishes(lines).code, wishes(lines).example);
        assert_eq!(asked(&[]), (None, None));
        assert_eq!(
            asked(&[("prefer", "wait=5, code=404; example=\"none left\"")]),
            (Some(404), Some("none left".into()))
        );
        assert_eq!(asked(&[("prefer", "Code=404"), ("Prefer", "code=500, example=x")]), (Some(404), Some("x".into())));
        assert_eq!(asked(&[("prefer", "code=many")]), (None, None));
    }

    #[test]
    fn a_query_may_hold_them_as_well() {
        let mut wishes = wishes(&[("prefer", "code=404")]);
        assert_eq!(wishes.take("a=1&__code=500&__example=none%20left&__dynamic=true&b"), Some("a=1&b".to_owned()));
        assert_eq!(
            (wishes.code, wishes.example.as_deref(), wishes.dynamic),
            (Some(404), Some("none left"), Some(true))
        );
        assert_eq!(wishes.take("a=1&_code=500"), None);
    }

    #[test]
    fn the_most_specific_range_decides() {
        let check = |accept: &str, actual: &str, expect: f32| {
            let media_type = MediaType::parse(actual).expect("a media type");
            assert!((wishes(&[("accept", accept)]).weight(&media_type) - expect).abs() < 0.001, "{accept}: {actual}");
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
    fn a_range_is_narrowed_to_what_is_most_welcome() {
        let check = |accept: &str, range: &str, expect: Option<&str>| {
            let range = MediaType::parse(range).expect("a range");
            let found = wishes(&[("accept", accept)]).within(&range).map(|found| found.to_string());
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
