//! The expectations that might notice a survivor: lines for the `expect` of a case that receives such a response.
//!
//! Only what the request or the mock rules determine is expected. A value that the mock takes from the document's examples would be
//! another one on a real target.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::case::{Case, Story};
use crate::contract::StatusKey;
use crate::http::Response;
use crate::mock::mutation::{RefusalOutline, RuleOutline};
use crate::pointer::Pointer;

use super::super::difference::{Difference, differences};
use super::super::groups::{Group, Member};
use super::super::measured::Expectation;
use super::super::response_mutant::{Location, ResponseMutant};
use super::super::sensitive::Sensitive;
use super::super::setup::Setup;
use super::super::unmutated::{Sent, StoryRun, UnmutatedRun};
use super::lines::{below, expression, find, is_special, nested, required};
use super::reason::NoSuggestion;
use super::trial::Comparison;
use super::variables::{Variables, Wanted};

/// Longest value that is written into an expectation, in characters of JSON.
const MAX_VALUE: usize = 200;

/// Largest expectation, in characters of JSON.
const MAX_EXPECTATION: usize = 2_000;

/// Shortest string that equals one of the request by intent, not by chance.
const MIN_ECHO: usize = 8;

/// Maximum number of responses and of differences of each that are looked at.
const MAX_LOOKED_AT: usize = 32;

/// What expectations for a survivor are made from.
pub(super) struct Candidates<'c, 'a> {
    pub(super) setup: &'c Setup<'a>,
    pub(super) sensitive: &'c Sensitive,
    pub(super) comparison: &'c Comparison,
    pub(super) group: &'c Group<'c>,
    pub(super) mutant: &'c ResponseMutant,
    /// The story and the case of a member of the group.
    pub(super) case: &'c dyn Fn(usize) -> Option<(&'c Story, &'c Case)>,
}

impl Candidates<'_, '_> {
    /// About `limit` expectations, and the reason why there are no others.
    pub(super) fn find(&self, limit: usize) -> (Vec<Expectation>, NoSuggestion) {
        let (mut found, mut reason) = (Vec::<Expectation>::new(), NoSuggestion::Unknown);
        let contract = self.setup.inputs.contract;
        // The expectation of a row has to hold for every row.
        let mut members: Vec<_> = self.group.members.iter().enumerate().collect();
        members.sort_by_key(|(_, member)| member.sent.is_row);
        let mut looked_at = 0;
        for (index, member) in members {
            let response = &member.sent.exchange.response;
            let body = member.sent.body.as_ref();
            let changed = self.mutant.apply(contract, &member.sent.exchange.request, response, body);
            let (Some(changed), Some((_, case))) = (changed, (self.case)(index)) else { continue };
            looked_at += 1;
            for difference in differences(response, body, &changed).iter().take(MAX_LOOKED_AT) {
                match self.expectations(member, case, difference) {
                    Ok(kills) => kills.into_iter().for_each(|kill| {
                        if !found.contains(&kill) {
                            found.push(kill);
                        }
                    }),
                    Err(other) => reason = reason.max(other),
                }
                if found.len() >= limit {
                    return (found, reason);
                }
            }
            if looked_at == MAX_LOOKED_AT {
                break;
            }
        }
        (found, reason)
    }

    /// The expectations of one difference, the best first.
    fn expectations(
        &self,
        member: &Member<'_>,
        case: &Case,
        difference: &Difference,
    ) -> Result<Vec<Expectation>, NoSuggestion> {
        if !member.aligned.is_determined(difference) {
            return Err(NoSuggestion::Unknown);
        }
        let status = member.sent.exchange.response.status;
        let is_exact = matches!(case.expect.status.as_slice(), [one] if one.start() == one.end());
        let is_status = *difference == Difference::Status;
        // A case without a status accepts every declared one.
        if !is_exact && !(case.expect.status.is_empty() && (is_status || self.is_only_status(status))) {
            return Err(NoSuggestion::Statuses);
        }
        let expectation = |(key, value): (&str, Value)| {
            let mut expect = Map::from_iter([(key.to_owned(), value)]);
            if !is_exact {
                expect.insert("status".to_owned(), status.into());
            }
            let text = Value::Object(expect.clone()).to_string();
            if text.len() > MAX_EXPECTATION {
                return Err(NoSuggestion::Unknown);
            }
            if self.sensitive.occurs_in(&text) {
                return Err(NoSuggestion::Redacted);
            }
            Ok(Expectation { case: case.id.clone(), expect })
        };
        self.lines(member, case, difference)?.into_iter().map(expectation).collect()
    }

