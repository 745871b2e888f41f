//! `content`: the media types of a body, their schemas and examples (OpenAPI 3.1 §4.8.14).

use super::build::Builder;
use super::node::Node;
use crate::contract::{Anchor, MediaTypeObject};
use crate::http::MediaType;

/// The media types that `holder` declares under `content`, in document order.
pub(super) fn content<'d>(builder: &mut Builder<'d>, holder: &Node<'d>) -> Vec<MediaTypeObject> {
    let Some(content) = holder.get("content").and_then(|node| builder.object(node, "the content")) else {
        return Vec::new();
    };
    let entries: Vec<_> = content.members().filter(|(name, _)| !name.starts_with("x-")).collect();
    entries.into_iter().filter_map(|(name, node)| entry(builder, name, node)).collect()
}

/// The entry `name` of a `content` map.
pub(super) fn entry<'d>(builder: &mut Builder<'d>, name: &str, node: Node<'d>) -> Option<MediaTypeObject> {
    let Some(media_type) = MediaType::parse(name) else {
        let message = format!("expected a media type such as application/json, got {name:?}: it is ignored");
        builder.warn(&node, "media-type", message);
        return None;
    };
    let node = builder.resolve(node, &format!("the media type {name}"))?;
    Some(MediaTypeObject {
        media_type,
        schema: node.get("schema").map(|schema| builder.schema(&schema)),
        examples: examples(builder, &node),
        anchor: node.anchor(),
    })
}

fn examples<'d>(builder: &mut Builder<'d>, node: &Node<'d>) -> Vec<(String, Anchor)> {
    let single = node.get("example").map(|example| ("example".to_owned(), example.anchor()));
    let named: Vec<_> = node.get("examples").iter().flat_map(Node::members).collect();
    let named = named.into_iter().filter_map(|(name, example)| {
        let example = builder.leniently(|builder| builder.resolve(example, "an example"))?;
        let value = example.get("value").or_else(|| example.get("dataValue"))?;
        Some((name.to_owned(), value.anchor()))
    });
    single.into_iter().chain(named).collect()
}
