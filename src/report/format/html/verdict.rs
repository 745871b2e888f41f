//! Top of the page: verdict, counts and the most frequent findings.

use maud::{Markup, html};

use crate::record::{Head, Summary};
use crate::report::words;

use super::finding;
use super::text::{instant, seen};

/// Renders the top of the page.
pub fn verdict(head: &Head) -> Markup {
    let Head { summary, contract, target, .. } = head;
    html! {
        header.verdict.(class(summary)) {
            p.mark { (seen(&head.tool.name)) }
            h1 { span aria-hidden="true" { (glyph(summary)) " " } (sentence(head)) }
            p.about {
                strong { (seen(&contract.title)) " " (seen(&contract.version)) }
                " on " strong { (seen(&target.name)) } " · " (words::duration(head.seconds * 1000.0)) " · " (instant(&head.started))
            }
            (bar(summary))
            p.counts { (counts(summary)) @for remark in words::remarks(summary) { " " span { (remark) } } }
            (finding::compared(head))
            (finding::glance(head))
        }
    }
}

/// Returns the title of the page.
pub fn title(head: &Head) -> String {
    format!(
        "{} {} · {} on {}",
        glyph(&head.summary),
        sentence(head),
        seen(&head.contract.title),
        seen(&head.target.name)
    )
}

/// Returns the style class of the verdict.
fn class(summary: &Summary) -> &'static str {
    match (summary.failed, summary.errored, summary.passed) {
        (1.., ..) => "failed",
        (0, 1.., _) => "errored",
        (0, 0, 1..) => "passed",
        (0, 0, 0) => "skipped",
    }
}

fn glyph(summary: &Summary) -> &'static str {
    match class(summary) {
        "failed" => "✗",
        "errored" => "!",
        "passed" => "✓",
        _ => "-",
    }
}

fn sentence(head: &Head) -> String {
    let Summary { cases, passed, failed, errored, .. } = head.summary;
    let of = |number: u64, what: &str| format!("{number} of {} {what}", words::count(cases, "case"));
    let said = match (failed, errored, passed) {
        (1.., 1.., _) => format!("{}, {errored} errored", of(failed, "failed")),
        (1.., 0, _) => of(failed, "failed"),
        (0, 1.., _) => of(errored, "could not be completed"),
        (0, 0, 0) => "Nothing was judged".to_owned(),
        (0, 0, _) if passed == cases => format!("All {} passed", words::count(cases, "case")),
        (0, 0, _) => of(passed, "passed, the others were skipped"),
    };
    if head.interrupted { format!("Interrupted: {}", said.to_lowercase()) } else { said }
}

/// Renders the outcomes as shares of a bar.
fn bar(summary: &Summary) -> Markup {
    let mut from = 0;
    html! {
        @if summary.cases > 0 {
            svg.shares viewBox={ "0 0 " (summary.cases) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                @for (number, class) in outcomes(summary) {
                    rect class=(class) x=(from) y="0" width=(number) height="1" {}
                    @let () = from += number;
                }
            }
        }
    }
}

fn counts(summary: &Summary) -> Markup {
    html! { @for (number, word) in outcomes(summary) { span class=(word) { b { (number) } " " (word) } " " } }
}

/// Returns the outcomes that occur.
fn outcomes(summary: &Summary) -> impl Iterator<Item = (u64, &'static str)> {
    let all = [
        (summary.failed, "failed"),
        (summary.errored, "errored"),
        (summary.skipped, "skipped"),
        (summary.passed, "passed"),
    ];
    all.into_iter().filter(|(number, _)| *number > 0)
}
