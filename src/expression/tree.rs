//! JSON values whose strings and names may be templates.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::pointer::Pointer;

use super::error::Error;
use super::evaluation::Evaluation;
use super::name::Name;
use super::scope::Scope;
use super::template::Template;

/// A JSON value whose strings and keys may be templates, compiled once.
#[derive(Debug, Clone)]
pub struct Tree(Arc<Branch>);

#[derive(Debug)]
enum Branch {
    /// A value without templates.
    Fixed(Value),
    Text(Template),
    List(Vec<Branch>),
    Object(Vec<Member>),
}

#[derive(Debug)]
struct Member {
    written: String,
    name: Template,
    value: Branch,
}

type Faults = Vec<(Pointer, Error)>;

impl Tree {
    /// Compiles every string and key. Returns all errors, each with the pointer to its string.
    pub fn parse(value: &Value) -> Result<Self, Vec<(Pointer, Error)>> {
        let mut faults = Faults::new();
        let branch = Branch::parse(value, &Pointer::root(), &mut faults);
        if faults.is_empty() { Ok(Self(Arc::new(branch))) } else { Err(faults) }
    }

    /// The names that it reads, each with the pointer to the string that reads it.
    pub fn names(&self) -> Vec<(Pointer, Name)> {
        let mut found = Vec::new();
        self.0.collect_names(&Pointer::root(), &mut found);
        found
    }

    /// Whether it may use random values.
    pub fn is_random(&self) -> bool {
        self.0.is_random()
    }

    /// Whether it is null without any template.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&*self.0, Branch::Fixed(Value::Null))
    }

    /// The pointers to the strings that may use random values.
    pub(crate) fn random(&self) -> Vec<Pointer> {
        let mut found = Vec::new();
        self.0.collect_random(&Pointer::root(), &mut found);
        found
    }

    /// Expands the value. Properties that are `${omit}` are left out; the root is then `None`. If several names expand to the
    /// same, the last one counts, so that a templated name can replace a merged property.
    pub fn expand(&self, scope: &Scope) -> Result<Option<Value>, (Pointer, Error)> {
        Ok(self.value(scope)?.map(Cow::into_owned))
    }

    /// Like `expand`, without copying.
    pub fn value<'v>(&'v self, scope: &'v Scope) -> Result<Option<Cow<'v, Value>>, (Pointer, Error)> {
        self.0.value(&Evaluation::new(scope))
    }
}

