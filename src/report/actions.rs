//! What to do about a run: who has to act, on what, and where.

use jiff::civil::Date;

use crate::diff::shorten;
use crate::quantity::count;
use crate::record::{Head, Place};

use super::causes::{Cause, causes};
use super::rule_owner::RuleOwner;
use super::text::phrases;

/// Days before its end from which a waiver is listed.
const RENEWAL: i32 = 14;

/// Maximum number of reasons, waivers or cases that are listed one by one.
const MAX_EACH: usize = 3;

/// Maximum length of a text in characters.
const MAX_TEXT: usize = 180;

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// What: `Report to the vendor`.
    pub verb: &'static str,
    /// About what.
    pub text: String,
    /// Where in a file of the project.
    pub place: Option<Place>,
    /// Fingerprint of the finding.
    pub finding: Option<String>,
}

impl Action {
    fn new(verb: &'static str, text: String) -> Self {
        Self { verb, text, place: None, finding: None }
    }
}

/// Returns what to do, the most urgent first; nothing if all is well.
pub(super) fn actions(head: &Head) -> Vec<Action> {
    let mut actions: Vec<_> = inputs(head).collect();
    actions.extend(outage(head));
    match head.notes.is_empty() {
        true => actions.extend(findings(head)),
        // The findings follow from it.
        false => actions.extend(head.notes.iter().map(|note| Action::new("Check our configuration", note.clone()))),
    }
    if head.summary.busy > 0 {
        let text =
            format!("{} while the target was busy; set `rate` of the target", count(head.summary.busy, "finding"));
        actions.push(Action::new("Send fewer requests", text));
    }
    actions.extend(waivers(head));
    actions
}

/// Returns what is wrong with cases, configuration or mock rules.
fn inputs(head: &Head) -> impl Iterator<Item = Action> {
    let invalid = head.errored.iter().filter(|errored| errored.invalid).take(MAX_EACH);
    let verb = if head.target.mock { "Fix our case or mock rules" } else { "Fix our case or configuration" };
    invalid.map(move |errored| Action {
        place: Some(errored.place.clone()),
        ..Action::new(verb, shorten(&errored.reason, MAX_TEXT))
    })
}

/// Returns why exchanges were not completed.
fn outage(head: &Head) -> impl Iterator<Item = Action> {
    let lost = head.errored.iter().filter(|errored| !errored.invalid).take(MAX_EACH);
    lost.map(|errored| {
        let cases = count(errored.cases, "case");
        Action::new("Check target and network", format!("{} ({cases})", shorten(&errored.reason, MAX_TEXT)))
    })
}

/// Returns one line per owner of violated rules, with the first finding as an example.
fn findings(head: &Head) -> Vec<Action> {
    let causes = causes(&head.groups);
    let open: Vec<_> = causes.iter().filter(|cause| cause.counts(head)).collect();
    let mut actions = Vec::new();
    let vendor = if head.target.mock { "Fix the mock rules" } else { "Report to the vendor" };
    for (owner, verb) in [
        (RuleOwner::Contract, vendor),
        (RuleOwner::Assumption, "Ask the vendor"),
        (RuleOwner::Client, "Fix the client"),
    ] {
        let of: Vec<_> = open.iter().filter(|cause| RuleOwner::of(&cause.lead.finding, head) == owner).collect();
        if let Some(first) = of.first() {
            let more = of.len() - 1;
            let more = if more > 0 { format!(", and {}", count(more as u64, "more finding")) } else { String::new() };
            let place = (owner == RuleOwner::Assumption).then(|| first.lead.finding.place.clone());
            actions.push(Action {
                place,
                finding: Some(fingerprint(first)),
                ..Action::new(verb, headline(first) + &more)
            });
        }
    }
    let of_cases = open.iter().filter(|cause| RuleOwner::of(&cause.lead.finding, head) == RuleOwner::Case);
    let number = of_cases.clone().count();
    actions.extend(of_cases.take(MAX_EACH).map(|cause| Action {
        place: Some(cause.lead.finding.place.clone()),
        finding: Some(fingerprint(cause)),
        ..Action::new("Fix our case, or report", headline(cause))
    }));
    if number > MAX_EACH {
        let text = count((number - MAX_EACH) as u64, "more difference") + " from expectations of our cases";
        actions.push(Action::new("Fix our cases, or report", text));
    }
    actions
}

