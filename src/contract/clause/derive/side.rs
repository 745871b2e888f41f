//! The message that a location is in: a request, or a response with a declared status.

use crate::contract::clause::location::ClauseLocation;
use crate::contract::clause::verb::{Aspect, Verb};
use crate::contract::{Parameter, ParameterIn, StatusKey};

use super::form_fields::{FieldWriting, FormFields};

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// A request.
    Request,
    /// A response with that status.
    Response(StatusKey),
}

impl Side {
    /// The clause about what is at `location`.
    pub(super) fn at(self, location: ClauseLocation, aspect: Aspect) -> Verb {
        match self {
            Self::Request => Verb::Sends(location, aspect),
            Self::Response(status) => Verb::ReceivesAt(status, location, aspect),
        }
    }

    /// The clause that nothing is at `location`.
    pub(super) fn absent(self, location: ClauseLocation) -> Verb {
        match self {
            Self::Request => Verb::Omits(location),
            Self::Response(status) => Verb::ReceivesAt(status, location, Aspect::Absent),
        }
    }

    /// Whether a case can choose the data of the message. Those of an error, or of an unknown status, are the target's: that it leaves out
    /// an optional property there is no statement that a case can test.
    pub(super) fn has_chosen_data(self) -> bool {
        matches!(self, Self::Request | Self::Response(StatusKey::Exact(200..=299) | StatusKey::Range(2)))
    }

    /// The keyword by which a property is not in such messages.
    pub(super) fn excluding_keyword(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response(_) => "writeOnly",
        }
    }
}

/// How a value is written in its message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Writing<'c> {
    /// As JSON, or as XML, in which each element may be null or empty.
    Json,
    /// As a form, each field of which is written by its schema and `encoding`.
    Form(&'c FormFields<'c>),
    /// As the text of a whole field.
    Field,
    /// As text within a field, or as a JSON object there.
    WithinField,
    /// In the style of a parameter.
    Style(&'c Parameter),
}

impl<'c> Writing<'c> {
    /// How the value at a location of a message that is written like this is written.
    pub(super) fn at(self, at: &ClauseLocation) -> Self {
        match self {
            Self::Form(fields) => match fields.writing(at) {
                FieldWriting::Form => self,
                FieldWriting::Json => Self::Json,
                FieldWriting::Field => Self::Field,
                FieldWriting::WithinField => Self::WithinField,
            },
            other => other,
        }
    }

    /// Whether strings, numbers and booleans are text.
    pub(super) fn is_text(self) -> bool {
        !matches!(self, Self::Json)
    }

    /// Whether there is no text for an empty array; in headers it is the empty text.
    pub(super) fn is_without_empty_array(self) -> bool {
        match self {
            Self::Json => false,
            Self::Form(_) | Self::Field | Self::WithinField => true,
            Self::Style(parameter) => parameter.location != ParameterIn::Header,
        }
    }
}
