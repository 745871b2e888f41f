//! `signoff proxy`: forwards requests to a target, validates every exchange, and records it as a case.

use std::future::pending;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::unbounded_channel;
use tokio::time::sleep;

use crate::check;
use crate::expression::Scope;
use crate::http::Headers;
use crate::mock::proxy::{ExchangeFile, Proxy, ProxyOptions, TargetHeaders};
use crate::mock::server::{Server, listen, serve};
use crate::problem::{Problem, reason};
use crate::project::client_certificates;
use crate::project::connect::{Connection, Connector};
use crate::project::credentials::TargetCredentials;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::start::start;
use crate::project::target::{self, ChosenTarget};
use crate::quantity::count;
use crate::record::{Rules, Secret};
use crate::report::write;
use crate::run::{self, Start, Stop, StopPhase};

use super::args;
use super::clock;
use super::exit::Exit;
use super::output::log_writer::{LogWriter, Stream};
use super::output::server_log::{self, Event, RequestCounts};
use super::proxy_recording::{CaseFiles, ProxySession, RequestVerdict};
use super::recorder::unwritable;
use super::session::{Failure, Session};

/// Time after the first Ctrl-C until the user learns why the proxy still runs.
const NOTICE_DELAY: Duration = Duration::from_millis(200);

/// Forwards until interrupted, then writes case files and reports.
pub(super) fn run(args: &args::Proxy, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(args.overrides(&session.global))?;
    let contract = Arc::new(settings.contract()?);
    session.print_problems(&contract.notices())?;
    let start = start(clock::now(), None, true);
    let chosen = resolve_target(&settings, start, session)?;
    let connector = Connector { settings: &settings, contract: &contract, start };
    let mut notes = Vec::new();
    let identities = client_certificates::of_connection(&settings, &chosen, start.at, &mut notes)?;
    session.print_problems(&notes)?;
    let credentials = TargetCredentials { identities, ..TargetCredentials::default() };
    let Connection { target, network, mock: _mock } = connector.connect(&chosen, credentials)?;
    let files = CaseFiles::create(args, &settings, start)?;
    let recording = create_recording(&settings)?;
    let address = address(args);
    let options = options(&target, &settings, address, &session.secrets)?;
    let max_body = usize::try_from(network.max_body()).unwrap_or(usize::MAX);
    let proxy = Proxy::new(contract.clone(), network, options, recording);
    let server = Arc::new(Server::forwarding(proxy, max_body));
    let began = Instant::now();
    let counts = forward(args, &server, &settings, &target, session)?;
    let seconds = began.elapsed().as_secs_f64();
    print_counts(&counts, session)?;
    let Some(recording) = server.proxy().and_then(Proxy::take_recording) else { return Ok(Exit::Passed) };
    let unrecorded = unrecorded(&recording);
    session.print_problems(&unrecorded)?;
    let exit = match recording.failure() {
        Some(_) => Exit::InvalidInput,
        None => exit_of_requests(args.strict, &counts, !unrecorded.is_empty()),
    };
    if args.strict && counts.not_checked > 0 {
        let requests = count(counts.not_checked as u64, "request");
        writeln!(session.err, "--strict: exit code 1, since {requests} could not be checked completely")?;
    }
    // Without a recorded exchange, the reports of an earlier session must not stay next to this exit code.
    match counts.requests {
        0 => Ok(exit),
        _ => {
            let requests = RequestVerdict { is_strict: args.strict, exit };
            let proxied = ProxySession { settings, contract, chosen, target, start, requests, seconds };
            proxied.write(&files, recording, &args.output, session)
        }
    }
}

/// The temporary file of exchanges, in the directory of the reports, which therefore can be written.
fn create_recording(settings: &Settings) -> Result<ExchangeFile, Problem> {
    let folder = settings.reports();
    let created = write::create_folder(&folder).and_then(|()| ExchangeFile::create(&folder));
    created.map_err(|error| unwritable(&folder, &error))
}

fn address(args: &args::Proxy) -> SocketAddr {
    SocketAddr::new(args.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), args.port.unwrap_or(4011))
}

fn options(
    target: &run::Target,
    settings: &Settings,
    address: SocketAddr,
    secrets: &[Secret],
) -> Result<ProxyOptions, Failure> {
    let severities = settings.severities()?;
    let url = target.url.parse().map_err(|error| Problem::new(format!("{} is not a URL: {error}", target.url)))?;
    let (secret, public): (Vec<_>, Vec<_>) =
        target.headers.iter().partition(|(_, value)| secrets.iter().any(|secret| value.contains(&secret.value)));
    let lines = |lines: Vec<(&str, &str)>| lines.into_iter().collect::<Headers>();
    Ok(ProxyOptions {
        target: url,
        allow: target.allow.clone(),
        headers: TargetHeaders { public: lines(public), secret: lines(secret) },
        severity: Box::new(move |rule| {
            let check = check::of_rule(rule)?;
            severities.get(check.id).copied().unwrap_or(Some(check.severity))
        }),
        is_loopback: address.ip().is_loopback(),
    })
}