fn fingerprint(cause: &Cause<'_>) -> String {
    cause.lead.finding.fingerprint.clone()
}

fn headline(cause: &Cause<'_>) -> String {
    let text = shorten(&format!("{}: {}", phrases::subject(cause.lead), cause.headline()), MAX_TEXT);
    match cause.cases() {
        0 | 1 => text,
        cases => format!("{text} ({})", count(cases, "case")),
    }
}

/// Returns the waivers that end soon.
fn waivers(head: &Head) -> Vec<Action> {
    let day = |text: &str| text.get(..10).and_then(|day| day.parse::<Date>().ok());
    let Some(today) = day(&head.started) else { return Vec::new() };
    let is_due = |expires: &str| {
        let until = day(expires).and_then(|end| today.until(end).ok());
        until.is_some_and(|left| left.get_days() <= RENEWAL)
    };
    let waivers = head.groups.iter().filter_map(|group| Some((group, group.waived.as_ref()?)));
    let due = waivers.filter(|(_, waiver)| is_due(&waiver.expires)).take(MAX_EACH);
    due.map(|(group, waiver)| Action {
        place: Some(waiver.place.clone()),
        finding: Some(group.finding.fingerprint.clone()),
        ..Action::new(
            "Renew or remove the waiver",
            format!("of {}, which ends on {}", shorten(&waiver.owner, MAX_TEXT), waiver.expires),
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Errored, Summary, Waiver};
    use crate::report::tests::sample;

    fn verbs(head: &Head) -> Vec<&'static str> {
        actions(head).iter().map(|action| action.verb).collect()
    }

    #[test]
    fn each_owner_of_a_rule_has_something_to_do() {
        let head = sample::head();
        let case = "Fix our case, or report";
        let all = ["Check target and network", "Report to the vendor", case, case, case];
        assert_eq!(verbs(&head), all);
        let mut mock = head.clone();
        mock.target.mock = true;
        assert_eq!(verbs(&mock)[1], "Fix the mock rules");
        let quiet = Head { groups: Vec::new(), errored: Vec::new(), summary: Summary::default(), ..head };
        assert_eq!(verbs(&quiet), Vec::<&str>::new());
    }

    #[test]
    fn what_all_responses_have_in_common_comes_before_the_findings() {
        let note = "every response has the status 404: check the URL of the target".to_owned();
        let head = Head { notes: vec![note.clone()], errored: Vec::new(), ..sample::head() };
        let first = actions(&head).remove(0);
        assert_eq!((first.verb, first.text), ("Check our configuration", note));
        assert!(!verbs(&head).contains(&"Report to the vendor"));
    }

    #[test]
    fn our_own_mistakes_come_first() {
        let place = sample::head().overlay[0].place.clone();
        let errored =
            Errored { reason: "the request violates".to_owned(), cases: 1, invalid: true, place: place.clone() };
        let head = Head { errored: vec![errored], ..sample::head() };
        let first = actions(&head).remove(0);
        assert_eq!((first.verb, first.place), ("Fix our case or configuration", Some(place)));
    }

    #[test]
    fn waivers_are_listed_two_weeks_before_they_end() {
        let until = |expires: &str| {
            let mut head = sample::head();
            head.groups.retain(|group| group.waived.is_some());
            head.errored.clear();
            let waiver = head.groups[0].waived.take();
            head.groups[0].waived = waiver.map(|waiver| Waiver { expires: expires.to_owned(), ..waiver });
            verbs(&head)
        };
        assert_eq!(until("2026-12-05"), Vec::<&str>::new());
        assert_eq!(until("2026-12-04"), ["Renew or remove the waiver"]);
        assert_eq!(until("soon"), Vec::<&str>::new());
    }
}
