//! Section about mutation testing: would the cases notice a fault? One score, counts per family and operation, and the survivors.

use maud::{Markup, html};

use crate::quantity;
use crate::record::{FaultCounts, FaultGroup, Head, Mutation, NotReached, Survivor};
use crate::report::text::faults;

use super::case;
use super::text::{instant, prose, seen};

/// Maximum number of survivors that are shown.
const MAX_SURVIVORS: usize = 100;

/// Renders the section.
pub(super) fn mutation(head: &Head) -> Markup {
    html! {
        section.coverage.faults aria-labelledby="faults" {
            h2 id="faults" { "Would the cases notice?" }
            @match faults::of_run(head) {
                None => p.about {
                    "Not measured for this run. " code { "signoff mutate" }
                    " puts one fault at a time into the mock, runs the cases against it, and adds the result here."
                },
                Some(mutation) => (measured(mutation)),
            }
        }
    }
}

fn measured(mutation: &Mutation) -> Markup {
    let Mutation { counts, .. } = mutation;
    let (limits, others): (Vec<_>, Vec<_>) = mutation.survivors.iter().partition(|survivor| survivor.limit);
    html! {
        p.score { strong { (faults::line(mutation)) } }
        p.about {
            (quantity::count(mutation.cases, "case")) " ran against one fault at a time, "
            @if mutation.mock { "put into the mock of target " } @else { "put into the responses of one live pass of target " }
            strong { (seen(&mutation.target)) } ", seed " (mutation.seed) ", " (instant(&mutation.started)) "."
            @if mutation.mock && mutation.rules.is_empty() {
                " The mock has no rules, so nothing that it keeps between requests was tested."
            }
            @if mutation.not_tried > 0 {
                " A sample: " (quantity::count(mutation.not_tried, "fault")) " not tried."
            }
            @if mutation.undeclared > 0 {
                " " (quantity::count(mutation.undeclared, "fault"))
                " not tried: the document does not declare the response or header, and no case expects it."
            }
            (not_scored(counts))
        }
        @if counts.limits > 0 {
            p.note {
                (quantity::count(counts.limits, "violation")) " of the contract survived: a check of signoff should have noticed, whatever the cases expect."
            }
        }
        (next_steps(mutation))
        (table("family", &mutation.families))
        @if !mutation.operations.is_empty() {
            details.lines {
                summary { h3 { "Per operation " b { (mutation.operations.len()) } } }
                (table("operation", &mutation.operations))
            }
        }
        (survivors("Faults that no case noticed", &others))
        (survivors("Violations of the contract that no check noticed", &limits))
        (not_reached(&mutation.not_reached))
        @let further = (mutation.survivors.len().saturating_sub(2 * MAX_SURVIVORS) as u64).saturating_add(mutation.survivors_left_out);
        @if further > 0 {
            p.more { (quantity::count(further, "more survivor")) ": see " code { "signoff mutate" } }
        }
    }
}

/// The command that writes the suggested expectations, if there are any.
fn next_steps(mutation: &Mutation) -> Markup {
    let suggested = mutation.survivors.iter().filter(|survivor| survivor.case.is_some()).count();
    html! {
        @if suggested > 0 && mutation.mock {
            p.about {
                "Of these survivors, " (suggested) " would be noticed with a verified expectation. This writes them into the case files: "
                code { "signoff mutate --suggest | git apply --allow-empty" }
            }
        }
    }
}

fn not_scored(counts: &FaultCounts) -> Markup {
    let kinds = [(counts.unspecified, "that no case can know"), (counts.excluded, "excluded with a reason")];
    html! {
        @for (number, kind) in kinds.into_iter().filter(|(number, _)| *number > 0) {
            " Not scored: " (quantity::count(number, "fault")) " " (kind) "."
        }
    }
}

fn table(what: &str, groups: &[FaultGroup]) -> Markup {
    html! {
        div.scrolling tabindex="0" role="region" aria-label={ "Faults per " (what) } {
            table {
                thead { tr {
                    th scope="col" { (what) }
                    @for heading in ["Noticed", "Survived", "Not reached"] { th.number scope="col" { (heading) } }
                } }
                tbody {
                    @for FaultGroup { name, counts } in groups {
                        tr {
                            th scope="row" { (seen(name)) }
                            td.number { (faults::share(counts)) }
                            @for (number, class) in [(counts.survived, "failed"), (counts.not_reached, "errored")] {
                                @if number > 0 { td.number.(class) { (number) } } @else { td.number.none { "0" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn survivors(title: &str, survivors: &[&Survivor]) -> Markup {
    html! {
        @if !survivors.is_empty() {
            details.lines open[survivors.len() <= 10] {
                summary { h3 { (title) " " b { (survivors.len()) } } }
                ul.untested {
                    @for (index, survivor) in survivors.iter().take(MAX_SURVIVORS).enumerate() {
                        (item(survivor, survivors[..index].iter().any(|other| has_same_expectation(other, survivor))))
                    }
                }
                @if let Some(further) = survivors.len().checked_sub(MAX_SURVIVORS).filter(|further| *further > 0) {
                    p.more { (quantity::count(further as u64, "more survivor")) " in record.json" }
                }
            }
        }
    }
}

/// Responses that no case receives, and requests that no case sends.
fn not_reached(list: &[NotReached]) -> Markup {
    html! {
        @if !list.is_empty() {
            details.lines open[list.len() <= 10] {
                summary { h3 { "Faults that no case reaches " b { (quantity::total(list.iter().map(|item| item.faults))) } } }
                ul.untested {
                    @for item in list.iter().take(MAX_SURVIVORS) {
                        li { strong { (seen(&item.operation)) } " " (prose(&item.sentence)) }
                    }
                }
                @if let Some(further) = list.len().checked_sub(MAX_SURVIVORS).filter(|further| *further > 0) {
                    p.more { (quantity::count(further as u64, "more entry")) " in record.json" }
                }
            }
        }
    }
}

fn has_same_expectation(one: &Survivor, other: &Survivor) -> bool {
    (&one.case, &one.expect) == (&other.case, &other.expect)
}

/// One survivor; its expectation only if it is the first with it.
fn item(survivor: &Survivor, is_repeated: bool) -> Markup {
    html! {
        li {
            strong { (seen(&survivor.operation)) } " " (prose(&survivor.sentence))
            @if let Some(place) = &survivor.place { " " span.at { (case::at(place)) } }
            @if survivor.case.is_some() && is_repeated {
                p.notes { "The same expectation as above notices it." }
            } @else if let Some(case) = &survivor.case {
                p.notes { span { "With this expectation, " code { (seen(case)) } " notices it:" } }
                pre { "expect:\n" @for line in &survivor.expect { "  " (seen(line)) "\n" } }
            } @else if let Some(reason) = &survivor.no_suggestion {
                p.notes { "No suggestion: " (prose(reason)) "." }
            }
        }
    }
}