    /// Whether the document declares no other status of success or of refusal.
    fn is_only_status(&self, status: u16) -> bool {
        let operation = self.setup.inputs.contract.operations.get(self.mutant.operation);
        let declared = operation.into_iter().flat_map(|operation| &operation.responses);
        let mut class = declared.filter(|declared| match declared.status {
            StatusKey::Exact(other) => other / 100 == status / 100,
            StatusKey::Range(class) => class == status / 100,
            StatusKey::Default => false,
        });
        class.next().is_some_and(|one| one.status == StatusKey::Exact(status)) && class.next().is_none()
    }

    /// Whether a mock rule determines the response with that status at the location of a difference.
    fn is_ruled(&self, response: &Response, body: Option<&Value>, difference: &Difference) -> bool {
        if let Difference::Value(at, true) = difference
            && response.status >= 400
            && body.and_then(|body| at.of(body)).is_some_and(|value| is_for_people(at, value))
        {
            return false;
        }
        let rules = (self.setup.rules)(self.mutant.operation);
        let mut rules = rules.iter().filter(|rule| rule.status == Some(response.status)).peekable();
        let is_fixed = |rule: &RuleOutline| match difference {
            Difference::Value(at, true) => !rule.is_random(at),
            _ => true,
        };
        let has_rule = rules.peek().is_some() && rules.all(is_fixed);
        let mut refusals = self.setup.refusals.iter().filter(|refusal| refusal.status == response.status).peekable();
        let is_determined = |refusal: &RefusalOutline| match difference {
            Difference::Status | Difference::Body => true,
            Difference::Header(name) => refusal.determines_header(name),
            Difference::Value(at, _) => refusal.determines(at),
        };
        has_rule || (refusals.peek().is_some() && refusals.all(is_determined))
    }

