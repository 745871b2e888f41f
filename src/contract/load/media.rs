//! `content`: the media types of a body, their schemas and examples (OpenAPI 3.1 §4.8.14).

use super::build::Builder;
use super::node::Node;
use super::parameters;
use crate::contract::{Anchor, Encoding, FieldLayout, MediaTypeObject, ParameterIn};
use crate::http::{MediaType, list_elements};

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
    let media_type = match MediaType::parse(name) {
        Ok(media_type) => media_type,
        Err(error) => {
            builder.warn(&node, "media-type", format!("{name:?} is not a media type and is ignored: {error}"));
            return None;
        }
    };
    let node = builder.resolve(node, &format!("the media type {name}"))?;
    Some(MediaTypeObject {
        name: name.into(),
        media_type,
        schema: node.get("schema").map(|schema| builder.schema(&schema)),
        items: node.get("itemSchema").map(|schema| builder.schema(&schema)),
        encoding: encodings(builder, &node),
        examples: examples(builder, &node),
        anchor: node.anchor(),
    })
}

fn encodings<'d>(builder: &mut Builder<'d>, node: &Node<'d>) -> Vec<Encoding> {
    let Some(held) = node.get("encoding") else { return Vec::new() };
    let entries: Vec<_> = held.members().filter(|(name, _)| !name.starts_with("x-")).collect();
    entries.into_iter().map(|(name, node)| encoding(builder, name, &node)).collect()
}

fn encoding<'d>(builder: &mut Builder<'d>, name: &str, node: &Node<'d>) -> Encoding {
    let listed = list_elements(node.text("contentType").unwrap_or_default());
    let parse = |text: &str| {
        let warn =
            |error| builder.warn(node, "media-type", format!("{text:?} is not a media type and is ignored: {error}"));
        MediaType::parse(text).map_err(warn).ok()
    };
    let content = listed.into_iter().filter_map(parse).collect();
    let is_laid_out = ["style", "explode", "allowReserved"].iter().any(|keyword| node.value.get(keyword).is_some());
    let layout = is_laid_out.then(|| {
        let style = parameters::style(builder, node, ParameterIn::Query);
        let explode = node.flag("explode").unwrap_or(style.explodes());
        FieldLayout { style, explode, allow_reserved: node.flag("allowReserved").unwrap_or(false) }
    });
    let headers = parameters::headers(builder, node);
    Encoding { name: name.to_owned(), content, layout, headers, anchor: node.anchor() }
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
