//! The schemas directly within a schema.

use serde_json::Value;

use crate::contract::keyword::{self, Keyword, Shape};
use crate::contract::node::Node;
use crate::contract::refs::REF;

/// Adds the subschemas of `node` that contain references or schemas to `found`.
pub(super) fn subschemas<'d>(node: &Node<'d>, found: &mut Vec<Node<'d>>) {
    for (keyword, value) in node.value.as_object().into_iter().flatten() {
        let Some(shape) = keyword::find(keyword).and_then(Keyword::shape) else { continue };
        let held = Node { document: node.document, pointer: node.pointer.join(keyword), value };
        match (shape, value) {
            (Shape::One | Shape::OneOrList, Value::Object(_)) => found.push(held),
            (Shape::List | Shape::OneOrList, Value::Array(_)) => {
                found.extend(held.items().filter(|child| has_content(child.value)));
            }
            (Shape::Map, Value::Object(members)) => {
                let children = members.iter().filter(|(_, child)| has_content(child));
                found.extend(children.map(|(name, value)| held.child(name, value)));
            }
            _ => {}
        }
    }
}

/// Whether a schema may contain a reference or another schema; most leaf schemas do not, and skipping them is faster.
fn has_content(schema: &Value) -> bool {
    let mut members = schema.as_object().into_iter().flatten();
    members.any(|(name, value)| name == REF || value.is_object() || value.is_array())
}
