//! Names of headers are case-insensitive (RFC 9110 §5.1): `request.headers` and `response.headers` have them in lower case, so that an
//! expression looks for the lower case of what it names.

use serde_json::Value;

use super::node::{Node, NodeKind};
use super::operators::Comparison;
use super::value::Operand;

/// The messages that an expression may read.
const MESSAGES: [&str; 2] = ["request", "response"];

/// The same operation, with the names in lower case that it looks for among the headers of a message.
pub(super) fn in_lower_case(kind: NodeKind) -> NodeKind {
    match kind {
        NodeKind::Attribute(of, name) if is_headers(&of) => NodeKind::Attribute(of, name.to_ascii_lowercase()),
        NodeKind::Item(of, key) if is_headers(&of) => NodeKind::Item(of, lowered(key)),
        NodeKind::Pick(of, names) if is_headers(&of) => NodeKind::Pick(of, lowered(names)),
        NodeKind::Compare(name, rest) if matches!(rest.as_slice(), [(Comparison::In | Comparison::NotIn, of), ..] if is_headers(of)) => {
            NodeKind::Compare(lowered(name), rest)
        }
        NodeKind::Filter(filter, mut arguments)
            if filter == "attr" && arguments.positional.first().is_some_and(is_headers) =>
        {
            let names = arguments.positional.split_off(1).into_iter();
            arguments.positional.extend(names.map(|name| *lowered(Box::new(name))));
            NodeKind::Filter(filter, arguments)
        }
        other => other,
    }
}

/// Whether the node is the headers of a message.
fn is_headers(node: &Node) -> bool {
    if let NodeKind::Default(of, _) = &node.kind {
        return is_headers(of);
    }
    let (root, steps) = node.path();
    steps == ["headers"] && matches!(&root.kind, NodeKind::Variable(name) if MESSAGES.contains(&name.as_str()))
}

fn lowered(node: Box<Node>) -> Box<Node> {
    let range = node.range.clone();
    let kind = match node.kind {
        NodeKind::Constant(value) => NodeKind::Constant(lower_case(value)),
        _ => NodeKind::LowerCase(node),
    };
    Box::new(Node { range, kind })
}

/// What names headers, in lower case.
pub(super) fn lowered_operand(names: Operand<'_>) -> Operand<'_> {
    match names {
        Operand::Json(names) => lower_case(names.into_owned()).into(),
        other => other,
    }
}

/// The names in lower case: a string, or a list of strings.
fn lower_case(names: Value) -> Value {
    match names {
        Value::String(name) => Value::String(name.to_ascii_lowercase()),
        Value::Array(names) => names.into_iter().map(lower_case).collect(),
        other => other,
    }
}
