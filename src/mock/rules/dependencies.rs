//! What a behaviour asks for at one operation, known before the first request: nothing else is made for it.

use crate::contract::visible::Parts;
use crate::expression::{Name, Template, Tree};

use crate::mock::MockRules;
use crate::mock::rules::rule::{Answer, Content, Reply, Rule};
use crate::mock::rules::state_update::Change;

/// What the expressions of one operation read.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    pub(crate) request: Parts,
    pub(crate) response: Parts,
    /// Whether anything depends on chance.
    pub(crate) chance: bool,
}

impl Reads {
    /// What the rules of the operation read, and the answers that are given to requests of all operations.
    pub(crate) fn of(behaviour: &MockRules, operation: usize) -> Self {
        let mut reads = Self::default();
        behaviour.rules.get(&operation).into_iter().flatten().for_each(|rule| reads.rule(rule));
        [&behaviour.invalid_request, &behaviour.unauthorized]
            .into_iter()
            .flatten()
            .for_each(|answer| reads.answer(answer));
        reads
    }

    fn rule(&mut self, rule: &Rule) {
        if let Some(when) = &rule.when {
            when.names().iter().for_each(|name| self.name(name));
            self.chance |= when.is_random();
        }
        if let Reply::Answer(answer) = &rule.reply {
            self.answer(answer);
        }
        rule.store.iter().for_each(|change| self.change(change));
        self.chance |= rule.fault.is_some();
    }

    fn answer(&mut self, answer: &Answer) {
        answer.headers.iter().for_each(|(_, value)| self.template(value));
        match &answer.content {
            Content::Nothing => {}
            Content::Json(tree) => self.tree(tree),
            Content::Text(text) => self.template(text),
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Deed { value, .. } => self.tree(value),
            Change::Members(members) => members.iter().for_each(|member| {
                self.template(&member.name);
                self.change(&member.change);
            }),
        }
    }

    fn template(&mut self, template: &Template) {
        template.names().iter().for_each(|name| self.name(name));
        self.chance |= template.is_random();
    }

    fn tree(&mut self, tree: &Tree) {
        tree.names().iter().for_each(|(_, name)| self.name(name));
        self.chance |= tree.is_random();
    }

    fn name(&mut self, name: &Name) {
        let mut path = name.path.split('.');
        match path.next() {
            Some("request") => self.request.add(path),
            Some("response") => self.response.add(path),
            _ => {}
        }
    }
}
