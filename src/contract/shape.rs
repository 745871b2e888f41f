//! Types that a parameter's schema declares, to convert its text to a value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Anchor;
use super::keyword::{self, Applies};
use super::refs::Refs;
use super::schema::{Applicable, NamePattern, SchemaView};
use super::types::Types;
use super::version::OasVersion;

/// Types that the schemas declare which may apply to a value: through references, compositions and conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// `string` is declared.
    pub string: bool,
    /// The string is declared as bytes: `format: binary`, or `contentEncoding`.
    pub bytes: bool,
    /// The string has a media type: `contentMediaType`.
    pub media: bool,
    /// `integer` or `number` is declared.
    pub number: bool,
    /// `boolean` is declared.
    pub boolean: bool,
    /// `array` is declared; the shapes of its items.
    pub array: Option<Box<Items>>,
    /// `object` is declared; its properties.
    pub object: Option<Members>,
    /// More schemas may apply, here or to what it holds: they are too many, or a reference cannot be followed.
    pub is_incomplete: bool,
}

/// Declared items of an array.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    /// The shapes of the first items, by position.
    pub first: Vec<Shape>,
    /// The shape of the items after them.
    pub others: Shape,
}

/// Declared properties of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// The shape of each of `properties`.
    pub named: BTreeMap<String, Shape>,
    /// The shapes of the properties whose names match a pattern.
    pub(super) patterns: Vec<(NamePattern, Shape)>,
    /// The shape of other properties; none if no others are allowed.
    pub others: Option<Box<Shape>>,
}

impl Shape {
    /// Reads the shape of the schema at `anchor`.
    pub(super) fn from_schema(refs: Refs<'_>, anchor: &Anchor) -> Self {
        let schema = SchemaView::new(refs, anchor.clone());
        Reader { openapi: refs.openapi, budget: BUDGET }.shape(schema.into_iter().collect(), LEVELS)
    }

    /// An array, an object and a value that is neither, each alone, if several of them are declared.
    pub(super) fn structures(&self) -> Vec<Self> {
        let array = self.array.clone().map(|array| Self { array: Some(array), ..Self::default() });
        let object = self.object.clone().map(|object| Self { object: Some(object), ..Self::default() });
        let scalar = Self { array: None, object: None, ..self.clone() };
        let scalar = Some(scalar).filter(Self::is_primitive);
        let several: Vec<Self> = [array, object, scalar].into_iter().flatten().collect();
        if several.len() > 1 { several } else { Vec::new() }
    }

    /// Each declared primitive type alone, if there are several.
    pub(super) fn primitives(&self) -> Vec<Self> {
        let single = [
            Self { string: self.string, bytes: self.bytes, media: self.media, ..Self::default() },
            Self { number: self.number, ..Self::default() },
            Self { boolean: self.boolean, ..Self::default() },
        ];
        let several: Vec<Self> = single.into_iter().filter(Self::is_primitive).collect();
        if several.len() > 1 { several } else { Vec::new() }
    }

    /// Whether a text may be read as values of several types.
    pub(super) fn is_ambiguous(&self) -> bool {
        let types = [self.string, self.number, self.boolean, self.array.is_some(), self.object.is_some()];
        let is_ambiguous_within = || {
            let items = self.array.iter().flat_map(|items| items.all());
            items.chain(self.object.iter().flat_map(Members::all)).any(Self::is_ambiguous)
        };
        types.into_iter().filter(|is_declared| *is_declared).count() > 1
            || self.object.as_ref().is_some_and(|members| !members.patterns.is_empty())
            || is_ambiguous_within()
    }

    /// Whether the item or property `token` may be an array or an object; without a token, whether any of them may.
    pub(super) fn is_nested(&self, token: Option<&str>) -> bool {
        let is_structured = |shape: &Self| shape.array.is_some() || shape.object.is_some();
        let items = self.array.iter().any(|items| match token.map(str::parse) {
            Some(Ok(index)) => is_structured(items.shape(index)),
            Some(Err(_)) => false,
            None => items.all().any(is_structured),
        });
        let properties = self.object.iter().any(|members| match token {
            Some(name) => is_structured(&members.shape(name)),
            None => members.all().any(is_structured),
        });
        items || properties
    }

    /// The same shape with strings instead of numbers and booleans.
    pub(super) fn verbatim(&self) -> Self {
        let items = |items: &Items| Items {
            first: items.first.iter().map(Self::verbatim).collect(),
            others: items.others.verbatim(),
        };
        let members = |members: &Members| Members {
            named: members.named.iter().map(|(name, shape)| (name.clone(), shape.verbatim())).collect(),
            patterns: members.patterns.iter().map(|(name, shape)| (name.clone(), shape.verbatim())).collect(),
            others: members.others.as_ref().map(|others| Box::new(others.verbatim())),
        };
        Self {
            string: self.is_primitive(),
            array: self.array.as_ref().map(|held| Box::new(items(held))),
            object: self.object.as_ref().map(members),
            ..Self::default()
        }
    }

