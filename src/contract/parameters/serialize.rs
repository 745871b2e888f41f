//! Serialises a value to its text on the wire.

use serde_json::{Map, Value};

use super::layout::Layout;
use super::{deep_object, text};
use crate::contract::{Parameter, ParameterIn, Style};

/// Serialises `value`: a path segment or header value; for a query `name=value&…`; for a cookie `name=value` (several joined by
/// `; `). The text is percent-encoded for its location; an empty array or object in a query or cookie is an empty string. Errors
/// name the style that cannot represent the value.
pub(crate) fn serialize(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let text = if parameter.content.is_some() { content(parameter, value) } else { styled(parameter, value) };
    let text = text.map_err(|why| format!("{} cannot hold the value: {why}", layout_name(parameter)))?;
    match (parameter.location, text.as_str()) {
        (ParameterIn::Path, "." | "..") => {
            Err(format!("a path segment cannot be {text:?}: URLs resolve it before sending"))
        }
        _ => Ok(text),
    }
}

fn layout_name(parameter: &Parameter) -> String {
    match &parameter.content {
        Some(media_type) => media_type.to_string(),
        None => format!("style {}", parameter.style.word()),
    }
}

fn content(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let json = parameter.content.as_ref().is_some_and(|media_type| media_type.is_json());
    let text = if json { value.to_string() } else { text::from_primitive(value)? };
    Ok(named(parameter, text::encode(parameter, &text)?))
}

fn styled(parameter: &Parameter, value: &Value) -> Result<String, String> {
    match (parameter.style, value) {
        (Style::DeepObject, Value::Object(members)) => deep_object::serialize(parameter, members),
        (Style::DeepObject, _) => Err("expected an object".to_owned()),
        (_, Value::Array(items)) => list(parameter, items),
        (_, Value::Object(members)) => object(parameter, members),
        (Style::SpaceDelimited | Style::PipeDelimited, _) => Err("expected a list or an object".to_owned()),
        _ => {
            let text = named(parameter, text::encode(parameter, &text::from_primitive(value)?)?);
            Ok(format!("{}{text}", Layout::new(parameter).prefix))
        }
    }
}

fn list(parameter: &Parameter, items: &[Value]) -> Result<String, String> {
    let items =
        items.iter().map(|item| part(parameter, &text::from_primitive(item)?)).collect::<Result<Vec<_>, _>>()?;
    if !parameter.explode {
        return Ok(joined(parameter, &items));
    }
    let items: Vec<_> = items.into_iter().map(|item| named(parameter, item)).collect();
    Ok(exploded(parameter, &items))
}

fn object(parameter: &Parameter, members: &Map<String, Value>) -> Result<String, String> {
    let mut parts = Vec::new();
    for (name, value) in members {
        let (name, value) = (part(parameter, name)?, part(parameter, &text::from_primitive(value)?)?);
        match parameter.explode {
            true if name.contains('=') => return Err(format!("the name {name:?} holds a =")),
            true => parts.push(format!("{name}={value}")),
            false => parts.extend([name, value]),
        }
    }
    Ok(if parameter.explode { exploded(parameter, &parts) } else { joined(parameter, &parts) })
}

/// Encodes one item; an error if it contains the separator.
fn part(parameter: &Parameter, text: &str) -> Result<String, String> {
    let separator = Layout::new(parameter).separator(parameter);
    let encoded = text::encode(parameter, text)?;
    match encoded.contains(separator.trim()) {
        true => Err(format!("{text:?} contains the separator of items")),
        false => Ok(encoded),
    }
}

fn exploded(parameter: &Parameter, parts: &[String]) -> String {
    let layout = Layout::new(parameter);
    format!("{}{}", layout.prefix, parts.join(layout.between))
}

fn joined(parameter: &Parameter, parts: &[String]) -> String {
    let layout = Layout::new(parameter);
    if parts.is_empty() && matches!(parameter.location, ParameterIn::Query | ParameterIn::Cookie) {
        return String::new();
    }
    format!("{}{}", layout.prefix, named(parameter, parts.join(layout.inner)))
}

/// `name=text` if the layout has names; style matrix omits the `=` of an empty text.
fn named(parameter: &Parameter, text: String) -> String {
    let bare = parameter.style == Style::Matrix && text.is_empty();
    match Layout::new(parameter).named {
        false => text,
        true if bare => text::name(parameter),
        true => format!("{}={text}", text::name(parameter)),
    }
}
