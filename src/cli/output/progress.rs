//! Output during a run: failures as they happen, progress on a terminal, or JSON Lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::quantity;
use crate::record::{Entry, Summary, Verdict};
use crate::report::events;
use crate::report::terminal::{self, Style};
use crate::run::{Event, Sink, Stop, StopPhase};

use crate::cli::args::Format;
use crate::cli::args::Output;
use crate::cli::output::local_names::LocalNames;
use crate::cli::output::terminal::Progress;
use crate::cli::process::Pipe;
use crate::cli::recorder::Recorder;
use crate::cli::session::Session;

/// Level of detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Only failures.
    Quiet,
    /// Failures and a summary.
    Normal,
    /// Every case.
    Verbose,
}

/// Failing cases to print by default: more of them rarely add information.
pub(crate) const MAX_DIFFS: usize = 20;

/// Shorter waits are not printed.
const MIN_WAIT: Duration = Duration::from_secs(2);

/// Maximum number of different reasons of errored cases that are printed as they occur.
const MAX_PRINTED_REASONS: usize = 1_000;

/// Maximum number of reasons for which the number of further errored cases is printed.
const MAX_REASONS: usize = 5;

/// What is printed, and how.
#[derive(Debug, Clone)]
pub(crate) struct OutputOptions {
    /// Text or JSON Lines.
    pub format: Format,
    /// How much.
    pub detail: Detail,
    /// Color, width and links.
    pub style: Style,
    /// File names in text.
    pub names: Option<LocalNames>,
    /// Maximum number of failing cases to print.
    pub max_diffs: usize,
}

/// Sink of a run: records every case, and prints failures and progress.
pub(crate) struct RunPrinter<'a, 'p> {
    recorder: Recorder<'a>,
    options: OutputOptions,
    out: &'a mut Pipe<'p>,
    err: &'a mut Pipe<'p>,
    progress: Progress,
    stop: Stop,
    expected: usize,
    /// Whether the last text printed was a single line, which needs an empty line before a longer one.
    after_single_line: bool,
    /// Reasons of errored cases that were printed.
    printed_reasons: BTreeSet<String>,
    /// Number of further cases per reason, which are not printed.
    repeated_reasons: BTreeMap<String, u64>,
    /// Failing cases printed, and those left out.
    printed: usize,
    left_out: u64,
    /// Texts of cases without a new finding; printed last if there is room for them.
    known: Vec<String>,
    /// Whether the signs of diffs are explained, which is done once.
    has_legend: bool,
    began: Instant,
    /// End of the longest wait that was printed, from the beginning.
    waits_until: Duration,
}

impl OutputOptions {
    /// The options of the arguments, on the streams of the session.
    pub(crate) fn new(args: &Output, session: &Session<'_>) -> Self {
        let detail = match (session.global.quiet, session.global.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Normal,
        };
        let max_diffs = args.max_diffs.unwrap_or(if detail == Detail::Verbose { usize::MAX } else { MAX_DIFFS });
        let names = session.local_names();
        let links = names.as_ref().filter(|_| session.out_links).map(|names| names.directory().to_owned());
        let style = Style { links, ..session.out_style.clone() };
        Self { format: args.format.unwrap_or_default(), detail, style, names, max_diffs }
    }
}

impl<'a, 'p> RunPrinter<'a, 'p> {
    /// A sink of the run that `stop` stops.
    pub(crate) fn new(
        recorder: Recorder<'a>,
        options: OutputOptions,
        stop: Stop,
        session: &'a mut Session<'p>,
    ) -> Self {
        let is_quiet = options.detail == Detail::Quiet;
        Self {
            recorder,
            progress: Progress::new(session.err_terminal && !is_quiet, session.err_style.width),
            options,
            out: &mut session.out,
            err: &mut session.err,
            stop,
            expected: 0,
            after_single_line: false,
            printed_reasons: BTreeSet::new(),
            repeated_reasons: BTreeMap::new(),
            printed: 0,
            left_out: 0,
            known: Vec::new(),
            has_legend: is_quiet,
            began: Instant::now(),
            waits_until: Duration::ZERO,
        }
    }

