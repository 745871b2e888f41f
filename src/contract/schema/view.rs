//! A typed, read-only view of a schema: its keywords, where its `$ref` leads, its subschemas with their locations.
//!
//! The view borrows the document and copies no value. Everything but the compiled validator reads schemas through it.

use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Keyword, Shape};
use crate::contract::refs::{self, Refs};
use crate::contract::types::{Types, strings};
use crate::contract::version::OasVersion;

/// References that are followed one after another; longer chains lead in a circle.
const MAX_HOPS: usize = 16;

/// A schema in its document.
#[derive(Debug, Clone)]
pub(crate) struct SchemaView<'d> {
    refs: Refs<'d>,
    anchor: Anchor,
    value: &'d Value,
}

impl<'d> SchemaView<'d> {
    /// The schema at `anchor`; none where the files have no such node.
    pub(in crate::contract) fn new(refs: Refs<'d>, anchor: Anchor) -> Option<Self> {
        let value = refs.value(&anchor)?;
        Some(Self { refs, anchor, value })
    }

    /// The location of the schema.
    pub(crate) fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The schema as it is written: an object or a boolean.
    pub(crate) fn value(&self) -> &'d Value {
        self.value
    }

    /// The value of a keyword; none where the version does not have it.
    pub(crate) fn get(&self, keyword: &str) -> Option<&'d Value> {
        self.value.get(keyword).filter(|_| is_effective(keyword, self.refs.openapi))
    }

    /// Whether the schema has the keyword.
    pub(crate) fn has(&self, keyword: &str) -> bool {
        self.get(keyword).is_some()
    }

    /// The string that a keyword has as its value.
    pub(crate) fn text(&self, keyword: &str) -> Option<&'d str> {
        self.get(keyword)?.as_str()
    }

    /// The boolean that a keyword has as its value.
    pub(crate) fn flag(&self, keyword: &str) -> Option<bool> {
        self.get(keyword)?.as_bool()
    }

    /// The number that a keyword has as its value, with the digits of the document.
    pub(crate) fn number(&self, keyword: &str) -> Option<String> {
        let number = self.get(keyword)?.as_number()?;
        let document = &self.refs.documents[self.anchor.document];
        Some(document.inexact_number(&self.location(keyword).pointer).unwrap_or_else(|| number.to_string()))
    }

    /// The list that a keyword has as its value.
    pub(crate) fn list(&self, keyword: &str) -> Option<&'d [Value]> {
        self.get(keyword)?.as_array().map(Vec::as_slice)
    }

    /// The object that a keyword has as its value.
    pub(crate) fn map(&self, keyword: &str) -> Option<&'d Map<String, Value>> {
        self.get(keyword)?.as_object()
    }

    /// Every keyword that the version has and its value, in document order.
    pub(crate) fn keywords(&self) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
        let openapi = self.refs.openapi;
        self.written().filter(move |(name, _)| is_effective(name, openapi))
    }

    /// Every keyword and its value, in document order, also those that the version does not have.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
        self.value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The location of a keyword.
    pub(crate) fn location(&self, keyword: &str) -> Anchor {
        self.anchor.member(keyword)
    }

    /// The names in `type`.
    pub(crate) fn types(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        strings(self.get("type"))
    }

    /// The types that `type` allows, with `nullable` where the version has that keyword; none without `type`.
    pub(crate) fn declared_types(&self, openapi: OasVersion) -> Option<Types> {
        Types::declared(self.value, openapi.is_3_0())
    }

    /// The types that `type` allows, or that `enum`, `const` and the keywords imply for which `is_implying` is true; none if nothing is
    /// declared.
    pub(crate) fn possible_types(&self, is_implying: fn(&Keyword) -> bool) -> Types {
        let containers = |(name, _): (&str, &Value)| {
            let keyword = keyword::find(name).filter(|keyword| keyword.types != Types::ANY && is_implying(keyword));
            keyword.map_or(Types::NONE, |keyword| keyword.types.and(Types::CONTAINERS))
        };
        let implied = || {
            let listed = Types::from_values(self.list("enum").unwrap_or_default());
            let constant = self.get("const").map_or(Types::NONE, Types::from_value);
            self.keywords().map(containers).fold(listed.or(constant), Types::or)
        };
        self.declared_types(self.refs.openapi).unwrap_or_else(implied)
    }

    /// The value of `$ref`.
    pub(crate) fn reference(&self) -> Option<&'d str> {
        refs::reference(self.value)
    }

    /// Whether the schema is nothing but a reference: OpenAPI 3.0 ignores all other keywords next to a `$ref` (§4.7.23).
    pub(crate) fn is_only_reference(&self, openapi: OasVersion) -> bool {
        openapi.is_3_0() && self.reference().is_some()
    }

    /// Where `$ref` leads, be it to no node, else a `$dynamicRef` with only one target; none where it leads to no file of the contract.
    pub(crate) fn target_location(&self) -> Option<Anchor> {
        self.refs.referred(&self.anchor, self.value)
    }

    /// The schema that its reference leads to.
    pub(crate) fn target(&self) -> Option<Self> {
        Self::new(self.refs, self.target_location()?)
    }

    /// The schema, and those that its references lead to, one after another.
    pub(crate) fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), Self::target).take(MAX_HOPS)
    }

    /// The subschema or list that is the value of a keyword.
    pub(crate) fn below(&self, keyword: &str) -> Option<Self> {
        Some(self.child(keyword, self.get(keyword)?))
    }

    /// The schema under `properties` for the property `name`.
    pub(crate) fn property(&self, name: &str) -> Option<Self> {
        let properties = self.below("properties")?;
        Some(properties.child(name, properties.value.get(name)?))
    }

    /// The subschemas of a keyword, in document order.
    pub(crate) fn subschemas(&self, keyword: &Keyword) -> Vec<Self> {
        let Some(held) = self.below(keyword.name) else { return Vec::new() };
        match keyword.shape() {
            Some(Shape::One) => vec![held],
            Some(Shape::OneOrList) if !held.value.is_array() => vec![held],
            Some(Shape::List | Shape::OneOrList) => held.items().collect(),
            Some(Shape::Map) => held.members().map(|(_, schema)| schema).collect(),
            Some(Shape::MapOfSchemasOrNames) => {
                held.members().map(|(_, schema)| schema).filter(|schema| !schema.value.is_array()).collect()
            }
            None => Vec::new(),
        }
    }

    /// The schemas in the list that is the value of a keyword.
    pub(crate) fn branches(&self, keyword: &str) -> Vec<Self> {
        self.below(keyword).map(|held| held.items().collect()).unwrap_or_default()
    }

    /// The location of the schema that a branch applies: that of its target, if it is nothing but a reference, else its own.
    pub(crate) fn branch_anchor(&self) -> Anchor {
        let is_reference = self.value.as_object().is_some_and(|held| held.len() == 1);
        let target = self.target_location().filter(|_| is_reference || self.is_only_reference(self.refs.openapi));
        target.unwrap_or_else(|| self.anchor.clone())
    }

    /// Schemas by name, where this is a map of them.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, '_> {
        self.written().map(|(name, value)| (name, self.child(name, value)))
    }

    fn items(&self) -> impl Iterator<Item = Self> + use<'d, '_> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| self.child(index, value))
    }

    pub(super) fn child(&self, token: impl std::fmt::Display, value: &'d Value) -> Self {
        let anchor = Anchor { document: self.anchor.document, pointer: self.anchor.pointer.join(token) };
        Self { refs: self.refs, anchor, value }
    }
}

fn is_effective(name: &str, openapi: OasVersion) -> bool {
    !openapi.is_3_0() || keyword::find(name).is_none_or(|keyword| keyword.is_effective_in(openapi))
}
