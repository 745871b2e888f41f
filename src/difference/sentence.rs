//! The sentence that reports a difference: the only place where one is written.

use std::fmt;

use super::{AssertionFailure, Bound, ContentTypeFault, Difference, Element, Unit};

/// The facts of a finding or a breach, displayed as one lower-case sentence fragment, expected before actual.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence<'a> {
    /// How expected and actual differ.
    pub difference: &'a Difference,
    /// The expected value, in the compact notation.
    pub expected: &'a str,
    /// The actual value; `None` where nothing is there, or where the sentence should do without it.
    pub actual: Option<&'a str>,
    /// A documented name that is probably meant.
    pub suggestion: Option<&'a str>,
    /// Number of further differences that are not listed.
    pub not_listed: u64,
    /// `oneOf` or `anyOf` and its number of branches, where the difference is inside the nearest branch.
    pub nearest_of: Option<(&'a str, u64)>,
}

impl<'a> Sentence<'a> {
    /// A sentence about `difference` alone.
    pub(crate) fn new(difference: &'a Difference, expected: &'a str, actual: Option<&'a str>) -> Self {
        Self { difference, expected, actual, suggestion: None, not_listed: 0, nearest_of: None }
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.difference.sentence(self.expected, self.actual))?;
        if let Some(name) = self.suggestion {
            write!(f, "; did you mean {name}?")?;
        }
        if self.not_listed > 0 {
            write!(f, "; {} more differences are not listed", self.not_listed)?;
        }
        match self.nearest_of {
            Some((keyword, branches)) => write!(f, " ({keyword}: nearest of {branches} branches)"),
            None => Ok(()),
        }
    }
}

impl Difference {
    fn sentence(&self, expected: &str, actual: Option<&str>) -> String {
        let got = || actual.map(|actual| format!(", got {actual}")).unwrap_or_default();
        let value = || actual.map(|actual| format!(": {actual}")).unwrap_or_default();
        match self {
            Self::Value => format!("expected {expected}{}", got()),
            Self::HeaderValue { name } => format!("expected {expected} in {name}{}", got()),
            Self::Type { expected: types, actual: name } => {
                let expected = if types.is_empty() { expected.to_owned() } else { types.join(" or ") };
                let value = if actual == Some(name) { String::new() } else { value() };
                format!("expected {expected}, got {name}{value}")
            }
            Self::Format { format } => format!("expected the format {format}{}", got()),
            Self::Pattern { pattern } => format!("expected a match for {pattern}{}", got()),
            Self::Bound { bound, limit } => format!("expected {}{}", bounded(*bound, limit), got()),
            Self::Count { bound, limit, unit, actual } => {
                format!("expected {} {}, got {actual}{}", counted(*bound, limit), unit_name(*unit), value())
            }
            Self::FurtherItems => format!("expected no further items{}", got()),
            Self::Keyword { keyword } => format!("expected {expected} (`{keyword}`){}", got()),
            Self::NoBranch { branches } => {
                format!("expected one of {branches} branches to match, but none does{}", value())
            }
            Self::SeveralBranches { matching, branches } => {
                format!("expected exactly one of {branches} branches, got {matching} that match{}", value())
            }
            Self::UnknownDiscriminator => format!("the discriminator has no schema of that name{}", value()),
            Self::PartHeader { part, header, difference } => {
                format!("{header} of the part {part}: {}", difference.sentence(expected, actual))
            }
            Self::NotRefused { violations, accepted } => {
                let violations = violations.join(" and ");
                match accepted {
                    true => format!(
                        "expected {expected}{}: the target accepted a request that violates {violations}",
                        got()
                    ),
                    false => format!("expected {expected} for a request that violates {violations}{}", got()),
                }
            }
            Self::InvalidRequest => {
                format!("the client's request violates the contract: {}", actual.unwrap_or_default())
            }
            Self::Time => format!("expected a response {expected}, got one in {}", actual.unwrap_or_default()),
            Self::Assertion { failure: AssertionFailure::Errored, .. } | Self::Capture { .. } => {
                format!("expected {expected}, but {}", self.failure().unwrap_or_default())
            }
            Self::Assertion { .. } => format!("expected {expected}, {}", self.failure().unwrap_or_default()),
            Self::Undeclared { element: Element::MediaType, name: None } => match actual {
                Some(actual) => format!("the media type {actual} is not documented"),
                None => "the media type is not documented".to_owned(),
            },
            presence => presence.of_presence(expected),
        }
    }

