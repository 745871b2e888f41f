//! A case: a plain row, or a row that opens if it has details.

use maud::{Markup, html};

use crate::record::{Entry, Exchange, Finding, Place, Severity, Verdict, Waiver};
use crate::report::reported_case::ReportedCase;
use crate::report::text::command;
use crate::report::text::distinct::{Distinct, distinct, times};
use crate::report::text::phrases;

use super::filter_index::FilterIndex;
use super::text::seen;
use super::{anchor, diff};

/// Maximum size of a command shown in bytes; half a command would be worse than none.
const COMMAND: usize = 16 * 1024;

/// Renders a case as a list item. There may be 20,000, so it has no element that it can do without.
pub(super) fn case(case: &ReportedCase<'_>, filter_index: &mut FilterIndex) -> Markup {
    let entry = &*case.entry;
    let ((checks, tags), statuses) = (filter_index.checks_and_tags(entry), filter_index.count_statuses(entry));
    let has_details = has_details(entry);
    html! {
        li.case.row[!has_details] id=(anchor::case(&entry.case)) data-o=(phrases::outcome(entry)) data-f=[statuses] data-c=[checks] data-t=[tags] {
            @if has_details {
                details { summary { (line(entry)) } div.inside { (inside(case)) } }
            } @else { (line(entry)) }
        }
    }
}

/// Returns whether the case has details that a row cannot show.
fn has_details(entry: &Entry) -> bool {
    let held = !entry.acknowledged.is_empty() || !entry.waived.is_empty() || !entry.not_checked.is_empty();
    held || entry.flaky || !entry.findings.is_empty() || matches!(entry.outcome, Verdict::Failed | Verdict::Errored)
}

/// Renders the row. The sign before the name comes from the style sheet; the heading of the list states the outcome in
/// words.
fn line(entry: &Entry) -> Markup {
    let violates = phrases::violations(entry).join(", ");
    html! {
        span {
            (seen(&phrases::name(entry)))
            @if !violates.is_empty() { small { "violates " (seen(&violates)) } }
            @if let (Verdict::Skipped, Some(reason)) = (entry.outcome, &entry.reason) { small { (seen(reason)) } }
        }
        i { (phrases::result(entry)) }
        (at(&entry.place))
    }
}

fn inside(case: &ReportedCase<'_>) -> Markup {
    let entry = &*case.entry;
    html! {
        @if let Some(reason) = &entry.reason { p.reason { (seen(reason)) } }
        (diff::diff(case.diff()))
        ul.notes {
            @for Distinct { finding, times: number } in distinct(&entry.findings) { li { (finding_line(finding)) (times(number)) } }
            @for held in &entry.acknowledged {
                li { (finding_line(&held.finding)) " " em { (phrases::state(held)) ": " (seen(&held.reason)) } }
            }
            @for held in &entry.waived { li { (finding_line(&held.finding)) " " em { "waived: " (waiver(&held.waiver)) } } }
            @for held in &entry.not_checked { li { strong { (seen(&held.check)) } " not checked: " (seen(&held.reason)) } }
            @for place in &entry.assumed { li { "Assumption: " (at(place)) } }
            @for requirement in &entry.requirements { li { "Requirement: " (seen(requirement)) } }
            @for (name, value) in &entry.properties { li { (seen(name)) ": " (seen(value)) } }
        }
        @if let Some(curl) = &entry.curl { div.command { (copyable(curl)) } }
        @for earlier in &entry.earlier { (headers(&earlier.exchange)) }
        @if let Some(exchange) = &entry.exchange { (headers(exchange)) }
    }
}

fn finding_line(finding: &Finding) -> Markup {
    html! {
        a href={ "#" (anchor::finding(&finding.fingerprint)) } { (seen(&phrases::note(finding))) } @if finding.severity == Severity::Warning { " (warning)" }
        " " (seen(&finding.sentence())) " "
        (at(&finding.place)) @if let Some(source) = &finding.source { " " code.source { (seen(source)) } }
    }
}

/// Renders the reason, the owner, the expiry date and the location of a waiver.
pub(super) fn waiver(waiver: &Waiver) -> Markup {
    html! { (seen(&waiver.reason)) " (" (seen(&waiver.owner)) " until " (seen(&waiver.expires)) ", " (at(&waiver.place)) ")" }
}

/// Renders a location in a file.
pub(super) fn at(place: &Place) -> Markup {
    html! { code { (seen(&phrases::place(place))) } }
}

/// Renders the command that reproduces the request, with a button to copy it.
pub(super) fn copyable(curl: &str) -> Markup {
    html! {
        @if curl.len() > COMMAND {
            p.reason { "The curl command is too long to show; see record.json." }
        } @else {
            code.repeat { (command::shell(curl)) }
            button.copy.scripted type="button" { "Copy curl" }
        }
    }
}

fn headers(exchange: &Exchange) -> Markup {
    html! {
        @if let Some(response) = &exchange.response {
            code.wire {
                (seen(&response.version)) " " (response.status) "\n"
                @for (name, value) in &response.headers { (seen(name)) ": " (seen(value)) "\n" }
            }
        }
    }
}
