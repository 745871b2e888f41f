//! Strings that contain `${…}`.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::error::Error;
use super::evaluate::evaluate;
use super::evaluation::Evaluation;
use super::name::Name;
use super::node::{Node, NodeKind};
use super::scope::Scope;
use super::syntax;
use super::value::{Operand, in_text, into_text};

/// The result of expanding a template: a value, or that its property is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Expanded {
    /// The value.
    Value(Value),
    /// `${omit}`: the property is left out.
    Omit,
}

/// A string that contains `${…}`; `$${` is a literal `${`.
#[derive(Debug, Clone)]
pub struct Template {
    parts: Arc<[TemplatePart]>,
}

#[derive(Debug)]
enum TemplatePart {
    Text(String),
    Code {
        /// Offset of the expression in the template.
        offset: usize,
        node: Node,
    },
}

impl TemplatePart {
    /// The name of a part that is a variable alone.
    fn variable(&self) -> Option<&str> {
        match self {
            Self::Code { node: Node { kind: NodeKind::Variable(name), .. }, .. } => Some(name),
            _ => None,
        }
    }
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
                    parts.push(TemplatePart::Text(std::mem::take(&mut literal)));
                }
                parts.push(TemplatePart::Code {
                    offset,
                    node: syntax::parse(code).map_err(|error| error.shifted(offset))?,
                });
                after.get(1..).unwrap_or_default()
            } else {
                literal.push('$');
                from_dollar.get(1..).unwrap_or_default()
            };
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(TemplatePart::Text(literal));
        }
        Ok(Self { parts: parts.into() })
    }

    /// The names that it reads, without functions, sorted.
    pub fn names(&self) -> Vec<Name> {
        Name::merged(self.parts.iter().flat_map(|part| match part {
            TemplatePart::Text(_) => Vec::new(),
            TemplatePart::Code { node, .. } => node.names(),
        }))
    }

    /// Whether it may use random values.
    pub fn is_random(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, TemplatePart::Code { node, .. } if node.is_random()))
    }

    /// Whether it reads the clock by a function.
    pub(crate) fn is_timed(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, TemplatePart::Code { node, .. } if node.is_timed()))
    }

    /// The names of the variables that are alone in a `${name}`.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(TemplatePart::variable)
    }

    /// The values of those variables in a text that the template expands to: what is between its literal parts. None if the text does
    /// not have them, or if nothing separates two expressions.
    pub(crate) fn bind(&self, text: &str) -> Option<Vec<(String, String)>> {
        let (mut bound, mut rest, mut parts) = (Vec::new(), text, self.parts.iter().peekable());
        while let Some(part) = parts.next() {
            if let TemplatePart::Text(literal) = part {
                rest = rest.strip_prefix(&**literal)?;
                continue;
            }
            let length = match parts.peek() {
                Some(TemplatePart::Text(literal)) => rest.find(&**literal)?,
                Some(TemplatePart::Code { .. }) => return None,
                None => rest.len(),
            };
            let (value, after) = rest.split_at(length);
            bound.extend(part.variable().map(|name| (name.to_owned(), value.to_owned())));
            rest = after;
        }
        rest.is_empty().then_some(bound)
    }

    /// Expands the template. A single `${…}` keeps its value's type; anything else becomes a string. Missing names, missing
    /// attributes and comparisons of different types are errors.
    pub fn expand(&self, scope: &Scope) -> Result<Expanded, Error> {
        Ok(self.value(&Evaluation::new(scope))?.map_or(Expanded::Omit, |value| Expanded::Value(value.into_owned())))
    }

    /// Like `expand`, without copying; `None` for `omit`.
    pub(super) fn value<'v>(&'v self, evaluation: &Evaluation<'v>) -> Result<Option<Cow<'v, Value>>, Error> {
        match &*self.parts {
            [TemplatePart::Text(text)] => Ok(Some(Cow::Owned(Value::from(text.as_str())))),
            [TemplatePart::Code { offset, node }] => value(node, *offset, evaluation),
            parts => joined(parts, evaluation).map(|text| Some(Cow::Owned(Value::from(text)))),
        }
    }

    /// Expands to text, for URLs, header values and names: strings without quotes, the rest as JSON; `None` for `omit`.
    pub fn expand_text(&self, scope: &Scope) -> Result<Option<String>, Error> {
        self.text(&Evaluation::new(scope))
    }

    /// Like `expand_text`, but bytes that a function returns stay bytes. `omit` is empty.
    pub(crate) fn expand_bytes(&self, scope: &Scope) -> Result<Vec<u8>, Error> {
        if let [TemplatePart::Code { offset, node }] = &*self.parts
            && let Operand::Bytes(bytes) =
                evaluate(node, &Evaluation::new(scope)).map_err(|fault| fault.error.shifted(*offset))?
        {
            return Ok(bytes);
        }
        Ok(self.expand_text(scope)?.unwrap_or_default().into_bytes())
    }

    /// Like `expand_text`, within an evaluation.
    pub(super) fn text(&self, evaluation: &Evaluation<'_>) -> Result<Option<String>, Error> {
        match self.literal() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Ok(self.value(evaluation)?.map(|value| into_text(value.into_owned()))),
        }
    }

    /// The text of a template without `${…}`.
    pub(super) fn literal(&self) -> Option<&str> {
        match &*self.parts {
            [TemplatePart::Text(text)] => Some(text),
            _ => None,
        }
    }
}

fn value<'v>(node: &'v Node, offset: usize, evaluation: &Evaluation<'v>) -> Result<Option<Cow<'v, Value>>, Error> {
    evaluate(node, evaluation).map(Operand::json).map_err(|fault| fault.error.shifted(offset))
}

fn joined(parts: &[TemplatePart], evaluation: &Evaluation<'_>) -> Result<String, Error> {
    let mut text = String::new();
    for part in parts {
        match part {
            TemplatePart::Text(literal) => text.push_str(literal),
            TemplatePart::Code { offset, node } => {
                let omitted = || {
                    Error { message: "`omit` must be the whole value".to_owned(), range: node.range.clone() }
                        .shifted(*offset)
                };
                let value = value(node, *offset, evaluation)?.ok_or_else(omitted)?;
                evaluation.take_value(&value, &node.range).map_err(|error| error.shifted(*offset))?;
                text.push_str(&in_text(&value));
            }
        }
    }
    Ok(text)
}

/// Length of the expression at the start of `rest`: up to the first `}` outside quotes and nested braces.
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
