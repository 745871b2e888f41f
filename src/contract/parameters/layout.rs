//! The delimiters of each style (OpenAPI 3.1 §4.8.12.2), for serialising and parsing.

use crate::contract::{Parameter, Style};

/// Delimiters of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Before everything.
    pub prefix: &'static str,
    /// Between the items of an exploded value.
    pub between: &'static str,
    /// Between the items of a value that is not exploded, encoded.
    pub inner: &'static str,
    /// Whether `name=` precedes the value.
    pub named: bool,
}

impl Layout {
    /// The delimiters of `parameter`.
    pub(super) fn new(parameter: &Parameter) -> Self {
        let layout = |prefix, between, inner, named| Self { prefix, between, inner, named };
        let in_cookie = parameter.location == crate::contract::ParameterIn::Cookie;
        match parameter.style {
            Style::Simple => layout("", ",", ",", false),
            Style::Label { separator: '.' } => layout(".", ".", ".", false),
            Style::Label { .. } => layout(".", ".", ",", false),
            Style::Matrix => layout(";", ";", ",", true),
            Style::Form | Style::Cookie if in_cookie => layout("", "; ", ",", true),
            Style::Form | Style::Cookie | Style::DeepObject => layout("", "&", ",", true),
            Style::SpaceDelimited => layout("", "&", "%20", true),
            Style::PipeDelimited => layout("", "&", "%7C", true),
        }
    }

    /// The delimiter between the items of `parameter`'s value.
    pub(super) fn separator(self, parameter: &Parameter) -> &'static str {
        if parameter.explode { self.between } else { self.inner }
    }
}
