//! The list of findings that ends a run in a terminal; findings with one cause are shown as one.

use unicode_width::UnicodeWidthStr;

use crate::diff::visible;
use crate::quantity;
use crate::record::{Head, Severity};
use crate::report::causes::{Cause, causes};
use crate::report::text::phrases;
use crate::report::text::wrap::wrapped;

use super::link::linked;
use super::paint::{BAD, DIM, GOOD, ODD, paint};
use super::style::Style;

/// Maximum number of groups: together with the table of endpoints they fit on a screen.
const MAX_GROUPS: usize = 10;

/// Maximum number of fingerprints shown for one cause, so that they fit on a line.
const MAX_FINGERPRINTS: usize = 3;

/// Indentation of the details of a group.
const INDENT: usize = 4;

/// Formats the groups, followed by an empty line. Empty if at most one case failed, since its diff shows everything.
pub(super) fn groups(head: &Head, style: &Style) -> String {
    let causes = causes(&head.groups);
    let groups: Vec<_> = causes.iter().filter(|cause| cause.lead.waived.is_none()).collect();
    let is_any_fixed = head.baseline.as_ref().is_some_and(|baseline| !baseline.fixed.is_empty());
    let fixed = if is_any_fixed { fixed(head, style) } else { String::new() };
    if head.summary.failed < 2 && fixed.is_empty() {
        return String::new();
    }
    let shown: String = groups.iter().take(MAX_GROUPS).map(|group| self::group(group, head, style)).collect();
    let more = groups.len().saturating_sub(MAX_GROUPS) as u64 + head.groups_left_out;
    let more =
        (more > 0).then(|| paint(&format!("… {}", quantity::count(more, "more finding")), DIM, style.color) + "\n");
    format!("{shown}{}{fixed}\n", more.unwrap_or_default())
}

/// Formats a group: check and number of cases with the location of the rule on the right, or below if there is no room;
/// then the endpoint and the actual value.
fn group(cause: &Cause<'_>, head: &Head, style: &Style) -> String {
    let group = cause.lead;
    let finding = &group.finding;
    let (glyph, color) = match finding.severity {
        Severity::Warning => ("-", ODD),
        Severity::Error if cause.is_tolerated(head) => ("-", DIM),
        Severity::Error => ("✗", BAD),
    };
    let (note, part) = (phrases::note(finding), phrases::group_location(group));
    let cases = quantity::count(cause.cases(), "case");
    let text = visible(&format!("{glyph} {cases}: {note} in {part}{}", phrases::status(finding))).into_owned();
    let place = phrases::place(&finding.place);
    let mut lines = wrapped(&text, style.width, INDENT);
    let last = lines.last().map_or(0, |line| line.width());
    let blanks = style.width.saturating_sub(last + place.width());
    let before = if blanks < 2 { format!("\n{:INDENT$}", "") } else { " ".repeat(blanks) };
    let aside = before + &linked(&place, style.links.as_deref());
    lines.iter_mut().for_each(|line| *line = paint(line, color, style.color));
    // No line break is between the parts of the last item.
    let last = format!("· {}", fingerprints(cause));
    let unbroken = last.replace(' ', "\u{a0}");
    let below = format!("{} · {}", cause.endpoints(), cause.headline());
    let below = wrapped(&format!("{} {unbroken}", visible(&below)), style.width.saturating_sub(INDENT), 2);
    let below = below.into_iter().map(|line| line.replace(&unbroken, &last));
    let below: String = below.map(|line| format!("{:INDENT$}{}\n", "", paint(&line, DIM, style.color))).collect();
    format!("{}{}\n{below}", lines.join("\n"), paint(&aside, DIM, style.color))
}

/// Formats the fingerprints of a cause in its operation: those that a waiver of it names.
fn fingerprints(cause: &Cause<'_>) -> String {
    let own = cause.within(cause.lead.operation.as_deref());
    let prints: Vec<_> = own.iter().flat_map(Cause::groups).map(|group| visible(&group.finding.fingerprint)).collect();
    let noun = if prints.len() > 1 { "fingerprints" } else { "fingerprint" };
    let shown = prints.iter().take(MAX_FINGERPRINTS).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    let more = prints.len().saturating_sub(MAX_FINGERPRINTS);
    if more > 0 { format!("{noun} {shown} and {more} more") } else { format!("{noun} {shown}") }
}

/// Formats the notes, one per line, followed by an empty line.
pub(super) fn notes(head: &Head, style: &Style) -> String {
    let lines = head.notes.iter().flat_map(|note| wrapped(&visible(&format!("! {note}")), style.width, INDENT));
    let lines: String = lines.map(|line| paint(&line, ODD, style.color) + "\n").collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

/// Formats the findings of the previous run that are fixed.
fn fixed(head: &Head, style: &Style) -> String {
    let fixed = head.baseline.iter().flat_map(|baseline| &baseline.fixed).take(MAX_GROUPS);
    let line = |fixed: &crate::record::Fixed| {
        let rule =
            [Some(fixed.check.as_str()), fixed.keyword.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let at = phrases::location_in(fixed.r#in, fixed.name.as_deref(), &fixed.at);
        let text = visible(&format!("✓ fixed: {rule} in {at} · {} {}", fixed.method, fixed.path)).into_owned();
        let lines = wrapped(&text, style.width, INDENT);
        lines.iter().map(|line| paint(line, GOOD, style.color) + "\n").collect::<String>()
    };
    let more = head.baseline.as_ref().map_or(0, |baseline| baseline.fixed.len()).saturating_sub(MAX_GROUPS);
    let more = (more > 0).then(|| paint(&format!("… {more} more fixed"), DIM, style.color) + "\n");
    fixed.map(line).chain(more).collect()
}
