//! Parses the text on the wire to a value of the types that the schema declares.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::layout::Layout;
use super::wire::{Parsed, Wire};
use super::{deep_object, text};
use crate::contract::shape::{Items, Members};
use crate::contract::{Parameter, ParameterIn, Shape, Style, value_summary};
use crate::document::{LONG_NAME, MAX_NAME, parse_json};
use crate::http::MediaType;

/// A decoded name and its encoded value.
type Pair<'a> = (String, &'a str);

/// Parses the value of `parameter` from the wire. `siblings` are all parameters of the operation (empty for a response): an
/// exploded object takes only the query names that no sibling declares.
pub(crate) fn parse(parameter: &Parameter, siblings: &[Parameter], wire: &Wire<'_>) -> Parsed {
    match read(parameter, siblings, wire) {
        Ok(Parsed::Value(Value::Object(members))) if members.keys().any(|name| name.len() > MAX_NAME) => {
            Parsed::Undefined(format!("{} has {LONG_NAME}", parameter.name))
        }
        Ok(parsed) => parsed,
        Err(why) => Parsed::Malformed { why, text: written(parameter, wire) },
    }
}

/// Returns the decoded query names that none of `parameters` declares, each once with its first value. An API key in the query counts as
/// undeclared here.
pub(crate) fn undeclared(parameters: &[Parameter], wire: &Wire<'_>) -> Vec<(String, String)> {
    let in_query = || parameters.iter().filter(|parameter| parameter.location == ParameterIn::Query);
    let mut seen = HashSet::new();
    let once = query(wire).into_iter().filter(|(name, _)| seen.insert(name.clone()));
    let none = once.filter(|(name, _)| !in_query().any(|parameter| claims(parameter, parameters, name)));
    none.map(|(name, value)| (name, text::decode_query(value).unwrap_or_else(|_| value.to_owned()))).collect()
}

fn read(parameter: &Parameter, siblings: &[Parameter], wire: &Wire<'_>) -> Result<Parsed, String> {
    match parameter.location {
        ParameterIn::Path => {
            let found = wire.path.iter().find(|(name, _)| *name == parameter.name);
            found.map_or(Ok(Parsed::Absent), |(_, raw)| path(parameter, raw))
        }
        ParameterIn::Header if is_set_cookie(parameter) && parameter.shape.array.is_some() => {
            let lines: Vec<&str> = wire.headers.all(&parameter.name).collect();
            if lines.is_empty() { Ok(Parsed::Absent) } else { list(parameter, lines) }
        }
        ParameterIn::Header => header(parameter, wire).map_or(Ok(Parsed::Absent), |raw| unnamed(parameter, &raw)),
        ParameterIn::Query => named(parameter, siblings, &query(wire)),
        ParameterIn::Cookie => named(parameter, siblings, &cookies(parameter, wire)),
    }
}

/// The encoded text of `parameter`, for messages.
fn written(parameter: &Parameter, wire: &Wire<'_>) -> Option<String> {
    let (parts, between): (Vec<&str>, _) = match parameter.location {
        ParameterIn::Path => {
            return wire.path.iter().find(|(name, _)| *name == parameter.name).map(|(_, raw)| raw.clone());
        }
        ParameterIn::Header => return header(parameter, wire),
        ParameterIn::Query => (wire.query.unwrap_or_default().split('&').collect(), "&"),
        ParameterIn::Cookie => {
            (wire.headers.all("cookie").flat_map(|line| line.split(';')).map(str::trim).collect(), "; ")
        }
    };
    let is_own = |part: &&str| {
        let (name, _) = pair(part, |name| text::decode(parameter, name).ok());
        name.strip_prefix(&parameter.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    let own: Vec<_> = parts.into_iter().filter(is_own).collect();
    (!own.is_empty()).then(|| own.join(between))
}

fn query<'a>(wire: &Wire<'a>) -> Vec<Pair<'a>> {
    let parts = wire.query.unwrap_or_default().split('&').filter(|part| !part.is_empty());
    parts.map(|part| pair(part, |name| text::decode_query(name).ok())).collect()
}

fn cookies<'a>(parameter: &Parameter, wire: &Wire<'a>) -> Vec<Pair<'a>> {
    let parts = wire.headers.all("cookie").flat_map(|line| line.split(';')).map(str::trim);
    // Form expansion joins the parts of one value by `&` (RFC 6570 §3.2.9).
    let is_joined = parameter.style == Style::Form && parameter.explode && parameter.content.is_none();
    let holds_several = parameter.shape.array.is_some() || parameter.shape.object.is_some();
    let parts = parts.flat_map(move |part| part.split(if is_joined && holds_several { '&' } else { ';' }));
    parts.filter(|part| !part.is_empty()).map(|part| pair(part, |name| text::decode(parameter, name).ok())).collect()
}

/// Splits `name=value` and decodes the name; an undecodable name is kept verbatim.
fn pair(part: &str, decode: impl Fn(&str) -> Option<String>) -> Pair<'_> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    (decode(name).unwrap_or_else(|| name.to_owned()), value)
}

