//! The text of a file and its lines: maps byte offsets to positions and source lines.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::place::{Place, Snippet};

/// A named text. Its lines are counted on the first request for a position.
#[derive(Debug)]
pub(crate) struct Source {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    starts: OnceLock<Vec<usize>>,
    /// Number of characters in front of each [`STRIDE`] of bytes.
    characters: OnceLock<Vec<usize>>,
}

/// Bytes after which characters are counted again.
const STRIDE: usize = 1 << 14;

/// Bytes of a long line that a snippet has in front of its place and from there on: more than a terminal shows.
const AROUND: (usize, usize) = (2_000, 2_000);

impl Source {
    /// A text that is shown as `name`.
    pub(crate) fn new(name: Arc<str>, text: Arc<str>) -> Self {
        Self { name, text, starts: OnceLock::new(), characters: OnceLock::new() }
    }

    /// Its name as shown to the user.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The position of the character at byte `offset`; an offset past the end is behind the last character.
    pub(super) fn place(&self, offset: usize) -> Place {
        let (index, start) = self.line_of(offset);
        let before = self.count(start..offset.min(self.text.len()));
        Place { file: self.name.clone(), line: small(index).saturating_add(1), column: before.saturating_add(1) }
    }

    /// The offset of the character at `line` and `column`, both from 1.
    pub(super) fn offset(&self, line: u32, column: u32) -> usize {
        let start = self.starts().get((line as usize).saturating_sub(1)).copied().unwrap_or(self.text.len());
        let mut rest = self.slice(start..self.text.len()).char_indices();
        rest.nth((column as usize).saturating_sub(1)).map_or(self.text.len(), |(offset, _)| start + offset)
    }

    /// The line on which `range` starts, and the part of it that the range covers.
    pub(crate) fn snippet(&self, range: Range<usize>) -> Snippet {
        let (index, start) = self.line_of(range.start);
        let next = self.starts().get(index + 1).copied().unwrap_or(self.text.len());
        let end = start + self.slice(start..next).trim_end_matches(['\n', '\r']).len();
        let first = character_start(&self.text, range.start.saturating_sub(AROUND.0).max(start));
        Snippet {
            place: self.place(range.start),
            line: self.slice(first..end.min(range.start.saturating_add(AROUND.1))).to_owned(),
            cut: self.count(start..first),
            width: self.count(range.start..range.end.min(end)).max(1),
            pointer: None,
        }
    }

    /// The number of characters that start in a range of bytes.
    fn count(&self, range: Range<usize>) -> u32 {
        let starts = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte).cast_signed() >= -0x40).count();
        let bytes = self.text.as_bytes();
        if range.len() <= STRIDE {
            return small(bytes.get(range).map_or(0, starts));
        }
        let sums = self.characters.get_or_init(|| {
            let sum = |sum: &mut usize, chunk: &[u8]| Some(std::mem::replace(sum, *sum + starts(chunk)));
            bytes.chunks(STRIDE).scan(0, sum).collect()
        });
        // Behind the last chunk there may be no further one.
        let before = |offset: usize| {
            let chunk = (offset / STRIDE).min(sums.len() - 1);
            sums[chunk] + starts(&bytes[chunk * STRIDE..offset])
        };
        small(before(range.end) - before(range.start))
    }

    /// The text between two offsets, limited to whole characters and to the end of the file.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        let (start, end) = (character_start(&self.text, range.start), character_start(&self.text, range.end));
        self.text.get(start..end).unwrap_or_default()
    }

    /// The number (from 0) and the first offset of the line that holds `offset`.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let starts = self.starts();
        let index = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        (index, starts.get(index).copied().unwrap_or_default())
    }

    fn starts(&self) -> &[usize] {
        let after_breaks = || self.text.match_indices('\n').map(|(offset, _)| offset + 1);
        self.starts.get_or_init(|| std::iter::once(0).chain(after_breaks()).collect())
    }
}

/// The offset at which the character with byte `offset` starts; at most the end of the text.
pub(super) fn character_start(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, range: Range<usize>, expect: (&str, &str, u32)) {
        let snippet = Source::new("f".into(), text.into()).snippet(range);
        assert_eq!((snippet.place.to_string().as_str(), snippet.line.as_str(), snippet.width), expect);
    }

    #[test]
    fn columns_and_widths_count_characters() {
        check("a: 1\r\né: two\r\n", 10..13, ("f:2:4", "é: two", 3));
        check("é: [1,\n 2]", 4..11, ("f:1:4", "é: [1,", 3));
        check("a", 99..120, ("f:1:2", "a", 1));
        check("", 0..0, ("f:1:1", "", 1));
        check("a\n", 2..2, ("f:2:1", "", 1));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("a\n{}xyz{}\nb", "é".repeat(60_000), "ü".repeat(60_000));
        let source = Source::new("f".into(), text.as_str().into());
        let at = 2 + 2 * 60_000;
        let snippet = source.snippet(at..at + 3);
        assert_eq!((snippet.place.line, snippet.place.column, snippet.width), (2, 60_001, 3));
        let shown = snippet.line.chars().skip((snippet.place.column - 1 - snippet.cut) as usize);
        assert_eq!(shown.take(3).collect::<String>(), "xyz");
        assert!(snippet.line.len() <= 4_000, "{}", snippet.line.len());
        assert_eq!(source.snippet(2..text.len()).width, 120_003);
    }
}
