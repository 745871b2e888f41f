//! Locations in clauses: those of `violates`, with `*` for any index or undeclared key, and `[NAME]` for a branch.

use std::fmt;
use std::sync::Arc;

use crate::contract::{Location, ParameterIn};

use super::token::{BranchName, Name, read_string};

/// A location in the requests of an operation, or in its responses of one status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClauseLocation {
    /// The part of the message.
    pub part: Part,
    /// The way from there to the value. The clauses of one location share it.
    pub steps: Arc<[Step]>,
}

/// A part of a message that has a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// A parameter, by its `in` and its name; names of headers are in lower case.
    Parameter(ParameterIn, Arc<str>),
    /// The body.
    Body,
}

/// A step from a value to a value in it, or to a branch that describes the same value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// To the property of that name.
    Name(Arc<str>),
    /// To any item, or to any property that is not declared by name.
    Any,
    /// To a branch of `oneOf` or `anyOf`: the name of the component that its `$ref` leads to, else its number, counted from 1.
    Branch(Arc<str>),
}

/// `*` in locations.
const ANY: &str = "*";

impl ClauseLocation {
    /// The whole value of `part`.
    pub(crate) fn new(part: Part) -> Self {
        Self { part, steps: Arc::default() }
    }

    /// The location one step further.
    pub(super) fn step(&self, step: Step) -> Self {
        Self { part: self.part.clone(), steps: self.steps.iter().cloned().chain([step]).collect() }
    }

    /// Whether this is the same location as `outer`, or within it.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.part == outer.part && self.steps.starts_with(&outer.steps)
    }

    /// Whether it is in a parameter.
    pub(crate) fn is_parameter(&self) -> bool {
        self.part != Part::Body
    }

    /// Whether its last step is a branch.
    pub(crate) fn is_branch(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Branch(_)))
    }

    /// Whether it includes the location of a value in a message; branches are ignored.
    pub(crate) fn covers(&self, location: &Location) -> bool {
        let (held, name, at) = match location {
            Location::PathParameter(name, at) => (Some(ParameterIn::Path), name.as_str(), at),
            Location::Query(name, at) => (Some(ParameterIn::Query), name.as_str(), at),
            Location::Header(name, at) => (Some(ParameterIn::Header), name.as_str(), at),
            Location::Cookie(name, at) => (Some(ParameterIn::Cookie), name.as_str(), at),
            Location::Body(at) => (None, "", at),
            _ => return false,
        };
        let is_same_part = match &self.part {
            Part::Body => held.is_none(),
            Part::Parameter(own_in, own) => held == Some(*own_in) && **own == *name,
        };
        let mut steps = self.steps.iter().filter(|step| !matches!(step, Step::Branch(_)));
        let mut is_step = |token: &str| match steps.next() {
            Some(Step::Name(own)) => **own == *token,
            step => step == Some(&Step::Any),
        };
        is_same_part && at.tokens().all(|token| is_step(&token)) && steps.next().is_none()
    }
}

impl fmt::Display for ClauseLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Parameter(held, name) => write!(f, "{}/{}", held.word(), Name(name))?,
            Part::Body => f.write_str("body")?,
        }
        self.steps.iter().try_for_each(|step| match step {
            Step::Name(name) => write!(f, "/{}", Name(name)),
            Step::Any => write!(f, "/{ANY}"),
            Step::Branch(name) => write!(f, "[{}]", BranchName(name)),
        })
    }
}

/// Whether `text` begins with a location rather than with a media type.
pub(super) fn is_location(text: &str) -> bool {
    let after_body = text.strip_prefix("body").map(|rest| rest.chars().next());
    let is_body = after_body.is_some_and(|next| next.is_none_or(|c| matches!(c, ' ' | '/' | '[')));
    is_body || parameter_in(text).is_some()
}

fn parameter_in(text: &str) -> Option<(ParameterIn, &str)> {
    let all = [ParameterIn::Path, ParameterIn::Query, ParameterIn::Header, ParameterIn::Cookie];
    all.into_iter().find_map(|held| Some((held, text.strip_prefix(held.word())?.strip_prefix('/')?)))
}

/// The location at the beginning of `text`, and the rest; none where there is no location.
pub(super) fn read(text: &str) -> Option<(ClauseLocation, &str)> {
    let (part, mut rest) = match parameter_in(text) {
        Some((held, rest)) => match read_name(rest)? {
            (Step::Name(name), rest) if held == ParameterIn::Header => {
                (Part::Parameter(held, name.to_lowercase().into()), rest)
            }
            (Step::Name(name), rest) => (Part::Parameter(held, name), rest),
            _ => return None,
        },
        None => (Part::Body, text.strip_prefix("body")?),
    };
    let mut steps = Vec::new();
    loop {
        let (step, further) = match rest.as_bytes().first() {
            Some(b'/') => read_name(&rest[1..])?,
            Some(b'[') => read_branch(&rest[1..])?,
            _ => return Some((ClauseLocation { part, steps: steps.into() }, rest)),
        };
        (rest, _) = (further, steps.push(step));
    }
}

fn read_name(text: &str) -> Option<(Step, &str)> {
    if text.starts_with('"') {
        let (name, rest) = read_string(text)?;
        return Some((Step::Name(name.into()), rest));
    }
    let (name, rest) = text.split_at(text.find(['/', '[', ' ']).unwrap_or(text.len()));
    let escapes_ok = name.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    match name {
        ANY => Some((Step::Any, rest)),
        name if name.is_empty() || name.contains(['*', ']', '=', '"']) || !escapes_ok => None,
        name => Some((Step::Name(name.replace("~1", "/").replace("~0", "~").into()), rest)),
    }
}

fn read_branch(text: &str) -> Option<(Step, &str)> {
    let (name, rest) = match text.starts_with('"') {
        true => read_string(text)?,
        false => text.find(']').map(|end| (text[..end].to_owned(), &text[end..]))?,
    };
    Some((Step::Branch(name.into()), rest.strip_prefix(']')?))
}
