//! Writes the values of a story's variables as `${NAME}`: with another `--var`, or another captured id, they are others.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::case::{Case, literal, literal_text};

use super::super::determined::known;
use super::super::unmutated::{Sent, StoryRun, Variable};

/// Shortest value of a variable that is replaced within a word.
const MIN_IN_WORD: usize = 4;

/// Shortest value that is replaced as a word of a string, and shortest number: shorter ones are equal by chance.
const MIN_LENGTH: usize = 3;

/// Which values are written as variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those of the story, of the rows of its tables and of the target.
    Given,
    /// Captures, too.
    Captured,
    /// The same, and short values within others.
    Short,
    /// None: the value is a constant.
    None,
}

/// The variables that a case can refer to, with their values in one run: those that do not depend on a response first.
pub(super) struct Variables<'v> {
    values: Vec<(&'v str, &'v Value)>,
    /// The exchanges of the story up to the response.
    sent: &'v [Sent],
    min_length: usize,
}

impl<'v> Variables<'v> {
    /// The variables of the case that received the response at `position` of a story. Variables of the target that the story does not
    /// declare belong to them: what equals one is not a constant.
    pub(super) fn new(
        target: &'v BTreeMap<String, Value>,
        story: &'v StoryRun,
        case: &'v Case,
        position: usize,
        wanted: Wanted,
    ) -> Self {
        if wanted == Wanted::None {
            return Self { values: Vec::new(), sent: &[], min_length: MIN_LENGTH };
        }
        let wants_captures = wanted != Wanted::Given;
        let is_known =
            |variable: &&Variable| variable.captured.is_none_or(|before| wants_captures && before <= position);
        // The later value of a name replaces the earlier.
        let mut values: BTreeMap<&str, (bool, &Value)> =
            target.iter().map(|(name, value)| (name.as_str(), (false, value))).collect();
        for Variable { name, value, captured } in story.variables.iter().filter(is_known) {
            values.insert(name, (captured.is_some(), value));
        }
        values.extend(case.row.iter().map(|(name, value)| (name.as_str(), (false, value))));
        let mut values: Vec<_> = values.into_iter().map(|(name, (captured, value))| (captured, name, value)).collect();
        values.sort_by_key(|(captured, ..)| *captured);
        let values = values.into_iter().map(|(_, name, value)| (name, value)).collect();
        let min_length = if wanted == Wanted::Short { 1 } else { MIN_LENGTH };
        let sent = story.sent.get(..=position).unwrap_or_default();
        Self { values, sent, min_length }
    }

    /// The value as a literal in which the values of variables are `${…}`.
    pub(super) fn write(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.write_text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.write(item)).collect(),
            Value::Object(properties) => {
                let pairs = properties.iter().map(|(name, value)| (literal_text(name), self.write(value)));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
            Value::Number(number) => {
                let is_long = number.to_string().len() >= self.min_length;
                let equal = self.values.iter().find(|(_, other)| *other == value && (is_long || self.is_sent(value)));
                equal.map_or_else(|| value.clone(), |(name, _)| format!("${{{name}}}").into())
            }
            other => literal(other),
        }
    }

    /// Whether a request of the story had the value.
    fn is_sent(&self, value: &Value) -> bool {
        self.sent.iter().any(|sent| known(&sent.exchange.request).contains(value))
    }

    /// `text` with `${NAME}` for the value of a variable: as a whole, or as a part that is long enough.
    fn write_text(&self, text: &str) -> String {
        if let Some((name, _)) = self.values.iter().find(|(_, value)| value.as_str() == Some(text)) {
            return format!("${{{name}}}");
        }
        let part = |(name, value): &(&str, &Value)| {
            let value = match value {
                Value::String(value) if !value.is_empty() => value.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            // As a whole, a number is no string.
            let is_part = value.len() >= self.min_length && value.len() < text.len();
            let at =
                text.match_indices(&value).map(|(at, _)| at).find(|at| is_part && stands_alone(text, *at, &value))?;
            Some((at, std::cmp::Reverse(value.len()), (*name).to_owned()))
        };
        match self.values.iter().filter_map(part).min() {
            Some((at, std::cmp::Reverse(length), name)) => {
                let rest = self.write_text(&text[at + length..]);
                format!("{}${{{name}}}{rest}", literal_text(&text[..at]))
            }
            None => literal_text(text),
        }
    }
}

/// Whether `${…}` can stand in place of `value` at `at`: not after `$`, and no short value within a word.
fn stands_alone(text: &str, at: usize, value: &str) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at + value.len()..].chars().next());
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    before != Some('$') && (value.len() >= MIN_IN_WORD || !(is_word(before) || is_word(after)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_variables_are_written_as_their_names() {
        let variables =
            [("id", json!("o1")), ("n", json!(417)), ("currency", json!("SEK")), ("partner", json!("PARTNER_7"))];
        let write = |min_length: usize, value: Value| {
            let values = variables.iter().map(|(name, value)| (*name, value)).collect();
            Variables { values, sent: &[], min_length }.write(&value)
        };
        let check = |value: Value, written: Value| assert_eq!(write(MIN_LENGTH, value), written);
        check(json!("o1"), json!("${id}"));
        check(json!("/orders/o1"), json!("/orders/o1"));
        check(json!("paid in SEK, not SEKR"), json!("paid in ${currency}, not SEKR"));
        check(json!("XPARTNER_7X 417"), json!("X${partner}X ${n}"));
        // As a whole, the variable would be a number.
        check(json!(["417", 417, 41]), json!(["417", "${n}", 41]));
        // `$${` is a literal.
        check(json!("$417 ${x}"), json!("$417 $${x}"));
        check(json!({ "${a}": "PARTNER_7" }), json!({ "$${a}": "${partner}" }));
        assert_eq!(write(1, json!("/orders/o1/o10")), json!("/orders/${id}/o10"));
    }
}
