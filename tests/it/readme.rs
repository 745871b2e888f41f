//! The documentation, executed: its commands print what it shows, its YAML is valid, its links lead to files.
//!
//! A ```` ```console ```` block contains commands (`$ …`) and their output; `…` matches any text at the end of a line, and alone on a
//! line for any lines. Numbers that differ from run to run are made equal on both sides. Commands that begin with `curl` are sent to a
//! mock of the repository that is started for the page; the shown port is replaced by its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::imprint::copy_of_the_repository;
use crate::mock::{Served, content};

/// Commands that a test cannot run: they build the project itself.
const BUILDING: &[&str] = &["cargo "];

/// Where the example of a page belongs, by its first key.
const FRAGMENTS: &[(&str, &str)] = &[
    ("targets:", "signoff.yaml"),
    ("refs:", "signoff.yaml"),
    ("exec:", "signoff.yaml"),
    ("coverage:", "signoff.yaml"),
    ("mutate:", "signoff.yaml"),
    ("operations:", "rules.yaml"),
    ("tokens:", "rules.yaml"),
    ("- finding:", "waivers.yaml"),
    ("# of a target", "a target"),
    ("# cases/", "a case file"),
    ("# examples/", "a file of an example"),
    ("# .github/", "a workflow of GitHub"),
    ("# .pre-commit-config.yaml", "the configuration of pre-commit"),
];

/// Files of examples that commands use.
const EXAMPLES: [&str; 5] = [
    "examples/page.md",
    "examples/exhibit.txt",
    "examples/link.sh",
    "examples/mock/orders.yaml",
    "examples/mock/rules.yaml",
];

#[test]
fn commands_print_what_is_shown() {
    for (page, text) in pages() {
        let project = copy_of_the_repository();
        fs::create_dir(project.path().join("examples")).expect("writable");
        fs::create_dir(project.path().join("examples/mock")).expect("writable");
        for name in EXAMPLES {
            fs::copy(root().join(name), project.path().join(name)).expect("writable");
        }
        let mut mock = None;
        for block in blocks(&text, "console") {
            // A block may start a mock of its own.
            let mut own = None;
            for (command, shown) in steps(&block) {
                if BUILDING.iter().any(|known| command.starts_with(known)) {
                    continue;
                }
                if let Some(folder) = command.strip_prefix("mkdir ") {
                    fs::create_dir(project.path().join(folder)).expect("writable");
                    continue;
                }
                if let Some(arguments) = command.strip_prefix("signoff mock ") {
                    own = Some(Served::start(project.path(), &arguments.split(' ').collect::<Vec<_>>()));
                    continue;
                }
                let printed = match (command.strip_prefix("curl "), &own) {
                    (Some(arguments), Some(own)) => curl(own, arguments),
                    (Some(arguments), None) => {
                        let start = || Served::start(project.path(), &["--admin"]);
                        curl(mock.get_or_insert_with(start), arguments)
                    }
                    (None, _) => print(project.path(), &command),
                };
                let name = page.display();
                assert!(matches(&shown, &printed), "$ {command}\n{name} shows:\n{shown}\nbut it prints:\n{printed}");
            }
        }
    }
}

#[test]
fn the_case_file_of_the_readme_runs() {
    let project = copy_of_the_repository();
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md is readable");
    let block = blocks(&readme, "yaml").into_iter().find(|block| block.starts_with("# cases/")).expect("a case file");
    let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("its name on the first line");
    let file = project.path().join(name.trim());
    fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
    fs::write(file, &block).expect("writable");
    let checked = print(project.path(), "signoff check; echo $?");
    assert!(checked.ends_with("\n0\n"), "{checked}");
    for run in ["signoff run cases/imprint/readme.yaml; echo $?", "signoff run; echo $?"] {
        let run = print(project.path(), run);
        assert!(run.contains("passed") && run.ends_with("\n0\n"), "{run}");
    }
}

/// Each fragment is put into a project where it belongs, and `signoff check` accepts the project.
#[test]
fn yaml_fragments_are_valid() {
    for (page, text) in pages() {
        for block in blocks(&text, "yaml") {
            let place = FRAGMENTS.iter().find(|(start, _)| block.starts_with(start)).map(|(_, place)| *place);
            let place = place.unwrap_or_else(|| panic!("{}: where does this belong?\n{block}", page.display()));
            if let Some(name) = block.strip_prefix("# ").filter(|_| place == "a file of an example") {
                let file = root().join(name.lines().next().unwrap_or_default());
                assert_eq!(fs::read_to_string(file).ok(), Some(block), "{}", page.display());
                continue;
            }
            let project = copy_of_the_repository();
            put(project.path(), place, &block);
            let checked = print(project.path(), "signoff check; echo $?");
            assert!(checked.ends_with("\n0\n"), "{}: {block}\n{checked}", page.display());
        }
    }
}

