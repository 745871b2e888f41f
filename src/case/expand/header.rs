//! Header lines and cookies of a request, and what a header may hold (RFC 9110 §5.5).

use serde_json::Value;

use crate::contract::{ParameterIn, parameters};
use crate::http::Headers;

use super::url::encoded;
use super::{Draft, ExpandError, expand_tree, place};

impl Draft<'_> {
    /// Query, headers and cookies, laid out as their parameters declare; undeclared ones plainly.
    pub(super) fn parameters(&mut self) -> Result<(), ExpandError> {
        self.query()?;
        let (case, request) = (self.case, &self.case.request);
        for (name, tree) in &request.headers {
            let at = || place(case, "headers").join(name);
            match expand_tree(tree, self.scope, at)? {
                None => {}
                Some(Value::Null) => self.removed.push(name.clone()),
                Some(value) => self.header(name, &value).map_err(|message| ExpandError::new(message, at()))?,
            }
        }
        for (name, tree) in &request.cookies {
            let at = || place(case, "cookies").join(name);
            let Some(value) = expand_tree(tree, self.scope, at)? else { continue };
            let text = self.cookie(name, &value).map_err(|message| ExpandError::new(message, at()))?;
            self.cookies.push(text);
        }
        Ok(())
    }

    fn header(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match (self.operation.and_then(|operation| operation.parameter(ParameterIn::Header, name)), value) {
            (Some(parameter), value) => self.headers.append(name, parameters::serialize(parameter, value)?),
            (None, Value::Array(lines)) => {
                for line in lines {
                    self.headers.append(name, scalar(line)?);
                }
            }
            (None, value) => self.headers.append(name, scalar(value)?),
        }
        Ok(())
    }

    fn cookie(&self, name: &str, value: &Value) -> Result<String, String> {
        match self.operation.and_then(|operation| operation.parameter(ParameterIn::Cookie, name)) {
            Some(parameter) => parameters::serialize(parameter, value),
            None => Ok(format!("{name}={}", encoded(&scalar(value)?))),
        }
    }
}

/// A scalar as text: strings bare, anything else as JSON writes it.
pub fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => Err(format!("expected a text, number or boolean, found {value}")),
        scalar => Ok(scalar.to_string()),
    }
}

/// Whether `text` is a token: what a method or a header's name is (RFC 9110 §5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Refuses names that are no tokens and values with control characters, which could end a line. Values are not shown: they
/// may be secrets.
pub fn check(headers: &Headers) -> Result<(), String> {
    for (name, value) in headers.iter() {
        if !is_token(name) {
            return Err(format!("expected the name of a header, found `{}`", name.escape_debug()));
        }
        if let Some(control) = value.chars().find(|c| c.is_control() && *c != '\t') {
            return Err(format!(
                "expected no control character in the header `{name}`, found {}",
                control.escape_debug()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cannot_be_ended_by_a_value() {
        let verdict = |name: &str, value: &str| check(&[(name, value)].into_iter().collect());
        assert_eq!(verdict("x-one", "a\tb é"), Ok(()));
        let message = "expected no control character in the header `x-one`, found \\r";
        assert_eq!(verdict("x-one", "a\r\nhost: evil"), Err(message.to_owned()));
        assert_eq!(verdict("x one", "a"), Err("expected the name of a header, found `x one`".to_owned()));
    }
}
