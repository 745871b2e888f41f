//! The verdict of a run.

use crate::diff::visible;
use crate::quantity::count;
use crate::record::{Head, Since, Summary};
use crate::report::causes::{Cause, causes};
use crate::report::rule_owner::RuleOwner;

/// Returns the outcome of the run: `failed`, `errored`, `passed` or `skipped`. An interrupted run, and one that missed a gate of coverage,
/// have not passed.
pub(crate) fn outcome(head: &Head) -> &'static str {
    let known = head.tolerated(&head.summary);
    match (head.summary.failed.saturating_sub(known), head.summary.errored, head.summary.passed + known) {
        (1.., ..) => "failed",
        _ if head.interrupted => "errored",
        (0, 1.., _) => "errored",
        (0, 0, 1..) if !missed(head).is_empty() => "failed",
        (0, 0, 1..) => "passed",
        (0, 0, 0) => "skipped",
    }
}

/// The coverage gates that the run missed.
fn missed(head: &Head) -> &[String] {
    head.clauses.as_ref().map(|clauses| clauses.missed.as_slice()).unwrap_or_default()
}

/// Returns the sign of the outcome.
pub(crate) fn glyph(head: &Head) -> &'static str {
    match outcome(head) {
        "failed" => "✗",
        "errored" => "!",
        "passed" => "✓",
        _ => "-",
    }
}

/// Formats the verdict as a sentence that names whose fault it is: `The target sandbox violates the contract in 3 places; 1 is new`.
pub(crate) fn sentence(head: &Head) -> String {
    let Summary { cases, passed, failed, errored, invalid, skipped, excluded, .. } = head.summary;
    let target = target(head);
    let share = |number: u64| format!("{number} of {}", count(cases, "case"));
    let known = head.tolerated(&head.summary);
    let verdict = match (failed.saturating_sub(known), errored, passed + known) {
        // Whether the contract is kept cannot be seen behind wrong credentials or a wrong URL.
        (1.., _, _) if !head.notes.is_empty() => upper(&head.notes[0]),
        (1.., _, _) => violations(head).unwrap_or_else(|| format!("{} failed", share(failed))),
        (0, 1.., _) if invalid == errored => {
            format!("{} could not be judged because our own inputs are wrong", share(errored))
        }
        (0, 1.., _) => {
            let lost = errored + skipped.saturating_sub(excluded);
            format!("No verdict on {target}: {} have no result", share(lost))
        }
        (0, 0, 0) => "No case was checked".to_owned(),
        (0, 0, _) if known > 0 => format!("{} has known findings only", upper(&target)),
        (0, 0, _) if passed == cases => format!("All {} passed", count(cases, "case")),
        (0, 0, _) => format!("{} passed, the others were skipped", share(passed)),
    };
    let verdict = match missed(head).len() as u64 {
        number @ 1.. if failed + errored == known => {
            format!("{verdict}, but the run missed {}", count(number, "coverage gate"))
        }
        _ => verdict,
    };
    if head.interrupted { format!("Interrupted: {}", lower(&verdict)) } else { verdict }
}

/// Names the target: `the mock`, `the mock "broken"`, `the target sandbox`.
fn target(head: &Head) -> String {
    let name = visible(&head.target.name);
    match head.target.mock {
        true if name == "mock" => "the mock".to_owned(),
        true => format!("the mock \"{name}\""),
        false => format!("the target {name}"),
    }
}

