//! Compiles the templates and expressions of one part of a case; collects problems and the names that are read.

use serde_json::{Map, Value};

use crate::expression::{Expression, Template, Tree};
use crate::pointer::Pointer;
use crate::rules;

use super::error::Problems;
use super::variables::{ReadBy, VariableRead};

/// Compiler of the strings below one node of a case.
pub(super) struct Compiler<'a, 'd> {
    problems: &'a mut Problems<'d>,
    reader: ReadBy,
    /// The node that pointers are relative to.
    home: Pointer,
    /// Location of strings that are not below `home` because they come from `base`.
    base: Option<Pointer>,
    /// Names that were read so far.
    pub reads: Vec<VariableRead>,
}

impl<'a, 'd> Compiler<'a, 'd> {
    /// A compiler of the strings that `reader` reads below `home`.
    pub(super) fn new(problems: &'a mut Problems<'d>, reader: ReadBy, home: Pointer) -> Self {
        Self { problems, reader, home, base: None, reads: Vec::new() }
    }

    /// Also looks for strings below `base` that are not below `home`.
    #[must_use]
    pub(super) fn with_base(mut self, base: Pointer) -> Self {
        self.base = Some(base);
        self
    }

    /// Returns the location in the file of the node at `inner`.
    pub(super) fn place(&self, inner: &Pointer) -> Pointer {
        let own = self.home.concat(inner);
        let merged = self.base.as_ref().map(|base| base.concat(inner));
        merged.filter(|base| !self.problems.has(&own) && self.problems.has(base)).unwrap_or(own)
    }

    /// Reports that the node at `inner` violates `rule`.
    pub(super) fn wrong(&mut self, rule: &'static str, inner: &Pointer, message: impl Into<String>) {
        let at = self.place(inner);
        self.problems.value(rule, &at, message);
    }

    /// Adds the candidate closest to `typed`, if there is one, to the last problem as a suggestion.
    pub(super) fn suggest<'c>(&mut self, typed: &str, candidates: impl IntoIterator<Item = &'c str>) {
        self.problems.suggest(typed, candidates);
    }

    /// Compiles the template `text` at `inner`.
    pub(super) fn template(&mut self, text: &str, inner: &Pointer) -> Option<Template> {
        let at = self.place(inner);
        let template = Template::parse(text)
            .map_err(|error| self.problems.expression(rules::INVALID_EXPRESSION, &at, &error))
            .ok()?;
        self.reads.extend(template.names().iter().map(|name| VariableRead::new(name, at.clone(), self.reader)));
        Some(template)
    }

    /// Compiles the expression `text` at `inner`.
    pub(super) fn expression(&mut self, text: &str, inner: &Pointer) -> Option<Expression> {
        let at = self.place(inner);
        let expression = Expression::parse(text)
            .map_err(|error| self.problems.expression(rules::INVALID_EXPRESSION, &at, &error))
            .ok()?;
        self.reads.extend(expression.names().iter().map(|name| VariableRead::new(name, at.clone(), self.reader)));
        Some(expression)
    }

    /// Compiles every string of `value` at `inner`.
    pub(super) fn tree(&mut self, value: &Value, inner: &Pointer) -> Option<Tree> {
        match Tree::parse(value) {
            Ok(tree) => {
                let names = tree.names();
                let reads =
                    names.iter().map(|(at, name)| VariableRead::new(name, self.place(&inner.concat(at)), self.reader));
                let reads: Vec<VariableRead> = reads.collect();
                self.reads.extend(reads);
                Some(tree)
            }
            Err(errors) => {
                for (at, error) in errors {
                    let at = self.place(&inner.concat(&at));
                    self.problems.expression(rules::INVALID_EXPRESSION, &at, &error);
                }
                None
            }
        }
    }

    /// Compiles the properties of the object at `inner` one by one. Names are taken verbatim.
    pub(super) fn members(&mut self, members: &Map<String, Value>, inner: &Pointer) -> Vec<(String, Tree)> {
        let compiled = |(name, value): (&String, &Value)| Some((name.clone(), self.tree(value, &inner.join(name))?));
        members.iter().filter_map(compiled).collect()
    }
}
