//! `expected-headers`: the headers match the expectation of the case.
//!
//! Rule: For each name in `expect.headers`, a header line has exactly that value; names are case-insensitive, and any line of a
//! repeated header may match, or all of them joined with commas (not of `Set-Cookie`). `null` means that the header must be absent. For `Content-Type`, only the parameters that the case
//! states are compared.
//!
//! Rationale: Clients rely on headers as well as on the body: `Location`, `Retry-After`, a request ID that is returned.
//!
//! Example:
//!
//! ```text
//! expect: { headers: { retry-after: "30" } }
//! actual   Retry-After: 60
//! ```
//!
//! Reference: the case file, `expect.headers`; RFC 9110 §5.1, §5.3 and §8.3.1.

use serde_json::Value;

use crate::contract::Location;
use crate::difference::{Difference, Element};
use crate::http::{MediaType, list_elements};
use crate::pointer::Pointer;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_HEADERS,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_headers.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let headers = &context.expectation.headers;
    headers.iter().filter_map(|(name, wanted)| judge(context, name, wanted.as_deref())).collect()
}

fn judge(context: &Context<'_>, name: &str, wanted: Option<&str>) -> Option<Finding> {
    let lines: Vec<_> = context.exchange.response.headers.all(name).collect();
    let holds = match wanted {
        Some(wanted) => lines.iter().any(|line| matches(name, wanted, line)) || is_list(name, wanted, &lines),
        None => lines.is_empty(),
    };
    if holds {
        return None;
    }
    let expected = wanted.map_or_else(|| "nothing".to_owned(), |wanted| Value::from(wanted).to_string());
    let came: Vec<_> = lines.iter().map(|line| Value::from(*line).to_string()).collect();
    let actual = (!came.is_empty()).then(|| came.join(", "));
    let place = context.case_location("/expect/headers").join(name);
    Some(Finding {
        difference: match actual {
            None => Difference::Missing { element: Element::Header, name: Some(name.to_owned()) },
            Some(_) => Difference::HeaderValue { name: name.to_owned() },
        },
        expected,
        actual,
        unexpected: wanted.is_none(),
        literal: wanted.is_some() && came.len() == 1,
        ..CHECK.finding(Location::Header(name.to_ascii_lowercase(), Pointer::root()), place)
    })
}

fn matches(name: &str, wanted: &str, line: &str) -> bool {
    wanted == line || (name.eq_ignore_ascii_case("content-type") && same_media_type(wanted, line).unwrap_or(false))
}

/// Whether `wanted` has the elements of several lines, in their order (RFC 9110 §5.3). Commas in cookies do not separate.
fn is_list(name: &str, wanted: &str, lines: &[&str]) -> bool {
    let elements = || lines.iter().flat_map(|line| list_elements(line));
    lines.len() > 1 && !name.eq_ignore_ascii_case("set-cookie") && list_elements(wanted).into_iter().eq(elements())
}

/// Whether `line` is the media type `wanted`, parameters that are not written left out; `charset` has no case (RFC 9110 §8.3.2).
fn same_media_type(wanted: &str, line: &str) -> Option<bool> {
    let (wanted, came) = (MediaType::parse(wanted).ok()?, MediaType::parse(line).ok()?);
    let same = |(name, value): &(String, String)| came.has_parameter(name, value);
    Some(wanted.essence() == came.essence() && wanted.parameters.iter().all(same))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lines_are_one_list() {
        assert!(is_list("X-A", "1,2, \"3, 4\"", &["1", "2 ,\"3, 4\""]));
        assert!(!is_list("X-A", "2, 1", &["1", "2"]));
        assert!(!is_list("Set-Cookie", "a=1, b=2", &["a=1", "b=2"]));
    }

    #[test]
    fn only_written_parameters_of_a_media_type_count() {
        let check = |wanted: &str, line: &str, expect: bool| {
            assert_eq!(matches("Content-Type", wanted, line), expect, "{wanted} and {line}");
        };
        check("application/json", "Application/JSON; charset=utf-8", true);
        check("application/json; charset=UTF-8", "application/json;charset=utf-8", true);
        check("application/json; charset=utf-8", "application/json", false);
        check("application/json; v=1", "application/json; v=2", false);
        check("application/*", "application/json", false);
        check("nonsense", "nonsense", true);
        assert!(!matches("Accept", "application/json", "application/json; q=1"));
    }
}
