//! Media types and ranges (RFC 9110 §8.3.1 and §12.5.1), compared as the contract compares them.

use std::fmt;

use super::field_value::{Cursor, Parameters, SyntaxError, token_or_quoted};

/// How a sequential media type separates its items (OpenAPI 3.2 §4.14.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceFormat {
    /// JSON Lines: one JSON text per line.
    JsonLines,
    /// A JSON text sequence: a record separator before each text (RFC 7464 §2.1).
    JsonSeq,
    /// An event stream: fields, one per line, and an empty line after each event (WHATWG HTML §9.2.6).
    EventStream,
}

/// A media type or range such as `application/json; charset=utf-8`, `application/*` or `*/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// The type, in lower case; `*` in a range.
    pub kind: String,
    /// The subtype, in lower case; `*` in a range.
    pub subtype: String,
    /// Parameters in order; names in lower case, values unquoted. The grammar allows a name twice: the first one counts.
    pub parameters: Parameters,
}

impl MediaType {
    /// Parses a field value. White space around it is not part of it.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        match Self::parse_leniently(text)? {
            (media_type, None) => Ok(media_type),
            (_, Some(error)) => Err(error),
        }
    }

    /// Parses a field value whose parameters may be malformed, such as an unquoted URL. Those from the error on are left out.
    pub fn parse_leniently(text: &str) -> Result<(Self, Option<SyntaxError>), SyntaxError> {
        let mut cursor = Cursor::new(text);
        let kind = cursor.token("a type such as `application`")?.to_ascii_lowercase();
        cursor.expect('/', "`/`")?;
        let subtype = if kind == "*" {
            cursor.expect('*', "`*`, as the type is `*`")?;
            kind.clone()
        } else {
            cursor.token("a subtype such as `json`")?.to_ascii_lowercase()
        };
        if !cursor.is_before_parameters() {
            return Err(cursor.error("`;` or the end"));
        }
        let (parameters, error) = cursor.valid_parameters();
        Ok((Self { kind, subtype, parameters }, error))
    }

    /// The media type of a `Content-Type` line, to interpret content by. Malformed parameters are left out.
    pub fn of_line(line: &str) -> Option<Self> {
        Self::parse_leniently(line).ok().map(|(media_type, _)| media_type)
    }

    /// `type/subtype` without parameters.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype)
    }

    /// The value of the parameter `name`, which is in lower case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter `name` has `value`; `charset` is case-insensitive (§8.3.2).
    pub fn has_parameter(&self, name: &str, value: &str) -> bool {
        let is_same = |held: &str| if name == "charset" { held.eq_ignore_ascii_case(value) } else { held == value };
        self.parameter(name).is_some_and(is_same)
    }

    /// Whether this is JSON: a subtype `json` or with the suffix `+json` (RFC 6839 §3.1).
    pub fn is_json(&self) -> bool {
        self.subtype == "json" || self.subtype.ends_with("+json")
    }

    /// Whether this is XML: a subtype `xml` or with the suffix `+xml` (RFC 7303 §4 and §8).
    pub fn is_xml(&self) -> bool {
        self.subtype == "xml" || self.subtype.ends_with("+xml")
    }

    /// The format of a sequence whose items can be read one by one.
    pub fn sequence(&self) -> Option<SequenceFormat> {
        match (self.kind.as_str(), self.subtype.as_str()) {
            ("application", "jsonl" | "x-ndjson" | "ndjson" | "x-jsonlines") => Some(SequenceFormat::JsonLines),
            ("application", "json-seq") => Some(SequenceFormat::JsonSeq),
            ("text", "event-stream") => Some(SequenceFormat::EventStream),
            (_, subtype) => subtype.ends_with("+json-seq").then_some(SequenceFormat::JsonSeq),
        }
    }

    /// Whether this is a range rather than one type.
    pub fn is_range(&self) -> bool {
        self.kind == "*" || self.subtype == "*"
    }

    /// How closely this range covers `actual`: `None` if it does not, higher if it is more specific. Parameters of the range must
    /// be equal, except `charset`, which is never compared, and the weight `q`.
    pub fn covers(&self, actual: &MediaType) -> Option<usize> {
        let fits = |range: &str, value: &str| range == "*" || range == value;
        let required: Vec<_> = self.parameters.iter().filter(|(name, _)| name != "charset" && name != "q").collect();
        let parameters_fit = required.iter().all(|(name, value)| actual.has_parameter(name, value));
        let covered = fits(&self.kind, &actual.kind) && fits(&self.subtype, &actual.subtype) && parameters_fit;
        covered.then(|| usize::from(self.kind != "*") + usize::from(self.subtype != "*") + required.len())
    }
}

