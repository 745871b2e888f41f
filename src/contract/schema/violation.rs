//! An error of the schema library in the terms of the contract: which keyword of which document, at which location of the value.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::contract::Anchor;
use crate::pointer::Pointer;

use super::resources::Resources;
use super::{custom, inexact_bound, undecided, workarounds};

/// A keyword that a value violates.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    /// The keyword.
    pub keyword: String,
    /// The location in the value.
    pub at: Pointer,
    /// The location in the contract.
    pub anchor: Anchor,
    /// What the keyword alone does not state.
    pub detail: Detail,
    /// What unevaluated properties and items violate of the schema for them.
    pub inner: Vec<Violation>,
}

/// What some keywords add to a violation.
#[derive(Debug, Clone)]
pub(super) enum Detail {
    /// The value at the location is wrong.
    Value,
    /// A property is missing.
    Missing(String),
    /// Properties are not allowed.
    Unexpected(Vec<String>),
    /// The name of a property is not allowed: it violates this keyword at this location.
    Name(String, String, Anchor),
    /// That many items are not allowed.
    Items(usize),
    /// The value matches no branch of `oneOf` or `anyOf`; the violations of each.
    Branches(Vec<Vec<Violation>>),
    /// The value matches several branches of a `oneOf`: how many, of how many.
    Several(usize, usize),
    /// The keyword was not checked; why.
    NotChecked(String),
}

impl Violation {
    /// Converts an error about a value that is wrapped as the property of an object. `root` is the location of the schema, for the
    /// rare error without a location.
    pub(super) fn read(error: ValidationError<'_>, resources: &Resources, root: &Anchor) -> Self {
        let anchor = match error.absolute_keyword_location() {
            Some(uri) => resources.anchor(uri.as_str()),
            None => resources.alone(error.schema_path().as_str()),
        };
        let anchor = anchor.map_or_else(|| root.clone(), |anchor| whole_keyword(error.kind(), anchor));
        let at = unwrapped(error.instance_path().as_str());
        let keyword = keyword(error.kind(), &anchor);
        let parts = error.into_parts();
        Self { keyword, at, detail: detail(parts.kind, resources, root), anchor, inner: Vec::new() }
    }
}

impl Violation {
    /// The number of violations that it consists of: itself, and those of its branches.
    pub(super) fn count(&self) -> usize {
        let branches = match &self.detail {
            Detail::Branches(branches) => branches.iter().flatten().map(Self::count).sum(),
            _ => 0,
        };
        1 + branches + self.inner.iter().map(Self::count).sum::<usize>()
    }

    /// The number of unevaluated items that it is about.
    pub(super) fn items(&self) -> usize {
        match self.detail {
            Detail::Items(count) => count,
            _ => 0,
        }
    }

    /// Changes locations in the value at `at` to those in the value around it.
    pub(super) fn moved_to(&mut self, at: &Pointer) {
        self.at = at.concat(&self.at);
        self.inner.iter_mut().for_each(|inner| inner.moved_to(at));
        if let Detail::Branches(branches) = &mut self.detail {
            branches.iter_mut().flatten().for_each(|inner| inner.moved_to(at));
        }
    }
}

/// The location of the violated keyword, where the library reports a part of it (`dependentRequired`) or the bound next to it
/// (`exclusiveMinimum: true`).
fn whole_keyword(kind: &Kind, anchor: Anchor) -> Anchor {
    let parent = anchor.parent();
    let is_within =
        parent.pointer.last().is_some_and(|keyword| keyword == "dependentRequired" || keyword == "dependencies");
    match kind {
        Kind::ExclusiveMinimum { .. } => parent.member("exclusiveMinimum"),
        Kind::ExclusiveMaximum { .. } => parent.member("exclusiveMaximum"),
        _ if is_within => parent,
        other if let Some(bound) = inexact_bound::replaced(other.keyword()) => parent.member(bound),
        _ => anchor,
    }
}

fn keyword(kind: &Kind, anchor: &Anchor) -> String {
    let written = anchor.pointer.last().unwrap_or_default();
    match kind {
        Kind::Required { .. } if written.starts_with("depend") => written,
        Kind::PropertyNames { .. } => "propertyNames".to_owned(),
        Kind::FalseSchema => "false".to_owned(),
        other if other.keyword() == workarounds::OMITTED_PATTERN => "patternProperties".to_owned(),
        other => {
            let name = other.keyword();
            inexact_bound::replaced(name).or_else(|| undecided::reported(name)).unwrap_or(name).to_owned()
        }
    }
}

fn detail(kind: Kind, resources: &Resources, root: &Anchor) -> Detail {
    let branches = |context: Vec<Vec<ValidationError<'static>>>| -> Vec<Vec<Violation>> {
        let read = |error| Violation::read(error, resources, root);
        context.into_iter().map(|branch| branch.into_iter().map(read).collect()).collect()
    };
    match kind {
        Kind::Required { property } => Detail::Missing(name(&property)),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            Detail::Unexpected(unexpected)
        }
        Kind::PropertyNames { error } => {
            let named = name(error.instance());
            let Violation { keyword, anchor, .. } = Violation::read(*error, resources, root);
            Detail::Name(named, keyword, anchor)
        }
        Kind::UnevaluatedItems { unexpected } => Detail::Items(unexpected.len()),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => Detail::Branches(branches(context)),
        Kind::OneOfMultipleValid { context } => {
            Detail::Several(context.iter().filter(|branch| branch.is_empty()).count(), context.len())
        }
        Kind::BacktrackLimitExceeded { .. } => Detail::NotChecked("matching the pattern takes too long".to_owned()),
        Kind::RegexEngineFailure { message } => Detail::NotChecked(message),
        Kind::Custom { message, .. } => custom::reason(message).map_or(Detail::Value, Detail::NotChecked),
        Kind::Referencing(error) => Detail::NotChecked(error.to_string()),
        _ => Detail::Value,
    }
}

fn name(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The location in the value of a location in its wrapper.
fn unwrapped(path: &str) -> Pointer {
    let inner = path.get(1..).and_then(|rest| rest.find('/').map(|cut| &rest[cut..]));
    inner.and_then(Pointer::parse).unwrap_or_default()
}
