//! `style`: the serialisation of a parameter.

use super::ParameterIn;
use super::version::OasVersion;

/// `style` of a parameter (OpenAPI 3.1 §4.8.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `blue,black`: path parameters and headers.
    Simple,
    /// `.blue.black`: path parameters.
    Label {
        /// Between the items when not exploded: `.` up to OpenAPI 3.0.3 and in 3.1.0, `,` since 3.0.4 and 3.1.1.
        separator: char,
    },
    /// `;color=blue,black`: path parameters.
    Matrix,
    /// `color=blue,black`: query and cookies.
    Form,
    /// `color=blue%20black`: query.
    SpaceDelimited,
    /// `color=blue%7Cblack`: query.
    PipeDelimited,
    /// `color[R]=100&color[G]=200`: query.
    DeepObject,
    /// `color=blue; size=1`, not percent-encoded: cookies (OpenAPI 3.2 §4.12.3).
    Cookie,
}

impl Style {
    /// Parses a style; none if a parameter in `place` cannot have it.
    pub fn parse(name: &str, place: ParameterIn, openapi: OasVersion) -> Option<Self> {
        let style = match name {
            "simple" => Self::Simple,
            "label" => Self::Label { separator: openapi.label_separator() },
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            "cookie" => Self::Cookie,
            _ => return None,
        };
        style.places().contains(&place).then_some(style)
    }

    /// The default style for `place`.
    pub fn default_of(place: ParameterIn) -> Self {
        match place {
            ParameterIn::Path | ParameterIn::Header => Self::Simple,
            ParameterIn::Query | ParameterIn::Cookie => Self::Form,
        }
    }

    /// The default of `explode`: true for `form` and `cookie`.
    pub fn explodes(self) -> bool {
        matches!(self, Self::Form | Self::Cookie)
    }

    /// The word OpenAPI uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label { .. } => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
            Self::Cookie => "cookie",
        }
    }

    fn places(self) -> &'static [ParameterIn] {
        match self {
            Self::Simple => &[ParameterIn::Path, ParameterIn::Header],
            Self::Label { .. } | Self::Matrix => &[ParameterIn::Path],
            Self::Form => &[ParameterIn::Query, ParameterIn::Cookie],
            Self::SpaceDelimited | Self::PipeDelimited | Self::DeepObject => &[ParameterIn::Query],
            Self::Cookie => &[ParameterIn::Cookie],
        }
    }
}
