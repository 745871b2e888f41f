//! Findings in Markdown; those with one cause are shown as one.

use crate::quantity;
use crate::record::{Finding, Fixed, Head, Met, Waiver};
use crate::report::causes::{Cause, causes};
use crate::report::text::command;
use crate::report::text::diff_lines;
use crate::report::text::layout::{self, Row};
use crate::report::text::phrases;

use super::escape::{code, fenced, inline, prose};

/// What the signs of a diff mean.
pub(crate) const LEGEND: &str = "In diffs, `-` is expected and `+` is actual.";

/// Width of a diff in columns.
const WIDTH: usize = 120;

/// Maximum number of groups per operation.
const MAX_GROUPS: usize = 50;

/// Number of cases named per group.
const MAX_CASES: usize = 5;

/// Number of rules listed per group: those of one cause are equal.
const MAX_RULES: usize = 5;

/// Number of fingerprints listed per group.
const MAX_FINGERPRINTS: usize = 20;

/// Formats the findings of `operation`, or of the cases outside the contract. Empty if there are none.
pub(crate) fn section(head: &Head, operation: Option<&str>) -> String {
    let groups: Vec<_> = causes(&head.groups).iter().filter_map(|cause| cause.within(operation)).collect();
    let fixed = head.baseline.iter().flat_map(|baseline| &baseline.fixed);
    let fixed: String = fixed.filter(|fixed| fixed.operation.as_deref() == operation).map(self::fixed).collect();
    if groups.is_empty() && fixed.is_empty() {
        return String::new();
    }
    let shown: String = groups.iter().take(MAX_GROUPS).map(|found| group(found, head)).collect();
    let more = groups.len().saturating_sub(MAX_GROUPS) as u64;
    let more = (more > 0).then(|| format!("{}: see `record.json`.\n\n", quantity::count(more, "more finding")));
    let fixed = if fixed.is_empty() { fixed } else { fixed + "\n" };
    let legend = if groups.is_empty() { String::new() } else { format!("{LEGEND}\n\n") };
    format!("## Findings\n\n{legend}{shown}{}{fixed}## Cases\n\n", more.unwrap_or_default())
}

/// Formats a finding of the previous run that is fixed.
pub(crate) fn fixed(fixed: &Fixed) -> String {
    let rule =
        [Some(fixed.check.as_str()), fixed.keyword.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let at = phrases::location_in(fixed.r#in, fixed.name.as_deref(), &fixed.at);
    format!("- fixed: {} in {}, {}\n", inline(&rule), inline(&at), code(&phrases::place(&fixed.place)))
}

/// Formats findings with one cause: expected and actual value, rationale, locations, and the command to reproduce it.
pub(crate) fn group(cause: &Cause<'_>, head: &Head) -> String {
    let (group, finding) = (cause.lead, &cause.lead.finding);
    let standing = phrases::status(finding);
    let at = phrases::group_location(group);
    let findings: Vec<_> = cause.groups().map(|group| &group.finding).collect();
    let cases = quantity::count(cause.cases(), "case");
    let rows = layout::rows(&diff_lines::brief(&findings), WIDTH).iter().map(Row::plain).collect::<Vec<_>>().join("\n");
    let why = phrases::rationale(head, &finding.check).map(|why| format!("Rationale: {}\n\n", prose(why)));
    let fingerprints: Vec<_> = findings.iter().map(|finding| code(&finding.fingerprint)).collect();
    let id = group.request_id.as_ref().map(|(name, value)| format!("- {}\n", code(&format!("{name}: {value}"))));
    let repeat = group.curl.as_ref().map(|curl| fenced("sh", &command::shell(curl)) + "\n");
    let parts = [
        format!("### {}{standing} in {} · {cases}\n\n", inline(&phrases::note(finding)), inline(&at)),
        format!("{}\n\n", inline(&cause.headline())),
        fenced("diff", &rows) + "\n",
        why.unwrap_or_default(),
        rules(cause),
        format!("- {}\n", self::cases(cause)),
        id.unwrap_or_default(),
        group.waived.as_ref().map(|held| format!("- waived: {}\n", waiver(held))).unwrap_or_default(),
        format!("- fingerprint: {}\n\n", first(&fingerprints, MAX_FINGERPRINTS).join(", ")),
        repeat.unwrap_or_default(),
    ];
    parts.concat()
}

/// Formats the locations of the rules, with their source lines.
fn rules(cause: &Cause<'_>) -> String {
    let rule = |finding: &&Finding| {
        let source = finding.source.as_ref().map(|source| format!(": {}", code(source))).unwrap_or_default();
        format!("rule: {}{source}", code(&phrases::place(&finding.place)))
    };
    let rules: Vec<_> = cause.rules().iter().map(rule).collect();
    first(&rules, MAX_RULES).iter().map(|rule| format!("- {rule}\n")).collect()
}

/// Returns the first `most` of `texts`, and the number of the others.
fn first(texts: &[String], most: usize) -> Vec<String> {
    let more = texts.len().saturating_sub(most);
    let more = (more > 0).then(|| format!("{more} more: see `record.json`"));
    texts.iter().take(most).cloned().chain(more).collect()
}

/// Formats the locations and names of the first cases and the number of the others.
fn cases(cause: &Cause<'_>) -> String {
    let name = |met: &Met| met.case.split_once("::").map_or(met.case.clone(), |(_, name)| name.to_owned());
    let met = cause.met().into_iter().take(MAX_CASES);
    let shown: Vec<_> =
        met.map(|met| format!("{} {}", code(&phrases::place(&met.place)), inline(&name(met)))).collect();
    let more = cause.cases().saturating_sub(shown.len() as u64);
    let more = if more > 0 { format!(" and {}", quantity::count(more, "more case")) } else { String::new() };
    format!("seen in {}{more}", shown.join(", "))
}

/// Formats the reason, the owner, the expiry date and the location of a waiver.
pub(crate) fn waiver(waiver: &Waiver) -> String {
    let Waiver { owner, reason, expires, place } = waiver;
    format!("{} ({} until {}, {})", inline(reason), inline(owner), inline(expires), code(&phrases::place(place)))
}
