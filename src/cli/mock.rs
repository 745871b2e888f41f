//! `signoff mock`: the contract served to people and their programs, every request logged with its verdict.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::contract::Contract;
use crate::diff::visible;
use crate::location::{Pointer, Problem};
use crate::mock::Manner;
use crate::mock::serve::{Served, serve};
use crate::record::{Redactor, Rules};
use crate::run::{Phase, Stop};

use super::args::{Inputs, Mock};
use super::exit::Exit;
use super::reach;
use super::sample::Sample;
use super::session::{Failure, Session};
use super::settings::Settings;
use super::{ready, signals};

/// Serves until a signal comes.
pub fn run(args: &Mock, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(
        &session.global,
        &Inputs { spec: args.spec.clone(), overlay: args.overlay.clone(), cases: None },
    )?;
    let contract = Arc::new(settings.contract()?);
    let (file, at) = behaviour_file(args, &settings);
    let behaviour = reach::behaviour(&settings, &contract, &file, at.as_ref())?;
    let start = ready::start(args.seed, true);
    let manner = Manner { cors: args.cors, dynamic: args.dynamic };
    let mock = crate::mock::Mock::new(contract.clone(), behaviour, start.at, start.seed).with(manner);
    let mock = Arc::new(mock);
    let address = SocketAddr::new(args.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), args.port.unwrap_or(4010));
    let stop = Stop::default();
    let _watch = signals::watch(stop.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| unavailable(address, &error))?;
        greet(&contract, listener.local_addr()?, session)?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let log = move |served: &Served| drop(sender.send(served.clone()));
        let stopped = async move { stop.reached(Phase::Draining).await };
        let redactor = Redactor::new(&[], Rules { names: settings.file.config.redact.clone() });
        let written = Log { contract: &contract, redactor }.write(receiver, session);
        let (logged, ()) = tokio::join!(written, serve(listener, mock, log, stopped));
        Ok(logged.map(|()| Exit::Kept)?)
    })
}

/// The flag's file, else that of the target `mock` with its key.
fn behaviour_file(args: &Mock, settings: &Settings) -> (PathBuf, Option<Pointer>) {
    let configured = || settings.file.config.targets.get("mock").and_then(|target| target.mock.clone());
    let key = || Pointer::root().join("targets").join("mock").join("mock");
    match &args.behaviour {
        Some(file) => (settings.seen_from_root(file), None),
        None => (configured().map(PathBuf::from).unwrap_or_default(), Some(key())),
    }
}

fn unavailable(address: SocketAddr, error: &io::Error) -> Problem {
    Problem::new(format!("cannot listen on {address}: {error}")).help("--port 0 takes a free port")
}

fn greet(contract: &Contract, address: SocketAddr, session: &mut Session<'_>) -> io::Result<()> {
    writeln!(session.out, "{} {} at http://{address}\n", contract.title, contract.version)?;
    for operation in &contract.operations {
        writeln!(session.out, "  {:7} {}  {}", operation.method, operation.path, operation.name)?;
    }
    if let Some(operation) = contract.operations.first() {
        let curl = Sample::of(contract, operation).curl(contract, operation, &format!("http://{address}"));
        writeln!(session.out, "\ntry: {curl}\n")?;
    }
    session.out.flush()
}

/// What is logged of a request.
struct Log<'a> {
    contract: &'a Contract,
    redactor: Redactor,
}

impl Log<'_> {
    /// One line a request, one more for each rule that it broke; ends when the server has.
    async fn write(
        mut self,
        mut receiver: mpsc::UnboundedReceiver<Served>,
        session: &mut Session<'_>,
    ) -> io::Result<()> {
        while let Some(Served { method, url, status, breaches }) = receiver.recv().await {
            if session.global.quiet && breaches.is_empty() {
                continue;
            }
            let verdict = if breaches.is_empty() { "keeps the contract" } else { "breaks the contract" };
            let (url, breaches) = self.redactor.logged(self.contract, [&method, &url], &breaches);
            writeln!(session.out, "{method} {} → {status}, {verdict}", visible(&url))?;
            for breach in &breaches {
                writeln!(session.out, "    {}", visible(breach))?;
            }
            session.out.flush()?;
        }
        Ok(())
    }
}
