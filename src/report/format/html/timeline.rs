//! Timeline of the run: few cases as bars in lanes, many as columns by the time they finished.

use maud::{Markup, html};

use crate::diff::shorten;
use crate::quantity;
use crate::record::Entry;
use crate::report::text::phrases;

use super::anchor;

/// Maximum number of cases drawn as individual bars.
const FEW: u64 = 400;

/// Number of columns for more cases.
const COLUMNS: usize = 160;

/// Maximum number of lanes; further bars share the last one.
const LANES: usize = 16;

/// Width of the picture.
const WIDTH: f64 = 1000.0;

/// Heights of a lane and of the columns.
const LANE: usize = 14;
const HEIGHT: f64 = 96.0;

/// Maximum length of a name in a tooltip.
const NAME: usize = 120;

/// Collects when cases ran.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// Duration of the run in milliseconds.
    whole: f64,
    /// Bars, if there are few cases.
    bars: Option<Vec<Bar>>,
    /// Number of cases by the column in which they finished and by outcome, in the order of `KINDS`.
    columns: Vec<[u32; KINDS.len()]>,
}

/// Outcomes of a column from bottom to top.
const KINDS: [&str; 5] = ["passed", "skipped", phrases::KNOWN, "errored", "failed"];

#[derive(Debug)]
struct Bar {
    from: f64,
    to: f64,
    outcome: &'static str,
    anchor: String,
    title: String,
}

impl Timeline {
    /// Creates a timeline for a duration in milliseconds and a number of cases.
    pub(super) fn over(whole: f64, cases: u64) -> Self {
        let whole = if whole.is_finite() { whole.max(0.001) } else { 0.001 };
        Self { whole, bars: (cases <= FEW).then(Vec::new), columns: vec![[0; KINDS.len()]; COLUMNS] }
    }

    /// Adds one case.
    pub(super) fn add(&mut self, entry: &Entry) {
        let (from, to) = (self.along(entry.started_ms), self.along(entry.started_ms + entry.took_ms));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the columns")]
        let column = ((to * COLUMNS as f64) as usize).min(COLUMNS - 1);
        if let (Some(column), Some(kind)) =
            (self.columns.get_mut(column), KINDS.iter().position(|kind| *kind == phrases::outcome(entry)))
        {
            column[kind] += 1;
        }
        if let Some(bars) = self.bars.as_mut().filter(|_| entry.attempts > 0) {
            let name = shorten(&phrases::name(entry), NAME);
            let title = format!("{name}: {}, {}", phrases::outcome(entry), phrases::duration(entry.took_ms));
            bars.push(Bar { from, to, outcome: phrases::outcome(entry), anchor: anchor::case(&entry.case), title });
        }
    }

    fn along(&self, milliseconds: f64) -> f64 {
        if milliseconds.is_finite() { (milliseconds / self.whole).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// Renders the section with the picture.
    pub(super) fn picture(&mut self) -> Markup {
        let whole = phrases::duration(self.whole);
        let picture = match self.bars.take() {
            Some(bars) if bars.is_empty() => return html! {},
            Some(bars) => lanes(bars),
            None => self.stacked(),
        };
        html! {
            section.timeline aria-labelledby="time" {
                h2 id="time" { "Timeline" }
                (picture)
                p.axis aria-hidden="true" { span { "0" } span { (phrases::duration(self.whole / 2.0)) } span { (whole) } }
            }
        }
    }

    fn stacked(&self) -> Markup {
        let highest = self.columns.iter().map(|column| column.iter().sum::<u32>()).max().unwrap_or(1).max(1);
        let unit = HEIGHT / f64::from(highest);
        let width = WIDTH / COLUMNS as f64;
        let said = format!("Cases by finish time in {COLUMNS} columns; at most {highest} in one");
        html! {
            svg.stacked viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-label=(said) {
                @for (index, column) in self.columns.iter().enumerate() {
                    @let x = index as f64 * width;
                    @for (kind, count) in column.iter().enumerate().filter(|(_, count)| **count > 0) {
                        @let below = f64::from(column[..kind].iter().sum::<u32>());
                        @let height = f64::from(*count) * unit;
                        rect class=(KINDS[kind]) x=(x) y=(tenth(HEIGHT - below * unit - height))
                            width=(width - 1.0) height=(tenth(height)) {}
                    }
                }
            }
        }
    }
}

/// Draws each bar in the first free lane.
fn lanes(mut bars: Vec<Bar>) -> Markup {
    bars.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut ends: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for bar in &bars {
        let lane = ends.iter().position(|end| *end <= bar.from).unwrap_or(ends.len()).min(LANES - 1);
        match ends.get_mut(lane) {
            Some(end) => *end = end.max(bar.to),
            None => ends.push(bar.to),
        }
        placed.push((lane, bar));
    }
    let height = ends.len() * LANE;
    let said = format!("{} cases in {}", bars.len(), quantity::count(ends.len() as u64, "row"));
    html! {
        svg.lanes viewBox={ "0 0 " (WIDTH) " " (height) } preserveAspectRatio="none" height=(height) role="group" aria-label=(said) {
            @for (lane, bar) in placed {
                a href={ "#" (bar.anchor) } tabindex="-1" aria-label=(bar.title) {
                    rect class=(bar.outcome) x=(tenth(bar.from * WIDTH)) y=(lane * LANE + 1)
                        width=(tenth(((bar.to - bar.from) * WIDTH).max(2.0))) height=(LANE - 2) { title { (bar.title) } }
                }
            }
        }
    }
}

/// Rounds to one decimal, a tenth of a pixel.
fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
