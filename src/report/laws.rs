//! Every report of an arbitrary entry is well-formed.

use proptest::prelude::*;
use pulldown_cmark::Options;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::format::endpoints::Markdown;
use super::format::events::Events;
use super::format::html::Page;
use super::format::junit::Junit;
use super::format::record::Record;
use super::format::tap::Tap;
use super::terminal::{self, Style};
use super::tests::sample;
use super::{formats, github};
use crate::diff::visible;
use crate::difference::Difference;
use crate::record::{Entry, Head};

/// Strings that are special in some format.
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
        "\\|",
        "\\",
        "_",
        "*a*",
        "- ",
        "1. ",
        "# ",
        "---",
        "    ",
        "[x](javascript:1)",
        "https://a.b",
        "</details>",
        "::error::",
        "%0A",
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

/// An entry of the sample and its head with other strings and numbers; and both again with `x` in place of each string.
fn reported() -> impl Strategy<Value = [(Head, Entry); 2]> {
    let texts = prop::collection::vec(text(), 11);
    (prop::sample::select(sample::entries()), texts, any::<(f64, u64)>()).prop_map(|(entry, texts, numbers)| {
        let plain =
            texts.iter().map(|text| if visible(text).trim().is_empty() { text.clone() } else { "x".to_owned() });
        let plain = plain.collect::<Vec<_>>();
        [texts, plain].map(|texts| (head(&texts), spoilt(entry.clone(), &texts, numbers)))
    })
}

fn spoilt(mut entry: Entry, texts: &[String], (ms, number): (f64, u64)) -> Entry {
    let mut texts = texts.iter().cloned().cycle();
    let mut next = || texts.next().unwrap_or_default();
    (entry.case, entry.name, entry.story, entry.path) = (next(), next(), next(), next());
    (entry.took_ms, entry.attempts) = (if ms.is_finite() { ms } else { 0.0 }, number);
    (entry.reason, entry.violates, entry.place.file) = (Some(next()), vec![next()], next());
    for finding in &mut entry.findings {
        (finding.expected, finding.suggestion, finding.at) = (next(), Some(next()), format!("/{}", next()));
        finding.difference = Difference::Serialization { reason: next() };
        (finding.actual, finding.source) = (Some(next()), Some(next()));
        finding.check = next();
    }
    for held in &mut entry.not_checked {
        held.reason = next();
    }
    entry.request_id = Some((next(), next()));
    entry.tags = vec![next(), next()];
    if let Some(response) = entry.exchange.as_mut().and_then(|exchange| exchange.response.as_mut()) {
        response.headers.push((next(), next()));
        (response.body.text, response.body.size) = (Some(next()), number);
    }
    entry
}

fn head(texts: &[String]) -> Head {
    let mut head = sample::head();
    let mut texts = texts.iter().cloned().cycle();
    let mut next = || texts.next().unwrap_or_default();
    (head.contract.title, head.contract.version, head.contract.file) = (next(), next(), next());
    (head.target.name, head.target.url) = (next(), next());
    head.notes = vec![next()];
    for endpoint in &mut head.coverage {
        (endpoint.method, endpoint.path) = (next(), next());
    }
    // Findings at one place, or of one case, may be shown as one: they stay apart.
    for (index, group) in head.groups.iter_mut().enumerate() {
        (group.finding.suggestion, group.finding.expected) = (Some(next()), next());
        group.finding.place.file = format!("{}{index}", next());
        group.finding.difference = Difference::Serialization { reason: next() };
        (group.finding.source, group.finding.actual, group.curl) = (Some(next()), Some(next()), Some(next()));
        (group.method, group.path, group.request_id) = (next(), next(), Some((next(), next())));
        group.first.iter_mut().for_each(|met| (met.case, met.place.file) = (format!("{}{index}", next()), next()));
    }
    head
}

/// Returns the elements that a Markdown parser sees; HTML is returned verbatim.
fn structure(markdown: &str) -> Vec<String> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let read = pulldown_cmark::Parser::new_ext(markdown, options).filter_map(|event| match event {
        pulldown_cmark::Event::Start(tag) => Some(format!("{:?}", tag.to_end())),
        pulldown_cmark::Event::Html(html) if html.starts_with("<details><summary>") => Some("<details>".to_owned()),
        pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) => Some(html.to_string()),
        _ => None,
    });
    read.collect()
}

