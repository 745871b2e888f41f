//! Prints problems as a compiler does: the message, the source line with a caret, and help.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::problem::Problem;
use crate::quantity::count;
use crate::record::Redactor;
use crate::report::terminal::Style;
use crate::report::text::wrap::wrapped;
use crate::severity::Severity;

use crate::cli::rules;

use super::group_problems::group;
use super::mask;

/// Columns in front of the lines of a help text.
const HELP_INDENT: usize = 16;

/// Maximum number of warnings printed per rule; equal warnings count as one.
const MAX_PER_RULE: usize = 10;

/// Writes every error, the warnings up to a limit per rule, and the counts.
pub(crate) fn write(problems: &[Problem], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut printed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<&'static str, usize> = BTreeMap::new();
    debug_assert!(problems.iter().all(|problem| problem.rule.is_none_or(rules::is_explained)), "{problems:?}");
    let groups = group(problems);
    let different = groups.len();
    for group in groups {
        if let Some(rule) = group.problem.rule.filter(|_| group.problem.severity == Severity::Warning) {
            let printed = printed.entry(rule).or_default();
            *printed += 1;
            if *printed > MAX_PER_RULE {
                *left_out.entry(rule).or_default() += 1 + group.others.len();
                continue;
            }
        }
        writeln!(out, "{}\n", render_with_note(group.problem, group.note().as_deref(), style))?;
    }
    for (rule, count) in left_out {
        let more = Problem::new(format!("{count} more warnings of this rule")).rule(rule).as_warning();
        writeln!(out, "{}\n", render(&more.help("`signoff check --format json` lists them all"), style))?;
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    // Each location counts, as each is a line of `--format json`.
    let repeated = if different < problems.len() { format!(" ({different} different)") } else { String::new() };
    match (errors, problems.len() - errors) {
        (0, 0) => Ok(()),
        (errors, 0) => writeln!(out, "{}{repeated}", count(errors as u64, "error")),
        (0, warnings) => writeln!(out, "{}{repeated}", count(warnings as u64, "warning")),
        (errors, warnings) => {
            writeln!(out, "{}, {}{repeated}", count(errors as u64, "error"), count(warnings as u64, "warning"))
        }
    }
}

/// Redacts message and help, and masks credentials everywhere. This comes before the layout, which may break a secret over lines; the
/// source line is redacted after it.
pub(crate) fn redacted(problem: &Problem, redactor: &Redactor) -> Problem {
    let mut redacted = mask::problem(problem);
    redacted.message = redactor.text(&redacted.message);
    redacted.help = redacted.help.map(|help| redactor.text(&help).into());
    redacted
}

/// Renders one problem, without a final line break.
pub(crate) fn render(problem: &Problem, style: &Style) -> String {
    render_with_note(problem, None, style)
}

/// Renders one problem with a note about its other locations.
fn render_with_note(problem: &Problem, note: Option<&str>, style: &Style) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = printable(&problem.message);
    // Blanks in place of what is cut off: the column is counted from the start of the line.
    let cut = |at: &crate::place::Snippet| " ".repeat(at.cut as usize) + &printable(&at.line);
    let line = problem.at.as_ref().map(cut).unwrap_or_default();
    // The indentation and `= help: ` in front of it take about as many columns.
    let room = style.width.saturating_sub(HELP_INDENT);
    let help = problem.help.as_deref().map(|help| wrapped(&printable(help), room, 0).join("\n"));
    let title = level.primary_title(message.as_str());
    let title = problem.rule.into_iter().fold(title, annotate_snippets::Title::id);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width);
    let Some(at) = &problem.at else {
        let help = help.iter().map(|help| Group::with_title(Level::HELP.primary_title(help.as_str())));
        let parts = [Group::with_title(title)].into_iter().chain(help).map(|part| renderer.render(&[part]));
        return parts.collect::<Vec<_>>().join("\n");
    };
    let placed = title.element(source_line(at, &line));
    let placed = help.iter().fold(placed, |placed, help| placed.element(Level::HELP.message(help.as_str())));
    let pointer = at.pointer.as_ref().map(|pointer| printable(&format!("JSON Pointer: {pointer}")));
    let placed = pointer.iter().fold(placed, |placed, pointer| placed.element(Level::NOTE.message(pointer.as_str())));
    let placed = note.iter().fold(placed, |placed, note| placed.element(Level::NOTE.message(*note)));
    renderer.render(&[placed])
}

/// The source line with a caret below the range.
fn source_line<'a>(at: &'a crate::place::Snippet, line: &'a str) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let start = offset(line, at.place.column.saturating_sub(1));
    let end = offset(line, at.place.column.saturating_sub(1).saturating_add(at.width));
    Snippet::source(line)
        .line_start(at.place.line as usize)
        .path(&*at.place.file)
        .annotation(AnnotationKind::Primary.span(start..end))
}

/// Byte offset of the character with that index, or the end.
fn offset(line: &str, characters: u32) -> usize {
    line.char_indices().nth(characters as usize).map_or(line.len(), |(at, _)| at)
}

/// Replaces control characters, so that a file cannot control the terminal; keeps the number of characters.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    fn problem() -> Problem {
        let place = Place { file: "cases/link.yaml".into(), line: 12, column: 5 };
        Problem::new("unknown key `operaton`")
            .at(crate::place::Snippet {
                place,
                line: "    operaton: linkCustomerAccount".to_owned(),
                width: 8,
                cut: 0,
                pointer: None,
            })
            .help("did you mean `operation`?")
    }

    #[test]
    fn a_problem_shows_its_line_with_a_caret() {
        let mut text = Vec::new();
        let problems = [problem(), Problem::new("no case matches \u{1b}[31m").as_warning()];
        write(&problems, &Style { color: false, width: 100, links: None }, &mut text).unwrap();
        insta::assert_snapshot!(String::from_utf8(text).unwrap());
    }

    #[test]
    fn a_problem_on_a_long_line_names_its_node() {
        let mut wrong = problem();
        let document = (0..2_000).map(|number| format!("\"b{number}\":1,")).collect::<String>();
        let document = format!("{{{document}\"c\":{{\"d\":5}}}}");
        let document = crate::document::Document::parse("a.json", document).expect("JSON");
        let at = crate::pointer::Pointer::parse("/c/d").expect("a pointer");
        wrong.at = Some(document.snippet(&at, crate::document::End::Value));
        let text = render(&wrong, &Style { color: false, width: 80, links: None });
        assert!(text.contains(" a.json:1:"), "{text}");
        assert!(text.contains("\n  = note: JSON Pointer: /c/d"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(render(&problem(), &Style { color: false, width: 80, links: None }).find("Pointer").is_none());
    }

    #[test]
    fn many_warnings_of_one_rule_are_cut_short_and_errors_never() {
        let make = |severity, name: &str| {
            let words = |index| Problem { severity, ..Problem::new(format!("odd {index} {name}")).rule("example") };
            (0..12).map(words).collect::<Vec<_>>()
        };
        let mut problems = make(Severity::Warning, "warning");
        let again = Problem { message: problems[11].message.clone(), ..problem().rule("example").as_warning() };
        problems.push(Problem { help: None, ..again });
        problems.extend(make(Severity::Error, "error"));
        let mut text = Vec::new();
        write(&problems, &Style { color: false, width: 100, links: None }, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches("odd").count(), 10 + 12, "{text}");
        assert!(text.contains("warning[example]: 3 more warnings of this rule"), "{text}");
        assert!(text.ends_with("12 errors, 13 warnings (24 different)\n"), "{text}");
    }
}
