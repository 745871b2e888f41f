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
    let advice = if is_tab(error) { Some(SPACES) } else { advice(error.kind(), &before, &snippet.line) };
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

/// Advice: most broken YAML is a string that should be quoted.
fn advice(kind: &ErrorKind, before: &str, line: &str) -> Option<&'static str> {
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
    match kind {
        ErrorKind::UnexpectedCharacter { .. } => Some("quote a string that begins with this character"),
        ErrorKind::UnknownAnchor => Some("quote a string that begins with `*`"),
        ErrorKind::TabNotAllowed | ErrorKind::TabInIndentation | ErrorKind::TabInBlockIndentation => Some(SPACES),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => Some("close the quote"),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => Some(INDENTATION),
        _ if line.matches(": ").count() > 1 => Some("quote a string that contains `: `"),
        _ => None,
    }
}
