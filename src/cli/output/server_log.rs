//! What is told while something is served: every request with its verdict.

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

/// Why nothing can be served there.
pub fn unavailable(address: SocketAddr, error: &io::Error) -> Problem {
    Problem::new(format!("cannot listen on {address}: {error}")).help("--port 0 takes a free port")
}

/// What is told while something is served.
pub enum Event {
    /// A request, as it may be seen.
    Served(Served),
    /// A request that nobody asked to hear of: it kept the contract.
    Untold,
    /// The files changed.
    Reloaded(Result<(), Vec<Problem>>),
}

/// What hides what nobody may see, remembers the rest for `/_signoff/requests` and hands it to the terminal, which hears of
/// broken requests alone where it is to be `quiet`.
pub fn logged(
    server: &Arc<Server>,
    settings: &Settings,
    quiet: bool,
    sender: UnboundedSender<Event>,
) -> impl Fn(Served) + 'static {
    let redactor = RefCell::new(Redactor::new(&[], Rules { names: settings.file.config.redact.clone() }));
    let server = server.clone();
    move |served| {
        let is_told = !quiet || !served.breaches.is_empty();
        if !is_told && server.admin.is_none() {
            return drop(sender.send(Event::Untold));
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
        drop(sender.send(if is_told { Event::Served(served) } else { Event::Untold }));
    }
}

fn verdict(served: &Served) -> &'static str {
    if served.breaches.is_empty() { "keeps the contract" } else { "breaks the contract" }
}

/// How many requests came, and how many of them broke the contract.
#[derive(Debug, Default)]
pub struct Tally {
    /// All of them.
    pub requests: usize,
    /// Those that broke it, or whose answer did.
    pub broken: usize,
}

/// Events that are told in one go, at most.
const MOST: usize = 64;

/// One line a request, one more for each rule that it broke and each fault that struck; ends when the server has.
pub async fn write(mut receiver: UnboundedReceiver<Event>, session: &mut Session<'_>) -> io::Result<Tally> {
    let (mut tally, mut events) = (Tally::default(), Vec::new());
    while receiver.recv_many(&mut events, MOST).await > 0 {
        let mut lines = String::new();
        for event in events.drain(..) {
            match event {
                Event::Untold => tally.requests += 1,
                Event::Served(served) => {
                    tally.requests += 1;
                    tally.broken += usize::from(!served.breaches.is_empty());
                    told(&served, &mut lines);
                }
                Event::Reloaded(Ok(())) => writeln!(session.err, "reloaded")?,
                Event::Reloaded(Err(problems)) => {
                    session.tell(&problems)?;
                    writeln!(session.err, "the mock goes on as it was")?;
                }
            }
        }
        session.out.write_all(lines.as_bytes())?;
        session.out.flush()?;
    }
    Ok(tally)
}

fn told(served: &Served, lines: &mut String) {
    let Served { method, url, status, breaches, faults, .. } = served;
    *lines += &format!("{method} {} → {status}, {}\n", visible(url), verdict(served));
    breaches.iter().for_each(|breach| *lines += &format!("    {}\n", visible(breach)));
    faults.iter().for_each(|fault| *lines += &format!("    fault: {}\n", visible(fault)));
}
