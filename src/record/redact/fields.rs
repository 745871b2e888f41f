//! Finds sensitive values in form and multipart bodies, whose parts have media types of their own.

use std::ops::Range;

use crate::http::MediaType;
use crate::pointer::Pointer;

use super::find::{self, SensitiveValue};
use super::sensitive_names::SensitiveNames;
use super::xml;

/// Maximum nesting of multipart bodies.
const MAX_DEPTH: usize = 3;

/// Finds the values of a form or multipart body; `None` for other bodies.
pub(super) fn in_fields(
    text: &str,
    media_type: Option<&MediaType>,
    names: &SensitiveNames,
) -> Option<Vec<SensitiveValue>> {
    in_fields_at(text, media_type?, names, 0)
}

fn in_fields_at(
    text: &str,
    media_type: &MediaType,
    names: &SensitiveNames,
    depth: usize,
) -> Option<Vec<SensitiveValue>> {
    match (media_type.kind.as_str(), media_type.subtype.as_str()) {
        ("application", "x-www-form-urlencoded") => Some(find::in_form(text, names)),
        ("text", "plain") if is_form(text) => Some(find::in_form(text.trim_end(), names)),
        ("multipart", _) if names.has_none_in(text) => Some(Vec::new()),
        ("multipart", _) if depth < MAX_DEPTH => {
            let parts = parts(text, media_type);
            let of_part = |(index, part): (usize, Part<'_>)| in_part(text, index, part, names, depth);
            Some((0..).zip(parts).flat_map(of_part).collect())
        }
        _ => None,
    }
}

/// Whether a text is pairs as in a form: no sentence, JSON or markup.
fn is_form(text: &str) -> bool {
    text.contains('=') && !text.trim_end().contains(|c: char| c.is_whitespace() || matches!(c, '"' | '{' | '<'))
}

/// Finds the values of a part: all of it if its name is sensitive.
fn in_part(
    text: &str,
    index: usize,
    Part { name, media_type, content: range }: Part<'_>,
    names: &SensitiveNames,
    depth: usize,
) -> Vec<SensitiveValue> {
    let content = text.get(range.clone()).unwrap_or_default();
    let token = name.map_or_else(|| index.to_string(), str::to_owned);
    let below: Vec<_> = names.pointers().iter().filter_map(|pointer| pointer_in_part(pointer, &token)).collect();
    let is_whole = name.is_some_and(|name| names.has(name)) || below.iter().any(|(_, rest)| rest == &Pointer::root());
    if is_whole && !content.is_empty() {
        return vec![SensitiveValue::text(range, content, &token)];
    }
    let mut found = Vec::new();
    if let Some(fields) = media_type.as_ref().and_then(|media_type| in_fields_at(content, media_type, names, depth + 1))
    {
        found.extend(fields);
    } else {
        xml::scan(content, media_type.as_ref(), names, &mut |named| found.push(named));
        if !names.has_none_in(content) {
            find::in_json(content, false, &|name| names.has(name), &mut |named| found.push(named));
        }
        for (pointer, rest) in below {
            found.extend(find::at_pointer(content, &rest).into_iter().map(|named| named.called(pointer.as_str())));
        }
    }
    found.into_iter().map(|named| named.moved(|at| at + range.start)).collect()
}

/// Returns the pointer and the rest of it if it leads into the part.
fn pointer_in_part<'p>(pointer: &'p Pointer, part: &str) -> Option<(&'p Pointer, Pointer)> {
    let mut tokens = pointer.tokens();
    tokens.next().filter(|token| token == "*" || token == part)?;
    Some((pointer, tokens.fold(Pointer::root(), |rest, token| rest.join(token))))
}

/// A part of a multipart body.
struct Part<'t> {
    /// The name in `Content-Disposition` (RFC 7578 §4.2).
    name: Option<&'t str>,
    media_type: Option<MediaType>,
    content: Range<usize>,
}

/// Splits a multipart body (RFC 2046 §5.1.1); the last part may be incomplete. Without a boundary in the media type, the first line
/// is the delimiter. A hostile body has too many parts to collect them.
fn parts<'t>(text: &'t str, media_type: &MediaType) -> impl Iterator<Item = Part<'t>> {
    let delimiter = match media_type.parameter("boundary") {
        Some(boundary) => format!("--{boundary}"),
        None => text.lines().next().filter(|line| line.starts_with("--")).unwrap_or("--").to_owned(),
    };
    let mut next = delimiter_at(text, 0, &delimiter);
    let ranges = std::iter::from_fn(move || {
        let start = next? + delimiter.len();
        next = delimiter_at(text, start, &delimiter);
        Some((start, next))
    });
    ranges.filter_map(|(start, next)| part(text, start, next))
}

