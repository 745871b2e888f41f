//! Reports in published formats: validated against their schemas, and parsed by other programs if those are installed.
//!
//! The rendered record is that of the sample run, which has every feature, hostile strings included.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cli::project::Project;

/// The record of the sample run, from the snapshot of its unit test.
const SAMPLE: &str = include_str!(
    "../../src/report/format/snapshots/signoff__report__format__record__tests__the_record_is_json_with_a_line_an_outcome.snap"
);

/// The names of all report formats, from the schema of the configuration.
pub fn names() -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/config.json")).expect("JSON");
    let names = schema["$defs"]["Report"]["enum"].as_array().expect("names");
    names.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

/// Renders the sample run in every format.
fn rendered() -> Project {
    let record = SAMPLE.splitn(3, "---\n").nth(2).expect("a record below the snapshot's header");
    let project = Project::with(&[("record.json", record)]);
    let formats = names().join(",");
    let ended =
        project.call(&["report", "render", "--from", "record.json", "--reports", "reports", "--report", &formats]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    project
}

fn report(project: &Project, file: &str) -> String {
    project.read(&format!("reports/{file}"))
}

fn data(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats").join(name)).expect("test data")
}

/// Returns the violations of a JSON Schema.
fn breaches(schema: &str, text: &str) -> Vec<String> {
    // The pattern of SARIF's `language`, which is not used here, is not valid ECMA-262.
    let schema = data(schema).replace("2}]?$", "2}$");
    let schema: Value = serde_json::from_str(&schema).expect("a JSON Schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a JSON Schema");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sarif_conforms_to_its_schema() {
    let text = report(&rendered(), "report.sarif");
    assert_eq!(breaches("sarif-2.1.0.json", &text), Vec::<String>::new());
    assert_ne!(
        breaches("sarif-2.1.0.json", &text.replace("\"startLine\":12", "\"startLine\":0")),
        Vec::<String>::new()
    );
}

#[test]
fn ctrf_conforms_to_its_schema() {
    let text = report(&rendered(), "ctrf.json");
    assert_eq!(breaches("ctrf.json", &text), Vec::<String>::new());
    assert_ne!(breaches("ctrf.json", &text.replace("\"rawStatus\"", "\"raw\"")), Vec::<String>::new());
}

#[test]
fn an_unknown_format_is_rejected() {
    let ended = rendered().call(&["report", "render", "--from", "record.json", "--report", "sarf"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("a similar value exists: 'sarif'"), "{ended:?}");
}

/// Programs that are not part of the project; `.ci/run` installs them.
mod readers {
    use super::*;

    /// Runs `program` with `text` as input. Returns whether it succeeded, and its output.
    fn read(program: &mut Command, text: &str) -> (bool, String) {
        let mut child = program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("an installed reader");
        let mut input = child.stdin.take().expect("a pipe");
        let text = text.to_owned();
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("an end");
        writer.join().expect("no panic").expect("a reader that reads");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    fn node_modules() -> String {
        std::env::var("SIGNOFF_READERS").expect("SIGNOFF_READERS names the folder of node_modules") + "/node_modules"
    }

    #[test]
    #[ignore = "needs xmllint"]
    fn junit_conforms_to_the_schema_of_jenkins() {
        let project = rendered();
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats/junit-10.xsd");
        let check =
            |text: &str| read(Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg("-"), text);
        // The schema has no location of a test, which GitLab, CircleCI and others read.
        let location = regex::Regex::new(r#" file="[^"]*" line="\d+""#).expect("a pattern");
        for suite in ["endpoint", "file"] {
            let ended =
                project.call(&["report", "render", "--from", "record.json", "--reports", "r", "--junit-suite", suite]);
            assert_eq!(ended.code, 0);
            let text = project.read("r/junit.xml");
            assert!(location.is_match(&text));
            let text = location.replace_all(&text, "").into_owned();
            assert_eq!(check(&text), (true, "- validates\n".to_owned()));
            assert!(!check(&text.replace("<system-out>", "<system-out a=\"b\">")).0);
        }
    }

    #[test]
    #[ignore = "needs tap-parser (SIGNOFF_READERS)"]
    fn tap_is_parsed_by_tap_parser() {
        let text = report(&rendered(), "report.tap");
        let parser = Path::new(&node_modules()).join(".bin/tap-parser");
        let (_, said) = read(Command::new(parser).args(["--flat", "--strict", "--json"]), &text);
        let events: Vec<Value> = serde_json::from_str(&said).expect(&said);
        let of = |name: &str| events.iter().filter(|event| event[0] == name).map(|event| &event[1]).collect::<Vec<_>>();
        assert_eq!(of("extra"), Vec::<&Value>::new(), "lines that are no TAP");
        let points = of("assert");
        assert!(points.iter().all(|point| point["tapError"].is_null()), "{points:#?}");
        let known: Value = serde_json::from_str(&report(&rendered(), "record.json")).expect("JSON");
        let outcomes = known["outcomes"].as_array().expect("outcomes");
        assert_eq!(points.len(), outcomes.len());
        for (point, outcome) in points.into_iter().zip(outcomes) {
            let passed = matches!(outcome["outcome"].as_str(), Some("passed" | "skipped"));
            assert_eq!(point["ok"], passed, "{point}");
            let reason = outcome["reason"].as_str().filter(|_| outcome["outcome"] == "skipped");
            assert_eq!(point["skip"].as_str(), reason, "{point}");
            assert!(passed || point["diag"]["message"].is_string(), "{point}");
        }
    }

    #[test]
    #[ignore = "needs har-validator (SIGNOFF_READERS)"]
    fn har_is_accepted_by_har_validator() {
        let text = report(&rendered(), "report.har");
        let script = "const { har } = require('har-validator');
            har(JSON.parse(require('fs').readFileSync(0))).then(() => {}, error => {
                console.error(JSON.stringify(error.errors ?? String(error))); process.exit(1); });";
        let check = |text: &str| read(Command::new("node").args(["-e", script]).env("NODE_PATH", node_modules()), text);
        assert_eq!(check(&text), (true, String::new()));
        assert!(!check(&text.replace("\"redirectURL\"", "\"redirect\"")).0);
    }
}

#[test]
fn the_mutation_report_conforms_to_its_schema() {
    let project = Project::new();
    assert_eq!(project.call(&["mutate"]).code, 0);
    let text = report(&project, "mutation.json");
    assert_eq!(breaches("mutation-testing-report-schema.json", &text), Vec::<String>::new());
    assert!(!text.contains('<'), "a page may embed it");
    assert_ne!(
        breaches("mutation-testing-report-schema.json", &text.replace("\"Killed\"", "\"Dead\"")),
        Vec::<String>::new()
    );
}
