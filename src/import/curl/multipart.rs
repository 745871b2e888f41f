//! `multipart/form-data` (RFC 7578) for parts that are not text.

use super::body::FormPart;

/// The boundary, and the parts between it.
pub(super) fn written(parts: &[FormPart]) -> (String, Vec<u8>) {
    let holds = |part: &FormPart, text: &str| part.content.windows(text.len()).any(|window| window == text.as_bytes());
    let is_free = |boundary: &String| !parts.iter().any(|part| holds(part, boundary));
    let boundary = (0_u64..).map(|number| format!("signoff-{number}")).find(is_free).unwrap_or_default();
    let mut bytes = Vec::new();
    for part in parts {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
        head.extend(part.filename.iter().map(|name| format!("; filename=\"{}\"", quoted(name))));
        head.extend(part.media_type.iter().map(|media_type| format!("\r\nContent-Type: {media_type}")));
        head.extend(part.headers.iter().map(|(name, value)| format!("\r\n{name}: {value}")));
        bytes.extend_from_slice(format!("{head}\r\n\r\n").as_bytes());
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, bytes)
}

fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
