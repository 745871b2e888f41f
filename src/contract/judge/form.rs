//! Converts the fields of a form to the properties of an object, by the declared types and the `encoding`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::contract::form::Form;
use crate::contract::parameters::{self, Parsed, Reading, Wire};
use crate::contract::{Anchor, Breach, Encoding, Judgement, Location, MediaTypeObject, Parameter, Rule, Shape};
use crate::difference::Difference;
use crate::document::{InexactNumbers, JsonError, LONG_NAME, MAX_NAME, parse_json};
use crate::http::{Headers, MediaType};
use crate::pointer::Pointer;

use super::charset;
use super::content::{Content, DUPLICATE};
use super::converted::{Converted, other_scalars, scalar};
use super::inexact;
use super::multipart::Part;
use super::parameter::{Fields, INCOMPLETE, expected_value};
use super::reading::Readings;

/// Where the characters start that stand for bytes that are not UTF-8: for private use, and as short as such characters are.
const PRIVATE_USE: u32 = 0xF700;

/// Converts `application/x-www-form-urlencoded`: each field is serialised like a query parameter (OpenAPI 3.1 §4.8.14.4). Fields
/// that the schema does not name are strings; a malformed field is a breach and left out.
pub(super) fn pairs(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    text: &str,
    judgement: &mut Judgement,
) -> Converted {
    let form = Form::new(content.contract, declared);
    let field = |name: &String| form.field(name.clone(), form.members.shape(name));
    let mut fields: Vec<Parameter> = form.members.named.keys().map(field).collect();
    let wire = Wire { path: &[], query: Some(text), headers: &Headers::default() };
    let unnamed = parameters::undeclared(&fields, &wire);
    if unnamed.iter().any(|(name, _)| name.len() > MAX_NAME) {
        return Converted::BeyondLimits(LONG_NAME.to_owned());
    }
    fields.extend(unnamed.iter().map(|(name, _)| field(name)));
    let mut object = Map::new();
    let (mut others, mut unknown, mut literals) = (Vec::new(), Vec::new(), InexactNumbers::default());
    for field in &fields {
        let at = Pointer::root().join(&field.name);
        match parsed(&form, field, &fields, &wire) {
            (Parsed::Value(Value::Array(items)), _) if form.has_json_items(field) => {
                drop(object.insert(field.name.clone(), items.into_iter().map(object_of).collect()));
            }
            (Parsed::Value(value), readings) => {
                literals.add_at(&at, parameters::inexact_numbers(field, (&fields, &wire), &value));
                if field.shape.is_incomplete {
                    unchecked(&at, INCOMPLETE, &mut unknown, judgement);
                }
                others.extend(other_readings(&at, &value, readings, parameters::readings(field, &fields, &wire)));
                object.insert(field.name.clone(), value);
            }
            (Parsed::Empty, _) => drop(object.insert(field.name.clone(), Value::String(String::new()))),
            (Parsed::Absent, _) => {}
            (Parsed::Undefined(why), _) => {
                judgement.not_checked(Rule::BodySchema, why);
                object.insert(field.name.clone(), Value::Null);
                unknown.push(at);
            }
            (Parsed::Malformed { why, text }, _) => {
                let expected = expected_value(content.contract, declared.schema.as_ref());
                let breach = wrong(&field.name, "style", &field.anchor, why).expected(expected);
                judgement.breaches.push(text.into_iter().fold(breach, Breach::actual));
            }
        }
    }
    let value = Value::Object(object);
    Converted::Ambiguous(Box::new(Readings { value, others, unknown, literals, ..Readings::default() }))
}

/// Reports that the value at `at` is not checked, and why.
fn unchecked(at: &Pointer, why: &str, unknown: &mut Vec<Pointer>, judgement: &mut Judgement) {
    judgement.not_checked(Rule::BodySchema, format!("{} is not checked: {why}", Location::Body(at.clone())));
    unknown.push(at.clone());
}

