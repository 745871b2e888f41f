//! The results as text: the score first, then what was not noticed.

use crate::contract::Contract;
use crate::diff::visible;
use crate::quantity::count;

use super::measured::{Counts, Measured};
use super::operator::Family;
use super::unnoticed::{Unnoticed, kinds, unnoticed};
use super::wrap::{wrapped, wrapped_yaml};

/// `would the cases notice? 727 of 728 faults (99 %)`.
pub(crate) fn score(counts: Counts) -> String {
    if counts.tried == 0 {
        return "would the cases notice? no fault was tried".to_owned();
    }
    let of = count(counts.tried as u64, "fault");
    format!("would the cases notice? {} of {of} ({} %)", counts.noticed(), counts.percent())
}

/// Number of survivors that are listed, unless all are wanted.
const LISTED: usize = 5;

/// Everything that is printed: the survivors that matter most, or with `lists_all` every one.
pub(crate) fn render(measured: &Measured, contract: &Contract, lists_all: bool) -> String {
    let mut lines = summary(measured);
    let mut items = unnoticed(measured);
    let all: usize = items.iter().map(Unnoticed::faults).sum();
    let kinds: Vec<_> = if lists_all {
        // Those of one operation are together, the most important first.
        items.sort_by_key(Unnoticed::operation);
        items.into_iter().map(|item| (item, 0)).collect()
    } else {
        kinds(items)
    };
    if !lists_all && kinds.len() > LISTED {
        lines.push(format!("the {LISTED} that matter most:"));
    }
    let (listed, others) = kinds.split_at(if lists_all { kinds.len() } else { kinds.len().min(LISTED) });
    let mut operation = None;
    for (item, further) in listed {
        if operation.replace(item.operation()) != Some(item.operation()) {
            let name = contract.operations.get(item.operation()).map_or("", |operation| operation.name.as_str());
            lines.extend([String::new(), visible(name).into_owned()]);
        }
        lines.extend(item_lines(item, *further));
    }
    let others: usize = others.iter().map(|(item, further)| item.faults() + further).sum();
    if others > 0 {
        let others = format!("{others} of {} more; --verbose lists all", count(all as u64, "unnoticed fault"));
        lines.extend([String::new(), others]);
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The score, the counts, and what was not tried.
fn summary(measured: &Measured) -> Vec<String> {
    let counts = measured.counts(None);
    let mut lines = vec![score(counts)];
    let mut add = |line: String| lines.extend(wrapped(&visible(&line), 0, 2));
    if let Some(target) = &measured.recorded_from {
        add(format!("recorded from {target} in one pass, then changed in memory"));
    }
    if measured.interrupted {
        add("interrupted: not all faults were tried".to_owned());
    }
    let kinds = [
        (counts.killed, "killed"),
        (counts.errored, "killed by an error of the case"),
        (counts.timed_out, "killed by a time-out"),
        (counts.survived, "survived"),
        (counts.not_reached, "not reached"),
        (counts.unspecified, "unspecified (not scored)"),
        (counts.excluded, "excluded"),
        (counts.equivalent, "equivalent to another or to the original (not tried)"),
    ];
    let kinds = kinds.iter().filter(|(number, _)| *number > 0).map(|(number, kind)| format!("{number} {kind}"));
    add(kinds.collect::<Vec<_>>().join(" · "));
    if measured.left_out > 0 {
        let left_out = count(measured.left_out as u64, "fault");
        add(format!("a sample: {left_out} not tried"));
    }
    if measured.undeclared > 0 {
        let undeclared = count(measured.undeclared as u64, "fault");
        add(format!(
            "{undeclared} not tried: the document does not declare the response or header, and no case expects it"
        ));
    }
    if measured.skipped_violations > 0 {
        let skipped = count(measured.skipped_violations as u64, "violation");
        add(format!("{skipped} not tried: an operation has too many"));
    }
    if measured.skipped > 0 {
        let skipped = count(measured.skipped as u64, "value");
        add(format!("{skipped} not changed: a response has too many locations"));
    }
    for family in [Family::Response, Family::Behaviour] {
        let counts = measured.counts(Some(family));
        if counts.tried > 0 {
            add(format!("{}: {} of {} noticed", family.word(), counts.noticed(), counts.tried));
        }
    }
    if measured.recorded_from.is_some() {
        add("faults of the target's behaviour were not tried: they need the mock".to_owned());
    } else if !measured.has_rules {
        add("the mock has no rules: what the target keeps between requests was not tested".to_owned());
    }
    if measured.large_responses > 0 {
        let responses = count(measured.large_responses as u64, "response");
        add(format!("{responses} not changed: larger than 2 MB"));
    }
    for file in &measured.too_large {
        add(format!("{file}: its responses were not changed: together, they are too large to be kept"));
    }
    lines
}

/// The sentence of what was not noticed, and the expectation that notices it or why none is suggested.
fn item_lines(item: &Unnoticed<'_>, further: usize) -> Vec<String> {
    let further = match further {
        0 => String::new(),
        number => format!("; and at {}", count(number as u64, "more operation")),
    };
    let mut lines = wrapped(&visible(&format!("{}{further}", item.sentence())), 2, 6);
    let Unnoticed::Mutant(mutant) = item else { return lines };
    if let Some(kill) = &mutant.kill {
        lines.extend(wrapped(&visible(&kill.case), 4, 6));
        lines.push("      expect:".to_owned());
        lines.extend(kill.lines().iter().flat_map(|line| wrapped_yaml(&visible(line), 8, 10)));
    } else if let Some(reason) = mutant.no_suggestion {
        lines.extend(wrapped(&format!("no suggestion: {}", reason.text()), 4, 6));
    }
    lines
}
