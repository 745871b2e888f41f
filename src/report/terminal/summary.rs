//! The summary that ends a run.

use crate::record::Head;
use crate::report::text::wrap::{SEPARATOR, whole};
use crate::report::text::{phrases, verdict};

use super::endpoint_table::table;
use super::paint::{BAD, GOOD, ODD, paint};
use super::style::Style;
use super::summary_groups::{groups, notes};
use super::summary_piles::piles;

/// Formats the findings, the table of endpoints, the three piles and the final line with the counts. Ends with a line break.
pub(crate) fn summary(head: &Head, style: &Style) -> String {
    let glyph = verdict::glyph(head);
    let paint_as = match glyph {
        "✗" => BAD,
        "✓" => GOOD,
        _ => ODD,
    };
    let mut parts = vec![phrases::counts(head)];
    parts.extend(phrases::fixed(head));
    parts.extend(head.interrupted.then(|| "interrupted".to_owned()));
    parts.extend([phrases::duration(head.seconds * 1000.0), format!("seed {}", head.seed)]);
    let line = whole(&format!("{glyph} {}", parts.join(SEPARATOR)), style.width).join("\n");
    format!(
        "{}{}{}\n",
        groups(head, style),
        table(head, style) + &notes(head, style) + &piles(head, style),
        paint(&line, paint_as.bold(), style.color)
    )
}
