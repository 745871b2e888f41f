//! `signoff proxy`: forwards requests to a target, validates every exchange, and records it as a case.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use crate::case::expand::Credentials;
use crate::case::{self, Suite};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::http::Headers;
use crate::mock::server::proxy::{Proxy, RecordedExchanges};
use crate::mock::server::{Server, listen, serve};
use crate::output_file;
use crate::problem::Problem;
use crate::project::connect::{Connection, Connector};
use crate::project::loaded::Project;
use crate::project::resolved_run::ResolvedRun;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::start::start;
use crate::project::target::{self, ChosenTarget};
use crate::run::{self, Filter, Limits, Start, Stop, StopPhase};
use crate::transport::replay::Replay;

use super::args;
use super::clock;
use super::execute::{RunOptions, execute, print_summary};
use super::exit::Exit;
use super::output::progress::OutputOptions;
use super::output::server_log::{self, RequestCounts};
use super::session::{Failure, Session};
use super::signals;
use crate::import::exchanges;
use crate::report::text::phrases::count;

/// Forwards until interrupted, then writes case file and reports.
pub(super) fn run(args: &args::Proxy, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(args.overrides(&session.global))?;
    let contract = Arc::new(settings.contract()?);
    let start = start(clock::now(), None, true);
    let chosen = resolve_target(&settings, start, session)?;
    let connector = Connector { settings: &settings, contract: &contract, start };
    let Connection { target, network, mock: _mock } = connector.connect(&chosen, Credentials::default())?;
    let server = Arc::new(Server::forwarding(Proxy::new(contract.clone(), network, target.headers.clone())));
    let counts = forward(args, &server, &settings, &target.url, session)?;
    let Some(proxy) = server.proxy() else { return Ok(Exit::Passed) };
    let (recorded, unanswered, invalid) = (proxy.take_exchanges(), proxy.unanswered(), proxy.invalid_requests());
    let requests = count(counts.requests as u64, "request");
    writeln!(session.err, "{requests}: {invalid} invalid, {unanswered} without a response")?;
    let exit = exit_of_requests(args.strict && invalid > 0, unanswered > 0);
    if recorded.exchanges.is_empty() {
        return Ok(exit);
    }
    let file = CaseFile::new(args, &settings, start);
    let suite = save_cases(&file, &settings, &contract, &recorded, session)?;
    let resolved = ResolvedRun::from_recording(settings, Project { contract, suite }, chosen, start)?;
    // Recorded requests have the target's headers already.
    let target = run::Target { credentials: resolved.credentials.clone(), headers: Headers::default(), ..target };
    match check_responses(args, &resolved, &target, recorded, session)? {
        Exit::Passed => Ok(exit),
        failed => Ok(failed),
    }
}

fn exit_of_requests(has_invalid: bool, has_unanswered: bool) -> Exit {
    if has_invalid {
        Exit::Failed
    } else if has_unanswered {
        Exit::Unreachable
    } else {
        Exit::Passed
    }
}

fn resolve_target(settings: &Settings, start: Start, session: &mut Session<'_>) -> Result<ChosenTarget, Vec<Problem>> {
    let root = settings.file.root.clone();
    let mut vault = Vault::new(session.env, &root, Scope::new(start.at, start.seed, "configuration"));
    let name = target::selected_name(settings, session.env);
    let chosen = target::resolve(settings, &name, &mut vault);
    session.secrets = vault.into_secrets();
    chosen
}

/// Serves until interrupted.
fn forward(
    args: &args::Proxy,
    server: &Arc<Server>,
    settings: &Settings,
    url: &str,
    session: &mut Session<'_>,
) -> Result<RequestCounts, Failure> {
    let address = SocketAddr::new(args.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), args.port.unwrap_or(4011));
    let stop = Stop::default();
    let _watch = signals::watch(stop.clone(), session.exit)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(address).map_err(|error| server_log::unavailable(address, &error))?;
        writeln!(session.out, "proxying http://{} → {url}\n", listener.local_addr()?)?;
        session.out.flush()?;
        let (sender, receiver) = unbounded_channel();
        let log = server_log::logger(server, settings, session.global.quiet, sender);
        let stopped = stop.reached(StopPhase::Draining);
        let (counts, ()) =
            tokio::join!(server_log::write(receiver, session), serve(listener, server.clone(), log, stopped));
        Ok(counts?)
    })
}

/// The case file to write.
struct CaseFile {
    /// Relative to the root.
    path: PathBuf,
    /// When recording started.
    instant: String,
}

impl CaseFile {
    fn new(args: &args::Proxy, settings: &Settings, start: Start) -> Self {
        let instant = jiff::Timestamp::from_second(start.at / 1_000_000).unwrap_or_default().to_string();
        let given = args.save_cases.as_deref().map(|folder| settings.relative_to_root(folder));
        let folder = given.unwrap_or_else(|| PathBuf::from("reports/recorded"));
        // Windows allows no colon in a file name.
        Self { path: folder.join(format!("{}.yaml", instant.replace(':', "-"))), instant }
    }
}

/// Writes the case file, and loads it.
fn save_cases(
    file: &CaseFile,
    settings: &Settings,
    contract: &Contract,
    recorded: &RecordedExchanges,
    session: &mut Session<'_>,
) -> Result<Suite, Failure> {
    let story = format!("Recorded by signoff proxy at {}", file.instant);
    let text = exchanges::case_file(contract, &story, &recorded.exchanges)?;
    write(&settings.absolute(&file.path), &text)?;
    writeln!(session.err, "wrote {}", file.path.display())?;
    if recorded.others > 0 {
        let others = count(recorded.others as u64, "exchange");
        writeln!(session.err, "not recorded, only forwarded and logged: {others}")?;
    }
    Ok(case::load::load(&settings.file.root, &file.path, contract)?)
}

fn write(file: &Path, text: &str) -> Result<(), Problem> {
    output_file::write(file, text).map_err(|error| Problem::new(format!("cannot write {}: {error}", file.display())))
}

/// Runs the case file against the recorded responses.
fn check_responses(
    args: &args::Proxy,
    resolved: &ResolvedRun,
    target: &run::Target,
    recorded: RecordedExchanges,
    session: &mut Session<'_>,
) -> Result<Exit, Failure> {
    let prepared = resolved.prepare(target, &Filter::default())?;
    let options = RunOptions {
        limits: Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO },
        output: OutputOptions::new(&args.output, &resolved.settings, session),
        allow_empty: args.output.allow_empty,
    };
    let replay = Replay::new(recorded.exchanges);
    let head = execute(resolved, &prepared, &replay, &options, session)?;
    let exit = Exit::from_summary(&head.summary, &resolved.settings.fail_on());
    print_summary(&head, exit, &options.output, session)?;
    Ok(exit)
}
