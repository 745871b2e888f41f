//! Names whose values are redacted: those of the configuration, of HTTP and of the contract.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::Value;

use super::protected_names;
use crate::contract::{Contract, Operation, ParameterIn, SecurityScheme};
use crate::pointer::Pointer;

/// Headers that carry credentials (RFC 9110 §11.6, §11.7; RFC 6265 §4).
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];

/// Names of properties, headers and parameters that carry credentials in most APIs, in lower case without `-` and `_`: those of
/// OAuth 2.0 (RFC 6749, RFC 6750, RFC 7009, RFC 7521, RFC 7636), API keys, passwords, session and CSRF tokens.
const DEFAULTS: &[&str] = &[
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "sessiontoken",
    "clientassertion",
    "codeverifier",
    "clientsecret",
    "password",
    "passwd",
    "secret",
    "apikey",
    "xapikey",
    "xauthtoken",
    "xcsrftoken",
    "csrftoken",
];

/// Maximum length of a default name.
const LONGEST: usize = 15;

/// The parameter of a redirection that carries a credential although its name alone means nothing (RFC 6749 §4.1.2).
const CODE: &str = "code";

/// Matches a text that may contain a default name, also an escaped one.
static MAY_HAVE_DEFAULT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let patterns = [
        r"\u004",
        r"\u005",
        r"\u006",
        r"\u007",
        "token",
        "secret",
        "passw",
        "apikey",
        "api_key",
        "api-key",
        "assertion",
        "verifier",
    ];
    let built = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns);
    built.expect("an automaton of a few short patterns")
});

/// Text of the contract.
#[derive(Debug, Default)]
struct Declared {
    /// Literal segments of paths.
    segments: HashSet<String>,
    /// Names of properties.
    properties: HashSet<String>,
}

/// The sensitive names in exchanges of one operation; matching is case-insensitive.
#[derive(Debug, Clone, Default)]
pub(crate) struct SensitiveNames {
    /// Whether redaction is off, even for the headers of HTTP.
    off: bool,
    /// Default names that the configuration does not exclude; [`CODE`] counts in redirections only.
    defaults: Vec<&'static str>,
    /// Properties, parameters and headers named by the configuration.
    configured: Vec<String>,
    /// Locations in bodies, named by the configuration or protected by the contract; `*` matches every element or property.
    pointers: Vec<Pointer>,
    /// Properties and parameters that the contract protects.
    protected: Vec<String>,
    /// What is not sensitive although it may equal or be below a sensitive value.
    declared: Rc<Declared>,
    /// Headers only.
    headers: Vec<String>,
    /// Query parameters only.
    query: Vec<String>,
}

impl SensitiveNames {
    /// Whether no property in `text` can be sensitive.
    pub(crate) fn has_none_in(&self, text: &str) -> bool {
        let has_own = !(self.configured.is_empty() && self.protected.is_empty() && self.pointers.is_empty());
        !has_own && (self.defaults.is_empty() || !MAY_HAVE_DEFAULT.is_match(text))
    }

    /// Whether a property of that name is sensitive.
    pub(crate) fn has(&self, name: &str) -> bool {
        contains(&self.configured, name) || contains(&self.protected, name) || self.has_default(name)
    }

    /// Whether a header of that name is sensitive.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        !self.off && (contains(HEADERS, name) || contains(&self.headers, name) || self.has(name))
    }

    fn has_default(&self, name: &str) -> bool {
        let mut buffer = [0; LONGEST];
        let letters = letters(name, &mut buffer);
        letters.is_some_and(|letters| {
            self.defaults.iter().any(|default| *default != CODE && default.as_bytes() == letters)
        })
    }

    /// Whether a parameter of the URL in `Location` is sensitive.
    pub(crate) fn has_redirection(&self, name: &str) -> bool {
        self.has_query(name) || self.defaults.contains(&CODE) && name == CODE
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
        self.declared.segments.contains(segment)
    }

    /// Whether a property of that name is declared in the contract, so that the name itself is not a value.
    pub(crate) fn is_declared_property(&self, name: &str) -> bool {
        self.declared.properties.contains(name)
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
        } else if self.has_default(name) || name == CODE {
            "default"
        } else {
            return "sensitive location".into();
        };
        format!("{origin} {name}").into()
    }
}

