//! What the README says, done: its commands print what it shows, its cases are sound, its links lead somewhere.
//!
//! A ```` ```console ```` block is commands (`$ …`) with their output; `…` alone on a line stands for lines left out. Numbers that
//! differ from run to run are made equal on both sides.

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;

use crate::imprint::copy_of_the_repository;

/// Commands that the gate runs in full and a test cannot: they build the project itself.
const ELSEWHERE: &[&str] = &["cargo run --release", "cargo test", "cargo install --path .", "git clone"];

#[test]
fn commands_print_what_it_shows() {
    let project = copy_of_the_repository();
    let steps: Vec<_> = blocks("console").iter().flat_map(|block| steps(block)).collect();
    assert!(steps.len() >= 3, "the README shows commands");
    for (command, shown) in steps {
        if ELSEWHERE.iter().any(|known| command.starts_with(known)) {
            continue;
        }
        let printed = print(project.path(), &command);
        assert!(matches(&shown, &printed), "$ {command}\nthe README shows:\n{shown}\nbut it prints:\n{printed}");
    }
}

#[test]
fn the_case_file_it_shows_is_sound() {
    let project = copy_of_the_repository();
    let shown = blocks("yaml").into_iter().filter(|block| block.starts_with("# cases/")).collect::<Vec<_>>();
    assert!(!shown.is_empty(), "the README shows a case file");
    for block in shown {
        let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("its name on the first line");
        let file = project.path().join(name.trim());
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, &block).expect("writable");
    }
    let checked = print(project.path(), "signoff check");
    assert!(checked.contains("sound"), "{checked}");
    let run = print(project.path(), "signoff run readme");
    assert!(run.contains("passed") && !run.contains("failed"), "{run}");
}

#[test]
fn files_that_it_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let link = Regex::new(r"\]\(([^)#:]+)\)").expect("a pattern");
    let named: Vec<_> = link.captures_iter(&readme()).map(|found| found[1].to_owned()).collect();
    let missing: Vec<_> = named.iter().filter(|name| !root.join(name).exists()).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md is readable")
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fenced = text.split("\n```").skip(1).step_by(2);
    fenced.filter_map(|block| block.strip_prefix(&format!("{language}\n"))).map(|block| format!("{block}\n")).collect()
}

/// The commands of a block, each with the output shown below it.
fn steps(block: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (None, None) => panic!("a console block starts with `$ `: {line}"),
        }
    }
    steps
}

/// Both streams of a `signoff …` command, and its exit code where the README asks for it with `; echo $?`.
fn print(project: &Path, command: &str) -> String {
    let (command, asks_code) = command.strip_suffix("; echo $?").map_or((command, false), |command| (command, true));
    let words = shlex::split(command).expect("a command line");
    assert_eq!(words[0], "signoff", "a command that the test can run: {command}");
    let mut program = Command::new(env!("CARGO_BIN_EXE_signoff"));
    let output =
        program.args(&words[1..]).current_dir(project).env("COLUMNS", "100").env_remove("SIGNOFF_TARGET").output();
    let output = output.expect("the program starts");
    let code = output.status.code().filter(|_| asks_code).map(|code| format!("{code}\n")).unwrap_or_default();
    format!("{}{}{code}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

/// Whether `printed` is `shown`, line by line, where `…` alone stands for any lines.
fn matches(shown: &str, printed: &str) -> bool {
    let lines = |text: &str| text.lines().map(steady).collect::<Vec<_>>();
    fits(&lines(shown.trim_end()), &lines(printed.trim_end()))
}

fn fits(shown: &[String], printed: &[String]) -> bool {
    match shown {
        [] => printed.is_empty(),
        [gap, rest @ ..] if gap.trim() == "…" => (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..])),
        [line, rest @ ..] => printed.first() == Some(line) && fits(rest, &printed[1..]),
    }
}

/// A line without what differs from run to run: times, ports, instants.
fn steady(line: &str) -> String {
    let replacements = [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z", "INSTANT"),
        (r"\d+(\.\d+)? (ms|s)\b", "TIME"),
    ];
    let steady = replacements.iter().fold(line.trim_end().to_owned(), |line, (pattern, word)| {
        Regex::new(pattern).expect("a pattern").replace_all(&line, *word).into_owned()
    });
    // Right-aligned places move with the length of a time.
    Regex::new(r" {2,}").expect("a pattern").replace_all(&steady, "  ").into_owned()
}
