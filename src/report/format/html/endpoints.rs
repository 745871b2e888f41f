//! Table of endpoints: counts per outcome and documented responses.

use maud::{Markup, html};

use crate::record::{Endpoint, Head, Summary};
use crate::report::{counts, words};

use super::anchor;
use super::operation::{name, responses};
use super::section::Section;

/// A heading and the number below it.
type Column = (&'static str, fn(&Summary) -> u64);

/// Columns of numbers.
const COLUMNS: [Column; 5] = [
    ("passed", |summary| summary.passed),
    ("failed", |summary| summary.failed),
    ("errored", |summary| summary.errored),
    ("skipped", |summary| summary.skipped),
    ("not checked", |summary| summary.not_checked),
];

/// Renders the section with the table; operations without cases are counted below it.
pub fn table(head: &Head, sections: &[Section]) -> Markup {
    let tried = || head.coverage.iter().zip(sections).filter(|(endpoint, _)| endpoint.summary.cases > 0);
    let outside = counts::outside(head);
    let untried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases == 0);
    let (left_out, unknown): (Vec<_>, Vec<_>) = untried.partition(|endpoint| endpoint.summary.not_run > 0);
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            div.scrolling tabindex="0" role="region" aria-label="Table of endpoints" {
                table {
                    thead { tr {
                        th scope="col" { "Endpoint" }
                        @for (heading, _) in COLUMNS { th.number scope="col" { (heading) } }
                        th scope="col" { "declared answers" }
                        th.number scope="col" { "slowest" }
                    } }
                    tbody {
                        @for (endpoint, section) in tried() {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint(&endpoint.operation)) } { (name(endpoint)) } }
                                (numbers(&endpoint.summary))
                                td { (responses(&endpoint.responses)) }
                                td.number { (slowest(section)) }
                            }
                        }
                        @if outside.cases > 0 {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint("")) } { "outside the contract" } }
                                (numbers(&outside))
                                td {}
                                td.number { @if let Some(section) = sections.last() { (slowest(section)) } }
                            }
                        }
                    }
                }
            }
            (untold("not run", &left_out))
            (untold("without a case", &unknown))
        }
    }
}

fn numbers(summary: &Summary) -> Markup {
    html! {
        @for (heading, number) in COLUMNS {
            @let number = number(summary);
            @if number > 0 { td.number.(heading) { (number) } } @else { td.number.none { "0" } }
        }
    }
}

fn slowest(section: &Section) -> Markup {
    html! {
        @if let Some((milliseconds, anchor)) = section.slowest() {
            a href={ "#" (anchor) } { (words::duration(*milliseconds)) }
        } @else { span.none { "none" } }
    }
}

fn untold(what: &str, endpoints: &[&Endpoint]) -> Markup {
    html! {
        @if !endpoints.is_empty() {
            details.untold {
                summary { (words::count(endpoints.len() as u64, "endpoint")) " " (what) }
                ul { @for endpoint in endpoints { li { (name(endpoint)) } } }
            }
        }
    }
}