    /// What `of` returns for the response, if it is the same in every run: also with generated data in place of the document's examples,
    /// and after other cases. A case that receives another status then shows nothing.
    fn same<T: PartialEq>(&self, member: &Member<'_>, of: impl Fn(Seen<'_>) -> Option<T>) -> Result<T, NoSuggestion> {
        let vars = &self.setup.inputs.target.vars;
        let mut fresh = member.aligned.runs().iter().map(|(sent, story)| of(Seen { sent, story, vars }));
        let first = fresh.next().flatten().ok_or(NoSuggestion::Unknown)?;
        let with = |run: &UnmutatedRun, vars: &BTreeMap<String, Value>| {
            let (sent, story) = in_run(member, run)?;
            Some(of(Seen { sent, story, vars }).as_ref() == Some(&first))
        };
        let in_run = |run: &UnmutatedRun| with(run, vars);
        let Comparison { generated, shared, varied } = self.comparison;
        if varied.as_ref().is_some_and(|(run, vars)| with(run, vars) == Some(false)) {
            return Err(NoSuggestion::Unknown);
        }
        if !fresh.all(|other| other.as_ref() == Some(&first)) || in_run(generated) != Some(true) {
            return Err(NoSuggestion::Unknown);
        }
        if shared.iter().any(|run| in_run(run) == Some(false)) {
            return Err(NoSuggestion::State);
        }
        Ok(first)
    }

    /// The ways to write a value that is the same in every run, apart from the variables in it.
    fn written(
        &self,
        member: &Member<'_>,
        case: &Case,
        of: impl Fn(&Sent) -> Option<Value>,
    ) -> Result<Vec<Value>, NoSuggestion> {
        let mut ways = Vec::new();
        let mut reason = NoSuggestion::Unknown;
        let is_compared = self.comparison.varied.as_ref().is_some_and(|(run, _)| in_run(member, run).is_some());
        // That a value which equals a variable is a constant shows only with another value of the variable.
        let constant = Some(Wanted::None).filter(|_| is_compared);
        for wanted in [Wanted::Captured, Wanted::Given, Wanted::Short].into_iter().chain(constant) {
            let way = self.same(member, |Seen { sent, story, vars }| {
                Some(Variables::new(vars, story, case, member.aligned.position(), wanted).write(&of(sent)?))
            });
            match way {
                Ok(way) if !ways.contains(&way) && (ways.is_empty() || wanted == Wanted::Given) => ways.push(way),
                Ok(_) => {}
                Err(other) => reason = reason.max(other),
            }
        }
        if ways.is_empty() { Err(reason) } else { Ok(ways) }
    }

    /// The lines that notice a difference, the best first.
    fn lines(
        &self,
        member: &Member<'_>,
        case: &Case,
        difference: &Difference,
    ) -> Result<Vec<(&'static str, Value)>, NoSuggestion> {
        let response = &member.sent.exchange.response;
        let body = member.sent.body.as_ref();
        if let (Difference::Value(at, _), Some(body)) = (difference, body)
            && is_special(at, body)
        {
            return Err(NoSuggestion::Name);
        }
        let is_ruled = self.is_ruled(response, body, difference);
        let known = |is_known: bool| if is_known { Ok(()) } else { Err(NoSuggestion::Unknown) };
        match difference {
            Difference::Status => {
                known(is_ruled || self.is_only_status(response.status))?;
                Ok(vec![("status", response.status.into())])
            }
            // Targets differ in the parameters of a media type.
            Difference::Header(name) if name == "content-type" => Err(NoSuggestion::Unknown),
            Difference::Header(name) => {
                if self.sensitive.hides_header(name) {
                    return Err(NoSuggestion::Redacted);
                }
                known(is_ruled)?;
                let line = |value: Value| ("headers", json!({ name.as_str(): value }));
                match response.headers.get(name) {
                    Some(value) if value.len() > MAX_VALUE => Err(NoSuggestion::Unknown),
                    Some(_) => {
                        let value = |sent: &Sent| sent.exchange.response.headers.get(name).map(Value::from);
                        Ok(self.written(member, case, value)?.into_iter().map(line).collect())
                    }
                    None => {
                        self.same(member, |seen| {
                            seen.sent.exchange.response.headers.get(name).is_none().then_some(())
                        })?;
                        Ok(vec![line(Value::Null)])
                    }
                }
            }
            Difference::Body if matches!(body, Some(Value::Object(_))) => Ok(vec![("body", json!({}))]),
            Difference::Body => Err(NoSuggestion::Unknown),
            Difference::Value(at, false) => {
                known(is_ruled)?;
                self.presence_line(member, at).map(|schema| vec![("schema", schema)])
            }
            Difference::Value(at, true) => self.value_lines(member, case, at, is_ruled),
        }
    }

    /// The schema by which the value at `at` must be there; if it is not, which other names there are.
    fn presence_line(&self, member: &Member<'_>, at: &Pointer) -> Result<Value, NoSuggestion> {
        let body = member.sent.body.as_ref().ok_or(NoSuggestion::Unknown)?;
        self.same(member, |seen| Some(value_at(seen.sent, at).is_some()))?;
        if at.of(body).is_some() {
            return Ok(below(at, body, required(at, body)));
        }
        let parent = at.parent().unwrap_or_default();
        // A name is undeclared only beside declared ones, which a target may return, too.
        let ResponseMutant { at: Location::Body(pattern), facts, .. } = self.mutant else {
            return Err(NoSuggestion::Unknown);
        };
        if facts.properties.is_empty() || !pattern.includes(&parent) {
            return Err(NoSuggestion::Unknown);
        }
        let names = self.same(member, |seen| {
            let held = value_at(seen.sent, &parent)?.as_object()?;
            Some(held.keys().chain(&facts.properties).cloned().collect::<BTreeSet<_>>())
        })?;
        if names.iter().any(|name| name.contains("${")) {
            return Err(NoSuggestion::Name);
        }
        Ok(below(at, body, json!({ "propertyNames": { "enum": names } })))
    }

    /// The lines that state the value at `at`: a literal or variables, else its equality with a value of the request.
    fn value_lines(
        &self,
        member: &Member<'_>,
        case: &Case,
        at: &Pointer,
        is_ruled: bool,
    ) -> Result<Vec<(&'static str, Value)>, NoSuggestion> {
        let body = member.sent.body.as_ref().ok_or(NoSuggestion::Unknown)?;
        let value = at.of(body).ok_or(NoSuggestion::Unknown)?;
        let is_hidden = self.sensitive.hides(member.sent.operation, at) || self.sensitive.occurs_in(&value.to_string());
        let is_short = value.to_string().len() <= MAX_VALUE;
        let mut reason = if is_hidden { NoSuggestion::Redacted } else { NoSuggestion::Unknown };
        if is_ruled && is_short && !is_hidden {
            let line = |value: Value| match value {
                Value::Object(properties) => ("body", nested(at, body, json!({ "$exact": properties }))),
                value => ("body", nested(at, body, value)),
            };
            match self.written(member, case, |sent| value_at(sent, at).cloned()) {
                Ok(ways) => return Ok(ways.into_iter().map(line).collect()),
                Err(other) => reason = reason.max(other),
            }
        }
        let response = expression("response.body", at, body).ok_or(NoSuggestion::Layout)?;
        let assert = |expression: String| vec![("assert", json!([expression]))];
        if member.aligned.is_distinct(at, MIN_ECHO) {
            let request: Option<Value> =
                member.sent.exchange.request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
            if let Some((whole, found)) = request.as_ref().and_then(|whole| Some((whole, find(whole, value)?))) {
                let sent = expression("request.body", &found, whole).ok_or(NoSuggestion::Layout)?;
                return Ok(assert(format!("{response} == {sent}")));
            }
            if let Some(text) = value.as_str()
                && member.sent.exchange.request.path().split('/').any(|segment| segment == text)
            {
                return Ok(assert(format!("{response} in request.url")));
            }
        }
        if let (Value::Array(items), true) = (value, is_ruled) {
            self.same(member, |seen| value_at(seen.sent, at).and_then(Value::as_array).map(Vec::len))?;
            return Ok(assert(format!("{response} | length == {}", items.len())));
        }
        Err(reason)
    }
}

