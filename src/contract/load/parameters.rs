//! Parameters and response headers as the document declares them (OpenAPI 3.1 §4.8.12, §4.8.21).

use super::build::Builder;
use super::node::Node;
use super::{media, shape};
use crate::contract::{Declared, Operation, Parameter, ParameterIn, Shape, Style};
use crate::http::MediaType;
use crate::problem::Problem;
use crate::suggestion::nearest;

/// Headers that a parameter may not declare (OpenAPI 3.1 §4.8.12.1).
const NOT_PARAMETERS: &[&str] = &["accept", "content-type", "authorization"];

/// The parameters of a path item and one of its operations, the operation's winning.
pub(super) fn read<'d>(builder: &mut Builder<'d>, item: &Node<'d>, operation: &Node<'d>) -> Vec<Parameter> {
    let mut parameters = list(builder, operation);
    for inherited in list(builder, item) {
        if !parameters.iter().any(|held| same(held, &inherited)) {
            parameters.push(inherited);
        }
    }
    parameters
}

/// The headers of a response; `Content-Type` among them is ignored (OpenAPI 3.1 §4.8.17).
pub(super) fn headers<'d>(builder: &mut Builder<'d>, response: &Node<'d>) -> Vec<Parameter> {
    let Some(headers) = response.get("headers").and_then(|node| builder.object(node, "the headers")) else {
        return Vec::new();
    };
    let entries: Vec<_> = headers.members().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect();
    let read = |(name, node)| {
        let node = builder.resolve(node, &format!("the header {name}"))?;
        Some(described(builder, &node, ParameterIn::Header, name))
    };
    entries.into_iter().filter_map(read).collect()
}

/// Brings parameters and the names in the path template together: a name that no parameter declares takes any value, a
/// parameter that the path does not name cannot be sent.
pub(super) fn settle_path(builder: &mut Builder<'_>, operation: &mut Operation) {
    let names = crate::contract::route::names(&operation.path);
    let in_path = |parameter: &Parameter| parameter.place == ParameterIn::Path;
    let unused: Vec<_> = operation.parameters.extract_if(.., |p| in_path(p) && !names.contains(&p.name)).collect();
    for parameter in &unused {
        let message =
            format!("the path {} has no {{{}}}: the parameter cannot be sent", operation.path, parameter.name);
        let near = nearest(&parameter.name, names.iter().map(String::as_str));
        let problem = Problem::new(message).rule("unused-path-parameter").as_warning();
        builder.note(&parameter.anchor, suggest(problem, near));
    }
    for name in names {
        if operation.parameter(ParameterIn::Path, &name).is_none() {
            let message = format!("the path parameter {{{name}}} is not declared: any value will do");
            let near = nearest(&name, unused.iter().map(|parameter| parameter.name.as_str()));
            let problem = Problem::new(message).rule("undeclared-path-parameter").as_warning();
            builder.note(&operation.anchor, suggest(problem, near));
            operation.parameters.push(undeclared(name, operation));
        }
    }
}

fn suggest(problem: Problem, near: Option<&str>) -> Problem {
    near.map(|near| format!("did you mean {near}?")).into_iter().fold(problem, Problem::help)
}

fn undeclared(name: String, operation: &Operation) -> Parameter {
    Parameter {
        name,
        place: ParameterIn::Path,
        required: true,
        style: Style::Simple,
        explode: false,
        allow_reserved: false,
        allow_empty: false,
        shape: Shape::default(),
        schema: None,
        content: None,
        anchor: operation.anchor.clone(),
    }
}

