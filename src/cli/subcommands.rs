//! Parses the command line and runs the subcommand.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::problem::{Problem, reason};

use super::args::{Arguments, Command, name_ours};
use super::exit::Exit;
use super::output::mask;
use super::output::terminal::style;
use super::process::{Pipe, Process};
use super::session::{Failure, Session};
use super::{
    check, completions, coverage, explain, import, init, list, man, mock, mutate, proxy, report, run as cases, schema,
    waive, watched_run,
};

/// Runs the command line `args` (the program's name first) with the environment `env`.
pub fn run<'a>(args: &[OsString], env: &'a BTreeMap<String, String>, mut process: Process<'a>) -> ExitCode {
    if let Some(exit) = completions::answer(args, env, &mut process) {
        return exit.into();
    }
    match parse(args, env, &mut process) {
        Ok(arguments) => {
            let command = arguments.command.unwrap_or(Command::Run(Box::default()));
            run_in(&mut Session::new(arguments.global, env, process), command).into()
        }
        Err(exit) => exit.into(),
    }
}

/// Parses `args`; prints help and errors, for which it returns the exit code.
pub(super) fn parse(
    args: &[OsString],
    env: &BTreeMap<String, String>,
    process: &mut Process<'_>,
) -> Result<Arguments, Exit> {
    let style = style(None, process.out_terminal, env);
    let command = Arguments::command().term_width(style.width.min(100));
    // clap reads `help --help` as a request for the help of a subcommand `--help`.
    let args = match args {
        [before @ .., help, flag] if help == "help" && (flag == "--help" || flag == "-h") => {
            &[before, std::slice::from_ref(flag)].concat()
        }
        args => args,
    };
    let parsed = command.try_get_matches_from(args).and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(name_ours).map_err(|error| {
        let text = if style.color { error.render().ansi().to_string() } else { error.render().to_string() };
        let text = if error.use_stderr() { mask::arguments(&text, args) } else { text };
        let stream = if error.use_stderr() { &mut process.err } else { &mut process.out };
        let mut pipe = Pipe::new(stream);
        let written = pipe.write_all(text.as_bytes()).and_then(|()| pipe.finish());
        if let Err(error) = &written {
            // If this stream is closed too, there is no other way to report it.
            let _ = writeln!(process.err, "error: cannot write: {}", reason(error));
        }
        if error.use_stderr() || written.is_err() { Exit::InvalidInput } else { Exit::Passed }
    })
}

/// Runs one subcommand and prints why it failed, if it did.
pub(super) fn run_in(session: &mut Session<'_>, command: Command) -> Exit {
    let ended = directory(session).and_then(|()| dispatch(command, session));
    let written = session.out.finish();
    if let (Ok(exit), Err(error)) = (&ended, &written)
        && exit.is_signal()
    {
        // If `err` is closed, there is no other way to report it.
        let _ = writeln!(session.err, "error: cannot write: {}", reason(error));
        return *exit;
    }
    ended.and_then(|exit| Ok(written.map(|()| exit)?)).unwrap_or_else(|failure| session.print_failure(&failure))
}

/// Refuses a value of `-C` that is not a directory.
fn directory(session: &Session<'_>) -> Result<(), Failure> {
    match &session.global.directory {
        Some(directory) if directory.exists() && !directory.is_dir() => {
            Err(Problem::new(format!("-C: {} is not a directory", directory.display())).into())
        }
        _ => Ok(()),
    }
}

fn dispatch(command: Command, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) if args.watch => watched_run::run(&args, session),
        Command::Run(args) => cases::run(&args, session),
        Command::Mock(args) => mock::run(&args, session),
        Command::Proxy(args) => proxy::run(&args, session),
        Command::Mutate(args) => mutate::run(&args, session),
        Command::Check(args) => check::run(&args, session),
        Command::List(args) => list::run(&args, session),
        Command::Coverage(args) => coverage::run(&args, session),
        Command::Explain(args) => explain::run(&args, session),
        Command::Report(args) => report::run(&args, session),
        Command::Schema(args) => schema::run(&args, session),
        Command::Waive(args) => waive::run(&args, session),
        Command::Init(args) => init::run(&args, session),
        Command::Import(args) => import::run(&args, session),
        Command::Completions(args) => completions::run(&args, session),
        Command::Man(args) => man::run(&args, session),
    }
}