    /// Whether the string is the text of its part in `multipart/form-data`, also where the media type of the part is JSON.
    pub(super) fn is_verbatim(&self) -> bool {
        self.bytes || self.media
    }

    /// Whether no type is declared.
    fn is_untyped(&self) -> bool {
        !self.is_primitive() && self.array.is_none() && self.object.is_none()
    }

    /// Whether a string, number or boolean is declared.
    pub fn is_primitive(&self) -> bool {
        self.string || self.number || self.boolean
    }

    /// Adds the types of a schema, or the types that its keywords imply.
    fn add_types(&mut self, schema: &SchemaView<'_>) {
        // A text conforms to a limit of arrays or objects; a schema for what they hold describes one.
        let types = schema.possible_types(|keyword| keyword.applies().is_some_and(Applies::is_within));
        let has = |wanted: Types| !types.and(wanted).is_empty();
        if has(Types::STRING) {
            self.string = true;
            self.bytes |= schema.has("contentEncoding") || is_binary(schema);
            self.media |= schema.has("contentMediaType");
        }
        self.number |= has(Types::NUMBER);
        self.boolean |= has(Types::BOOLEAN);
        if has(Types::ARRAY) {
            self.array.get_or_insert_default();
        }
        if has(Types::OBJECT) {
            self.object.get_or_insert_default();
        }
    }

    /// Adds the types of `other`.
    fn add(&mut self, other: &Self) {
        self.string |= other.string;
        self.bytes |= other.bytes;
        self.media |= other.media;
        self.number |= other.number;
        self.boolean |= other.boolean;
        self.is_incomplete |= other.is_incomplete;
        if let Some(items) = &other.array {
            let own = self.array.get_or_insert_default();
            let count = own.first.len().max(items.first.len());
            let sum = |index| sum([own.shape(index), items.shape(index)].into_iter());
            **own = Items { first: (0..count).map(sum).collect(), others: sum(count) };
        }
        if let Some(members) = &other.object {
            let own = self.object.get_or_insert_default();
            members.named.iter().for_each(|(name, shape)| own.named.entry(name.clone()).or_default().add(shape));
            own.patterns.extend(members.patterns.iter().cloned());
            members.others.iter().for_each(|others| own.others.get_or_insert_default().add(others));
        }
    }
}

fn sum<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Shape {
    shapes.fold(Shape::default(), |mut all, shape| {
        all.add(shape);
        all
    })
}

impl Items {
    /// The shape of the item at `index`.
    pub fn shape(&self, index: usize) -> &Shape {
        self.first.get(index).unwrap_or(&self.others)
    }

    /// The shape of every item.
    pub(super) fn all(&self) -> impl Iterator<Item = &Shape> {
        self.first.iter().chain([&self.others])
    }
}

impl Members {
    /// The shape of the property of that name.
    pub fn shape(&self, name: &str) -> Shape {
        if let Some(named) = self.named.get(name) {
            return named.clone();
        }
        sum(self.matching(name).chain(self.others.as_deref()))
    }

    /// Whether the name or a pattern of its name is declared.
    pub fn declares(&self, name: &str) -> bool {
        self.named.contains_key(name) || self.matching(name).next().is_some()
    }

    /// Whether any other name is allowed by what is declared, or by the lack of it.
    pub fn is_open(&self) -> bool {
        self.others.is_some() || self.named.is_empty() && self.patterns.is_empty()
    }

    fn matching(&self, name: &str) -> impl Iterator<Item = &Shape> {
        self.patterns.iter().filter(move |(pattern, _)| pattern.matches(name)).map(|(_, shape)| shape)
    }

    /// The shapes of the properties that are not named.
    pub(super) fn undeclared(&self) -> impl Iterator<Item = &Shape> {
        self.patterns.iter().map(|(_, shape)| shape).chain(self.others.as_deref())
    }

    fn all(&self) -> impl Iterator<Item = &Shape> {
        self.named.values().chain(self.undeclared())
    }
}

/// Whether content of any media type conforms to the schema: it, or an alternative of it, is `format: binary`, any sequence of
/// octets (OpenAPI 3.0 §4.4; for later versions the format registry).
pub(super) fn allows_any_octets(schema: &SchemaView<'_>, openapi: OasVersion) -> bool {
    Applicable::alternatively(schema, openapi).schemas.iter().any(is_binary)
}

