//! The list of findings that ends a run in a terminal; equal findings of many cases are one group.

use unicode_width::UnicodeWidthStr;

use crate::diff::visible;
use crate::quantity;
use crate::record::{Group, Head, Severity};
use crate::report::text::phrases;
use crate::report::text::wrap::wrapped;

use super::link::linked;
use super::paint::{BAD, DIM, GOOD, ODD, paint};
use super::style::Style;

/// Maximum number of groups: together with the table of endpoints they fit on a screen.
const MAX_GROUPS: usize = 10;

/// Maximum number of reasons listed for skipped cases.
const MAX_REASONS: usize = 5;

/// Indentation of the details of a group.
const INDENT: usize = 4;

/// Formats the groups, followed by an empty line. Empty if at most one case failed, since its diff shows everything.
pub(super) fn groups(head: &Head, style: &Style) -> String {
    let counted = |group: &&Group| group.waived.is_none();
    let groups: Vec<_> = head.groups.iter().filter(counted).collect();
    let is_any_fixed = head.baseline.as_ref().is_some_and(|baseline| !baseline.fixed.is_empty());
    let fixed = if is_any_fixed { fixed(head, style) } else { String::new() };
    if head.summary.failed < 2 && fixed.is_empty() {
        return String::new();
    }
    let shown: String = groups.iter().take(MAX_GROUPS).map(|group| self::group(group, style)).collect();
    let more = groups.len().saturating_sub(MAX_GROUPS) as u64 + head.groups_left_out;
    let more =
        (more > 0).then(|| paint(&format!("… {}", quantity::count(more, "more finding")), DIM, style.color) + "\n");
    format!("{shown}{}{fixed}\n", more.unwrap_or_default())
}

/// Formats a group: check and number of cases with the location of the rule on the right, or below if there is no room;
/// then the endpoint and the actual value.
fn group(group: &Group, style: &Style) -> String {
    let finding = &group.finding;
    let (glyph, color) = if finding.severity == Severity::Warning { ("-", ODD) } else { ("✗", BAD) };
    let (note, part) = (phrases::note(finding), phrases::location(finding));
    let cases = quantity::count(group.cases, "case");
    let text = visible(&format!("{glyph} {cases}: {note} in {part}{}", phrases::status(finding))).into_owned();
    let place = phrases::place(&finding.place);
    let mut lines = wrapped(&text, style.width, INDENT);
    let last = lines.last().map_or(0, |line| line.width());
    let blanks = style.width.saturating_sub(last + place.width());
    let before = if blanks < 2 { format!("\n{:INDENT$}", "") } else { " ".repeat(blanks) };
    let aside = before + &linked(&place, style.links.as_deref());
    lines.iter_mut().for_each(|line| *line = paint(line, color, style.color));
    // No line break is between the parts of the last item.
    let last = format!("· fingerprint {}", visible(&finding.fingerprint));
    let unbroken = last.replace(' ', "\u{a0}");
    let below = format!("{} {} · {}", group.method, group.path, phrases::headline(group));
    let below = wrapped(&format!("{} {unbroken}", visible(&below)), style.width.saturating_sub(INDENT), 2);
    let below = below.into_iter().map(|line| line.replace(&unbroken, &last));
    let below: String = below.map(|line| format!("{:INDENT$}{}\n", "", paint(&line, DIM, style.color))).collect();
    format!("{}{}\n{below}", lines.join("\n"), paint(&aside, DIM, style.color))
}

/// Formats the reasons why cases were skipped, one per line, followed by an empty line.
pub(super) fn skipped(head: &Head, style: &Style) -> String {
    let shown = head.skipped.iter().take(MAX_REASONS);
    let rest = head.summary.skipped.saturating_sub(shown.clone().map(|skipped| skipped.cases).sum());
    let line = |text: String| wrapped(&visible(&text), style.width, INDENT);
    let lines = shown.flat_map(|skipped| line(format!("- {} skipped: {}", skipped.cases, skipped.reason)));
    let rest = (rest > 0).then(|| format!("- {rest} skipped for other reasons"));
    let lines: String = lines.chain(rest).map(|line| paint(&line, DIM, style.color) + "\n").collect();
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
