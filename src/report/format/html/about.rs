//! Facts of the run: contract, target, seed, and assumptions that overlays add to the published document.

use maud::{Markup, html};

use crate::record::{Head, OverlayAction};
use crate::report::words;

use super::case;
use super::text::{instant, seen};

/// Renders the section with the facts of the run.
pub fn about(head: &Head) -> Markup {
    let Head { contract, target, tool, .. } = head;
    html! {
        section aria-labelledby="about" {
            h2 id="about" { "This run" }
            dl.facts {
                div { dt { "Contract" } dd { (seen(&contract.title)) " " (seen(&contract.version)) " " code { (seen(&contract.file)) } } }
                div { dt { "Target" } dd { (seen(&target.name)) @if target.url != target.name { " " code { (seen(&target.url)) } } } }
                div { dt { "Seed" } dd { (head.seed) } }
                div { dt { "Started" } dd { (instant(&head.started)) } }
                div { dt { "Took" } dd { (words::duration(head.seconds * 1000.0)) @if head.interrupted { ", interrupted" } } }
                div { dt { "SHA-256" } dd { code { (seen(&contract.sha256)) } } }
                @if let Some(baseline) = &head.baseline {
                    div { dt { "Compared to" } dd { code { (seen(&baseline.file)) } " " (instant(&baseline.started)) } }
                }
                div { dt { "Written by" } dd { (seen(&tool.name)) " " (seen(&tool.version)) } }
            }
            @if !head.overlay.is_empty() {
                details.assumptions open[head.overlay.len() <= 3] {
                    summary { (words::count(head.overlay.len() as u64, "assumption")) " beyond the published document" }
                    ul { @for action in &head.overlay { li { (assumption(action)) } } }
                }
            }
        }
    }
}

fn assumption(action: &OverlayAction) -> Markup {
    html! {
        (case::at(&action.place)) " "
        @if let Some(why) = &action.description { (seen(why)) }
        @if action.changes.is_empty() { " It changed nothing." } @else {
            ul { @for change in &action.changes { li { (seen(&change.change)) " " code { (seen(&change.at)) } } } }
        }
    }
}
