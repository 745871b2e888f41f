//! Log of a server: every request with its verdict.

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::diff::visible;
use crate::mock::server::{Served, Server};
use crate::problem::Problem;
use crate::record::{Redactor, Rules};

use crate::cli::session::Session;
use crate::project::settings::Settings;

/// The problem that `address` cannot be used.
pub(crate) fn unavailable(address: SocketAddr, error: &io::Error) -> Problem {
    Problem::new(format!("cannot listen on {address}: {error}")).help("--port 0 selects a free port")
}

/// An event to log.
pub(crate) enum Event {
    /// A request, redacted.
    Served(Served),
    /// A valid request that is only counted.
    Unlogged,
    /// The files changed.
    Reloaded(Result<(), Vec<Problem>>),
}

/// Returns a callback that redacts a request, stores it for `/_signoff/requests` and sends it to the terminal; with `quiet`, only
/// invalid exchanges are sent.
pub(crate) fn logger(
    server: &Arc<Server>,
    settings: &Settings,
    quiet: bool,
    sender: UnboundedSender<Event>,
) -> impl Fn(Served) + 'static {
    let redactor = RefCell::new(Redactor::new(&[], Rules { names: settings.file.config.redact.clone() }));
    let server = server.clone();
    move |served| {
        let is_logged = !quiet || !served.breaches.is_empty();
        if !is_logged && server.admin.is_none() {
            return drop(sender.send(Event::Unlogged));
        }
        let request = [&*served.method, &*served.url];
        let (url, breaches) = redactor.borrow_mut().logged(&server.contract(), request, &served.breaches);
        let served = Served { url, breaches, ..served };
        if let Some(admin) = &server.admin {
            admin.remember(json!({
                "method": served.method, "url": served.url, "operation": served.operation, "status": served.status,
                "verdict": verdict(&served), "breaches": served.breaches, "faults": served.faults,
            }));
        }
        drop(sender.send(if is_logged { Event::Served(served) } else { Event::Unlogged }));
    }
}

fn verdict(served: &Served) -> &'static str {
    if served.breaches.is_empty() { "valid" } else { "invalid" }
}

/// Number of requests, and of exchanges that violate the contract.
#[derive(Debug, Default)]
pub(crate) struct RequestCounts {
    /// Every request.
    pub requests: usize,
    /// Exchanges whose request or response violates the contract.
    pub invalid: usize,
}

/// Maximum number of events written at once.
const BATCH: usize = 64;

/// Writes one line per request, violation and injected fault; ends with the server.
pub(crate) async fn write(
    mut receiver: UnboundedReceiver<Event>,
    session: &mut Session<'_>,
) -> io::Result<RequestCounts> {
    let (mut counts, mut events) = (RequestCounts::default(), Vec::new());
    while receiver.recv_many(&mut events, BATCH).await > 0 {
        let mut lines = String::new();
        for event in events.drain(..) {
            match event {
                Event::Unlogged => counts.requests += 1,
                Event::Served(served) => {
                    counts.requests += 1;
                    counts.invalid += usize::from(!served.breaches.is_empty());
                    append(&served, &mut lines);
                }
                Event::Reloaded(Ok(())) => writeln!(session.err, "reloaded")?,
                Event::Reloaded(Err(problems)) => {
                    session.print_problems(&problems)?;
                    writeln!(session.err, "the previous version stays active")?;
                }
            }
        }
        session.out.write_all(lines.as_bytes())?;
        session.out.flush()?;
    }
    Ok(counts)
}

fn append(served: &Served, lines: &mut String) {
    let Served { method, url, status, breaches, faults, .. } = served;
    *lines += &format!("{method} {} → {status}, {}\n", visible(url), verdict(served));
    breaches.iter().for_each(|breach| *lines += &format!("    {}\n", visible(breach)));
    faults.iter().for_each(|fault| *lines += &format!("    fault: {}\n", visible(fault)));
}