/// A name as the default names are written, so that `access_token`, `accessToken` and `Access-Token` are equal; none if it is longer.
fn letters<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in name.bytes().filter(|byte| !matches!(byte, b'-' | b'_')) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    buffer.get(..length)
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
    declared: Option<Rc<Declared>>,
}

impl NamesByOperation {
    /// Starts with the names of the configuration.
    pub(super) fn new(configured: Vec<String>) -> Self {
        Self { configured: Some(configured), by_operation: HashMap::new(), declared: None }
    }

    /// Turns redaction off.
    #[cfg(test)]
    pub fn off() -> Self {
        Self { configured: None, by_operation: HashMap::new(), declared: None }
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
        let declared = Rc::clone(self.declared.get_or_insert_with(|| Rc::new(Declared::of(contract))));
        let held = self.by_operation.entry(operation.map(|operation| operation.index));
        Rc::clone(
            held.or_insert_with(|| Rc::new(SensitiveNames { declared, ..collect(configured, contract, operation) })),
        )
    }
}

impl Declared {
    fn of(contract: &Contract) -> Self {
        let segments = contract.operations.iter().flat_map(|operation| operation.path.split('/'));
        let segments = segments.filter(|segment| !segment.contains('{')).map(str::to_owned).collect();
        let mut properties = HashSet::new();
        let mut open: Vec<_> = contract.documents.iter().map(|document| document.value()).collect();
        while let Some(value) = open.pop() {
            let declared = value.get("properties").and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
            properties.extend(declared.cloned());
            match value {
                Value::Object(members) => open.extend(members.values()),
                Value::Array(elements) => open.extend(elements),
                _ => {}
            }
        }
        Self { segments, properties }
    }
}

fn collect(configured: &[String], contract: &Contract, operation: Option<&Operation>) -> SensitiveNames {
    let protected = operation.map(|operation| protected_names::collect(contract, operation)).unwrap_or_default();
    let (shown, configured): (Vec<_>, Vec<_>) = configured.iter().cloned().partition(|name| name.starts_with('!'));
    let (pointers, configured) = configured.into_iter().partition::<Vec<_>, _>(|name| name.starts_with('/'));
    let is_shown = |name: &&'static str| {
        shown.iter().any(|shown| letters(&shown[1..], &mut [0; LONGEST]) == Some(name.as_bytes()))
    };
    let defaults = DEFAULTS.iter().chain([&CODE]).copied().filter(|name| !is_shown(name)).collect();
    let configured_pointers = pointers.iter().filter_map(|pointer| Pointer::parse(pointer));
    let pointers = protected.pointers.into_iter().chain(configured_pointers).collect();
    let protected = protected.names;
    let mut names = SensitiveNames { defaults, configured, pointers, protected, ..SensitiveNames::default() };
    for scheme in contract.security_schemes.values() {
        match scheme {
            SecurityScheme::ApiKey { location: ParameterIn::Header, name } => names.headers.push(name.clone()),
            SecurityScheme::ApiKey { location: ParameterIn::Query, name } => names.query.push(name.clone()),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_names_are_sensitive_in_every_spelling() {
        let names = SensitiveNames { defaults: DEFAULTS.to_vec(), ..SensitiveNames::default() };
        let insensitive =
            DEFAULTS.iter().filter(|name| !names.has(name) || names.has_none_in(name)).collect::<Vec<_>>();
        assert!(insensitive.is_empty(), "{insensitive:?}");
        assert!(
            ["token", "access_token", "accessToken", "X-API-Key", "CLIENT_SECRET", "x--csrf-token", "client-assertion"]
                .iter()
                .all(|name| names.has(name))
        );
        assert!(
            !["tokens", "pageToken", "next_token", "secrets", "access.token", "x-refresh-token", "a-client-secret", ""]
                .iter()
                .any(|name| names.has(name))
        );
    }
}
