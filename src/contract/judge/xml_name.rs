//! The names that an element or attribute may have, by the schemas of its value.

use std::fmt;

use crate::contract::version::OasVersion;
use crate::contract::xml_object::{self, XmlObject, XmlSchema};

/// Names with their namespaces; none where any is accepted.
#[derive(Debug, Default)]
pub(super) struct Names<'d>(Vec<(Option<String>, Option<&'d str>)>);

/// How well a name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Its name and its namespace are declared.
    Namespace,
    /// Its name is declared, without a namespace.
    Name,
    /// Its name is declared, in another namespace.
    OtherNamespace,
}

impl<'d> Names<'d> {
    /// The names of a value of `schemas`, written in one of the ways that are `wanted`. `default` is the name of the property; none if
    /// the text of the specification leaves the name open.
    pub(super) fn new(
        schemas: &[XmlSchema<'d>],
        default: Option<&str>,
        openapi: OasVersion,
        wanted: impl Fn(&XmlObject<'_>) -> bool,
    ) -> Self {
        let mut found = Vec::new();
        for xml in xml_object::layouts(schemas).iter().filter(|xml| wanted(xml)) {
            if let Some(name) = xml.name {
                found.push((Some(name.to_owned()), xml.namespace));
                continue;
            }
            let components = schemas.iter().filter_map(|held| xml_object::component(&held.schema, openapi));
            let before = found.len();
            found.extend(components.map(|name| (Some(name), xml.namespace)));
            if default.is_some() || found.len() == before {
                found.push((default.map(str::to_owned), xml.namespace));
            }
        }
        Self(found)
    }

    /// The one name, in any namespace.
    pub(super) fn only(name: &str) -> Self {
        Self(vec![(Some(name.to_owned()), None)])
    }

    /// Whether no name is accepted.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How well a name fits; none where it is not declared.
    pub(super) fn fit(&self, name: &str, namespace: Option<&str>) -> Option<Fit> {
        let named = self.0.iter().filter(|(accepted, _)| accepted.as_deref().is_none_or(|accepted| accepted == name));
        let fit = |(_, declared): &(_, Option<&str>)| match declared {
            None => Fit::Name,
            Some(_) if *declared == namespace => Fit::Namespace,
            Some(_) => Fit::OtherNamespace,
        };
        named.map(fit).min()
    }

    /// The first namespace that is declared for a name.
    pub(super) fn namespace(&self, name: &str) -> Option<&'d str> {
        self.0.iter().find(|(accepted, _)| accepted.as_deref().is_none_or(|accepted| accepted == name))?.1
    }
}

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().filter_map(|(name, _)| name.as_deref()).collect();
        f.write_str(&names.join(" or "))
    }
}
