//! Top of the page: the verdict, the run, the piles, what to do, and the most frequent findings.

use maud::{Markup, html};

use crate::diff::shorten;
use crate::record::{Head, Job};
use crate::report::text::phrases;
use crate::report::text::verdict;

use super::text::{instant, seen};
use super::{finding, piles};

/// Characters of a commit that are shown.
const COMMIT: usize = 12;

/// Renders the top of the page: what happened, whose fault it is, and what to do.
pub(super) fn top(head: &Head) -> Markup {
    html! {
        header.verdict.(verdict::outcome(head)) {
            p.mark { (seen(&head.tool.name)) }
            h1 { span aria-hidden="true" { (verdict::glyph(head)) " " } (seen(&verdict::sentence(head))) }
            (about(head))
            (bar(head))
            p.counts { (counts(head)) }
            (piles::piles(head))
            (piles::to_do(head))
            (finding::compared(head))
            (finding::glance(head))
        }
    }
}

/// Renders the facts that name the run: API and target, version of the document, commit, job, time.
fn about(head: &Head) -> Markup {
    let Head { contract, target, job, .. } = head;
    let (commit, job) = (job.as_ref().and_then(|job| job.commit.as_deref()), job.as_ref());
    html! {
        p.about {
            strong { (seen(&contract.title)) }
            @if let Some(partner) = &target.partner { " · partner " strong { (seen(partner)) } }
            " · target " strong { (seen(&target.name)) } @if target.mock { " (mock)" } @if target.url != target.name { " " code { (seen(&target.url)) } }
            " · document version " strong { (seen(&contract.version)) }
            @if let Some(commit) = commit { " · commit " code title=(seen(commit)) { (shorten(commit, COMMIT)) } }
            @if let Some(job) = job { (self::job(job)) }
            " · " (instant(&head.started)) " · " (phrases::duration(head.seconds * 1000.0))
        }
    }
}

/// Renders the CI job, as a link if its URL is one of the web.
fn job(job: &Job) -> Markup {
    let name = job.name.as_deref().or(job.url.as_deref());
    let is_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if let Some(name) = name {
            " · job "
            @if let Some(url) = job.url.as_ref().filter(is_web) { a href=(url) rel="noreferrer" { (seen(name)) } } @else { (seen(name)) }
        }
    }
}

/// Returns the title of the page.
pub(super) fn title(head: &Head) -> String {
    format!("{} {} · {}", verdict::glyph(head), verdict::sentence(head), seen(&head.contract.title))
}

/// Renders the outcomes as shares of a bar.
fn bar(head: &Head) -> Markup {
    let mut from = 0;
    html! {
        @if head.summary.cases > 0 {
            svg.shares viewBox={ "0 0 " (head.summary.cases) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                @for (number, class) in phrases::outcomes(head) {
                    rect class=(class) x=(from) y="0" width=(number) height="1" {}
                    @let () = from += number;
                }
            }
        }
    }
}

fn counts(head: &Head) -> Markup {
    html! { @for (number, word) in phrases::outcomes(head) { span class=(word) { b { (number) } " " (word) } " " } }
}