/// Formats what the target violates; nothing if no finding is listed.
fn violations(head: &Head) -> Option<String> {
    let causes = causes(&head.groups);
    let counted: Vec<_> = causes.iter().filter(|cause| cause.counts(head)).collect();
    let number = |of: &dyn Fn(&Cause<'_>) -> bool| counted.iter().filter(|cause| of(cause)).count() as u64;
    let of = |owner| number(&|cause| RuleOwner::of(&cause.lead.finding, head) == owner);
    let (of_cases, of_clients) = (of(RuleOwner::Case), of(RuleOwner::Client));
    let of_contract = counted.len() as u64 - of_cases - of_clients;
    let requests = count(of_clients, "place");
    let expectations = format!("{} of our cases", count(of_cases, "expectation"));
    let target = target(head);
    let what = match (of_contract, of_cases) {
        (0, 0) if of_clients > 0 => format!("the client violates the contract in {requests}"),
        (0, 0) => return None,
        (0, _) => format!("{target} differs from {expectations}"),
        (_, 0) => format!("{target} violates the contract in {}", count(of_contract, "place")),
        _ => {
            format!("{target} violates the contract in {} and differs from {expectations}", count(of_contract, "place"))
        }
    };
    let client = match of_clients {
        1.. if of_contract + of_cases > 0 => format!("; the client violates it in {requests}"),
        _ => String::new(),
    };
    let new = number(&|cause| cause.lead.finding.since == Some(Since::New));
    let new = match new {
        _ if head.baseline.is_none() || counted.is_empty() => String::new(),
        0 => "; none is new".to_owned(),
        1 => "; 1 is new".to_owned(),
        _ => format!("; {new} are new"),
    };
    Some(upper(&what) + &client + &new)
}

/// Begins a sentence.
fn upper(text: &str) -> String {
    let first = [("the ", "The "), ("every ", "Every ")].into_iter().find(|(word, _)| text.starts_with(word));
    first.map_or_else(|| visible(text).into_owned(), |(word, upper)| upper.to_owned() + &visible(&text[word.len()..]))
}

fn lower(text: &str) -> String {
    let first = ["All ", "Every ", "No ", "The "].into_iter().find(|word| text.starts_with(word));
    first.map_or_else(|| text.to_owned(), |word| word.to_lowercase() + &text[word.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn a_note_on_all_responses_says_more_than_the_findings() {
        let note = "every response has the status 401: check the credentials of the target";
        let mut head = Head { notes: vec![note.to_owned()], ..sample::head() };
        assert_eq!(sentence(&head), "Every response has the status 401: check the credentials of the target");
        head.interrupted = true;
        assert_eq!(sentence(&head), format!("Interrupted: {note}"));
    }

    #[test]
    fn a_sentence_counts_what_went_wrong_first() {
        let check = |[passed, failed, errored, skipped]: [u64; 4], interrupted, expect: &str| {
            let cases = passed + failed + errored + skipped;
            let summary = Summary { cases, passed, failed, errored, skipped, ..Summary::default() };
            let mut head = Head { summary, interrupted, groups: Vec::new(), clauses: None, ..sample::head() };
            assert_eq!(sentence(&head), expect);
            assert_eq!(glyph(&head) == "✓", passed > 0 && failed + errored == 0 && !interrupted);
            head.clauses = sample::head().clauses;
            assert_ne!(glyph(&head), "✓", "a gate is missed");
            let is_named = sentence(&head).ends_with(", but the run missed 1 coverage gate");
            assert_eq!(is_named, failed + errored == 0);
        };
        check([2, 0, 0, 0], false, "All 2 cases passed");
        check([2, 0, 0, 0], true, "Interrupted: all 2 cases passed");
        check([1, 0, 0, 1], false, "1 of 2 cases passed, the others were skipped");
        check([1, 1, 0, 0], false, "1 of 2 cases failed");
        check([1, 1, 1, 0], false, "1 of 3 cases failed");
        check([1, 0, 1, 0], false, "No verdict on the target broken: 1 of 2 cases have no result");
        check([0, 0, 0, 3], false, "No case was checked");
    }

    #[test]
    fn a_sentence_names_whose_fault_it_is() {
        let base = sample::head();
        let check = |head: &Head, expect: &str| assert_eq!(sentence(head), expect);
        let both = "The target broken violates the contract in 6 places and differs from 3 expectations of our cases; 8 are new";
        check(&base, both);
        let mut head = Head { baseline: None, ..base.clone() };
        head.groups.retain(|group| RuleOwner::of(&group.finding, &base) == RuleOwner::Contract);
        head.groups.truncate(1);
        check(&head, "The target broken violates the contract in 1 place");
        let mut of_client = head.clone();
        of_client.groups[0].finding.check = crate::rules::REQUEST.to_owned();
        check(&of_client, "The client violates the contract in 1 place");
        of_client.groups.extend(head.groups.clone());
        check(&of_client, "The target broken violates the contract in 1 place; the client violates it in 1 place");
        head.target.mock = true;
        check(&head, "The mock \"broken\" violates the contract in 1 place");
        head.interrupted = true;
        check(&head, "Interrupted: the mock \"broken\" violates the contract in 1 place");
        let summary = Summary { cases: 2, errored: 2, invalid: 2, ..Summary::default() };
        let own = "2 of 2 cases could not be judged because our own inputs are wrong";
        check(&Head { summary, ..base.clone() }, own);
        let mut expected = Head { baseline: None, ..base.clone() };
        expected.groups.retain(|group| RuleOwner::of(&group.finding, &base) == RuleOwner::Case);
        expected.groups.truncate(1);
        check(&expected, "The target broken differs from 1 expectation of our cases");
    }
}
