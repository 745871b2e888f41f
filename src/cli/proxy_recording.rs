//! The case files and reports of a recording: recorded cases run against recorded responses.

use std::collections::{BTreeSet, VecDeque};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::case::{self, Suite};
use crate::contract::{Contract, Operation, ParameterIn, Route};
use crate::diff::visible;
use crate::http::Request;
use crate::import::exchanges::{RecordedRequest, Recording};
use crate::import::recorded_variables::RecordedVariables;
use crate::mock::proxy::{ExchangeFile, RecordedExchange};
use crate::output_file;
use crate::problem::{Problem, reason};
use crate::project::loaded::Project;
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;
use crate::project::target::ChosenTarget;
use crate::quantity::count;
use crate::record::{Head, Redactor, Rules};
use crate::run::{self, Filter, Inputs, Limits, PreparedRun, Selection, Start, Stop, StopPhase};
use crate::severity::Severity;
use crate::transport::replay::Replay;

use super::args;
use super::client_requests::{ClientRequest, ClientRequests};
use super::execute::print_summary;
use super::exit::Exit;
use super::output::progress::{OutputOptions, RunPrinter};
use super::recorder::{EndedRun, Recorded, Recorder};
use super::session::{Failure, Session};

/// Maximum number of names of query parameters in a message.
const MAX_NAMES: usize = 20;

/// Limits of a replay, which sends nothing.
const LIMITS: Limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };

/// The case files to write.
pub(super) struct CaseFiles {
    /// Their folder, relative to the root.
    folder: PathBuf,
    /// When recording started.
    instant: String,
}

impl CaseFiles {
    /// Makes sure that the folder can be written, before anything is recorded.
    pub(super) fn create(args: &args::Proxy, settings: &Settings, start: Start) -> Result<Self, Problem> {
        let instant = jiff::Timestamp::from_second(start.at / 1_000_000).unwrap_or_default().to_string();
        let given = args.save_cases.as_deref().map(|folder| settings.relative_to_root(folder));
        let folder = given.unwrap_or_else(|| PathBuf::from("reports/recorded"));
        let path = settings.absolute(&folder);
        let tried = output_file::create_folder(&path).and_then(|()| output_file::unnamed(&path)).map(drop);
        tried.map_err(|error| {
            Problem::new(format!("cannot write case files to {}: {}", folder.display(), reason(&error)))
                .help("choose another directory with --save-cases DIR")
        })?;
        Ok(Self { folder, instant })
    }

    /// The file with that number, from 1; the first has none in its name.
    fn path(&self, number: usize) -> PathBuf {
        let part = if number == 1 { String::new() } else { format!("-{number}") };
        // Windows allows no colon in a file name.
        self.folder.join(format!("{}{part}.yaml", self.instant.replace(':', "-")))
    }
}

/// A session of the proxy that has ended.
pub(super) struct ProxySession {
    pub settings: Settings,
    pub contract: Arc<Contract>,
    pub chosen: ChosenTarget,
    pub target: run::Target,
    pub start: Start,
    pub requests: RequestVerdict,
    /// Its duration.
    pub seconds: f64,
}

/// What follows from the requests of clients.
pub(super) struct RequestVerdict {
    /// Whether violations of clients are errors.
    pub is_strict: bool,
    /// The exit code at least.
    pub exit: Exit,
}

impl ProxySession {
    /// Writes the case files and the reports. What cannot be written prevents nothing else.
    pub(super) fn write(
        self,
        files: &CaseFiles,
        recording: ExchangeFile,
        output: &args::Output,
        session: &mut Session<'_>,
    ) -> Result<Exit, Failure> {
        let Self { settings, contract, chosen, target, start, requests, seconds } = self;
        let options = OutputOptions::new(output, session);
        let suite = Suite::default();
        let resolved = ResolvedRun::from_recording(settings, Project { contract, suite }, chosen, start)?;
        let target =
            run::Target { credentials: resolved.credentials.values.clone(), allow: Vec::new(), rate: None, ..target };
        let names = Redactor::new(&session.secrets, Rules { names: resolved.settings.redact() });
        let shown = resolved.settings.redact().into_iter().filter(|name| name.starts_with('!')).collect();
        let credentials = Redactor::new(&session.secrets, Rules { names: shown });
        let mut replay = RecordingReplay {
            resolved: &resolved,
            target: &target,
            files,
            client: if requests.is_strict { Severity::Error } else { Severity::Warning },
            names,
            credentials,
            variables: RecordedVariables::new("RECORDED_"),
            undeclared: BTreeSet::new(),
            left_out: BTreeSet::new(),
            problems: Vec::new(),
            seconds,
        };
        let (head, interrupted) = replay.report(recording, &options, session)?;
        let RecordingReplay { problems, .. } = replay;
        let exit = match interrupted {
            Some(exit) => exit,
            None if !problems.is_empty() => Exit::InvalidInput,
            None => worse(Exit::from_summary(&head.summary, &resolved.settings.fail_on()), requests.exit),
        };
        print_summary(&head, exit, &options, session)?;
        session.print_problems(&problems)?;
        Ok(exit)
    }
}