fn list<'d>(builder: &mut Builder<'d>, holder: &Node<'d>) -> Vec<Parameter> {
    let Some(nodes) = holder.get("parameters") else { return Vec::new() };
    if !nodes.value.is_array() {
        builder.error(&nodes, "structure", "expected the parameters as a list");
    }
    let mut parameters: Vec<Parameter> = Vec::new();
    for node in nodes.items() {
        let Some(parameter) = parameter(builder, node) else { continue };
        match parameters.iter().any(|held| same(held, &parameter)) {
            true => {
                let message =
                    format!("{} {} is declared twice: the first counts", parameter.place.word(), parameter.name);
                builder.note(&parameter.anchor, Problem::new(message).rule("duplicate-parameter").as_warning());
            }
            false => parameters.push(parameter),
        }
    }
    parameters
}

fn same(a: &Parameter, b: &Parameter) -> bool {
    let header = a.place == ParameterIn::Header;
    a.place == b.place && (a.name == b.name || header && a.name.eq_ignore_ascii_case(&b.name))
}

fn parameter<'d>(builder: &mut Builder<'d>, node: Node<'d>) -> Option<Parameter> {
    let node = builder.resolve(node, "a parameter")?;
    let Some(name) = node.text("name") else {
        builder.error(&node, "structure", "expected the parameter's `name`");
        return None;
    };
    let place = match node.text("in") {
        Some("path") => ParameterIn::Path,
        Some("query") => ParameterIn::Query,
        Some("header") => ParameterIn::Header,
        Some("cookie") => ParameterIn::Cookie,
        Some("querystring") => {
            builder.warn(
                &node,
                "unsupported-parameter",
                format!("{name} is `in: querystring`, which is not supported: it is not judged"),
            );
            return None;
        }
        other => {
            let got = other.map_or_else(|| "none".to_owned(), |word| format!("{word:?}"));
            builder.error(
                &node,
                "parameter-in",
                format!("expected `in: path`, query, header or cookie for {name}, got {got}"),
            );
            return None;
        }
    };
    let ignored = place == ParameterIn::Header && NOT_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
    let mut parameter = (!ignored).then(|| described(builder, &node, place, name))?;
    if place == ParameterIn::Path && !parameter.required {
        builder.warn(&node, "path-parameter-required", format!("the path parameter {name} must say `required: true`"));
        parameter.required = true;
    }
    Some(parameter)
}

/// What parameters and headers have in common.
fn described<'d>(builder: &mut Builder<'d>, node: &Node<'d>, place: ParameterIn, name: &str) -> Parameter {
    let style = style(builder, node, place);
    let (schema, content) = schema(builder, node);
    Parameter {
        name: name.to_owned(),
        place,
        required: node.flag("required").unwrap_or(false),
        style,
        explode: node.flag("explode").unwrap_or(style.explodes()),
        allow_reserved: node.flag("allowReserved").unwrap_or(false),
        allow_empty: node.flag("allowEmptyValue").unwrap_or(false),
        shape: schema.as_ref().map(|schema| shape::of(builder.refs(), &schema.anchor)).unwrap_or_default(),
        schema,
        content,
        anchor: node.anchor(),
    }
}

/// `style` at `node`, or the default of `place`.
pub(super) fn style(builder: &mut Builder<'_>, node: &Node<'_>, place: ParameterIn) -> Style {
    let default = Style::default_of(place);
    let Some(name) = node.text("style") else { return default };
    Style::parse(name, place, builder.openapi).unwrap_or_else(|| {
        let message =
            format!("expected a style for {} parameters, got {name}; {} is used", place.word(), default.word());
        builder.warn(node, "parameter-style", message);
        default
    })
}

/// The schema by `schema`, or by the one entry of `content`.
fn schema<'d>(builder: &mut Builder<'d>, node: &Node<'d>) -> (Option<Declared>, Option<MediaType>) {
    if let Some(schema) = node.get("schema") {
        return (Some(builder.schema(&schema)), None);
    }
    let Some(content) = node.get("content") else { return (None, None) };
    let first = content.members().next();
    let entry = first.and_then(|(name, node)| media::entry(builder, name, node));
    entry.map_or((None, None), |entry| (entry.schema, Some(entry.media_type)))
}
