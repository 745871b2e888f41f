//! Converts the violations of one value to breaches: located in the message, with the closest branch and the expected value.

use serde_json::Value;

use crate::contract::{Anchor, BranchOf, Breach, Direction, NotChecked, Rule, schema_summary, value_summary};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;
use crate::suggestion::nearest as nearest_name;

use super::discriminator::SchemaId;
use super::index::SchemaIndex;
use super::subject::{MAX_TEXTS, MAX_VIOLATIONS, Subject};
use super::violation::{Detail, Violation};
use super::walk::{self, Member, Selection};
use super::{closest_branch, difference, listing};

/// Explains what one value breaks.
pub(super) struct Explainer<'a> {
    subject: Subject<'a>,
    index: &'a SchemaIndex,
    /// The value.
    pub value: &'a Value,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// Why keywords were not checked.
    pub reasons: Vec<String>,
    /// Whether breaches are left out, because too many are listed or their texts are too long.
    pub is_cut: bool,
    /// The size of the texts of what was explained, in bytes.
    texts: usize,
}

impl<'a> Explainer<'a> {
    /// An explainer for `value`.
    pub(super) fn new(subject: Subject<'a>, index: &'a SchemaIndex, value: &'a Value) -> Self {
        Self { subject, index, value, not_checked: Vec::new(), reasons: Vec::new(), is_cut: false, texts: 0 }
    }

    /// Converts violations to breaches.
    pub(super) fn breaches(&mut self, violations: Vec<Violation>) -> Vec<Breach> {
        let mut remaining: Vec<Violation> =
            violations.into_iter().filter_map(|violation| self.applicable(violation)).collect();
        self.remove_evaluated(&mut remaining);
        let mut breaches = Vec::new();
        remaining.iter().for_each(|violation| self.explain(violation, &mut breaches));
        breaches
    }

    /// Adds a breach unless too many are listed. It is only then explained.
    fn list(&mut self, found: &mut Vec<Breach>, explain: impl FnOnce(&Self) -> Breach) {
        if found.len() >= MAX_VIOLATIONS || self.texts >= MAX_TEXTS {
            self.is_cut = true;
            return;
        }
        let breach = explain(self);
        self.texts += breach.size();
        found.push(breach);
    }

    /// Reports that only the first `listed` breaches of a rule are listed.
    pub(super) fn unlisted(&mut self, rule: Rule, listed: usize) {
        self.not_checked.push(NotChecked { rule, reason: listing::unlisted(listed) });
    }

    /// Reports that only the outermost violations are listed.
    pub(super) fn unexplained(&mut self) {
        let reason = "its schemas apply too many times: only the outermost violations are listed";
        self.not_checked.push(NotChecked { rule: self.subject.rule, reason: reason.to_owned() });
    }

    /// Reports that nothing was decided.
    pub(super) fn undecided(&mut self) {
        let reason = "its schemas apply too many times to be checked";
        self.not_checked.push(NotChecked { rule: self.subject.rule, reason: reason.to_owned() });
    }

    /// Properties in the wrong direction: `readOnly` in a request, `writeOnly` in a response.
    pub(super) fn wrong_direction(&mut self) -> Vec<Breach> {
        let (index, subject, value) = (self.index, self.subject, self.value);
        let mut found = Vec::new();
        walk::members(index, (&index.root(subject.key), Selection::Declared), value, &mut |member| {
            if let Some((schema, keyword)) = index.exclusion(member.object, member.name, subject.direction) {
                self.list(&mut found, |this| this.excluded(member, schema.member(keyword), keyword));
            }
        });
        found
    }

    fn excluded(&self, member: &Member<'_>, anchor: Anchor, keyword: &str) -> Breach {
        let difference = Difference::Direction {
            keyword: keyword.to_owned(),
            name: member.name.to_owned(),
            message: self.subject.direction.word().to_owned(),
        };
        let mut breach = self.breach(keyword, member.at(), anchor, difference);
        breach.expected = "nothing".to_owned();
        breach.rule = match self.subject.direction {
            Direction::Request => Rule::ReadOnly,
            Direction::Response => Rule::WriteOnly,
        };
        breach
    }

