//! The three piles of a run: what counts against the target, what a person set aside, and what signoff could not tell.

use std::collections::BTreeSet;

use crate::diff::shorten;
use crate::quantity::count;
use crate::record::{Group, Head, Severity, Since, Summary};

use super::causes::{Cause, causes};
use super::counts::{Shares, outside};
use super::rule_owner::RuleOwner;
use super::text::phrases;

/// Maximum number of reasons or waivers named per item.
const MAX_REASONS: usize = 3;

/// Maximum length of a reason in characters.
const MAX_REASON: usize = 160;

/// One pile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pile {
    /// Which.
    pub kind: PileKind,
    /// What it is called.
    pub heading: &'static str,
    /// Its size: `16 of 56 cases`; empty if there is nothing in it.
    pub size: String,
    /// What it holds.
    pub items: Vec<Item>,
}

/// Which pile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PileKind {
    /// Fails the run.
    CountsAgainstTarget,
    /// Fails nothing, because a person decided so.
    SetAside,
    /// Neither passed nor failed, or only under an assumption.
    CouldNotTell,
}

/// A part of a pile, as a phrase, and what its words mean.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// `5 rules not checked: body-schema: no schema is declared for 401`.
    pub text: String,
    /// The meaning of the words for a reader who meets them first; may be empty.
    pub meaning: &'static str,
}

impl Pile {
    /// Returns its phrases for reports without columns: the size, unless the items add up to it, and the items.
    pub(crate) fn phrases(&self) -> impl Iterator<Item = &str> {
        let is_shown = self.kind == PileKind::CountsAgainstTarget && !self.size.is_empty();
        let size = is_shown.then_some(self.size.as_str());
        size.into_iter().chain(self.items.iter().map(|item| item.text.as_str()))
    }
}

impl PileKind {
    /// Returns its heading; `has_client` if a client of the proxy sent the requests.
    fn heading(self, has_client: bool) -> &'static str {
        match self {
            Self::CountsAgainstTarget if has_client => "counts against the target or a client",
            Self::CountsAgainstTarget => "counts against the target",
            Self::SetAside => "set aside by a person",
            Self::CouldNotTell => "signoff could not tell",
        }
    }
}

/// Returns the piles of a run, in this order.
pub(super) fn piles(head: &Head) -> [Pile; 3] {
    Scope { head, summary: head.summary, groups: head.groups.iter().collect(), is_whole: true }.piles()
}

/// Returns the piles of one operation, or of the cases outside the contract.
pub(super) fn piles_of(head: &Head, operation: Option<&str>) -> [Pile; 3] {
    let endpoint = head.coverage.iter().find(|endpoint| Some(endpoint.operation.as_str()) == operation);
    let summary = endpoint.map_or_else(|| outside(head), |endpoint| endpoint.summary);
    let own = head.groups.iter().filter(|group| group.operation.as_deref() == operation);
    Scope { head, summary, groups: own.collect(), is_whole: false }.piles()
}

/// A run, or the part of it in one operation. The head holds reasons of the whole run only.
struct Scope<'h> {
    head: &'h Head,
    summary: Summary,
    groups: Vec<&'h Group>,
    is_whole: bool,
}

/// A list of items that are not zero.
#[derive(Default)]
struct Items(Vec<Item>);

impl Items {
    fn push(&mut self, number: u64, noun: &str, state: &str, meaning: &'static str) {
        if number > 0 {
            self.0.push(Item { text: format!("{}{state}", count(number, noun)), meaning });
        }
    }
}

