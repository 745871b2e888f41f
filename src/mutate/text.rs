//! The results as text: the score first, then what was not noticed.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::contract::Contract;
use crate::diff::visible;
use crate::quantity::count;

use super::classify::Class;
use super::measured::{Counts, Measured, MutantResult, State};
use super::operator::Family;

/// `would the cases notice? 727 of 728 faults (99 %)`.
pub(crate) fn score(counts: Counts) -> String {
    if counts.tried == 0 {
        return "would the cases notice? no fault was tried".to_owned();
    }
    let of = count(counts.tried as u64, "fault");
    format!("would the cases notice? {} of {of} ({} %)", counts.noticed(), counts.percent())
}

/// Everything that is printed; with `unspecified`, also the mutants that are not scored.
pub(crate) fn render(measured: &Measured, contract: &Contract) -> String {
    let counts = measured.counts(None);
    let mut text = format!("{}\n", score(counts));
    if measured.interrupted {
        text += "interrupted: not all faults were tried\n";
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
    let _ = writeln!(text, "{}", kinds.collect::<Vec<_>>().join(" · "));
    for family in [Family::Response, Family::Behaviour] {
        let counts = measured.counts(Some(family));
        if counts.tried > 0 {
            let _ = writeln!(text, "{}: {} of {} noticed", family.word(), counts.noticed(), counts.tried);
        }
    }
    if !measured.has_rules {
        text += "the mock has no rules: what the target keeps between requests was not tested\n";
    }
    let is_listed = |mutant: &&MutantResult| mutant.matters() && !mutant.is_noticed();
    let mut unnoticed: BTreeMap<&str, Vec<&MutantResult>> = BTreeMap::new();
    for mutant in measured.mutants.iter().filter(is_listed) {
        let name = contract.operations.get(mutant.operation).map_or("", |operation| operation.name.as_str());
        unnoticed.entry(name).or_default().push(mutant);
    }
    for (operation, mutants) in unnoticed {
        let _ = writeln!(text, "\n{}", visible(operation));
        // Faults of the mock's behaviour first: what is accepted or lost costs more than a changed text.
        let is_unreached = |mutant: &MutantResult| mutant.status.is_some() && mutant.state == State::NotReached;
        let of_mock = mutants.iter().filter(|mutant| mutant.family == Family::Behaviour);
        let of_responses = mutants.iter().filter(|mutant| mutant.family == Family::Response);
        let received = of_responses.filter(|mutant| !is_unreached(mutant));
        of_mock.chain(received).for_each(|mutant| add_survivor(mutant, &mut text));
        add_unreached(mutants.iter().filter(|mutant| is_unreached(mutant)).filter_map(|one| one.status), &mut text);
    }
    text
}

/// Adds one line per status of a mutant that no case receives, in ascending order.
fn add_unreached(statuses: impl Iterator<Item = u16>, text: &mut String) {
    let mut by_status: BTreeMap<u16, u64> = BTreeMap::new();
    for status in statuses {
        *by_status.entry(status).or_default() += 1;
    }
    for (status, number) in by_status {
        let _ = writeln!(text, "  {status}: {}; no case receives such a response", count(number, "fault"));
    }
}

fn add_survivor(mutant: &MutantResult, text: &mut String) {
    let _ = writeln!(text, "  {}", visible(&sentence(mutant)));
    if let Some(kill) = &mutant.kill {
        let _ = writeln!(text, "    {}\n      expect:", visible(&kill.case));
        for line in kill.lines() {
            let _ = writeln!(text, "        {}", visible(&line));
        }
    }
}

/// `200 body/customer_id: replaced by null; 7 responses, no case noticed [value-null]`.
pub(crate) fn sentence(mutant: &MutantResult) -> String {
    let why = match (&mutant.state, mutant.class, mutant.family) {
        (State::NotReached, _, Family::Behaviour) => match mutant.at.strip_prefix("violates ") {
            Some(violation) => format!("no case sends such a request: add one with `violates: {violation}`"),
            None => "no case sends such a request".to_owned(),
        },
        (State::NotReached, ..) => "no case receives such a response".to_owned(),
        (_, Class::Violating, Family::Response) => {
            let responses = count(mutant.reached as u64, "response");
            format!("{responses}, no check noticed the violation (a limit of signoff)")
        }
        (_, _, Family::Response) => format!("{}, no case noticed", count(mutant.reached as u64, "response")),
        (_, _, Family::Behaviour) => "no case noticed".to_owned(),
    };
    format!("{}; {why} [{}]", change(mutant), mutant.operator)
}

/// `200 body/customer_id: replaced by null`.
pub(crate) fn change(mutant: &MutantResult) -> String {
    let status = mutant.status.map(|status| format!("{status} ")).unwrap_or_default();
    format!("{status}{}: {}", mutant.at, mutant.phrase)
}