    /// Properties that no branch of the schema documents.
    pub(super) fn undocumented(&mut self) -> Vec<Breach> {
        let (index, value) = (self.index, self.value);
        let group = index.root(self.subject.key);
        let (mut found, mut unknown) = (Vec::new(), None);
        walk::members(index, (&group, Selection::Discriminated), value, &mut |member| {
            if self.is_cut || member.is_documented() || index.is_free_form(member.object) {
                return;
            }
            match index.unknown(member.object) {
                None => self.list(&mut found, |this| this.undocumented_property(member)),
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
            _ if !violation.inner.is_empty() => self.applicable_members(violation),
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

    /// The same, without the properties and items that only violate what does not apply in this direction.
    fn applicable_members(&self, mut violation: Violation) -> Option<Violation> {
        let Violation { at, detail, inner, .. } = &mut violation;
        let before: Vec<Pointer> = inner.iter().map(|one| one.at.clone()).collect();
        *inner = std::mem::take(inner).into_iter().filter_map(|one| self.applicable(one)).collect();
        if let Detail::Unexpected(names) = detail {
            names.retain(|name| {
                let member = at.join(name);
                !before.iter().any(|one| one.is_within(&member)) || inner.iter().any(|one| one.at.is_within(&member))
            });
            return (!names.is_empty()).then_some(violation);
        }
        (!inner.is_empty()).then_some(violation)
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
            let Violation { keyword, at, anchor, detail, .. } = violation;
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

    fn explain(&mut self, violation: &Violation, found: &mut Vec<Breach>) {
        match &violation.detail {
            Detail::NotChecked(_) if self.texts >= MAX_TEXTS => self.is_cut = true,
            Detail::NotChecked(why) => {
                if !self.reasons.contains(why) {
                    self.reasons.push(why.clone());
                }
                let reason =
                    format!("{} at {}: {why}", violation.keyword, (self.subject.location)(violation.at.clone()));
                let not_checked = NotChecked { rule: self.subject.rule, reason };
                if !self.not_checked.contains(&not_checked) {
                    self.texts += not_checked.reason.len();
                    self.not_checked.push(not_checked);
                }
            }
            Detail::Missing(name) => self.list(found, |this| this.missing(violation, name)),
            Detail::Unexpected(names) => {
                names.iter().for_each(|name| self.unexpected_member(violation, name, found));
            }
            Detail::Name(name, keyword, anchor) => self.list(found, |this| {
                let breach = this.unexpected(violation, name);
                match anchor.pointer.is_within(&violation.anchor.pointer) && anchor != &violation.anchor {
                    true => Breach { keyword: keyword.clone(), anchor: anchor.clone(), ..breach },
                    false => breach,
                }
            }),
            Detail::Items(_) if !violation.inner.is_empty() => {
                violation.inner.iter().for_each(|inner| self.explain(inner, found));
            }
            Detail::Branches(branches) => self.nearest(violation, branches, found),
            Detail::Value if self.forbids_members(violation) => {
                let value = self.value;
                let members = value.pointer(violation.at.as_str()).and_then(Value::as_object);
                let keyword = violation.anchor.pointer.last().unwrap_or_default();
                let named = Violation { keyword, ..violation.clone() };
                for name in members.into_iter().flat_map(|members| members.keys()) {
                    self.list(found, |this| Breach {
                        expected: "no such property".to_owned(),
                        ..this.unexpected(&named, name)
                    });
                }
            }
            Detail::Several(..) | Detail::Items(_) | Detail::Value => self.list(found, |this| this.wrong(violation)),
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

    fn nearest(&mut self, violation: &Violation, branches: &[Vec<Violation>], found: &mut Vec<Breach>) {
        let Some((index, others)) = closest_branch::find(self.subject.refs, violation, branches, self.named(violation))
        else {
            return self.list(found, |this| this.wrong(violation));
        };
        let before = found.len();
        branches[index].iter().for_each(|inner| self.explain(inner, found));
        if others > 0 {
            let location = (self.subject.location)(violation.at.clone());
            let branch_of = BranchOf { keyword: violation.keyword.clone(), location, others };
            found[before..].iter_mut().for_each(|breach| breach.branch_of = Some(branch_of.clone()));
        }
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

    /// What a property violates of the schema for it, else that it is not allowed.
    fn unexpected_member(&mut self, violation: &Violation, name: &str, found: &mut Vec<Breach>) {
        let member = violation.at.join(name);
        let mut inner = violation.inner.iter().filter(|inner| inner.at.is_within(&member)).peekable();
        if inner.peek().is_none() {
            return self.list(found, |this| this.unexpected(violation, name));
        }
        inner.for_each(|inner| self.explain(inner, found));
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
