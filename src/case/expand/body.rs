//! The body of a request and its media type.

use bytes::Bytes;
use serde_json::Value;

use crate::contract::form::Form;
use crate::contract::{Contract, Operation};
use crate::expression::Tree;
use crate::http::MediaType;

use super::super::Body;
use super::super::error::ExpandError;
use super::builder::{RequestBuilder, expand_text, expand_tree};
use super::multipart;
use super::text::plain;

impl RequestBuilder<'_> {
    /// Sets the body. No body is sent if there is none, or if it expands to `omit`.
    pub(super) fn body(&mut self, contract: &Contract) -> Result<(), ExpandError> {
        let Some(body) = &self.case.request.body else { return Ok(()) };
        if self.unknown.note_body(body) {
            return Ok(());
        }
        let mut kind = kind_of(body);
        let content = match body {
            Body::Json(tree) => expand_tree(tree, self.scope, || self.at("body"))?.map(json),
            Body::Text(text) => expand_text(text, self.scope, || self.at("text"))?.map(Bytes::from),
            Body::Form(fields) => Some(self.form(fields, self.declared_form(contract, &kind).as_ref())?),
            Body::File(bytes) | Body::Bytes(bytes) => Some(bytes.clone()),
            Body::Multipart(parts) => {
                let form = self.declared_form(contract, &kind);
                let writer = multipart::Writer { scope: self.scope, form: form.as_ref() };
                let fields = writer.fields(parts, &self.at("multipart"))?;
                let boundary = self.boundary().unwrap_or_else(|| multipart::free_boundary(&fields));
                kind = format!("multipart/form-data; boundary={boundary}");
                Some(multipart::laid_out(&fields, &boundary))
            }
        };
        if content.is_some() {
            self.content_type(body, &kind);
        }
        self.body = content;
        Ok(())
    }

    /// Sets Content-Type: the case's own, otherwise the contract's only matching one, otherwise the default of the body's form.
    fn content_type(&mut self, body: &Body, kind: &str) {
        let is_multipart = matches!(body, Body::Multipart(_));
        match self.headers.get("content-type").map(str::to_owned) {
            Some(own) if is_multipart && is_multipart_type(&own) && self.boundary().is_none() => {
                let boundary = kind.rsplit_once("boundary=").map(|(_, boundary)| boundary).unwrap_or_default();
                self.headers.set("content-type", format!("{own}; boundary={boundary}"));
            }
            Some(_) => {}
            None => {
                let declared = self.operation.filter(|_| !is_multipart).and_then(|one| only_match(one, body));
                self.headers.append("content-type", declared.unwrap_or_else(|| kind.to_owned()));
            }
        }
    }

    /// The boundary in the case's own Content-Type.
    fn boundary(&self) -> Option<String> {
        let own = MediaType::of_line(self.headers.get("content-type")?)?;
        own.parameter("boundary").map(str::to_owned)
    }

    /// The form that the operation declares for the media type that is sent: the case's own, otherwise `kind`.
    fn declared_form(&self, contract: &Contract, kind: &str) -> Option<Form<'_>> {
        let sent = MediaType::of_line(self.headers.get("content-type").unwrap_or(kind))?;
        let content = &self.operation?.request_body.as_ref()?.content;
        let covering = content.iter().filter_map(|declared| Some((declared.media_type.covers(&sent)?, declared)));
        let (_, declared) = covering.max_by_key(|(closeness, _)| *closeness)?;
        Some(Form::new(contract, declared))
    }

    /// Serialises `application/x-www-form-urlencoded`: fields as `form` declares them; without a declaration, lists repeat their
    /// name and objects are JSON.
    fn form(&self, fields: &[(String, Tree)], form: Option<&Form<'_>>) -> Result<Bytes, ExpandError> {
        let mut pairs = Vec::new();
        for (name, tree) in fields {
            let at = || self.at("form").join(name);
            let Some(value) = expand_tree(tree, self.scope, at)? else { continue };
            let text = match form {
                Some(form) => form.pairs(name, value),
                None if value.is_object() => plain(name, &Value::String(value.to_string())),
                None => plain(name, &value),
            };
            pairs.push(text.map_err(|message| ExpandError::new(message, at()))?);
        }
        pairs.retain(|pair| !pair.is_empty());
        Ok(pairs.join("&").into())
    }
}

fn is_multipart_type(text: &str) -> bool {
    MediaType::parse(text).is_ok_and(|media_type| media_type.kind == "multipart")
}

fn json(value: Value) -> Bytes {
    value.to_string().into()
}

/// The default media type of a form of body.
fn kind_of(body: &Body) -> String {
    match body {
        Body::Json(_) => "application/json",
        Body::Text(_) => "text/plain; charset=utf-8",
        Body::Form(_) => "application/x-www-form-urlencoded",
        Body::Multipart(_) => "multipart/form-data",
        Body::File(_) | Body::Bytes(_) => "application/octet-stream",
    }
    .to_owned()
}

/// The only media type of the operation's request body that fits the form of `body`; `None` if there are several.
fn only_match(operation: &Operation, body: &Body) -> Option<String> {
    let content = &operation.request_body.as_ref()?.content;
    let types = content.iter().map(|one| &one.media_type).filter(|one| !one.is_range());
    let mut fitting = types.filter(|one| match body {
        Body::Json(_) => one.is_json(),
        Body::Form(_) => one.essence() == "application/x-www-form-urlencoded",
        Body::Multipart(_) => one.kind == "multipart",
        Body::Text(_) | Body::File(_) | Body::Bytes(_) => true,
    });
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.to_string())
}
