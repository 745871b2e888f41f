//! One call of the program: its environment, its streams, and the secrets that none of them may show.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::problem::Problem;
use crate::record::{Redactor, Rules, Secret};

use crate::cli::Streams;
use crate::cli::args::{Global, Notation};
use crate::cli::exit::Exit;
use crate::cli::output::problem_format;
use crate::cli::output::problems;
use crate::cli::output::terminal::{links, style};
use crate::report::terminal::Style;

/// What every subcommand is given.
pub struct Session<'a> {
    /// The options of every subcommand.
    pub global: Global,
    /// The environment.
    pub env: &'a BTreeMap<String, String>,
    /// Results.
    pub out: Pipe<'a>,
    /// Progress and problems.
    pub err: Pipe<'a>,
    /// How results are laid out.
    pub out_style: Style,
    /// Whether places in results are to be links.
    pub out_links: bool,
    /// How problems are laid out.
    pub err_style: Style,
    /// Whether somebody watches `err`.
    pub err_terminal: bool,
    /// What may not be seen.
    pub secrets: Vec<Secret>,
    /// Whether anything is hidden.
    redacts: bool,
}

impl<'a> Session<'a> {
    /// A session over the streams of a call.
    pub fn new(global: Global, env: &'a BTreeMap<String, String>, streams: Streams<'a>, redacts: bool) -> Self {
        let out_style = style(global.color, streams.out_terminal, env);
        Self {
            env,
            out_links: out_style.color && links(streams.out_terminal, env),
            out_style,
            err_style: style(global.color, streams.err_terminal, env),
            out: Pipe { stream: streams.out, closed: false },
            err: Pipe { stream: streams.err, closed: false },
            err_terminal: streams.err_terminal,
            secrets: Vec::new(),
            redacts,
            global,
        }
    }

    /// What hides the secrets so far, and what the rules say.
    pub fn redactor(&self, rules: Rules) -> Redactor {
        if self.redacts { Redactor::new(&self.secrets, rules) } else { Redactor::off() }
    }

    /// The folder to work in.
    pub fn directory(&self) -> PathBuf {
        self.global.directory.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// Writes problems to `err`, without the secrets.
    pub fn tell(&mut self, problems: &[Problem]) -> io::Result<()> {
        let mut text = Vec::new();
        let redactor = self.redactor(Rules::default());
        let hidden: Vec<_> = problems.iter().map(|problem| problems::hidden(problem, &redactor)).collect();
        problems::write(&hidden, &self.err_style, &mut text)?;
        self.err.write_all(redactor.text(&String::from_utf8_lossy(&text)).as_bytes())
    }

    /// Writes problems as the results that were asked for, without the secrets: to `err` for people, to `out` for programs.
    pub fn show(&mut self, problems: &[Problem], form: Notation) -> io::Result<()> {
        let render = match form {
            Notation::Text => return self.tell(problems),
            Notation::Json => problem_format::json,
            Notation::Github => problem_format::github,
        };
        let redactor = self.redactor(Rules::default());
        problems.iter().try_for_each(|problem| {
            let text = render(&problems::hidden(problem, &redactor));
            writeln!(self.out, "{}", redactor.text(&text))
        })
    }

    /// Tells why a subcommand could not do its part.
    pub fn explain(&mut self, failure: &Failure) -> Exit {
        // There is nobody left to tell when `err` cannot be written.
        let _ = self.tell(&failure.0);
        Exit::Wrong
    }
}

/// Why a subcommand could not do its part.
#[derive(Debug)]
pub struct Failure(pub Vec<Problem>);

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self(problems)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Problem::new(format!("cannot write: {error}")).into()
    }
}

/// A stream that goes on in silence when its reader has gone, as `signoff list | head` asks for.
pub struct Pipe<'a> {
    stream: &'a mut dyn Write,
    closed: bool,
}

impl Pipe<'_> {
    fn settle<T>(&mut self, result: io::Result<T>, unread: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(unread)
            }
            result => result,
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.stream.write(bytes);
        self.settle(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.stream.flush();
        self.settle(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let mut pipe = Pipe { stream: &mut Gone, closed: false };
        assert!(writeln!(pipe, "one").and_then(|()| pipe.flush()).and_then(|()| writeln!(pipe, "two")).is_ok());
    }
}
