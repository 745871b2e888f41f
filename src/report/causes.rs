//! Findings with one cause, which reports show as one: the record, waivers and fingerprints keep them apart.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use crate::difference::Difference;
use crate::quantity::{self, count};
use crate::record::{Finding, Group, Head, Met, Part, Place, Severity, Since};
use crate::rules;

use super::text::distinct::elements;

/// Findings with one cause.
#[derive(Debug)]
pub(crate) struct Cause<'h> {
    /// The finding that is shown.
    pub lead: &'h Group,
    /// The others.
    pub also: Vec<&'h Group>,
}

impl<'h> Cause<'h> {
    /// Returns its groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &'h Group> {
        std::iter::once(self.lead).chain(self.also.iter().copied())
    }

    /// Returns the part of it in one operation, or in the cases outside the contract.
    pub(crate) fn within(&self, operation: Option<&str>) -> Option<Self> {
        let mut own = self.groups().filter(|group| group.operation.as_deref() == operation);
        Some(Self { lead: own.next()?, also: own.collect() })
    }

    /// Whether it counts against the target: an error that no person has set aside.
    pub(crate) fn counts(&self, head: &Head) -> bool {
        let Group { finding, .. } = self.lead;
        self.is_open() && finding.severity == Severity::Error && !self.is_tolerated(head)
    }

    /// Whether it is not waived.
    pub(crate) fn is_open(&self) -> bool {
        self.lead.waived.is_none()
    }

    /// Whether it is known, which does not fail the run.
    pub(crate) fn is_tolerated(&self, head: &Head) -> bool {
        head.tolerates_known && self.lead.finding.since == Some(Since::Known)
    }

    /// Returns the number of operations with the finding.
    pub(crate) fn operations(&self) -> u64 {
        self.groups().map(|group| &group.operation).collect::<BTreeSet<_>>().len() as u64
    }

    /// Returns the number of cases with the finding.
    ///
    /// A case has one status, so findings of an expected status are of different cases. Other findings of one operation may share
    /// their cases: as many are counted as are named, and at least those of the most frequent one.
    pub(crate) fn cases(&self) -> u64 {
        let mut operations: HashMap<_, (BTreeSet<&str>, u64, u64)> = HashMap::new();
        for group in self.groups() {
            let (named, most, statuses) = operations.entry(&group.operation).or_default();
            named.extend(group.first.iter().map(|met| met.case.as_str()));
            *most = (*most).max(group.cases);
            if group.finding.check == rules::EXPECTED_STATUS {
                *statuses = statuses.saturating_add(group.cases);
            }
        }
        quantity::total(
            operations.values().map(|(named, most, statuses)| (named.len() as u64).max(*most).max(*statuses)),
        )
    }

    /// Returns the cases that its findings name, each once.
    pub(crate) fn met(&self) -> Vec<&'h Met> {
        let mut seen = BTreeSet::new();
        self.groups().flat_map(|group| &group.first).filter(|met| seen.insert(met.case.as_str())).collect()
    }

    /// Returns the first finding of each rule.
    pub(crate) fn rules(&self) -> Vec<&'h Finding> {
        let mut seen = BTreeSet::new();
        let findings = self.groups().map(|group| &group.finding);
        let rule = |finding: &'h Finding| {
            let Place { file, line, column } = &finding.place;
            (finding.check.as_str(), finding.keyword.as_deref(), file.as_str(), *line, *column)
        };
        findings.filter(|finding| seen.insert(rule(finding))).collect()
    }

    /// Formats the operation of the first finding and the number of the others: `GET /a and 45 more endpoints`.
    pub(crate) fn endpoints(&self) -> String {
        let Group { method, path, .. } = self.lead;
        match self.operations() {
            0 | 1 => format!("{method} {path}"),
            all => format!("{method} {path} and {}", count(all - 1, "more endpoint")),
        }
    }

    /// Whether findings of the rule that is shown differ in their values.
    pub(crate) fn is_varied(&self) -> bool {
        let Group { finding, .. } = self.lead;
        let mut same = self.groups().filter(|group| group.finding.check == finding.check);
        same.any(|group| group.varied || group.finding.sentence() != finding.sentence())
    }

    /// Formats its sentence; it is an example if the findings differ.
    pub(crate) fn headline(&self) -> String {
        format!("{}{}", if self.is_varied() { "e.g. " } else { "" }, self.lead.finding.sentence())
    }
}

/// What the findings of one cause have in common, apart from the operation.
#[derive(PartialEq, Eq, Hash)]
struct Signature<'h> {
    check: &'h str,
    keyword: Option<&'h str>,
    part: Part,
    /// Name of the header or parameter.
    name: Option<&'h str>,
    rule: Shared<'h>,
    standing: Standing,
}

