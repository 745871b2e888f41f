//! What else the text of a parameter may mean where its schema allows several types: `12` may be a string and a number, `a` a string
//! and a list. It conforms if one of its meanings does; [`parse`] returns the most probable one.

use serde_json::Value;

use super::parse::parse;
use super::text;
use super::wire::{Parsed, Wire};
use crate::contract::{Parameter, Shape};
use crate::http::MediaType;
use crate::pointer::Pointer;

/// The text as an array, as an object, or as neither.
pub(crate) struct Reading {
    /// Its most probable value.
    pub value: Value,
    /// Other values by location.
    pub others: Vec<(Pointer, Vec<Value>)>,
}

/// The readings of the text of `parameter`, one for each structure that its schema allows.
pub(crate) fn readings(
    parameter: &Parameter,
    siblings: &[Parameter],
    wire: &Wire<'_>,
) -> impl Iterator<Item = Reading> {
    let is_json = parameter.content.as_ref().is_some_and(MediaType::is_json);
    let mut shapes = parameter.shape.structures();
    if shapes.is_empty() {
        shapes.push(parameter.shape.clone());
    }
    let is_ambiguous = !is_json && parameter.shape.is_ambiguous();
    shapes.into_iter().filter(move |_| is_ambiguous).filter_map(|shape| {
        let value = read(parameter, &shape, siblings, wire)?;
        let texts = read(parameter, &shape.verbatim(), siblings, wire)?;
        let mut others = Vec::new();
        add(&shape, &texts, &value, &Pointer::root(), &mut others);
        Some(Reading { value, others })
    })
}

fn read(parameter: &Parameter, shape: &Shape, siblings: &[Parameter], wire: &Wire<'_>) -> Option<Value> {
    match parse(&Parameter { shape: shape.clone(), ..parameter.clone() }, siblings, wire) {
        Parsed::Value(value) => Some(value),
        _ => None,
    }
}

/// Adds the other values of `texts`, whose most probable `value` has the same locations.
fn add(shape: &Shape, texts: &Value, value: &Value, at: &Pointer, others: &mut Vec<(Pointer, Vec<Value>)>) {
    match (texts, value) {
        (Value::Array(texts), Value::Array(items)) => {
            let declared = shape.array.as_deref().cloned().unwrap_or_default();
            for (index, (text, item)) in texts.iter().zip(items).enumerate() {
                add(declared.shape(index), text, item, &at.join(index), others);
            }
        }
        (Value::Object(texts), Value::Object(values)) => {
            let declared = shape.object.clone().unwrap_or_default();
            for (name, text) in texts {
                let Some(value) = values.get(name) else { continue };
                add(&declared.shape(name), text, value, &at.join(name), others);
            }
        }
        (Value::String(text), value) => {
            let own = shape.primitives().into_iter().map(|shape| text::value(&shape, text.clone()));
            let mut found: Vec<Value> = Vec::new();
            for other in own {
                if other != *value && !found.contains(&other) {
                    found.push(other);
                }
            }
            if !found.is_empty() {
                others.push((at.clone(), found));
            }
        }
        _ => {}
    }
}
