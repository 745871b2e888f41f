//! State of one call of the program: its environment, its streams, and the secrets to redact.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::problem::{Problem, reason};
use crate::project::config_file::{self, canonical};
use crate::project::overrides::Overrides;
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;
use crate::record::{Redactor, Rules, Secret};
use crate::report::terminal::Style;
use crate::report::unsent::retire;
use crate::run::Stop;

use super::args::{Global, ProblemFormat};
use super::clock;
use super::exit::Exit;
use super::output::local_names::LocalNames;
use super::output::terminal::{links, style};
use super::output::{problem_format, problems, repository};
use super::process::{LogStreams, Pipe, Process};
use super::signals::{SignalThread, Watch};

/// State of one call of the program.
pub(super) struct Session<'a> {
    /// The options of every subcommand.
    pub global: Global,
    /// The environment.
    pub env: &'a BTreeMap<String, String>,
    /// Results.
    pub out: Pipe<'a>,
    /// Progress and problems.
    pub err: Pipe<'a>,
    /// Whether `out` is a terminal.
    out_terminal: bool,
    /// Layout of results.
    pub out_style: Style,
    /// Whether results contain links.
    pub out_links: bool,
    /// Layout of problems.
    pub err_style: Style,
    /// Whether `err` is a terminal.
    pub err_terminal: bool,
    /// The directory that the locations of problems are relative to, if not that of the configuration; absolute.
    pub root: Option<PathBuf>,
    /// The secrets to redact.
    pub secrets: Vec<Secret>,
    /// Ends the process at once.
    exit: Option<fn(i32) -> !>,
    /// Receives signals from the first watch to the end of the call.
    signals: Option<SignalThread>,
    /// Streams for the log of a server.
    pub log: Option<LogStreams>,
    /// Tests switch this off to show that they would find a leak.
    #[cfg(test)]
    pub redacts: bool,
}

impl<'a> Session<'a> {
    /// A session over the streams of a call.
    pub(super) fn new(global: Global, env: &'a BTreeMap<String, String>, process: Process<'a>) -> Self {
        let out_style = style(global.color, process.out_terminal, env);
        Self {
            env,
            out_links: out_style.color && links(process.out_terminal, env),
            out_style,
            err_style: style(global.color, process.err_terminal, env),
            out: Pipe::new(process.out),
            out_terminal: process.out_terminal,
            err: Pipe::new(process.err),
            err_terminal: process.err_terminal,
            root: None,
            secrets: Vec::new(),
            exit: process.exit,
            signals: None,
            log: process.log,
            #[cfg(test)]
            redacts: true,
            global,
        }
    }

    /// Resolves the inputs of a run, and prints warnings about them.
    pub(super) fn resolve(&mut self, overrides: Overrides) -> Result<ResolvedRun, Failure> {
        let given = self.project_root().join(overrides.results.reports.as_deref().unwrap_or(Path::new("reports")));
        let files = Overrides {
            directory: overrides.directory.clone(),
            config: overrides.config.clone(),
            commands: overrides.commands.clone(),
            ..Overrides::default()
        };
        let resolved = match Settings::read(overrides) {
            Ok(settings) => {
                let reports = settings.reports();
                self.resolved(settings).map_err(|problems| (reports, problems))
            }
            Err(problems) => Err((given, problems)),
        };
        let run = resolved.map_err(|(reports, problems)| match self.is_valid(files) {
            // The arguments are wrong, not the project that the reports are of.
            true => problems,
            false => unsent(&reports, problems),
        })?;
        self.print_notes(&run)?;
        Ok(run)
    }

    /// Whether a run without further arguments could start.
    fn is_valid(&self, overrides: Overrides) -> bool {
        let settings = Settings::read(overrides);
        settings.and_then(|settings| ResolvedRun::new(settings, self.env, clock::now()).0).is_ok()
    }

    /// Like [`Session::resolve`], for a command that writes no reports of a run.
    pub(super) fn resolve_inputs(&mut self, overrides: Overrides) -> Result<ResolvedRun, Failure> {
        let run = self.resolved(Settings::read(overrides)?)?;
        self.print_notes(&run)?;
        Ok(run)
    }

    fn resolved(&mut self, settings: Settings) -> Result<ResolvedRun, Vec<Problem>> {
        self.end_commands_on_signals().map_err(|problem| vec![problem])?;
        let (run, secrets) = ResolvedRun::new(settings, self.env, clock::now());
        self.secrets = secrets;
        run
    }

    /// From now on, a signal ends the commands that run, too.
    pub(super) fn end_commands_on_signals(&mut self) -> Result<(), Problem> {
        if self.global.allow_exec {
            self.receive_signals()
                .map_err(|error| Problem::new(format!("cannot receive signals: {}", reason(&error))))?;
        }
        Ok(())
    }

    /// Prints warnings about the inputs of a run.
    fn print_notes(&mut self, run: &ResolvedRun) -> io::Result<()> {
        if self.global.verbose {
            let warnings = run.project.contract.warnings.iter();
            let further: Vec<_> = warnings.filter(|warning| !run.notes.contains(warning)).cloned().collect();
            self.print_problems(&further)?;
        }
        self.print_problems(&run.notes)
    }

