//! Turns errors of the YAML parser into problems with advice.

use granit_parser::{ErrorKind, ScanError};

use crate::problem::Problem;
use crate::rules;

use super::limits::MAX_DEPTH;
use super::source::Source;

const SPACES: &str = "indent with spaces";

/// The parser notices a wrong indentation only on a later line.
const INDENTATION: &str =
    "check the indentation here and above: keys of one object, and `-` of one list, begin in the same column";

/// Returns the problem, located where the parser stopped.
pub(super) fn explain(error: &ScanError, source: &Source) -> Problem {
    let offset = tab(error, source).or(error.marker().byte_offset()).unwrap_or(source.text.len());
    let snippet = source.snippet(offset..offset);
    let before: String = snippet.line.chars().take((snippet.place.column - snippet.cut) as usize).collect();
    let problem = Problem::new(message(error)).rule(rules::SYNTAX);
    let (above, _) = source.text.get(..offset).and_then(|text| text.rsplit_once('\n')).unwrap_or_default();
    let above = above.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let advice = match is_tab(error) {
        true => Some(SPACES),
        false => advice(error.kind(), &before, &snippet.line, above),
    };
    let problem = match advice {
        Some(advice) => problem.help(advice),
        None => problem,
    };
    problem.at(snippet)
}

/// Returns the offset of the tab that the parser rejected; its error points to the start of the scalar.
fn tab(error: &ScanError, source: &Source) -> Option<usize> {
    let start = error.marker().byte_offset().filter(|_| is_tab(error))?;
    Some(start + source.text.get(start..)?.find('\t')?)
}

fn is_tab(error: &ScanError) -> bool {
    error.info().contains("found a tab")
}

fn message(error: &ScanError) -> String {
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return format!("nested deeper than {MAX_DEPTH} levels");
    }
    format!("not YAML: {}", error.info())
}

/// Whether a line has a key whose `:` no space follows, such as `name:value` or `- name:value`, but not `http://a`.
fn lacks_space(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '-']);
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    text.split_once(':').is_some_and(|(key, value)| is_key(key) && !value.is_empty() && !value.starts_with([' ', '/']))
}

/// Whether the text before an error is that of a value in brackets, after which the line goes on.
fn ends_brackets(before: &str) -> bool {
    let value = before.split_once(": ").map(|(_, value)| value.trim()).unwrap_or_default();
    [('{', '}'), ('[', ']')].iter().any(|(open, close)| value.starts_with(*open) && value.contains(*close))
}

/// Advice: most broken YAML is a string that should be quoted.
fn advice(kind: &ErrorKind, before: &str, line: &str, above: &str) -> Option<&'static str> {
    let is_unquoted_template = before.contains("${")
        && matches!(
            kind,
            ErrorKind::ExpectedFlowMappingSeparator
                | ErrorKind::ExpectedFlowSequenceSeparator
                | ErrorKind::ExpectedNodeContent
                | ErrorKind::ExpectedBlockMappingKey
                | ErrorKind::UnexpectedEof
                | ErrorKind::UnexpectedEofFlowMapping
                | ErrorKind::UnexpectedEofFlowSequence
                | ErrorKind::UnexpectedEofImplicitFlowMapping
                | ErrorKind::UnclosedFlowCollection { .. }
        );
    if is_unquoted_template {
        return Some("quote it: inside { } and [ ] a string with ${…} must be quoted");
    }
    let is_key_expected = matches!(
        kind,
        ErrorKind::MappingValueNotAllowed | ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey
    );
    match kind {
        _ if is_key_expected && (lacks_space(line) || lacks_space(above)) => {
            Some("write a space after the `:` of a key")
        }
        _ if is_key_expected && ends_brackets(before) => Some("quote a string that begins with `{` or `[`"),
        ErrorKind::UnexpectedCharacter { .. } => Some("quote a string that begins with this character"),
        ErrorKind::UnknownAnchor => Some("quote a string that begins with `*`"),
        ErrorKind::TabNotAllowed | ErrorKind::TabInIndentation | ErrorKind::TabInBlockIndentation => Some(SPACES),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => Some("close the quote"),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => Some(INDENTATION),
        _ if line.matches(": ").count() > 1 => Some("quote a string that contains `: `"),
        ErrorKind::MappingValueNotAllowed => Some(INDENTATION),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    #[test]
    fn common_mistakes_have_advice() {
        let check = |text: &str, expect: &str| {
            let problems = Document::parse("a.yaml", text).expect_err("not YAML");
            let help = problems[0].help.as_deref().unwrap_or_default();
            assert!(help.starts_with(expect), "{text}: {help}");
        };
        let space = "write a space after the `:` of a key";
        check("a:\n  - name:a\n    operation: b\n", space);
        check("a:\n  - name: a\n    operation:b\n    request: {}\n", space);
        check("a:\n  url:http\n  b: c: d\n", space);
        check("name: {a} b\nc: d\n", "quote a string that begins with `{` or `[`");
        check("name: [a] b\nc: d\n", "quote a string that begins with `{` or `[`");
        check("url: http://a\nb: c: d\n", "quote a string that contains `: `");
        check("- name: a\n   operation: b\n", "check the indentation");
        check("name: @a\n", "quote a string that begins with this character");
        check("name: *a\n", "quote a string that begins with `*`");
        check("a:\n\t- b\n", "indent with spaces");
        check("a: { b: ${c} }\n", "quote it: inside { } and [ ]");
    }
}
