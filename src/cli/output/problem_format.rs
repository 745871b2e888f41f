//! Problems for programs: JSON Lines, or workflow commands of GitHub Actions.

use serde_json::json;

use crate::problem::Problem;
use crate::report::github::command;
use crate::severity::Severity;

/// One JSON object, without a line break: `severity`, `rule`, `message`, `help`, `file`, `line`, `column`, `width`,
/// `pointer`, a JSON Pointer if the line is long; a missing value is null.
pub(crate) fn json(problem: &Problem) -> String {
    let at = problem.at.as_ref();
    let object = json!({
        "severity": problem.severity.word(),
        "rule": problem.rule,
        "message": problem.message,
        "help": problem.help,
        "file": at.map(|at| &*at.place.file),
        "line": at.map(|at| at.place.line),
        "column": at.map(|at| at.place.column),
        "width": at.map(|at| at.width),
        "pointer": at.and_then(|at| at.pointer.as_ref()).map(ToString::to_string),
    });
    object.to_string()
}

/// `::error file=…,line=…,col=…::…`, which GitHub shows next to the line (GitHub Actions, workflow commands).
pub(crate) fn github(problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(at) = &problem.at {
        let end = at.place.column.saturating_add(at.width).saturating_sub(1);
        properties.push(("file", at.place.file.to_string()));
        properties.push(("line", at.place.line.to_string()));
        properties.push(("col", at.place.column.to_string()));
        properties.push(("endColumn", end.to_string()));
    }
    properties.extend(problem.rule.map(|rule| ("title", rule.to_owned())));
    let help = problem.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    command(level, &properties, &format!("{}{help}", problem.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Place, Snippet};

    #[test]
    fn a_problem_for_programs() {
        let place = Place { file: "a,b.yaml".into(), line: 3, column: 5 };
        let at = Snippet { place, line: "x: \"100%\"".to_owned(), cut: 0, width: 4, pointer: None };
        let problem = Problem::new("100%\nof: it").rule("example").as_warning().help("do this").at(at);
        assert_eq!(
            github(&problem),
            "::warning file=a%2Cb.yaml,line=3,col=5,endColumn=8,title=example::100%25%0Aof: it%0Ado this"
        );
        assert_eq!(github(&Problem::new("no file")), "::error::no file");
        assert_eq!(
            json(&Problem::new("no file")),
            r#"{"severity":"error","rule":null,"message":"no file","help":null,"file":null,"line":null,"column":null,"width":null,"pointer":null}"#
        );
    }
}
