//! `signoff import curl`: creates a case file from command lines of curl.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::case;
use crate::contract::{Contract, Operation, ParameterIn};
use crate::http::Request;
use crate::import::curl::{Commands, Conversion, ImportedFile, Input, IsSensitive, MAX_INPUT};
use crate::import::recorded_variables::RecordedVariables;
use crate::input_file;
use crate::output_file;
use crate::problem::{Problem, reason};
use crate::project::settings::Settings;
use crate::quantity::count;
use crate::record::{Redactor, Rules, Secret};
use crate::rules;

use super::args::ImportCurl;
use super::exit::Exit;
use super::session::{Failure, Session};

/// Stands for standard input or output.
const STREAM: &str = "-";

/// Maximum size of a file that a command names, in bytes.
const MAX_BODY_FILE: u64 = 1 << 20;

/// Minimum length of a value that is redacted wherever it occurs, in bytes.
const MIN_SECRET: usize = 8;

/// Runs `signoff import curl`.
pub(super) fn run(args: &ImportCurl, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(args.overrides(&session.global))?;
    let contract = settings.contract()?;
    let variables = RecordedVariables::new("CURL_");
    let names = RefCell::new(Redactor::new(&session.secrets, Rules { names: settings.redact() }));
    let is_sensitive = |place: ParameterIn, name: &str| names.borrow_mut().is_sensitive(&contract, place, name);
    let (commands, problems) = read(args, &settings, &variables, session)?;
    session.secrets.extend(secrets(&commands, &is_sensitive));
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let file = CommandFile {
        contract: &contract,
        variables: &variables,
        is_sensitive: &is_sensitive,
        redact: settings.redact(),
        generator: "import curl",
        story: "Imported from curl commands",
    };
    let (imported, found) = file.convert(commands)?;
    session.secrets.extend(found);
    let path = output(args, &settings);
    let shown = path.as_deref().unwrap_or(Path::new("cases.yaml"));
    case::load::load_text(&settings.file.root, shown, imported.text.clone(), &contract)?;
    session.print_problems(&imported.warnings)?;
    match path {
        None => session.out.write_all(imported.text.as_bytes())?,
        Some(path) => write(args, &settings, &path, &imported, session)?,
    }
    print_hints(&imported, &contract, &variables, session)?;
    Ok(Exit::Passed)
}

/// Reads every input; returns the problems of all of them.
fn read(
    args: &ImportCurl,
    settings: &Settings,
    variables: &RecordedVariables,
    session: &mut Session<'_>,
) -> io::Result<(Commands, Vec<Problem>)> {
    let (mut commands, mut problems, mut room) = (Commands::default(), Vec::new(), MAX_INPUT);
    let stream = [PathBuf::from(STREAM)];
    let files = if args.files.is_empty() { &stream } else { &args.files[..] };
    for file in files {
        let (name, folder) = match file.as_path() == Path::new(STREAM) {
            true => (PathBuf::from("<stdin>"), settings.directory.clone()),
            false => {
                let path = settings.directory.join(file);
                (settings.relative_to_root(file), path.parent().map(Path::to_owned).unwrap_or_default())
            }
        };
        let content = match file.as_path() == Path::new(STREAM) {
            true => {
                if io::stdin().is_terminal() {
                    writeln!(session.err, "reading commands from standard input; end with Ctrl-D")?;
                }
                bytes(io::stdin().lock(), room)
            }
            false => regular(&settings.directory.join(file)).and_then(|file| bytes(file, room)),
        };
        match content {
            Ok(bytes) => {
                room -= bytes.len() as u64;
                let name: Arc<str> = name.to_string_lossy().replace('\\', "/").into();
                let named = |name: &str| body_file(&folder, name);
                let added = commands.add(Input { name, bytes, files: &named }, variables);
                problems.extend(added.err().into_iter().flatten());
            }
            Err(error) => {
                let message = format!("cannot read {}: {}", name.display(), reason(&error));
                problems.push(Problem::new(message).rule(rules::UNREADABLE_FILE));
            }
        }
    }
    Ok((commands, problems))
}

/// Opens a file that ends.
fn regular(path: &Path) -> io::Result<File> {
    match fs::metadata(path)?.is_dir() {
        true => Err(io::Error::other("it is a directory")),
        false => File::open(path),
    }
}

/// Reads at most `room` bytes.
fn bytes(mut from: impl Read, room: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.by_ref().take(room + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > room {
        true => Err(io::Error::other(format!("the input has more than {} MB", MAX_INPUT >> 20))),
        false => Ok(bytes),
    }
}

/// Reads a file that a command names, relative to the folder of the input. Nothing outside the folder is read.
fn body_file(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let reason = |error: io::Error| format!("cannot read `{name}`: {}", reason(&error));
    let path = folder.join(name).canonicalize().map_err(reason)?;
    let folder = folder.canonicalize().map_err(reason)?;
    if !path.starts_with(folder) {
        return Err(format!("`{name}` is outside the folder of the commands"));
    }
    let about = fs::metadata(&path).map_err(reason)?;
    if !about.is_file() || about.len() > MAX_BODY_FILE {
        return Err(format!("`{name}` is not a regular file of at most {} MB", MAX_BODY_FILE >> 20));
    }
    fs::read(&path).map_err(reason)
}

/// How commands become a case file.
pub(super) struct CommandFile<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The variables of the commands.
    pub variables: &'a RecordedVariables,
    /// Which headers and query parameters are sensitive.
    pub is_sensitive: IsSensitive<'a>,
    /// Names that are redacted in addition to the defaults, or with `!` not redacted.
    pub redact: Vec<String>,
    /// The subcommand.
    pub generator: &'static str,
    /// Description of the file.
    pub story: &'static str,
}

