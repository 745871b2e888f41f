//! Environment variables that replace the sensitive values of recorded bodies.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

/// The variables of a recording: one per value.
pub(crate) struct RecordedVariables {
    /// Text around an expression; random, so that a body cannot contain it.
    mark: String,
    /// Name by property and hash of the value.
    names: HashMap<(String, [u8; 32]), String>,
    /// Number of variables per property.
    counts: HashMap<String, usize>,
}

impl Default for RecordedVariables {
    fn default() -> Self {
        let mark = format!("{:016x}", RandomState::new().hash_one(0));
        Self { mark, names: HashMap::new(), counts: HashMap::new() }
    }
}

impl RecordedVariables {
    /// Returns what replaces `value` under the name `property`, until [`expressions`](Self::expressions) is called.
    pub(crate) fn placeholder(&mut self, property: &str, value: &str, is_number: bool) -> String {
        let property: String =
            property.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let property = property.trim_matches('_').to_owned();
        let property = if property.is_empty() { "VALUE".to_owned() } else { property };
        let count = self.counts.entry(property.clone()).or_default();
        let name = self.names.entry((property.clone(), Sha256::digest(value).into())).or_insert_with(|| {
            *count += 1;
            let number = if *count == 1 { String::new() } else { format!("_{count}") };
            format!("RECORDED_{property}{number}")
        });
        let filter = match value.parse::<i64>() {
            _ if !is_number => "",
            Ok(_) => " | int",
            Err(_) => " | float",
        };
        format!("{mark}env.{name}{filter}{mark}", mark = self.mark)
    }

    /// Writes every placeholder in `text` as an expression.
    pub(crate) fn expressions(&self, text: &str) -> String {
        let mut parts = text.split(&self.mark);
        let mut written = parts.next().unwrap_or_default().to_owned();
        while let (Some(expression), Some(rest)) = (parts.next(), parts.next()) {
            written += &format!("${{{expression}}}{rest}");
        }
        written
    }

    /// Returns the names of all variables, sorted.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.names.values().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_variable() {
        let mut variables = RecordedVariables::default();
        let [a, b, c, d] = [("password", "x"), ("password", "y"), ("password", "x"), ("/a/-", "x")]
            .map(|(name, value)| variables.placeholder(name, value, false));
        let text = variables.expressions(&format!("1{a}2{b}3{c}{d}"));
        assert_eq!(
            text,
            "1${env.RECORDED_PASSWORD}2${env.RECORDED_PASSWORD_2}3${env.RECORDED_PASSWORD}${env.RECORDED_A}"
        );
        let numbers = ["7", "1.5"].map(|value| variables.placeholder("n", value, true)).concat();
        assert_eq!(variables.expressions(&numbers), "${env.RECORDED_N | int}${env.RECORDED_N_2 | float}");
        assert_eq!(variables.names().len(), 5);
    }
}
