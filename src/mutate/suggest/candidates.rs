//! The expectations that might notice a survivor: lines for the `expect` of a case that receives such a response.
//!
//! Only what the request or the mock rules determine is expected. A value that the mock takes from the document's examples would be
//! another one on a real target.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::case::{Case, Story, literal, literal_text};
use crate::contract::StatusKey;
use crate::http::Headers;
use crate::pointer::Pointer;

use super::super::difference::{Difference, differences};
use super::super::groups::{Group, Member};
use super::super::measured::Expectation;
use super::super::response_mutant::ResponseMutant;
use super::super::sensitive::Sensitive;
use super::super::setup::Setup;
use super::super::unmutated::{Sent, UnmutatedRun};
use super::reason::NoSuggestion;

/// Longest value that is written into an expectation, in characters of JSON.
const MAX_VALUE: usize = 200;

/// Largest expectation, in characters of JSON.
const MAX_EXPECTATION: usize = 2_000;

/// Shortest string that equals one of the request by intent, not by chance.
const MIN_ECHO: usize = 8;

/// Shortest value of a variable that is replaced within other strings.
const MIN_VARIABLE: usize = 4;

/// Maximum number of responses and of differences of each that are looked at.
const MAX_LOOKED_AT: usize = 32;

/// What expectations for a survivor are made from.
pub(super) struct Candidates<'c, 'a> {
    pub(super) setup: &'c Setup<'a>,
    pub(super) sensitive: &'c Sensitive,
    /// The run on a mock that generates its data.
    pub(super) generated: &'c UnmutatedRun,
    pub(super) group: &'c Group<'c>,
    pub(super) mutant: &'c ResponseMutant,
    /// The story and the case of a member of the group.
    pub(super) case: &'c dyn Fn(usize) -> Option<(&'c Story, &'c Case)>,
}

impl Candidates<'_, '_> {
    /// At most `limit` expectations, and the reason why there are no others.
    pub(super) fn find(&self, limit: usize) -> (Vec<Expectation>, NoSuggestion) {
        let (mut found, mut reason) = (Vec::<Expectation>::new(), NoSuggestion::Unknown);
        let Some(operation) = self.setup.inputs.contract.operations.get(self.mutant.operation) else {
            return (found, reason);
        };
        // The expectation of a row has to hold for every row.
        let mut members: Vec<_> = self.group.members.iter().enumerate().collect();
        members.sort_by_key(|(_, member)| member.sent.is_row);
        let mut looked_at = 0;
        for (index, member) in members {
            let response = &member.sent.exchange.response;
            let body = member.sent.body.as_ref();
            let changed = self.mutant.apply(operation, &member.sent.exchange.request, response, body);
            let (Some(changed), Some((_, case))) = (changed, (self.case)(index)) else { continue };
            looked_at += 1;
            for difference in differences(response, body, &changed).iter().take(MAX_LOOKED_AT) {
                match self.expectation(member, case, difference) {
                    Ok(kill) if !found.contains(&kill) => found.push(kill),
                    Ok(_) => {}
                    Err(other) => reason = reason.max(other),
                }
                if found.len() == limit {
                    return (found, reason);
                }
            }
            if looked_at == MAX_LOOKED_AT {
                break;
            }
        }
        (found, reason)
    }