impl Branch {
    fn parse(value: &Value, at: &Pointer, faults: &mut Faults) -> Self {
        if is_plain(value) {
            return Self::Fixed(value.clone());
        }
        let branch = match value {
            Value::String(text) => compiled(text, at, faults).map(Self::Text),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Some(Self::List(items.map(|(index, item)| Self::parse(item, &at.join(index), faults)).collect()))
            }
            Value::Object(members) => Some(Self::Object(
                members.iter().filter_map(|(name, value)| Member::parse(name, value, at, faults)).collect(),
            )),
            _ => None,
        };
        match branch {
            Some(branch) if !branch.is_fixed() => branch,
            _ => Self::Fixed(unescaped(value)),
        }
    }

    fn is_fixed(&self) -> bool {
        match self {
            Self::Fixed(_) => true,
            Self::Text(template) => template.literal().is_some(),
            Self::List(items) => items.iter().all(Self::is_fixed),
            Self::Object(members) => {
                members.iter().all(|member| member.name.literal().is_some() && member.value.is_fixed())
            }
        }
    }

    fn collect_names(&self, at: &Pointer, found: &mut Vec<(Pointer, Name)>) {
        let mut add = |template: &Template, at: &Pointer| {
            found.extend(template.names().into_iter().map(|name| (at.clone(), name)));
        };
        match self {
            Self::Fixed(_) => {}
            Self::Text(template) => add(template, at),
            Self::List(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.collect_names(&at.join(index), found));
            }
            Self::Object(members) => members.iter().for_each(|member| {
                let at = at.join(&member.written);
                found.extend(member.name.names().into_iter().map(|name| (at.clone(), name)));
                member.value.collect_names(&at, found);
            }),
        }
    }

    fn collect_random(&self, at: &Pointer, found: &mut Vec<Pointer>) {
        match self {
            Self::Text(template) if template.is_random() => found.push(at.clone()),
            Self::Fixed(_) | Self::Text(_) => {}
            Self::List(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.collect_random(&at.join(index), found));
            }
            Self::Object(members) => members.iter().for_each(|member| {
                // A property with a random name is somewhere in the object.
                if member.name.is_random() {
                    found.push(at.clone());
                }
                member.value.collect_random(&at.join(&member.written), found);
            }),
        }
    }

    fn is_random(&self) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Text(template) => template.is_random(),
            Self::List(items) => items.iter().any(Self::is_random),
            Self::Object(members) => members.iter().any(|member| member.name.is_random() || member.value.is_random()),
        }
    }

    fn value<'v>(&'v self, evaluation: &Evaluation<'v>) -> Result<Option<Cow<'v, Value>>, (Pointer, Error)> {
        match self {
            Self::Fixed(value) => Ok(Some(Cow::Borrowed(value))),
            Self::Text(template) => template.value(evaluation).map_err(|error| (Pointer::root(), error)),
            Self::List(items) => {
                let items = items.iter().enumerate();
                let items = items.filter_map(|(index, item)| {
                    item.owned(evaluation).map_err(|fault| below(index, fault)).transpose()
                });
                items.collect::<Result<_, _>>().map(|items| Some(Cow::Owned(Value::Array(items))))
            }
            Self::Object(members) => {
                let mut expanded = Map::with_capacity(members.len());
                members.iter().try_for_each(|member| {
                    member.expand(evaluation, &mut expanded).map_err(|fault| below(&member.written, fault))
                })?;
                Ok(Some(Cow::Owned(Value::Object(expanded))))
            }
        }
    }
}

impl Branch {
    /// The value; the copy of one that the scope holds takes its memory from the budget.
    fn owned(&self, evaluation: &Evaluation<'_>) -> Result<Option<Value>, (Pointer, Error)> {
        let value = self.value(evaluation)?;
        if let (Self::Text(_), Some(Cow::Borrowed(held))) = (self, &value) {
            evaluation.take_value(held, &(0..0)).map_err(|error| (Pointer::root(), error))?;
        }
        Ok(value.map(Cow::into_owned))
    }
}

impl Member {
    fn parse(written: &str, value: &Value, parent: &Pointer, faults: &mut Faults) -> Option<Self> {
        let at = parent.join(written);
        let name = compiled(written, &at, faults);
        let value = Branch::parse(value, &at, faults);
        Some(Self { written: written.to_owned(), name: name?, value })
    }

    fn expand(&self, evaluation: &Evaluation<'_>, into: &mut Map<String, Value>) -> Result<(), (Pointer, Error)> {
        let name = self.name.text(evaluation).map_err(|error| (Pointer::root(), error))?;
        if let (Some(name), Some(value)) = (name, self.value.owned(evaluation)?) {
            into.insert(name, value);
        }
        Ok(())
    }
}

/// Prepends `token` to the pointer of an error.
fn below(token: impl std::fmt::Display, (tail, error): (Pointer, Error)) -> (Pointer, Error) {
    (Pointer::root().join(token).concat(&tail), error)
}

fn compiled(text: &str, at: &Pointer, faults: &mut Faults) -> Option<Template> {
    Template::parse(text).map_err(|error| faults.push((at.clone(), error))).ok()
}

/// Whether no string in `value` contains `${`, as in most values.
fn is_plain(value: &Value) -> bool {
    let plain = |text: &str| !text.contains("${");
    match value {
        Value::String(text) => plain(text),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => members.iter().all(|(name, value)| plain(name) && is_plain(value)),
        _ => true,
    }
}

/// Replaces `$${` by `${` in a value without templates.
fn unescaped(value: &Value) -> Value {
    let plain = |text: &str| text.replace("$${", "${");
    match value {
        Value::String(text) => Value::from(plain(text)),
        Value::Array(items) => items.iter().map(unescaped).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (plain(name), unescaped(value))).collect(),
        other => other.clone(),
    }
}