/// The joined value of all lines of the header (RFC 9110 §5.3); of `Set-Cookie`, whose lines cannot be joined, the first line.
fn header(parameter: &Parameter, wire: &Wire<'_>) -> Option<String> {
    let mut lines = wire.headers.all(&parameter.name);
    let first = lines.next()?.to_owned();
    if is_set_cookie(parameter) {
        return Some(first);
    }
    Some(lines.fold(first, |joined, line| format!("{joined}, {line}")))
}

/// Whether the lines of the header are values of their own (RFC 9110 §5.3): an array has one per item.
pub(crate) fn is_set_cookie(parameter: &Parameter) -> bool {
    parameter.location == ParameterIn::Header && parameter.name.eq_ignore_ascii_case("set-cookie")
}

fn path(parameter: &Parameter, raw: &str) -> Result<Parsed, String> {
    let layout = Layout::new(parameter);
    if parameter.content.is_some() {
        return unnamed(parameter, raw);
    }
    let expected = || {
        format!("expected {} before the value, as required by style {} has it", layout.prefix, parameter.style.word())
    };
    let rest = raw.strip_prefix(layout.prefix).ok_or_else(expected)?;
    if !layout.named {
        return unnamed(parameter, rest);
    }
    let parts = rest.split(layout.between).map(|part| pair(part, |name| text::decode(parameter, name).ok()));
    match named(parameter, &[], &parts.collect::<Vec<_>>())? {
        Parsed::Absent => Err(format!("expected ;{}=…, got {}", parameter.name, value_summary::text(raw))),
        parsed => Ok(parsed),
    }
}

/// Parses text without a name.
fn unnamed(parameter: &Parameter, raw: &str) -> Result<Parsed, String> {
    if parameter.content.is_some() {
        return content(parameter, raw);
    }
    let separator = Layout::new(parameter).separator(parameter);
    if wants_list(&parameter.shape, raw.contains(separator)) {
        let empty = raw.is_empty() && parameter.location == ParameterIn::Header;
        return list(parameter, if empty { Vec::new() } else { raw.split(separator).collect() });
    }
    match &parameter.shape.object {
        Some(members) if !parameter.shape.is_primitive() || raw.contains(separator) => {
            let parts: Vec<&str> = raw.split(separator).filter(|part| !part.is_empty()).collect();
            if parameter.explode { pairs(parameter, members, &parts) } else { flat(parameter, members, &parts) }
        }
        _ => Ok(Parsed::Value(text::value(&parameter.shape, text::decode(parameter, raw)?))),
    }
}