    /// Receives signals from now on: they stop the process after its temporary files are removed.
    pub(super) fn receive_signals(&mut self) -> io::Result<&SignalThread> {
        let signals = match self.signals.take() {
            Some(signals) => signals,
            None => SignalThread::start(self.exit)?,
        };
        Ok(self.signals.insert(signals))
    }

    /// From now on, signals drain and then abandon the run of `stop`, until the watch is dropped.
    pub(super) fn watch(&mut self, stop: &Stop) -> io::Result<Watch> {
        Ok(self.receive_signals()?.watch(stop.clone()))
    }

    /// From now on, results do not wait for their reader. On a terminal they do, so that progress does not overwrite them.
    pub(super) fn write_in_background(&mut self, stop: &Stop) -> io::Result<()> {
        match self.log.take().filter(|_| !self.out_terminal) {
            Some(streams) => self.out.start_background(streams.out, stop.clone()),
            None => Ok(()),
        }
    }

    /// A redactor of the secrets found so far, with further `rules`.
    pub(super) fn redactor(&self, rules: Rules) -> Redactor {
        #[cfg(test)]
        if !self.redacts {
            return Redactor::off();
        }
        Redactor::new(&self.secrets, rules)
    }

    /// The directory that relative paths start from.
    pub(super) fn directory(&self) -> PathBuf {
        self.global.directory.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// File names for the terminal; none if there is no current directory.
    pub(super) fn local_names(&self) -> Option<LocalNames> {
        let absolute = |path: &Path| canonical(path).ok();
        let directory = absolute(&self.directory())?;
        let root = self.root.clone().unwrap_or_else(|| config_file::root(&directory, self.global.config.as_deref()));
        Some(LocalNames::new(root, directory, &absolute(Path::new("."))?))
    }

    /// The directory of the project.
    fn project_root(&self) -> PathBuf {
        let root = || config_file::root(&self.directory(), self.global.config.as_deref());
        self.root.clone().unwrap_or_else(root)
    }

    /// Prints problems to `err`, redacted.
    pub(super) fn print_problems(&mut self, problems: &[Problem]) -> io::Result<()> {
        if problems.is_empty() {
            // To prepare the search for secrets takes a millisecond.
            return Ok(());
        }
        let text = self.problems_text(problems)?;
        self.err.write_all(text.as_bytes())
    }

    /// Returns problems as they are printed to `err`, redacted.
    pub(super) fn problems_text(&self, problems: &[Problem]) -> io::Result<String> {
        let mut text = Vec::new();
        let redactor = self.redactor(Rules::default());
        let mut redacted: Vec<_> = problems.iter().map(|problem| problems::redacted(problem, &redactor)).collect();
        if let Some(names) = self.local_names() {
            redacted.iter_mut().for_each(|problem| names.problem(problem));
        }
        problems::write(&redacted, &self.err_style, &mut text)?;
        Ok(redactor.text(&String::from_utf8_lossy(&text)))
    }

    /// Prints problems in the requested format, redacted: text to `err`, formats for programs to `out`.
    pub(super) fn print_problems_as(&mut self, problems: &[Problem], format: ProblemFormat) -> io::Result<()> {
        let render = match format {
            ProblemFormat::Text => return self.print_problems(problems),
            ProblemFormat::Json => problem_format::json,
            ProblemFormat::Github => problem_format::github,
        };
        let redactor = self.redactor(Rules::default());
        let names = self.local_names().filter(|_| format == ProblemFormat::Json);
        let prefix = repository::prefix(&self.project_root(), self.env);
        problems.iter().try_for_each(|problem| {
            let mut problem = problems::redacted(problem, &redactor);
            names.iter().for_each(|names| names.problem(&mut problem));
            // GitHub reads locations from the root of the repository.
            if let Some(at) = problem.at.as_mut().filter(|_| format == ProblemFormat::Github) {
                at.place.file = repository::name(&prefix, &at.place.file).into();
            }
            let text = render(&problem);
            writeln!(self.out, "{}", redactor.text(&text))
        })
    }

    /// Prints why a subcommand failed; returns the exit code.
    pub(super) fn print_failure(&mut self, failure: &Failure) -> Exit {
        match failure {
            Failure::Abandoned(exit) => *exit,
            Failure::Problems(problems) => {
                // If `err` is closed, there is no other way to report them.
                let _ = self.print_problems(problems);
                Exit::InvalidInput
            }
        }
    }
}

/// The problems of a run that sends nothing. Reports of an earlier run must not look like its own.
pub(super) fn unsent(reports: &Path, mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.extend(retire(reports));
    problems
}

/// Why a subcommand did not finish.
#[derive(Debug)]
pub(super) enum Failure {
    /// Problems of the inputs, or of writing the results.
    Problems(Vec<Problem>),
    /// A second signal; the exit code of the first.
    Abandoned(Exit),
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Problem::new(format!("cannot write: {}", reason(&error))).into()
    }
}
