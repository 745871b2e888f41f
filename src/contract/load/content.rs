//! `content` and `headers`, which nest in each other: a media type has encodings, these have headers, and a header may have
//! content (OpenAPI 3.1 §4.8.14, §4.8.15, §4.8.21).

use std::sync::OnceLock;

use super::builder::Builder;
use crate::contract::node::Node;
use crate::contract::{Anchor, Declared, Encoding, FieldLayout, MediaTypeObject, Parameter, ParameterIn, Shape, Style};
use crate::http::{MediaType, list_elements};
use crate::rules;

/// Reads the media types in the `content` of `holder`, in document order.
pub(super) fn content<'d>(builder: &mut Builder<'d>, holder: &Node<'d>) -> Vec<MediaTypeObject> {
    let Some(content) = holder.get("content").and_then(|node| builder.object(node, "the content")) else {
        return Vec::new();
    };
    let entries: Vec<_> = content.members().filter(|(name, _)| !name.starts_with("x-")).collect();
    entries.into_iter().filter_map(|(name, node)| entry(builder, name, node)).collect()
}

/// Reads the entry `name` of a `content` map.
fn entry<'d>(builder: &mut Builder<'d>, name: &str, node: Node<'d>) -> Option<MediaTypeObject> {
    let media_type = match MediaType::parse_leniently(name) {
        Ok((media_type, None)) => media_type,
        Ok((media_type, Some(error))) => {
            let message = format!("{name:?} is read as {media_type}, since its parameters are malformed: {error}");
            builder.warn(&node, rules::MEDIA_TYPE, message);
            media_type
        }
        Err(error) => {
            builder.warn(&node, rules::MEDIA_TYPE, format!("{name:?} is not a media type and is ignored: {error}"));
            return None;
        }
    };
    check_range(builder, &node, &media_type);
    let node = builder.resolve(node, &format!("the media type {name}"))?;
    Some(MediaTypeObject {
        name: name.into(),
        media_type,
        schema: node.get("schema").map(|schema| builder.schema(&schema)),
        items: node.get("itemSchema").map(|schema| builder.schema(&schema)),
        encoding: encodings(builder, &node),
        examples: examples(builder, &node),
        allows_any_octets: OnceLock::new(),
        members: OnceLock::new(),
        anchor: node.anchor(),
    })
}

/// Warns of a `*` that is no range: only `*/*` and `TYPE/*` are (RFC 9110 §12.5.1).
fn check_range(builder: &mut Builder<'_>, node: &Node<'_>, media_type: &MediaType) {
    let MediaType { kind, subtype, .. } = media_type;
    let is_range = subtype == "*" && (kind == "*" || !kind.contains('*'));
    if !is_range && format!("{kind}{subtype}").contains('*') {
        let essence = media_type.essence();
        let message = format!(
            "{essence:?} is not a range of media types, which is `*/*` or `TYPE/*`: no other media type matches it"
        );
        builder.warn(node, rules::MEDIA_TYPE, message);
    }
}

fn encodings<'d>(builder: &mut Builder<'d>, node: &Node<'d>) -> Vec<Encoding> {
    let Some(held) = node.get("encoding") else { return Vec::new() };
    let entries: Vec<_> = held.members().filter(|(name, _)| !name.starts_with("x-")).collect();
    entries.into_iter().map(|(name, node)| encoding(builder, name, &node)).collect()
}

fn encoding<'d>(builder: &mut Builder<'d>, name: &str, node: &Node<'d>) -> Encoding {
    let listed = list_elements(node.text("contentType").unwrap_or_default());
    let parse = |text: &str| {
        let warn = |error| {
            builder.warn(node, rules::MEDIA_TYPE, format!("{text:?} is not a media type and is ignored: {error}"))
        };
        MediaType::parse(text).map_err(warn).ok()
    };
    let content: Vec<MediaType> = listed.into_iter().filter_map(parse).collect();
    content.iter().for_each(|media_type| check_range(builder, node, media_type));
    let is_laid_out = ["style", "explode", "allowReserved"].iter().any(|keyword| node.value.get(keyword).is_some());
    let layout = is_laid_out.then(|| {
        let style = style(builder, node, ParameterIn::Query);
        let explode = node.flag("explode").unwrap_or(style.explodes());
        FieldLayout { style, explode, allow_reserved: node.flag("allowReserved").unwrap_or(false) }
    });
    let headers = headers(builder, node);
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

/// Reads the headers of a response or encoding; `Content-Type` is ignored (OpenAPI 3.1 §4.8.17).
pub(super) fn headers<'d>(builder: &mut Builder<'d>, response: &Node<'d>) -> Vec<Parameter> {
    let Some(headers) = response.get("headers").and_then(|node| builder.object(node, "the headers")) else {
        return Vec::new();
    };
    let entries: Vec<_> = headers.members().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect();
    let read = |(name, node)| {
        let node = builder.resolve(node, &format!("the header {name}"))?;
        Some(parameter_fields(builder, &node, ParameterIn::Header, name))
    };
    entries.into_iter().filter_map(read).collect()
}

/// Reads the fields that parameters and headers have in common.
pub(super) fn parameter_fields<'d>(
    builder: &mut Builder<'d>,
    node: &Node<'d>,
    location: ParameterIn,
    name: &str,
) -> Parameter {
    let style = style(builder, node, location);
    let (schema, content) = schema(builder, node);
    Parameter {
        name: name.to_owned(),
        location,
        required: node.flag("required").unwrap_or(false),
        style,
        explode: node.flag("explode").unwrap_or(style.explodes()),
        allow_reserved: node.flag("allowReserved").unwrap_or(false),
        allow_empty: node.flag("allowEmptyValue").unwrap_or(false),
        examples: examples(builder, node),
        shape: schema.as_ref().map(|schema| Shape::from_schema(builder.refs(), &schema.anchor)).unwrap_or_default(),
        schema,
        content,
        anchor: node.anchor(),
    }
}

/// Reads `style`, or returns the default for `location`.
fn style(builder: &mut Builder<'_>, node: &Node<'_>, location: ParameterIn) -> Style {
    let default = Style::default_of(location);
    let Some(name) = node.text("style") else { return default };
    Style::parse(name, location, builder.openapi).unwrap_or_else(|| {
        let message =
            format!("expected a style for {} parameters, got {name}; {} is used", location.word(), default.word());
        builder.warn(node, rules::PARAMETER_STYLE, message);
        default
    })
}

/// Reads the schema from `schema`, or from the only entry of `content`.
fn schema<'d>(builder: &mut Builder<'d>, node: &Node<'d>) -> (Option<Declared>, Option<MediaType>) {
    if let Some(schema) = node.get("schema") {
        return (Some(builder.schema(&schema)), None);
    }
    let Some(content) = node.get("content") else { return (None, None) };
    let first = content.members().next();
    let entry = first.and_then(|(name, node)| entry(builder, name, node));
    entry.map_or((None, None), |entry| (entry.schema, Some(entry.media_type)))
}
