//! Reads security schemes and security requirements (OpenAPI 3.1 §4.8.27, §4.8.30).
//!
//! An invalid scheme is a warning, because everything else of its operations can still be checked; the credentials of requests
//! are then not checked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use crate::contract::node::Node;
use crate::contract::{ParameterIn, SecurityRequirement, SecurityScheme};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

/// The security schemes of a document.
pub(super) struct Schemes {
    /// The valid ones, those that a requirement names by a URI included.
    known: RefCell<BTreeMap<String, SecurityScheme>>,
    /// Names of all, valid or not.
    declared: BTreeSet<String>,
}

impl Schemes {
    /// Reads `components.securitySchemes`.
    pub(super) fn read<'d>(builder: &mut Builder<'d>, document: &Node<'d>) -> Self {
        let mut schemes = Self { known: RefCell::default(), declared: BTreeSet::new() };
        let held = document.get("components").and_then(|components| components.get("securitySchemes"));
        for (name, node) in held.iter().flat_map(Node::members) {
            schemes.declared.insert(name.to_owned());
            let what = format!("the security scheme {name}");
            let node = builder.leniently(|builder| builder.resolve(node, &what));
            if let Some(scheme) = node.and_then(|node| scheme(builder, &node, name)) {
                schemes.known.get_mut().insert(name.to_owned(), scheme);
            }
        }
        schemes
    }

    /// Returns the valid schemes.
    pub(super) fn into_known(self) -> BTreeMap<String, SecurityScheme> {
        self.known.into_inner()
    }

    /// Reads the alternatives of a `security` list; their schemes must be declared.
    pub(super) fn requirements<'d>(&self, builder: &mut Builder<'d>, list: &Node<'d>) -> Vec<SecurityRequirement> {
        if !list.value.is_array() {
            builder.warn(list, rules::STRUCTURE, "expected `security` to be a list");
        }
        let alternatives: Vec<_> = list.items().collect();
        alternatives.iter().map(|alternative| self.requirement(builder, alternative)).collect()
    }

    fn requirement<'d>(&self, builder: &mut Builder<'d>, alternative: &Node<'d>) -> SecurityRequirement {
        let mut schemes = Vec::new();
        for (name, at) in alternative.members() {
            let found =
                if self.declared.contains(name) { Some(name.to_owned()) } else { self.by_uri(builder, name, &at) };
            schemes.push(found.clone().unwrap_or_else(|| name.to_owned()));
            if found.is_some() {
                continue;
            }
            let message = format!("the security scheme {name} is not declared: it is not checked");
            let problem = Problem::new(message).rule(rules::UNDEFINED_SECURITY_SCHEME).as_warning();
            let near = nearest(name, self.declared.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("declare it as components.securitySchemes.{name}"),
            };
            builder.note(&at.anchor(), problem.help(help));
        }
        SecurityRequirement { schemes }
    }

    /// Returns the name of the scheme whose URI is `reference` (OpenAPI 3.2 §4.30): that of the component, else the URI.
    fn by_uri<'d>(&self, builder: &mut Builder<'d>, reference: &str, at: &Node<'d>) -> Option<String> {
        if !builder.openapi.is_at_least_3_2() {
            return None;
        }
        let refs = builder.refs();
        let anchor = refs.target(&at.anchor(), reference).ok()?;
        let components = Pointer::root().join("components").join("securitySchemes");
        let of_component = |name: &&String| anchor.document == 0 && anchor.pointer == components.join(name);
        if let Some(name) = self.declared.iter().find(of_component) {
            return Some(name.clone());
        }
        let value = refs.value(&anchor).filter(|value| value.is_object())?;
        if !self.known.borrow().contains_key(reference) {
            let node = Node { document: anchor.document, pointer: anchor.pointer, value };
            let node =
                builder.leniently(|builder| builder.resolve(node, &format!("the security scheme {reference}")))?;
            let scheme = scheme(builder, &node, reference)?;
            self.known.borrow_mut().insert(reference.to_owned(), scheme);
        }
        Some(reference.to_owned())
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
