//! Rules of the source tree that the compiler does not check: which module may use which, that files have no import cycles, which
//! file may name which library, and how long a file may be.

mod graph;
mod imports;
mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use graph::Graph;

/// Modules below everything else: single files that every module may use, and that use only each other.
const FOUNDATION: &[&str] = &[
    "budget",
    "difference",
    "input_file",
    "output_file",
    "parallel",
    "place",
    "pointer",
    "problem",
    "quantity",
    "rules",
    "secret",
    "severity",
    "suggestion",
];

/// Module → modules it may use besides the foundation. The table of ARCHITECTURE.md.
const MAY_USE: &[(&str, &[&str])] = &[
    ("http", &[]),
    ("expression", &[]),
    ("document", &[]),
    ("contract", &["document", "http"]),
    ("sign", &["expression", "http"]),
    ("case", &["contract", "diff", "document", "expression", "http", "sign"]),
    ("diff", &["document"]),
    ("check", &["contract", "case", "expression", "http", "diff"]),
    ("transport", &["http"]),
    ("fuzzing", &["contract", "expression", "http"]),
    ("token", &["http", "transport"]),
    ("run", &["contract", "case", "check", "expression", "http", "sign", "token", "transport"]),
    ("coverage", &["contract", "case", "run", "http"]),
    ("record", &["run", "coverage", "check", "generate", "case", "contract", "diff", "document", "http"]),
    ("generate", &["contract", "case", "expression", "http"]),
    ("import", &["case", "contract", "document", "generate", "http"]),
    ("mock", &["contract", "expression", "generate", "document", "http", "sign", "transport"]),
    ("mutate", &["case", "contract", "diff", "document", "expression", "generate", "http", "mock", "run", "transport"]),
    ("report", &["record", "diff"]),
    (
        "project",
        &[
            "case",
            "check",
            "contract",
            "coverage",
            "document",
            "expression",
            "http",
            "mock",
            "record",
            "report",
            "run",
            "sign",
            "token",
            "transport",
        ],
    ),
];

/// Modules that may use everything and touch terminal, environment and clock.
const OUTER: &[&str] = &["cli", "testing", "tests", "main", "lib"];

/// Library → the files (or folders) that may name it.
const NAMED_ONLY_IN: &[(&str, &[&str])] = &[
    ("jsonschema", &["contract/schema/"]),
    ("serde_json_path", &["contract/overlay/"]),
    ("reqwest", &["transport/network/"]),
    ("granit_parser", &["document/"]),
    ("minijinja", &["expression/"]),
];

/// What only the outer modules may do.
const OUTER_ONLY: &[&str] =
    &["println!", "eprintln!", "std::env", "env::var", "SystemTime", "Timestamp::now", "Zoned::now"];

const MAX_LINES: usize = 400;

#[test]
fn modules_use_only_what_the_table_allows() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|file| !OUTER.contains(&file.module.as_str()) && !file.is_test())
        .flat_map(|file| {
            let may_use: &[&str] = match allowed.get(file.module.as_str()) {
                Some(modules) => modules,
                None if FOUNDATION.contains(&file.module.as_str()) => &[],
                None => panic!("{} is not in the table", file.module),
            };
            let may_use = |used: &str| used == file.module || FOUNDATION.contains(&used) || may_use.contains(&used);
            let foreign = file.uses().into_iter().filter(|used| !may_use(used));
            foreign.map(|used| format!("{} uses {used}", file.name)).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn libraries_are_named_where_they_are_wrapped() {
    let breaches: Vec<String> = sources()
        .iter()
        .flat_map(|file| {
            let strangers = NAMED_ONLY_IN.iter().filter(|(library, homes)| {
                file.code.contains(&format!("{library}::")) && !homes.iter().any(|home| file.name.starts_with(home))
            });
            strangers.map(|(library, _)| format!("{} names {library}", file.name)).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn only_the_outer_modules_touch_terminal_environment_and_clock() {
    let breaches: Vec<String> = sources()
        .iter()
        .filter(|file| !OUTER.contains(&file.module.as_str()) && !file.is_test())
        .flat_map(|file| {
            OUTER_ONLY.iter().filter(|word| file.code.contains(**word)).map(|word| format!("{}: {word}", file.name))
        })
        .collect();
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn files_say_what_they_answer_for_and_stay_short() {
    let breaches: Vec<String> = sources()
        .iter()
        .flat_map(|file| {
            let mute = (!file.code.starts_with("//!")).then(|| format!("{} does not open with //!", file.name));
            let lines = file.code.lines().count();
            let long = (lines > MAX_LINES).then(|| format!("{} has {lines} lines without its tests", file.name));
            mute.into_iter().chain(long)
        })
        .collect();
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let sources = sources();
    let files = sources.iter().filter(|file| file.name != "main.rs");
    let graph = Graph::new(files.map(|file| (file.name.as_str(), file.text.as_str())));
    assert_eq!(graph.unresolved(), Vec::<String>::new(), "paths that the parser does not understand");
    assert_eq!(graph.cycles(), Vec::<Vec<&str>>::new());
}

struct Source {
    /// Relative to `src/`, with `/`.
    name: String,
    /// The folder or file right under `src/`.
    module: String,
    /// The whole text.
    text: String,
    /// The text up to its tests.
    code: String,
}

impl Source {
    /// Whether the whole file is a test.
    fn is_test(&self) -> bool {
        self.name.ends_with("/tests.rs") || self.name.split('/').any(|part| part == "tests")
    }

    /// The modules that `crate::…` paths outside comments lead to, those in `use crate::{a, b}` included.
    fn uses(&self) -> Vec<String> {
        let code: String =
            self.code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        code.split("crate::").skip(1).flat_map(first_segments).collect()
    }
}

/// `a::b` gives `a`; `{a::b, c}` gives `a` and `c`.
fn first_segments(path: &str) -> Vec<String> {
    let ident = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![ident(path)] };
    let mut depth = 0;
    let mut names = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ => names.last_mut().expect("never empty").push(c),
        }
    }
    names.iter().map(|name| ident(name.trim())).filter(|name| !name.is_empty()).collect()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(!files.is_empty());
    files.sort();
    files.iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("sources are UTF-8");
    let name = path.strip_prefix(root).expect("under src").to_string_lossy().replace('\\', "/");
    let module = name.split(['/', '.']).next().unwrap_or_default().to_owned();
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    Source { name, module, text, code }
}

#[test]
fn grouped_imports_are_seen() {
    assert_eq!(first_segments("{case::{Case, Story}, http::Request};"), ["case", "http"]);
    assert_eq!(first_segments("contract::judge::Location;"), ["contract"]);
}
