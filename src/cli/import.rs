//! `signoff import`: writes documents and cases from other sources.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::case;
use crate::contract::load::{Options, load_with};
use crate::contract::{Contract, ParameterIn};
use crate::document::to_yaml;
use crate::import::curl::{Commands, ImportedFile};
use crate::import::page::{self, Imported, Page};
use crate::import::recorded_variables::RecordedVariables;
use crate::import::starter::Starter;
use crate::input_file;
use crate::problem::{Problem, reason};
use crate::project::config_file::canonical;
use crate::project::settings::refuse_url;
use crate::record::{Redactor, Rules};

use super::args::{Import, ImportPage};
use super::exit::Exit;
use super::import_curl::{self, CommandFile};
use super::project_files::{ProjectFiles, create, report};
use super::session::{Failure, Session};

/// Maximum size of a page, in bytes.
const MAX_PAGE: u64 = 16 << 20;

/// A document without operations.
const EMPTY: &str = "openapi: 3.1.0\ninfo: { title: none, version: '0' }\npaths: {}\n";

/// Maximum number of cases in the first file.
const CASES: usize = 100;

/// Runs `signoff import`.
pub(super) fn run(args: &Import, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match args {
        Import::Page(args) => pages(args, session),
        Import::Curl(args) => import_curl::run(args, session),
    }
}

/// Writes the document of the pages, an overlay with what they do not say, and the files of a new project.
fn pages(args: &ImportPage, session: &mut Session<'_>) -> Result<Exit, Failure> {
    refuse_url(Some(&args.spec))?;
    let root = session.directory();
    session.root = Some(canonical(&root)?);
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for file in &args.files {
        match read(&root, file) {
            Ok(page) => pages.push(page),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let empty = load(&[(PathBuf::from("openapi.yaml"), EMPTY.to_owned())])?;
    let names = RefCell::new(Redactor::new(&session.secrets, Rules::default()));
    let is_sensitive = |place: ParameterIn, name: &str| names.borrow_mut().is_sensitive(&empty, place, name);
    let variables = RecordedVariables::new("CURL_");
    let mut imported = page::read(&pages, &variables, &is_sensitive)?;
    session.secrets.extend(import_curl::secrets(&imported.commands, &is_sensitive));
    session.print_problems(&imported.notes)?;
    let mut files = documents(args, &pages, &imported)?;
    let mut contract = load(&files)?;
    let conflicts = imported.resolve_conflicts(&contract);
    if !conflicts.is_empty() {
        session.print_problems(&conflicts)?;
        files = documents(args, &pages, &imported)?;
        contract = load(&files)?;
    }
    refuse_existing(&root, &files)?;
    let commands = imported.take_commands();
    let file = CommandFile {
        contract: &contract,
        variables: &variables,
        is_sensitive: &is_sensitive,
        redact: Vec::new(),
        generator: "import page",
        story: "Requests and responses of documentation pages",
    };
    let examples = if commands.len() == 0 { None } else { Some(examples(&file, commands, session)?) };
    let is_shown = |name: &str| examples.as_ref().is_some_and(|examples| examples.operations.contains(name));
    let starter = Starter::new(&contract, CASES, &is_shown);
    session.receive_signals()?;
    for (name, text) in &files {
        report(name, create(&root.join(name), text)?, session)?;
    }
    let overlay = files.get(1).map(|(name, _)| name.as_path());
    let text = examples.map(|examples| examples.text);
    ProjectFiles { spec: &args.spec, overlay, starter: &starter, examples: text.as_deref() }.write(session)?;
    let environment = variables.written();
    if !environment.is_empty() {
        writeln!(session.err, "set these environment variables to run the cases: {}", environment.join(", "))?;
    }
    Ok(Exit::Passed)
}

/// The case file of the commands.
fn examples(file: &CommandFile<'_>, commands: Commands, session: &mut Session<'_>) -> Result<ImportedFile, Failure> {
    let (examples, found) = file.convert(commands)?;
    session.secrets.extend(found);
    session.print_problems(&examples.warnings)?;
    let root = session.directory();
    case::load::load_text(&root, Path::new("examples.yaml"), examples.text.clone(), file.contract)?;
    Ok(examples)
}

/// The document, and the overlay if something is assumed.
fn documents(args: &ImportPage, pages: &[Page], imported: &Imported) -> Result<Vec<(PathBuf, String)>, Problem> {
    let names: Vec<_> = pages.iter().map(|page| &*page.name).collect();
    let extends = args.spec.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = format!("Written by `signoff import page` from {}", names.join(", "));
    let mut files = vec![(args.spec.clone(), text(&about, &imported.document)?)];
    if let Some(value) = imported.overlay(&extends) {
        let about = "What the pages do not say. Reports mark the verdicts that depend on it";
        files.push((args.spec.with_extension("overlay.yaml"), text(about, &value)?));
    }
    Ok(files)
}

fn text<T: Serialize>(about: &str, value: &T) -> Result<String, Problem> {
    // A file name may have a line break.
    let about: String = about.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    Ok(format!("# {about}.\n{}", to_yaml(value)?))
}

/// Files that exist with another content are not overwritten: nothing is written then.
fn refuse_existing(root: &Path, files: &[(PathBuf, String)]) -> Result<(), Vec<Problem>> {
    let differs = |(name, text): &&(PathBuf, String)| {
        let path = root.join(name);
        path.symlink_metadata().is_ok() && !input_file::has_content(&path, text.as_bytes())
    };
    let problems = files.iter().filter(differs).map(|(name, _)| {
        let message = format!("{} exists and differs from what would be written", name.display());
        Problem::new(message).help("name another file with --spec, or remove it")
    });
    let problems: Vec<_> = problems.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Loads the documents from a temporary folder, so that nothing is written of pages that do not result in a contract.
fn load(files: &[(PathBuf, String)]) -> Result<Contract, Vec<Problem>> {
    let fault =
        |error: io::Error| vec![Problem::new(format!("cannot write to the temporary folder: {}", reason(&error)))];
    let folder = tempfile::tempdir().map_err(fault)?;
    let mut names = Vec::new();
    for (name, text) in files {
        let name = PathBuf::from(name.file_name().unwrap_or_default());
        fs::write(folder.path().join(&name), text).map_err(fault)?;
        names.push(name);
    }
    let mut names = names.into_iter();
    let spec = names.next().unwrap_or_default();
    let contract = load_with(folder.path(), &spec, &Options { overlays: names.collect(), ..Options::default() })?;
    if contract.errors.is_empty() { Ok(contract) } else { Err(contract.errors) }
}

/// Reads a page: UTF-8 text of at most [`MAX_PAGE`] bytes.
fn read(root: &Path, file: &Path) -> Result<Page, Problem> {
    let (name, source) = match file.as_os_str() == "-" {
        true => ("standard input".to_owned(), Ok(Box::new(io::stdin()) as Box<dyn Read>)),
        false => (file.display().to_string(), File::open(root.join(file)).map(|file| Box::new(file) as Box<dyn Read>)),
    };
    let mut bytes = Vec::new();
    source
        .and_then(|source| source.take(MAX_PAGE + 1).read_to_end(&mut bytes))
        .map_err(|error| Problem::new(format!("cannot read {name}: {}", reason(&error))))?;
    if bytes.len() as u64 > MAX_PAGE {
        return Err(Problem::new(format!("{name} is larger than 16 MB, the maximum for a page")));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(place).filter(|&&byte| byte == b'\n').count() + 1;
        Problem::new(format!("{name} is not UTF-8 text: line {line} has other bytes"))
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(Page { name: Arc::from(name), text: text.replace("\r\n", "\n") })
}
