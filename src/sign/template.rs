//! Templates whose values are computed for each message.

use std::sync::Arc;

use serde_json::Value;

use crate::expression::{Expanded, Scope, Template};

use super::variables::TIMES;

/// A template with the environment variables and files that it reads.
#[derive(Debug, Clone)]
pub(crate) struct SignTemplate {
    /// The template.
    pub template: Template,
    /// Names and values that it reads besides those of the message: `env` and `files`.
    pub inputs: Vec<(&'static str, Arc<Value>)>,
}

impl SignTemplate {
    /// Whether its value depends on the time.
    pub(super) fn is_timed(&self) -> bool {
        self.template.is_timed() || self.template.names().iter().any(|name| TIMES.contains(&&*name.path))
    }

    /// The value as text.
    pub(super) fn text(&self, scope: &Scope) -> Result<String, String> {
        let expanded = self.template.expand_text(&self.scope(scope)).map_err(|error| error.message)?;
        expanded.ok_or_else(without_omit)
    }

    /// The value, which keeps its type if it is a single expression.
    pub(super) fn value(&self, scope: &Scope) -> Result<Value, String> {
        match self.template.expand(&self.scope(scope)).map_err(|error| error.message)? {
            Expanded::Value(value) => Ok(value),
            Expanded::Omit => Err(without_omit()),
        }
    }

    fn scope(&self, scope: &Scope) -> Scope {
        let mut scope = scope.clone();
        self.inputs.iter().for_each(|(name, value)| scope.share(name, Arc::clone(value)));
        scope
    }
}

fn without_omit() -> String {
    "`omit` cannot be used here".to_owned()
}
