//! The schemas that a schema applies to the items and to the properties of a value.

use crate::contract::keyword::{self, Applies, Keyword};

use super::view::SchemaView;

/// The keywords whose subschemas apply like this, in the order in which one replaces the next.
fn keywords(applies: Applies) -> impl Iterator<Item = &'static Keyword> {
    keyword::applicators().filter(move |keyword| keyword.applies() == Some(applies))
}

impl<'d> SchemaView<'d> {
    /// The schemas that may apply to the item at `index`: by position, else those of further items; and `contains`.
    pub(crate) fn item_schemas(&self, index: usize) -> impl Iterator<Item = Self> {
        let some = keywords(Applies::ToSomeItems).flat_map(|keyword| self.subschemas(keyword));
        keywords(Applies::ToItems).find_map(|keyword| self.item_schema(keyword, index)).into_iter().chain(some)
    }

    fn item_schema(&self, keyword: &Keyword, index: usize) -> Option<Self> {
        let held = self.below(keyword.name)?;
        match held.value().as_array() {
            Some(listed) => Some(held.child(index, listed.get(index)?)),
            None => Some(held),
        }
    }

    /// The number of items that have schemas by position.
    pub(crate) fn listed_items(&self) -> usize {
        let lists = keywords(Applies::ToItems).filter_map(|keyword| self.list(keyword.name));
        lists.map(<[_]>::len).max().unwrap_or_default()
    }

    /// The schemas that may apply to the property `name`: by name or pattern, else those of further properties. `matches` says whether
    /// a pattern matches a name.
    pub(crate) fn property_schemas(&self, name: &str, matches: &dyn Fn(&str, &str) -> bool) -> Vec<Self> {
        let mut found: Vec<_> = self.property(name).into_iter().chain(self.pattern_schemas(name, matches)).collect();
        if found.is_empty() {
            found.extend(self.other_property_schema());
        }
        found
    }

    /// The schemas under `patternProperties` whose pattern matches `name`.
    pub(crate) fn pattern_schemas(&self, name: &str, matches: &dyn Fn(&str, &str) -> bool) -> Vec<Self> {
        let Some(patterns) = self.below(PATTERNS) else { return Vec::new() };
        patterns.members().filter(|(pattern, _)| matches(pattern, name)).map(|(_, schema)| schema).collect()
    }

    /// The patterns under `patternProperties`.
    pub(crate) fn name_patterns(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        self.map(PATTERNS).into_iter().flatten().map(|(pattern, _)| pattern.as_str())
    }

    /// The schema of properties that are neither listed nor match a pattern.
    pub(crate) fn other_property_schema(&self) -> Option<Self> {
        keywords(Applies::ToOtherProperties).find_map(|keyword| self.below(keyword.name))
    }
}

const PATTERNS: &str = "patternProperties";