fn put(project: &Path, place: &str, block: &str) {
    let config = project.join("signoff.yaml");
    let text = fs::read_to_string(&config).expect("readable");
    match place {
        "signoff.yaml" if block.starts_with("targets:") => {
            let (before, rest) = text.split_once("\ntargets:").expect("targets");
            let after = rest.split_once("\n\nredact").expect("redact").1;
            fs::write(&config, format!("{before}\n{block}\nredact{after}").replace("default_target: mock\n", ""))
        }
        "signoff.yaml" => {
            for (copy, content) in [("vendor/errors.yaml", "{}"), ("vendor/schemas/a.yaml", "{}")] {
                let copy = project.join(copy);
                fs::create_dir_all(copy.parent().expect("a folder")).expect("writable");
                fs::write(copy, content).expect("writable");
            }
            fs::write(&config, format!("{text}\n{block}"))
        }
        "rules.yaml" => {
            fs::write(project.join("rules.yaml"), format!("extends: specs/imprint.mock.yaml\n{block}"))
                .expect("writable");
            fs::write(&config, text.replacen("mock: specs/imprint.mock.yaml", "mock: rules.yaml", 1))
        }
        "a target" => {
            let certificate = rcgen::generate_simple_self_signed(["partner".to_owned()]).expect("a certificate");
            let pem = certificate.cert.pem() + &certificate.signing_key.serialize_pem();
            fs::write(project.join("revoked.pem"), pem).expect("writable");
            let document = "openapi: 3.1.0\ninfo: { title: API, version: '1' }\nsecurity: [{ partnerCertificate: [] }]\n\
                paths: { /a: { get: { operationId: getA, responses: { '200': { description: it } } } } }\n\
                components: { securitySchemes: { partnerCertificate: { type: mutualTLS } } }\n";
            fs::write(project.join("api.yaml"), document).expect("writable");
            let target: String = block.lines().map(|line| format!("\n    {line}")).collect();
            let target = format!("targets:\n  sandbox:\n    url: https://api.example.com{target}");
            let case = "story: S\ncases: [{ name: a, operation: getA, request: { as: revoked }, expect: { status: 200 } }]\n";
            fs::write(project.join("revoked.yaml"), case).expect("writable");
            fs::write(&config, format!("spec: api.yaml\ncases: revoked.yaml\n{target}\n"))
        }
        "waivers.yaml" => fs::write(project.join("waivers.yaml"), block),
        // A case file has a test of its own, and the files of other programs are not ours to validate.
        _ => Ok(()),
    }
    .expect("writable");
}

#[test]
fn files_that_pages_link_to_exist() {
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").expect("a pattern");
    for (page, text) in all_pages() {
        let folder = page.parent().expect("a folder");
        let linked = link.captures_iter(&text).map(|found| found[1].to_owned());
        let missing: Vec<_> = linked.filter(|name| !root().join(folder).join(name).exists()).collect();
        assert_eq!(missing, Vec::<String>::new(), "{}", page.display());
    }
}

#[test]
fn headings_that_pages_link_to_exist() {
    let link = Regex::new(r"\]\(([^)#:]*)#([^)]+)\)").expect("a pattern");
    let pages = all_pages();
    let anchors: BTreeMap<PathBuf, Vec<String>> = pages
        .iter()
        .map(|(page, text)| {
            (root().join(page).canonicalize().expect("a page"), text.lines().filter_map(anchor).collect())
        })
        .collect();
    for (page, text) in &pages {
        for found in link.captures_iter(text) {
            let folder = page.parent().expect("a folder");
            let target = if found[1].is_empty() { page.clone() } else { folder.join(&found[1]) };
            let target = root().join(target).canonicalize().expect("a linked page");
            assert!(anchors[&target].iter().any(|anchor| *anchor == found[2]), "{}: #{}", page.display(), &found[2]);
        }
    }
}

