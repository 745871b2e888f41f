//! Bare expressions, as in `assert` and `when`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::error::Error;
use super::evaluate::evaluate;
use super::evaluation::Evaluation;
use super::name::Name;
use super::node::Node;
use super::scope::Scope;
use super::syntax;

/// A bare expression (`assert`, `when`).
#[derive(Debug, Clone)]
pub struct Expression {
    text: Arc<str>,
    node: Arc<Node>,
}

impl Expression {
    /// Compiles an expression without `${}` around it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self { text: text.into(), node: Arc::new(syntax::parse(text)?) })
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names that it reads, without functions, sorted.
    pub fn names(&self) -> Vec<Name> {
        self.node.names()
    }

    /// Whether it may use random values.
    pub fn is_random(&self) -> bool {
        self.node.is_random()
    }

    /// Evaluates it, as strictly as [`super::Template::expand`]. `omit` is an error.
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, Error> {
        let misplaced =
            || Error { message: "`omit` is not a value to test".to_owned(), range: self.node.range.clone() };
        evaluate(&self.node, &Evaluation::new(scope)).map_err(|fault| fault.error)?.into_json().ok_or_else(misplaced)
    }

    /// The values of the names and attribute paths that it reads, to show why an assertion failed. Missing ones are
    /// left out.
    pub fn operands<'v>(&'v self, scope: &'v Scope) -> BTreeMap<String, Cow<'v, Value>> {
        let operand = |node: &'v Node| {
            let text = self.text.get(node.range.clone())?;
            Some((text.to_owned(), evaluate(node, &Evaluation::new(scope)).ok()?.json()?))
        };
        self.node.accesses().into_iter().filter_map(operand).collect()
    }
}
