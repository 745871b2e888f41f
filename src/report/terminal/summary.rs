//! The summary that ends a run.

use crate::record::Head;
use crate::report::text::phrases;
use crate::report::text::wrap::{SEPARATOR, whole};

use super::endpoint_table::table;
use super::paint::{BAD, GOOD, ODD, paint};
use super::style::Style;
use super::summary_groups::{groups, skipped};

/// Formats the findings, the table of endpoints and the final line with the counts. Ends with a line break.
pub(crate) fn summary(head: &Head, style: &Style) -> String {
    let broken = head.summary.failed > 0;
    let (glyph, paint_as) = match (broken, head.summary.errored > 0) {
        (true, _) => ("✗", BAD),
        (false, true) => ("!", ODD),
        (false, false) => ("✓", GOOD),
    };
    let mut parts = vec![phrases::counts(&head.summary)];
    parts.extend(phrases::remarks(&head.summary));
    parts.extend(phrases::fixed(head));
    parts.extend(head.interrupted.then(|| "interrupted".to_owned()));
    parts.extend([phrases::duration(head.seconds * 1000.0), format!("seed {}", head.seed)]);
    let verdict = whole(&format!("{glyph} {}", parts.join(SEPARATOR)), style.width).join("\n");
    format!(
        "{}{}{}\n",
        groups(head, style),
        skipped(head, style) + &table(head, style),
        paint(&verdict, paint_as.bold(), style.color)
    )
}
