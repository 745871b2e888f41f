//! Query, header lines and cookies of a request.

use serde_json::Value;

use crate::contract::{ParameterIn, parameters};

use super::super::error::ExpandError;
use super::builder::{RequestBuilder, expand_tree, place};
use super::text::{encoded, scalar};

impl RequestBuilder<'_> {
    /// Adds query, headers and cookies, serialised as their parameters declare.
    pub(super) fn parameters(&mut self) -> Result<(), ExpandError> {
        self.query()?;
        let (case, request) = (self.case, &self.case.request);
        for (name, tree) in &request.headers {
            if self.unknown.note_tree(tree, || format!("header/{name}")) {
                self.note_by_header(name);
                continue;
            }
            let at = || place(case, "headers").join(name);
            match expand_tree(tree, self.scope, at)? {
                None => {}
                Some(Value::Null) => self.removed.push(name.clone()),
                Some(value) => self.header(name, &value).map_err(|message| ExpandError::new(message, at()))?,
            }
        }
        for (name, tree) in &request.cookies {
            if self.unknown.note_tree(tree, || format!("cookie/{name}")) {
                continue;
            }
            let at = || place(case, "cookies").join(name);
            let Some(value) = expand_tree(tree, self.scope, at)? else { continue };
            let text = self.cookie(name, &value).map_err(|message| ExpandError::new(message, at()))?;
            self.cookies.push(text);
        }
        Ok(())
    }

    /// Notes the parts of the request that depend on an unknown header.
    fn note_by_header(&mut self, name: &str) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        self.unknown.note(is("cookie"), || "cookie".to_owned());
        self.unknown.note(is("content-type") || is("content-encoding"), || "body".to_owned());
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
