//! `xml` of schemas (OpenAPI 3.1 §4.8.26): how XML holds their values. Reading and writing follow the same rule.

use serde_json::Value;

use super::schema::{Applicable, SchemaView};
use super::version::OasVersion;

/// The `xml` of the schemas of one value.
#[derive(Debug, Clone, Copy, Default)]
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
    /// `nodeType` (OpenAPI 3.2) if it is none of these: `text`, `cdata` or `none`.
    pub other_node_type: Option<&'d str>,
}

impl<'d> XmlObject<'d> {
    /// Reads the first `xml` of `schemas`, which apply to the same value.
    pub(crate) fn from_schemas(schemas: &[SchemaView<'d>]) -> Self {
        let Some(xml) = schemas.iter().find_map(|schema| schema.get("xml")) else { return Self::default() };
        let text = |field: &str| xml.get(field).and_then(Value::as_str);
        let says = |field: &str| xml.get(field) == Some(&Value::Bool(true));
        let node_type = text("nodeType");
        Self {
            name: text("name"),
            namespace: text("namespace"),
            prefix: text("prefix"),
            is_attribute: says("attribute") || node_type == Some("attribute"),
            is_wrapped: says("wrapped") || node_type == Some("element"),
            other_node_type: node_type.filter(|node_type| !matches!(*node_type, "attribute" | "element")),
        }
    }
}

/// The schemas that may apply to values of `schema`, through references and compositions.
pub(crate) fn schemas<'d>(schema: &SchemaView<'d>, openapi: OasVersion) -> Vec<SchemaView<'d>> {
    Applicable::possibly(schema, openapi).schemas
}

/// The schemas that may apply to the property `name` of a value of `schemas`.
pub(crate) fn property<'d>(schemas: &[SchemaView<'d>], name: &str, openapi: OasVersion) -> Vec<SchemaView<'d>> {
    let declared = schemas.iter().filter_map(|schema| schema.property(name));
    declared.flat_map(|schema| self::schemas(&schema, openapi)).collect()
}

/// The schemas that may apply to the items of a value of `schemas`.
pub(crate) fn items<'d>(schemas: &[SchemaView<'d>], openapi: OasVersion) -> Vec<SchemaView<'d>> {
    let declared = schemas.iter().filter_map(|schema| schema.below("items"));
    declared.flat_map(|schema| self::schemas(&schema, openapi)).collect()
}