impl CommandFile<'_> {
    /// Converts the commands. Returns sensitive values of bodies, too.
    pub(super) fn convert(&self, commands: Commands) -> Result<(ImportedFile, Vec<Secret>), Problem> {
        let (contract, variables, found) = (self.contract, self.variables, RefCell::new(Vec::new()));
        // Other names of `redact` are often personal data, without which a case is not the same.
        let names = self.redact.iter().filter(|name| name.starts_with('!')).cloned().collect();
        let credentials = RefCell::new(Redactor::new(&[], Rules { names }));
        let redact = |operation: Option<&Operation>, request: &Request| {
            let mut label = |name: &str, value: &str, is_number: bool| {
                if variables.only_environment(value) {
                    return value.to_owned();
                }
                if value.len() >= MIN_SECRET {
                    found.borrow_mut().push(Secret { name: "curl".to_owned(), value: value.to_owned() });
                }
                variables.placeholder(name, value, is_number)
            };
            credentials.borrow_mut().recorded(contract, operation, request, &mut label)
        };
        let remember = |operation: Option<&Operation>, request: &Request| {
            credentials.borrow_mut().remember(contract, operation, request);
        };
        let (is_sensitive, generator) = (self.is_sensitive, self.generator);
        let conversion =
            Conversion { contract, variables, is_sensitive, remember: &remember, redact: &redact, generator };
        let imported = commands.convert(self.story.to_owned(), &conversion)?;
        Ok((imported, found.into_inner()))
    }
}

/// The credentials of the commands, to redact them wherever they occur.
pub(super) fn secrets(commands: &Commands, is_sensitive: IsSensitive<'_>) -> impl Iterator<Item = Secret> {
    let values = commands.secrets(is_sensitive).into_iter().filter(|value| value.len() >= MIN_SECRET);
    values.map(|value| Secret { name: "curl".to_owned(), value })
}

/// The file to write, relative to the root; `None` for standard output.
fn output(args: &ImportCurl, settings: &Settings) -> Option<PathBuf> {
    match &args.output {
        Some(path) if path.as_path() == Path::new(STREAM) => None,
        Some(path) => Some(settings.relative_to_root(path)),
        None => {
            let cases = &settings.cases;
            let is_file = cases.extension().is_some() && !settings.absolute(cases).is_dir();
            let folder = if is_file { cases.parent().unwrap_or(Path::new("")) } else { cases };
            Some(folder.join("curl.yaml"))
        }
    }
}

fn write(
    args: &ImportCurl,
    settings: &Settings,
    path: &Path,
    imported: &ImportedFile,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let name = session.local_names().map_or_else(|| path.to_owned(), |names| names.name(path));
    let (name, path) = (name.display(), settings.absolute(path));
    session.receive_signals()?;
    let failed = |error: io::Error| Problem::new(format!("cannot write {name}: {}", reason(&error)));
    if input_file::has_content(&path, imported.text.as_bytes()) {
        writeln!(session.out, "unchanged: {name}")?;
        return Ok(());
    }
    let is_written = match args.force {
        true => output_file::write(&path, &imported.text).map(|()| true),
        false => output_file::write_new(&path, &imported.text),
    };
    if !is_written.map_err(failed)? {
        let problem = Problem::new(format!("{name} exists with other content"));
        return Err(problem.help("replace it with --force, or name another file with --output FILE").into());
    }
    writeln!(session.out, "wrote {name}: {}", count(imported.cases as u64, "case"))?;
    Ok(())
}

/// Prints what a run needs in addition to the file, to `err`, since `out` may be the file.
fn print_hints(
    imported: &ImportedFile,
    contract: &Contract,
    variables: &RecordedVariables,
    session: &mut Session<'_>,
) -> io::Result<()> {
    let err = &mut session.err;
    if !imported.credentials.is_empty() {
        let options = imported.credentials.iter().map(|(scheme, name)| format!("--auth {scheme}=env:{name}"));
        writeln!(err, "credentials are not imported: run with {}", options.collect::<Vec<_>>().join(" "))?;
    }
    if !imported.undeclared.is_empty() {
        let names: Vec<_> = imported.undeclared.iter().map(String::as_str).collect();
        let names = names.join(", ");
        writeln!(
            err,
            "the commands send {names} where the document does not declare it: add it to `headers` of the target"
        )?;
    }
    let environment = variables.written();
    if !environment.is_empty() {
        writeln!(err, "set these environment variables to run the cases: {}", environment.join(", "))?;
    }
    if !imported.variables.is_empty() {
        let names: Vec<_> = imported.variables.keys().map(String::as_str).collect();
        writeln!(err, "check the values of `vars` in the file, or set them with --var: {}", names.join(", "))?;
    }
    let is_server = |origin: &String| contract.servers.iter().any(|server| server.url.starts_with(origin.as_str()));
    let others: Vec<_> = imported.origins.iter().filter(|origin| !is_server(origin)).map(String::as_str).collect();
    if !others.is_empty() && contract.servers.iter().any(|server| server.url.contains("://")) {
        let others = others.join(", ");
        writeln!(err, "not servers of the document: {others}; a run sends the cases to its target")?;
    }
    Ok(())
}
