//! Texts with `${…}` in them.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::error::Error;
use super::evaluate::evaluate;
use super::name::Name;
use super::node::Node;
use super::scope::Scope;
use super::syntax;
use super::value::{Operand, in_text, into_text};

/// The outcome of expanding a template: a value, or the member that holds it is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Expanded {
    /// The value.
    Value(Value),
    /// `${omit}`: the member is dropped.
    Omit,
}

/// A text with `${…}` in it; `$${` stands for a literal `${`.
#[derive(Debug, Clone)]
pub struct Template {
    parts: Arc<[Part]>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Code {
        /// Where the expression's text begins in the template's.
        offset: usize,
        node: Node,
    },
}

impl Template {
    /// Compiles a template. The error's range is in `text`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some(dollar) = rest.find('$') {
            let (before, from_dollar) = rest.split_at(dollar);
            literal.push_str(before);
            rest = if let Some(after) = from_dollar.strip_prefix("$${") {
                literal.push_str("${");
                after
            } else if let Some(after) = from_dollar.strip_prefix("${") {
                let offset = text.len() - after.len();
                let length = code_length(after).ok_or_else(|| unclosed(offset - 2, text))?;
                let (code, after) = after.split_at(length);
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Code { offset, node: syntax::parse(code).map_err(|error| error.shifted(offset))? });
                after.get(1..).unwrap_or_default()
            } else {
                literal.push('$');
                from_dollar.get(1..).unwrap_or_default()
            };
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts: parts.into() })
    }

    /// The names it reads, functions left out, sorted.
    pub fn names(&self) -> Vec<Name> {
        Name::merged(self.parts.iter().flat_map(|part| match part {
            Part::Text(_) => Vec::new(),
            Part::Code { node, .. } => node.names(),
        }))
    }

    /// Whether it may ask for random values.
    pub fn is_random(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Code { node, .. } if node.is_random()))
    }

    /// One whole `${…}` keeps its value's type; anything else becomes a string. A missing name, a missing attribute and a
    /// comparison of different types are errors.
    pub fn expand(&self, scope: &Scope) -> Result<Expanded, Error> {
        Ok(self.value(scope)?.map_or(Expanded::Omit, |value| Expanded::Value(value.into_owned())))
    }

    /// The same for those who need not keep it; none for `omit`.
    pub(super) fn value<'v>(&'v self, scope: &'v Scope) -> Result<Option<Cow<'v, Value>>, Error> {
        match &*self.parts {
            [Part::Text(text)] => Ok(Some(Cow::Owned(Value::from(text.as_str())))),
            [Part::Code { offset, node }] => value(node, *offset, scope),
            parts => joined(parts, scope).map(|text| Some(Cow::Owned(Value::from(text)))),
        }
    }

    /// Expands to text, for URLs, header values and names: scalars as JSON writes them, strings bare; `None` for `omit`.
    pub fn expand_text(&self, scope: &Scope) -> Result<Option<String>, Error> {
        match self.literal() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Ok(self.value(scope)?.map(|value| into_text(value.into_owned()))),
        }
    }

    /// The text of a template without `${…}`.
    pub(super) fn literal(&self) -> Option<&str> {
        match &*self.parts {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }
}

fn value<'v>(node: &'v Node, offset: usize, scope: &'v Scope) -> Result<Option<Cow<'v, Value>>, Error> {
    evaluate(node, scope).map(Operand::json).map_err(|fault| fault.error.shifted(offset))
}

fn joined(parts: &[Part], scope: &Scope) -> Result<String, Error> {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Code { offset, node } => {
                let omitted = || {
                    Error { message: "`omit` must be the whole value".to_owned(), range: node.range.clone() }
                        .shifted(*offset)
                };
                text.push_str(&in_text(&*value(node, *offset, scope)?.ok_or_else(omitted)?));
            }
        }
    }
    Ok(text)
}

/// The length of the expression at the start of `rest`: up to the first `}` outside quotes and nested braces.
fn code_length(rest: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, character) in rest.char_indices() {
        match (quote, character) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn unclosed(start: usize, text: &str) -> Error {
    Error { message: "`${` is not closed by `}`; write `$${` for a literal `${`".to_owned(), range: start..text.len() }
}
