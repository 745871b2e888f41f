//! Section of one operation: its findings, then its cases.

use std::io::{self, Write};

use maud::{Markup, html};

use crate::quantity;
use crate::record::{Endpoint, Head, Verdict};
use crate::report::counts::{self, Shares};
use crate::report::piles::piles_of;
use crate::report::reported_case::ReportedCase;

use super::filter_index::FilterIndex;
use super::histogram::Histogram;
use super::text::seen;
use super::{anchor, case, finding, operation};

/// Number of cases above which the browser lays out only visible ones.
const MANY: u64 = 50;

/// Content collected for one operation.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Failed and errored cases.
    failing: List,
    /// Failed cases with known findings only, which do not fail the run.
    known: List,
    skipped: List,
    passed: List,
    times: Histogram,
    /// Response time in milliseconds and anchor of the slowest case.
    slowest: Option<(f64, String)>,
}

/// Rendered cases, and the number of those left out.
#[derive(Debug, Default)]
struct List {
    items: String,
    cases: u64,
    left_out: u64,
}

impl Section {
    /// Adds one case if it fits into `room` bytes, and returns the bytes it took.
    pub(super) fn add(&mut self, reported: &ReportedCase<'_>, filter_index: &mut FilterIndex, room: usize) -> usize {
        let entry = &*reported.entry;
        if let Some(timings) = entry.exchange.as_ref().and_then(|exchange| exchange.timings) {
            self.times.add(timings.total_ms);
            if self.slowest.as_ref().is_none_or(|(most, _)| *most < timings.total_ms) {
                self.slowest = Some((timings.total_ms, anchor::case(&entry.case)));
            }
        }
        let list = match entry.outcome {
            Verdict::Failed if entry.tolerated => &mut self.known,
            Verdict::Failed | Verdict::Errored => &mut self.failing,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Passed => &mut self.passed,
        };
        let item = case::case(reported, filter_index).into_string();
        list.cases += 1;
        if item.len() > room {
            list.left_out += 1;
            return 0;
        }
        list.items.push_str(&item);
        item.len()
    }

    /// Returns the response time in milliseconds and the anchor of the slowest case.
    pub(super) fn slowest(&self) -> Option<&(f64, String)> {
        self.slowest.as_ref()
    }

    /// Writes the section of `endpoint`, or of the cases outside the contract; nothing if it has no cases.
    pub(super) fn write(
        self,
        head: &Head,
        endpoint: Option<&Endpoint>,
        filter_index: &FilterIndex,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if self.failing.cases + self.known.cases + self.skipped.cases + self.passed.cases == 0 {
            return Ok(());
        }
        let name = endpoint.map_or("", |endpoint| &endpoint.operation);
        let opening = html! {
            h2 id=(anchor::endpoint(name)) {
                @if let Some(endpoint) = endpoint { (operation::name(endpoint)) } @else { "Outside the contract" }
            }
            div.about { (about(head, endpoint)) }
            (self.times.picture())
            (finding::all(head, endpoint.map(|endpoint| endpoint.operation.as_str()), filter_index))
        };
        write!(out, "<section class=\"endpoint\" aria-labelledby=\"{}\">", anchor::endpoint(name))?;
        out.write_all(opening.into_string().as_bytes())?;
        self.failing.write("Failing cases", true, out)?;
        self.known.write("Known failures", false, out)?;
        self.skipped.write("Skipped cases", false, out)?;
        self.passed.write("Passed cases", false, out)?;
        out.write_all(b"</section>")
    }
}

fn about(head: &Head, endpoint: Option<&Endpoint>) -> Markup {
    let summary = endpoint.map_or_else(|| counts::outside(head), |endpoint| endpoint.summary);
    let shares = Shares::new(head, &summary);
    let piles = piles_of(head, endpoint.map(|endpoint| endpoint.operation.as_str()));
    html! {
        div {
            @if let Some(endpoint) = endpoint { code { (seen(&endpoint.operation)) } " · " }
            (quantity::count(summary.cases, "case")) " · " (shares.passed) " passed"
            @if let Some(endpoint) = endpoint { " · responses " (operation::responses(&endpoint.responses)) }
        }
        @for pile in piles.iter().filter(|pile| pile.phrases().next().is_some()) {
            p { strong { (pile.heading) ":" } " " (pile.phrases().map(seen).collect::<Vec<_>>().join(" · ")) }
        }
    }
}

impl List {
    fn write(self, title: &str, open: bool, out: &mut dyn Write) -> io::Result<()> {
        if self.cases == 0 {
            return Ok(());
        }
        let open = if open { " open" } else { "" };
        // Content outside the viewport is laid out on approach; for few cases that would only cost time.
        let many = if self.cases > MANY { " class=\"many\"" } else { "" };
        write!(
            out,
            "<details class=\"cases\"{open}><summary><h3>{title} <b>{}</b></h3></summary><ol{many}>",
            self.cases
        )?;
        out.write_all(self.items.as_bytes())?;
        out.write_all(b"</ol>")?;
        if self.left_out > 0 {
            write!(out, "<p class=\"more\">{} in record.json</p>", quantity::count(self.left_out, "more case"))?;
        }
        out.write_all(b"</details>")
    }
}
