//! Declarations that runtime expressions can select: those of an operation and one of its responses.

use crate::contract::node::Node;
use crate::contract::{Anchor, Contract, MediaTypeObject, Operation, ParameterIn, ResponseObject};
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::pointer_target::unresolved;
use crate::contract::runtime_expression::{Expression, Fault, Source};

/// Headers that are never declared, and headers that every server sends.
const USUAL: [&str; 6] = ["accept", "authorization", "content-length", "content-type", "date", "server"];

/// An operation with one of its responses.
pub(super) struct ExpressionScope<'d> {
    pub contract: &'d Contract,
    pub operation: &'d Operation,
    pub response: &'d ResponseObject,
}

impl<'d> ExpressionScope<'d> {
    /// The links of the response.
    pub(super) fn links(&self) -> Vec<Node<'d>> {
        let links = self.node(&self.response.anchor).and_then(|response| response.get("links"));
        links.iter().flat_map(|links| links.members().map(|(_, link)| link)).collect()
    }

    fn node(&self, anchor: &Anchor) -> Option<Node<'d>> {
        let Anchor { document, pointer } = anchor.clone();
        Some(Node { document, pointer, value: self.contract.value(anchor)? })
    }

    /// Returns an error if no declaration matches `expression`.
    pub(super) fn check(&self, expression: &Expression<'_>) -> Result<(), Fault> {
        match expression {
            Expression::Exchange => Ok(()),
            Expression::Request(source) => self.request(source),
            Expression::Response(source) => self.response(source),
        }
    }

    fn request(&self, source: &Source<'_>) -> Result<(), Fault> {
        let (place, name) = match source {
            Source::Path(name) => (ParameterIn::Path, *name),
            Source::Query(name) => (ParameterIn::Query, *name),
            Source::Header(name) => (ParameterIn::Header, *name),
            Source::Body(pointer) => {
                let content = self.operation.request_body.as_ref().map_or(&[][..], |body| &body.content);
                return self.body(&format!("the request body of {}", self.operation.name), content, pointer);
            }
        };
        if self.operation.parameter(place, name).is_some() || place == ParameterIn::Header && is_usual(name) {
            return Ok(());
        }
        let declared = self.operation.parameters.iter().filter(|parameter| parameter.location == place);
        let names = declared.map(|parameter| parameter.name.as_str());
        Err((format!("{} declares no {} parameter `{name}`", self.operation.name, place.word()), meant(name, names)))
    }

    fn response(&self, source: &Source<'_>) -> Result<(), Fault> {
        match source {
            Source::Body(pointer) => {
                self.body(&format!("the body of {}", self.answer()), &self.response.content, pointer)
            }
            Source::Header(name) => {
                let names = self.response.headers.iter().map(|header| header.name.as_str());
                if is_usual(name) || names.clone().any(|held| held.eq_ignore_ascii_case(name)) {
                    return Ok(());
                }
                Err((format!("{} declares no header `{name}`", self.answer()), meant(name, names)))
            }
            Source::Query(_) | Source::Path(_) => {
                let help = "a response has headers and a body; path and query belong to `$request`";
                Err(("a response has no path and no query".to_owned(), help.to_owned()))
            }
        }
    }

    fn answer(&self) -> String {
        format!("the response {} of {}", self.response.status, self.operation.name)
    }

    /// Checks `pointer` against the JSON schemas of `content`, which `owner` declares.
    fn body(&self, owner: &str, content: &[MediaTypeObject], pointer: &Pointer) -> Result<(), Fault> {
        let mut wrong =
            (format!("{owner} is not declared"), "declare its content, or use a declared location".to_owned());
        for media in content {
            let schema = media.schema.as_ref().filter(|_| media.media_type.is_json());
            let Some(schema) = schema.and_then(|schema| self.contract.schema(&schema.anchor)) else { return Ok(()) };
            let Some(dead) = unresolved(self.contract, schema, pointer) else { return Ok(()) };
            let message = format!("no schema of {owner} declares `{}`, so `{pointer}` does not exist", dead.token);
            wrong = (message, dead.help);
        }
        Err(wrong)
    }
}

fn is_usual(name: &str) -> bool {
    USUAL.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    if let Some(near) = nearest(name, names.clone()).filter(|_| name.len() > 2) {
        return format!("did you mean `{near}`?");
    }
    let names: Vec<_> = names.collect();
    if names.is_empty() { "declare it there".to_owned() } else { format!("declared: {}", names.join(", ")) }
}