fn print_counts(counts: &RequestCounts, session: &mut Session<'_>) -> Result<(), Failure> {
    let requests = count(counts.requests as u64, "request");
    let RequestCounts { invalid, invalid_responses, not_forwarded, unanswered, cancelled, .. } = counts;
    let further = [(not_forwarded, "not forwarded"), (cancelled, "cancelled by the client")];
    let further = further.into_iter().filter(|(number, _)| **number > 0);
    let further: String = further.map(|(number, what)| format!(", {number} {what}")).collect();
    let responses = count(*invalid_responses as u64, "invalid response");
    writeln!(session.err, "{requests}: {invalid} invalid, {responses}, {unanswered} without a response{further}")?;
    Ok(())
}

fn unrecorded(recording: &ExchangeFile) -> Vec<Problem> {
    let exchanges = |number: usize| format!("{} only logged and not recorded", count(number as u64, "exchange"));
    let help = |reason: &str| format!("they are in no report and no case file: {reason}");
    let large = Some(recording.large()).filter(|large| *large > 0);
    let large = large.map(|large| {
        let reason = "the bodies of their requests are larger than 1 MB";
        Problem::new(exchanges(large)).help(help(reason)).as_warning()
    });
    let others = Some(recording.others()).filter(|others| *others > 0);
    let others = others.map(|others| {
        let problem = Problem::new(format!("{}, after {}", exchanges(others), recording.count()));
        match recording.failure() {
            Some(error) => problem.help(help(&reason(error))),
            None => problem.help(help("the recording is full")).as_warning(),
        }
    });
    large.into_iter().chain(others).collect()
}

/// What the log alone says: about requests, and about exchanges that are in no report.
fn exit_of_requests(is_strict: bool, counts: &RequestCounts, is_incomplete: bool) -> Exit {
    let is_invalid = is_strict && !counts.are_requests_valid();
    if is_invalid || (is_incomplete && counts.invalid_responses > 0) {
        Exit::Failed
    } else if counts.unanswered > 0 {
        Exit::Unreachable
    } else {
        Exit::Passed
    }
}

fn resolve_target(settings: &Settings, start: Start, session: &mut Session<'_>) -> Result<ChosenTarget, Vec<Problem>> {
    session.end_commands_on_signals().map_err(|problem| vec![problem])?;
    let root = settings.file.root.clone();
    let name = target::selected_name(settings, session.env);
    let scope = Scope::new(start.at, start.seed, "configuration");
    let mut vault = Vault::new(session.env, &root, scope).with_commands(
        &settings.overrides.commands,
        &settings.file.config.exec,
        &name,
    );
    let chosen = target::resolve(settings, &name, &mut vault);
    session.secrets = vault.into_secrets();
    chosen
}

/// Serves until interrupted.
fn forward(
    args: &args::Proxy,
    server: &Arc<Server>,
    settings: &Settings,
    target: &run::Target,
    session: &mut Session<'_>,
) -> Result<RequestCounts, Failure> {
    let address = address(args);
    let log = match args.output.format.unwrap_or_default() {
        args::Format::Text => Stream::Out,
        // Standard output has the events only.
        args::Format::Json => Stream::Err,
    };
    let stop = Stop::default();
    let _watch = session.watch(&stop)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(address).map_err(|error| server_log::unavailable(address, &error))?;
        let mut log = LogWriter::start(log, session)?;
        let end = if session.global.quiet { "" } else { "\n" };
        let text = format!("proxying http://{} → {}\n{end}", listener.local_addr()?, target.url);
        log.put(text, session)?;
        if !address.ip().is_loopback() {
            let text = session.problems_text(&[beyond_loopback(address)])?;
            log.put_problem(text, session)?;
        }
        let (sender, receiver) = unbounded_channel();
        let redactor = session.redactor(Rules { names: settings.redact() });
        let logger = server_log::logger(server, redactor, session.global.quiet, sender.clone());
        let serving = serve(listener, server.clone(), logger, stop.reached(StopPhase::Draining));
        let stopping = stop.clone();
        let notice = async move {
            stopping.reached(StopPhase::Draining).await;
            sleep(NOTICE_DELAY).await;
            drop(sender.send(Event::Stopping));
            pending::<()>().await;
        };
        let serving = async {
            tokio::select! {
                () = serving => {}
                () = notice => {}
            }
        };
        let (counts, ()) = tokio::join!(server_log::write(receiver, log, session), serving);
        Ok(counts?)
    })
}

fn beyond_loopback(address: SocketAddr) -> Problem {
    let message = format!("every client that reaches {} can send requests to the target", address.ip());
    let help = "they get the headers of the target in the configuration, and are recorded; without --host, only this machine can";
    Problem::new(message).help(help).as_warning()
}
