//! What a schema documents about the properties and items of a value, and about the value by other schemas.

use std::sync::Arc;

use fancy_regex::Regex;

use crate::contract::{Anchor, Direction};

use super::discriminator::{Discriminator, SchemaId};

/// One schema of the index. Most describe scalars and have no [`SchemaInfo`], which saves memory.
#[derive(Debug)]
pub(super) struct IndexedSchema {
    /// Its location.
    pub anchor: Anchor,
    /// True if the schema adds no constraint to a free-form object.
    pub is_unrestricted: bool,
    /// True if it may list the names of further properties, which it does not allow.
    pub is_closed: bool,
    /// What it documents; none where that is nothing.
    pub info: Option<Box<SchemaInfo>>,
    /// The schema itself and every schema that applies to the same value.
    pub closure: Box<[SchemaId]>,
}

/// What a schema documents beyond the value of a scalar.
#[derive(Debug)]
pub(super) struct SchemaInfo {
    /// `properties`, sorted by name.
    pub properties: Vec<(String, SchemaId)>,
    /// `patternProperties`; without a regex where the pattern is not supported: it may then cover any name.
    pub patterns: Vec<(Option<Arc<Regex>>, SchemaId)>,
    /// The properties that it requires.
    pub required: Vec<String>,
    /// What applies to all other properties.
    pub others: OtherProperties,
    /// Schemas of items.
    pub items: Vec<SchemaId>,
    /// Schemas that apply to the same value: `$ref`, `allOf`, `if` …
    pub parts: Vec<SchemaId>,
    /// Branches of `anyOf` and `oneOf`.
    pub alternatives: Vec<SchemaId>,
    /// Why it is unknown what it documents, such as a reference that cannot be followed; none where it is known.
    pub opaque: Option<&'static str>,
    /// The direction in which `readOnly` or `writeOnly` excludes it, and the keyword.
    pub excluded_from: Option<(Direction, &'static str)>,
    /// Whether it allows null regardless of other keywords.
    pub allows_null: bool,
    /// How values select their schema.
    pub discriminator: Option<Box<Discriminator>>,
}

/// What a schema says about properties that are in neither `properties` nor `patternProperties`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherProperties {
    /// Nothing.
    Unmentioned,
    /// Any are allowed.
    Allowed,
    /// They must conform to a schema.
    Schema(SchemaId),
}

impl IndexedSchema {
    /// A schema at `anchor` that documents nothing.
    pub(super) fn empty(anchor: Anchor) -> Self {
        Self { anchor, is_unrestricted: false, is_closed: false, info: None, closure: Box::default() }
    }

    /// What it documents.
    pub(super) fn info(&self) -> &SchemaInfo {
        static NOTHING: SchemaInfo = SchemaInfo::nothing();
        self.info.as_deref().unwrap_or(&NOTHING)
    }
}

impl SchemaInfo {
    /// The information of a schema that documents nothing.
    pub(super) const fn nothing() -> Self {
        Self {
            properties: Vec::new(),
            patterns: Vec::new(),
            required: Vec::new(),
            others: OtherProperties::Unmentioned,
            items: Vec::new(),
            parts: Vec::new(),
            alternatives: Vec::new(),
            opaque: None,
            excluded_from: None,
            allows_null: false,
            discriminator: None,
        }
    }

    /// Boxes the information; none if the schema documents nothing.
    pub(super) fn boxed(self) -> Option<Box<Self>> {
        let Self { properties, patterns, others, items, parts, alternatives, .. } = &self;
        let is_nothing = properties.is_empty()
            && patterns.is_empty()
            && *others == OtherProperties::Unmentioned
            && [items, parts, alternatives].iter().all(|ids| ids.is_empty())
            && self.required.is_empty()
            && self.opaque.is_none()
            && self.excluded_from.is_none()
            && !self.allows_null
            && self.discriminator.is_none();
        (!is_nothing).then(|| Box::new(self))
    }

    /// The schemas that apply to the property `name`.
    pub(super) fn property<'s>(&'s self, name: &'s str) -> impl Iterator<Item = SchemaId> + 's {
        let (named, mut matching) = (self.named(name), self.matching(name));
        let other = match self.others {
            OtherProperties::Schema(id) if named.is_none() && matching.next().is_none() => Some(id),
            _ => None,
        };
        named.into_iter().chain(self.matching(name)).chain(other)
    }

    /// Every schema that it applies to values or their contents.
    pub(super) fn used(&self) -> impl Iterator<Item = SchemaId> {
        let others = match self.others {
            OtherProperties::Schema(id) => Some(id),
            _ => None,
        };
        let named = self.properties.iter().map(|(_, id)| id).chain(self.patterns.iter().map(|(_, id)| id));
        named.chain(&self.items).chain(&self.parts).chain(&self.alternatives).copied().chain(others)
    }

    /// Whether any schema applies to the property `name`.
    pub(super) fn has_property(&self, name: &str) -> bool {
        matches!(self.others, OtherProperties::Schema(_))
            || self.named(name).is_some()
            || self.matching(name).next().is_some()
    }

    /// Whether it documents any property.
    pub(super) fn names_properties(&self) -> bool {
        !self.properties.is_empty() || !self.patterns.is_empty() || matches!(self.others, OtherProperties::Schema(_))
    }

    fn named(&self, name: &str) -> Option<SchemaId> {
        let found = self.properties.binary_search_by(|(held, _)| held.as_str().cmp(name));
        found.ok().map(|index| self.properties[index].1)
    }

    fn matching<'s>(&'s self, name: &'s str) -> impl Iterator<Item = SchemaId> + 's {
        let is_match = move |pattern: &Option<Arc<Regex>>| {
            pattern.as_ref().is_some_and(|pattern| pattern.is_match(name).unwrap_or(false))
        };
        self.patterns.iter().filter(move |(pattern, _)| is_match(pattern)).map(|(_, id)| *id)
    }
}