/// Parses a workflow command like GitHub's runner.
fn workflow_command(line: &str) -> Option<(Vec<(String, String)>, String)> {
    let (_, rest) = line.strip_prefix("::")?.split_once(' ')?;
    let (properties, text) = rest.split_once("::")?;
    let plain = |text: &str| {
        text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let property = |property: &str| property.split_once('=').map(|(name, value)| (name.to_owned(), plain(value)));
    Some((properties.split(',').map(property).collect::<Option<_>>()?, plain(text)))
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

/// Returns whether every line is valid TAP, the test point is not read as another one, and its block is YAML.
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
    fn every_report_of_any_entry_is_well_formed([(_, entry), _] in reported(), width in 0_usize..200) {
        let plain = terminal::entry(&entry, &Style { width, color: false, links: None });
        prop_assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain:?}");
        prop_assert!(is_xml(&sample::rendered_of(&mut Junit::default(), [entry.clone()])));
        let tap = sample::rendered_of(&mut Tap::default(), [entry.clone()]);
        prop_assert!(is_tap(&tap), "{tap}");
        for name in ["sarif", "ctrf", "har"] {
            let mut renderer = formats::named(name).expect("a format").renderer();
            serde_json::from_str::<serde_json::Value>(&sample::rendered_of(&mut *renderer, [entry.clone()]))?;
        }
        let record: serde_json::Value = serde_json::from_str(&sample::rendered_of(&mut Record::default(), [entry.clone()]))?;
        prop_assert_eq!(serde_json::from_value::<Entry>(record["outcomes"][0].clone())?, entry.clone());
        let html = sample::rendered_of(&mut Page::default(), [entry.clone()]);
        let content = html.split_once("<body>").expect("a body").1.rsplit_once("<script>").expect("a script").0;
        prop_assert!(!content.contains(|c: char| c.is_control() && c != '\n') && !content.contains("<script"), "{content:?}");
        let summary = sample::rendered_of(&mut github::Github::default(), [entry.clone()]);
        prop_assert!(!summary.contains(|c: char| c.is_control() && c != '\n'), "{summary:?}");
        let mut page = Markdown::new(entry.operation.clone());
        let page = sample::rendered_of(&mut page, [entry]);
        prop_assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "{page:?}");
    }

    #[test]
    fn no_string_becomes_markup(reported in reported()) {
        let pages = reported.map(|(head, entry)| {
            let mut page = Markdown::new(entry.operation.clone());
            let mut summary = github::Github::default();
            [
                sample::rendered_under(&head, &mut page, [entry.clone()]),
                sample::rendered_under(&head, &mut summary, [entry]),
            ]
        });
        let [any, plain] = pages;
        for (any, plain) in any.iter().zip(&plain) {
            prop_assert_eq!(structure(any), structure(plain), "{}", any);
        }
    }

    #[test]
    fn no_string_ends_its_annotation([(head, _), (plain, _)] in reported(), prefix in text()) {
        let annotations = github::annotations(&head, &prefix);
        prop_assert_eq!(annotations.lines().count(), github::annotations(&plain, "").lines().count(), "{}", annotations);
        // The first one reports errored cases.
        for line in annotations.lines().skip(1) {
            let (properties, text) = workflow_command(line).expect("a command");
            let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
            prop_assert_eq!(names, ["file", "line", "col", "title"], "{}", line);
            prop_assert!(!text.contains(|c: char| c.is_control()), "{}", line);
        }
    }

    #[test]
    fn an_event_is_a_line_that_is_read_back([(head, entry), _] in reported()) {
        let events = sample::rendered_under(&head, &mut Events::default(), [entry.clone()]);
        let lines = events.lines().map(serde_json::from_str::<serde_json::Value>).collect::<Result<Vec<_>, _>>()?;
        prop_assert_eq!(lines.len(), 3);
        prop_assert_eq!(serde_json::from_value::<Entry>(lines[1]["entry"].clone())?, entry);
        prop_assert_eq!(serde_json::from_value::<Head>(lines[2]["head"].clone())?, head);
    }
}
