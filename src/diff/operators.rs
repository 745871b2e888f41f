//! Operators of an expected body: objects with a single `$…` property that express more than a value can.

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde_json::Value;

/// Names of all operators.
pub(super) const NAMES: [&str; 7] = ["$any", "$absent", "$match", "$contains", "$exact", "$time", "$literal"];

/// An operator with its argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator<'a> {
    /// Any value including `null`, but not absence.
    Any,
    /// The property must be absent.
    Absent,
    /// A string that matches the pattern.
    Match(&'a str),
    /// A list in which every item matches some element.
    Contains(&'a [Value]),
    /// No properties other than the expected ones, at any depth.
    Exact(&'a Value),
    /// A string for the same instant (RFC 3339).
    Time(&'a str),
    /// The value verbatim; names that begin with `$` have no special meaning.
    Literal(&'a Value),
}

impl<'a> Operator<'a> {
    /// Parses an operator; `None` for an ordinary value, and for an operator that [`super::lint`] rejects.
    pub(super) fn parse(expected: &'a Value) -> Option<Self> {
        let members = expected.as_object().filter(|members| members.len() == 1)?;
        let (name, argument) = members.iter().next()?;
        match name.as_str() {
            "$any" => Some(Self::Any),
            "$absent" => Some(Self::Absent),
            "$match" => argument.as_str().map(Self::Match),
            "$contains" => argument.as_array().map(|items| Self::Contains(items)),
            "$exact" => Some(Self::Exact(argument)),
            "$time" => argument.as_str().map(Self::Time),
            "$literal" => Some(Self::Literal(argument)),
            _ => None,
        }
    }
}

/// Returns whether `actual` is a string that matches `pattern`.
pub(super) fn matches(pattern: &str, actual: &Value) -> bool {
    actual.as_str().is_some_and(|text| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text)))
}

/// Returns whether `actual` is a string for the same instant as `expected`, both in RFC 3339.
pub(super) fn same_instant(expected: &str, actual: &Value) -> bool {
    actual.as_str().and_then(instant).is_some_and(|actual| Some(actual) == instant(expected))
}

/// Parses an instant by RFC 3339 §5.6; the parser alone would accept more.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$")
            .expect("the pattern is constant")
    });
    SHAPE.is_match(text).then(|| text.parse().ok()).flatten()
}

/// Formats an expectation for a diff: a value as compact JSON, an operator in words.
pub(super) fn notation(expected: &Value) -> String {
    match Operator::parse(expected) {
        None => expected.to_string(),
        Some(Operator::Any) => "any value".to_owned(),
        Some(Operator::Absent) => "nothing".to_owned(),
        Some(Operator::Match(pattern)) => format!("string matching {}", Value::from(pattern)),
        Some(Operator::Contains(items)) => {
            let items: Vec<_> = items.iter().map(notation).collect();
            format!("list with {}", items.join(", "))
        }
        Some(Operator::Exact(argument)) => format!("exactly {argument}"),
        Some(Operator::Time(instant)) => format!("the instant of {}", Value::from(instant)),
        Some(Operator::Literal(argument)) => argument.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn instants_are_strict() {
        let same = |a: &str, b: &str| same_instant(a, &json!(b));
        assert!(same("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000+01:00"));
        assert!(!same("2026-01-01T00:00:00Z", "2026-01-01 00:00:00Z"));
        assert!(!same("2026-01-01T00:00:00Z", "2026-01-02T01:00:00+25:00"));
        assert!(!same("2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z"));
        assert!(!same("yesterday", "yesterday"));
        assert!(!same_instant("2026-01-01T00:00:00Z", &json!(1_767_225_600)));
    }
}
