//! Converts the violations of one value to breaches: located in the message, with the closest branch and the expected value.

use serde_json::Value;

use crate::contract::{Anchor, BranchOf, Breach, NotChecked, Rule, schema_summary, value_summary};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;
use crate::suggestion::nearest as nearest_name;

use super::discriminator::SchemaId;
use super::index::SchemaIndex;
use super::subject::{MAX_VIOLATIONS, Subject};
use super::violation::{Detail, Violation};
use super::walk::{self, Member, Selection};
use super::{closest_branch, difference};

/// Explains what one value breaks.
pub(super) struct Explainer<'a> {
    subject: Subject<'a>,
    index: &'a SchemaIndex,
    /// The value.
    pub value: &'a Value,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

impl<'a> Explainer<'a> {
    /// An explainer for `value`.
    pub(super) fn new(subject: Subject<'a>, index: &'a SchemaIndex, value: &'a Value) -> Self {
        Self { subject, index, value, not_checked: Vec::new() }
    }

    /// Converts violations to breaches.
    pub(super) fn breaches(&mut self, violations: Vec<Violation>) -> Vec<Breach> {
        let mut remaining: Vec<Violation> =
            violations.into_iter().filter_map(|violation| self.applicable(violation)).collect();
        self.remove_evaluated(&mut remaining);
        remaining.iter().flat_map(|violation| self.explain(violation)).take(MAX_VIOLATIONS).collect()
    }

    /// Reports that only the first `listed` breaches of a rule are listed.
    pub(super) fn unlisted(&mut self, rule: Rule, listed: usize) {
        let reason = format!("only the first {listed} violations are listed");
        self.not_checked.push(NotChecked { rule, reason });
    }

    /// Reports that only the outermost violations are listed.
    pub(super) fn unexplained(&mut self) {
        let reason = "its schemas apply too many times: only the outermost violations are listed";
        self.not_checked.push(NotChecked { rule: self.subject.rule, reason: reason.to_owned() });
    }

    /// Properties in the wrong direction: `readOnly` in a request, `writeOnly` in a response.
    pub(super) fn wrong_direction(&self) -> Vec<Breach> {
        let group = self.index.root(self.subject.key);
        let mut found = Vec::new();
        walk::members(self.index, (&group, Selection::Declared), self.value, &mut |member| {
            if found.len() >= MAX_VIOLATIONS {
                return;
            }
            if let Some((schema, keyword)) = self.index.exclusion(member.object, member.name, self.subject.direction) {
                let anchor = schema.member(keyword);
                let difference = Difference::Direction {
                    keyword: keyword.to_owned(),
                    name: member.name.to_owned(),
                    message: self.subject.direction.word().to_owned(),
                };
                let mut breach = self.breach(keyword, member.at(), anchor, difference);
                breach.expected = "nothing".to_owned();
                found.push(breach);
            }
        });
        found
    }

    /// Properties that no branch of the schema documents.
    pub(super) fn undocumented(&mut self) -> Vec<Breach> {
        let group = self.index.root(self.subject.key);
        let (mut found, mut unknown) = (Vec::new(), None);
        walk::members(self.index, (&group, Selection::Discriminated), self.value, &mut |member| {
            let is_full = found.len() >= MAX_VIOLATIONS;
            if is_full || member.is_documented() || self.index.is_free_form(member.object) {
                return;
            }
            match self.index.unknown(member.object) {
                None => found.push(self.undocumented_property(member)),
                Some((schema, why)) => unknown = unknown.take().or_else(|| Some((schema.pointer.clone(), why))),
            }
        });
        self.not_checked.extend(unknown.map(|(schema, why)| {
            let reason = format!("cannot tell which properties #{schema} documents, because of {why}");
            NotChecked { rule: Rule::UndocumentedProperty, reason }
        }));
        found
    }

    fn undocumented_property(&self, member: &Member<'_>) -> Breach {
        let names = self.index.schema(self.naming(member.object));
        let difference = Difference::Undeclared { element: Element::Property, name: Some(member.name.to_owned()) };
        let mut breach = self.breach("properties", member.at(), names.anchor.member("properties"), difference);
        breach.rule = Rule::UndocumentedProperty;
        breach.expected = schema_summary::summarize(self.subject.refs, &names.anchor);
        breach.near = self.near(member.object, member.name);
        breach
    }

    /// Removes from the violation what does not apply in this direction; none when nothing is left.
    fn applicable(&self, mut violation: Violation) -> Option<Violation> {
        match violation.detail {
            Detail::Missing(ref name) if self.is_excluded(&violation, name) => None,
            _ if self.is_allowed_null(&violation) => None,
            Detail::Branches(branches) => {
                let applicable =
                    |branch: Vec<Violation>| branch.into_iter().filter_map(|v| self.applicable(v)).collect();
                let branches: Vec<Vec<Violation>> = branches.into_iter().map(applicable).collect();
                let matching = branches.iter().filter(|branch| branch.is_empty()).count();
                violation.detail = match matching {
                    0 => open(&branches).unwrap_or(Detail::Branches(branches)),
                    1 => return None,
                    _ if violation.keyword == "anyOf" => return None,
                    _ => Detail::Several(matching, branches.len()),
                };
                Some(violation)
            }
            _ => Some(violation),
        }
    }