/// Prints the names of the case files.
fn print_written(files: &[PathBuf], options: &OutputOptions, session: &mut Session<'_>) -> std::io::Result<()> {
    let name = |file: &PathBuf| options.names.as_ref().map_or_else(|| file.clone(), |names| names.name(file));
    match files {
        [] => Ok(()),
        [only] => writeln!(session.err, "wrote {}", name(only).display()),
        [first, .., last] => {
            let count = count(files.len() as u64, "case file");
            writeln!(session.err, "wrote {count}: {} to {}", name(first).display(), name(last).display())
        }
    }
}

fn worse(of_reports: Exit, of_requests: Exit) -> Exit {
    match of_reports {
        Exit::Passed => of_requests,
        _ if of_requests == Exit::InvalidInput => of_requests,
        Exit::Unreachable if of_requests == Exit::Failed => of_requests,
        failed => failed,
    }
}

/// The exchanges of one case file.
struct Part {
    path: PathBuf,
    /// Number of its first case.
    first: usize,
    exchanges: Vec<RecordedExchange>,
}

/// Case files that are written and run against their responses, one after the other.
struct RecordingReplay<'a> {
    resolved: &'a ResolvedRun,
    target: &'a run::Target,
    files: &'a CaseFiles,
    /// Severity of what a client violates.
    client: Severity,
    /// Decides what is sensitive in case files.
    names: Redactor,
    /// Finds credentials in requests: what `redact` names is often personal data, without which a case is not the same.
    credentials: Redactor,
    /// Replace credentials in case files.
    variables: RecordedVariables,
    /// Credential headers of clients that the contract does not declare, in lower case.
    undeclared: BTreeSet<String>,
    /// Query parameters with credentials that no run adds, at most [`MAX_NAMES`].
    left_out: BTreeSet<String>,
    problems: Vec<Problem>,
    /// Duration of the recording.
    seconds: f64,
}

