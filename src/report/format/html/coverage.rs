//! Section about clause coverage: counts per group and operation, the most important gaps, and the lines of the document that no case tests.

use maud::{Markup, html};

use crate::quantity;
use crate::record::{ClauseCounts, ClauseCoverage, Gap, Head, OpenClause};
use crate::report::coverage::shares;
use crate::report::text::phrases;

use super::text::{prose, seen};
use super::{anchor, case};

/// Maximum number of lines of the document that are shown per operation.
const MAX_LINES: usize = 200;

/// Renders the section; nothing for a record without clauses.
pub(super) fn coverage(head: &Head) -> Markup {
    let Some((coverage, line)) = head.clauses.as_ref().and_then(|held| Some((held, shares::line(held)?))) else {
        return html! {};
    };
    html! {
        section.coverage aria-labelledby="coverage" {
            h2 id="coverage" { "Coverage" }
            p.about { (line) ". A clause is one testable statement of the document." }
            @for missed in &coverage.missed { p.note { (seen(missed)) } }
            (groups(coverage))
            @for note in [shares::omitted(coverage), shares::withheld(coverage)].into_iter().flatten() { p.more { (note) } }
            (gaps(&coverage.gaps))
            @if coverage.open.iter().any(shares::counts_as_gap) {
                h3 { "Untested lines of the document" }
                @for operation in &coverage.operations { (self::operation(head, coverage, &operation.operation)) }
            }
            (set_aside(coverage))
            @if coverage.open_left_out > 0 {
                p.more { (quantity::count(coverage.open_left_out, "more clause")) ": see " code { "signoff coverage --unmet" } }
            }
        }
    }
}

/// Table of the groups.
fn groups(coverage: &ClauseCoverage) -> Markup {
    html! {
        div.scrolling tabindex="0" role="region" aria-label="Table of coverage" {
            table {
                thead { tr {
                    th scope="col" { "Group" }
                    @for heading in ["Met", "Not met", "Contradicted", "Excluded", "Impossible"] {
                        th.number scope="col" { (heading) }
                    }
                } }
                tbody {
                    @for (group, counts) in shares::by_group(coverage, None) { (row(group, &counts)) }
                    (row("all", &coverage.counts(None)))
                }
            }
        }
    }
}

fn row(group: &str, counts: &ClauseCounts) -> Markup {
    html! {
        tr {
            th scope="row" { (group) }
            td.number { (shares::share(counts)) }
            @for (number, class) in [
                (counts.unmet, "errored"), (counts.contradicted, "failed"), (counts.excluded, "known"), (counts.impossible, "known"),
            ] {
                @if number > 0 { td.number.(class) { (number) } } @else { td.number.none { "0" } }
            }
        }
    }
}

fn gaps(gaps: &[Gap]) -> Markup {
    html! {
        @if !gaps.is_empty() {
            h3 { "Most important gaps" }
            ol.gaps {
                @for gap in gaps {
                    li {
                        p { (prose(&gap.sentence)) @if gap.further > 0 { " " (quantity::count(gap.further, "more clause")) " of this kind." } }
                        p.notes {
                            @if let Some(place) = &gap.place { (case::at(place)) }
                            @if let Some(owner) = &gap.owner { " · owner " strong { (seen(owner)) } }
                        }
                        details.command {
                            summary { "How to close it" }
                            code.repeat { (seen(&gap.command)) }
                            @if !gap.case.is_empty() { pre { (seen_lines(&gap.case)) } }
                            pre { (seen_lines(&gap.exclusion)) }
                        }
                    }
                }
            }
        }
    }
}

/// Untested lines of one operation.
fn operation(head: &Head, coverage: &ClauseCoverage, name: &str) -> Markup {
    let own = coverage.open.iter().filter(|open| open.operation == name && shares::counts_as_gap(open));
    let lines = lines(own);
    let endpoint = head.coverage.iter().find(|endpoint| endpoint.operation == name);
    let further = lines.len().saturating_sub(MAX_LINES) as u64;
    html! {
        @if !lines.is_empty() {
            details.lines {
                summary {
                    h4 {
                        @if let Some(endpoint) = endpoint { (super::operation::name(endpoint)) } @else { (seen(name)) }
                        " " b { (shares::share(&shares::of_operation(coverage, name))) }
                    }
                }
                @if endpoint.is_some_and(|endpoint| endpoint.summary.cases > 0) {
                    p.notes { a href={ "#" (anchor::endpoint(name)) } { "Cases of this operation" } }
                }
                ol.untested {
                    @for (first, all) in lines.iter().take(MAX_LINES) { (line(first, all)) }
                }
                @if further > 0 { p.more { (quantity::count(further, "more line")) " in record.json" } }
            }
        }
    }
}

/// The clauses by line of the document, in order; the clauses of a line together.
fn lines<'c>(open: impl Iterator<Item = &'c OpenClause>) -> Vec<(&'c OpenClause, Vec<&'c OpenClause>)> {
    let mut lines: Vec<(&OpenClause, Vec<&OpenClause>)> = Vec::new();
    let line = |open: &OpenClause| open.place.as_ref().map(|place| (place.file.clone(), place.line));
    let mut sorted: Vec<_> = open.collect();
    sorted.sort_by_key(|open| line(open));
    for open in sorted {
        match lines.last_mut() {
            Some((first, all)) if line(first) == line(open) => all.push(open),
            _ => lines.push((open, vec![open])),
        }
    }
    lines
}

fn line(first: &OpenClause, all: &[&OpenClause]) -> Markup {
    html! {
        li {
            @if let Some(place) = &first.place {
                code.at { (seen(&phrases::place(place))) } " "
                @if let Some(source) = &first.source { code { mark { (seen(source)) } } }
            }
            ul {
                @for open in all {
                    li title=(seen(&open.clause)) { (prose(&open.states)) " " span.notes { (seen(&shares::state(open))) } }
                }
            }
        }
    }
}

/// Clauses that are excluded or impossible, with the reasons.
fn set_aside(coverage: &ClauseCoverage) -> Markup {
    let aside: Vec<_> = coverage.open.iter().filter(|open| !shares::counts_as_gap(open)).collect();
    html! {
        @if !aside.is_empty() {
            details.lines {
                summary { h4 { "Excluded and impossible clauses " b { (aside.len()) } } }
                ul.untested {
                    @for open in aside.iter().take(MAX_LINES) {
                        li { code { (seen(&open.clause)) } " " span.notes { (prose(&shares::state(open))) } }
                    }
                }
                @if let Some(further) = aside.len().checked_sub(MAX_LINES).filter(|further| *further > 0) {
                    p.more { (quantity::count(further as u64, "more clause")) " in record.json" }
                }
            }
        }
    }
}

/// YAML with its line breaks; other control characters are made visible.
fn seen_lines(text: &str) -> String {
    text.lines().map(|line| seen(line).into_owned()).collect::<Vec<_>>().join("\n")
}
