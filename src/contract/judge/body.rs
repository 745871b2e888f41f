//! Judges the body of a message: its syntax and its schema.

use serde_json::Value;

use crate::contract::schema::{MAX_VIOLATIONS, Subject};
use crate::contract::{
    Breach, Contract, Declared, Direction, Judgement, Location, MediaTypeObject, NotChecked, Rule, value_summary,
};
use crate::difference::Difference;
use crate::document::parse_json;
use crate::http::{Headers, MediaType, Response};
use crate::pointer::Pointer;

use super::content::Content;
use super::convert::convert;
use super::converted::Converted;
use super::inexact;
use super::reading::Chosen;
use super::sequence::{self, Item, NoItem};

/// Returns what `value` violates of a schema as the body of a message in `direction`.
pub fn body_value(contract: &Contract, schema: &Declared, direction: Direction, value: &Value) -> Vec<Breach> {
    conforms(contract, schema, direction, &Location::Body, &mut value.clone()).0
}

/// Parses the body of a response that no contract describes, for the expectations of a case.
pub fn without_contract(response: &Response) -> Judgement {
    let mut judgement = Judgement::default();
    parse(&response.headers, &response.body, &mut judgement);
    judgement
}

/// Judges media type, syntax and schema of `content`.
pub(super) fn judge(content: &Content<'_>, judgement: &mut Judgement) {
    let Some((declared, actual)) = content.media_type(judgement) else {
        return judgement.not_checked(Rule::BodySchema, "no schema is declared for its media type");
    };
    judgement.media_type = Some(declared.name.clone());
    if content.allows_any_octets(declared) {
        // The expectations of a case may be about JSON.
        if actual.is_json() {
            judgement.body = judgement.body.take().or_else(|| parse_json(content.bytes).ok());
        }
        return;
    }
    if actual.is_json() {
        content.charset(&actual, judgement);
        return json(content, declared, judgement);
    }
    if let Some(parsed) = sequence::items(&actual, content.bytes) {
        return items(content, declared, parsed, judgement);
    }
    match convert(content, declared, &actual, judgement) {
        Converted::Malformed(keyword, why) => {
            let format = value_summary::name(&actual.essence()).into_owned();
            let breach = content.malformed(declared, keyword).expected(&format).actual(content.bytes);
            let difference = Difference::Malformed { format, reason: why, item: None, position: None };
            judgement.breaches.push(breach.differs(difference));
        }
        Converted::BeyondLimits(why) => judgement.beyond_limits(format!("the body has {why}")),
        converted => value(content, declared, &actual, converted, judgement),
    }
}

/// Judges content that was converted to a value.
fn value(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    actual: &MediaType,
    converted: Converted,
    judgement: &mut Judgement,
) {
    match (&declared.schema, converted) {
        (None, _) => no_schema(declared, judgement),
        (Some(declared), Converted::Value(mut value)) => {
            // A field that could not be read is not missing.
            let before = std::mem::take(&mut judgement.breaches);
            schema(content, declared, &Location::Body, &mut value, judgement);
            let is_unread = |location: &Location| before.iter().any(|held| held.location == *location);
            judgement.breaches.retain(|breach| breach.keyword != "required" || !is_unread(&breach.location));
            judgement.breaches.splice(..0, before);
        }
        (Some(schema), Converted::Ambiguous(mut readings)) => {
            let unknown = std::mem::take(&mut readings.unknown);
            let before = judgement.breaches.len();
            let (contract, direction) = (content.contract, content.direction);
            let mut judge = |value: &mut Value| conforms(contract, schema, direction, &Location::Body, value).0;
            let Chosen { value: chosen, undecided } = readings.choose(&mut judge);
            value(content, declared, actual, Converted::Value(chosen), judgement);
            let is_undecided = |location: &Location| {
                let Location::Body(found) = location else { return false };
                undecided.iter().chain(&unknown).any(|at| found.is_within(at) || at.is_within(found))
            };
            // What was found before is about media types and headers of parts.
            let schema_breaches = judgement.breaches.split_off(before);
            judgement.breaches.extend(schema_breaches.into_iter().filter(|breach| !is_undecided(&breach.location)));
            if !undecided.is_empty() {
                judgement.not_checked(Rule::BodySchema, "its text has too many meanings to check all of them");
            }
        }
        (Some(_), Converted::Unsupported(why)) => {
            let essence = actual.essence();
            let reason = format!("{} is not checked against its schema: {why}", value_summary::name(&essence));
            judgement.not_checked(Rule::BodySchema, reason);
        }
        (Some(_), Converted::Anything | Converted::Malformed(..) | Converted::BeyondLimits(_)) => {}
    }
}

