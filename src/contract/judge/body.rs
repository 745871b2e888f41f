//! Judges the body of a message: its syntax and its schema.

use serde_json::Value;

use crate::contract::schema::{MAX_TEXTS, MAX_VIOLATIONS, Subject};
use crate::contract::{
    Breach, Contract, Declared, Direction, Judgement, Location, MediaTypeObject, NotChecked, Rule, Shape, value_summary,
};
use crate::difference::Difference;
use crate::document::{InexactNumbers, ParsedJson, parse_json_with_duplicates};
use crate::http::{Headers, MediaType, Response};
use crate::pointer::Pointer;

use super::content::{Content, DUPLICATE};
use super::convert::convert;
use super::converted::Converted;
use super::inexact::{self, Standard, Verdict};
use super::reading::TOO_MANY;
use super::sequence::{self, Item, NoItem};

/// Returns what `value` violates of a schema as the body of a message in `direction`.
pub fn body_value(contract: &Contract, schema: &Declared, direction: Direction, value: &Value) -> Vec<Breach> {
    conforms(contract, schema, direction, &Location::Body, value).0
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
            let parsed = || Some(parse_json_with_duplicates(content.bytes).ok()?.value);
            judgement.body = judgement.body.take().or_else(parsed);
        }
        return;
    }
    if actual.is_json() {
        content.charset(&actual, judgement);
        return json(content, declared, judgement);
    }
    if let Some(parsed) = sequence::items(&actual, content.bytes) {
        items(content, declared, parsed, judgement);
        return list(content, declared, &actual, judgement);
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
        (None, converted) => {
            no_schema(declared, judgement);
            if let Converted::Value(value, _) = converted {
                keep(content, value, judgement);
            }
        }
        (Some(declared), Converted::Value(mut value, literals)) => {
            // A field that could not be read is not missing.
            let before = std::mem::take(&mut judgement.breaches);
            let verdict = judge_converted(content, declared, &literals, &mut value);
            judgement.breaches = verdict.0;
            judgement.not_checked.extend(verdict.1);
            let is_unread = |location: &Location| before.iter().any(|held| held.location == *location);
            judgement.breaches.retain(|breach| breach.keyword != "required" || !is_unread(&breach.location));
            judgement.breaches.splice(..0, before);
            keep(content, value, judgement);
        }
        (Some(schema), Converted::Ambiguous(mut readings)) => {
            let unknown = std::mem::take(&mut readings.unknown);
            let doubts = std::mem::take(&mut readings.doubts);
            let literals = std::mem::take(&mut readings.literals);
            let before = judgement.breaches.len();
            let mut judge = |value: &mut Value| judge_converted(content, schema, &literals, value).0;
            let mut chosen = readings.choose(&mut judge);
            let is_decided = chosen.undecided.is_empty();
            value(content, declared, actual, Converted::Value(std::mem::take(&mut chosen.value), literals), judgement);
            chosen.undecided.extend(unknown);
            // What was found before is about media types and headers of parts.
            let schema_breaches = judgement.breaches.split_off(before);
            judgement
                .breaches
                .extend(schema_breaches.into_iter().filter(|breach| !chosen.is_undecided(&breach.location)));
            if !is_decided {
                judgement.not_checked(Rule::BodySchema, TOO_MANY);
            }
            let is_wrong =
                |at: &Pointer| judgement.breaches[before..].iter().any(|breach| breach.location.pointer() == Some(at));
            if let Some(at) = doubts.into_iter().find(|at| !is_wrong(at)).map(Location::Body) {
                let reason = format!("whether XML may write the number or boolean at {at} like this is undefined");
                judgement.not_checked(Rule::BodySchema, reason);
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

/// Keeps the fields of a form or an XML document for the expressions that read the request. Those about a response read its text.
fn keep(content: &Content<'_>, value: Value, judgement: &mut Judgement) {
    if content.direction == Direction::Request && value.is_object() {
        judgement.fields = Some(value);
    }
}

/// Judges each item of a sequence against `itemSchema`.
fn items<'a>(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    items: impl Iterator<Item = Item<'a>>,
    judgement: &mut Judgement,
) {
    let mut texts = 0;
    for (index, item) in items.enumerate() {
        let found = judgement.breaches.len();
        if found + judgement.not_checked.len() >= MAX_VIOLATIONS || texts >= MAX_TEXTS {
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
            (Err(NoItem::DuplicateName(error)), _) => {
                let breach = content.duplicate_name(declared, &error, Some(index));
                judgement.breaches.push(breach);
                judgement.not_checked(
                    Rule::BodySchema,
                    format!("item {index} is not checked against its schema: {DUPLICATE}"),
                );
            }
            (Ok((mut value, text)), Some(declared)) => {
                exactly(content, declared, (&at, &inexact::of_json(text)), &mut value, judgement);
            }
            (Ok(_), None) => {}
        }
        texts += judgement.breaches[found..].iter().map(Breach::size).sum::<usize>();
    }
}

/// Judges a sequence against its `schema`, which describes the array of all items (OpenAPI 3.2 §4.14.3).
fn list(content: &Content<'_>, declared: &MediaTypeObject, actual: &MediaType, judgement: &mut Judgement) {
    let contract = content.contract;
    let schema = declared.schema.as_ref().filter(|_| contract.openapi.is_at_least_3_2());
    let media_type = &declared.media_type;
    let reason = match (schema, &declared.items) {
        (None, Some(_)) => return,
        (None, None) => format!("no itemSchema is declared for {media_type}"),
        (Some(_), _) if content.is_partial => format!("the schema of {media_type} describes all items"),
        (Some(schema), _) => {
            let shape = Shape::from_schema(contract.refs(), &schema.anchor);
            match sequence::list(actual, content.bytes) {
                _ if shape.array.is_none() && shape != Shape::default() => {
                    format!("the schema of {media_type} describes no array of its items")
                }
                // What is wrong with an item is reported already.
                Err(NoItem::Malformed(_) | NoItem::DuplicateName(_)) => return,
                Err(NoItem::BeyondLimits(why)) => {
                    format!("{media_type} is not checked against its schema: together, its items have {why}")
                }
                Ok((mut value, text)) => {
                    let literals = inexact::of_json(&text);
                    return exactly(content, schema, (&Pointer::root(), &literals), &mut value, judgement);
                }
            }
        }
    };
    judgement.not_checked(Rule::BodySchema, reason);
}

fn json(content: &Content<'_>, declared: &MediaTypeObject, judgement: &mut Judgement) {
    let known = judgement.body.take();
    // Generated numbers are written exactly as they are held.
    let is_generated = known.is_some();
    let known = known.map(|value| ParsedJson { value, duplicate: None });
    let ParsedJson { mut value, duplicate } = match known.map_or_else(|| parse_json_with_duplicates(content.bytes), Ok)
    {
        Ok(parsed) => parsed,
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
    let duplicate = duplicate.map(|error| content.duplicate_name(declared, &error, None).actual(content.bytes));
    let is_ambiguous = duplicate.is_some();
    judgement.breaches.extend(duplicate);
    match &declared.schema {
        Some(_) if is_ambiguous => {
            judgement.not_checked(Rule::BodySchema, format!("the body is not checked against its schema: {DUPLICATE}"))
        }
        Some(declared) => {
            let literals = if is_generated { InexactNumbers::default() } else { inexact::of_json(content.bytes) };
            exactly(content, declared, (&Pointer::root(), &literals), &mut value, judgement);
        }
        None => no_schema(declared, judgement),
    }
    judgement.body = Some(value);
}

/// Judges the JSON value at a location of the body.
fn exactly(
    content: &Content<'_>,
    declared: &Declared,
    (at, literals): (&Pointer, &InexactNumbers<'_>),
    value: &mut Value,
    judgement: &mut Judgement,
) {
    let location = |within: Pointer| Location::Body(at.concat(&within));
    let (breaches, not_checked) = verdict(content, declared, &location, literals, value);
    judgement.breaches.extend(breaches);
    judgement.not_checked.extend(not_checked);
}

/// Judges a value that is converted from content that is not JSON.
fn judge_converted(
    content: &Content<'_>,
    declared: &Declared,
    literals: &InexactNumbers<'_>,
    value: &mut Value,
) -> Verdict {
    let found = verdict(content, declared, &Location::Body, literals, value);
    inexact::without_range(found, Rule::BodySchema, value)
}

fn verdict(
    content: &Content<'_>,
    declared: &Declared,
    location: &dyn Fn(Pointer) -> Location,
    literals: &InexactNumbers<'_>,
    value: &mut Value,
) -> Verdict {
    let (contract, direction) = (content.contract, content.direction);
    let standard = Standard { schemas: &contract.schemas, refs: contract.refs(), rule: Rule::BodySchema, location };
    let mut judge = |value: &Value| conforms(contract, declared, direction, location, value);
    inexact::judge(standard, literals, value, &mut judge)
}

fn no_schema(declared: &MediaTypeObject, judgement: &mut Judgement) {
    judgement.not_checked(Rule::BodySchema, format!("no schema is declared for {}", declared.media_type));
}

/// Returns what `value` violates of the schema, and what could not be checked.
fn conforms(
    contract: &Contract,
    schema: &Declared,
    direction: Direction,
    location: &dyn Fn(Pointer) -> Location,
    value: &Value,
) -> (Vec<Breach>, Vec<NotChecked>) {
    let rule = Rule::BodySchema;
    let Some(key) = schema.key else { return (Vec::new(), vec![NotChecked::not_compiled(rule)]) };
    let subject = Subject { refs: contract.refs(), key, rule, location, direction };
    let (mut breaches, mut not_checked) = contract.schemas.judge(subject, value);
    if direction == Direction::Response {
        let (advice, unknown) = contract.schemas.discriminated(subject, value, &breaches);
        breaches.extend(advice);
        let is_known = |one: &NotChecked| not_checked.iter().any(|known| known.reason == one.reason);
        let unknown: Vec<_> = unknown.into_iter().filter(|one| !is_known(one)).collect();
        not_checked.extend(unknown);
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
    match parse_json_with_duplicates(bytes) {
        Ok(ParsedJson { value, .. }) if is_json.unwrap_or(true) || value.is_object() || value.is_array() => {
            judgement.body = Some(value);
        }
        Err(error) if error.beyond_limits && is_json == Some(true) => {
            judgement.beyond_limits(format!("the body has {error}"));
        }
        Ok(_) | Err(_) => {}
    }
}
