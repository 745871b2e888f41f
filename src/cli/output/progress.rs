//! What is seen of a run while it goes: failures at once, progress on a terminal, or one JSON object an event.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::record::{Entry, Severity, Since, Summary, Verdict};
use crate::report::terminal::{self, Style};
use crate::report::{events, words};
use crate::run::{Event, Sink, Stop, StopPhase};

use crate::cli::args::Format;
use crate::cli::output::terminal::Progress;
use crate::cli::recorder::Recorder;
use crate::cli::session::{Pipe, Session};

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
#[derive(Debug, Clone)]
pub struct Manner {
    /// For people or for programs.
    pub format: Format,
    /// How much.
    pub detail: Detail,
    /// Colour, width and links of the results.
    pub style: Style,
    /// The most failing cases that are printed.
    pub max_diffs: usize,
}

/// The sink of a run: keeps every case in the journal and shows what is news.
pub struct Live<'a, 'p> {
    journal: Recorder<'a>,
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
    /// Failing cases that were printed, and those that will not be.
    printed: usize,
    left_out: u64,
    /// Those that fail by nothing new, which are printed last where there is room left for them.
    known: Vec<String>,
    began: Instant,
}

impl<'a, 'p> Live<'a, 'p> {
    /// A sink that stops the run by `stop` when nothing can be written any more.
    pub fn new(journal: Recorder<'a>, manner: Manner, stop: Stop, session: &'a mut Session<'p>) -> Self {
        Self {
            journal,
            progress: Progress::new(session.err_terminal && manner.detail != Detail::Quiet, session.err_style.width),
            manner,
            out: &mut session.out,
            err: &mut session.err,
            stop,
            broken: None,
            expected: 0,
            dense: false,
            told: BTreeMap::new(),
            printed: 0,
            left_out: 0,
            known: Vec::new(),
            began: Instant::now(),
        }
    }

    /// The journal, when everything could be written.
    pub fn finish(mut self) -> io::Result<Recorder<'a>> {
        self.progress.clear(self.err)?;
        for text in std::mem::take(&mut self.known) {
            self.put(&text, false)?;
        }
        if self.dense {
            writeln!(self.out)?;
        }
        if self.left_out > 0 {
            let more = words::count(self.left_out, "more failing case");
            writeln!(self.out, "… {more}: see {}\n", self.journal.folder().display())?;
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
                    StopPhase::Running => (" after the first failure", ""),
                    StopPhase::Draining | StopPhase::Abandoned => ("", "; Ctrl-C again leaves at once"),
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
        let is_verbose = self.manner.detail == Detail::Verbose;
        let is_news = self.is_news(entry);
        if self.manner.format == Format::Json || !(is_verbose || is_news) {
            return Ok(());
        }
        let show = if is_verbose { terminal::in_full } else { terminal::entry };
        let text = || show(entry, &self.manner.style);
        let is_full = self.printed + self.known.len() >= self.manner.max_diffs;
        // Where all have room, none needs to wait.
        if is_known(entry) && self.manner.max_diffs < self.expected {
            if is_full {
                self.left_out += 1
            } else {
                self.known.push(text())
            }
            return Ok(());
        }
        if is_news && is_full {
            self.left_out += 1;
            if self.known.pop().is_none() {
                return Ok(());
            }
        }
        self.printed += usize::from(is_news);
        self.put(&text(), entry.outcome != Verdict::Failed)
    }

    fn put(&mut self, text: &str, dense: bool) -> io::Result<()> {
        self.progress.clear(self.err)?;
        // What takes many lines stands apart from what takes one.
        if self.dense && !dense {
            writeln!(self.out)?;
        }
        self.out.write_all(text.as_bytes())?;
        self.dense = dense;
        if dense { Ok(()) } else { writeln!(self.out) }
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
        let (so_far, expected, took) = (self.journal.summary(), self.expected, self.began.elapsed());
        self.progress.show(|| progress(so_far, expected as u64, took), self.err)
    }
}

/// Whether the case fails by what the run before had met already, and nothing else.
pub(crate) fn is_known(entry: &Entry) -> bool {
    let mut findings = entry.findings.iter().filter(|finding| finding.severity == Severity::Error).peekable();
    findings.peek().is_some() && findings.all(|finding| finding.since == Some(Since::Known))
}

/// How far the run is; once it can be told, how fast it goes and how long it still takes.
fn progress(so_far: &Summary, expected: u64, took: Duration) -> String {
    let Summary { cases, failed, errored, .. } = so_far;
    let done = format!("{cases} of {expected} cases, {failed} failed, {errored} errored");
    let seconds = took.as_secs_f64();
    if seconds < 1.0 || *cases == 0 {
        return done;
    }
    let rate = *cases as f64 / seconds;
    let left = expected.saturating_sub(*cases) as f64 / rate;
    let left = if left < 90.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
    let rate = if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") };
    format!("{done}, {rate}/s, {left} left")
}

impl Sink for Live<'_, '_> {
    fn take(&mut self, event: Event<'_>) {
        if let Err(error) = self.show(&event) {
            self.stop.advance(StopPhase::Draining);
            self.broken.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_rate_and_time_left_once_it_can() {
        let check = |cases, milliseconds, expect: &str| {
            let so_far = Summary { cases, failed: 2, ..Summary::default() };
            assert_eq!(progress(&so_far, 20_000, Duration::from_millis(milliseconds)), expect);
        };
        check(0, 5000, "0 of 20000 cases, 2 failed, 0 errored");
        check(9, 100, "9 of 20000 cases, 2 failed, 0 errored");
        check(5000, 2000, "5000 of 20000 cases, 2 failed, 0 errored, 2500/s, 6 s left");
        check(7, 2000, "7 of 20000 cases, 2 failed, 0 errored, 3.5/s, 95 min left");
    }
}
