//! What is seen of a run while it goes: failures at once, progress on a terminal, or one JSON object an event.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::record::{Entry, Verdict};
use crate::report::events;
use crate::report::terminal::{self, Style};
use crate::run::{Event, Phase, Sink, Stop};

use super::args::Format;
use super::journal::Journal;
use super::session::{Pipe, Session};
use super::terminal::Progress;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Failures.
    Quiet,
    /// Failures, and a summary at the end.
    Normal,
    /// Every case.
    Verbose,
}

/// What is printed, and how.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// For people or for programs.
    pub format: Format,
    /// How much.
    pub detail: Detail,
    /// Colour and width of the results.
    pub style: Style,
}

/// The sink of a run: keeps every case in the journal and shows what is news.
pub struct Live<'a, 'p> {
    journal: Journal<'a>,
    manner: Manner,
    out: &'a mut Pipe<'p>,
    err: &'a mut Pipe<'p>,
    progress: Progress,
    stop: Stop,
    broken: Option<io::Error>,
    expected: usize,
    /// Whether what was printed last wants an empty line after it.
    dense: bool,
    /// The last reason shown for a story that got no answer.
    told: BTreeMap<String, String>,
}

impl<'a, 'p> Live<'a, 'p> {
    /// A sink that stops the run by `stop` when nothing can be written any more.
    pub fn new(journal: Journal<'a>, manner: Manner, stop: Stop, session: &'a mut Session<'p>) -> Self {
        Self {
            journal,
            manner,
            progress: Progress::new(session.err_terminal && manner.detail != Detail::Quiet, session.err_style.width),
            out: &mut session.out,
            err: &mut session.err,
            stop,
            broken: None,
            expected: 0,
            dense: false,
            told: BTreeMap::new(),
        }
    }

    /// The journal, when everything could be written.
    pub fn finish(mut self) -> io::Result<Journal<'a>> {
        self.progress.clear(self.err)?;
        if self.dense {
            writeln!(self.out)?;
        }
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.journal),
        }
    }

    fn show(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { cases } => {
                self.expected = *cases;
                self.tell(&events::Event::Started { cases: *cases as u64 })?;
                self.advance()
            }
            Event::Finished(outcome) => {
                let entry = self.journal.keep(outcome)?;
                self.tell(&events::Event::Finished { entry: &entry })?;
                self.print(&entry)?;
                self.advance()
            }
            Event::Draining => {
                self.progress.clear(self.err)?;
                // Failing fast leaves the user's stop alone.
                let (why, how) = match self.stop.phase() {
                    Phase::Running => (" after the first failure", ""),
                    Phase::Draining | Phase::Abandoned => ("", "; Ctrl-C again leaves at once"),
                };
                writeln!(
                    self.err,
                    "stopping{why}: exchanges in flight and teardowns finish, nothing else starts{how}"
                )?;
                self.tell(&events::Event::Draining)
            }
        }
    }

    /// One line for programs.
    fn tell(&mut self, event: &events::Event<'_>) -> io::Result<()> {
        match self.manner.format {
            Format::Json => event.write(self.out),
            Format::Text => Ok(()),
        }
    }

    /// One case for people.
    fn print(&mut self, entry: &Entry) -> io::Result<()> {
        let wanted = self.manner.detail == Detail::Verbose || self.is_news(entry);
        if self.manner.format == Format::Json || !wanted {
            return Ok(());
        }
        self.progress.clear(self.err)?;
        self.out.write_all(terminal::entry(entry, &self.manner.style).as_bytes())?;
        self.dense = entry.outcome != Verdict::Failed;
        if self.dense { Ok(()) } else { writeln!(self.out) }
    }

    /// Failures are; of a story that gets no answer, the first case that says why.
    fn is_news(&mut self, entry: &Entry) -> bool {
        match entry.outcome {
            Verdict::Failed => true,
            Verdict::Errored => {
                let reason = entry.reason.clone().unwrap_or_default();
                self.told.insert(entry.story.clone(), reason.clone()) != Some(reason)
            }
            Verdict::Passed | Verdict::Skipped => false,
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        let (so_far, expected) = (self.journal.summary(), self.expected);
        let line =
            || format!("{} of {expected} cases, {} failed, {} errored", so_far.cases, so_far.failed, so_far.errored);
        self.progress.show(line, self.err)
    }
}

impl Sink for Live<'_, '_> {
    fn take(&mut self, event: Event<'_>) {
        if let Err(error) = self.show(&event) {
            self.stop.advance(Phase::Draining);
            self.broken.get_or_insert(error);
        }
    }
}
