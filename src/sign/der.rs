//! Reads the few structures of keys and certificates that are encoded in DER (X.690).

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// Tag `[0]` of a constructed element.
pub(super) const TAGGED: u8 = 0xa0;

/// Bytes that are read element by element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Der<'d>(pub(super) &'d [u8]);

impl<'d> Der<'d> {
    /// The content of the next element; none if it has another tag.
    pub(super) fn next(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (length, mut rest) = rest.split_first()?;
        let mut length = usize::from(*length);
        if let Some(digits) = length.checked_sub(0x80) {
            let (digits, after) = rest.split_at_checked(digits).filter(|(digits, _)| digits.len() <= 3)?;
            length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            rest = after;
        }
        let (content, rest) = rest.split_at_checked(length).filter(|_| *found == tag)?;
        self.0 = rest;
        Some(content)
    }

    /// Like [`Der::next`], for the elements within it.
    pub(super) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.next(tag).map(Der)
    }

    /// The bytes of a bit string, whose number of bits is a multiple of eight.
    pub(super) fn bits(&mut self) -> Option<&'d [u8]> {
        self.next(BIT_STRING)?.strip_prefix(&[0])
    }
}