impl Scope<'_> {
    fn piles(&self) -> [Pile; 3] {
        [self.against(), self.set_aside(), self.unknown()]
    }

    fn against(&self) -> Pile {
        let Self { head, summary, .. } = self;
        let failed = Shares::new(head, summary).against;
        let causes = causes(self.groups.iter().copied());
        let counted: Vec<_> = causes.iter().filter(|cause| cause.counts(head)).collect();
        let of =
            |owner| counted.iter().filter(|cause| RuleOwner::of(&cause.lead.finding, head) == owner).count() as u64;
        let new = counted.iter().filter(|cause| cause.lead.finding.since == Some(Since::New)).count() as u64;
        let mut items = Items::default();
        items.push(of(RuleOwner::Contract), "violation", " of the contract", RuleOwner::Contract.meaning());
        items.push(of(RuleOwner::Assumption), "violation", " of an assumption", RuleOwner::Assumption.meaning());
        items.push(of(RuleOwner::Case), "difference", " from an expectation of our cases", RuleOwner::Case.meaning());
        items.push(of(RuleOwner::Client), "invalid request", " of a client", RuleOwner::Client.meaning());
        items.push(if self.is_whole { head.groups_left_out } else { 0 }, "more finding", "", "");
        items.push(new, "new finding", " since the baseline", "They are not in the baseline.");
        if !head.tolerates_known {
            items.push(summary.known, "known failure", "", "All their errors are in the baseline.");
        }
        let since = counted.iter().filter_map(|cause| cause.lead.known_since.as_deref()).min();
        items.0.extend(since.map(|since| Item {
            text: format!("failing since {}", phrases::day(since)),
            meaning: "The first run that had the oldest of these findings, as far as baselines record it.",
        }));
        let is_of_client = |group: &Group| RuleOwner::of(&group.finding, head) == RuleOwner::Client;
        let is_warning = |cause: &&Cause<'_>| cause.is_open() && cause.lead.finding.severity == Severity::Warning;
        let (of_clients, others): (Vec<&Cause<'_>>, Vec<_>) =
            causes.iter().filter(is_warning).partition(|cause| is_of_client(cause.lead));
        let meaning = "They fail the run with --strict.";
        items.push(of_clients.len() as u64, "warning", " about requests of a client", meaning);
        items.push(others.len() as u64, "warning", "", "A finding that does not fail its case.");
        items.push(summary.flaky, "flaky case", "", "A case that passed only after the target asked to retry later.");
        let size = if failed > 0 { format!("{failed} of {}", count(summary.cases, "case")) } else { String::new() };
        let kind = PileKind::CountsAgainstTarget;
        Pile { kind, heading: kind.heading(self.groups.iter().any(|group| is_of_client(group))), size, items: items.0 }
    }

    fn set_aside(&self) -> Pile {
        let Self { head, summary, .. } = self;
        let mut items = Items::default();
        let waivers = self.waivers();
        let waived = format!(" waived{}", if waivers.is_empty() { waivers } else { format!(": {waivers}") });
        let number = causes(self.groups.iter().copied()).iter().filter(|cause| !cause.is_open()).count() as u64;
        items.push(number, "finding", &waived, "The owner of a waiver accepts them until its expiry date.");
        let meaning = "The author of the case accepts them with `expect.undocumented`.";
        items.push(summary.acknowledged, "finding", " acknowledged in cases", meaning);
        let known = head.tolerated(summary);
        items.push(known, "known failure", " accepted by --fail-on new", "All their errors are in the baseline.");
        let reasons = self.reasons_of_skipped(true);
        let meaning = "The case or the target excludes them: `skip`, `only_on`, `not_on` or `allow`.";
        items.push(summary.excluded, "case", &format!(" excluded{reasons}"), meaning);
        let not_run = if head.interrupted { 0 } else { summary.not_run };
        items.push(not_run, "case", " not run: not selected", "The filter of the run does not select them.");
        let meaning = "Cases with `violates: unchecked`: their requests are not compared with the contract.";
        items.push(summary.unchecked, "request", " unchecked", meaning);
        let size = sizes(&[
            (number + summary.acknowledged, "finding", ""),
            (Shares::new(head, summary).aside, "case", ""),
            (summary.unchecked, "request", ""),
            (not_run, "case", " not run"),
        ]);
        Pile { kind: PileKind::SetAside, heading: PileKind::SetAside.heading(false), size, items: items.0 }
    }

    fn unknown(&self) -> Pile {
        let Self { head, summary, .. } = self;
        let mut items = Items::default();
        let meaning = "The exchange was not completed, or its response could not be checked.";
        items.push(
            summary.errored.saturating_sub(summary.invalid),
            "case",
            &format!(" errored{}", self.reasons_of_errored(false)),
            meaning,
        );
        let meaning = "The case, the configuration or the mock rules are wrong: not the target.";
        items.push(summary.invalid, "invalid case", &self.reasons_of_errored(true), meaning);
        let reasons_of_skipped = self.reasons_of_skipped(false);
        let skipped = summary.skipped.saturating_sub(summary.excluded);
        let meaning = "Not sent: something failed before, the target has no expired token, the run was stopped, or a client cancelled it.";
        items.push(skipped, "case", &format!(" skipped{reasons_of_skipped}"), meaning);
        let not_run = if head.interrupted { summary.not_run } else { 0 };
        items.push(not_run, "case", " not run: interrupted", "");
        let not_checked = self.reasons_of_not_checked();
        let meaning = "The contract states nothing to check, or nothing that can be checked.";
        items.push(summary.not_checked, "rule", &format!(" not checked{not_checked}"), meaning);
        let meaning = "Undocumented statuses 429 and 503 of responses that asked to retry later.";
        items.push(summary.busy, "finding", " while the target was busy", meaning);
        let meaning = "Their results depend on what an overlay adds to the published document.";
        items.push(summary.assumed, "result", " based on assumptions", meaning);
        let size = sizes(&[
            (Shares::new(head, summary).unknown, "case", ""),
            (summary.not_checked, "rule", ""),
            (summary.assumed, "result", ""),
            (not_run, "case", " not run"),
        ]);
        Pile { kind: PileKind::CouldNotTell, heading: PileKind::CouldNotTell.heading(false), size, items: items.0 }
    }

    fn reasons_of_errored(&self, invalid: bool) -> String {
        let of = self.head.errored.iter().filter(|errored| self.is_whole && errored.invalid == invalid);
        reasons(of.map(|errored| (errored.reason.as_str(), errored.cases)))
    }

    fn reasons_of_skipped(&self, excluded: bool) -> String {
        let of = self.head.skipped.iter().filter(|skipped| self.is_whole && skipped.excluded == excluded);
        reasons(of.map(|skipped| (skipped.reason.as_str(), skipped.cases)))
    }

    fn reasons_of_not_checked(&self) -> String {
        let rules = self.head.not_checked.iter().filter(|_| self.is_whole);
        let rules: Vec<_> = rules.map(|rule| (format!("{}: {}", rule.check, rule.reason), rule.count)).collect();
        reasons(rules.iter().map(|(reason, number)| (reason.as_str(), *number)))
    }

    /// Formats owners and expiry dates: `partner-team until 2027-01-31, ada until 2027-03-01`.
    fn waivers(&self) -> String {
        let waivers = self.groups.iter().filter_map(|group| group.waived.as_ref());
        let expiry: BTreeSet<(&str, &str)> =
            waivers.map(|waiver| (waiver.expires.as_str(), waiver.owner.as_str())).collect();
        let shown = expiry.iter().take(MAX_REASONS);
        let shown = shown.map(|(expires, owner)| format!("{} until {expires}", shorten(owner, MAX_REASON)));
        let more = expiry.len().saturating_sub(MAX_REASONS) as u64;
        shown.chain((more > 0).then(|| count(more, "more waiver"))).collect::<Vec<_>>().join(", ")
    }
}

