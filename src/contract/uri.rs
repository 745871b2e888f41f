//! URIs of documents and resources: resolution against a base (RFC 3986 §5), and one spelling for each.

use url::Url;

/// Resolves the file part of a reference to a URI without fragment; none where it is not a URI reference.
pub(super) fn resolve(base: &str, file: &str) -> Option<String> {
    Url::parse(base).and_then(|base| base.join(file)).ok().map(|url| canonical(&url))
}

/// A URL as a string without fragment. In file URLs, the characters that RFC 3986 does not allow in a path are encoded, because
/// the URL library leaves them.
pub(super) fn canonical(url: &Url) -> String {
    if url.scheme() != "file" || url.host().is_some() {
        return url.as_str().split('#').next().unwrap_or_default().to_owned();
    }
    let path =
        url.path().chars().map(|c| if "[]|^\\".contains(c) { format!("%{:02X}", u32::from(c)) } else { c.into() });
    format!("file://{}", path.collect::<String>())
}
