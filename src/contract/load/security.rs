//! Reads security schemes and security requirements (OpenAPI 3.1 §4.8.27, §4.8.30).
//!
//! An invalid scheme is a warning, because everything else of its operations can still be checked; the credentials of requests
//! are then not checked.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use crate::contract::node::Node;
use crate::contract::{ParameterIn, SecurityRequirement, SecurityScheme};
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

/// The security schemes of a document.
pub(super) struct Schemes {
    /// The valid ones.
    pub known: BTreeMap<String, SecurityScheme>,
    /// Names of all, valid or not.
    declared: BTreeSet<String>,
}

impl Schemes {
    /// Reads `components.securitySchemes`.
    pub(super) fn read<'d>(builder: &mut Builder<'d>, document: &Node<'d>) -> Self {
        let mut schemes = Self { known: BTreeMap::new(), declared: BTreeSet::new() };
        let held = document.get("components").and_then(|components| components.get("securitySchemes"));
        for (name, node) in held.iter().flat_map(Node::members) {
            schemes.declared.insert(name.to_owned());
            let what = format!("the security scheme {name}");
            let node = builder.leniently(|builder| builder.resolve(node, &what));
            if let Some(scheme) = node.and_then(|node| scheme(builder, &node, name)) {
                schemes.known.insert(name.to_owned(), scheme);
            }
        }
        schemes
    }

    /// Reads the alternatives of a `security` list; their schemes must be declared.
    pub(super) fn requirements(&self, builder: &mut Builder<'_>, list: &Node<'_>) -> Vec<SecurityRequirement> {
        if !list.value.is_array() {
            builder.warn(list, rules::STRUCTURE, "expected `security` to be a list");
        }
        let alternatives: Vec<_> = list.items().collect();
        alternatives.iter().map(|alternative| self.requirement(builder, alternative)).collect()
    }

    fn requirement(&self, builder: &mut Builder<'_>, alternative: &Node<'_>) -> SecurityRequirement {
        for (name, at) in alternative.members().filter(|(name, _)| !self.declared.contains(*name)) {
            let message = format!("the security scheme {name} is not declared: it is not checked");
            let problem = Problem::new(message).rule(rules::UNDEFINED_SECURITY_SCHEME).as_warning();
            let near = nearest(name, self.declared.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("declare it as components.securitySchemes.{name}"),
            };
            builder.note(&at.anchor(), problem.help(help));
        }
        SecurityRequirement { schemes: alternative.members().map(|(name, _)| name.to_owned()).collect() }
    }
}

fn scheme(builder: &mut Builder<'_>, node: &Node<'_>, name: &str) -> Option<SecurityScheme> {
    match node.text("type") {
        Some("http") => http(builder, node, name),
        Some("apiKey") => api_key(builder, node, name),
        Some("oauth2" | "openIdConnect") => Some(SecurityScheme::Bearer),
        Some("mutualTLS") => Some(SecurityScheme::MutualTls),
        other => {
            let got = other.unwrap_or("none");
            let expected = "expected type http, apiKey, oauth2, openIdConnect or mutualTLS";
            builder.warn(node, rules::SECURITY_SCHEME, format!("{expected} for the security scheme {name}, got {got}"));
            None
        }
    }
}

fn http(builder: &mut Builder<'_>, node: &Node<'_>, name: &str) -> Option<SecurityScheme> {
    let Some(scheme) = node.text("scheme") else {
        builder.warn(
            node,
            rules::SECURITY_SCHEME,
            format!("expected `scheme` in the security scheme {name}, as in `scheme: bearer`"),
        );
        return None;
    };
    Some(match scheme.to_ascii_lowercase().as_str() {
        "basic" => SecurityScheme::Basic,
        "bearer" => SecurityScheme::Bearer,
        _ => SecurityScheme::OtherHttp(scheme.to_owned()),
    })
}

fn api_key(builder: &mut Builder<'_>, node: &Node<'_>, name: &str) -> Option<SecurityScheme> {
    let place = match node.text("in") {
        Some("query") => Some(ParameterIn::Query),
        Some("header") => Some(ParameterIn::Header),
        Some("cookie") => Some(ParameterIn::Cookie),
        _ => None,
    };
    let key = place.zip(node.text("name"));
    if key.is_none() {
        builder.warn(
            node,
            rules::SECURITY_SCHEME,
            format!("expected `name` and `in: query`, header or cookie in the security scheme {name}"),
        );
    }
    key.map(|(location, name)| SecurityScheme::ApiKey { location, name: name.to_owned() })
}
