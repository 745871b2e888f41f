//! Whatever an entry holds, every report of it is well-formed.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::html::Page;
use super::json::Json;
use super::junit::Junit;
use super::tap::Tap;
use super::terminal::{self, Style};
use super::{Format, Suites, markdown, sample};
use crate::record::Entry;

/// Texts with what is special somewhere.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\u{1b}[2J",
        "<script>",
        "]]>",
        "-->",
        "\u{0}",
        "\u{7f}",
        "\u{9b}31m",
        "\u{202e}",
        "\u{feff}",
        "\u{fffe}",
        "```",
        "`",
        "|",
        "\r\n",
        "\t",
        "{\"a\":",
        "[1e999,",
        "\\ud800",
        "\"",
        "&amp;",
        "é",
        "😀",
        "a ",
        "}",
        "]",
    ]);
    prop_oneof![2 => prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// An entry of the sample with other texts and numbers in it.
fn entry() -> impl Strategy<Value = Entry> {
    let texts = prop::collection::vec(text(), 8);
    (prop::sample::select(sample::entries()), texts, any::<(f64, u64)>()).prop_map(
        |(mut entry, texts, (ms, number))| {
            let mut texts = texts.into_iter().cycle();
            let mut next = || texts.next().unwrap_or_default();
            (entry.case, entry.name, entry.story, entry.path) = (next(), next(), next(), next());
            (entry.took_ms, entry.attempts) = (if ms.is_finite() { ms } else { 0.0 }, number);
            entry.reason = Some(next());
            for finding in &mut entry.findings {
                (finding.expected, finding.message, finding.at) = (next(), next(), format!("/{}", next()));
                (finding.actual, finding.source) = (Some(next()), Some(next()));
                finding.check = next();
            }
            for held in &mut entry.unjudged {
                held.reason = next();
            }
            entry.request_id = Some((next(), next()));
            entry.tags = vec![next(), next()];
            if let Some(response) = entry.exchange.as_mut().and_then(|exchange| exchange.response.as_mut()) {
                response.headers.push((next(), next()));
                (response.body.text, response.body.size) = (Some(next()), number);
            }
            entry
        },
    )
}

fn is_xml(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{fffe}'),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Whether every line is one of TAP's, the point is not taken for another, and its block is YAML.
fn is_tap(text: &str) -> bool {
    let is_known = |line: &str| {
        ["TAP version 14", "# ", "    ok 1", "    not ok 1", "    1..1", "ok 1", "not ok 1", "1..1"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let block = text.split_once("      ---\n").and_then(|(_, rest)| rest.split_once("      ...\n"));
    let yaml = block.map_or("", |(yaml, _)| yaml);
    let others = text.replace(&format!("      ---\n{yaml}      ...\n"), "");
    let point = others.lines().nth(3).unwrap_or_default().replace("\\\\", "").replace("\\#", "");
    let directives = point.matches('#').count() == usize::from(point.contains(" # SKIP"));
    let plain = !text.contains(|c: char| c.is_control() && c != '\n');
    plain && directives && others.lines().all(is_known) && serde_yaml::from_str::<serde_yaml::Value>(yaml).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn every_report_of_any_entry_is_well_formed(entry in entry(), width in 0_usize..200) {
        let plain = terminal::entry(&entry, &Style { width, color: false, links: None });
        prop_assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain:?}");
        prop_assert!(is_xml(&sample::rendered_of(&mut Junit::default(), [entry.clone()])));
        let tap = sample::rendered_of(&mut Tap::default(), [entry.clone()]);
        prop_assert!(is_tap(&tap), "{tap}");
        for format in [Format::Sarif, Format::Ctrf, Format::Har] {
            let mut renderer = format.renderer(Suites::default()).expect("a file");
            serde_json::from_str::<serde_json::Value>(&sample::rendered_of(&mut *renderer, [entry.clone()]))?;
        }
        let record: serde_json::Value = serde_json::from_str(&sample::rendered_of(&mut Json::default(), [entry.clone()]))?;
        prop_assert_eq!(serde_json::from_value::<Entry>(record["outcomes"][0].clone())?, entry.clone());
        let html = sample::rendered_of(&mut Page::default(), [entry.clone()]);
        let content = html.split_once("<body>").expect("a body").1.rsplit_once("<script>").expect("a script").0;
        prop_assert!(!content.contains(|c: char| c.is_control() && c != '\n') && !content.contains("<script"), "{content:?}");
        let summary = sample::rendered_of(&mut *Format::Github.renderer(Suites::default()).expect("a file"), [entry.clone()]);
        prop_assert!(!summary.contains(|c: char| c.is_control() && c != '\n'), "{summary:?}");
        let mut page = markdown::Markdown::new(entry.operation.clone());
        let page = sample::rendered_of(&mut page, [entry]);
        prop_assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "{page:?}");
    }
}
