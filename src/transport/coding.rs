//! Decodes the content codings of a body (RFC 9110 §8.4) up to a size limit: a small body may decode to a huge one.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use flate2::read::MultiGzDecoder;

use crate::http::Headers;

use super::failure;

/// Maximum number of nested codings.
const MAX_LAYERS: usize = 4;
/// Read buffer of the decompressor, in bytes.
const BUFFER: usize = 8 * 1024;

/// Why content cannot be decoded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undecodable {
    /// A coding that is unknown, or more codings than are decoded.
    #[error("{0}")]
    Unsupported(String),
    /// The content is not what its coding says.
    #[error("{0}")]
    Malformed(String),
    /// The decoded content is too large.
    #[error("{0}")]
    TooLarge(String),
}

impl From<Undecodable> for String {
    fn from(error: Undecodable) -> Self {
        error.to_string()
    }
}

/// The codings that are decoded, for `accept-encoding`.
pub(crate) const CODINGS: &str = "gzip, deflate, br";

/// Decodes every coding in `content-encoding`, the last one first. The result has at most `max` bytes.
pub(crate) fn decode(headers: &Headers, body: Bytes, max: u64) -> Result<Bytes, Undecodable> {
    let codings: Vec<String> = headers
        .all("content-encoding")
        .flat_map(|line| line.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if body.is_empty() {
        return Ok(body);
    }
    if codings.len() > MAX_LAYERS {
        let count = codings.len();
        return Err(Undecodable::Unsupported(format!(
            "the body has {count} content codings, at most {MAX_LAYERS} are supported"
        )));
    }
    codings.iter().rev().try_fold(body, |body, coding| layer(coding, &body, max))
}

fn layer(coding: &str, body: &[u8], max: u64) -> Result<Bytes, Undecodable> {
    match coding {
        // Members may follow each other; anything else behind one is an error.
        "gzip" | "x-gzip" => read(&mut MultiGzDecoder::new(body), coding, max),
        // RFC 9110 §8.4.1.2 specifies zlib; many servers send the bare stream.
        "deflate" if is_zlib(body) => {
            let mut decoder = ZlibDecoder::new(body);
            let content = read(&mut decoder, coding, max)?;
            whole(content, coding, decoder.get_ref().is_empty())
        }
        "deflate" => {
            let mut decoder = DeflateDecoder::new(body);
            let content = read(&mut decoder, coding, max)?;
            whole(content, coding, decoder.get_ref().is_empty())
        }
        "br" => {
            let mut decoder = Decompressor::new(body, BUFFER);
            let content = read(&mut decoder, coding, max)?;
            // Reading on at the end fails if bytes are left in the buffer.
            let is_read = decoder.read(&mut [0]).is_ok() && decoder.get_ref().is_empty();
            whole(content, coding, is_read)
        }
        other => Err(Undecodable::Unsupported(format!(
            "unsupported content coding {other:?}: request gzip, deflate or br with an accept-encoding header"
        ))),
    }
}

/// The content, unless bytes follow its end.
fn whole(content: Bytes, coding: &str, is_read: bool) -> Result<Bytes, Undecodable> {
    let followed = || Undecodable::Malformed(format!("the body is not valid {coding}: bytes follow its end"));
    if is_read { Ok(content) } else { Err(followed()) }
}

fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn read(decoder: &mut impl Read, coding: &str, max: u64) -> Result<Bytes, Undecodable> {
    let mut content = Vec::new();
    let limited = decoder.take(max.saturating_add(1)).read_to_end(&mut content);
    limited.map_err(|error: io::Error| Undecodable::Malformed(format!("the body is not valid {coding}: {error}")))?;
    if content.len() as u64 > max {
        return Err(Undecodable::TooLarge(format!("the decoded {coding} body exceeds {}", failure::size(max))));
    }
    Ok(content.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn check(codings: &str, body: &[u8], expect: Result<&[u8], &str>) {
        let headers: Headers = [("Content-Encoding", codings)].into_iter().collect();
        let decoded = decode(&headers, Bytes::copy_from_slice(body), 100).map_err(String::from);
        assert_eq!(decoded.as_deref().map_err(String::as_str), expect, "{codings}");
    }

    #[test]
    fn every_coding_is_decoded() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"content").expect("in memory");
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(b"content").expect("in memory");
        check("", b"content", Ok(b"content"));
        check("identity", b"content", Ok(b"content"));
        check("GZIP", &gzip(b"content"), Ok(b"content"));
        check("deflate", &zlib.finish().expect("in memory"), Ok(b"content"));
        check("deflate", &deflate.finish().expect("in memory"), Ok(b"content"));
        // An uncompressed brotli stream: window bits, one literal meta-block of 7 bytes, the empty last block.
        check("br", b"\x0b\x03\x80content\x03", Ok(b"content"));
        check("gzip, gzip", &gzip(&gzip(b"content")), Ok(b"content"));
        check("gzip", b"", Ok(b""));
    }

    #[test]
    fn bytes_behind_the_content_are_an_error() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"content").expect("in memory");
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(b"content").expect("in memory");
        let followed = |mut body: Vec<u8>, more: usize| {
            body.resize(body.len() + more, b'x');
            body
        };
        let (zlib, deflate) = (zlib.finish().expect("in memory"), deflate.finish().expect("in memory"));
        for more in [1, BUFFER * 2] {
            for body in [followed(zlib.clone(), more), followed(deflate.clone(), more)] {
                check("deflate", &body, Err("the body is not valid deflate: bytes follow its end"));
            }
            let brotli = followed(b"\x0b\x03\x80content\x03".to_vec(), more);
            check("br", &brotli, Err("the body is not valid br: bytes follow its end"));
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_an_error() {
        let unknown = "unsupported content coding \"zstd\": request gzip, deflate or br with an accept-encoding header";
        check("zstd", b"x", Err(unknown));
        check("gzip", b"plain content", Err("the body is not valid gzip: invalid gzip header"));
        check("gzip, gzip, gzip, gzip, br", b"x", Err("the body has 5 content codings, at most 4 are supported"));
        check("gzip", &gzip(&[0; 101]), Err("the decoded gzip body exceeds 100 bytes"));
        check("gzip", &gzip(&[0; 100]), Ok(&[0; 100]));
    }
}
