//! `signoff proxy`: between a client and a target, both judged; the same reports as of a run.
//!
//! What passed is written as a case file, and that file is run against the answers that came: so a proxied exchange is judged
//! by the same checks, and reported in the same words, as one that a case sent.

use std::collections::VecDeque;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use crate::case::expand::Credentials;
use crate::case::{self, Suite};
use crate::contract::Contract;
use crate::expression::Scope;
use crate::http::{Exchange, Headers, Request};
use crate::mock::server::proxy::{Proxy, RecordedExchanges};
use crate::mock::server::{Server, listen, serve};
use crate::output_file;
use crate::problem::Problem;
use crate::run::{self, Filter, PreparedRun, Start, Stop, StopPhase};
use crate::transport::{self, Transport};

use crate::cli::args;
use crate::cli::exit::Exit;
use crate::cli::output::problems::counted;
use crate::cli::output::server_log::{self, Tally};
use crate::cli::recording;
use crate::cli::run::{conclude, fire, manner};
use crate::cli::session::{Failure, Session};
use crate::cli::signals;
use crate::project::connect::{Connection, Connector};
use crate::project::credentials;
use crate::project::loaded::Project;
use crate::project::resolved_run;
use crate::project::resolved_run::ResolvedRun;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::target::{self, Chosen};
use crate::project::waivers::WaiverFile;

/// Forwards until a signal comes, then writes case file and reports.
pub fn run(args: &args::Proxy, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let inputs = args::Inputs { spec: args.spec.clone(), overlay: args.overlay.clone(), cases: None };
    let settings = Settings::load(&session.global, &inputs)?;
    let contract = Arc::new(settings.contract()?);
    let start = resolved_run::start(None, true);
    let chosen = choose(args, &settings, start, session)?;
    let pace = args::Pace::default();
    let means = Connector { settings: &settings, contract: &contract, start, flags: &args.target, pace: &pace };
    let Connection { target, network, mock: _mock } = means.reach(&chosen, Credentials::default())?;
    let server = Arc::new(Server::forwarding(Proxy::new(contract.clone(), network)));
    let tally = forward(args, &server, (&settings, &target.url), session)?;
    let Some(proxy) = server.proxy() else { return Ok(Exit::Kept) };
    let (kept, unanswered, broken) = (proxy.take_exchanges(), proxy.unanswered(), proxy.invalid_requests());
    let told =
        format!("{}, {broken} broke the contract, {unanswered} got no answer", counted(tally.requests, "request"));
    writeln!(session.err, "{told}")?;
    let own = match () {
        () if args.strict && broken > 0 => Exit::Broken,
        () if unanswered > 0 => Exit::Unreachable,
        () => Exit::Kept,
    };
    if kept.exchanges.is_empty() {
        return Ok(own);
    }
    let suite = record(args, &settings, &contract, (start, &kept), session)?;
    let target = run::Target { credentials: credentials::placeholders(&target.name, &contract), ..target };
    let severities = settings.severities(&args.output)?;
    let scope = Scope::new(start.at, start.seed, "run");
    let project = Project { contract, suite };
    let credentials = target.credentials.clone();
    let waiver_file = WaiverFile::load(&settings, &args.output)?;
    let waivers = waiver_file.holding(&target.name, start.at);
    let ready = ResolvedRun {
        settings,
        project,
        chosen,
        credentials,
        severities,
        waiver_file,
        waivers,
        baseline: None,
        notes: Vec::new(),
        scope,
        start,
    };
    let judged = judge(args, &ready, &target, kept, session)?;
    Ok(if judged == Exit::Kept { own } else { judged })
}

fn choose(
    args: &args::Proxy,
    settings: &Settings,
    start: Start,
    session: &mut Session<'_>,
) -> Result<Chosen, Vec<Problem>> {
    let root = settings.file.root.clone();
    let mut vault = Vault::new(session.env, &root, Scope::new(start.at, start.seed, "configuration"));
    let name = target::name(settings, &args.target, session.env);
    let chosen = target::choose(settings, &name, &args.target, &mut vault);
    session.secrets = vault.into_secrets();
    chosen
}

/// Serves until a signal comes.
fn forward(
    args: &args::Proxy,
    server: &Arc<Server>,
    (settings, url): (&Settings, &str),
    session: &mut Session<'_>,
) -> Result<Tally, Failure> {
    let address = SocketAddr::new(args.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), args.port.unwrap_or(4011));
    let stop = Stop::default();
    let _watch = signals::watch(stop.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(address).map_err(|error| server_log::unavailable(address, &error))?;
        writeln!(session.out, "{url} at http://{}\n", listener.local_addr()?)?;
        session.out.flush()?;
        let (sender, receiver) = unbounded_channel();
        let told = server_log::logged(server, settings, session.global.quiet, sender);
        let stopped = stop.reached(StopPhase::Draining);
        let (tally, ()) =
            tokio::join!(server_log::write(receiver, session), serve(listener, server.clone(), told, stopped));
        Ok(tally?)
    })
}

/// Writes the case file, and reads it as a run would.
fn record(
    args: &args::Proxy,
    settings: &Settings,
    contract: &Contract,
    (start, kept): (Start, &RecordedExchanges),
    session: &mut Session<'_>,
) -> Result<Suite, Failure> {
    let instant = jiff::Timestamp::from_second(start.at / 1_000_000).unwrap_or_default().to_string();
    let folder =
        args.record.as_deref().map_or_else(|| PathBuf::from("reports/recorded"), |path| settings.seen_from_root(path));
    let file = folder.join(format!("{}.yaml", instant.replace(':', "-")));
    let text = recording::case_file(contract, &format!("What passed the proxy from {instant} on"), &kept.exchanges)?;
    write(&settings.absolute(&file), &text)?;
    writeln!(session.err, "wrote {}", file.display())?;
    if kept.others > 0 {
        writeln!(session.err, "{} more were forwarded and logged, but not kept", counted(kept.others, "exchange"))?;
    }
    Ok(case::load::load(&settings.file.root, &file, contract)?)
}

fn write(file: &Path, text: &str) -> Result<(), Problem> {
    output_file::write(file, text).map_err(|error| Problem::new(format!("cannot write {}: {error}", file.display())))
}

/// Runs the case file against the answers that came.
fn judge(
    args: &args::Proxy,
    ready: &ResolvedRun,
    target: &run::Target,
    kept: RecordedExchanges,
    session: &mut Session<'_>,
) -> Result<Exit, Failure> {
    let pace = args::Pace { jobs: Some(1), ..args::Pace::default() };
    let args = args::Run { output: args.output.clone(), pace, ..args::Run::default() };
    let plan = PreparedRun::new(ready.inputs(target), &Filter::default())?;
    let head = fire(&args, &plan, &Replay(Mutex::new(kept.exchanges.into())), ready, session)?;
    let exit = Exit::of(&head.summary, &ready.settings.fail_on(&args.output));
    conclude(&head, exit, &manner(&args, ready, session), session)?;
    Ok(exit)
}

/// Answers that came before, in the order of their cases.
struct Replay(Mutex<VecDeque<Exchange>>);

impl Transport for Replay {
    async fn send(&self, _: Request) -> Result<Exchange, transport::Error> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.ok_or_else(|| transport::Error {
            phase: transport::Phase::Request,
            message: "nothing was recorded".to_owned(),
            status: None,
            headers: Headers::default(),
            received: 0,
            after: Duration::ZERO,
        })
    }
}