/// An exchange, its story, and the variables of the target in that run.
struct Seen<'u> {
    sent: &'u Sent,
    story: &'u StoryRun,
    vars: &'u BTreeMap<String, Value>,
}

/// The exchange of a member in another run, if its response has the same status.
fn in_run<'u>(member: &Member<'_>, run: &'u UnmutatedRun) -> Option<(&'u Sent, &'u StoryRun)> {
    let story = run.lanes.get(member.story.0).and_then(|lane| lane.get(member.story.1))?;
    let sent = story.sent.get(member.aligned.position()).filter(|sent| {
        sent.operation == member.sent.operation && sent.exchange.response.status == member.sent.exchange.response.status
    })?;
    Some((sent, story))
}

/// Names of properties that explain an error to people.
const FOR_PEOPLE: [&str; 8] =
    ["message", "detail", "details", "title", "description", "error_description", "developer_message", "hint"];

/// Whether the value explains an error to people, unlike a type or a code: another target has other words.
fn is_for_people(at: &Pointer, value: &Value) -> bool {
    has_words(value) || at.tokens().any(|token| FOR_PEOPLE.contains(&&*token))
}

/// Whether the value has a string of several words.
fn has_words(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().contains(char::is_whitespace),
        Value::Array(items) => items.iter().any(has_words),
        Value::Object(properties) => properties.values().any(has_words),
        _ => false,
    }
}

fn value_at<'s>(sent: &'s Sent, at: &Pointer) -> Option<&'s Value> {
    at.of(sent.body.as_ref()?)
}
