//! Variables in imported requests: placeholders until the case file is rendered.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The variables of an import. Environment variables replace sensitive values: one per value.
pub(crate) struct RecordedVariables {
    /// Text around an expression; random, so that a body cannot contain it.
    mark: String,
    /// Beginning of the names of environment variables.
    prefix: &'static str,
    names: RefCell<Names>,
    /// Names in expressions. A credential may have a name although no case shows it.
    written: RefCell<BTreeSet<String>>,
}

/// Names of environment variables.
#[derive(Debug, Default)]
struct Names {
    /// Name by property and hash of the value.
    by_value: HashMap<(String, [u8; 32]), String>,
    /// Number of variables per property.
    counts: HashMap<String, usize>,
}

/// A part of a text with placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Verbatim text.
    Text(&'t str),
    /// The expression of a placeholder.
    Expression(&'t str),
}

impl RecordedVariables {
    /// No variables yet; names of environment variables will begin with `prefix`.
    pub(crate) fn new(prefix: &'static str) -> Self {
        let mark = format!("{:016x}", RandomState::new().hash_one(0));
        Self { mark, prefix, names: RefCell::default(), written: RefCell::default() }
    }

    /// Returns what replaces `value` under the name `property`, until [`expressions`](Self::expressions) is called.
    pub(crate) fn placeholder(&self, property: &str, value: &str, is_number: bool) -> String {
        let property: String =
            property.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let property = property.trim_matches('_').to_owned();
        let property = if property.is_empty() { "VALUE".to_owned() } else { property };
        let mut names = self.names.borrow_mut();
        let Names { by_value, counts } = &mut *names;
        let count = counts.entry(property.clone()).or_default();
        let name = by_value.entry((property.clone(), Sha256::digest(value).into())).or_insert_with(|| {
            *count += 1;
            let number = if *count == 1 { String::new() } else { format!("_{count}") };
            format!("{}{property}{number}", self.prefix)
        });
        let filter = match value.parse::<i64>() {
            _ if !is_number => "",
            Ok(_) => " | int",
            Err(_) => " | float",
        };
        self.mark(&format!("env.{name}{filter}"))
    }

    /// Returns the placeholder of `expression`.
    pub(crate) fn mark(&self, expression: &str) -> String {
        format!("{mark}{expression}{mark}", mark = self.mark)
    }

    /// Splits a text into its placeholders and what is between them.
    pub(crate) fn pieces<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut parts = text.split(&self.mark);
        pieces.extend(parts.next().map(Piece::Text));
        while let (Some(expression), Some(rest)) = (parts.next(), parts.next()) {
            pieces.extend([Piece::Expression(expression), Piece::Text(rest)]);
        }
        pieces.retain(|piece| *piece != Piece::Text(""));
        pieces
    }

    /// Replaces every placeholder in `text`.
    pub(crate) fn fill(&self, text: &str, mut value: impl FnMut(&str) -> String) -> String {
        let pieces = self.pieces(text).into_iter();
        let filled = pieces.map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Expression(expression) => value(expression),
        });
        filled.collect()
    }

    /// Writes every placeholder in `text` as an expression.
    pub(crate) fn expressions(&self, text: &str) -> String {
        self.fill(text, |expression| {
            let name = expression.strip_prefix("env.").and_then(|name| name.split(' ').next());
            self.written.borrow_mut().extend(name.map(str::to_owned));
            format!("${{{expression}}}")
        })
    }

    /// Writes every placeholder in the strings and names of `value` as an expression.
    pub(crate) fn expressions_in(&self, value: Value) -> Value {
        match value {
            Value::String(held) => self.expressions(&held).into(),
            Value::Array(items) => items.into_iter().map(|item| self.expressions_in(item)).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(name, value)| (self.expressions(&name), self.expressions_in(value))).collect()
            }
            scalar => scalar,
        }
    }

    /// Whether `text` is the placeholder of an environment variable and nothing else.
    pub(crate) fn only_environment(&self, text: &str) -> bool {
        matches!(self.pieces(text)[..], [Piece::Expression(expression)] if expression.starts_with("env."))
    }

    /// Returns the names of the environment variables in expressions so far, sorted.
    pub(crate) fn written(&self) -> Vec<String> {
        self.written.borrow().iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_variable() {
        let variables = RecordedVariables::new("RECORDED_");
        let [a, b, c, d] = [("password", "x"), ("password", "y"), ("password", "x"), ("/a/-", "x")]
            .map(|(name, value)| variables.placeholder(name, value, false));
        let text = variables.expressions(&format!("1{a}2{b}3{c}{d}"));
        assert_eq!(
            text,
            "1${env.RECORDED_PASSWORD}2${env.RECORDED_PASSWORD_2}3${env.RECORDED_PASSWORD}${env.RECORDED_A}"
        );
        let numbers = ["7", "1.5"].map(|value| variables.placeholder("n", value, true)).concat();
        assert_eq!(variables.expressions(&numbers), "${env.RECORDED_N | int}${env.RECORDED_N_2 | float}");
        assert_eq!(variables.written().len(), 5);
        variables.placeholder("authorization", "Basic x", false);
        assert_eq!(variables.written().len(), 5, "no text uses it");
    }
}