    /// Reports what is there or is not there, without the value.
    fn of_presence(&self, expected: &str) -> String {
        match self {
            Self::Missing { element, name } => missing(*element, name.as_deref(), expected),
            Self::Forbidden { element, name } => format!("the {} {name:?} is not allowed", noun(*element)),
            Self::Undeclared { element: Element::Property, name: Some(name) } => {
                format!("the property {name:?} is not documented")
            }
            Self::Undeclared { element: Element::Status, name: Some(name) } => {
                format!("the status {name} is not documented")
            }
            Self::Undeclared { element, name: Some(name) } => {
                format!("the {} {name:?} is not declared", noun(*element))
            }
            Self::Undeclared { element, name: None } => format!("the {} is not declared", noun(*element)),
            Self::Direction { keyword, name, message } => {
                format!("the {keyword} property {name:?} should not be in a {message}")
            }
            Self::UnexpectedBody { status: Some(status), size } => {
                format!("a response with status {status} must not have a body, got {size} bytes")
            }
            Self::UnexpectedBody { status: None, size } => {
                format!("a response to HEAD must not have a body, got {size} bytes")
            }
            _ => self.of_syntax(),
        }
    }

    /// Reports what could not be read, or leads elsewhere.
    fn of_syntax(&self) -> String {
        match self {
            Self::Malformed { format, reason, item, position } => {
                let item = item.map(|index| format!("item {index} is ")).unwrap_or_default();
                let at = position.map(|(line, column)| format!(" at line {line} column {column}"));
                format!("{item}not {format}: {reason}{}", at.unwrap_or_default())
            }
            Self::DuplicateName { name, item, position: (line, column) } => {
                let item = item.map(|index| format!(" in item {index}")).unwrap_or_default();
                format!(
                    "the name {name:?} is in an object twice{item} (line {line} column {column}): names should be unique"
                )
            }
            Self::Serialization { reason } => reason.clone(),
            Self::ContentType { fault } => content_type(fault),
            Self::PartMediaType { part } => format!("the media type of the part {part} is not documented"),
            Self::Credentials { reasons } => reasons.join("; "),
            Self::Method { operation } => format!("the method does not lead to {operation}"),
            Self::Path { operation } => format!("the path does not lead to {operation}"),
            Self::Documented { status, declared } => {
                format!("{status} is acknowledged as undocumented, but the contract declares {declared}")
            }
            Self::NotChecked { reason } => format!("the schema could not be checked: {reason}"),
            _ => String::new(),
        }
    }
}

fn missing(element: Element, name: Option<&str>, expected: &str) -> String {
    match (element, name) {
        (Element::Value, _) => format!("expected {expected}, got nothing"),
        (Element::ResponseBody, _) => format!("expected {expected}, got no body"),
        (Element::JsonBody, _) => "expected a JSON body, got none".to_owned(),
        (Element::Header, Some(name)) => format!("the required header {name} is missing"),
        (_, Some(name)) => format!("the required {} {name:?} is missing", noun(element)),
        (_, None) => format!("the required {} is missing", noun(element)),
    }
}

fn noun(element: Element) -> &'static str {
    match element {
        Element::Property => "property",
        Element::PropertyName => "property name",
        Element::Value => "value",
        Element::PathParameter => "path parameter",
        Element::QueryParameter => "query parameter",
        Element::Header => "header",
        Element::Cookie => "cookie",
        Element::RequestBody => "request body",
        Element::ResponseBody => "response body",
        Element::JsonBody => "JSON body",
        Element::Status => "status",
        Element::MediaType => "media type",
    }
}

fn bounded(bound: Bound, limit: &str) -> String {
    match bound {
        Bound::AtLeast => format!("{limit} or more"),
        Bound::AtMost => format!("{limit} or less"),
        Bound::MoreThan => format!("more than {limit}"),
        Bound::LessThan => format!("less than {limit}"),
        Bound::MultipleOf => format!("a multiple of {limit}"),
    }
}

