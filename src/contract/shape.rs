//! Types that a parameter's schema declares, to convert its text to a value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Anchor;
use super::keyword::{self, Applies, Keyword};
use super::refs::Refs;
use super::schema::SchemaView;

/// Types that a schema declares, through `$ref`, `allOf`, `oneOf` and `anyOf`.
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
    /// `array` is declared; the shape of its items.
    pub array: Option<Box<Shape>>,
    /// `object` is declared; its properties.
    pub object: Option<Members>,
}

impl Shape {
    /// Reads the shape of the schema at `anchor`.
    pub(super) fn from_schema(refs: Refs<'_>, anchor: &Anchor) -> Self {
        let mut shape = Self::default();
        if let Some(schema) = SchemaView::new(refs, anchor.clone()) {
            Reader { budget: BUDGET }.add(&mut shape, &schema, LEVELS);
        }
        shape
    }

    /// Each declared type alone, if there are several. Arrays of several types are arrays of each of them.
    pub(super) fn alternatives(&self) -> Vec<Self> {
        let items = |array: &Self| match array.alternatives() {
            none if none.is_empty() => vec![array.clone()],
            several => several,
        };
        let array = self.array.iter().flat_map(|array| items(array));
        let mut single: Vec<Self> =
            array.map(|array| Self { array: Some(Box::new(array)), ..Self::default() }).collect();
        let object = self.object.clone().map(|object| Self { object: Some(object), ..Self::default() });
        single.extend(object);
        let primitives = [
            Self { string: self.string, bytes: self.bytes, media: self.media, ..Self::default() },
            Self { number: self.number, ..Self::default() },
            Self { boolean: self.boolean, ..Self::default() },
        ];
        single.extend(primitives.into_iter().filter(Self::is_primitive));
        if single.len() > 1 { single } else { Vec::new() }
    }

    /// The same shape with strings instead of numbers and booleans.
    pub(super) fn verbatim(&self) -> Self {
        let members = |members: &Members| Members {
            named: members.named.iter().map(|(name, shape)| (name.clone(), shape.verbatim())).collect(),
            others: members.others.as_ref().map(|others| Box::new(others.verbatim())),
        };
        Self {
            string: self.is_primitive(),
            array: self.array.as_ref().map(|items| Box::new(items.verbatim())),
            object: self.object.as_ref().map(members),
            ..Self::default()
        }
    }

    /// Whether the string is the text of its part in `multipart/form-data`, also where the media type of the part is JSON.
    pub(super) fn is_verbatim(&self) -> bool {
        self.bytes || self.media
    }

    /// Whether a string, number or boolean is declared.
    pub fn is_primitive(&self) -> bool {
        self.string || self.number || self.boolean
    }
}

/// Whether content of any media type conforms to the schema: it, or an alternative of it, is `format: binary`, any sequence of
/// octets (OpenAPI 3.0 §4.4; for later versions the format registry).
pub(super) fn allows_any_octets(schema: &SchemaView<'_>) -> bool {
    Reader { budget: BUDGET }.allows_any_octets(schema)
}

/// Declared properties of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// The shape of each of `properties`.
    pub named: BTreeMap<String, Shape>,
    /// The shape of other properties; none if no others are allowed.
    pub others: Option<Box<Shape>>,
}

impl Members {
    /// The shape of the property of that name.
    pub fn shape(&self, name: &str) -> Shape {
        self.named.get(name).or(self.others.as_deref()).cloned().unwrap_or_default()
    }
}

/// Maximum number of schemas read for one parameter; beyond, its text stays a string.
const BUDGET: usize = 256;

/// Maximum nesting of arrays and objects in a parameter's text.
const LEVELS: usize = 3;

struct Reader {
    budget: usize,
}

impl Reader {
    /// Adds what `schema` declares to `shape`. The budget bounds the recursion, also through circular references.
    fn add(&mut self, shape: &mut Shape, schema: &SchemaView<'_>, levels: usize) {
        if self.budget == 0 || levels == 0 {
            return;
        }
        self.budget -= 1;
        if let Some(target) = schema.target() {
            self.add(shape, &target, levels);
        }
        for part in composed(schema) {
            self.add(shape, &part, levels);
        }
        types(shape, schema);
        self.items(shape, schema, levels);
        self.properties(shape, schema, levels);
    }

    fn allows_any_octets(&mut self, schema: &SchemaView<'_>) -> bool {
        if self.budget == 0 {
            return false;
        }
        self.budget -= 1;
        is_binary(schema)
            || schema.target().into_iter().chain(composed(schema)).any(|part| self.allows_any_octets(&part))
    }

    fn items(&mut self, shape: &mut Shape, schema: &SchemaView<'_>, levels: usize) {
        if let (Some(items), Some(array)) = (schema.below("items"), &mut shape.array) {
            self.add(array, &items, levels - 1);
        }
    }

    fn properties(&mut self, shape: &mut Shape, schema: &SchemaView<'_>, levels: usize) {
        let Some(members) = &mut shape.object else { return };
        let properties = schema.below("properties");
        for (name, property) in properties.iter().flat_map(SchemaView::members) {
            self.add(members.named.entry(name.to_owned()).or_default(), &property, levels - 1);
        }
        let others = schema.below("additionalProperties").filter(|others| others.value() != &Value::Bool(false));
        if let Some(others) = others {
            self.add(members.others.get_or_insert_default(), &others, levels - 1);
        }
    }
}

/// The schemas that describe the same value: those of `allOf`, `oneOf` and `anyOf`.
fn composed<'d>(schema: &SchemaView<'d>) -> impl Iterator<Item = SchemaView<'d>> {
    let composing = |keyword: &&Keyword| matches!(keyword.applies(), Some(Applies::Always | Applies::Alternatively));
    keyword::applicators().filter(composing).flat_map(|keyword| schema.subschemas(keyword))
}

fn is_binary(schema: &SchemaView<'_>) -> bool {
    schema.text("format") == Some("binary")
}

/// Adds the types in `type`, or the types of the listed values.
fn types(shape: &mut Shape, schema: &SchemaView<'_>) {
    let mut named: Vec<_> = schema.types().collect();
    if named.is_empty() {
        named = implied(schema);
    }
    for name in named {
        match name {
            "string" => {
                shape.string = true;
                shape.bytes |= schema.has("contentEncoding") || is_binary(schema);
                shape.media |= schema.has("contentMediaType");
            }
            "integer" | "number" => shape.number = true,
            "boolean" => shape.boolean = true,
            "array" => drop(shape.array.get_or_insert_default()),
            "object" => drop(shape.object.get_or_insert_with(Members::default)),
            _ => {}
        }
    }
}

fn implied(schema: &SchemaView<'_>) -> Vec<&'static str> {
    let listed = schema.list("enum").into_iter().flatten().chain(schema.get("const"));
    let by_value = listed.map(|value| match value {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    });
    let by_keyword = [("items", "array"), ("properties", "object"), ("additionalProperties", "object")];
    by_value.chain(by_keyword.into_iter().filter(|(keyword, _)| schema.has(keyword)).map(|(_, name)| name)).collect()
}