/// Maximum number of schemas that are read for one shape.
const BUDGET: usize = 10_000;

/// Maximum nesting of arrays and objects in a parameter's text.
const LEVELS: usize = 3;

struct Reader {
    openapi: OasVersion,
    budget: usize,
}

impl Reader {
    /// The shape of a value that the `declared` schemas may apply to.
    fn shape(&mut self, declared: Vec<SchemaView<'_>>, levels: usize) -> Shape {
        let mut shape = Shape::default();
        if levels == 0 {
            return shape;
        }
        let mut schemas = Vec::new();
        for schema in declared {
            if self.is_spent(1) {
                return Shape { is_incomplete: true, ..Shape::default() };
            }
            let found = Applicable::possibly(&schema, self.openapi);
            self.budget = self.budget.saturating_sub(found.schemas.len());
            shape.is_incomplete |= !found.is_complete;
            schemas.extend(found.schemas);
        }
        schemas.iter().for_each(|schema| shape.add_types(schema));
        let is_negated = |schema: &SchemaView<'_>| {
            let keywords = keyword::applicators().filter(|keyword| keyword.applies() == Some(Applies::Negated));
            keywords.into_iter().any(|keyword| schema.has(keyword.name))
        };
        if shape.is_untyped() && schemas.iter().any(is_negated) {
            // Which types remain is not known.
            (shape.string, shape.number, shape.boolean) = (true, true, true);
        }
        if let Some(items) = &mut shape.array {
            **items = self.items(&schemas, levels - 1);
        }
        if let Some(members) = &mut shape.object {
            *members = self.members(&schemas, levels - 1);
        }
        let is_incomplete = |within: &Shape| within.is_incomplete;
        shape.is_incomplete |= shape.array.iter().flat_map(|items| items.all()).any(is_incomplete)
            || shape.object.iter().flat_map(Members::all).any(is_incomplete);
        shape
    }

    /// Whether reading so many schemas would exceed the budget, from which they are taken.
    fn is_spent(&mut self, schemas: usize) -> bool {
        let is_spent = self.budget < schemas;
        self.budget = self.budget.saturating_sub(schemas);
        is_spent
    }

    fn items(&mut self, schemas: &[SchemaView<'_>], levels: usize) -> Items {
        let mut item = |index| match self.is_spent(schemas.len()) {
            true => Shape { is_incomplete: true, ..Shape::default() },
            false => self.shape(schemas.iter().flat_map(|schema| schema.item_schemas(index)).collect(), levels),
        };
        let count = schemas.iter().map(SchemaView::listed_items).max().unwrap_or_default();
        Items { first: (0..count).map(&mut item).collect(), others: item(count) }
    }

    fn members(&mut self, schemas: &[SchemaView<'_>], levels: usize) -> Members {
        let patterns = schemas.iter().flat_map(SchemaView::name_patterns).collect::<BTreeSet<_>>();
        let patterns: Vec<_> = patterns.into_iter().map(NamePattern::new).collect();
        let matches = |pattern: &str, name: &str| {
            patterns.iter().find(|held| held.source() == pattern).is_some_and(|pattern| pattern.matches(name))
        };
        let names: BTreeSet<&str> =
            schemas.iter().filter_map(|schema| schema.map("properties")).flatten().map(|(name, _)| &**name).collect();
        let mut named = BTreeMap::new();
        for name in names {
            let shape = match self.is_spent(schemas.len()) {
                true => Shape { is_incomplete: true, ..Shape::default() },
                false => {
                    let declared = schemas.iter().flat_map(|schema| schema.property_schemas(name, &matches));
                    self.shape(declared.collect(), levels)
                }
            };
            named.insert(name.to_owned(), shape);
        }
        let mut of_pattern = |pattern: &NamePattern| {
            let is_same = |held: &str, _: &str| held == pattern.source();
            let matching = schemas.iter().flat_map(|schema| schema.pattern_schemas("", &is_same));
            self.shape(matching.collect(), levels)
        };
        let shapes: Vec<_> = patterns.iter().map(&mut of_pattern).collect();
        let others = schemas.iter().filter_map(SchemaView::other_property_schema);
        let others: Vec<_> = others.filter(|others| others.value() != &Value::Bool(false)).collect();
        let others = (!others.is_empty()).then(|| Box::new(self.shape(others, levels)));
        Members { named, patterns: patterns.into_iter().zip(shapes).collect(), others }
    }
}

fn is_binary(schema: &SchemaView<'_>) -> bool {
    schema.text("format") == Some("binary")
}