/// What the rules of findings with one cause have in common.
#[derive(PartialEq, Eq, Hash)]
enum Shared<'h> {
    /// The location of one rule of a schema, and the name of the property; of an element, `*`.
    Rule { place: (&'h str, u32, u32), property: Option<String> },
    /// The values of rules at different locations.
    Values { at: String, expected: &'h str, actual: Option<&'h str>, difference: &'h Difference },
    /// A status, whatever statuses the operations document instead.
    Status(&'h str),
}

/// Whether a finding is waived, its severity, and whether it is new.
type Standing = (bool, Severity, Option<Since>);

/// Causes of an undocumented status, by operation, status and standing.
type ByStatus<'h> = HashMap<(Option<&'h str>, Option<&'h str>, Standing), Vec<(usize, &'h Group)>>;

/// Returns groups of findings, those with one cause together, in the order of a head:
///
/// - one rule of a schema that several operations share,
/// - the same expected and the same actual value, in any number of operations and cases,
/// - one status that is neither documented nor expected.
pub(crate) fn causes<'h>(groups: impl IntoIterator<Item = &'h Group>) -> Vec<Cause<'h>> {
    let mut causes: Vec<(usize, Cause<'_>)> = Vec::new();
    let mut by_signature: HashMap<Signature<'_>, usize> = HashMap::new();
    let mut by_status: ByStatus<'_> = HashMap::new();
    // An undocumented status is the cause of an unexpected one, whichever comes first.
    let (undocumented, others): (Vec<_>, Vec<_>) =
        groups.into_iter().enumerate().partition(|(_, group)| group.finding.check == rules::STATUS_DOCUMENTED);
    for (index, group) in undocumented.into_iter().chain(others) {
        let of_status = by_status.get(&same_status(group)).filter(|_| follows_status(&group.finding));
        let led = of_status.into_iter().flatten().find(|(_, first)| is_met_together(first, group));
        let led = led.map(|(cause, _)| *cause);
        let signature = signature(group);
        let known = led.or_else(|| by_signature.get(signature.as_ref()?).copied());
        let cause = match known {
            Some(cause) => {
                let (first, held) = &mut causes[cause];
                *first = (*first).min(index);
                held.also.push(group);
                cause
            }
            None => {
                causes.push((index, Cause { lead: group, also: Vec::new() }));
                causes.len() - 1
            }
        };
        if group.finding.check == rules::STATUS_DOCUMENTED {
            by_status.entry(same_status(group)).or_default().push((cause, group));
        }
        // Findings that follow from an undocumented status do not take those with them that do not.
        if let Some(signature) = signature.filter(|_| led.is_none()) {
            by_signature.entry(signature).or_insert(cause);
        }
    }
    causes.sort_by_cached_key(|(index, cause)| (weight(cause.lead), Reverse(cause.cases()), *index));
    causes.into_iter().map(|(_, cause)| cause).collect()
}

/// Orders causes like the groups of a head: those that are waived last, errors before warnings, new before known.
fn weight(group: &Group) -> (bool, Reverse<Severity>, bool) {
    (group.waived.is_some(), Reverse(group.finding.severity), group.finding.since == Some(Since::Known))
}

/// Returns what the finding has in common with others of its cause; nothing if its values differ between its cases.
fn signature(group: &Group) -> Option<Signature<'_>> {
    let Finding { check, keyword, r#in, name, at, expected, actual, difference, place, .. } = &group.finding;
    let rule = match check.as_str() {
        rules::BODY_SCHEMA | rules::HEADER_SCHEMA | rules::DISCRIMINATOR | rules::WRITE_ONLY => {
            let Place { file, line, column } = place;
            let property = elements(at).rsplit('/').next().map(str::to_owned);
            Shared::Rule { place: (file, *line, *column), property }
        }
        _ if group.varied => return None,
        rules::STATUS_DOCUMENTED => Shared::Status(actual.as_deref()?),
        _ => Shared::Values { at: elements(at), expected, actual: actual.as_deref(), difference },
    };
    Some(Signature {
        check,
        keyword: keyword.as_deref(),
        part: *r#in,
        name: name.as_deref(),
        rule,
        standing: standing(group),
    })
}

fn same_status(group: &Group) -> (Option<&str>, Option<&str>, Standing) {
    (group.operation.as_deref(), group.finding.actual.as_deref(), standing(group))
}

fn standing(group: &Group) -> Standing {
    (group.waived.is_some(), group.finding.severity, group.finding.since)
}

/// Whether the finding is about the status, but not that it is undocumented.
fn follows_status(finding: &Finding) -> bool {
    matches!(finding.check.as_str(), rules::EXPECTED_STATUS | rules::VIOLATION_REFUSED)
}

/// Whether a case has both findings, or may have them: groups name the first of their cases only.
fn is_met_together(one: &Group, other: &Group) -> bool {
    let cases: BTreeSet<_> = one.first.iter().map(|met| &met.case).collect();
    one.cases > cases.len() as u64 || other.first.iter().any(|met| cases.contains(&met.case))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Met, Part, Waiver};
    use crate::report::tests::sample;

    /// A group of `operation` with a finding of `check`, in the cases of these names.
    fn group(operation: &str, check: &str, part: Part, cases: &[&str]) -> Group {
        let mut group = sample::head().groups.remove(0);
        let place = group.finding.place.clone();
        group.operation = Some(operation.to_owned());
        group.finding.fingerprint = format!("{operation}{check}{}", cases.concat());
        (group.finding.check, group.finding.r#in) = (check.to_owned(), part);
        group.finding.actual = Some("500".to_owned());
        group.first = cases.iter().map(|case| Met { case: (*case).to_owned(), place: place.clone() }).collect();
        group.cases = cases.len() as u64;
        group
    }

    fn check(groups: Vec<Group>, expect: &[(usize, u64, u64)]) {
        let head = Head { groups, ..sample::head() };
        let causes = causes(&head.groups);
        let seen: Vec<_> =
            causes.iter().map(|cause| (cause.groups().count(), cause.operations(), cause.cases())).collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn an_undocumented_status_is_the_cause_of_an_unexpected_one() {
        let status = |check, cases: &[&str]| group("a", check, Part::Status, cases);
        let expected = || status(rules::EXPECTED_STATUS, &["x"]);
        let documented = || status(rules::STATUS_DOCUMENTED, &["x", "y"]);
        check(vec![expected(), documented(), status(rules::VIOLATION_REFUSED, &["y"])], &[(3, 1, 2)]);
        check(vec![status(rules::EXPECTED_STATUS, &["z"]), documented()], &[(1, 1, 2), (1, 1, 1)]);
        let many = Group { cases: 46, ..documented() };
        check(vec![status(rules::EXPECTED_STATUS, &["z"]), many], &[(2, 1, 46)]);
        let mut waived = documented();
        waived.waived = sample::head().groups.into_iter().find_map(|group| group.waived);
        assert!(matches!(&waived.waived, Some(Waiver { .. })));
        check(vec![expected(), waived], &[(1, 1, 1), (1, 1, 2)]);
    }

    #[test]
    fn equal_values_of_many_operations_are_one_cause() {
        let names: Vec<_> = (0..46).map(|index| format!("operation{index}")).collect();
        let of = |check: &str, part| names.iter().map(|name| group(name, check, part, &[name])).collect::<Vec<_>>();
        check(of(rules::EXPECTED_STATUS, Part::Status), &[(46, 46, 46)]);
        check(of(rules::CONTENT_TYPE_DOCUMENTED, Part::Header), &[(46, 46, 46)]);
        // The documented statuses differ; what they lead to belongs to the same cause.
        let mut undocumented = of(rules::STATUS_DOCUMENTED, Part::Status);
        undocumented[1].finding.expected = "201".to_owned();
        undocumented.extend(of(rules::EXPECTED_STATUS, Part::Status));
        check(undocumented, &[(92, 46, 46)]);
        let mut different = of(rules::EXPECTED_STATUS, Part::Status);
        different[0].finding.actual = Some("502".to_owned());
        different[1].finding.expected = "404".to_owned();
        different[2].varied = true;
        different[3].finding.severity = Severity::Warning;
        check(different, &[(42, 42, 42), (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1)]);
    }

    #[test]
    fn cases_with_an_unexpected_status_are_counted_once() {
        let one = |case: &str, cases| Group { cases, ..group("a", rules::EXPECTED_STATUS, Part::Status, &[case]) };
        check(vec![one("x", 1), one("y", 1), one("z", 30)], &[(3, 1, 32)]);
        let body = |case: &str| group("a", rules::EXPECTED_BODY, Part::Body, &["x", case]);
        check(vec![body("y"), body("z")], &[(2, 1, 3)]);
    }

    #[test]
    fn a_rule_of_several_operations_is_one_cause() {
        let body = |operation, check| group(operation, check, Part::Body, &["x", "y"]);
        let mut elsewhere = body("c", rules::BODY_SCHEMA);
        elsewhere.finding.place.line += 1;
        let mut other = body("d", rules::BODY_SCHEMA);
        other.finding.at = "/other".to_owned();
        let same = [body("a", rules::BODY_SCHEMA), body("b", rules::BODY_SCHEMA)];
        check(same.into_iter().chain([elsewhere, other]).collect(), &[(2, 2, 4), (1, 1, 2), (1, 1, 2)]);
    }
}
