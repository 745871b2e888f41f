//! Which parts of a response somebody specifies: the document, or a case by its expectations.
//!
//! The document says nothing about the body and the headers of a response that it does not declare, nor about a header that it does not
//! declare: they are a choice of the mock. A fault in them says nothing about the cases, unless a case expects something there.

use std::collections::BTreeSet;

use crate::case::{CaptureFrom, Case};
use crate::contract::ResponseObject;
use crate::expression::Name;

use super::operator::Change;

/// The parts of responses that cases expect or capture.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    has_body: bool,
    /// In lower case.
    headers: BTreeSet<String>,
    /// Whether an expression reads all headers, or one whose name is not known.
    has_any_header: bool,
}

impl Expected {
    /// Adds what a case expects and captures.
    pub(crate) fn add(&mut self, case: &Case) {
        let expect = &case.expect;
        self.has_body |= expect.body.is_some() || expect.schema.is_some();
        self.headers.extend(expect.headers.iter().map(|(name, _)| name.to_ascii_lowercase()));
        expect.assert.iter().for_each(|assert| self.add_names(&assert.names()));
        for capture in &case.capture {
            match &capture.from {
                CaptureFrom::Body(_) => self.has_body = true,
                CaptureFrom::Header(name) => drop(self.headers.insert(name.to_ascii_lowercase())),
                CaptureFrom::Template(template) => self.add_names(&template.names()),
                CaptureFrom::Status => {}
            }
        }
    }

    fn add_names(&mut self, names: &[Name]) {
        for name in names.iter().filter(|name| name.root() == "response") {
            let mut steps = name.path.splitn(3, '.').skip(1);
            match (steps.next(), steps.next()) {
                (Some("body"), _) => self.has_body = true,
                (Some("headers"), Some(name)) => drop(self.headers.insert(name.to_ascii_lowercase())),
                // The name of a header that is no identifier is not a part of the path.
                (Some("headers"), None) => self.has_any_header = true,
                (None, _) => (self.has_body, self.has_any_header) = (true, true),
                _ => {}
            }
        }
    }
}

/// What is specified of the responses of an operation with a status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Specified<'s> {
    /// The response in the document.
    pub declared: Option<&'s ResponseObject>,
    /// What the cases that receive it expect.
    pub expected: &'s Expected,
}

impl Specified<'_> {
    /// Whether the part of a response that `change` concerns is specified. The status always is.
    pub(crate) fn includes(&self, change: &Change) -> bool {
        match change {
            Change::Status(_) => true,
            Change::Header(name, _) | Change::RemoveHeader(name) => self.includes_header(name),
            Change::Body(_) | Change::Value(_) | Change::Remove => self.declared.is_some() || self.expected.has_body,
        }
    }

    fn includes_header(&self, name: &str) -> bool {
        // The content declares the media type.
        let is_declared = |response: &ResponseObject| {
            let declared = response.headers.iter().map(|header| header.name.as_str()).chain(["content-type"]);
            declared.into_iter().any(|declared| declared.eq_ignore_ascii_case(name))
        };
        self.expected.has_any_header
            || self.expected.headers.contains(&name.to_ascii_lowercase())
            || self.declared.is_some_and(is_declared)
    }
}
