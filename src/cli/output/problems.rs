//! Shows problems as a compiler does: what is wrong, the line with a caret, and what to do about it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::problem::Problem;
use crate::record::Redactor;
use crate::report::terminal::Style;
use crate::severity::Severity;

use crate::cli::output::group_problems::gather;

/// Warnings of one rule that a person is shown, those that say the same counted once: whoever reads ten has understood.
const MOST: usize = 10;

/// Writes the problems, every error among them, and below them how many there were.
pub fn write(problems: &[Problem], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let mut untold: BTreeMap<&'static str, usize> = BTreeMap::new();
    for gathered in gather(problems) {
        if let Some(rule) = gathered.problem.rule.filter(|_| gathered.problem.severity == Severity::Warning) {
            let told = told.entry(rule).or_default();
            *told += 1;
            if *told > MOST {
                *untold.entry(rule).or_default() += 1 + gathered.others.len();
                continue;
            }
        }
        writeln!(out, "{}\n", noted(gathered.problem, gathered.note().as_deref(), style))?;
    }
    for (rule, count) in untold {
        let more = Problem::new(format!("{count} more of these")).rule(rule).as_warning();
        writeln!(out, "{}\n", render(&more.help("`signoff check --format json` tells each"), style))?;
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    match (errors, problems.len() - errors) {
        (0, 0) => Ok(()),
        (errors, 0) => writeln!(out, "{}", counted(errors, "error")),
        (0, warnings) => writeln!(out, "{}", counted(warnings, "warning")),
        (errors, warnings) => writeln!(out, "{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// The problem without secrets. A layout may break a text into lines, so this comes before it; the source line keeps its place, and
/// is looked at in what is laid out.
pub fn hidden(problem: &Problem, redactor: &Redactor) -> Problem {
    let mut hidden = problem.clone();
    hidden.message = redactor.text(&hidden.message);
    hidden.help = hidden.help.map(|help| redactor.text(&help).into());
    hidden
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// One problem, without a final line end.
pub fn render(problem: &Problem, style: &Style) -> String {
    noted(problem, None, style)
}

/// One problem with a note about its other places.
fn noted(problem: &Problem, note: Option<&str>, style: &Style) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = printable(&problem.message);
    let line = problem.at.as_ref().map(|at| printable(&at.line)).unwrap_or_default();
    let help = problem.help.as_deref().map(printable);
    let title = level.primary_title(message.as_str());
    let title = problem.rule.into_iter().fold(title, annotate_snippets::Title::id);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width);
    let Some(at) = &problem.at else {
        let help = help.iter().map(|help| Group::with_title(Level::HELP.primary_title(help.as_str())));
        let parts = [Group::with_title(title)].into_iter().chain(help).map(|part| renderer.render(&[part]));
        return parts.collect::<Vec<_>>().join("\n");
    };
    let placed = title.element(shown(at, &line));
    let placed = help.iter().fold(placed, |placed, help| placed.element(Level::HELP.message(help.as_str())));
    let placed = note.iter().fold(placed, |placed, note| placed.element(Level::NOTE.message(*note)));
    renderer.render(&[placed])
}

/// The line with a caret below the stretch that is meant.
fn shown<'a>(at: &'a crate::place::Snippet, line: &'a str) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let start = offset(line, at.place.column.saturating_sub(1));
    let end = offset(line, at.place.column.saturating_sub(1).saturating_add(at.width));
    Snippet::source(line)
        .line_start(at.place.line as usize)
        .path(&*at.place.file)
        .annotation(AnnotationKind::Primary.span(start..end))
}

/// The byte where the character of that number begins, or the end.
fn offset(line: &str, characters: u32) -> usize {
    line.char_indices().nth(characters as usize).map_or(line.len(), |(at, _)| at)
}

/// The text with control characters made visible, so that a file cannot drive the terminal; as many characters as before.
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
            .at(crate::place::Snippet { place, line: "    operaton: linkCustomerAccount".to_owned(), width: 8 })
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
    fn many_warnings_of_one_rule_are_cut_short_and_errors_never() {
        let of = |severity, name: &str| {
            let words = |index| Problem { severity, ..Problem::new(format!("odd {index} {name}")).rule("example") };
            (0..12).map(words).collect::<Vec<_>>()
        };
        let mut problems = of(Severity::Warning, "warning");
        let again = Problem { message: problems[11].message.clone(), ..problem().rule("example").as_warning() };
        problems.push(Problem { help: None, ..again });
        problems.extend(of(Severity::Error, "error"));
        let mut text = Vec::new();
        write(&problems, &Style { color: false, width: 100, links: None }, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches("odd").count(), 10 + 12, "{text}");
        assert!(text.contains("warning[example]: 3 more of these"), "{text}");
        assert!(text.ends_with("12 errors, 13 warnings\n"), "{text}");
    }
}