/// Judges each item of a sequence against `itemSchema`.
fn items<'a>(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    items: impl Iterator<Item = Item<'a>>,
    judgement: &mut Judgement,
) {
    for (index, item) in items.enumerate() {
        if judgement.breaches.len() + judgement.not_checked.len() >= MAX_VIOLATIONS {
            let reason = format!("items from {index} on are not checked: the items before have too many violations");
            judgement.not_checked(Rule::BodySchema, reason);
            break;
        }
        let at = Pointer::root().join(index);
        match (item, &declared.items) {
            (Err(NoItem::BeyondLimits(why)), _) => {
                judgement.beyond_limits(format!("item {index} has {why}"));
            }
            (Err(NoItem::Malformed(why)), _) => {
                let difference = Difference::Malformed {
                    format: "JSON".to_owned(),
                    reason: why.reason,
                    item: Some(index as u64),
                    position: why.position,
                };
                let breach = content.malformed(declared, "json").expected("JSON").differs(difference);
                judgement.breaches.push(Breach { location: Location::Body(at), ..breach });
            }
            (Ok((mut value, text)), Some(declared)) => {
                exactly(content, declared, (&at, text), &mut value, judgement);
            }
            (Ok(_), None) => {}
        }
    }
    if declared.items.is_none() {
        judgement.not_checked(Rule::BodySchema, format!("no itemSchema is declared for {}", declared.media_type));
    }
}

fn json(content: &Content<'_>, declared: &MediaTypeObject, judgement: &mut Judgement) {
    let known = judgement.body.take();
    // Generated numbers are written exactly as they are held.
    let is_generated = known.is_some();
    let mut value = match known.map_or_else(|| parse_json(content.bytes), Ok) {
        Ok(value) => value,
        Err(error) if error.beyond_limits => {
            return judgement.beyond_limits(format!("the body has {error}"));
        }
        Err(error) => {
            let breach = content.malformed(declared, "json").expected("JSON").actual(content.bytes);
            let location = Location::Body(error.at.clone().unwrap_or_default());
            let difference = Difference::Malformed {
                format: "JSON".to_owned(),
                reason: error.message,
                item: None,
                position: Some((error.line, error.column)),
            };
            return judgement.breaches.push(Breach { location, ..breach }.differs(difference));
        }
    };
    match &declared.schema {
        Some(declared) if is_generated => schema(content, declared, &Location::Body, &mut value, judgement),
        Some(declared) => exactly(content, declared, (&Pointer::root(), content.bytes), &mut value, judgement),
        None => no_schema(declared, judgement),
    }
    judgement.body = Some(value);
}

fn schema(
    content: &Content<'_>,
    declared: &Declared,
    location: &dyn Fn(Pointer) -> Location,
    value: &mut Value,
    judgement: &mut Judgement,
) {
    let (breaches, not_checked) = conforms(content.contract, declared, content.direction, location, value);
    judgement.breaches.extend(breaches);
    judgement.not_checked.extend(not_checked);
}

/// Judges the value at a location of the body, which is parsed from `text`.
fn exactly(
    content: &Content<'_>,
    declared: &Declared,
    (at, text): (&Pointer, &[u8]),
    value: &mut Value,
    judgement: &mut Judgement,
) {
    let location = |within: Pointer| Location::Body(at.concat(&within));
    let (contract, direction) = (content.contract, content.direction);
    let mut judge = |value: &mut Value| conforms(contract, declared, direction, &location, value);
    let (breaches, not_checked) = inexact::judge(contract, (at, text), value, &mut judge);
    judgement.breaches.extend(breaches);
    judgement.not_checked.extend(not_checked);
}

fn no_schema(declared: &MediaTypeObject, judgement: &mut Judgement) {
    judgement.not_checked(Rule::BodySchema, format!("no schema is declared for {}", declared.media_type));
}

/// Returns what `value` violates of the schema, and what could not be checked; the value is the same afterwards.
fn conforms(
    contract: &Contract,
    schema: &Declared,
    direction: Direction,
    location: &dyn Fn(Pointer) -> Location,
    value: &mut Value,
) -> (Vec<Breach>, Vec<NotChecked>) {
    let rule = Rule::BodySchema;
    let Some(key) = schema.key else { return (Vec::new(), vec![NotChecked::not_compiled(rule)]) };
    let subject = Subject { refs: contract.refs(), key, rule, location, direction };
    let (mut breaches, mut not_checked) = contract.schemas.judge(subject, value);
    if direction == Direction::Response {
        let advice = contract.schemas.discriminated(subject, value, &breaches);
        breaches.extend(advice);
        let (more, unknown) = contract.schemas.undocumented(subject, value, &breaches);
        breaches.extend(more);
        not_checked.extend(unknown);
    }
    (breaches, not_checked)
}

/// Parses a body as JSON if its media type is JSON; without a media type, if it is an object or an array.
pub(super) fn parse(headers: &Headers, bytes: &[u8], judgement: &mut Judgement) {
    let media_type = headers.get("content-type").and_then(MediaType::of_line);
    let is_json = media_type.map(|actual| actual.is_json());
    match parse_json(bytes) {
        Ok(value) if is_json.unwrap_or(true) || value.is_object() || value.is_array() => judgement.body = Some(value),
        Err(error) if error.beyond_limits && is_json == Some(true) => {
            judgement.beyond_limits(format!("the body has {error}"));
        }
        Ok(_) | Err(_) => {}
    }
}
