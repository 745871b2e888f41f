//! Media types and ranges (RFC 9110 §8.3.1 and §12.5.1), compared as the contract compares them.

use std::fmt;

/// A media type or range such as `application/json; charset=utf-8`, `application/*` or `*/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// The type, in lower case; `*` in a range.
    pub kind: String,
    /// The subtype, in lower case; `*` in a range.
    pub subtype: String,
    /// Parameters in order; names in lower case, values unquoted.
    pub parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header value; none when it is not `type/subtype` with well-formed parameters.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside_quotes(text, ';').into_iter();
        let (kind, subtype) = parts.next()?.trim().split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let parameters = parts.filter(|part| !part.trim().is_empty()).map(parameter).collect::<Option<Vec<_>>>()?;
        Some(Self { kind: kind.to_ascii_lowercase(), subtype: subtype.to_ascii_lowercase(), parameters })
    }

    /// `type/subtype` without parameters.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype)
    }

    /// The value of a parameter, its name given in lower case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// Whether this is JSON: `application/json`, `text/json` or any `+json` (RFC 6839 §3.1).
    pub fn is_json(&self) -> bool {
        self.subtype == "json" || self.subtype.ends_with("+json")
    }

    /// Whether this is a range rather than one type.
    pub fn is_range(&self) -> bool {
        self.kind == "*" || self.subtype == "*"
    }

    /// How closely this range covers `actual`: none when it does not, more when more specific. Parameters that the range
    /// names must be equal, except `charset`, which never decides.
    pub fn covers(&self, actual: &MediaType) -> Option<usize> {
        let fits = |range: &str, value: &str| range == "*" || range == value;
        let wanted: Vec<_> = self.parameters.iter().filter(|(name, _)| name != "charset" && name != "q").collect();
        let parameters_fit = wanted.iter().all(|(name, value)| actual.parameter(name) == Some(value));
        let covered = fits(&self.kind, &actual.kind) && fits(&self.subtype, &actual.subtype) && parameters_fit;
        covered.then(|| usize::from(self.kind != "*") + usize::from(self.subtype != "*") + wanted.len())
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.subtype)?;
        self.parameters.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

fn parameter(part: &str) -> Option<(String, String)> {
    let (name, value) = part.trim().split_once('=')?;
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let value = quoted.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"));
    (is_token(name) && !value.is_empty()).then(|| (name.to_ascii_lowercase(), value))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, actual: &str, expect: Option<usize>) {
        let parse = |text| MediaType::parse(text).expect("a media type");
        assert_eq!(parse(range).covers(&parse(actual)), expect, "{range} over {actual}");
    }

    #[test]
    fn ranges_cover_by_specificity() {
        check("application/json", "Application/JSON; charset=utf-8", Some(2));
        check("application/json; charset=utf-8", "application/json", Some(2));
        check("application/*", "application/json", Some(1));
        check("*/*", "text/plain", Some(0));
        check("application/json; version=1", "application/json", None);
        check("application/json", "application/problem+json", None);
    }

    #[test]
    fn malformed_values_are_none() {
        for text in ["", "json", "application/", "application/json; charset", "a b/c"] {
            assert_eq!(MediaType::parse(text), None, "{text:?}");
        }
        let quoted = MediaType::parse("multipart/form-data; boundary=\"a;b\"").expect("quoted");
        assert_eq!(quoted.parameter("boundary"), Some("a;b"));
    }
}