impl fmt::Display for MediaType {
    /// Writes a value that is not a token as a quoted string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.subtype)?;
        self.parameters.iter().try_for_each(|(name, value)| write!(f, "; {name}={}", token_or_quoted(value)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        check("application/json; version=1", "application/json; version=\"1\"", Some(3));
        check("application/json; v=a", "application/json; v=A", None);
        check("application/json", "application/problem+json", None);
    }

    #[test]
    fn parameter_values_are_unquoted_and_quoted_again() {
        let check = |text: &str, name: &str, value: &str, written: &str| {
            let parsed = MediaType::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(parsed.parameter(name), Some(value), "{text}");
            assert_eq!(parsed.to_string(), written, "{text}");
        };
        check(r#"a/b; x="a b""#, "x", "a b", r#"a/b; x="a b""#);
        check(r#"a/b;X="a\";b""#, "x", "a\";b", r#"a/b; x="a\";b""#);
        check(r#"a/b; x="a\\b""#, "x", r"a\b", r#"a/b; x="a\\b""#);
        check(r#"a/b; x="\a""#, "x", "a", "a/b; x=a");
        check(r#"a/b; x="""#, "x", "", r#"a/b; x="""#);
        check("a/b; x=\"a\tb é\"", "x", "a\tb é", "a/b; x=\"a\tb é\"");
        check(" a/b ;; y=1 ; x=2; ", "x", "2", "a/b; y=1; x=2");
        check("a/b; x=1; X=2", "x", "1", "a/b; x=1; x=2");
    }

    #[test]
    fn a_malformed_value_is_located() {
        let check = |text: &str, message: &str| {
            assert_eq!(MediaType::parse(text).map_err(|error| error.to_string()), Err(message.to_owned()), "{text:?}");
        };
        check("", "expected a type such as `application` at character 1");
        check("json", "expected `/` at character 5");
        check("application/", "expected a subtype such as `json` at character 13");
        check("*/json", "expected `*`, as the type is `*` at character 3");
        check("a b/c", "expected `/` at character 2");
        check("a/b c", "expected `;` or the end at character 5");
        check("a/b; charset", "expected `=` right after the name of the parameter at character 13");
        check("a/b; x = 1", "expected `=` right after the name of the parameter at character 7");
        check("a/b; x=", "expected the value of the parameter, a token or a quoted string at character 8");
        check("a/b; x=https://c", "expected `;` or the end at character 13");
        check("a/b; x=\"é", "expected the closing `\"` at character 10");
        check("a/b; x=\"\\\"", "expected the closing `\"` at character 11");
        check("a/b; x=\"a\u{1}\"", "expected no control character at character 10");
        check("a/b; x=\"1\"2", "expected `;` or the end at character 11");
        check("a/b; =1", "expected the name of a parameter at character 6");
    }

    #[test]
    fn malformed_parameters_are_left_out() {
        let check = |text: &str, expect: &str, at: Option<usize>| {
            let (parsed, error) = MediaType::parse_leniently(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((parsed.to_string().as_str(), error.map(|error| error.at)), (expect, at), "{text}");
        };
        check("a/b; x=1", "a/b; x=1", None);
        check("a/b; x=https://c", "a/b", Some(12));
        check("a/b; x=1; y=\"2; z=3", "a/b; x=1", Some(19));
        for text in ["a", "a/b c", "a/b, c/d"] {
            assert!(MediaType::parse_leniently(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_media_types_are_parsed_again(value in "[ -~\t\u{80}-\u{ff}]{0,12}", name in "[a-z!#$%&'*+.^_`|~-]{1,5}") {
            let written = MediaType { kind: "a".into(), subtype: "b".into(), parameters: vec![(name, value)] };
            prop_assert_eq!(MediaType::parse(&written.to_string()), Ok(written));
        }

        #[test]
        fn errors_are_located_within_the_text(text in any::<String>()) {
            if let Err(error) = MediaType::parse(&text) {
                prop_assert!(error.at <= text.chars().count());
            }
        }
    }
}
