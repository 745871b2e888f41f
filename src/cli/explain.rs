//! `signoff explain`: explains a check, a lint rule or an operator of `signoff mutate`.

use std::io::Write;

use crate::check;
use crate::mutate::operator::{self, Family};
use crate::problem::Problem;
use crate::report::text::wrap::wrapped;

use crate::cli::args::Explain;
use crate::cli::exit::Exit;
use crate::cli::rules::{self, Subject};
use crate::cli::session::{Failure, Session};
use crate::project::deserialize::with_suggestion;

/// Prints the text of one check or rule, or a list with one line each.
pub(super) fn run(args: &Explain, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match &args.id {
        Some(id) => one(id, session),
        None => all(session),
    }
}

fn one(id: &str, session: &mut Session<'_>) -> Result<Exit, Failure> {
    if let Some(rule) = rules::rule(id) {
        writeln!(session.out, "{}", with_paragraphs_wrapped(rule.text, text_width(session)))?;
        return Ok(Exit::Passed);
    }
    if let Some(operator) = operator::operator(id) {
        writeln!(session.out, "{}", with_paragraphs_wrapped(&operator.text(), text_width(session)))?;
        return Ok(Exit::Passed);
    }
    let Some(check) = check::definition(id) else {
        let checks = check::ALL.iter().map(|check| check.id).chain(rules::ALL.iter().map(|rule| rule.id));
        let ids: Vec<_> = checks.chain(operator::ALL.iter().map(|operator| operator.id)).collect();
        let problem = Problem::new(format!("unknown check, rule or operator `{id}`"));
        return Err(with_suggestion(problem, id, &ids, "checks, rules and operators").into());
    };
    let text = with_paragraphs_wrapped(&check.text(), text_width(session));
    let severity = check.severity.word();
    writeln!(session.out, "{text}\n\nSeverity: {severity} (set by `severity` in signoff.yaml, or --severity).")?;
    Ok(Exit::Passed)
}

fn all(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let ids = check::ALL.iter().map(|check| check.id).chain(rules::ALL.iter().map(|rule| rule.id));
    let width = ids.chain(operator::ALL.iter().map(|operator| operator.id)).map(str::len).max().unwrap_or_default();
    let columns = text_width(session);
    writeln!(session.out, "`signoff run` verifies that")?;
    for check in check::ALL {
        let text = check.text();
        let first = text.trim().lines().next().unwrap_or_default();
        let first = first.split_once(": ").map_or(first, |(_, summary)| summary);
        let start = format!("  {:width$}  {:7}  ", check.id, check.severity.word());
        writeln!(session.out, "{}", in_column(&start, first.trim_end_matches('.'), columns))?;
    }
    for subject in Subject::ALL {
        writeln!(session.out, "\n{}", subject.title())?;
        for rule in rules::ALL.iter().filter(|rule| rule.subject == subject) {
            writeln!(session.out, "{}", in_column(&format!("  {:width$}  ", rule.id), &rule.summary(), columns))?;
        }
    }
    for family in [Family::Response, Family::Behaviour] {
        let operators: Vec<_> = operator::ALL.iter().filter(|operator| operator.family() == family).collect();
        if !operators.is_empty() {
            writeln!(session.out, "\n`signoff mutate` tries, as a fault of the {}:", family.word())?;
        }
        for operator in operators {
            writeln!(
                session.out,
                "{}",
                in_column(&format!("  {:width$}  ", operator.id), &operator.summary(), columns)
            )?;
        }
    }
    Ok(Exit::Passed)
}

/// Width of running text: the terminal's, at most that of `--help`.
fn text_width(session: &Session<'_>) -> usize {
    session.out_style.width.min(MAX_TEXT_WIDTH)
}

/// Maximum width of running text in columns.
const MAX_TEXT_WIDTH: usize = 100;

/// Appends `text` to `start`, which is ASCII, and wraps it in a column of its own.
fn in_column(start: &str, text: &str, width: usize) -> String {
    let indent = start.len();
    let lines = wrapped(text, width.saturating_sub(indent), 0);
    format!("{start}{}", lines.join(&format!("\n{:indent$}", "")))
}

/// Wraps the paragraphs of a Markdown text to `width` columns; code blocks stay unchanged.
fn with_paragraphs_wrapped(text: &str, width: usize) -> String {
    let (mut lines, mut paragraph, mut is_code) = (Vec::new(), Vec::new(), false);
    for line in text.trim().lines() {
        let is_fence = line.starts_with("```");
        if !is_code && !is_fence && !line.is_empty() {
            paragraph.push(line);
            continue;
        }
        lines.extend(wrap_paragraph(&mut paragraph, width));
        lines.push(line.to_owned());
        is_code ^= is_fence;
    }
    lines.extend(wrap_paragraph(&mut paragraph, width));
    lines.join("\n")
}

/// Takes the lines of a paragraph and wraps them again.
fn wrap_paragraph(paragraph: &mut Vec<&str>, width: usize) -> Vec<String> {
    if paragraph.is_empty() { Vec::new() } else { wrapped(&std::mem::take(paragraph).join(" "), width, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_and_code_stays() {
        let text = "one two\nthree four five six\n\n```text\na long line of code, unchanged\n\nmore\n```\n\nthe end\n";
        let expected =
            "one two three\nfour five six\n\n```text\na long line of code, unchanged\n\nmore\n```\n\nthe end";
        assert_eq!(with_paragraphs_wrapped(text, 16), expected);
        assert_eq!(in_column("  id  ", "one two three four", 22), "  id  one two three\n      four");
    }
}
