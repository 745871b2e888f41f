//! The sample run in the terminal.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::record::NotChecked;
use crate::report::tests::sample;

fn shown(width: usize, color: bool) -> String {
    let style = Style { width, color, links: None };
    let entries: String = sample::entries().iter().map(|case| entry(case, &style) + "\n").collect();
    entries + &summary(&sample::head(), &style)
}

/// Compares the cases and the summary with a snapshot each.
fn snapshots(prefix: &str, text: &str) {
    let summary = text.find("7 cases: body-schema").and_then(|found| text[..found].rfind('\n')).expect("the summary");
    insta::assert_snapshot!(format!("cases_{prefix}"), &text[..summary]);
    insta::assert_snapshot!(format!("summary_{prefix}"), &text[summary..]);
}

#[test]
fn the_sample_run_at_120_columns() {
    snapshots("at_120_columns", &shown(120, false));
}

#[test]
fn the_sample_run_at_80_columns() {
    snapshots("at_80_columns", &shown(80, false));
}

#[test]
fn the_sample_run_in_colour() {
    snapshots("in_colour", &shown(120, true).replace('\u{1b}', "␛"));
}

/// Links only add escape sequences, wherever lines break.
#[cfg(unix)]
#[test]
fn places_are_links_where_they_are_wanted() {
    let link = regex::Regex::new(r"\x1b\]8;;(?:file:///api/(\S+?))?\x1b\\").unwrap();
    for width in [40, 80, 120] {
        let style = Style { width, color: true, links: Some("/api".into()) };
        let entries: String = sample::entries().iter().map(|case| entry(case, &style) + "\n").collect();
        let text = entries + &summary(&sample::head(), &style);
        assert_eq!(link.replace_all(&text, ""), shown(width, true));
        let files = link.captures_iter(&text).filter_map(|found| found.get(1));
        let files: BTreeSet<_> = files.map(|file| file.as_str()).collect();
        assert_eq!(Vec::from_iter(files), ["cases/imprint/link.yaml", "specs/imprint.yaml"]);
    }
}

#[test]
fn the_exchange_is_shown_on_request() {
    let style = Style { width: 80, color: false, links: None };
    let mut entries = sample::entries();
    entries[0].not_checked = vec![NotChecked { check: "body-schema".to_owned(), reason: "no schema".to_owned() }];
    let [passed, failed] = [0, 1].map(|index| in_full(&entries[index], &style));
    insta::assert_snapshot!(passed + &failed);
}

#[test]
fn nothing_but_a_command_is_wider_than_the_terminal() {
    for width in [60, 80, 120, 200] {
        let style = Style { width, color: false, links: None };
        let full: String = sample::entries().iter().map(|case| in_full(case, &style)).collect();
        let text = shown(width, false) + &full;
        let is_wide = |line: &&str| line.width() > width && !line.contains("reproduce: ");
        assert_eq!(text.lines().filter(is_wide).collect::<Vec<_>>(), Vec::<&str>::new());
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    }
}
