//! Histogram of the response times of one operation, on a logarithmic scale.

use maud::{Markup, html};

use crate::report::text::phrases;

/// Number of bars.
const BARS: usize = 36;

/// Width and height of the picture; a bar is 6 wide and the gap 1.
const WIDTH: f64 = 252.0;
const HEIGHT: f64 = 48.0;

/// Response times of one operation in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Histogram(Vec<f32>);

/// Range of the horizontal axis.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// Returns the position of a time between 0 and 1.
    fn along(&self, milliseconds: f64) -> f64 {
        let span = (self.most / self.least).ln();
        if span > 0.0 { ((milliseconds / self.least).ln() / span).clamp(0.0, 1.0) } else { 0.5 }
    }

    fn bar(&self, milliseconds: f64) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of bars")]
        let bar = (self.along(milliseconds) * BARS as f64) as usize;
        bar.min(BARS - 1)
    }
}

impl Histogram {
    /// Adds one response time.
    pub(super) fn add(&mut self, milliseconds: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are plenty")]
        self.0.push(milliseconds.clamp(0.001, 1e9) as f32);
    }

    /// Returns the quantile for `share`.
    fn at(sorted: &[f32], share: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().map_or(0.0, f64::from)
    }

    /// Renders the histogram with median and 95th percentile; nothing for fewer than two responses.
    pub(super) fn picture(mut self) -> Markup {
        self.0.sort_unstable_by(f32::total_cmp);
        let (Some(least), Some(most)) = (self.0.first(), self.0.last()) else { return html! {} };
        let scale = Scale { least: f64::from(*least), most: f64::from(*most) };
        let mut bars = [0_u32; BARS];
        self.0.iter().for_each(|time| bars[scale.bar(f64::from(*time))] += 1);
        let highest = f64::from(bars.iter().copied().max().unwrap_or(1).max(1));
        let (median, late) = (Self::at(&self.0, 0.5), Self::at(&self.0, 0.95));
        let said = format!(
            "{} responses; fastest {}, slowest {}, median {}, 95th percentile {}",
            self.0.len(),
            phrases::duration(scale.least),
            phrases::duration(scale.most),
            phrases::duration(median),
            phrases::duration(late)
        );
        html! {
            @if self.0.len() > 1 {
                figure.histogram {
                    svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(said) {
                        @for (index, count) in bars.iter().enumerate() {
                            @let height = (f64::from(*count) / highest * (HEIGHT - 8.0)).ceil();
                            @if *count > 0 { rect x=(index * 7) y=(HEIGHT - height) width="6" height=(height) rx="1" {} }
                        }
                        @for (share, class) in [(median, "median"), (late, "late")] {
                            @let x = (scale.along(share) * WIDTH).round();
                            path class=(class) d={ "M" (x) " 0V" (HEIGHT) } {}
                        }
                    }
                    figcaption {
                        span { "median " b { (phrases::duration(median)) } }
                        span { "p95 " b { (phrases::duration(late)) } }
                        span { "slowest " b { (phrases::duration(scale.most)) } }
                    }
                }
            }
        }
    }
}
