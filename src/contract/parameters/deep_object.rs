//! Style `deepObject`: `color[R]=100&color[G]=200`. OpenAPI defines it for objects of strings, numbers and booleans alone: how it
//! writes lists and objects in them is undefined (OpenAPI 3.1.1 §4.8.12.3 and Appendix E), so that nothing can be proven of those.

use serde_json::{Map, Value};

use super::text;
use super::wire::Parsed;
use crate::contract::shape::Members;
use crate::contract::{Parameter, Shape, value_summary};

/// The text within the brackets if the pair `name` belongs to `parameter`: `R`, or `a][b` of a nested object.
pub(super) fn key<'n>(parameter: &Parameter, name: &'n str) -> Option<&'n str> {
    name.strip_prefix(parameter.name.as_str())?.strip_prefix('[')?.strip_suffix(']')
}

/// Parses the pairs of a query, whose names are decoded, to an object.
pub(super) fn parse(parameter: &Parameter, all: &[(String, &str)]) -> Result<Parsed, String> {
    if let Some((_, value)) = all.iter().find(|(name, _)| *name == parameter.name) {
        return match &parameter.shape {
            Shape { object: Some(_), array: None, .. } if !parameter.shape.is_primitive() && !value.is_empty() => {
                Err(format!("expected {}[name]=value, as required by style deepObject", parameter.name))
            }
            _ => Ok(Parsed::Undefined(format!("how style deepObject writes {} is undefined", parameter.name))),
        };
    }
    let members = parameter.shape.object.clone().unwrap_or_default();
    let pairs: Vec<_> = all.iter().filter_map(|(name, value)| Some((name, key(parameter, name)?, *value))).collect();
    let mut object = Map::new();
    for (name, key, raw) in pairs {
        let is_repeated = object.contains_key(key);
        if is_undefined(&members, key, is_repeated) {
            let name = value_summary::name(name);
            let reason = format!("how style deepObject writes lists and objects such as {name} is undefined");
            return Ok(Parsed::Undefined(reason));
        }
        if is_repeated {
            return Err(format!("expected {} once, got it twice", value_summary::name(name)));
        }
        object.insert(key.to_owned(), text::value(&members.shape(key), text::decode(parameter, raw)?));
    }
    Ok(if object.is_empty() { Parsed::Absent } else { Parsed::Value(Value::Object(object)) })
}

/// Whether a property is a list or an object, or may be one that occurs twice.
fn is_undefined(members: &Members, key: &str, is_repeated: bool) -> bool {
    let shape = members.shape(key);
    let holds_more = shape.array.is_some() || shape.object.is_some();
    key.contains(['[', ']']) || holds_more || is_repeated && !shape.is_primitive()
}

/// Serialises an object. For lists and objects in it, the most frequent of the undefined forms: `f[a]=1&f[a]=2`, `f[a][b]=1`.
pub(super) fn serialize(parameter: &Parameter, members: &Map<String, Value>) -> Result<String, String> {
    let mut pairs = Vec::new();
    let name = text::name(parameter);
    members.iter().try_for_each(|(key, value)| add(parameter, &name, (key, value), &mut pairs))?;
    Ok(pairs.join("&"))
}

fn add(parameter: &Parameter, prefix: &str, (key, value): (&str, &Value), to: &mut Vec<String>) -> Result<(), String> {
    let name = format!("{prefix}%5B{}%5D", text::encode(parameter, key)?);
    match value {
        Value::Object(members) => members.iter().try_for_each(|(key, value)| add(parameter, &name, (key, value), to)),
        Value::Array(items) => items.iter().try_for_each(|item| push(parameter, &name, item, to)),
        value => push(parameter, &name, value, to),
    }
}

fn push(parameter: &Parameter, name: &str, value: &Value, to: &mut Vec<String>) -> Result<(), String> {
    to.push(format!("{name}={}", text::encode(parameter, &text::from_primitive(value)?)?));
    Ok(())
}