/// Formats the sizes that are not zero, each with its noun and state: `2 findings, 1 case, 4 cases not run`.
fn sizes(numbers: &[(u64, &str, &str)]) -> String {
    let shown = numbers.iter().filter(|(number, ..)| *number > 0);
    shown.map(|(number, noun, state)| count(*number, noun) + state).collect::<Vec<_>>().join(", ")
}

/// Formats the most frequent reasons with their counts, after a colon; one reason has no count.
fn reasons<'a>(reasons: impl Iterator<Item = (&'a str, u64)>) -> String {
    let all: Vec<_> = reasons.collect();
    let shown = all.iter().take(MAX_REASONS).map(|(reason, number)| {
        let reason = shorten(reason, MAX_REASON);
        if all.len() > 1 { format!("{number}\u{d7} {reason}") } else { reason }
    });
    let more = all.len().saturating_sub(MAX_REASONS) as u64;
    let more = (more > 0).then(|| count(more, "more reason"));
    let shown = shown.chain(more).collect::<Vec<_>>().join("; ");
    if shown.is_empty() { shown } else { format!(": {shown}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Errored, Skipped};
    use crate::report::tests::sample;

    #[test]
    fn every_state_that_is_not_green_is_in_one_pile() {
        let text = |pile: &Pile| {
            let items = pile.items.iter().map(|item| format!("  {}\n", item.text));
            format!("{}: {}\n{}", pile.heading, pile.size, items.collect::<String>())
        };
        insta::assert_snapshot!(piles(&sample::head()).iter().map(text).collect::<String>());
    }

    #[test]
    fn requests_of_a_client_do_not_count_against_the_target() {
        let mut head = sample::head();
        head.groups.truncate(1);
        head.groups[0].finding.check = crate::rules::REQUEST.to_owned();
        let texts = |head: &Head| {
            let [against, ..] = piles(head);
            let texts: Vec<_> = against.items.into_iter().map(|item| item.text).collect();
            assert_eq!(against.heading, "counts against the target or a client");
            texts
        };
        assert!(texts(&head).contains(&"1 invalid request of a client".to_owned()), "{:?}", texts(&head));
        head.groups[0].finding.severity = Severity::Warning;
        let texts = texts(&head);
        assert!(texts.contains(&"1 warning about requests of a client".to_owned()), "{texts:?}");
    }

    #[test]
    fn findings_of_the_piles_add_up_to_the_listed_ones() {
        let mut head = sample::head();
        head.summary = Summary { warnings: 40, waived: 50, acknowledged: 0, ..head.summary };
        head.groups.iter_mut().for_each(|group| group.cases = 9);
        let nouns = ["violation", "difference", "warning", "more finding", "finding waived"];
        let is_finding = |item: &&Item| {
            let noun = item.text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            nouns.iter().any(|known| noun.starts_with(known))
        };
        let number = |item: &Item| item.text.split(' ').next().and_then(|number| number.parse::<u64>().ok());
        let items: Vec<_> = piles(&head).into_iter().flat_map(|pile| pile.items).collect();
        let sum: u64 = items.iter().filter(is_finding).filter_map(number).sum();
        assert_eq!(sum, causes(&head.groups).len() as u64 + head.groups_left_out, "{items:?}");
    }

    #[test]
    fn what_a_person_decides_is_set_aside() {
        let base = Head { groups: Vec::new(), groups_left_out: 0, overlay: Vec::new(), ..sample::head() };
        let check = |head: Head, expect: [&str; 3]| {
            assert_eq!(piles(&head).map(|pile| pile.size), expect);
        };
        let with = |summary: Summary| Head { summary: Summary { cases: 9, ..summary }, ..base.clone() };
        check(with(Summary { failed: 2, known: 2, ..Summary::default() }), ["2 of 9 cases", "", ""]);
        let known = with(Summary { failed: 2, known: 2, ..Summary::default() });
        check(Head { tolerates_known: true, ..known }, ["", "2 cases", ""]);
        let skipped = with(Summary { skipped: 3, excluded: 1, not_run: 4, ..Summary::default() });
        check(skipped.clone(), ["", "1 case, 4 cases not run", "2 cases"]);
        check(Head { interrupted: true, ..skipped }, ["", "1 case", "2 cases, 4 cases not run"]);
        check(
            with(Summary { passed: 9, not_checked: 2, assumed: 1, ..Summary::default() }),
            ["", "", "2 rules, 1 result"],
        );
    }

    #[test]
    fn reasons_are_named_with_their_counts() {
        let skipped = |reason: &str, excluded| Skipped { reason: reason.to_owned(), cases: 1, excluded };
        let errored = Errored {
            reason: "refused".to_owned(),
            cases: 2,
            invalid: false,
            place: sample::head().overlay[0].place.clone(),
        };
        let summary = Summary { cases: 9, errored: 2, skipped: 2, excluded: 1, ..Summary::default() };
        let skipped = vec![skipped("not on mock", true), skipped("setup `a` failed", false)];
        let not_checked = Vec::new();
        let groups = Vec::new();
        let head = Head { summary, skipped, not_checked, errored: vec![errored], groups, ..sample::head() };
        let texts = |pile: &Pile| pile.items.iter().map(|item| item.text.clone()).collect::<Vec<_>>();
        let [_, aside, unknown] = piles(&head);
        assert_eq!(texts(&aside), ["1 case excluded: not on mock"]);
        assert_eq!(texts(&unknown), ["2 cases errored: refused", "1 case skipped: setup `a` failed"]);
    }
}