/// Finds the delimiter at the start of a line, from `from` on.
fn delimiter_at(text: &str, from: usize, delimiter: &str) -> Option<usize> {
    let is_at_line_start = |at: &usize| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
    text.get(from..)?.match_indices(delimiter).map(|(at, _)| from + at).find(is_at_line_start)
}

/// Parses the part between a delimiter and the `next` one, to which the line break before it belongs.
fn part(text: &str, start: usize, next: Option<usize>) -> Option<Part<'_>> {
    let whole = match next {
        Some(next) => {
            let whole = text.get(start..next)?.strip_suffix('\n')?;
            whole.strip_suffix('\r').unwrap_or(whole)
        }
        None => text.get(start..)?,
    };
    let blanks = ["\r\n\r\n", "\n\n"].iter().filter_map(|blank| Some((whole.find(blank)?, blank.len())));
    let (end, blank) = blanks.min()?;
    let lines = || whole[..end].lines().filter_map(|line| line.split_once(':'));
    let field = |wanted: &str| {
        let mut found = lines().filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.trim())
    };
    let name = field("content-disposition").and_then(|value| {
        let mut parameters = value.split(';').filter_map(|parameter| parameter.trim().split_once('='));
        parameters.find(|(name, _)| name.eq_ignore_ascii_case("name")).map(|(_, value)| value.trim_matches('"'))
    });
    let media_type = field("content-type").and_then(MediaType::of_line);
    Some(Part { name, media_type, content: start + end + blank..start + whole.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::redact::sensitive_names::NamesByOperation;

    fn check(media_type: &str, body: &str, expect: &[&str]) {
        let names = NamesByOperation::of_names(&["pin"]);
        let body = body.replace('\n', "\r\n");
        let found = in_fields(&body, MediaType::of_line(media_type).as_ref(), &names).expect("fields");
        assert_eq!(found.iter().map(|named| &body[named.range.clone()]).collect::<Vec<_>>(), expect, "{body}");
    }

    #[test]
    fn parts_are_searched_by_their_media_types() {
        let disposition = "Content-Disposition: form-data; name=";
        let body = format!(
            "--b\n{disposition}\"pin\"\n\n12 34\n--b\n{disposition}\"a\"\n\n7 \"\n--b\n{disposition}\"x\"\nContent-Type: \
             application/json\n\n{{\"pin\": 1, \"a\": [{{\"pin\": \"2\"}}]}}\n--b\nContent-Type: application/xml\n\n<a><pin>3</pin></a>\n\
             --b\nContent-Type: application/x-www-form-urlencoded\n\nx=1&pin=4&u[pin]=5\n--b--\n"
        );
        check("multipart/form-data; boundary=b", &body, &["12 34", "1", "\"2\"", "3", "4", "5"]);
        check("multipart/mixed; boundary=b", &body, &["12 34", "1", "\"2\"", "3", "4", "5"]);
        check("multipart/mixed", &body, &["12 34", "1", "\"2\"", "3", "4", "5"]);
    }

    #[test]
    fn pairs_in_plain_text_are_searched() {
        check("text/plain", "a=1&pin=2&u[pin]=3\n", &["2", "3"]);
        let names = NamesByOperation::of_names(&["pin"]);
        let plain = MediaType::of_line("text/plain");
        for other in ["pin", "a pin=1", "{\"a\": \"pin=1\"}", "<pin a=1>"] {
            assert_eq!(in_fields(other, plain.as_ref(), &names), None, "{other}");
        }
    }

    #[test]
    fn nested_and_incomplete_bodies_are_searched() {
        let inner = "--c\nContent-Type: application/json\n\n{\"pin\":1}\n--c--";
        let body = format!("preamble\n--b\nContent-Type: multipart/related; boundary=c\n\n{inner}\n--b\n\n{{\"pin\":2");
        check("multipart/mixed; boundary=b", &body, &["1", "2"]);
        check("multipart/form-data; boundary=b", "--b\nContent-Disposition: form-data; name=pin\n\nab", &["ab"]);
        check("multipart/form-data; boundary=b", "", &[]);
    }

    proptest::proptest! {
        #[test]
        fn ranges_lie_on_character_bounds(text in "(--b|\r?\n|Content-Type: multipart/x|name=pin|\"pin\":|[;:{é1]){0,20}") {
            let names = NamesByOperation::of_names(&["pin"]);
            for named in in_fields(&text, MediaType::of_line("multipart/mixed; boundary=b").as_ref(), &names).into_iter().flatten() {
                proptest::prop_assert!(text.get(named.range).is_some());
            }
        }
    }
}
