//! What the YAML parser says about a broken text, as a problem that tells what to do.

use granit_parser::{ErrorKind, ScanError};

use crate::problem::Problem;
use crate::rules;

use super::limits::MAX_DEPTH;
use super::source::Source;

const SPACES: &str = "indent with spaces";

/// The problem at the place where the parser stopped.
pub(super) fn explain(error: &ScanError, source: &Source) -> Problem {
    let offset = tab(error, source).or(error.marker().byte_offset()).unwrap_or(source.text.len());
    let snippet = source.snippet(offset..offset);
    let before: String = snippet.line.chars().take(snippet.place.column as usize).collect();
    let problem = Problem::new(message(error)).rule(rules::SYNTAX);
    let advice = if is_tab(error) { Some(SPACES) } else { advice(error.kind(), &before, &snippet.line) };
    let problem = match advice {
        Some(advice) => problem.help(advice),
        None => problem,
    };
    problem.at(snippet)
}

/// The tab that the parser met within a text whose beginning it points to.
fn tab(error: &ScanError, source: &Source) -> Option<usize> {
    let start = error.marker().byte_offset().filter(|_| is_tab(error))?;
    Some(start + source.text.get(start..)?.find('\t')?)
}

fn is_tab(error: &ScanError) -> bool {
    error.info().contains("found a tab")
}

fn message(error: &ScanError) -> String {
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return format!("expected at most {MAX_DEPTH} levels of nesting");
    }
    format!("not YAML: {}", error.info())
}

/// What to do: most broken YAML is a text that should have been quoted.
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
        return Some("quote it: inside { } and [ ] a text with ${…} must stand in quotes");
    }
    match kind {
        ErrorKind::UnexpectedCharacter { .. } => Some("quote a text that begins with this character"),
        ErrorKind::UnknownAnchor => Some("quote a text that begins with `*`"),
        ErrorKind::TabNotAllowed | ErrorKind::TabInIndentation | ErrorKind::TabInBlockIndentation => Some(SPACES),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => Some("close the quote"),
        _ if line.matches(": ").count() > 1 => Some("quote a text that holds `: `"),
        _ => None,
    }
}