    /// Removes documented properties that count as unevaluated only because something else violates the schema that documents them:
    /// that violation is reported by itself.
    fn remove_evaluated(&self, violations: &mut Vec<Violation>) {
        if !violations.iter().any(|violation| violation.keyword == "unevaluatedProperties") {
            return;
        }
        let all: Vec<(Pointer, Anchor)> =
            violations.iter().map(|violation| (violation.at.clone(), violation.anchor.clone())).collect();
        violations.retain_mut(|violation| {
            let Violation { keyword, at, anchor, detail } = violation;
            let Detail::Unexpected(names) = detail else { return true };
            if keyword != "unevaluatedProperties" {
                return true;
            }
            let group = self.index.group_at(self.subject.key, at);
            let is_broken = |schema: &Anchor| {
                let mut others = all.iter().filter(|(_, other)| other != anchor && other.document == schema.document);
                others.any(|(place, other)| place.is_within(at) && other.pointer.is_within(&schema.pointer))
            };
            names.retain(|name| {
                let mut documents = group.iter().filter(|id| self.index.property(&[**id], name).next().is_some());
                !documents.any(|id| is_broken(&self.index.schema(*id).anchor))
            });
            !names.is_empty()
        });
    }

    /// Whether the value is null, and a schema that holds the violated keyword allows that.
    fn is_allowed_null(&self, violation: &Violation) -> bool {
        violation.at.of(self.value).is_some_and(Value::is_null) && {
            let group = self.index.group_at(self.subject.key, &violation.at);
            self.index.allows_null(&group, &violation.anchor.parent())
        }
    }