impl RecordingReplay<'_> {
    fn report(
        &mut self,
        recording: ExchangeFile,
        options: &OutputOptions,
        session: &mut Session<'_>,
    ) -> Result<(Head, Option<Exit>), Failure> {
        let resolved = self.resolved;
        let settings = &resolved.settings;
        // Every file is a suite of its own: no more than one is in memory.
        let empty = PreparedRun::unverified(resolved.inputs(self.target), Selection::new(Vec::new()));
        let redactor = session.redactor(Rules { names: settings.redact() });
        let recorder = Recorder::open(settings.reports(), settings.wanted_reports(), &empty, redactor, None)?
            .with_clauses(&resolved.coverage, resolved.mock_trial(session.env));
        let recorder = recorder.with_checked_requests();
        let stop = Stop::default();
        let watch = session.watch(&stop)?;
        let mut reader = recording.read()?;
        let mut printer = RunPrinter::new(recorder, options.clone(), stop.clone(), session);
        let (mut written, mut first) = (Vec::new(), 1);
        while stop.phase() != StopPhase::Abandoned {
            let part = reader.next_part()?;
            if part.is_empty() {
                break;
            }
            let part = Part { path: self.files.path(written.len() + 1), first, exchanges: part };
            first += part.exchanges.len();
            written.push(part.path.clone());
            if let Err(problems) = self.replay(part, &stop, &mut printer) {
                self.problems.extend(problems);
            }
        }
        if let (StopPhase::Abandoned, Some(exit)) = (stop.phase(), watch.interrupted()) {
            return Err(Failure::Abandoned(exit));
        }
        let recorder = printer.finish()?;
        let Recorded { head, unwritten, interrupted, .. } = recorder.close(EndedRun {
            start: resolved.start,
            seconds: self.seconds,
            interrupted: watch.interrupted(),
            inputs: resolved.input_files(),
            partner: resolved.partner(),
            job: None,
            tolerates_known: false,
        })?;
        self.problems.extend(unwritten);
        print_written(&written, options, session)?;
        let variables = self.variables.written();
        if let Some(first) = variables.first() {
            let more = match variables.len() - 1 {
                0 => String::new(),
                more => format!(" and {}", count(more as u64, "more variable")),
            };
            writeln!(
                session.err,
                "credentials in requests are environment variables: set {first}{more} to run these cases"
            )?;
        }
        self.print_left_out(session)?;
        Ok((head, interrupted))
    }

    /// Prints the credentials that neither the cases nor a run have.
    fn print_left_out(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        if !self.undeclared.is_empty() {
            let names: Vec<_> = self.undeclared.iter().map(String::as_str).collect();
            writeln!(
                session.err,
                "headers of the client that the document does not declare are not in the cases: {}; if the target needs them, run the \
                 cases with --header NAME=VALUE",
                names.join(", ")
            )?;
        }
        if !self.left_out.is_empty() {
            let names: Vec<_> = self.left_out.iter().map(|name| visible(name)).collect();
            let names = names.join(", ");
            writeln!(
                session.err,
                "recorded cases do not have the query parameters with credentials: {names}; add them to the cases"
            )?;
        }
        Ok(())
    }

    /// Writes one file and runs its cases against their responses.
    fn replay(&mut self, part: Part, stop: &Stop, printer: &mut RunPrinter<'_, '_>) -> Result<(), Vec<Problem>> {
        let ResolvedRun { settings, project, .. } = self.resolved;
        let requests: Vec<Request> = part.exchanges.iter().map(|one| one.case.clone()).collect();
        let text = self.render(&part, &requests, &requests).map_err(|problem| vec![problem])?;
        requests.iter().for_each(|request| self.remember(request));
        let masked: Vec<Request> = requests.iter().map(|request| self.without_secrets(request)).collect();
        let masked = Some(masked).filter(|masked| *masked != requests);
        let masked = masked.map(|masked| self.render(&part, &requests, &masked)).transpose();
        let masked = masked.map_err(|problem| vec![problem])?;
        // Before the cases are loaded: both have the size of the requests.
        drop(requests);
        let Part { path, exchanges, .. } = part;
        let written = output_file::write(&settings.absolute(&path), masked.as_ref().unwrap_or(&text));
        drop(masked);
        if let Err(error) = written {
            self.problems.push(Problem::new(format!("cannot write {}: {}", path.display(), reason(&error))));
        }
        let suite = case::load::load_text(&settings.file.root, &path, text, &project.contract)?;
        let inputs = Inputs { suite: &suite, ..self.resolved.inputs(self.target) };
        let prepared = PreparedRun::new(inputs, &Filter::default())?;
        let split = |mut one: RecordedExchange| {
            let (request, breaches) = (one.shown(&self.target.headers), std::mem::take(&mut one.breaches));
            let excuse = one.unanswered.as_ref().filter(|why| why.is_excused).map(|why| why.message.clone());
            let time = (one.started, one.took());
            (ClientRequest { request, breaches, excuse, time }, one.into_result())
        };
        let (shown, sent): (VecDeque<_>, Vec<_>) = exchanges.into_iter().map(split).unzip();
        let transport = Replay::new(sent);
        let mut sink = ClientRequests::new(printer, shown, self.client);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| vec![Problem::new(format!("cannot replay the recording: {error}"))])?;
        runtime.block_on(run::run(&prepared, &transport, &LIMITS, stop, &mut sink));
        Ok(())
    }

    /// Remembers the credentials of a request, which another one may have under another name.
    fn remember(&mut self, request: &Request) {
        let contract = &*self.resolved.project.contract;
        self.credentials.remember(contract, operation(contract, request), request);
    }

    /// The request without the secrets of the configuration and without credentials, wherever the client put them.
    fn without_secrets(&mut self, request: &Request) -> Request {
        let Self { resolved, credentials, variables, .. } = self;
        let contract = &*resolved.project.contract;
        let operation = operation(contract, request);
        let mut variable = |name: &str, value: &str, is_number| variables.placeholder(name, value, is_number);
        credentials.recorded(contract, operation, request, &mut variable)
    }

    /// Renders the case file of `requests` as they are `shown`.
    fn render(&mut self, part: &Part, requests: &[Request], shown: &[Request]) -> Result<String, Problem> {
        let contract = &*self.resolved.project.contract;
        let names = std::cell::RefCell::new(&mut self.names);
        let is_sensitive = |place: ParameterIn, name: &str| names.borrow_mut().is_sensitive(contract, place, name);
        let recording = Recording {
            contract,
            story: format!("Recorded by signoff proxy at {}", self.files.instant),
            first: part.first,
            server_path: part.exchanges.iter().find_map(RecordedExchange::server_path),
            target_headers: &self.target.headers,
            is_sensitive: &is_sensitive,
            variables: &self.variables,
        };
        for request in requests {
            self.undeclared.extend(recording.undeclared_credentials(request).map(str::to_ascii_lowercase));
            let room = MAX_NAMES - self.left_out.len();
            self.left_out.extend(recording.left_out_parameters(request).take(room));
        }
        let statuses = part.exchanges.iter().map(RecordedExchange::status);
        let requests = requests.iter().zip(shown).zip(statuses);
        let requests = requests.map(|((request, shown), status)| RecordedRequest { request, shown, status });
        recording.render(&requests.collect::<Vec<_>>())
    }
}

fn operation<'c>(contract: &'c Contract, request: &Request) -> Option<&'c Operation> {
    match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => contract.operations.get(operation),
        Route::MethodNotAllowed { .. } | Route::NotFound => None,
    }
}
