//! Shell completion: `signoff completions` prints the script of a shell, which calls the program for the candidates. Those of targets,
//! operations, tags and files come from the project in the current directory.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, CommandFactory};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use crate::check;
use crate::contract::clause::Group;
use crate::project::loaded::Project;
use crate::project::overrides::Overrides;
use crate::project::settings::Settings;

use super::args::{Arguments, Completions};
use super::exit::Exit;
use super::process::{Pipe, Process};
use super::rules;
use super::session::{Failure, Session};

/// Environment variable in which the script names its shell when it asks for candidates.
const SHELL: &str = "SIGNOFF_COMPLETE";

/// End of the script for zsh: if the script is installed as `_signoff`, zsh runs it instead of the function when it completes first.
const ZSH_AUTOLOAD: &str = "if [ \"$funcstack[1]\" = _signoff ]; then _clap_dynamic_completer_signoff; fi\n";

/// Prints the script for one shell.
pub(super) fn run(args: &Completions, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(&args.shell.to_string()) {
        shell.write_registration(SHELL, "signoff", "signoff", "signoff", &mut script)?;
    }
    if args.shell == Shell::Zsh {
        script.extend_from_slice(ZSH_AUTOLOAD.as_bytes());
    }
    session.out.write_all(&script)?;
    Ok(Exit::Passed)
}

/// Prints the candidates for an unfinished command line, if the script of a shell asks for them. `args` are the program's name, what
/// the script adds, `--`, and the words of the command line.
pub(super) fn answer(args: &[OsString], env: &BTreeMap<String, String>, process: &mut Process<'_>) -> Option<Exit> {
    let shells = Shells::builtins();
    let shell = shells.completer(env.get(SHELL)?)?;
    let words = args.iter().skip_while(|word| *word != "--").skip(1).cloned().collect::<Vec<_>>();
    let mut command = with_candidates(Arguments::command(), &given(&words));
    let mut candidates = Vec::new();
    let mut out = Pipe::new(process.out);
    let written = shell
        .write_complete(&mut command, words, None, &mut candidates)
        .and_then(|()| out.write_all(&candidates))
        .and_then(|()| out.finish());
    Some(written.map_or(Exit::InvalidInput, |()| Exit::Passed))
}

/// The inputs that an unfinished command line names; what follows a mistake is ignored.
fn given(words: &[OsString]) -> Overrides {
    let parsed = Arguments::command().ignore_errors(true).try_get_matches_from(words);
    let Some((_, matches)) = parsed.as_ref().ok().and_then(ArgMatches::subcommand) else {
        return Overrides::default();
    };
    let path = |name| matches.try_get_one::<PathBuf>(name).ok().flatten().cloned();
    let overlays = matches.try_get_many::<PathBuf>("overlay").ok().flatten();
    Overrides {
        directory: path("directory"),
        config: path("config"),
        spec: path("spec"),
        cases: path("cases"),
        overlays: overlays.into_iter().flatten().cloned().collect(),
        ..Overrides::default()
    }
}

/// Where the candidates of an option come from.
type Source = fn(&Overrides) -> Vec<CompletionCandidate>;

/// Adds the candidates of this program to a command and its subcommands.
fn with_candidates(command: Command, given: &Overrides) -> Command {
    let command = command.mut_args(|arg| match source(&arg) {
        Some(source) => {
            let given = given.clone();
            arg.add(ArgValueCandidates::new(move || source(&given)))
        }
        None => arg,
    });
    command.mut_subcommands(|subcommand| with_candidates(subcommand, given))
}

fn source(arg: &Arg) -> Option<Source> {
    match arg.get_long().unwrap_or(arg.get_id().as_str()) {
        "target" => Some(targets),
        "operation" => Some(operations),
        "tag" => Some(tags),
        "severity" => Some(severities),
        "group" => Some(groups),
        "min-coverage" => Some(gates),
        "clause" => Some(clauses),
        // Positional arguments: the filter of `run` and `list`, the id of `explain`.
        "names" => Some(files),
        "id" => Some(ids),
        _ => None,
    }
}

fn targets(given: &Overrides) -> Vec<CompletionCandidate> {
    let configured = Settings::read(given.clone()).map(|settings| settings.file.config.targets).unwrap_or_default();
    let names: BTreeSet<_> = configured.into_keys().chain(["mock".to_owned()]).collect();
    names.into_iter().map(CompletionCandidate::new).collect()
}

fn operations(given: &Overrides) -> Vec<CompletionCandidate> {
    let Ok(contract) = Settings::read(given.clone()).and_then(|settings| settings.contract()) else {
        return Vec::new();
    };
    let operations = contract.operations.iter();
    let help = |method, path| Some(format!("{method} {path}").into());
    operations.map(|known| CompletionCandidate::new(&known.name).help(help(&known.method, &known.path))).collect()
}

fn groups(_: &Overrides) -> Vec<CompletionCandidate> {
    Group::ALL.map(Group::name).map(CompletionCandidate::new).into()
}

fn gates(_: &Overrides) -> Vec<CompletionCandidate> {
    Group::ALL.map(|group| CompletionCandidate::new(format!("{group}="))).into()
}

fn clauses(given: &Overrides) -> Vec<CompletionCandidate> {
    let Ok(contract) = Settings::read(given.clone()).and_then(|settings| settings.contract()) else {
        return Vec::new();
    };
    let entries = contract.clauses().operations().iter().flat_map(|operation| operation.entries());
    entries.map(|entry| CompletionCandidate::new(entry.clause.to_string())).collect()
}

fn tags(given: &Overrides) -> Vec<CompletionCandidate> {
    from_project(given, |project| {
        let stories = project.suite.stories.iter();
        stories.flat_map(|story| &story.cases).flat_map(|case| case.tags.iter().cloned()).collect()
    })
}

fn files(given: &Overrides) -> Vec<CompletionCandidate> {
    from_project(given, |project| project.suite.files.iter().map(|file| file.name.to_string()).collect())
}

fn from_project(given: &Overrides, values: fn(&Project) -> BTreeSet<String>) -> Vec<CompletionCandidate> {
    let project = Settings::read(given.clone()).and_then(|settings| Project::load(&settings));
    project.map(|project| values(&project)).unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
}

fn severities(_: &Overrides) -> Vec<CompletionCandidate> {
    check::ALL.iter().map(|check| CompletionCandidate::new(format!("{}=", check.id))).collect()
}

fn ids(_: &Overrides) -> Vec<CompletionCandidate> {
    let checks = check::ALL.iter().map(|check| check.id);
    checks.chain(rules::ALL.iter().map(|rule| rule.id)).map(CompletionCandidate::new).collect()
}
