//! The texts of numbers that are not represented exactly: the value of a parameter does not have them.

use serde_json::Value;

use super::parse::parse;
use super::wire::{Parsed, Wire};
use crate::contract::{Parameter, Shape};
use crate::document::{InexactNumbers, NumberLiterals, has_floats};
use crate::http::MediaType;
use crate::pointer::Pointer;

/// The numbers in `value` that are not represented exactly. The value is one that [`parse`] returned, or another reading.
pub(crate) fn inexact_numbers(
    parameter: &Parameter,
    (siblings, wire): (&[Parameter], &Wire<'_>),
    value: &Value,
) -> InexactNumbers<'static> {
    let mut found = InexactNumbers::default();
    if !has_floats(value) {
        return found;
    }
    let texts = |shape: &Shape, content: Option<MediaType>| {
        let verbatim = Parameter { shape: shape.verbatim(), content, ..parameter.clone() };
        match parse(&verbatim, siblings, wire) {
            Parsed::Value(texts) => Some(texts),
            _ => None,
        }
    };
    if parameter.content.as_ref().is_some_and(MediaType::is_json) {
        let text = texts(&Shape::default(), MediaType::parse("text/plain").ok());
        let literals = text.as_ref().and_then(Value::as_str).map(NumberLiterals::parse).unwrap_or_default();
        found.add_at(&Pointer::root(), literals.inexact());
        return found;
    }
    let alternatives = parameter.shape.structures();
    let mut all = std::iter::once(&parameter.shape).chain(&alternatives);
    let found = all.find_map(|shape| {
        let texts = texts(shape, parameter.content.clone())?;
        let mut found = InexactNumbers::default();
        add_inexact(value, &texts, &Pointer::root(), &mut found).then_some(found)
    });
    found.unwrap_or_default()
}

/// Adds the numbers of `value`, whose `texts` have the same locations; false where they do not.
fn add_inexact(value: &Value, texts: &Value, at: &Pointer, found: &mut InexactNumbers<'static>) -> bool {
    match (value, texts) {
        (Value::Array(items), Value::Array(texts)) => {
            let mut pairs = items.iter().zip(texts).enumerate();
            items.len() == texts.len()
                && pairs.all(|(index, (item, text))| add_inexact(item, text, &at.join(index), found))
        }
        (Value::Object(members), Value::Object(texts)) => members
            .iter()
            .all(|(name, value)| texts.get(name).is_some_and(|text| add_inexact(value, text, &at.join(name), found))),
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => false,
        (Value::Number(_), Value::String(text)) => {
            found.add_text(at, text);
            true
        }
        _ => true,
    }
}
