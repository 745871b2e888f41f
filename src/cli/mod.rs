//! The command line: what was typed, what is meant, and one file per subcommand.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

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
pub fn run(args: &[OsString], env: &BTreeMap<String, String>, streams: Streams<'_>) -> ExitCode {
    let _ = (args, env, streams.out, streams.err, streams.out_terminal, streams.err_terminal);
    todo!()
}