fn counted(bound: Bound, limit: &str) -> String {
    match bound {
        Bound::AtLeast => format!("at least {limit}"),
        Bound::AtMost => format!("at most {limit}"),
        other => bounded(other, limit),
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Characters => "characters",
        Unit::Items => "items",
        Unit::Properties => "properties",
    }
}

fn content_type(fault: &ContentTypeFault) -> String {
    match fault {
        ContentTypeFault::Missing => "the header Content-Type is missing".to_owned(),
        ContentTypeFault::Malformed { reason } => format!("Content-Type is not a media type: {reason}"),
        ContentTypeFault::Repeated => "Content-Type is on several lines".to_owned(),
        ContentTypeFault::Charset => "JSON must be UTF-8, but Content-Type names another charset".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(difference: &Difference, sentence: &str) {
        assert_eq!(Sentence::new(difference, "E", Some("A")).to_string(), sentence, "{difference:?}");
    }

    #[test]
    fn values_are_reported_with_the_actual_one() {
        let text = str::to_owned;
        check(&Difference::Value, "expected E, got A");
        check(&Difference::HeaderValue { name: text("Location") }, "expected E in Location, got A");
        check(
            &Difference::Type { expected: vec![text("string"), text("null")], actual: text("integer") },
            "expected string or null, got integer: A",
        );
        check(&Difference::Format { format: text("uuid") }, "expected the format uuid, got A");
        check(&Difference::Bound { bound: Bound::MultipleOf, limit: text("5") }, "expected a multiple of 5, got A");
        check(
            &Difference::Count { bound: Bound::AtLeast, limit: text("2"), unit: Unit::Items, actual: 1 },
            "expected at least 2 items, got 1: A",
        );
        check(&Difference::Keyword { keyword: text("dependentRequired") }, "expected E (`dependentRequired`), got A");
        check(&Difference::NoBranch { branches: 2 }, "expected one of 2 branches to match, but none does: A");
        check(
            &Difference::SeveralBranches { matching: 2, branches: 3 },
            "expected exactly one of 3 branches, got 2 that match: A",
        );
        check(
            &Difference::NotRefused { violations: vec![text("security")], accepted: true },
            "expected E, got A: the target accepted a request that violates security",
        );
        check(
            &Difference::NotRefused { violations: vec![text("security")], accepted: false },
            "expected E for a request that violates security, got A",
        );
        check(
            &Difference::Undeclared { element: Element::MediaType, name: None },
            "the media type A is not documented",
        );
        check(&Difference::InvalidRequest, "the client's request violates the contract: A");
        check(&Difference::Time, "expected a response E, got one in A");
    }

    #[test]
    fn presence_and_syntax_are_reported_without_the_value() {
        let text = str::to_owned;
        let missing = |element, name: Option<&str>| Difference::Missing { element, name: name.map(str::to_owned) };
        check(&missing(Element::Property, Some("id")), "the required property \"id\" is missing");
        check(&missing(Element::Header, Some("Location")), "the required header Location is missing");
        check(&missing(Element::RequestBody, None), "the required request body is missing");
        check(&missing(Element::ResponseBody, None), "expected E, got no body");
        check(&missing(Element::Value, None), "expected E, got nothing");
        check(
            &Difference::Forbidden { element: Element::PropertyName, name: text("x") },
            "the property name \"x\" is not allowed",
        );
        let position = Some((1, 5));
        check(
            &Difference::Malformed { format: text("JSON"), reason: text("no value"), item: Some(3), position },
            "item 3 is not JSON: no value at line 1 column 5",
        );
        check(
            &Difference::UnexpectedBody { status: None, size: 3 },
            "a response to HEAD must not have a body, got 3 bytes",
        );
        check(
            &Difference::Assertion { failure: AssertionFailure::Errored, reason: Some(text("`x` is not defined")) },
            "expected E, but `x` is not defined",
        );
    }

    #[test]
    fn what_else_is_known_follows_the_sentence() {
        let sentence = Sentence {
            suggestion: Some("status"),
            not_listed: 2,
            nearest_of: Some(("oneOf", 3)),
            ..Sentence::new(&Difference::Value, "E", None)
        };
        let expected =
            "expected E; did you mean status?; 2 more differences are not listed (oneOf: nearest of 3 branches)";
        assert_eq!(sentence.to_string(), expected);
    }
}
