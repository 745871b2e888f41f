//! Findings: equal findings of many cases are shown once.

use maud::{Markup, html};

use crate::diff::{Line, shorten};
use crate::quantity;
use crate::record::{Compared, Finding, Group, Head, Met, Severity, Since};
use crate::report::text::diff_lines;
use crate::report::text::phrases;

use super::filter_index::FindingStatus;
use super::text::{instant, seen};
use super::{anchor, case, diff};

/// Findings listed at the top of the page.
const MAX_GLANCE: usize = 8;

/// Maximum number of findings shown per operation; the others are shown in their cases.
const MAX_GROUPS: usize = 200;

/// Maximum length of a finding's sentence at the top of the page.
const MAX_SENTENCE: usize = 180;

/// Renders the most frequent findings for the top of the page.
pub(super) fn glance(head: &Head) -> Markup {
    let more = head.groups.len().saturating_sub(MAX_GLANCE) as u64 + head.groups_left_out;
    html! {
        @if !head.groups.is_empty() {
            ol.glance aria-label="Findings, the most frequent first" { @for group in head.groups.iter().take(MAX_GLANCE) { li { (row(group)) } } }
        }
        @if more > 0 { p.more { (quantity::count(more, "more finding")) ", listed by endpoint below" } }
    }
}

fn row(group: &Group) -> Markup {
    let finding = &group.finding;
    html! {
        a href={ "#" (anchor::finding(&finding.fingerprint)) } {
            span.tally.(class(group)) { (group.cases) "\u{d7}" }
            span {
                span.what { (shorten(&phrases::headline(group), MAX_SENTENCE)) }
                span.where { span.method { (seen(&group.method)) } " " (seen(&group.path)) " · " (seen(&phrases::location(finding))) " · " (seen(&phrases::note(finding))) }
            }
            span.badges { (badges(group)) }
        }
    }
}

/// Returns the style class of a finding: waived, warning or error.
fn class(group: &Group) -> &'static str {
    match (&group.waived, group.finding.severity) {
        (Some(_), _) => "skipped",
        (None, Severity::Warning) => "errored",
        (None, Severity::Error) => "failed",
    }
}

/// Renders the badges of a finding: warning, waived, new, known.
fn badges(group: &Group) -> Markup {
    html! {
        @if group.finding.severity == Severity::Warning { span.badge { "warning" } }
        @if group.waived.is_some() { span.badge { "waived" } }
        @match group.finding.since {
            Some(Since::New) => span.badge.new { "new" },
            Some(Since::Known) => span.badge { "known" },
            None => {}
        }
    }
}

/// Renders the comparison with the previous run.
pub(super) fn compared(head: &Head) -> Markup {
    let number = |since| head.groups.iter().filter(|group| group.finding.since == Some(since)).count() as u64;
    html! {
        @if let Some(Compared { started, fixed, carried, further, .. }) = &head.baseline {
            p.about {
                "Compared with the run of " (instant(started)) ": "
                strong { (number(Since::New)) } " new findings, " strong { (number(Since::Known)) } " known, " strong { (fixed.len()) } " fixed"
                @if !carried.is_empty() || !further.is_empty() { ", " strong { (carried.len() + further.len()) } " not compared" }
            }
        }
    }
}

/// Renders the findings of the previous run that are fixed.
fn fixed(head: &Head, operation: Option<&str>) -> Markup {
    let fixed = head.baseline.iter().flat_map(|baseline| &baseline.fixed);
    let fixed: Vec<_> = fixed.filter(|fixed| fixed.operation.as_deref() == operation).collect();
    html! {
        @if !fixed.is_empty() {
            ul.fixed {
                @for fixed in fixed {
                    li {
                        span.badge { "fixed" } " " (seen(&fixed.check)) @if let Some(keyword) = &fixed.keyword { ": " (seen(keyword)) }
                        " in " (seen(&phrases::location_in(fixed.r#in, fixed.name.as_deref(), &fixed.at))) " " (case::at(&fixed.place))
                    }
                }
            }
        }
    }
}

/// Renders the findings of `operation`, or of the cases outside the contract.
pub(super) fn all(head: &Head, operation: Option<&str>) -> Markup {
    let of = |group: &&Group| group.operation.as_deref() == operation;
    let number = head.groups.iter().filter(of).count();
    html! {
        @for group in head.groups.iter().filter(of).take(MAX_GROUPS) { (one(group, head)) }
        @if number > MAX_GROUPS { p.more { (quantity::count((number - MAX_GROUPS) as u64, "more finding")) ", listed with their cases below" } }
        (fixed(head, operation))
    }
}

fn one(group: &Group, head: &Head) -> Markup {
    let finding = &group.finding;
    let standing = FindingStatus::new(finding, group.waived.is_some());
    html! {
        article.finding.(class(group)) id=(anchor::finding(&finding.fingerprint)) data-f=[standing.map(FindingStatus::word)] tabindex="-1" {
            header {
                h3 { (seen(&phrases::note(finding))) small { (seen(&phrases::location(finding))) } }
                (badges(group))
                span.badge { (quantity::count(group.cases, "case")) }
            }
            @if group.varied { p.about { "The actual value differs between cases. The first case:" } }
            (diff::diff(&lines(finding)))
            dl {
                div { dt { "Rule" } dd { (case::at(&finding.place)) @if let Some(source) = &finding.source { " " code.source { (seen(source)) } } } }
                @if let Some(why) = phrases::rationale(head, &finding.check) { div { dt { "Rationale" } dd.why { (prose(why)) } } }
                @if let Some(held) = &group.waived { div { dt { "Waived" } dd { (case::waiver(held)) } } }
                div { dt { "Seen in" } dd { (cases(group)) } }
                @if let Some((name, value)) = &group.request_id { div { dt { "Request ID" } dd { code { (seen(name)) ": " (seen(value)) } } } }
                div { dt { "Fingerprint" } dd { a href={ "#" (anchor::finding(&finding.fingerprint)) } { code { (seen(&finding.fingerprint)) } } } }
            }
            @if let Some(curl) = &group.curl { details.command { summary { "Reproduce the request" } (case::copyable(curl)) } }
        }
    }
}

/// Renders text in which backticks mark code.
fn prose(text: &str) -> Markup {
    html! { @for (index, part) in text.split('`').enumerate() { @if index % 2 == 1 { code { (seen(part)) } } @else { (seen(part)) } } }
}

/// Returns the expected and actual lines of a finding without annotations, which the card shows elsewhere.
fn lines(finding: &Finding) -> Vec<Line> {
    diff_lines::brief(finding).into_iter().map(|line| Line { annotation: None, ..line }).collect()
}

/// Renders links to the cases, with the location of the first.
fn cases(group: &Group) -> Markup {
    let link = |met: &Met| html! { a href={ "#" (anchor::case(&met.case)) } { (seen(name(&met.case))) } };
    let more = group.cases.saturating_sub(group.first.len() as u64);
    html! {
        @if let Some((first, rest)) = group.first.split_first() {
            (link(first)) " " (case::at(&first.place))
            @if !rest.is_empty() {
                details.others {
                    summary { (quantity::count(group.cases.saturating_sub(1), "other case")) }
                    ul { @for met in rest { li { (link(met)) } } @if more > 0 { li { "and " (more) " more" } } }
                }
            }
        }
    }
}

/// Returns the name in a case id.
fn name(id: &str) -> &str {
    id.split_once("::").map_or(id, |(_, name)| name)
}