/// What else the field at `at` may mean than `value`: by another media type, as another structure, and within its own.
fn other_readings(
    at: &Pointer,
    value: &Value,
    by_media_type: Vec<Value>,
    readings: impl Iterator<Item = Reading>,
) -> impl Iterator<Item = (Pointer, Vec<Value>)> {
    let (own, other): (Vec<_>, Vec<_>) = readings.partition(|reading| reading.value == *value);
    let other = other.into_iter().map(|reading| reading.value);
    let whole = (at.clone(), by_media_type.into_iter().filter(|other| other != value).chain(other).collect());
    let within = own.into_iter().flat_map(|reading| reading.others).map(|(inner, values)| (at.concat(&inner), values));
    std::iter::once(whole).chain(within).collect::<Vec<_>>().into_iter()
}

/// Parses a field as the first of its media types that fits, and returns its other values.
fn parsed(form: &Form<'_>, field: &Parameter, fields: &[Parameter], wire: &Wire<'_>) -> (Parsed, Vec<Value>) {
    let (mut values, mut failed) = (Vec::new(), Vec::new());
    for field in form.by_media_type(field) {
        match parameters::parse(&field, fields, wire) {
            Parsed::Value(value) => values.push(value),
            other => failed.push(other),
        }
    }
    if values.is_empty() {
        // What cannot be converted may be valid.
        let undefined = failed.iter().position(|parsed| matches!(parsed, Parsed::Undefined(_)));
        return (failed.swap_remove(undefined.unwrap_or_default()), Vec::new());
    }
    (Parsed::Value(values.remove(0)), values)
}

/// Parses a string that holds a JSON object; other values stay as they are.
fn object_of(item: Value) -> Value {
    let read = item.as_str().and_then(|text| parse_json(text.as_bytes()).ok());
    read.filter(Value::is_object).unwrap_or(item)
}

