//! `multipart/form-data` as bytes (RFC 7578), with a boundary that depends on nothing but the content.

use bytes::Bytes;

use crate::expression::{Scope, Template};
use crate::location::Pointer;

use super::super::{Body, Part};
use super::{ExpandError, expand_text, expand_tree};

/// A multipart body and the boundary between its parts.
pub struct Encoded {
    /// The boundary, without the leading dashes.
    pub boundary: String,
    /// The content.
    pub bytes: Bytes,
}

/// One part, its templates expanded.
struct Field {
    head: String,
    content: Bytes,
}

/// Lays out `parts`; `own` is the boundary that the case wants.
pub fn encode(parts: &[Part], scope: &Scope, at: &Pointer, own: Option<String>) -> Result<Encoded, ExpandError> {
    let fields = parts.iter().enumerate().map(|(index, part)| field(part, scope, &at.join(index)));
    let fields: Vec<Field> = fields.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    let boundary = own.unwrap_or_else(|| free_boundary(&fields));
    let mut bytes = Vec::new();
    for field in &fields {
        bytes.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", field.head).as_bytes());
        bytes.extend_from_slice(&field.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Encoded { boundary, bytes: bytes.into() })
}

/// The first of `signoff-0`, `signoff-1` … that no part contains.
fn free_boundary(fields: &[Field]) -> String {
    let holds = |content: &[u8], text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    let free = |boundary: &String| !fields.iter().any(|field| holds(&field.content, boundary));
    (0_u64..).map(|number| format!("signoff-{number}")).find(free).expect("parts are finite, numbers are not")
}

/// None when the content is `omit`.
fn field(part: &Part, scope: &Scope, at: &Pointer) -> Result<Option<Field>, ExpandError> {
    let (content, mut media_type) = match &part.body {
        Body::Json(tree) => {
            let value = expand_tree(tree, scope, || at.join("json"))?;
            (value.map(|value| Bytes::from(value.to_string())), Some("application/json".to_owned()))
        }
        Body::Text(text) => (expand_text(text, scope, || at.join("value"))?.map(Bytes::from), None),
        Body::File(bytes) | Body::Bytes(bytes) => (Some(bytes.clone()), Some("application/octet-stream".to_owned())),
        Body::Form(_) | Body::Multipart(_) => (None, None),
    };
    let Some(content) = content else { return Ok(None) };
    let text = |template: &Option<Template>, key: &str| match template {
        Some(template) => expand_text(template, scope, || at.join(key)),
        None => Ok(None),
    };
    media_type = text(&part.media_type, "type")?.or(media_type);
    let name = expand_text(&part.name, scope, || at.join("name"))?.unwrap_or_default();
    let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&name));
    if let Some(filename) = text(&part.filename, "filename")? {
        head.push_str(&format!("; filename=\"{}\"", quoted(&filename)));
    }
    if let Some(media_type) = media_type {
        head.push_str(&format!("\r\nContent-Type: {}", one_line(&media_type, &at.join("type"))?));
    }
    Ok(Some(Field { head, content }))
}

/// Quotes and line ends as browsers send them in names (RFC 7578 §5.1, WHATWG HTML §4.10.21.8).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line<'a>(text: &'a str, at: &Pointer) -> Result<&'a str, ExpandError> {
    let odd = text.chars().any(char::is_control);
    if odd { Err(ExpandError::new("expected a media type in one line", at.clone())) } else { Ok(text) }
}
