//! Log of a server: every request with its verdict.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::contract::{Contract, Operation};
use crate::diff::visible;
use crate::mock::server::Server;
use crate::mock::{Handling, Served, routing};
use crate::problem::{Problem, reason};
use crate::record::{JournaledMessage, Redactor};

use crate::cli::clock;
use crate::cli::output::log_writer::LogWriter;
use crate::cli::session::Session;

/// The problem that `address` cannot be used.
pub(crate) fn unavailable(address: SocketAddr, error: &io::Error) -> Problem {
    Problem::new(format!("cannot listen on {address}: {}", reason(error))).help("--port 0 selects a free port")
}

/// An event to log.
pub(crate) enum Event {
    /// A request, redacted if it is logged.
    Served {
        /// The request.
        served: Box<Served>,
        /// Whether it is logged, and not only counted.
        is_logged: bool,
    },
    /// The server waits for requests in flight.
    Stopping,
    /// The files changed.
    Reloaded(Result<(), Vec<Problem>>),
}

/// Returns a callback that redacts a request, stores it for `/_signoff/requests` and sends it to the terminal; with `quiet`, only
/// invalid exchanges are sent.
pub(crate) fn logger(
    server: &Arc<Server>,
    redactor: Redactor,
    quiet: bool,
    sender: UnboundedSender<Event>,
) -> impl Fn(Served) + 'static {
    let redactor = RefCell::new(redactor);
    let server = server.clone();
    move |mut served| {
        let is_logged = !quiet || !served.is_valid();
        if let Some(admin) = &server.admin {
            let messages = redact_with_messages(&mut served, &server, &mut redactor.borrow_mut());
            admin.journal(clock::now(), &served, messages.iter().map(message));
        } else if is_logged {
            redact(&mut served, &server, &mut redactor.borrow_mut());
        } else {
            let contract = server.contract();
            let exchange = (operation(&contract, &served), &*served.url);
            redactor.borrow_mut().unlogged(&contract, exchange, &served.messages);
        }
        served.messages = Vec::new();
        drop(sender.send(Event::Served { served: Box::new(served), is_logged }));
    }
}

fn redact(served: &mut Served, server: &Server, redactor: &mut Redactor) {
    let messages = std::mem::take(&mut served.messages);
    let contract = server.contract();
    let operation = operation(&contract, served);
    let (url, lines) = redactor.logged(&contract, (operation, &served.url), &messages, &lines_of(served));
    replace(served, url, lines);
}

/// The same; returns also the messages, redacted.
fn redact_with_messages(served: &mut Served, server: &Server, redactor: &mut Redactor) -> Vec<JournaledMessage> {
    let messages = std::mem::take(&mut served.messages);
    let contract = server.contract();
    let exchange = (operation(&contract, served), &*served.url);
    let messages = (&*messages, &*served.sizes);
    let (url, lines, messages) = redactor.journaled(&contract, exchange, messages, &lines_of(served));
    replace(served, url, lines);
    messages
}

/// A message in the journal, as in `record.json`.
fn message(message: &JournaledMessage) -> Value {
    json!({ "headers": message.headers, "body": message.body })
}

/// The operation of a request; one that could not be read has none yet.
fn operation<'c>(contract: &'c Contract, served: &Served) -> Option<&'c Operation> {
    let found = served.operation.as_deref().and_then(|name| contract.operation(name));
    found.or_else(|| routing::operation(contract, &served.method, &served.url))
}

fn replace(served: &mut Served, url: String, lines: Vec<String>) {
    served.url = url;
    let mut lines = lines.into_iter();
    let lists =
        [&mut served.request_breaches, &mut served.response_breaches, &mut served.not_checked, &mut served.notes];
    lists.into_iter().flatten().for_each(|line| *line = lines.next().unwrap_or_default());
}

fn lines_of(served: &Served) -> Vec<String> {
    let lists = [&served.request_breaches, &served.response_breaches, &served.not_checked, &served.notes];
    lists.into_iter().flatten().cloned().collect()
}

/// What was served.
#[derive(Debug, Default)]
pub(crate) struct RequestCounts {
    /// Every request.
    pub requests: usize,
    /// Requests that violate the contract.
    pub invalid: usize,
    /// Responses of a proxy's target that violate the contract.
    pub invalid_responses: usize,
    /// Requests of which a part was not checked.
    pub not_checked: usize,
    /// Requests that the proxy did not forward.
    pub not_forwarded: usize,
    /// Requests without a response of the proxy's target.
    pub unanswered: usize,
    /// Requests whose client did not wait for the response.
    pub cancelled: usize,
}

impl RequestCounts {
    fn add(&mut self, served: &Served) {
        self.requests += 1;
        self.invalid += usize::from(!served.request_breaches.is_empty());
        self.invalid_responses += usize::from(!served.response_breaches.is_empty());
        self.not_checked += usize::from(served.is_request_unchecked);
        self.not_forwarded += usize::from(served.handling == Handling::NotForwarded);
        self.unanswered += usize::from(served.handling == Handling::NoResponse);
        self.cancelled += usize::from(served.handling == Handling::Cancelled);
    }

    /// Whether every request conforms to the contract and was checked completely.
    pub(crate) fn are_requests_valid(&self) -> bool {
        self.invalid == 0 && self.not_checked == 0
    }
}

/// Writes one line per request, violation and injected fault; ends with the server.
pub(crate) async fn write(
    mut receiver: UnboundedReceiver<Event>,
    mut log: LogWriter,
    session: &mut Session<'_>,
) -> io::Result<RequestCounts> {
    let mut counts = RequestCounts::default();
    while let Some(event) = receiver.recv().await {
        match event {
            Event::Served { served, is_logged } => {
                counts.add(&served);
                if is_logged {
                    log.put(lines(&served), session)?;
                }
            }
            Event::Stopping => {
                let text =
                    "stopping: waiting for in-flight requests; press Ctrl-C again to quit now, without reports\n";
                log.put_problem(text.to_owned(), session)?;
            }
            Event::Reloaded(Ok(())) => log.put_problem("reloaded\n".to_owned(), session)?,
            Event::Reloaded(Err(problems)) => {
                let text = format!("{}the previous version stays active\n", session.problems_text(&problems)?);
                log.put_problem(text, session)?;
            }
        }
    }
    log.finish(session)?;
    Ok(counts)
}

fn lines(served: &Served) -> String {
    let Served { method, url, status, request_breaches, response_breaches, not_checked, notes, faults, .. } = served;
    let status = if *status == 0 { "–".to_owned() } else { status.to_string() };
    let mut lines = format!("{method} {} → {status}, {}\n", visible(url), served.verdict());
    for line in request_breaches.iter().chain(response_breaches).chain(notes) {
        lines += &format!("    {}\n", visible(line));
    }
    not_checked.iter().for_each(|reason| lines += &format!("    not checked: {}\n", visible(reason)));
    faults.iter().for_each(|fault| lines += &format!("    fault: {}\n", visible(fault)));
    lines
}
