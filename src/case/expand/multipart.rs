//! Serialises `multipart/form-data` (RFC 7578). The boundary depends only on the content.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::contract::form::{Content, Form};
use crate::contract::parameters;
use crate::expression::{Scope, Template};
use crate::http::Headers;
use crate::pointer::Pointer;

use super::super::error::ExpandError;
use super::super::{MultipartPart, PartContent};
use super::builder::{expand_text, expand_tree};
use super::header_syntax;
use super::text::scalar;

/// One part with its templates expanded.
pub(super) struct Field {
    head: String,
    content: Bytes,
}

/// Writes the fields between boundaries.
pub(super) fn laid_out(fields: &[Field], boundary: &str) -> Bytes {
    let mut bytes = Vec::new();
    for field in fields {
        bytes.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", field.head).as_bytes());
        bytes.extend_from_slice(&field.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    bytes.into()
}

/// Returns the first of `signoff-0`, `signoff-1` … that no field contains.
pub(super) fn free_boundary(fields: &[Field]) -> String {
    let holds = |content: &[u8], text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    let free = |boundary: &String| !fields.iter().any(|field| holds(&field.content, boundary));
    (0_u64..).map(|number| format!("signoff-{number}")).find(free).expect("fields are finite, numbers are not")
}

/// Context for writing parts.
pub(super) struct Writer<'a> {
    /// The variables.
    pub scope: &'a Scope,
    /// The form that the contract declares, if it does.
    pub form: Option<&'a Form<'a>>,
}

impl Writer<'_> {
    /// Expands `parts`, which are at `at`.
    pub(super) fn fields(&self, parts: &[MultipartPart], at: &Pointer) -> Result<Vec<Field>, ExpandError> {
        let mut fields = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            fields.extend(self.part(part, &at.join(index))?);
        }
        Ok(fields)
    }

    /// Expands one part: no field if its content is `omit`, several if a list is declared.
    fn part(&self, part: &MultipartPart, at: &Pointer) -> Result<Vec<Field>, ExpandError> {
        let name = expand_text(&part.name, self.scope, || at.join("name"))?.unwrap_or_default();
        let own = self.text(part.media_type.as_ref(), &at.join("type"))?;
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&name));
        if let Some(filename) = self.text(part.filename.as_ref(), &at.join("filename"))? {
            write!(head, "; filename=\"{}\"", quoted(&filename)).expect("text is writable");
        }
        let rest = self.headers(part, &name, &at.join("headers"))?;
        let contents = self.contents(part, &name, at)?.into_iter();
        let field = |(media_type, content): (Option<String>, Bytes)| {
            let mut head = head.clone();
            if let Some(media_type) = own.as_ref().or(media_type.as_ref()) {
                write!(head, "\r\nContent-Type: {media_type}").expect("text is writable");
            }
            Field { head: head + &rest, content }
        };
        let fields: Vec<_> = contents.map(field).collect();
        match own.filter(|own| own.chars().any(char::is_control)) {
            Some(_) => Err(ExpandError::new("`type` must not contain control characters", at.join("type"))),
            None => Ok(fields),
        }
    }

    /// Contents of a part, each with its media type by the contract or by its form.
    fn contents(
        &self,
        part: &MultipartPart,
        name: &str,
        at: &Pointer,
    ) -> Result<Vec<(Option<String>, Bytes)>, ExpandError> {
        let written = self.form.and_then(|form| form.media_type(name));
        let or = |media_type: &str| Some(media_type.to_owned());
        Ok(match &part.content {
            PartContent::File(bytes) => {
                let media_type =
                    written.map_or_else(|| or("application/octet-stream"), |written| or(&written.to_string()));
                vec![(media_type, bytes.clone())]
            }
            PartContent::Json(tree) => {
                let value = expand_tree(tree, self.scope, || at.join("json"))?;
                let written = written.filter(|written| written.is_json()).map(ToString::to_string);
                let media_type = written.or_else(|| or("application/json"));
                value.into_iter().map(|value| (media_type.clone(), value.to_string().into())).collect()
            }
            PartContent::Value(tree) => {
                let Some(value) = expand_tree(tree, self.scope, || at.join("value"))? else { return Ok(Vec::new()) };
                let contents = match self.form {
                    Some(form) => form.parts(name, value),
                    None => vec![Content::undeclared(value)],
                };
                contents.into_iter().map(|content| (content.media_type, content.text.into())).collect()
            }
        })
    }

    /// Header lines of a part, each preceded by a line end, serialised as the contract declares them.
    fn headers(&self, part: &MultipartPart, name: &str, at: &Pointer) -> Result<String, ExpandError> {
        let declared = self.form.and_then(|form| form.encoding(name)).map_or(&[][..], |encoding| &encoding.headers);
        let mut lines = String::new();
        for (header, tree) in &part.headers {
            let at = || at.join(header);
            let Some(value) = expand_tree(tree, self.scope, at)? else { continue };
            let parameter = declared.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(header));
            let text = parameter.map_or_else(|| scalar(&value), |parameter| parameters::serialize(parameter, &value));
            let line: Result<String, String> = text.and_then(|text| {
                header_syntax::check(&Headers::from_iter([(header.as_str(), text.as_str())]))?;
                Ok(format!("\r\n{header}: {text}"))
            });
            lines.push_str(&line.map_err(|message| ExpandError::new(message, at()))?);
        }
        Ok(lines)
    }

    fn text(&self, template: Option<&Template>, at: &Pointer) -> Result<Option<String>, ExpandError> {
        template.map_or(Ok(None), |template| expand_text(template, self.scope, || at.clone()))
    }
}

/// Escapes quotes and line ends in names as browsers do (RFC 7578 §5.1, WHATWG HTML §4.10.21.8).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
