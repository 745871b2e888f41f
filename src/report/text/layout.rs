//! Lays out the lines of a diff in columns: signs on the left, notes and locations on the right, marks below differing
//! parts.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diff::{Line, Role};

/// Spaces between columns.
const GAP: usize = 2;

/// Minimum width of the text, however narrow the terminal.
const MIN_TEXT: usize = 16;

/// One printed row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Role of the line.
    pub role: Role,
    /// Sign, space and text.
    pub text: String,
    /// Byte ranges of `text` that differ.
    pub emphasis: Vec<Range<usize>>,
    /// Note, with the spaces before and after it.
    pub aside: String,
    /// Location of the rule.
    pub place: String,
}

impl Row {
    /// Creates a row without note.
    fn new(role: Role, text: String) -> Self {
        Self { role, text, emphasis: Vec::new(), aside: String::new(), place: String::new() }
    }

    /// Formats the row without colours.
    pub(crate) fn plain(&self) -> String {
        format!("{}{}{}", self.text, self.aside, self.place).trim_end().to_owned()
    }
}

/// Lays out `lines` in rows of at most `width` columns if possible.
pub(crate) fn rows(lines: &[Line], width: usize) -> Vec<Row> {
    let columns = Columns::new(lines, width);
    lines.iter().flat_map(|line| columns.rows(line)).collect()
}

/// Positions of the columns.
struct Columns {
    width: usize,
    /// Width of the widest text with its note on the right.
    text: usize,
    /// Width of the widest note.
    note: usize,
}

impl Columns {
    /// Computes the columns. Notes are on the right if at least half of the texts leave room for them.
    fn new(lines: &[Line], width: usize) -> Self {
        let annotated = || lines.iter().filter_map(|line| Some((line.text.width(), line.annotation.as_ref()?)));
        let note = annotated().map(|(_, (note, _))| note.width()).max().unwrap_or(0);
        let place = annotated().map(|(_, (_, place))| place.width()).max().unwrap_or(0);
        let room = width.saturating_sub(2 + GAP + note + GAP + place);
        let fitting: Vec<usize> = annotated().map(|(text, _)| text).filter(|text| *text <= room).collect();
        let enough = fitting.len() * 2 >= annotated().count();
        Self { width, text: if enough { fitting.into_iter().max().unwrap_or(0) } else { 0 }, note }
    }

    fn rows(&self, line: &Line) -> Vec<Row> {
        let aside = line.annotation.as_ref().filter(|_| line.text.width() <= self.text);
        let above = line.annotation.as_ref().filter(|_| aside.is_none());
        let mut rows: Vec<Row> = above.map(|(note, place)| self.above(line, note, place)).into_iter().collect();
        let first = rows.len();
        for piece in pieces(line, self.width.saturating_sub(2).max(MIN_TEXT)) {
            let marks = (line.role == Role::Added && !piece.emphasis.is_empty()).then(|| marks(&piece));
            rows.push(piece);
            rows.extend(marks);
        }
        if let (Some((note, place)), Some(row)) = (aside, rows.get_mut(first)) {
            let blanks = (2 + self.text + GAP).saturating_sub(row.text.width());
            row.aside =
                format!("{:blanks$}{note}{:gap$}", "", "", gap = (self.note + GAP).saturating_sub(note.width()));
            row.place.clone_from(place);
        }
        rows
    }

    /// Creates a row for the note above its line.
    fn above(&self, line: &Line, note: &str, place: &str) -> Row {
        let indent = line.text.len() - line.text.trim_start().len();
        let aside = format!("{:indent$}  ↓ {note}  ", "");
        let aside = if aside.width() + place.width() > self.width {
            format!("{:indent$}  ↓ {note}\n{:indent$}    ", "", "")
        } else {
            aside
        };
        Row { aside, place: place.to_owned(), ..Row::new(Role::Context, String::new()) }
    }
}

/// Splits the line into pieces of at most `room` columns; the later ones are indented.
fn pieces(line: &Line, room: usize) -> Vec<Row> {
    let sign = match line.role {
        Role::Context | Role::Fold => "  ",
        Role::Removed => "- ",
        Role::Added => "+ ",
    };
    let indent = line.text.chars().take_while(|c| *c == ' ').count();
    let hanging = (indent + 4).min(room / 2);
    let row = |text: String| Row::new(line.role, text);
    let mut rows = vec![row(sign.to_owned())];
    let mut used = 0;
    for (at, c) in line.text.char_indices() {
        let columns = c.width().unwrap_or(0);
        if used + columns > room {
            rows.push(row(format!("{sign}{:hanging$}", "")));
            used = hanging;
        }
        used += columns;
        if let Some(row) = rows.last_mut() {
            let from = row.text.len();
            row.text.push(c);
            if line.emphasis.iter().any(|range| range.contains(&at)) {
                emphasise(&mut row.emphasis, from..row.text.len());
            }
        }
    }
    rows
}

fn emphasise(ranges: &mut Vec<Range<usize>>, next: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == next.start => last.end = next.end,
        _ => ranges.push(next),
    }
}

/// Creates a row of `^` below the differing parts.
fn marks(row: &Row) -> Row {
    let mark = |(at, c): (usize, char)| {
        let sign = if row.emphasis.iter().any(|range| range.contains(&at)) { '^' } else { ' ' };
        std::iter::repeat_n(sign, c.width().unwrap_or(0))
    };
    let text: String = row.text.char_indices().flat_map(mark).collect();
    Row::new(Role::Context, text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(Role, &str, Range<usize>, &str)], width: usize, expect: &[&str]) {
        let line = |(role, text, emphasis, note): &(Role, &str, Range<usize>, &str)| Line {
            role: *role,
            text: (*text).to_owned(),
            emphasis: std::iter::once(emphasis.clone()).filter(|range| !range.is_empty()).collect(),
            annotation: (!note.is_empty()).then(|| ((*note).to_owned(), "f.yaml:1:1".to_owned())),
        };
        let lines: Vec<_> = lines.iter().map(line).collect();
        assert_eq!(rows(&lines, width).iter().map(Row::plain).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn notes_are_in_a_column_if_they_fit() {
        let lines =
            [(Role::Removed, "a", 0..0, "one"), (Role::Added, "b", 0..0, ""), (Role::Removed, "ccc", 0..0, "three")];
        check(&lines, 40, &["- a    one    f.yaml:1:1", "+ b", "- ccc  three  f.yaml:1:1"]);
        check(&lines, 12, &["  ↓ one\n    f.yaml:1:1", "- a", "+ b", "  ↓ three\n    f.yaml:1:1", "- ccc"]);
    }

    #[test]
    fn long_lines_are_broken_and_marked_in_each_piece() {
        check(
            &[(Role::Added, "  0123456789abcdef漢字", 13..21, "")],
            18,
            &["+   0123456789abcd", "               ^^^", "+       ef漢字", "        ^^^^"],
        );
    }
}
