//! The run as events, one JSON object per line: printed by `--format json` during the run, and written to
//! `events.jsonl` in suite order.

use std::io::{self, Write};

use serde::Serialize;

use crate::record::{Entry, Head};
use crate::report::definition::{Format, Output};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;

/// One event, which is one line.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event<'a> {
    /// The run starts.
    Started {
        /// Number of cases.
        cases: u64,
    },
    /// A case is finished.
    Finished {
        /// Its entry in the record.
        entry: &'a Entry,
    },
    /// The run is interrupted: requests in flight are awaited, no other case starts.
    Draining,
    /// The run is finished.
    Ended {
        /// Exit code; absent in a report, since a record does not hold it.
        #[serde(skip_serializing_if = "Option::is_none")]
        exit: Option<u8>,
        /// Head of the record.
        head: &'a Head,
    },
}

impl Event<'_> {
    /// Writes the event as one line.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        out.write_all(&line)
    }
}

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "events",
    file: "events.jsonl",
    summary: "events.jsonl: the output of --format json",
    is_default: false,
    marker: r#"{"event":"started","cases":"#,
    output: Output::File(|_| Box::new(Events::default())),
};

/// Writes `events.jsonl`.
#[derive(Debug, Default)]
pub(crate) struct Events {
    head: Option<Head>,
}

impl Renderer for Events {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.head = Some(head.clone());
        Event::Started { cases: head.summary.cases }.write(out)
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        Event::Finished { entry: &case.entry }.write(out)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(head) = self.head.take() else { return Ok(()) };
        if head.interrupted {
            Event::Draining.write(out)?;
        }
        Event::Ended { exit: None, head: &head }.write(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        insta::assert_snapshot!(sample::rendered(&mut Events::default()));
    }
}
