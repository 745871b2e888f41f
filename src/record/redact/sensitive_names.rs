//! Names whose values are redacted: those of the configuration, of HTTP and of the contract.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::protected_names;
use crate::contract::{Contract, Operation, ParameterIn, SecurityScheme};
use crate::pointer::Pointer;

/// Headers that carry credentials (RFC 9110 §11.6, §11.7; RFC 6265 §4).
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];

/// The sensitive names in exchanges of one operation; matching is case-insensitive.
#[derive(Debug, Clone, Default)]
pub(crate) struct SensitiveNames {
    /// Whether redaction is off, even for the headers of HTTP.
    off: bool,
    /// Properties, parameters and headers named by the configuration.
    configured: Vec<String>,
    /// Locations in bodies, named by the configuration or protected by the contract; `*` matches every element or property.
    pointers: Vec<Pointer>,
    /// Properties and parameters that the contract protects.
    protected: Vec<String>,
    /// Literal segments of the contract's paths.
    literals: Rc<HashSet<String>>,
    /// Headers only.
    headers: Vec<String>,
    /// Query parameters only.
    query: Vec<String>,
}

impl SensitiveNames {
    /// Whether no property is sensitive at all.
    pub(crate) fn has_none(&self) -> bool {
        self.configured.is_empty() && self.protected.is_empty() && self.pointers.is_empty()
    }

    /// Whether a property of that name is sensitive.
    pub(crate) fn has(&self, name: &str) -> bool {
        contains(&self.configured, name) || contains(&self.protected, name)
    }

    /// Whether a header of that name is sensitive.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        !self.off && (contains(HEADERS, name) || contains(&self.headers, name) || self.has(name))
    }

    /// Whether the password of Basic credentials is sensitive anywhere.
    pub(crate) fn has_passwords(&self) -> bool {
        !self.off
    }

    /// Whether a query parameter of that name is sensitive.
    pub(crate) fn has_query(&self, name: &str) -> bool {
        contains(&self.query, name) || self.has(name)
    }
}

impl SensitiveNames {
    /// Returns the sensitive locations in bodies.
    pub(crate) fn pointers(&self) -> &[Pointer] {
        &self.pointers
    }

    /// Returns the sensitive location that `at` is, or is within.
    pub(crate) fn pointer(&self, at: &Pointer) -> Option<&Pointer> {
        let leads = |pointer: &&Pointer| {
            let mut tokens = at.tokens();
            pointer.tokens().all(|wanted| tokens.next().is_some_and(|token| wanted == "*" || wanted == token))
        };
        self.pointers.iter().find(leads)
    }

    /// Whether a path segment is a literal of the contract.
    pub(crate) fn is_literal(&self, segment: &str) -> bool {
        self.literals.contains(segment)
    }

    /// Returns the rule that redacts values under a name: its origin and the name.
    pub(crate) fn rule(&self, name: &str) -> Rc<str> {
        if name.is_empty() && self.pointers.contains(&Pointer::root()) {
            return "contract body".into();
        }
        let is_pointer = self.pointers.iter().any(|pointer| pointer.as_str() == name);
        let origin = if is_pointer || contains(&self.configured, name) {
            "redact"
        } else if contains(&self.protected, name) {
            "contract"
        } else if contains(HEADERS, name) {
            "header"
        } else if contains(&self.headers, name) || contains(&self.query, name) {
            "security"
        } else {
            return "sensitive location".into();
        };
        format!("{origin} {name}").into()
    }
}

fn contains(names: &[impl AsRef<str>], name: &str) -> bool {
    names.iter().any(|held| held.as_ref().eq_ignore_ascii_case(name))
}

/// The sensitive names of each operation, collected on first use.
#[derive(Debug)]
pub(super) struct NamesByOperation {
    /// `None` if redaction is off.
    configured: Option<Vec<String>>,
    by_operation: HashMap<Option<usize>, Rc<SensitiveNames>>,
    literals: Option<Rc<HashSet<String>>>,
}

impl NamesByOperation {
    /// Starts with the names of the configuration.
    pub(super) fn new(configured: Vec<String>) -> Self {
        Self { configured: Some(configured), by_operation: HashMap::new(), literals: None }
    }

    /// Turns redaction off.
    #[cfg(test)]
    pub fn off() -> Self {
        Self { configured: None, by_operation: HashMap::new(), literals: None }
    }

    /// Only these names, for tests.
    #[cfg(test)]
    pub fn of_names(names: &[&str]) -> Rc<SensitiveNames> {
        let configured = names.iter().map(|name| (*name).to_owned()).collect();
        Rc::new(SensitiveNames { configured, ..SensitiveNames::default() })
    }

    /// Returns the sensitive names in exchanges of `operation`.
    pub(super) fn names(&mut self, contract: &Contract, operation: Option<&Operation>) -> Rc<SensitiveNames> {
        let Some(configured) = &self.configured else {
            return Rc::new(SensitiveNames { off: true, ..SensitiveNames::default() });
        };
        let literals = Rc::clone(self.literals.get_or_insert_with(|| Rc::new(literals(contract))));
        let held = self.by_operation.entry(operation.map(|operation| operation.index));
        Rc::clone(
            held.or_insert_with(|| Rc::new(SensitiveNames { literals, ..collect(configured, contract, operation) })),
        )
    }
}

fn literals(contract: &Contract) -> HashSet<String> {
    let segments = contract.operations.iter().flat_map(|operation| operation.path.split('/'));
    segments.filter(|segment| !segment.contains('{')).map(str::to_owned).collect()
}

fn collect(configured: &[String], contract: &Contract, operation: Option<&Operation>) -> SensitiveNames {
    let protected = operation.map(|operation| protected_names::collect(contract, operation)).unwrap_or_default();
    let (pointers, configured) = configured.iter().cloned().partition::<Vec<_>, _>(|name| name.starts_with('/'));
    let configured_pointers = pointers.iter().filter_map(|pointer| Pointer::parse(pointer));
    let pointers = protected.pointers.into_iter().chain(configured_pointers).collect();
    let mut names = SensitiveNames { configured, pointers, protected: protected.names, ..SensitiveNames::default() };
    for scheme in contract.security_schemes.values() {
        match scheme {
            SecurityScheme::ApiKey { location: ParameterIn::Header, name } => names.headers.push(name.clone()),
            SecurityScheme::ApiKey { location: ParameterIn::Query, name } => names.query.push(name.clone()),
            _ => {}
        }
    }
    names
}
