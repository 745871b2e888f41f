//! `signoff init`: writes a configuration, a first case file, and their JSON Schemas for editors.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::contract;
use crate::output_file;
use crate::problem::Problem;

use crate::cli::args::Init;
use crate::cli::exit::Exit;
use crate::cli::session::{Failure, Session};
use crate::document::to_yaml;
use crate::import::starter::Starter;
use crate::project::config_file::FILE_NAME;
use crate::project::format;
use crate::rules;

/// Comment at the top of the configuration.
const ABOUT: &str =
    "# `mock` is the mock server generated from the document; a file of mock rules adds state (`mock: FILE`).\n";

/// Writes the files that do not exist; overwrites nothing.
pub(super) fn run(args: &Init, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let root = session.directory();
    let contract = contract::load::load(&root, &args.spec)?;
    if contract.operations.is_empty() {
        let problem = Problem::new(format!("{} has no operations, so there is nothing to test", args.spec.display()));
        return Err(vec![problem.rule(rules::NO_OPERATIONS)].into());
    }
    let starter = Starter::new(&contract);
    let folder = args.spec.file_stem().map_or_else(|| "api".into(), |stem| stem.to_string_lossy().into_owned());
    let cases = PathBuf::from("cases").join(folder).join("first.yaml");
    let files = [
        (PathBuf::from(FILE_NAME), commented("schemas/config.json", ABOUT, &starter.configuration(&args.spec))?),
        (PathBuf::from("schemas/config.json"), format!("{:#}\n", format::json_schema())),
        (PathBuf::from("schemas/case-file.json"), format!("{:#}\n", crate::case::json_schema())),
    ];
    let text = commented("../../schemas/case-file.json", "", &starter.case_file())?;
    session.receive_signals()?;
    let is_new = report(&cases, create(&root.join(&cases), &text)?, session)?;
    for (name, text) in files {
        report(&name, create(&root.join(&name), &text)?, session)?;
    }
    if is_new {
        for open in starter.open() {
            writeln!(session.out, "\n{}: skipped until you {}", open.name, open.reason)?;
        }
    }
    writeln!(session.out, "\nnext: signoff run")?;
    Ok(Exit::Passed)
}

fn report(name: &Path, is_new: bool, session: &mut Session<'_>) -> io::Result<bool> {
    writeln!(session.out, "{} {}", if is_new { "wrote" } else { "exists, not changed:" }, name.display())?;
    Ok(is_new)
}

/// Writes a file unless it exists. Returns whether it was written.
fn create(path: &Path, text: &str) -> Result<bool, Problem> {
    output_file::write_new(path, text)
        .map_err(|error| Problem::new(format!("cannot write {}: {error}", path.display())))
}

fn commented<T: Serialize>(schema: &str, about: &str, value: &T) -> Result<String, Problem> {
    Ok(format!("# yaml-language-server: $schema={schema}\n{about}{}", to_yaml(value)?))
}
