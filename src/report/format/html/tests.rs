//! The page as text; tests/it/page tests it in a browser.

use std::iter::repeat_n;

use std::io;

use super::page::{Page, ROOM};
use crate::record::{Entry, Verdict};
use crate::report::renderer::Renderer;
use crate::report::tests::sample;

fn failed() -> Entry {
    sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Failed).expect("one failed")
}

/// Returns the markup without style and script, one line per important element.
fn content(page: &str) -> String {
    let start = page.find("<body>").expect("a body");
    let end = page.rfind("<script>").expect("a script");
    let mut text = page[start..end].to_owned();
    for opening in [
        "<section", "<header", "<article", "<li", "<details", "<tr", "<dl", "<div", "<pre", "<h1", "<h2", "<p",
        "<dialog", "<footer", "<rect", "<svg", "<option",
    ] {
        text = text.replace(opening, &format!("\n{opening}"));
    }
    text
}

#[test]
fn the_sample_run() {
    let text = content(&sample::rendered(&mut Page::default()));
    let starts = [
        "\n<header class=\"verdict",
        "\n<section aria-labelledby=\"endpoints",
        "\n<section class=\"endpoint",
        "\n<article class=\"finding errored",
        "\n<details class=\"cases",
        "\n<details class=\"cases\"><summary><h3>Skipped",
        "\n<footer",
    ];
    let names = ["filter", "verdict", "run", "findings", "warnings", "failing_cases", "other_cases", "footer"];
    names.iter().zip(sample::parts(&text, starts)).for_each(|(name, part)| insta::assert_snapshot!(*name, part));
}

#[test]
fn the_policy_contains_the_hashes() {
    let page = sample::rendered(&mut Page::default());
    let between = |from: &str, to: &str| {
        let rest = page.split_once(from).expect("an opening tag").1;
        rest.split_once(to).expect("a closing tag").0
    };
    let hash = |text: &str| {
        use base64::Engine;
        use sha2::Digest;
        base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text))
    };
    let policy = between("content=\"default-src 'none'; ", "\"");
    assert_eq!(
        policy,
        format!(
            "style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(between("<style>", "</style>")),
            hash(between("<script>", "</script>"))
        )
    );
    assert_eq!(page.matches("<style").count() + page.matches("<script").count(), 2);
}

#[test]
fn nothing_is_loaded_and_nothing_is_inline() {
    let page = content(&sample::rendered(&mut Page::default()));
    let page = page.replace(r#"<a href="https://ci.example/jobs/4711" rel="noreferrer">"#, "<a>");
    for word in [" src=", " style=", " onclick", "href=\"h", "url(", "javascript:"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn cases_beyond_the_limit_are_counted() {
    let mut page = Page::default();
    page.begin(&sample::head(), &mut io::sink()).expect("memory");
    page.used = ROOM - 5_000;
    repeat_n(failed(), 10).for_each(|entry| page.case(&entry.into(), &mut io::sink()).expect("memory"));
    let mut out = Vec::new();
    page.end(&mut out).expect("memory");
    let text = String::from_utf8(out).expect("UTF-8");
    let shown = text.matches("<li class=\"case\"").count();
    assert!(
        shown > 0 && text.contains(&format!("<p class=\"more\">{} more cases in record.json</p>", 10 - shown)),
        "{shown}"
    );
}

#[test]
fn every_link_leads_somewhere() {
    let page = sample::rendered(&mut Page::default());
    let targets = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let lost: Vec<_> = targets.filter(|target| !page.contains(&format!("id=\"{target}\""))).collect();
    assert_eq!(lost, Vec::<&str>::new());
}
