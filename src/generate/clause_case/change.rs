//! The changes of a request that a clause may need.

use serde_json::{Value, json};

use crate::contract::clause::{Aspect, ClauseLocation, Entry, Part, Step, Verb};
use crate::contract::{Contract, Operation, ParameterIn};

use super::super::request;
use super::message::Message;
use super::values;

/// A property that no document declares.
const UNDECLARED: &str = "undeclared_property";

/// The request with each change that may make it what the clause is about.
pub(super) fn changed(contract: &Contract, operation: &Operation, base: &Message, entry: &Entry) -> Vec<Message> {
    let keyword = |name: &str| {
        entry.sources().find_map(|anchor| {
            let value = contract.value(&anchor)?;
            Some(if anchor.pointer.last().as_deref() == Some(name) { value.clone() } else { value.get(name)?.clone() })
        })
    };
    match &entry.clause.verb {
        Verb::Omits(location) => at(contract, operation, base, location, &|_| vec![None]),
        Verb::Sends(location, aspect) => {
            let replaced = |held: Option<&Value>| aspect_values(aspect, held, &keyword);
            at(contract, operation, base, location, &replaced)
        }
        Verb::Violates("json", _) => vec![text(base, "application/json", "{")],
        Verb::Violates("content-type", _) => vec![text(base, "text/x-undeclared", "text")],
        Verb::Violates("required", Some(location)) => at(contract, operation, base, location, &|_| vec![None]),
        Verb::Violates("additionalProperties" | "unevaluatedProperties", Some(location)) => {
            let add = |held: Option<&Value>| {
                let mut value = held.cloned().unwrap_or_else(|| json!({}));
                let object = value.as_object_mut();
                object.map(|object| object.insert(UNDECLARED.to_owned(), 1.into()));
                vec![Some(value), Some(json!(1))]
            };
            at(contract, operation, base, location, &add)
        }
        Verb::Violates(name, Some(location)) => {
            let replaced = |held: Option<&Value>| {
                values::violating(name, held, keyword(name).as_ref()).into_iter().map(Some).collect()
            };
            at(contract, operation, base, location, &replaced)
        }
        _ => Vec::new(),
    }
}

fn aspect_values(aspect: &Aspect, held: Option<&Value>, keyword: &dyn Fn(&str) -> Option<Value>) -> Vec<Option<Value>> {
    match aspect {
        Aspect::Present => held.map(|held| Some(held.clone())).into_iter().collect(),
        Aspect::Absent => vec![None],
        Aspect::Null => vec![Some(Value::Null)],
        Aspect::Empty => vec![Some(json!("")), Some(json!([])), Some(json!({}))],
        Aspect::Value(value) => serde_json::from_str(&value.to_string()).ok().map(Some).into_iter().collect(),
        Aspect::At(name) => values::at_bound(name, held, keyword(name).as_ref()).into_iter().map(Some).collect(),
    }
}

fn text(base: &Message, media: &str, text: &str) -> Message {
    Message { text: Some((media.to_owned(), text.to_owned())), ..base.clone() }
}

/// New values of a location, from the one that it has; none removes it.
type Replaced<'r> = &'r dyn Fn(Option<&Value>) -> Vec<Option<Value>>;

/// The request with each of the new values at a location.
fn at(
    contract: &Contract,
    operation: &Operation,
    base: &Message,
    location: &ClauseLocation,
    replaced: Replaced<'_>,
) -> Vec<Message> {
    match &location.part {
        Part::Body => body(base, &location.steps, replaced),
        Part::Parameter(place, name) => {
            let Some((base, index)) = with_parameter(contract, operation, base, *place, name) else {
                return Vec::new();
            };
            let with = |value: Option<Value>| {
                let mut message = base.clone();
                match value {
                    Some(value) => message.parameters[index].2 = value,
                    None => drop(message.parameters.remove(index)),
                }
                message
            };
            within(&base.parameters[index].2, &location.steps, replaced).into_iter().map(with).collect()
        }
    }
}

fn body(base: &Message, steps: &[Step], replaced: Replaced<'_>) -> Vec<Message> {
    let changed = match &base.body {
        Some(value) => within(value, steps, replaced),
        None => Vec::new(),
    };
    changed.into_iter().map(|body| Message { body, ..base.clone() }).collect()
}

/// The request with a value of that parameter, and its index among the parameters.
fn with_parameter(
    contract: &Contract,
    operation: &Operation,
    base: &Message,
    place: ParameterIn,
    name: &str,
) -> Option<(Message, usize)> {
    let is_it =
        |other: &str| if place == ParameterIn::Header { other.eq_ignore_ascii_case(name) } else { other == name };
    let declared = operation.parameters.iter().find(|one| one.location == place && is_it(&one.name))?;
    let mut base = base.clone();
    let held = base.parameters.iter().position(|(other, name, _)| *other == place && is_it(name));
    let index = held.unwrap_or_else(|| {
        base.parameters.push((place, declared.name.clone(), request::parameter_value(contract, declared)));
        base.parameters.len() - 1
    });
    Some((base, index))
}

/// `value` with each of the new values at the end of `steps`; none if `value` itself is removed.
fn within(value: &Value, steps: &[Step], replaced: Replaced<'_>) -> Vec<Option<Value>> {
    let Some((step, rest)) = steps.split_first() else { return replaced(Some(value)) };
    let with = |token: &str, new: Option<Value>| {
        let mut whole = value.clone();
        match &mut whole {
            Value::Object(properties) => match new {
                Some(new) => drop(properties.insert(token.to_owned(), new)),
                None => drop(properties.shift_remove(token)),
            },
            Value::Array(items) => {
                let index = token.parse::<usize>().unwrap_or_default();
                match new {
                    Some(new) if index < items.len() => items[index] = new,
                    Some(new) => items.push(new),
                    None if index < items.len() => drop(items.remove(index)),
                    None => {}
                }
            }
            _ => {}
        }
        Some(whole)
    };
    let below = |token: &str, held: Option<&Value>| -> Vec<Option<Value>> {
        let new = match held {
            Some(held) => within(held, rest, replaced),
            None if rest.is_empty() => replaced(None),
            None => Vec::new(),
        };
        new.into_iter().map(|new| with(token, new)).collect()
    };
    match (step, value) {
        (Step::Branch(_), _) => within(value, rest, replaced),
        (Step::Name(name), Value::Object(properties)) => below(name, properties.get(&**name)),
        (Step::Any, Value::Array(items)) => below("0", items.first()),
        (Step::Any, Value::Object(properties)) => {
            let tokens = properties.keys().map(String::as_str).chain([UNDECLARED]).take(8);
            tokens.flat_map(|token| below(token, properties.get(token).or(Some(&Value::Null)))).collect()
        }
        _ => Vec::new(),
    }
}
