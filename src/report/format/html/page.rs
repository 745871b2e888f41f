//! The page: everything is in the markup, so that it can be read, printed and linked without its script, which only
//! filters, navigates and copies.
//!
//! Text of a target or a document always passes [`seen`](super::text::seen) and the escaping of the template.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::record::Head;
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;

use super::filter_index::FilterIndex;
use super::section::Section;
use super::timeline::Timeline;
use super::{about, coverage, endpoints, layout, mutation, verdict};

/// Maximum size of all cases in bytes, which a browser opens immediately. Further cases are counted.
pub(super) const ROOM: usize = 12 * 1024 * 1024;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "html",
    file: "index.html",
    summary: "index.html: the whole run as one page; every run writes it",
    is_default: true,
    marker: TOOL,
    output: Output::File(|_| Box::new(Page::default())),
};

/// Collects the cases by operation, since the page shows one operation after the other.
#[derive(Debug, Default)]
pub(crate) struct Page {
    head: Option<Head>,
    /// In document order; the last one is for cases outside the contract.
    sections: Vec<Section>,
    /// Index of the section by operation.
    index: HashMap<String, usize>,
    filter_index: FilterIndex,
    timeline: Timeline,
    pub(super) used: usize,
}

impl Renderer for Page {
    fn begin(&mut self, head: &Head, _: &mut dyn Write) -> io::Result<()> {
        self.index =
            head.coverage.iter().enumerate().map(|(index, endpoint)| (endpoint.operation.clone(), index)).collect();
        self.sections = std::iter::repeat_with(Section::default).take(head.coverage.len() + 1).collect();
        self.timeline = Timeline::over(head.seconds * 1000.0, head.summary.cases);
        self.head = Some(head.clone());
        Ok(())
    }

    fn case(&mut self, case: &ReportedCase<'_>, _: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        self.timeline.add(entry);
        let outside = self.sections.len().saturating_sub(1);
        let index = entry.operation.as_ref().and_then(|name| self.index.get(name)).copied().unwrap_or(outside);
        if let Some(section) = self.sections.get_mut(index) {
            let room = ROOM.saturating_sub(self.used);
            self.used += section.add(case, &mut self.filter_index, room);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(head) = self.head.take() else { return Ok(()) };
        layout::open(&head, &self.filter_index, out)?;
        for part in [
            verdict::top(&head),
            endpoints::table(&head, &self.sections),
            coverage::coverage(&head),
            mutation::mutation(&head),
            self.timeline.picture(),
            about::about(&head),
        ] {
            out.write_all(part.into_string().as_bytes())?;
        }
        for (index, section) in self.sections.drain(..).enumerate() {
            section.write(&head, head.coverage.get(index), &self.filter_index, out)?;
        }
        layout::close(&head, out)
    }
}