    fn expectation(
        &self,
        member: &Member<'_>,
        case: &Case,
        difference: &Difference,
    ) -> Result<Expectation, NoSuggestion> {
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
        let (key, value) = self.line(member, difference)?;
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

    /// Whether a mock rule responds with the status.
    fn has_rule(&self, status: u16) -> bool {
        (self.setup.rules)(self.mutant.operation).iter().any(|rule| rule.status == Some(status))
    }

    /// Whether the same is true of the response that has generated data in place of the document's examples.
    fn is_same_generated<T: PartialEq>(&self, member: &Member<'_>, of: impl Fn(&Sent) -> T) -> bool {
        let story = self.generated.lanes.get(member.story.0).and_then(|lane| lane.get(member.story.1));
        let generated = story.and_then(|story| story.sent.get(member.aligned.position()));
        generated.is_some_and(|generated| {
            generated.operation == member.sent.operation
                && generated.exchange.response.status == member.sent.exchange.response.status
                && of(generated) == of(member.sent)
        })
    }

    fn line(&self, member: &Member<'_>, difference: &Difference) -> Result<(&'static str, Value), NoSuggestion> {
        let response = &member.sent.exchange.response;
        let body = member.sent.body.as_ref();
        if body.is_some_and(has_special_name) {
            return Err(NoSuggestion::Layout);
        }
        let is_ruled = self.has_rule(response.status);
        let known = |is_known: bool| if is_known { Ok(()) } else { Err(NoSuggestion::Unknown) };
        match difference {
            Difference::Status => {
                known(is_ruled || self.is_only_status(response.status))?;
                Ok(("status", response.status.into()))
            }
            // Targets differ in the parameters of a media type.
            Difference::Header(name) if name == "content-type" => Err(NoSuggestion::Unknown),
            Difference::Header(name) => {
                if self.sensitive.hides_header(name) {
                    return Err(NoSuggestion::Redacted);
                }
                let lines = |sent: &Sent| {
                    Headers::all(&sent.exchange.response.headers, name).map(str::to_owned).collect::<Vec<_>>()
                };
                known(is_ruled && self.is_same_generated(member, lines))?;
                let value = match response.headers.get(name) {
                    Some(value) if value.len() > MAX_VALUE => return Err(NoSuggestion::Unknown),
                    Some(value) => self.with_variables(&Value::from(value)),
                    None => Value::Null,
                };
                Ok(("headers", json!({ name.as_str(): value })))
            }
            Difference::Body if matches!(body, Some(Value::Object(_))) => Ok(("body", json!({}))),
            Difference::Body => Err(NoSuggestion::Unknown),
            Difference::Value(at, false) => {
                let body = body.ok_or(NoSuggestion::Unknown)?;
                known(is_ruled && self.is_same_generated(member, |sent| value_at(sent, at).is_some()))?;
                if at.of(body).is_some() {
                    return Ok(("schema", below(at, body, required(at, body))));
                }
                let parent = at.parent().unwrap_or_default();
                let names = |sent: &Sent| {
                    let names = value_at(sent, &parent)
                        .and_then(Value::as_object)
                        .map(|held| held.keys().cloned().collect::<Vec<_>>());
                    names.map(|mut names| {
                        names.sort();
                        names
                    })
                };
                known(self.is_same_generated(member, names))?;
                let names = names(member.sent).ok_or(NoSuggestion::Unknown)?;
                Ok(("schema", below(at, body, json!({ "propertyNames": { "enum": names } }))))
            }
            Difference::Value(at, true) => self.value_line(member, at, is_ruled),
        }
    }

    /// The line that states the value at `at`: a literal, else its equality with a value of the request.
    fn value_line(
        &self,
        member: &Member<'_>,
        at: &Pointer,
        is_ruled: bool,
    ) -> Result<(&'static str, Value), NoSuggestion> {
        let body = member.sent.body.as_ref().ok_or(NoSuggestion::Unknown)?;
        let value = at.of(body).ok_or(NoSuggestion::Unknown)?;
        let is_hidden = self.sensitive.hides(member.sent.operation, at) || self.sensitive.occurs_in(&value.to_string());
        let is_constant = member.aligned.is_constant(at);
        let is_of_rule = is_ruled && self.is_same_generated(member, |sent| value_at(sent, at).cloned());
        if is_constant && is_of_rule && !is_hidden && value.to_string().len() <= MAX_VALUE {
            let value = match self.with_variables(value) {
                Value::Object(properties) => json!({ "$exact": properties }),
                value => value,
            };
            return Ok(("body", nested(at, body, value)));
        }
        let response = expression("response.body", at, body).ok_or(NoSuggestion::Layout)?;
        if !is_constant && member.aligned.is_distinct(at, MIN_ECHO) {
            let request: Option<Value> =
                member.sent.exchange.request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
            if let Some((whole, found)) = request.as_ref().and_then(|whole| Some((whole, find(whole, value)?))) {
                let sent = expression("request.body", &found, whole).ok_or(NoSuggestion::Layout)?;
                return Ok(("assert", json!([format!("{response} == {sent}")])));
            }
            if let Some(text) = value.as_str()
                && member.sent.exchange.request.path().split('/').any(|segment| segment == text)
            {
                return Ok(("assert", json!([format!("{response} in request.url")])));
            }
        }
        let length = |sent: &Sent| value_at(sent, at).and_then(Value::as_array).map(Vec::len);
        if let (Value::Array(items), true) = (value, is_ruled && self.is_same_generated(member, length)) {
            return Ok(("assert", json!([format!("{response} | length == {}", items.len())])));
        }
        Err(if is_hidden { NoSuggestion::Redacted } else { NoSuggestion::Unknown })
    }

    /// The value as a literal in which the values of the target's variables are `${…}`.
    fn with_variables(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => with_variables(&self.setup.inputs.target.vars, text).into(),
            Value::Array(items) => items.iter().map(|item| self.with_variables(item)).collect(),
            Value::Object(properties) => {
                let pairs = properties.iter().map(|(name, value)| (literal_text(name), self.with_variables(value)));
                Value::Object(pairs.collect())
            }
            other => literal(other),
        }
    }
}