    /// Prints what was held back, and returns the recorder.
    pub(crate) fn finish(mut self) -> io::Result<Recorder<'a>> {
        self.progress.clear(self.err)?;
        for text in std::mem::take(&mut self.known) {
            self.put_diff(&text)?;
        }
        self.print_repeated_reasons()?;
        if self.after_single_line {
            writeln!(self.out)?;
        }
        if self.left_out > 0 {
            let more = quantity::count(self.left_out, "more failing case");
            let place = self.recorder.folder().map(|folder| format!(": see {}", folder.display()));
            writeln!(self.out, "… {more}{}\n", place.unwrap_or_default())?;
        }
        Ok(self.recorder)
    }

    /// Prints the reasons of errored cases that are not printed themselves, the most frequent first.
    fn print_repeated_reasons(&mut self) -> io::Result<()> {
        let mut reasons: Vec<_> = std::mem::take(&mut self.repeated_reasons).into_iter().collect();
        reasons.sort_by_key(|(_, cases)| Reverse(*cases));
        let rest: u64 = reasons.iter().skip(MAX_REASONS).map(|(_, cases)| cases).sum();
        for (reason, cases) in reasons.iter().take(MAX_REASONS) {
            self.put(&terminal::repeated(*cases, reason, &self.options.style), true)?;
        }
        match rest {
            0 => Ok(()),
            more => self.put(&format!("… {}\n", quantity::count(more, "more errored case")), true),
        }
    }

    fn show(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { cases } => {
                self.expected = *cases;
                self.write_event(&events::Event::Started { cases: *cases as u64 })?;
                self.advance()
            }
            Event::Finished(outcome) => {
                let mut entry = self.recorder.record(outcome);
                self.write_event(&events::Event::Finished { entry: &entry })?;
                self.options.names.iter().for_each(|names| names.entry(&mut entry));
                self.print(&entry)?;
                self.advance()
            }
            Event::Waiting { status, pause } => self.show_wait(*status, *pause),
            Event::Learned(secret) => {
                self.recorder.learn(secret.clone());
                Ok(())
            }
            Event::StoryFinished { story } => {
                self.recorder.end_story(story);
                Ok(())
            }
            Event::Draining => {
                self.progress.clear(self.err)?;
                // `--fail-fast` drains without changing the phase.
                let (why, how) = match self.stop.phase() {
                    StopPhase::Running => (" after the first failure", ""),
                    StopPhase::Draining | StopPhase::Abandoned => ("", "; press Ctrl-C again to quit now"),
                };
                writeln!(self.err, "stopping{why}: waiting for in-flight requests and teardown{how}")?;
                self.write_event(&events::Event::Draining)
            }
        }
    }

    /// Prints a wait that ends noticeably later than those printed before.
    fn show_wait(&mut self, status: u16, pause: Duration) -> io::Result<()> {
        let end = self.began.elapsed() + pause;
        if self.options.detail == Detail::Quiet || end < self.waits_until + MIN_WAIT {
            return Ok(());
        }
        self.waits_until = end;
        self.progress.clear(self.err)?;
        let seconds = pause.as_secs_f64().ceil();
        writeln!(self.err, "waiting {seconds:.0} s: the target responded with {status} and asked to retry later")
    }

    /// Writes one JSON line.
    fn write_event(&mut self, event: &events::Event<'_>) -> io::Result<()> {
        match self.options.format {
            Format::Json => event.write(self.out),
            Format::Text => Ok(()),
        }
    }

    /// Prints one case as text.
    fn print(&mut self, entry: &Entry) -> io::Result<()> {
        let is_verbose = self.options.detail == Detail::Verbose;
        if self.options.format == Format::Json {
            return Ok(());
        }
        let is_reportable = self.is_reportable(entry);
        if !(is_verbose || is_reportable) {
            if entry.outcome == Verdict::Errored {
                *self.repeated_reasons.entry(entry.reason.clone().unwrap_or_default()).or_default() += 1;
            }
            return Ok(());
        }
        let show = if is_verbose { terminal::in_full } else { terminal::entry };
        let text = || show(entry, &self.options.style);
        let is_full = self.printed + self.known.len() >= self.options.max_diffs;
        // If every case fits, none has to wait.
        if entry.is_known() && self.options.max_diffs < self.expected {
            if is_full {
                self.left_out += 1
            } else {
                self.known.push(text())
            }
            return Ok(());
        }
        if is_reportable && is_full {
            self.left_out += 1;
            if self.known.pop().is_none() {
                return Ok(());
            }
        }
        self.printed += usize::from(is_reportable);
        let text = text();
        if entry.outcome == Verdict::Failed { self.put_diff(&text) } else { self.put(&text, true) }
    }

    /// Prints a failing case, before the first one what the signs of its diff mean.
    fn put_diff(&mut self, text: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_legend, true) {
            self.put(&terminal::legend(&self.options.style), false)?;
        }
        self.put(text, false)
    }

    fn put(&mut self, text: &str, is_single_line: bool) -> io::Result<()> {
        self.progress.clear(self.err)?;
        // An empty line separates single lines from longer texts.
        if self.after_single_line && !is_single_line {
            writeln!(self.out)?;
        }
        self.out.write_all(text.as_bytes())?;
        self.after_single_line = is_single_line;
        if is_single_line { Ok(()) } else { writeln!(self.out) }
    }

    /// Failed cases; and of errored cases the first with a reason.
    fn is_reportable(&mut self, entry: &Entry) -> bool {
        match entry.outcome {
            Verdict::Failed => !(entry.tolerated && self.options.detail == Detail::Quiet),
            Verdict::Errored => {
                let reason = entry.reason.clone().unwrap_or_default();
                self.printed_reasons.len() < MAX_PRINTED_REASONS && self.printed_reasons.insert(reason)
            }
            Verdict::Passed | Verdict::Skipped => false,
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        let Summary { cases, failed, errored, .. } = *self.recorder.summary();
        let failed = failed.saturating_sub(self.recorder.tolerated());
        let so_far = &Summary { cases, failed, errored, ..Summary::default() };
        let (expected, took) = (self.expected, self.began.elapsed());
        self.progress.show(|| progress(so_far, expected as u64, took), self.err)
    }
}

/// Progress; after a second also the rate and the time left.
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

impl Sink for RunPrinter<'_, '_> {
    fn take(&mut self, event: Event<'_>) {
        // A `Pipe` returns its error at the end of the call, which must not cost the reports.
        let _ = self.show(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_shows_rate_and_time_left_after_a_second() {
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
