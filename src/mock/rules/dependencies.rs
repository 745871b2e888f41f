//! What the expressions of an operation's rules read. Determined once, so that nothing else is built for a request.

use std::sync::LazyLock;

use crate::expression::{Name, Template, Tree};
use crate::http::view::Fields;

use super::mock_rules::MockRules;
use super::rule::{Action, ResponseTemplate, Rule, TemplateContent};
use super::state_update::StateUpdate;

/// What the expressions of one operation read.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    pub(crate) request: Fields,
    pub(crate) response: Fields,
    /// Whether anything is random.
    pub(crate) is_random: bool,
}

/// Everything, for rules that are added while the mock runs.
static EVERYTHING: LazyLock<Dependencies> =
    LazyLock::new(|| Dependencies { request: Fields::All, response: Fields::All, is_random: true });

impl Dependencies {
    /// Dependencies of rules of which nothing is known.
    pub(crate) fn everything() -> &'static Self {
        &EVERYTHING
    }

    /// Dependencies of the operation's rules and of the responses that all operations share.
    pub(crate) fn of_operation(rules: &MockRules, operation: usize) -> Self {
        let mut dependencies = Self::default();
        rules.operations.get(&operation).into_iter().flatten().for_each(|rule| dependencies.add_rule(rule));
        rules.shared_responses().for_each(|response| dependencies.add_response(response));
        dependencies
    }

    fn add_rule(&mut self, rule: &Rule) {
        if let Some(when) = &rule.when {
            when.names().iter().for_each(|name| self.add_name(name));
            self.is_random |= when.is_random();
        }
        if let Action::Respond(response) = &rule.action {
            self.add_response(response);
        }
        rule.store.iter().for_each(|update| self.add_update(update));
        self.is_random |= rule.fault.is_some();
    }

    fn add_response(&mut self, response: &ResponseTemplate) {
        response.headers.iter().for_each(|(_, value)| self.add_template(value));
        match &response.content {
            TemplateContent::None => {}
            TemplateContent::Json(tree) => self.add_tree(tree),
            TemplateContent::Text(text) => self.add_template(text),
        }
    }

    fn add_update(&mut self, update: &StateUpdate) {
        match update {
            StateUpdate::Operation { value, .. } => self.add_tree(value),
            StateUpdate::Properties(properties) => properties.iter().for_each(|property| {
                self.add_template(&property.name);
                self.add_update(&property.update);
            }),
        }
    }

    fn add_template(&mut self, template: &Template) {
        template.names().iter().for_each(|name| self.add_name(name));
        self.is_random |= template.is_random();
    }

    fn add_tree(&mut self, tree: &Tree) {
        tree.names().iter().for_each(|(_, name)| self.add_name(name));
        self.is_random |= tree.is_random();
    }

    fn add_name(&mut self, name: &Name) {
        let mut path = name.path.split('.');
        match path.next() {
            Some("request") => self.request.add(path),
            Some("response") => self.response.add(path),
            _ => {}
        }
    }
}