/// `text` with `${NAME}` for the value of a variable: as a whole, or as a part that is long enough not to occur by chance.
fn with_variables(variables: &BTreeMap<String, Value>, text: &str) -> String {
    let values = variables.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let values: Vec<_> = values.filter(|(_, value)| !value.is_empty()).collect();
    if let Some((name, _)) = values.iter().find(|(_, value)| *value == text) {
        return format!("${{{name}}}");
    }
    let long = values.iter().filter(|(_, value)| value.len() >= MIN_VARIABLE);
    let first = long.filter_map(|(name, value)| Some((text.find(value)?, std::cmp::Reverse(value.len()), name, value)));
    match first.min() {
        Some((at, _, name, value)) => {
            let rest = with_variables(variables, &text[at + value.len()..]);
            format!("{}${{{name}}}{rest}", literal_text(&text[..at]))
        }
        None => literal_text(text),
    }
}

fn value_at<'s>(sent: &'s Sent, at: &Pointer) -> Option<&'s Value> {
    at.of(sent.body.as_ref()?)
}

/// Whether a property has a name that case files read as an operator or an expression.
fn has_special_name(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_special_name),
        Value::Object(properties) => properties
            .iter()
            .any(|(name, value)| name.starts_with('$') || name.contains("${") || has_special_name(value)),
        _ => false,
    }
}

/// The first location of `wanted` in `value`.
fn find(value: &Value, wanted: &Value) -> Option<Pointer> {
    if value == wanted {
        return Some(Pointer::root());
    }
    let below = |(token, value): (String, &Value)| Some(Pointer::root().join(token).concat(&find(value, wanted)?));
    match value {
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).find_map(below),
        Value::Object(properties) => properties.iter().map(|(name, value)| (name.clone(), value)).find_map(below),
        _ => None,
    }
}

/// `response.body.error["existing-link"][0]`.
fn expression(root: &str, at: &Pointer, body: &Value) -> Option<String> {
    let (mut text, mut value) = (root.to_owned(), body);
    for token in at.tokens() {
        let is_name = !token.is_empty()
            && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !token.starts_with(|c: char| c.is_ascii_digit());
        value = match value {
            Value::Array(items) => {
                text += &format!("[{token}]");
                items.get(token.parse::<usize>().ok()?)?
            }
            Value::Object(properties) => {
                text += &if is_name { format!(".{token}") } else { format!("[{}]", Value::from(&*token)) };
                properties.get(&*token)?
            }
            _ => return None,
        };
    }
    Some(text)
}

/// `value` at `at`, in objects; in a list, the items before and after are any.
fn nested(at: &Pointer, body: &Value, value: Value) -> Value {
    let tokens: Vec<String> = at.tokens().map(Cow::into_owned).collect();
    let parents = parents(&tokens, body);
    tokens.into_iter().zip(parents).rev().fold(value, |inner, (token, parent)| match parent {
        Value::Array(items) => {
            let any = || json!({ "$any": true });
            let index = token.parse::<usize>().unwrap_or_default();
            let items = (0..items.len()).map(|n| if n == index { inner.clone() } else { any() });
            Value::Array(items.collect())
        }
        _ => json!({ token: inner }),
    })
}

/// The schema of the parent of `at`, by which the property or the item at `at` is required.
fn required(at: &Pointer, body: &Value) -> Value {
    match at.parent().and_then(|parent| parent.of(body)) {
        Some(Value::Array(items)) => json!({ "minItems": items.len() }),
        _ => json!({ "required": [at.last()] }),
    }
}

/// `schema` for the parent of `at`, as a schema of the whole body.
fn below(at: &Pointer, body: &Value, schema: Value) -> Value {
    let tokens: Vec<String> = at.tokens().map(Cow::into_owned).collect();
    let before = tokens.split_last().map(|(_, before)| before).unwrap_or_default();
    let parents = parents(before, body);
    before.iter().zip(parents).rev().fold(schema, |inner, (token, parent)| match parent {
        Value::Array(_) => json!({ "items": inner }),
        _ => json!({ "properties": { token.as_str(): inner } }),
    })
}

/// The values that contain those at the end of each token.
fn parents<'v>(tokens: &[String], body: &'v Value) -> Vec<&'v Value> {
    let mut parents = vec![body];
    for token in tokens {
        let next = parents.last().and_then(|parent| match parent {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            parent => parent.get(token),
        });
        parents.push(next.unwrap_or(&Value::Null));
    }
    parents
}
