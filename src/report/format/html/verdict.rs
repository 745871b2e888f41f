//! Top of the page: verdict, counts and the most frequent findings.

use maud::{Markup, html};

use crate::record::{Head, Summary};
use crate::report::text::phrases;
use crate::report::text::verdict;

use super::finding;
use super::text::{instant, seen};

/// Renders the top of the page.
pub(super) fn top(head: &Head) -> Markup {
    let Head { summary, contract, target, .. } = head;
    html! {
        header.verdict.(verdict::outcome(head)) {
            p.mark { (seen(&head.tool.name)) }
            h1 { span aria-hidden="true" { (verdict::glyph(head)) " " } (verdict::sentence(head)) }
            p.about {
                strong { (seen(&contract.title)) " " (seen(&contract.version)) }
                " on " strong { (seen(&target.name)) } " · " (phrases::duration(head.seconds * 1000.0)) " · " (instant(&head.started))
            }
            (bar(summary))
            p.counts { (counts(summary)) @for remark in phrases::remarks(summary) { " " span { (remark) } } }
            (finding::compared(head))
            (finding::glance(head))
        }
    }
}

/// Returns the title of the page.
pub(super) fn title(head: &Head) -> String {
    format!(
        "{} {} · {} on {}",
        verdict::glyph(head),
        verdict::sentence(head),
        seen(&head.contract.title),
        seen(&head.target.name)
    )
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
