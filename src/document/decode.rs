//! Decodes the text of input files: UTF-8, or UTF-16 as some editors and shells write it, each with or without a byte order mark (YAML 1.2
//! §5.2). The mark is not part of the text.

/// Bytes that are not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither UTF-8 nor UTF-16 text")]
pub(crate) struct NotText {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The offset of the first that is not text.
    pub offset: usize,
}

/// The text of a file.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf_8(rest.to_vec(), 3),
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, 2, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, 2, u16::from_be_bytes),
        // The first character of YAML and JSON is one of ASCII.
        [1..=0x7F, 0, ..] => utf_16(&bytes, 0, u16::from_le_bytes),
        [0, 1..=0x7F, ..] => utf_16(&bytes, 0, u16::from_be_bytes),
        _ => utf_8(bytes, 0),
    }
}

fn utf_8(bytes: Vec<u8>, mark: usize) -> Result<String, NotText> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = mark + error.utf8_error().valid_up_to();
        NotText { bytes: [vec![b' '; mark], error.into_bytes()].concat(), offset }
    })
}

fn utf_16(bytes: &[u8], mark: usize, unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let decoded: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    decoded.ok().filter(|_| rest.is_empty()).ok_or_else(|| NotText { bytes: bytes.to_vec(), offset: mark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_every_encoding() {
        let text = "a: é 😀\n";
        let bytes = |units: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(units).collect::<Vec<_>>();
        let (le, be) = (bytes(u16::to_le_bytes), bytes(u16::to_be_bytes));
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for encoded in [
            text.as_bytes().to_vec(),
            marked(b"\xEF\xBB\xBF", text.as_bytes()),
            marked(b"\xFF\xFE", &le),
            marked(b"\xFE\xFF", &be),
            le,
            be,
        ] {
            assert_eq!(decode(encoded.clone()).as_deref(), Ok(text), "{encoded:?}");
        }
        assert_eq!(decode(Vec::new()).as_deref(), Ok(""));
    }

    #[test]
    fn other_bytes_are_no_text() {
        assert_eq!(decode(b"a: \xE9".to_vec()).map_err(|error| error.offset), Err(3));
        assert_eq!(decode(b"\xEF\xBB\xBFa\xFF".to_vec()).map_err(|error| error.offset), Err(4));
        assert!(decode(b"\xFF\xFEa\x00b".to_vec()).is_err());
        assert!(decode(b"\xFF\xFE\x00\xD8".to_vec()).is_err());
    }
}