/// Parses the value under the parameter's name, or, exploded, under the names of its properties.
fn named(parameter: &Parameter, siblings: &[Parameter], all: &[Pair<'_>]) -> Result<Parsed, String> {
    if parameter.style == Style::DeepObject && parameter.content.is_none() {
        return deep_object::parse(parameter, all);
    }
    let own: Vec<&str> = all.iter().filter(|(name, _)| *name == parameter.name).map(|(_, value)| *value).collect();
    if is_spread(parameter) && (own.is_empty() || !has_own_name(parameter)) {
        return spread(parameter, siblings, all);
    }
    match own.as_slice() {
        [] => Ok(Parsed::Absent),
        [""] if parameter.allow_empty => Ok(Parsed::Empty),
        _ if parameter.content.is_none() && parameter.explode && wants_items(&parameter.shape, own.len()) => {
            list(parameter, own)
        }
        [raw] if parameter.explode => single(parameter, raw),
        [raw] => delimited(parameter, raw),
        more => Err(format!("expected {} once, got it {} times", parameter.name, more.len())),
    }
}

fn single(parameter: &Parameter, raw: &str) -> Result<Parsed, String> {
    if parameter.content.is_some() {
        return content(parameter, raw);
    }
    Ok(Parsed::Value(text::value(&parameter.shape, text::decode(parameter, raw)?)))
}

/// Parses `a,b` of a named value. The separators of `spaceDelimited` and `pipeDelimited` may be encoded or not.
fn delimited(parameter: &Parameter, raw: &str) -> Result<Parsed, String> {
    if parameter.content.is_some() {
        return content(parameter, raw);
    }
    let folded = match parameter.style {
        Style::SpaceDelimited => raw.replace('+', "%20"),
        Style::PipeDelimited => raw.replace('|', "%7C").replace("%7c", "%7C"),
        _ => raw.to_owned(),
    };
    unnamed(parameter, &folded)
}

fn content(parameter: &Parameter, raw: &str) -> Result<Parsed, String> {
    let text = text::decode(parameter, raw)?;
    match &parameter.content {
        Some(media_type) if media_type.is_json() => match parse_json(text.as_bytes()) {
            Ok(value) => Ok(Parsed::Value(value)),
            Err(why) if why.beyond_limits || why.is_duplicate => {
                Ok(Parsed::Undefined(format!("{} has {why}", parameter.name)))
            }
            Err(why) => Err(format!("expected {media_type}: {why}")),
        },
        Some(media_type) if !is_text(media_type, &parameter.shape) => {
            Ok(Parsed::Undefined(format!("the value of {} is {media_type}, which is not converted", parameter.name)))
        }
        _ => Ok(Parsed::Value(text::value(&parameter.shape, text))),
    }
}

/// Whether the schema can be applied to text of that media type as it is, as to a body.
fn is_text(media_type: &MediaType, shape: &Shape) -> bool {
    let is_composed = shape.array.is_some() || shape.object.is_some();
    match media_type.kind == "text" && !media_type.is_xml() {
        true => shape.string || !is_composed,
        false => {
            let is_structured = media_type.is_xml() || media_type.essence() == "application/x-www-form-urlencoded";
            shape.string && !is_composed && !is_structured
        }
    }
}

fn list(parameter: &Parameter, items: Vec<&str>) -> Result<Parsed, String> {
    let undeclared = Items::default();
    let declared = parameter.shape.array.as_deref().unwrap_or(&undeclared);
    let item = |(index, raw)| Ok(text::value(declared.shape(index), text::decode(parameter, raw)?));
    Ok(Parsed::Value(Value::Array(items.into_iter().enumerate().map(item).collect::<Result<_, String>>()?)))
}

/// `R,100,G,200`.
fn flat(parameter: &Parameter, members: &Members, parts: &[&str]) -> Result<Parsed, String> {
    let mut object = Map::new();
    for chunk in parts.chunks(2) {
        let [name, value] = chunk else {
            return Err("expected alternating names and values, got an odd number".to_owned());
        };
        insert(parameter, members, &mut object, (text::decode(parameter, name)?, value))?;
    }
    Ok(Parsed::Value(Value::Object(object)))
}

/// `R=100,G=200`.
fn pairs(parameter: &Parameter, members: &Members, parts: &[&str]) -> Result<Parsed, String> {
    let mut object = Map::new();
    for part in parts {
        let (name, value) =
            part.split_once('=').ok_or_else(|| format!("expected name=value, got {}", value_summary::text(part)))?;
        insert(parameter, members, &mut object, (text::decode(parameter, name)?, value))?;
    }
    Ok(Parsed::Value(Value::Object(object)))
}

/// `R=100&G=200`, between the other parameters.
fn spread(parameter: &Parameter, siblings: &[Parameter], all: &[Pair<'_>]) -> Result<Parsed, String> {
    let members = parameter.shape.object.clone().unwrap_or_default();
    let mut object = Map::new();
    for (name, value) in all.iter().filter(|(name, _)| claims_property(parameter, siblings, name)) {
        insert(parameter, &members, &mut object, (name.clone(), value))?;
    }
    Ok(if object.is_empty() { Parsed::Absent } else { Parsed::Value(Value::Object(object)) })
}

fn insert(
    parameter: &Parameter,
    members: &Members,
    object: &mut Map<String, Value>,
    (name, raw): (String, &str),
) -> Result<(), String> {
    let value = text::value(&members.shape(&name), text::decode(parameter, raw)?);
    match object.contains_key(&name) {
        true => Err(format!("expected {} once, got it twice", value_summary::name(&name))),
        false => {
            object.insert(name, value);
            Ok(())
        }
    }
}

/// Whether a pair of that name belongs to `parameter`.
fn claims(parameter: &Parameter, siblings: &[Parameter], name: &str) -> bool {
    claims_by_name(parameter, name) || is_spread(parameter) && claims_property(parameter, siblings, name)
}

/// Whether a pair of that name is a property of the exploded object `parameter`.
fn claims_property(parameter: &Parameter, siblings: &[Parameter], name: &str) -> bool {
    let by_name = |held: &Parameter| {
        held.location == parameter.location && held.name != parameter.name && claims_by_name(held, name)
    };
    parameter.shape.object.as_ref().is_some_and(|members| {
        let is_listed = members.named.contains_key(name);
        is_listed || (members.is_open() || members.declares(name)) && !siblings.iter().any(by_name)
    })
}

fn claims_by_name(parameter: &Parameter, name: &str) -> bool {
    let is_deep = || parameter.style == Style::DeepObject && deep_object::key(parameter, name).is_some();
    has_own_name(parameter) && parameter.name == name || is_deep()
}

/// Whether the name of the parameter occurs: not if it can only be an exploded object.
fn has_own_name(parameter: &Parameter) -> bool {
    !is_spread(parameter) || parameter.shape.is_primitive() || parameter.shape.array.is_some()
}

/// Whether the properties of an object are sent under their own names, next to the other parameters.
fn is_spread(parameter: &Parameter) -> bool {
    let named = Layout::new(parameter).named && parameter.style != Style::DeepObject;
    named && parameter.explode && parameter.content.is_none() && parameter.shape.object.is_some()
}

/// Whether to parse text as an array: arrays are declared, and it has separators or nothing else is declared.
fn wants_list(shape: &Shape, separated: bool) -> bool {
    shape.array.is_some() && (separated || !shape.is_primitive() && shape.object.is_none())
}

/// Whether the occurrences of a name are the items of an array.
fn wants_items(shape: &Shape, occurrences: usize) -> bool {
    wants_list(shape, occurrences > 1) || occurrences > 1 && *shape == Shape::default()
}