    /// For null where a schema has `nullable: true`: why it is invalid all the same.
    fn null_note(&self, at: &Pointer, instance: &Value) -> Option<&'static str> {
        let says_nullable = |id: &SchemaId| {
            let schema = self.subject.refs.value(&self.index.schema(*id).anchor);
            schema.is_some_and(|schema| schema.get("nullable") == Some(&Value::Bool(true)))
        };
        let is_meant = instance.is_null() && self.index.group_at(self.subject.key, at).iter().any(says_nullable);
        is_meant.then(|| self.index.null_note())
    }

    fn is_excluded(&self, violation: &Violation, name: &str) -> bool {
        if !self.index.has_directions() {
            return false;
        }
        let group = self.index.group_at(self.subject.key, &violation.at);
        self.index.is_not_required(&violation.anchor.parent(), &group, name, self.subject.direction)
    }

    fn explain(&mut self, violation: &Violation) -> Vec<Breach> {
        match &violation.detail {
            Detail::NotChecked(reason) => {
                let reason =
                    format!("{} at {}: {reason}", violation.keyword, (self.subject.location)(violation.at.clone()));
                let not_checked = NotChecked { rule: self.subject.rule, reason };
                if !self.not_checked.contains(&not_checked) {
                    self.not_checked.push(not_checked);
                }
                Vec::new()
            }
            Detail::Missing(name) => vec![self.missing(violation, name)],
            Detail::Unexpected(names) => {
                names.iter().take(MAX_VIOLATIONS).map(|name| self.unexpected(violation, name)).collect()
            }
            Detail::Branches(branches) => self.nearest(violation, branches),
            Detail::Value if self.forbids_members(violation) => {
                let members = self.value.pointer(violation.at.as_str()).and_then(Value::as_object);
                let names = members.into_iter().flat_map(|members| members.keys()).take(MAX_VIOLATIONS);
                let keyword = violation.anchor.pointer.last().unwrap_or_default();
                let named = Violation { keyword, ..violation.clone() };
                let forbidden =
                    |name| Breach { expected: "no such property".to_owned(), ..self.unexpected(&named, name) };
                names.map(|name: &String| forbidden(name)).collect()
            }
            Detail::Several(..) | Detail::Value => vec![self.wrong(violation)],
        }
    }

    /// Whether it is `additionalProperties: false` or `propertyNames: false` without any named property: the library then reports only
    /// that the object is wrong.
    fn forbids_members(&self, violation: &Violation) -> bool {
        let keyword = violation.anchor.pointer.last().unwrap_or_default();
        violation.keyword == "false"
            && matches!(keyword.as_str(), "additionalProperties" | "propertyNames")
            // Else a property of that name is forbidden.
            && self.index.at(&violation.anchor.parent()).is_some()
    }

    fn nearest(&mut self, violation: &Violation, branches: &[Vec<Violation>]) -> Vec<Breach> {
        let Some((index, others)) = closest_branch::find(self.subject.refs, violation, branches, self.named(violation))
        else {
            return vec![self.wrong(violation)];
        };
        let mut breaches: Vec<Breach> = branches[index].iter().flat_map(|inner| self.explain(inner)).collect();
        if others > 0 {
            let location = (self.subject.location)(violation.at.clone());
            let branch_of = BranchOf { keyword: violation.keyword.clone(), location, others };
            breaches.iter_mut().for_each(|breach| breach.branch_of = Some(branch_of.clone()));
        }
        breaches
    }

    /// The schema that the value selects by the discriminator next to a violated `oneOf` or `anyOf`.
    fn named(&self, violation: &Violation) -> Option<&'a Anchor> {
        let members = violation.at.of(self.value)?.as_object()?;
        let discriminator = self.index.discriminator(&violation.anchor.parent())?;
        let named = discriminator.selected(members).ok()??;
        Some(&self.index.schema(named).anchor)
    }

    fn missing(&self, violation: &Violation, name: &str) -> Breach {
        let group = self.index.group_at(self.subject.key, &violation.at);
        let schema = self.index.property(&group, name).next().map(|id| &self.index.schema(id).anchor);
        let difference = Difference::Missing { element: Element::Property, name: Some(name.to_owned()) };
        let mut breach = self.breach(&violation.keyword, violation.at.join(name), violation.anchor.clone(), difference);
        breach.expected = schema
            .map_or_else(|| "any value".to_owned(), |anchor| schema_summary::summarize(self.subject.refs, anchor));
        breach.actual = None;
        breach
    }

    fn unexpected(&self, violation: &Violation, name: &str) -> Breach {
        let group = self.index.group_at(self.subject.key, &violation.at);
        let is_name = violation.keyword == "propertyNames";
        let element = if is_name { Element::PropertyName } else { Element::Property };
        let difference = Difference::Forbidden { element, name: name.to_owned() };
        let mut breach = self.breach(&violation.keyword, violation.at.join(name), violation.anchor.clone(), difference);
        breach.expected = match violation.keyword.as_str() {
            "propertyNames" => {
                format!("a name that is {}", schema_summary::summarize(self.subject.refs, &violation.anchor))
            }
            _ => schema_summary::summarize(self.subject.refs, &violation.anchor.parent()),
        };
        breach.near = self.near(&group, name);
        breach
    }

    fn wrong(&self, violation: &Violation) -> Breach {
        let refs = self.subject.refs;
        let expected = match violation.keyword.as_str() {
            "false" => "nothing".to_owned(),
            "not" => format!("not {}", schema_summary::summarize(refs, &violation.anchor)),
            "uniqueItems" => difference::ALL_DIFFER.to_owned(),
            "contains" => difference::contained(refs, violation),
            "minProperties" => format!("at least {} properties", difference::limit(refs, violation)),
            "maxProperties" => format!("at most {} properties", difference::limit(refs, violation)),
            _ => schema_summary::summarize(refs, &violation.anchor.parent()),
        };
        let instance = violation.at.of(self.value).unwrap_or(&Value::Null);
        let difference = difference::difference(refs, violation, instance);
        let mut breach = self.breach(&violation.keyword, violation.at.clone(), violation.anchor.clone(), difference);
        breach.expected = match self.null_note(&violation.at, instance) {
            Some(note) => format!("{expected} ({note})"),
            None => expected,
        };
        breach
    }

    /// A breach about the value at `at`, without the expected value.
    fn breach(&self, keyword: &str, at: Pointer, anchor: Anchor, difference: Difference) -> Breach {
        Breach {
            rule: self.subject.rule,
            keyword: keyword.to_owned(),
            actual: at.of(self.value).map(value_summary::json),
            location: (self.subject.location)(at),
            anchor,
            expected: String::new(),
            difference,
            near: None,
            branch_of: None,
        }
    }

    fn near(&self, object: &[SchemaId], name: &str) -> Option<String> {
        nearest_name(name, self.index.names(object).filter(|known| *known != name)).map(str::to_owned)
    }

    /// The schema of `object` that names its properties; the first when none does.
    fn naming(&self, object: &[SchemaId]) -> SchemaId {
        let names = |id: &&SchemaId| !self.index.schema(**id).info().properties.is_empty();
        object.iter().find(names).or(object.first()).copied().unwrap_or_default()
    }
}

/// Why it is unknown whether no branch matches: the only violation of one of them is a keyword that was not checked.
fn open(branches: &[Vec<Violation>]) -> Option<Detail> {
    let reason = |violation: &Violation| match &violation.detail {
        Detail::NotChecked(reason) => Some(reason.clone()),
        _ => None,
    };
    let mut reasons = branches.iter().filter_map(|branch| branch.iter().map(reason).collect::<Option<Vec<_>>>());
    reasons.find_map(|reasons| reasons.into_iter().next()).map(Detail::NotChecked)
}
