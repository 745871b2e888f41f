//! Table of endpoints: counts per outcome and documented responses.

use maud::{Markup, html};

use crate::quantity;
use crate::record::{Endpoint, Head, Summary};
use crate::report::counts;
use crate::report::text::phrases;

use super::anchor;
use super::operation::{name, responses};
use super::section::Section;

/// A heading, the style class and the number below it.
type Column = (&'static str, &'static str, fn(&Summary) -> u64);

/// Columns of numbers; one without numbers is left out, except for the first two.
const COLUMNS: [Column; 5] = [
    ("Passed", "passed", |summary| summary.passed),
    ("Failed", "failed", |summary| summary.failed),
    ("Errored", "errored", |summary| summary.errored),
    ("Skipped", "skipped", |summary| summary.skipped),
    ("Rules not checked", "not-checked", |summary| summary.not_checked),
];

/// Renders the section with the table; operations without cases are counted below it.
pub(super) fn table(head: &Head, sections: &[Section]) -> Markup {
    let tried = || head.coverage.iter().zip(sections).filter(|(endpoint, _)| endpoint.summary.cases > 0);
    let outside = counts::outside(head);
    let columns = COLUMNS.into_iter().enumerate();
    let columns = columns.filter(|(index, (_, _, number))| *index < 2 || number(&head.summary) > 0);
    let columns: Vec<_> = columns.map(|(_, column)| column).collect();
    let untried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases == 0);
    let (left_out, unknown): (Vec<_>, Vec<_>) = untried.partition(|endpoint| endpoint.summary.not_run > 0);
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            div.scrolling tabindex="0" role="region" aria-label="Table of endpoints" {
                table {
                    thead { tr {
                        th scope="col" { "Endpoint" }
                        @for (heading, _, _) in &columns { th.number scope="col" { (heading) } }
                        th scope="col" { "Documented responses" }
                        th.number scope="col" { "Slowest" }
                    } }
                    tbody {
                        @for (endpoint, section) in tried() {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint(&endpoint.operation)) } { (name(endpoint)) } }
                                (numbers(&endpoint.summary, &columns))
                                td { (responses(&endpoint.responses)) }
                                td.number { (slowest(section)) }
                            }
                        }
                        @if outside.cases > 0 {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint("")) } { "outside the contract" } }
                                (numbers(&outside, &columns))
                                td {}
                                td.number { @if let Some(section) = sections.last() { (slowest(section)) } }
                            }
                        }
                    }
                }
            }
            (without_cases("not run", &left_out))
            (without_cases("without cases", &unknown))
        }
    }
}

fn numbers(summary: &Summary, columns: &[Column]) -> Markup {
    html! {
        @for (_, class, number) in columns {
            @let number = number(summary);
            @if number > 0 { td.number.(class) { (number) } } @else { td.number.none { "0" } }
        }
    }
}

fn slowest(section: &Section) -> Markup {
    html! {
        @if let Some((milliseconds, anchor)) = section.slowest() {
            a href={ "#" (anchor) } { (phrases::duration(*milliseconds)) }
        } @else { span.none { "–" } }
    }
}

fn without_cases(what: &str, endpoints: &[&Endpoint]) -> Markup {
    html! {
        @if !endpoints.is_empty() {
            details.uncovered {
                summary { (quantity::count(endpoints.len() as u64, "endpoint")) " " (what) }
                ul { @for endpoint in endpoints { li { (name(endpoint)) } } }
            }
        }
    }
}
