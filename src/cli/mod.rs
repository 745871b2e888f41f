//! The command line: what was typed, what is meant, and one file per subcommand.

pub(crate) mod args;
mod check;
mod completions;
mod exit;
mod explain;
mod init;
mod list;
mod mock;
pub(crate) mod output;
mod proxy;
mod recorder;
mod recording;
mod report;
pub mod rules;
mod run;
mod schema;
pub(crate) mod session;
mod signals;
mod starter;
mod watch;
mod yaml;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Command};
use exit::Exit;
use output::terminal::style;
use session::{Failure, Session};

pub use crate::project::format::json_schema;

/// The streams of a call.
pub struct Streams<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Progress and problems.
    pub err: &'a mut dyn Write,
    /// Whether `out` is a terminal.
    pub out_terminal: bool,
    /// Whether `err` is a terminal.
    pub err_terminal: bool,
}

/// Runs the command line `args` (the program's name first) with the environment `env`.
pub fn run<'a>(args: &[OsString], env: &'a BTreeMap<String, String>, streams: Streams<'a>) -> ExitCode {
    call(args, env, streams, true)
}

/// The same with nothing of a run hidden, so that a test can show that its search finds what is not hidden. The program has no way
/// to get here.
#[doc(hidden)]
pub fn run_unredacted<'a>(args: &[OsString], env: &'a BTreeMap<String, String>, streams: Streams<'a>) -> ExitCode {
    call(args, env, streams, false)
}

fn call<'a>(args: &[OsString], env: &'a BTreeMap<String, String>, mut streams: Streams<'a>, redacts: bool) -> ExitCode {
    let arguments = match parse(args, env, &mut streams) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let mut session = Session::new(arguments.global, env, streams, redacts);
    let ended = dispatch(arguments.command.unwrap_or(Command::Run(Box::default())), &mut session);
    ended.unwrap_or_else(|failure| session.explain(&failure)).into()
}

/// What was typed; help and complaints are written here and give the exit.
fn parse(args: &[OsString], env: &BTreeMap<String, String>, streams: &mut Streams<'_>) -> Result<Arguments, Exit> {
    let style = style(None, streams.out_terminal, env);
    let command = Arguments::command().term_width(style.width.min(100));
    let parsed = command.try_get_matches_from(args).and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let text = if style.color { error.render().ansi().to_string() } else { error.render().to_string() };
        let stream = if error.use_stderr() { &mut streams.err } else { &mut streams.out };
        // There is nobody left to tell when the help itself cannot be written.
        let _ = stream.write_all(text.as_bytes());
        if error.use_stderr() { Exit::Wrong } else { Exit::Kept }
    })
}

fn dispatch(command: Command, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(&args, session),
        Command::Mock(args) => mock::run(&args, session),
        Command::Proxy(args) => proxy::run(&args, session),
        Command::Check(args) => check::run(&args, session),
        Command::List(args) => list::run(&args, session),
        Command::Explain(args) => explain::run(&args, session),
        Command::Report(args) => report::run(&args, session),
        Command::Schema(args) => schema::run(&args, session),
        Command::Init(args) => init::run(&args, session),
        Command::Completions(args) => completions::run(&args, session),
    }
}
