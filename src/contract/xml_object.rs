//! `xml` of schemas (OpenAPI 3.1 §4.8.26, 3.2 §4.26): how XML holds their values. Reading and writing follow the same rule.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::Anchor;
use super::schema::{Applicable, SchemaView};
use super::types::Types;
use super::version::OasVersion;

/// One way to write a value, by the `xml` of a schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct XmlObject<'d> {
    /// `name`: of the element or attribute.
    pub name: Option<&'d str>,
    /// `namespace`: a URI.
    pub namespace: Option<&'d str>,
    /// `prefix` of the namespace.
    pub prefix: Option<&'d str>,
    /// Whether the value is an attribute.
    pub is_attribute: bool,
    /// Whether the items of an array are within an element of its own.
    pub is_wrapped: bool,
    /// Whether the value is the text of the element that it is in: `nodeType: text` or `cdata` (OpenAPI 3.2).
    pub is_text: bool,
    /// A `nodeType` that is not supported: `none` but for arrays, whose default it is.
    pub other_node_type: Option<&'d str>,
}

/// A schema that may apply to a value.
#[derive(Debug, Clone)]
pub(crate) struct XmlSchema<'d> {
    /// The schema.
    pub schema: SchemaView<'d>,
    /// Whether it applies to every value, so not through a branch or condition.
    pub is_certain: bool,
}

impl<'d> XmlSchema<'d> {
    /// The schema, which is only certain if the one that it is part of is.
    pub(crate) fn certain_if(self, is_certain: bool) -> Self {
        Self { is_certain: self.is_certain && is_certain, ..self }
    }
}

impl<'d> XmlObject<'d> {
    fn of(schema: &SchemaView<'d>) -> Option<Self> {
        let xml = schema.get("xml")?;
        let text = |field: &str| xml.get(field).and_then(Value::as_str);
        let says = |field: &str| xml.get(field) == Some(&Value::Bool(true));
        let node_type = text("nodeType");
        // The default next to a reference.
        if node_type == Some("none") && schema.reference().is_some() {
            return None;
        }
        Some(Self {
            name: text("name"),
            namespace: text("namespace"),
            prefix: text("prefix"),
            is_attribute: says("attribute") || node_type == Some("attribute"),
            is_wrapped: says("wrapped") || node_type == Some("element"),
            is_text: matches!(node_type, Some("text" | "cdata")),
            other_node_type: node_type.filter(|node_type| match *node_type {
                "element" | "attribute" | "text" | "cdata" => false,
                _ => !schema.types().eq(["array"]),
            }),
        })
    }

    /// The first of the [`layouts`].
    pub(crate) fn first(schemas: &[XmlSchema<'d>]) -> Self {
        layouts(schemas).first().copied().unwrap_or_default()
    }
}

/// The ways to write a value, by the `xml` of each of its schemas. Without `xml`, or if a branch has none, the default is one of them.
pub(crate) fn layouts<'d>(schemas: &[XmlSchema<'d>]) -> Vec<XmlObject<'d>> {
    let mut found = Vec::new();
    let (mut is_decided, mut is_plain) = (false, false);
    for XmlSchema { schema, is_certain } in schemas {
        match XmlObject::of(schema) {
            Some(xml) => {
                is_decided |= is_certain;
                if !found.contains(&xml) {
                    found.push(xml);
                }
            }
            None => is_plain |= !is_certain && !is_bare_reference(schema),
        }
    }
    if found.is_empty() || (is_plain && !is_decided) {
        found.push(XmlObject::default());
    }
    found
}

/// Whether the value may be the text of the element that it is in.
pub(crate) fn is_text(schemas: &[XmlSchema<'_>]) -> bool {
    layouts(schemas).iter().any(|xml| xml.is_text)
}

/// Why a value that is no property is not supported: it is text of the element that it is in.
pub(crate) fn no_text(schemas: &[XmlSchema<'_>]) -> Option<String> {
    is_text(schemas).then(|| "nodeType text is only supported for properties".to_owned())
}

/// Whether `schema` describes text, so that a whole document may be meant.
pub(crate) fn may_be_document(schema: &SchemaView<'_>, openapi: OasVersion) -> bool {
    let types = types(&schemas(schema, openapi).0);
    !types.and(Types::STRING).is_empty() && types.and(Types::CONTAINERS).is_empty()
}

fn is_bare_reference(schema: &SchemaView<'_>) -> bool {
    schema.reference().is_some() && schema.keywords().count() == 1
}

/// The schemas that may apply to values of `schema`, through references and compositions; and whether these are all.
pub(crate) fn schemas<'d>(schema: &SchemaView<'d>, openapi: OasVersion) -> (Vec<XmlSchema<'d>>, bool) {
    let always = Applicable::always(schema, openapi).schemas;
    let always: HashSet<&Anchor> = always.iter().map(SchemaView::anchor).collect();
    let found = Applicable::possibly(schema, openapi);
    let flagged = |schema: SchemaView<'d>| XmlSchema { is_certain: always.contains(schema.anchor()), schema };
    (found.schemas.into_iter().map(flagged).collect(), found.is_complete)
}

/// The names of the declared properties of a value.
pub(crate) fn properties<'d>(schemas: &[XmlSchema<'d>]) -> BTreeSet<&'d str> {
    schemas.iter().filter_map(|held| held.schema.map("properties")).flatten().map(|(name, _)| &**name).collect()
}

/// The schemas of a property of a value. `matches` says whether a pattern matches a name.
pub(crate) fn property<'d>(
    schemas: &[XmlSchema<'d>],
    name: &str,
    matches: &dyn Fn(&str, &str) -> bool,
) -> Vec<XmlSchema<'d>> {
    let of = |held: &XmlSchema<'d>| {
        let is_certain = held.is_certain;
        let found = held.schema.property_schemas(name, matches).into_iter().filter(|schema| schema.value().is_object());
        found.map(move |schema| XmlSchema { schema, is_certain }).collect::<Vec<_>>()
    };
    schemas.iter().flat_map(of).collect()
}

/// The number of items that have their own schemas.
pub(crate) fn prefix_items(schemas: &[XmlSchema<'_>]) -> usize {
    schemas.iter().map(|held| held.schema.listed_items()).max().unwrap_or_default()
}

/// The schemas of the item at `index` of an array.
pub(crate) fn items<'d>(schemas: &[XmlSchema<'d>], index: usize) -> Vec<XmlSchema<'d>> {
    let of = |held: &XmlSchema<'d>| {
        let is_certain = held.is_certain;
        let found = held.schema.item_schemas(index).map(move |schema| XmlSchema { schema, is_certain });
        found.collect::<Vec<_>>()
    };
    schemas.iter().flat_map(of).collect()
}

/// The types that the schemas declare, or that their keywords imply; none if nothing is declared.
pub(crate) fn types(schemas: &[XmlSchema<'_>]) -> Types {
    schemas.iter().map(|applied| applied.schema.possible_types(|_| true)).fold(Types::NONE, Types::or)
}

/// The name of the component that a schema is, which since OpenAPI 3.2 is the default name of its element (§4.26.3).
pub(crate) fn component(schema: &SchemaView<'_>, openapi: OasVersion) -> Option<String> {
    let pointer = &schema.anchor().pointer;
    let is_component = pointer.parent().is_some_and(|parent| parent.as_str() == "/components/schemas");
    pointer.last().filter(|_| is_component && openapi.is_at_least_3_2())
}
