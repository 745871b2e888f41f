//! The characters that each style puts between the parts of a value (OpenAPI 3.1 §4.8.12.2), for both directions.

use crate::contract::{Parameter, Style};

/// How the parts of one parameter stand beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Before everything.
    pub prefix: &'static str,
    /// Between the items of an exploded value.
    pub between: &'static str,
    /// Between the items of a value that is not exploded, as it stands on the wire.
    pub inner: &'static str,
    /// Whether `name=` stands before the value.
    pub named: bool,
}

impl Layout {
    /// The layout of `parameter`.
    pub fn of(parameter: &Parameter) -> Self {
        let layout = |prefix, between, inner, named| Self { prefix, between, inner, named };
        let in_cookie = parameter.place == crate::contract::ParameterIn::Cookie;
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

    /// What stands between the items of `parameter`'s value.
    pub fn separator(self, parameter: &Parameter) -> &'static str {
        if parameter.explode { self.between } else { self.inner }
    }
}
