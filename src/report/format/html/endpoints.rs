//! Table of endpoints: cases by pile and documented responses.

use maud::{Markup, html};

use crate::quantity;
use crate::record::{Endpoint, Head, Summary};
use crate::report::counts::{self, Column, Shares, columns};
use crate::report::text::phrases;

use super::anchor;
use super::operation::{name, responses};
use super::section::Section;

/// Renders the section with the table; operations without cases are counted below it.
pub(super) fn table(head: &Head, sections: &[Section]) -> Markup {
    let tried = || head.coverage.iter().zip(sections).filter(|(endpoint, _)| endpoint.summary.cases > 0);
    let outside = counts::outside(head);
    let columns = columns(head);
    let untried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases == 0);
    let (left_out, unknown): (Vec<_>, Vec<_>) = untried.partition(|endpoint| endpoint.summary.not_run > 0);
    let not_run = quantity::total(left_out.iter().map(|endpoint| endpoint.summary.not_run));
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            div.scrolling tabindex="0" role="region" aria-label="Table of endpoints" {
                table {
                    thead { tr {
                        th scope="col" { "Endpoint" }
                        @for column in &columns { th.number scope="col" { (column.heading) } }
                        th scope="col" { "Documented responses" }
                        th.number scope="col" { "Slowest" }
                    } }
                    tbody {
                        @for (endpoint, section) in tried() {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint(&endpoint.operation)) } { (name(endpoint)) } }
                                (numbers(head, &endpoint.summary, &columns))
                                td { (responses(&endpoint.responses)) }
                                td.number { (slowest(section)) }
                            }
                        }
                        @if outside.cases > 0 {
                            tr {
                                th scope="row" { a href={ "#" (anchor::endpoint("")) } { "outside the contract" } }
                                (numbers(head, &outside, &columns))
                                td {}
                                td.number { @if let Some(section) = sections.last() { (slowest(section)) } }
                            }
                        }
                    }
                }
            }
            (without_cases(&format!("not run ({})", quantity::count(not_run, "case")), &left_out))
            (without_cases("without cases", &unknown))
        }
    }
}

fn numbers(head: &Head, summary: &Summary, columns: &[&Column]) -> Markup {
    let shares = Shares::new(head, summary);
    html! {
        @for column in columns {
            @let number = (column.number)(&shares);
            @if number > 0 { td.number.(column.class) { (number) } } @else { td.number.none { "0" } }
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