/// Paths of the repository in the text of pages; those with a placeholder such as `NAME` are left out.
#[test]
fn paths_that_pages_name_exist() {
    let path = Regex::new(r"\b(src|tests|docs|schemas|specs|cases)/[A-Za-z0-9_./-]*[A-Za-z0-9_/]").expect("a pattern");
    for (page, text) in all_pages() {
        let prose: String = text.split("\n```").step_by(2).collect();
        let named = path.find_iter(&prose).map(|found| found.as_str().trim_end_matches('/'));
        let exists = |name: &str| {
            let file = root().join(name);
            file.exists() || file.with_extension("rs").exists() || root().join("src").join(name).exists()
        };
        let missing: Vec<_> = named.filter(|name| !name.contains("NAME") && !exists(name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{}", page.display());
    }
}

/// The anchor that GitHub gives a heading.
fn anchor(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase();
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.map(|c| if c == ' ' { '-' } else { c }).collect())
}

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md is readable");
    assert!(readme.lines().count() <= 200, "{} lines", readme.lines().count());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and the pages of docs/, whose blocks are executed, by their path in the repository.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = markdown(Path::new("docs"));
    let readme = std::iter::once(PathBuf::from("README.md"));
    readme.chain(docs).map(|page| (page.clone(), fs::read_to_string(root().join(page)).expect("readable"))).collect()
}

/// The same and every other page of the repository.
fn all_pages() -> Vec<(PathBuf, String)> {
    let others = ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "tests/data/README.md"]
        .map(PathBuf::from);
    let others = others.into_iter().chain(markdown(Path::new("docs/decisions")));
    let others = others.map(|page| (page.clone(), fs::read_to_string(root().join(page)).expect("readable")));
    pages().into_iter().chain(others).collect()
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(root().join(folder)).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut pages: Vec<_> =
        entries.map(|name| folder.join(name)).filter(|page| page.extension().is_some_and(|e| e == "md")).collect();
    pages.sort();
    pages
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
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

/// Both streams of a `signoff …` command, and its exit code if the page asks for it with `; echo $?`.
fn print(project: &Path, command: &str) -> String {
    let (command, asks_code) = command.strip_suffix("; echo $?").map_or((command, false), |command| (command, true));
    let words = shlex::split(command).expect("a command line");
    assert_eq!(words[0], "signoff", "a command that the test can run: {command}");
    let mut program = crate::program();
    let output =
        program.args(&words[1..]).current_dir(project).env("COLUMNS", "120").env_remove("SIGNOFF_TARGET").output();
    let output = output.expect("the program starts");
    let code = output.status.code().filter(|_| asks_code).map(|code| format!("{code}\n")).unwrap_or_default();
    format!("{}{}{code}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

/// The content of the response to a curl command with the options `-X`, `-H` and `-d`.
fn curl(mock: &Served, arguments: &str) -> String {
    let mut words = shlex::split(arguments).expect("a command line").into_iter();
    let (mut method, mut headers, mut body, mut path) = (None, String::new(), None, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value of the option");
        match word.as_str() {
            "-X" => method = Some(value()),
            "-H" => headers.push_str(&format!("{}\r\n", value())),
            "-d" => body = Some(value()),
            url => {
                let (host, rest) = url.split_once('/').expect("a path");
                assert_eq!(host, "localhost:4010", "{arguments}");
                path = Some(format!("/{rest}"));
            }
        }
    }
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    let (body, path) = (body.unwrap_or_default(), path.expect("a URL"));
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n");
    let (mut stream, mut response) = (mock.connect(), String::new());
    stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).expect("sent");
    stream.read_to_string(&mut response).expect("a response");
    content(&response).to_owned()
}

/// Whether `printed` is `shown`, line by line, where `…` matches anything.
fn matches(shown: &str, printed: &str) -> bool {
    let lines = |text: &str| text.lines().map(steady).collect::<Vec<_>>();
    fits(&lines(shown.trim_end()), &lines(printed.trim_end()))
}

fn fits(shown: &[String], printed: &[String]) -> bool {
    match shown {
        [] => printed.is_empty(),
        [gap, rest @ ..] if gap.trim() == "…" => (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..])),
        [line, rest @ ..] => printed.first().is_some_and(|first| line_fits(line, first)) && fits(rest, &printed[1..]),
    }
}

fn line_fits(shown: &str, printed: &str) -> bool {
    match shown.strip_suffix('…') {
        Some(start) => printed.starts_with(start.trim_end()),
        None => printed == shown,
    }
}

/// A line without what differs from run to run: times, ports, instants.
fn steady(line: &str) -> String {
    let replacements = [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"--port \d+", "--port PORT"),
        (r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z", "INSTANT"),
        (r"\d+(\.\d+)? (ms|s)\b", "TIME"),
    ];
    let steady = replacements.iter().fold(line.trim_end().to_owned(), |line, (pattern, word)| {
        Regex::new(pattern).expect("a pattern").replace_all(&line, *word).into_owned()
    });
    // Right-aligned places move with the length of a time.
    Regex::new(r" {2,}").expect("a pattern").replace_all(&steady, "  ").into_owned()
}
