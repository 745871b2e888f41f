//! Findings: equal findings of many cases are shown once.

use maud::{Markup, html};

use crate::diff::{Line, shorten};
use crate::quantity;
use crate::record::{Compared, Finding, Group, Head, Met, Severity, Since};
use crate::report::causes::{Cause, causes};
use crate::report::rule_owner::RuleOwner;
use crate::report::text::diff_lines;
use crate::report::text::phrases;

use super::filter_index::{FilterIndex, FindingStatus};
use super::text::{instant, prose, seen};
use super::{anchor, case, diff};

/// Findings listed at the top of the page.
const MAX_GLANCE: usize = 8;

/// Maximum number of findings shown per operation; the others are shown in their cases.
const MAX_GROUPS: usize = 200;

/// Maximum number of rules, cases and fingerprints of one cause that are listed.
const MAX_RULES: usize = 5;
const MAX_CASES: usize = 50;
const MAX_FINGERPRINTS: usize = 20;

/// Maximum length of a finding's sentence at the top of the page.
const MAX_SENTENCE: usize = 180;

/// Renders the most frequent findings for the top of the page.
pub(super) fn glance(head: &Head) -> Markup {
    let causes = causes(&head.groups);
    let more = causes.len().saturating_sub(MAX_GLANCE) as u64 + head.groups_left_out;
    html! {
        @if !causes.is_empty() {
            h2.findings { "Findings " small { (causes.len() as u64 + head.groups_left_out) } }
            ol.glance aria-label="Findings, the most frequent first" { @for cause in causes.iter().take(MAX_GLANCE) { li { (row(cause, head)) } } }
        }
        @if more > 0 { p.more { (quantity::count(more, "more finding")) ", listed by endpoint below" } }
    }
}

fn row(cause: &Cause<'_>, head: &Head) -> Markup {
    let group = cause.lead;
    let finding = &group.finding;
    html! {
        a href={ "#" (anchor::finding(&finding.fingerprint)) } {
            span.tally.(class(cause, head)) { (cause.cases()) "\u{d7}" }
            span {
                span.what { (chip(finding, head)) code { (seen(&phrases::subject(group))) } " " (shorten(&cause.headline(), MAX_SENTENCE)) }
                span.where {
                    span.method { (seen(&group.method)) } " " (seen(&group.path))
                    @if cause.operations() > 1 { " and " (quantity::count(cause.operations() - 1, "more endpoint")) }
                    " · " (seen(&phrases::note(finding))) " · " (seen(&phrases::place(&finding.place)))
                }
            }
            span.badges { (badges(group)) }
        }
    }
}

/// Renders whose rule the finding is about.
fn chip(finding: &Finding, head: &Head) -> Markup {
    let owner = RuleOwner::of(finding, head);
    let class = match owner {
        RuleOwner::Contract => "contract",
        RuleOwner::Assumption => "assumed",
        RuleOwner::Case | RuleOwner::Client => "ours",
    };
    html! { span.chip.(class) title=(owner.meaning()) { (owner.word()) } " " }
}

/// Returns the style class of a finding: set aside, warning or error.
fn class(cause: &Cause<'_>, head: &Head) -> &'static str {
    match (&cause.lead.waived, cause.lead.finding.severity) {
        (Some(_), _) => "skipped",
        (None, Severity::Error) if cause.is_tolerated(head) => phrases::KNOWN,
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
            Some(Since::New) => span.badge.new title="It is not in the baseline." {
                "new" @if let Some(since) = &group.known_since { ", since " (seen(phrases::day(since))) }
            },
            Some(Since::Known) => span.badge title="It is in the baseline." {
                "known" @if let Some(since) = &group.known_since { " since " (seen(phrases::day(since))) }
            },
            None => {}
        }
    }
}

