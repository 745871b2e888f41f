//! Parts of the head of the sample: groups of findings, the job, the text of a check.

use crate::record::{CheckText, Entry, Finding, Fixed, Group, Job, Met, Part, Severity, Since, Waiver};
use crate::rules;

use super::{entries, place};

/// The findings of one fingerprint together; one is met by more cases than are named.
pub(super) fn groups() -> Vec<Group> {
    let of = |(entry, finding, waived): (&Entry, &Finding, Option<&Waiver>)| Group {
        operation: entry.operation.clone(),
        method: entry.method.clone(),
        path: entry.path.clone(),
        finding: finding.clone(),
        known_since: (finding.since == Some(Since::Known)).then(|| "2026-11-12T10:06:58Z".to_owned()),
        waived: waived.cloned(),
        varied: false,
        cases: if finding.at == "/created_at" { 7 } else { 1 },
        elements: 0,
        first: vec![Met { case: entry.case.clone(), place: entry.place.clone() }],
        request_id: entry.request_id.clone(),
        curl: entry.curl.clone(),
    };
    let entries = entries();
    let found = entries.iter().flat_map(|entry| {
        let waived = entry.waived.iter().map(move |held| (entry, &held.finding, Some(&held.waiver)));
        entry.findings.iter().map(move |finding| (entry, finding, None)).chain(waived)
    });
    let mut groups: Vec<Group> = Vec::new();
    for next in found.map(of) {
        match groups.iter_mut().find(|held| held.finding.fingerprint == next.finding.fingerprint) {
            Some(held) => {
                held.varied |= held.finding.sentence() != next.finding.sentence();
                held.cases += next.cases;
                held.first.extend(next.first);
            }
            None => groups.push(next),
        }
    }
    let weight = |group: &Group| {
        let finding = &group.finding;
        (group.waived.is_some(), finding.severity == Severity::Warning, finding.since == Some(Since::Known))
    };
    groups.sort_by_key(|group| (weight(group), std::cmp::Reverse(group.cases)));
    groups
}

pub(super) fn fixed() -> Fixed {
    Fixed {
        fingerprint: "a0d1f1c0ffee".to_owned(),
        operation: Some("linkCustomerAccount".to_owned()),
        method: "POST".to_owned(),
        path: "/v2/customers/{customer_id}/link".to_owned(),
        check: rules::HEADER_SCHEMA.to_owned(),
        keyword: Some("format".to_owned()),
        r#in: Part::Header,
        name: Some("x-trace".to_owned()),
        at: String::new(),
        place: place("specs/imprint.yaml", 120, 13),
        cases: 3,
    }
}

pub(super) fn job() -> Job {
    let [commit, name, url] =
        ["3f2c9d1b7a60", "4711", "https://ci.example/jobs/4711"].map(|text| Some(text.to_owned()));
    Job { commit, name, url }
}

pub(super) fn check_text() -> CheckText {
    CheckText {
        severity: Severity::Error,
        summary: "the body conforms to its schema".to_owned(),
        rationale: "Clients are generated from it.".to_owned(),
        text: "`body-schema`: the body conforms to its schema.\n\nRule: every keyword.\n".to_owned(),
    }
}
