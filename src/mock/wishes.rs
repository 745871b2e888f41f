//! What a client asks for beyond its request: preferences (RFC 7240) and media types (RFC 9110 §12.5.1).

use crate::http::{Headers, MediaType};

/// `Prefer: code=404, example=NAME` and `Accept`.
#[derive(Debug, PartialEq)]
pub(super) struct Wishes {
    /// The status that the answer should have.
    pub(super) code: Option<u16>,
    /// The name of the example that the answer should be.
    pub(super) example: Option<String>,
    /// Ranges with their weights; empty means that anything will do.
    accepted: Vec<(MediaType, f32)>,
}

impl Wishes {
    /// Reads them; what is malformed asks for nothing, and of a preference that comes twice the first counts.
    pub(super) fn of(headers: &Headers) -> Self {
        let preferences = || headers.all("prefer").flat_map(|line| line.split([',', ';'])).filter_map(preference);
        let preferred = |wanted: &str| preferences().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        Self {
            code: preferred("code").and_then(|(_, value)| value.parse().ok()),
            example: preferred("example").map(|(_, value)| value.to_owned()),
            accepted: headers.all("accept").flat_map(|line| line.split(',')).filter_map(weighted).collect(),
        }
    }

    /// How welcome content of that type is, 0 to 1; the most specific range decides.
    pub(super) fn weight(&self, media_type: &MediaType) -> f32 {
        if self.accepted.is_empty() {
            return 1.0;
        }
        let closeness = |range: &MediaType| range.covers(media_type).or_else(|| media_type.covers(range));
        let covering = self.accepted.iter().filter_map(|(range, weight)| Some((closeness(range)?, *weight)));
        covering.max_by_key(|(closeness, _)| *closeness).map_or(0.0, |(_, weight)| weight)
    }
}

fn preference(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim(), value.trim().trim_matches('"')))
}

fn weighted(text: &str) -> Option<(MediaType, f32)> {
    let range = MediaType::parse(text)?;
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
}
