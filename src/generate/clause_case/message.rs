//! The values of a request, as they are written in a case.

use serde_json::{Map, Value};

use crate::case::format::RequestFormat;
use crate::case::{literal, literal_text};
use crate::contract::{Contract, Direction, Operation, ParameterIn};

use super::super::request;
use super::super::solver;
use super::super::value_style::ValueStyle;

/// Maximum number of generated bodies.
const MAX_BODIES: usize = 16;

/// The values of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    /// Parameters: location, name, value.
    pub(super) parameters: Vec<(ParameterIn, String, Value)>,
    /// The JSON body.
    pub(super) body: Option<Value>,
    /// Text in place of the body, with its media type.
    pub(super) text: Option<(String, String)>,
}

impl Message {
    /// Valid requests: from the document's examples, with every optional part, and with the required parts alone.
    pub(super) fn bases(contract: &Contract, operation: &Operation) -> Vec<Self> {
        let draft = request::first(contract, operation);
        let required = draft
            .parameters
            .iter()
            .map(|part| (part.parameter.location, part.parameter.name.clone(), part.value.clone()));
        let first = Self { parameters: required.collect(), body: draft.body.map(|(_, value)| value), text: None };
        let media =
            operation.request_body.iter().flat_map(|body| &body.content).find(|media| media.media_type.is_json());
        let schema = media.and_then(|media| media.schema.as_ref());
        let example =
            schema.and_then(|schema| solver::example(contract, schema, Direction::Request, ValueStyle::Plain).ok());
        let variants = schema.map(|schema| solver::variants(contract, schema, Direction::Request, MAX_BODIES));
        let mut bases = vec![first.clone()];
        for body in example.into_iter().chain(variants.into_iter().flatten()) {
            if !bases.iter().any(|base| base.body.as_ref() == Some(&body)) {
                bases.push(Self { body: Some(body), ..first.clone() });
            }
        }
        if operation.request_body.as_ref().is_some_and(|body| !body.required) {
            bases.push(Self { body: None, ..first });
        }
        bases
    }

    /// Asks for a media type.
    pub(super) fn accept(&mut self, media: &str) {
        self.parameters.push((ParameterIn::Header, "accept".to_owned(), media.into()));
    }

    /// As it is written in a case.
    pub(super) fn format(&self) -> RequestFormat {
        let members = |place: ParameterIn| {
            let own = self.parameters.iter().filter(|(location, ..)| *location == place);
            own.map(|(_, name, value)| (literal_text(name), literal(value))).collect::<Map<_, _>>()
        };
        let mut headers = members(ParameterIn::Header);
        if let Some((media, _)) = self.text.as_ref().filter(|(media, _)| !media.is_empty()) {
            headers.insert("content-type".to_owned(), media.as_str().into());
        }
        RequestFormat {
            path: members(ParameterIn::Path),
            query: members(ParameterIn::Query),
            headers,
            cookies: members(ParameterIn::Cookie),
            body: self.body.as_ref().filter(|_| self.text.is_none()).map(literal),
            text: self.text.as_ref().map(|(_, text)| literal_text(text)),
            ..RequestFormat::default()
        }
    }
}
