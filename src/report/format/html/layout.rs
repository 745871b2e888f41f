//! Frame of the page: content security policy, style, filter, script.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::record::Head;

use super::filter_index::{FilterIndex, FindingStatus, Names};
use super::text::seen;
use super::verdict;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes everything up to the content of `<main>`.
pub fn open(head: &Head, filter_index: &FilterIndex, out: &mut dyn Write) -> io::Result<()> {
    let start = html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy());
            meta name="generator" content={ (seen(&head.tool.name)) " " (seen(&head.tool.version)) };
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (verdict::title(head)) }
            style { (PreEscaped(STYLE)) }
        }
    };
    let bar = html! {
        a.skip href="#endpoints" { "Skip to the endpoints" }
        (filter(head, filter_index))
        (PreEscaped("<main>"))
    };
    write!(out, "{}<body>{}", start.into_string(), bar.into_string())
}

/// Writes everything after the content of `<main>`.
pub fn close(head: &Head, out: &mut dyn Write) -> io::Result<()> {
    let end = html! {
        footer { "Written by " (seen(&head.tool.name)) " " (seen(&head.tool.version)) "." }
        (help())
        script { (PreEscaped(SCRIPT)) }
    };
    writeln!(out, "</main>{}</body></html>", end.into_string())
}

/// Returns the content security policy: nothing is loaded or sent, and only the style and script with these hashes are
/// used.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Renders the filter bar, which is hidden while the script does not run.
fn filter(head: &Head, filter_index: &FilterIndex) -> Markup {
    let outcomes = [
        (head.summary.failed, "failed"),
        (head.summary.errored, "errored"),
        (head.summary.skipped, "skipped"),
        (head.summary.passed, "passed"),
    ];
    let words = FindingStatus::ALL.into_iter().map(FindingStatus::word);
    let statuses = filter_index.statuses.into_iter().zip(words);
    html! {
        div.tools.scripted role="search" aria-label="Filter cases" {
            input type="search" name="text" placeholder="Filter cases  /" aria-label="Text" autocomplete="off" spellcheck="false";
            (chips("outcome", outcomes))
            (chips("finding", statuses))
            (choice("check", &filter_index.checks))
            (choice("tag", &filter_index.tags))
            output aria-live="polite" {}
            button.split type="button" aria-pressed="false" { "Side by side" }
            button.theme type="button" { "Theme" }
            button.help type="button" aria-label="Keys" { "?" }
        }
    }
}

/// Renders a toggle button per value that occurs.
fn chips(what: &str, counted: impl IntoIterator<Item = (u64, &'static str)>) -> Markup {
    let counted: Vec<_> = counted.into_iter().filter(|(number, _)| *number > 0).collect();
    html! {
        @if !counted.is_empty() {
            div.chips role="group" aria-label=(what) {
                @for (number, word) in counted {
                    button type="button" aria-pressed="false" name=(what) value=(word) class=(word) { (word) " " b { (number) } }
                }
            }
        }
    }
}

fn choice(what: &str, names: &Names) -> Markup {
    let names = names.sorted();
    html! {
        @if !names.is_empty() {
            select name=(what) aria-label=(what) {
                option value="" { "any " (what) }
                @for (name, number) in names { option value=(number) { (seen(name)) } }
            }
        }
    }
}

/// Renders the keyboard shortcuts, opened with `?`.
fn help() -> Markup {
    let keys = [
        ("/", "to the filter"),
        ("j", "next failure"),
        ("k", "previous failure"),
        ("o", "open or close it (Enter too)"),
        ("s", "side by side, or one below the other"),
        ("t", "light, dark, as the system"),
        ("Esc", "clear the filter"),
        ("?", "these keys"),
    ];
    html! {
        dialog.keys aria-labelledby="keys" {
            h2 id="keys" { "Keys" }
            dl { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
            form method="dialog" { button { "Close" } }
        }
    }
}
