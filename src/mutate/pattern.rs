//! Location pattern in a JSON body: names, `*` for every item of a list and for every undeclared property of an object.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::pointer::Pointer;

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// The property of that name.
    Name(String),
    /// Every item of a list.
    Item,
    /// Every property that is none of these.
    Other(DeclaredNames),
}

/// Names of the declared properties of an object. Locations of one object share them, so that comparing these takes no time.
#[derive(Debug, Clone, Default, Eq)]
pub(crate) struct DeclaredNames(Arc<BTreeSet<String>>);

impl DeclaredNames {
    /// These names.
    pub(crate) fn new(names: BTreeSet<String>) -> Self {
        Self(Arc::new(names))
    }
}

impl PartialEq for DeclaredNames {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Ord for DeclaredNames {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for DeclaredNames {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Steps from the root of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pattern(pub Vec<Token>);

impl Pattern {
    /// The pattern, one step longer.
    pub(crate) fn join(&self, token: Token) -> Self {
        Self(self.0.iter().cloned().chain([token]).collect())
    }

    /// The locations in `value` that match.
    pub(crate) fn locations(&self, value: &Value) -> Vec<Pointer> {
        let mut found = vec![(Pointer::root(), value)];
        for token in &self.0 {
            found = found.into_iter().flat_map(|(at, value)| step(token, &at, value)).collect();
        }
        found.into_iter().map(|(at, _)| at).collect()
    }

    /// Whether a location matches.
    pub(crate) fn includes(&self, at: &Pointer) -> bool {
        let is_step = |token: &Token, name: &str| match token {
            Token::Name(own) => own == name,
            Token::Item => name.bytes().all(|byte| byte.is_ascii_digit()),
            Token::Other(declared) => !declared.0.contains(name),
        };
        let names: Vec<_> = at.tokens().collect();
        names.len() == self.0.len() && self.0.iter().zip(&names).all(|(token, name)| is_step(token, name))
    }

    /// Whether it ends with the name of a property.
    pub(crate) fn is_property(&self) -> bool {
        matches!(self.0.last(), Some(Token::Name(_)))
    }

    /// The name of the last property; of a list for its items.
    pub(crate) fn name(&self) -> &str {
        let names = self.0.iter().rev().filter_map(|token| match token {
            Token::Name(name) => Some(name.as_str()),
            Token::Item | Token::Other(_) => None,
        });
        names.into_iter().next().unwrap_or_default()
    }
}

fn step<'v>(token: &Token, at: &Pointer, value: &'v Value) -> Vec<(Pointer, &'v Value)> {
    match (token, value) {
        (Token::Name(name), Value::Object(properties)) => {
            properties.get(name).map(|value| (at.join(name), value)).into_iter().collect()
        }
        (Token::Item, Value::Array(items)) => {
            items.iter().enumerate().map(|(index, item)| (at.join(index), item)).collect()
        }
        (Token::Other(declared), Value::Object(properties)) => {
            let others = properties.iter().filter(|(name, _)| !declared.0.contains(*name));
            others.map(|(name, value)| (at.join(name), value)).collect()
        }
        _ => Vec::new(),
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("body")?;
        self.0.iter().try_for_each(|token| match token {
            Token::Name(name) => write!(f, "{}", Pointer::root().join(name).as_str()),
            Token::Item | Token::Other(_) => f.write_str("/*"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_is_every_item_and_every_undeclared_property() {
        let check = |tokens: &[Token], expected: &[&str]| {
            let body = json!({"a": [{"b": 1}, {"b": 2}], "x": {"b": 3, "c": 4}});
            let found = Pattern(tokens.to_vec()).locations(&body);
            assert_eq!(found.iter().map(Pointer::as_str).collect::<Vec<_>>(), expected);
        };
        let name = |name: &str| Token::Name(name.to_owned());
        check(&[], &[""]);
        check(&[name("a"), Token::Item, name("b")], &["/a/0/b", "/a/1/b"]);
        check(&[name("x"), Token::Other(DeclaredNames::new(["b".to_owned()].into()))], &["/x/c"]);
        check(&[name("x"), Token::Item], &[]);
        assert_eq!(Pattern(vec![name("a"), Token::Item, name("b")]).to_string(), "body/a/*/b");
    }
}
