//! A case with the texts that several formats show.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::diff::Line;
use crate::record::Entry;

use super::terminal::{self, Style};
use super::text::diff_lines;
use super::text::layout::{self, Row};

/// Layout of text in files; viewers of reports do not wrap.
const STYLE: Style = Style { width: 120, color: false, links: None };

/// An entry and its diff, which is laid out when the first format asks for it and then shared.
#[derive(Debug)]
pub(super) struct ReportedCase<'e> {
    /// The entry of the record.
    pub entry: Cow<'e, Entry>,
    diff: OnceLock<Vec<Line>>,
    rows: OnceLock<Vec<String>>,
    text: OnceLock<String>,
}

impl<'e> ReportedCase<'e> {
    /// Wraps an entry; nothing is laid out yet.
    pub(super) fn new(entry: Cow<'e, Entry>) -> Self {
        Self { entry, diff: OnceLock::new(), rows: OnceLock::new(), text: OnceLock::new() }
    }

    /// The lines of its diff.
    pub(super) fn diff(&self) -> &[Line] {
        self.diff.get_or_init(|| diff_lines::lines(&self.entry))
    }

    /// Its diff as rows of 120 columns without colours.
    pub(super) fn rows(&self) -> &[String] {
        self.rows.get_or_init(|| layout::rows(self.diff(), STYLE.width).iter().map(Row::plain).collect())
    }

    /// The whole case as a terminal of 120 columns shows it, without colours.
    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| terminal::entry_with(&self.entry, self.diff(), &STYLE))
    }
}

impl From<Entry> for ReportedCase<'_> {
    fn from(entry: Entry) -> Self {
        Self::new(Cow::Owned(entry))
    }
}
