//! Reads parameters (OpenAPI 3.1 §4.8.12).

use super::builder::Builder;
use super::content::parameter_fields;
use crate::contract::node::Node;
use crate::contract::{Operation, Parameter, ParameterIn, Shape, Style};
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

/// Headers that are ignored as parameters (OpenAPI 3.1 §4.8.12.1).
const IGNORED_HEADERS: &[&str] = &["accept", "content-type", "authorization"];

/// `in` of a parameter that is the whole query (OpenAPI 3.2 §4.12).
const QUERY_STRING: &str = "querystring";

/// Reads the parameters of a path item and one of its operations; those of the operation take precedence.
pub(super) fn read<'d>(builder: &mut Builder<'d>, item: &Node<'d>, operation: &Node<'d>) -> Vec<Parameter> {
    let mut parameters = list(builder, operation);
    for inherited in list(builder, item) {
        if !parameters.iter().any(|held| same(held, &inherited)) {
            parameters.push(inherited);
        }
    }
    parameters
}

/// Whether a parameter of the path item or the operation describes the whole query.
pub(super) fn has_query_string<'d>(builder: &mut Builder<'d>, holders: [&Node<'d>; 2]) -> bool {
    let lists = holders.into_iter().filter_map(|holder| holder.get("parameters"));
    let nodes: Vec<_> = lists.flat_map(|list| list.items().collect::<Vec<_>>()).collect();
    nodes
        .into_iter()
        .any(|node| builder.resolve(node, "a parameter").is_some_and(|node| node.text("in") == Some(QUERY_STRING)))
}

/// Matches path parameters with the path template: an undeclared name gets a parameter that accepts any value, and a parameter
/// that the path does not contain is dropped, because it cannot be sent.
pub(super) fn match_path_template(builder: &mut Builder<'_>, operation: &mut Operation) {
    let names = crate::contract::route::names(&operation.path);
    let in_path = |parameter: &Parameter| parameter.location == ParameterIn::Path;
    let unused: Vec<_> = operation.parameters.extract_if(.., |p| in_path(p) && !names.contains(&p.name)).collect();
    for parameter in &unused {
        let message =
            format!("the path {} has no {{{}}}: the parameter cannot be sent", operation.path, parameter.name);
        let near = nearest(&parameter.name, names.iter().map(String::as_str));
        let problem = Problem::new(message).rule(rules::UNUSED_PATH_PARAMETER).as_warning();
        builder.note(&parameter.anchor, suggest(problem, near));
    }
    for name in names {
        if operation.parameter(ParameterIn::Path, &name).is_none() {
            let message = format!("the path parameter {{{name}}} is not declared: any value is accepted");
            let near = nearest(&name, unused.iter().map(|parameter| parameter.name.as_str()));
            let problem = Problem::new(message).rule(rules::UNDECLARED_PATH_PARAMETER).as_warning();
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
        location: ParameterIn::Path,
        required: true,
        style: Style::Simple,
        explode: false,
        allow_reserved: false,
        allow_empty: false,
        shape: Shape::default(),
        schema: None,
        content: None,
        examples: Vec::new(),
        anchor: operation.anchor.clone(),
    }
}

fn list<'d>(builder: &mut Builder<'d>, holder: &Node<'d>) -> Vec<Parameter> {
    let Some(nodes) = holder.get("parameters") else { return Vec::new() };
    if !nodes.value.is_array() {
        builder.error(&nodes, rules::STRUCTURE, "expected a list of parameters");
    }
    let mut parameters: Vec<Parameter> = Vec::new();
    for node in nodes.items() {
        let Some(parameter) = parameter(builder, node) else { continue };
        match parameters.iter().any(|held| same(held, &parameter)) {
            true => {
                let message = format!(
                    "the {} parameter {} is declared twice: the first one is used",
                    parameter.location.word(),
                    parameter.name
                );
                builder.note(&parameter.anchor, Problem::new(message).rule(rules::DUPLICATE_PARAMETER).as_warning());
            }
            false => parameters.push(parameter),
        }
    }
    parameters
}

fn same(a: &Parameter, b: &Parameter) -> bool {
    let header = a.location == ParameterIn::Header;
    a.location == b.location && (a.name == b.name || header && a.name.eq_ignore_ascii_case(&b.name))
}

fn parameter<'d>(builder: &mut Builder<'d>, node: Node<'d>) -> Option<Parameter> {
    let node = builder.resolve(node, "a parameter")?;
    let Some(name) = node.text("name") else {
        builder.error(&node, rules::STRUCTURE, "expected the parameter's `name`");
        return None;
    };
    let place = match node.text("in") {
        Some("path") => ParameterIn::Path,
        Some("query") => ParameterIn::Query,
        Some("header") => ParameterIn::Header,
        Some("cookie") => ParameterIn::Cookie,
        Some(QUERY_STRING) => {
            builder.warn(
                &node,
                rules::UNSUPPORTED_PARAMETER,
                format!("{name} is `in: querystring`, which is not supported: the query is not checked"),
            );
            return None;
        }
        other => {
            let got = other.map_or_else(|| "none".to_owned(), |word| format!("{word:?}"));
            builder.error(
                &node,
                rules::PARAMETER_IN,
                format!("expected `in: path`, query, header or cookie for {name}, got {got}"),
            );
            return None;
        }
    };
    let ignored = place == ParameterIn::Header && IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str());
    let mut parameter = (!ignored).then(|| parameter_fields(builder, &node, place, name))?;
    if place == ParameterIn::Path && !parameter.required {
        builder.warn(
            &node,
            rules::PATH_PARAMETER_REQUIRED,
            format!("the path parameter {name} must be `required: true`"),
        );
        parameter.required = true;
    }
    Some(parameter)
}