/// Renders the comparison with the previous run.
pub(super) fn compared(head: &Head) -> Markup {
    html! {
        @if let Some(Compared { started, fixed, carried, further, .. }) = &head.baseline {
            p.about {
                "Compared with the run of " (instant(started)) ": " strong { (quantity::count(fixed.len() as u64, "finding")) } " fixed"
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
pub(super) fn all(head: &Head, operation: Option<&str>, filter_index: &FilterIndex) -> Markup {
    let causes = causes(&head.groups);
    let shown: Vec<_> = causes.iter().filter_map(|cause| Some((cause.within(operation)?, cause))).collect();
    let number = shown.len();
    html! {
        @for (own, cause) in shown.iter().take(MAX_GROUPS) { (one(own, cause.operations() - 1, head, filter_index)) }
        @if number > MAX_GROUPS { p.more { (quantity::count((number - MAX_GROUPS) as u64, "more finding")) ", listed with their cases below" } }
        (fixed(head, operation))
    }
}

/// Renders the findings of one cause in one operation; `elsewhere` other operations have it too.
fn one(cause: &Cause<'_>, elsewhere: u64, head: &Head, filter_index: &FilterIndex) -> Markup {
    let (group, finding) = (cause.lead, &cause.lead.finding);
    let standing = FindingStatus::new(finding, group.waived.is_some());
    let checks = filter_index.numbers_of(cause.groups().map(|group| group.finding.check.as_str()));
    html! {
        article.finding.(class(cause, head)) id=(anchor::finding(&finding.fingerprint)) data-f=[standing.map(FindingStatus::word)] data-c=(checks) tabindex="-1" {
            @for further in &cause.also { span id=(anchor::finding(&further.finding.fingerprint)) {} }
            header {
                h3 { (chip(finding, head)) code { (seen(&phrases::subject(group))) } " " (shorten(&cause.headline(), MAX_SENTENCE)) }
                (badges(group))
                @if group.elements > 1 { span.badge title="Number of elements in the first case" { (group.elements) "\u{d7}" } }
                span.badge { (quantity::count(cause.cases(), "case")) }
            }
            @if cause.is_varied() { p.about { "The cases differ in details. The first case:" } }
            (diff::diff(&lines(cause)))
            dl {
                (rules(cause))
                @if elsewhere > 0 { div { dt { "Elsewhere" } dd { "the same in " (quantity::count(elsewhere, "more endpoint")) } } }
                @if let Some(why) = phrases::rationale(head, &finding.check) { div { dt { "Rationale" } dd.why { (prose(why)) } } }
                @if let Some(held) = &group.waived { div { dt { "Waived" } dd { (case::waiver(held)) } } }
                div { dt { "Seen in" } dd { (cases(cause)) } }
                @if let Some((name, value)) = &group.request_id { div { dt { "Request ID" } dd { code { (seen(name)) ": " (seen(value)) } } } }
                div { dt { "Fingerprint" } dd { (fingerprints(cause)) } }
            }
            @if let Some(curl) = &group.curl { details.command { summary { "Reproduce the request" } (case::copyable(curl)) } }
        }
    }
}

/// Renders the rules; those of one cause are equal.
fn rules(cause: &Cause<'_>) -> Markup {
    let rules = cause.rules();
    let more = rules.len().saturating_sub(MAX_RULES) as u64;
    html! {
        @for finding in rules.iter().take(MAX_RULES) { (rule(finding)) }
        @if more > 0 { div { dt {} dd { "and " (quantity::count(more, "equal rule")) } } }
    }
}

/// Renders check, keyword and location of the rule, with its source line.
fn rule(finding: &Finding) -> Markup {
    html! {
        div {
            dt { "Rule" }
            dd { (seen(&phrases::note(finding))) " " (case::at(&finding.place)) @if let Some(source) = &finding.source { " " code.source { (seen(source)) } } }
        }
    }
}

fn fingerprints(cause: &Cause<'_>) -> Markup {
    let more = cause.groups().count().saturating_sub(MAX_FINGERPRINTS);
    let shown = cause.groups().map(|group| &group.finding.fingerprint).take(MAX_FINGERPRINTS);
    html! {
        @for print in shown { a href={ "#" (anchor::finding(print)) } { code { (seen(print)) } } " " }
        @if more > 0 { "and " (more) " more in record.json" }
    }
}

/// Returns the expected and actual lines of findings without annotations, which the card shows elsewhere.
fn lines(cause: &Cause<'_>) -> Vec<Line> {
    let findings: Vec<_> = cause.groups().map(|group| &group.finding).collect();
    diff_lines::brief(&findings).into_iter().map(|line| Line { annotation: None, ..line }).collect()
}

/// Renders links to the cases, with the location of the first.
fn cases(cause: &Cause<'_>) -> Markup {
    let (met, number) = (cause.met(), cause.cases());
    let named = met.len().min(MAX_CASES);
    let link = |met: &Met| html! { a href={ "#" (anchor::case(&met.case)) } { (seen(name(&met.case))) } };
    let more = number.saturating_sub(named as u64);
    html! {
        @if let Some((first, rest)) = met[..named].split_first() {
            (link(first)) " " (case::at(&first.place))
            @if !rest.is_empty() {
                details.others {
                    summary { (quantity::count(number.saturating_sub(1), "other case")) }
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