/// Converts `multipart/form-data`: a part is JSON if its media type or its schema says so, else a string. A part that is declared
/// as bytes is a string of any media type.
pub(super) fn parts(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    parts: &[Part<'_>],
    judgement: &mut Judgement,
) -> Converted {
    if let Some(encoding) = declared.encoding.iter().find(|encoding| encoding.layout.is_some()) {
        return Converted::Unsupported(format!("the style of {} is not supported in multipart content", encoding.name));
    }
    let form = Form::new(content.contract, declared);
    let (mut object, mut others, mut unknown, mut literals) =
        (Map::new(), Vec::new(), Vec::new(), InexactNumbers::default());
    let mut repeated = BTreeSet::new();
    for part in parts {
        let shape = form.members.shape(&part.name);
        let encoding = form.encoding(&part.name);
        let index = object.get(&part.name).and_then(Value::as_array).map_or(0, Vec::len);
        let single = shape.array.as_ref().map_or(&shape, |items| items.shape(index));
        let Some((value, unread)) = read(content, declared, (part, single, encoding), judgement) else { continue };
        encoding.into_iter().for_each(|encoding| described(content, encoding, part, judgement));
        let is_item = single.is_verbatim() || is_untyped(single, encoding);
        let is_list = shape.array.is_some() && (is_item || !value.is_array() || !part.is_json());
        let at = Pointer::root().join(&part.name);
        let item = if is_list { at.join(index) } else { at.clone() };
        add_inexact(part, &item, &mut literals);
        if let Some(why) = unread {
            let reason = format!("the part {} is not checked against its schema: {why}", part.name);
            judgement.not_checked(Rule::BodySchema, reason);
            unknown.push(item);
        } else if let Some(text) = value.as_str().filter(|_| !part.is_json()) {
            others.push((item, other_scalars(single, text, &value)));
        } else if is_item && let Some(json) = json_reading(part, single, is_list) {
            // One part may have the whole list.
            others.push((if is_list && json.is_array() { at } else { item }, vec![json]));
        }
        match (object.get_mut(&part.name), value) {
            (None, value) if is_list => drop(object.insert(part.name.clone(), Value::Array(vec![value]))),
            (None, value) => drop(object.insert(part.name.clone(), value)),
            (Some(Value::Array(items)), value) if is_list => items.push(value),
            // Several parts of a field whose schema names no type are a list.
            (Some(held), value) if shape == Shape::default() => append(held, value, repeated.insert(&part.name)),
            (Some(_), _) => drop(repeated.insert(&part.name)),
        }
    }
    for name in repeated.into_iter().filter(|name| form.members.shape(name) != Shape::default()) {
        object.remove(name);
        let times = parts.iter().filter(|part| part.name == *name).count();
        let anchor = form.encoding(name).map_or(&declared.anchor, |encoding| &encoding.anchor);
        let expected = expected_value(content.contract, declared.schema.as_ref());
        let breach = wrong(name, "style", anchor, format!("expected {name} once, got it {times} times"));
        judgement.breaches.push(breach.expected(expected));
    }
    Converted::Ambiguous(Box::new(Readings {
        value: Value::Object(object),
        others,
        unknown,
        literals,
        ..Readings::default()
    }))
}

/// Returns the value of a part, or why it is not known; nothing if a part is malformed.
fn read(
    content: &Content<'_>,
    declared: &MediaTypeObject,
    (part, shape, encoding): (&Part<'_>, &Shape, Option<&Encoding>),
    judgement: &mut Judgement,
) -> Option<(Value, Option<String>)> {
    if let Some(why) = unread(part, shape, encoding) {
        return Some((Value::Null, Some(why)));
    }
    match value(part, shape, encoding) {
        Ok(value) => Some((value, None)),
        Err(error) if error.is_duplicate => {
            let breach = content.duplicate_name(declared, &error, None).actual(part.content);
            judgement.breaches.push(Breach { location: location(&part.name), ..breach });
            Some((Value::Null, Some(DUPLICATE.to_owned())))
        }
        Err(error) => {
            let anchor = encoding.map_or(&declared.anchor, |encoding| &encoding.anchor);
            malformed(part, anchor, &error, judgement);
            None
        }
    }
}

/// Reports that a part is not JSON at all, or beyond the limits of JSON.
fn malformed(part: &Part<'_>, anchor: &Anchor, error: &JsonError, judgement: &mut Judgement) {
    if error.beyond_limits {
        return judgement.beyond_limits(format!("the part {} has {error}", part.name));
    }
    let breach = wrong(&part.name, "json", anchor, format!("not JSON: {error}")).expected("JSON").actual(part.content);
    judgement.breaches.push(Breach { rule: Rule::BodyWellFormed, ..breach });
}

/// Adds a value to the list that `held` is, or becomes with the second value.
fn append(held: &mut Value, value: Value, is_second: bool) {
    match held {
        Value::Array(items) if !is_second => items.push(value),
        first => *first = Value::Array(vec![first.take(), value]),
    }
}

/// Returns the value of a part; an error says why it is not the JSON that its media type declares.
fn value(part: &Part<'_>, shape: &Shape, encoding: Option<&Encoding>) -> Result<Value, JsonError> {
    let text = || scalar(shape, octets(part.content));
    let written = encoding.map_or(&[][..], |encoding| &encoding.content);
    let is_json = if written.is_empty() { shape.object.is_some() } else { written.iter().any(MediaType::is_json) };
    match part.media_type() {
        Some(actual) if actual.is_json() && !shape.is_verbatim() => match parse_json(part.content) {
            Err(_) if is_untyped(shape, encoding) => Ok(text()),
            parsed => parsed,
        },
        Some(_) => Ok(text()),
        None if is_json => Ok(parse_json(part.content).unwrap_or_else(|_| text())),
        None => Ok(text()),
    }
}

/// Adds the numbers of a part that are not represented exactly; `at` is the location of its value.
fn add_inexact(part: &Part<'_>, at: &Pointer, numbers: &mut InexactNumbers<'static>) {
    if part.is_json() {
        numbers.add_at(at, inexact::of_json(part.content));
    } else if let Ok(text) = std::str::from_utf8(part.content) {
        numbers.add_text(at, text.trim());
    }
}

/// The bytes as text. Each that is not UTF-8 is a character of its own, so that other bytes are another text.
fn octets(bytes: &[u8]) -> String {
    let invalid: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let mut text = String::with_capacity(bytes.len() + 2 * invalid);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let private = |byte: &u8| char::from_u32(PRIVATE_USE + u32::from(*byte)).unwrap_or_default();
        text.extend(chunk.invalid().iter().map(private));
    }
    text
}

/// Why a part has no value to validate: nothing but JSON and plain text is converted.
fn unread(part: &Part<'_>, shape: &Shape, encoding: Option<&Encoding>) -> Option<String> {
    let coding = part.headers.get("content-transfer-encoding");
    let is_plain = |coding: &str| ["7bit", "8bit", "binary"].iter().any(|plain| coding.eq_ignore_ascii_case(plain));
    if coding.is_some_and(|coding| !is_plain(coding)) {
        return Some("its Content-Transfer-Encoding is not decoded".to_owned());
    }
    if shape.is_incomplete && !part.is_json() {
        return Some(INCOMPLETE.to_owned());
    }
    if shape.is_primitive() && !shape.is_verbatim() && !part.is_json() {
        let plain = MediaType::parse("text/plain").ok()?;
        if let Err(unread) = charset::text(part.content, &part.media_type().unwrap_or(plain)) {
            return match unread {
                Converted::Malformed(_, why) | Converted::Unsupported(why) => Some(why),
                _ => None,
            };
        }
    }
    let listed = encoding.into_iter().flat_map(|encoding| &encoding.content);
    let is_text = |media_type: &MediaType| media_type.essence() == "text/plain";
    let is_declared_text = listed.clone().any(is_text);
    let actual = part.media_type().or_else(|| listed.clone().next().cloned())?;
    let is_converted = shape.string || shape.is_verbatim() || *shape == Shape::default() || actual.is_json();
    let is_scalar = shape.is_primitive() || !is_declared_text;
    let is_read = is_converted || actual.is_range() || is_text(&actual) && is_scalar;
    (!is_read).then(|| format!("it is {}, and the schema does not describe a string", actual.essence()))
}

/// Returns the JSON that the text of a part may mean where its schema allows that.
fn json_reading(part: &Part<'_>, single: &Shape, is_list: bool) -> Option<Value> {
    let json = if part.is_json() { parse_json(part.content).ok()? } else { return None };
    let is_meant = json.is_string()
        || is_list && json.is_array()
        || !single.primitives().is_empty()
        || !single.structures().is_empty();
    is_meant.then_some(json)
}

/// Whether a part has no declared type: by default it is `application/octet-stream` (OpenAPI 3.1 §4.8.15), so any text.
fn is_untyped(shape: &Shape, encoding: Option<&Encoding>) -> bool {
    *shape == Shape::default() && encoding.is_none_or(|encoding| encoding.content.is_empty())
}

/// Judges the media type and the headers of a part against `encoding`.
fn described(content: &Content<'_>, encoding: &Encoding, part: &Part<'_>, judgement: &mut Judgement) {
    // The default media type of a part is text/plain (RFC 7578 §4.4).
    let actual = part.headers.get("content-type").unwrap_or("text/plain");
    let fits = |actual: MediaType| encoding.content.iter().any(|wanted| wanted.covers(&actual).is_some());
    if !encoding.content.is_empty() && !MediaType::parse(actual).is_ok_and(fits) {
        let listed: Vec<String> = encoding.content.iter().map(ToString::to_string).collect();
        let difference = Difference::PartMediaType { part: part.name.clone() };
        let anchor = encoding.anchor.member("contentType");
        let breach = Breach::new(Rule::BodySchema, "content-type", location(&part.name), anchor).differs(difference);
        let breach = breach.expected(listed.join(" | ")).actual(actual);
        judgement.breaches.push(Breach { rule: Rule::ContentType, ..breach });
    }
    let wire = Wire { path: &[], query: None, headers: &part.headers };
    let mut own = Judgement::default();
    let fields = Fields { contract: content.contract, rule: Rule::BodySchema, siblings: &[], wire: &wire };
    encoding.headers.iter().for_each(|header| fields.judge(header, &mut own));
    let in_part = |breach: Breach| Breach {
        difference: Difference::PartHeader {
            part: part.name.clone(),
            header: breach.location.to_string(),
            difference: Box::new(breach.difference),
        },
        location: location(&part.name),
        ..breach
    };
    judgement.breaches.extend(own.breaches.into_iter().map(in_part));
    judgement.not_checked.append(&mut own.not_checked);
}

fn wrong(name: &str, keyword: &str, anchor: &Anchor, why: String) -> Breach {
    Breach::new(Rule::BodySchema, keyword, location(name), anchor.clone())
        .differs(Difference::Serialization { reason: why })
}

fn location(name: &str) -> Location {
    Location::Body(Pointer::root().join(name))
}
