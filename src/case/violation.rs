//! Parses `violates: KEYWORD LOCATION`.

use crate::contract::keyword::{self, Keyword};
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::{Violates, Violation};

/// Rules without a location, which are not keywords of a schema.
const ALONE: [&str; 4] = ["security", "content-type", "method", "path"];

/// What a body is that does not have the syntax of its media type. They have no location.
pub(super) const MALFORMED: [&str; 4] = ["json", "xml", "multipart", "text"];

/// Rules about how the value at a location is written: by the `style` or `content` of a parameter, or the `xml` of its schema.
const SERIALIZATION: [&str; 3] = ["style", "content", "xml"];

/// The rule of a schema that is `false`: it has no keyword.
const FALSE: &str = "false";

const LOCATIONS: &str = "`path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body` or `body/JSON/POINTER`";

/// Parses the entries of `violates`. Returns every invalid entry with its index.
pub(crate) fn parse(entries: &[String]) -> Result<Violates, Vec<(usize, String)>> {
    match entries {
        [] => Ok(Violates::Nothing),
        [only] if only == "unchecked" => Ok(Violates::Unchecked),
        entries => {
            let (mut these, mut wrong) = (Vec::new(), Vec::new());
            for (index, entry) in entries.iter().enumerate() {
                match one(entry) {
                    Ok(violation) => these.push(violation),
                    Err(message) => wrong.push((index, message)),
                }
            }
            if wrong.is_empty() { Ok(Violates::These(these)) } else { Err(wrong) }
        }
    }
}

fn one(text: &str) -> Result<Violation, String> {
    let (keyword, location) = match text.trim().split_once(char::is_whitespace) {
        Some((keyword, location)) => (keyword, Some(location.trim())),
        None => (text.trim(), None),
    };
    match location {
        _ if keyword == "unchecked" => Err("`unchecked` must be the only entry".to_owned()),
        None if is_alone(keyword) => Ok(Violation { keyword: keyword.to_owned(), location: None }),
        Some(_) if is_alone(keyword) && !SERIALIZATION.contains(&keyword) => {
            Err(format!("`{keyword}` has no location"))
        }
        _ if !has_location(keyword) => Err(unknown(keyword)),
        None => Err(format!("`{keyword}` needs a location: {LOCATIONS}")),
        Some(location) => {
            let location = normal(location).ok_or_else(|| format!("expected {LOCATIONS}, found `{location}`"))?;
            Ok(Violation { keyword: keyword.to_owned(), location: Some(location) })
        }
    }
}

fn is_alone(keyword: &str) -> bool {
    ALONE.contains(&keyword) || MALFORMED.contains(&keyword)
}

fn has_location(keyword: &str) -> bool {
    keyword == FALSE || SERIALIZATION.contains(&keyword) || keyword::find(keyword).is_some_and(Keyword::is_declarable)
}

fn unknown(keyword: &str) -> String {
    let keywords = keyword::all().filter(|keyword| keyword.is_declarable()).map(|keyword| keyword.name);
    let others = ALONE.into_iter().chain(MALFORMED).chain(SERIALIZATION).chain([FALSE, "unchecked"]);
    let near = nearest(keyword, keywords.chain(others));
    let hint = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
    format!("unknown keyword `{keyword}`{hint}")
}

/// Normalises a location: header names in lower case.
fn normal(location: &str) -> Option<String> {
    let (place, rest) = location.split_once('/').map_or((location, None), |(place, rest)| (place, Some(rest)));
    let rest_ok = rest.is_none_or(|rest| !rest.is_empty() && Pointer::parse(&format!("/{rest}")).is_some());
    match (place, rest) {
        ("body", _) if rest_ok => Some(location.to_owned()),
        ("path" | "query" | "cookie", Some(_)) if rest_ok => Some(location.to_owned()),
        ("header", Some(rest)) if rest_ok => {
            let (name, tail) = rest.find('/').map_or((rest, ""), |cut| rest.split_at(cut));
            Some(format!("header/{}{tail}", name.to_ascii_lowercase()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: &[&str], expect: Result<&[&str], &str>) {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let shown = match parse(&entries) {
            Ok(Violates::Nothing) => Ok(vec![]),
            Ok(Violates::Unchecked) => Ok(vec!["unchecked".to_owned()]),
            Ok(Violates::These(these)) => Ok(these.iter().map(ToString::to_string).collect()),
            Err(wrong) => Err(wrong.into_iter().map(|(_, message)| message).collect::<Vec<_>>().join("; ")),
        };
        assert_eq!(
            shown,
            expect.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect()).map_err(str::to_owned)
        );
    }

    #[test]
    fn a_violation_is_a_keyword_and_a_location() {
        check(&[], Ok(&[]));
        check(&["unchecked"], Ok(&["unchecked"]));
        check(&["required body", "type body/a~1b/0"], Ok(&["required body", "type body/a~1b/0"]));
        check(&["enum header/X-Kind"], Ok(&["enum header/x-kind"]));
        check(&["security"], Ok(&["security"]));
        check(&["false body/a"], Ok(&["false body/a"]));
        check(&["xml", "xml body/a", "style query/b"], Ok(&["xml", "xml body/a", "style query/b"]));
    }

    #[test]
    fn errors_suggest_the_closest_keyword() {
        check(&["requierd body/a"], Err("unknown keyword `requierd`, did you mean `required`?"));
        check(&["securty"], Err("unknown keyword `securty`, did you mean `security`?"));
        check(&["security body"], Err("`security` has no location"));
        check(&["multipart body"], Err("`multipart` has no location"));
        check(&["style"], Err(&format!("`style` needs a location: {LOCATIONS}")));
        check(&["unchecked", "type body"], Err("`unchecked` must be the only entry"));
        check(&["type"], Err(&format!("`type` needs a location: {LOCATIONS}")));
        for location in ["bdoy/a", "query", "path/", "body/~2", "/a"] {
            check(&[&format!("type {location}")], Err(&format!("expected {LOCATIONS}, found `{location}`")));
        }
    }
}
