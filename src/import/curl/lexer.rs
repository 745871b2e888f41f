//! State of the reader of shell text, and what it produces.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::recorded_variables::RecordedVariables;
use super::placeholder::expression;

/// Maximum depth of command substitutions within each other.
pub(super) const MAX_DEPTH: usize = 20;

/// Maximum of the values of variables that are inserted, in bytes: `A=$A$A` doubles a value.
const MAX_EXPANDED: usize = 10_000_000;

/// A word of a command after quotes and expansions are removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// The value. Variables are placeholders of [`RecordedVariables`]; `$'\xff'` is not UTF-8.
    pub bytes: Vec<u8>,
    /// Its bytes in the source text.
    pub span: Range<usize>,
}

impl Word {
    /// The value as text, with replacement characters for bytes that are not UTF-8.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A simple command: a program with its arguments.
#[derive(Debug, Clone, Default)]
pub(super) struct Command {
    /// The words, with assignments and reserved words in front of the program.
    pub words: Vec<Word>,
    /// Index of its standard input in [`Lexer::inputs`]: a here-document or a here-string.
    pub input: Option<usize>,
    /// Whether it reads the output of the command before it.
    pub is_piped: bool,
}

/// A here-document whose text follows the current line.
#[derive(Debug)]
pub(super) struct HereDocument {
    /// The line that ends it.
    pub delimiter: Vec<u8>,
    /// Whether the delimiter is quoted, so that nothing in the text is expanded.
    pub is_verbatim: bool,
    /// Whether leading tabs are removed.
    pub is_indented: bool,
    /// Offset of the operator.
    pub at: usize,
    /// Index in [`Lexer::inputs`].
    pub input: usize,
}

/// A quote, a substitution or a here-document that does not end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unclosed {
    /// Offset of its beginning.
    pub at: usize,
    /// The missing end.
    pub missing: &'static str,
}

/// Reads commands from shell text without executing anything.
pub(super) struct Lexer<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Offset of the next character.
    pub at: usize,
    /// End of the part of the text that is read.
    pub end: usize,
    /// Creates placeholders.
    pub marks: &'a RecordedVariables,
    /// Variables that the text assigns.
    pub assigned: BTreeMap<String, Vec<u8>>,
    /// Bytes of the values of variables that were inserted so far.
    pub expanded: usize,
    /// Whether values were too long to be inserted.
    pub is_cut: bool,
    /// Values that the text assigns to variables of credentials, which are not read.
    pub secrets: Vec<String>,
    /// Values of `${NAME:-value}` by variable.
    pub defaults: BTreeMap<String, String>,
    /// The commands so far; those of a substitution come before the command that contains it.
    pub commands: Vec<Command>,
    /// Texts of here-documents.
    pub inputs: Vec<Vec<u8>>,
    /// Here-documents that begin after this line.
    pub pending: Vec<HereDocument>,
    /// What the reader noticed, with the part of the text.
    pub notes: Vec<(Range<usize>, String)>,
    /// Whether only lines with a prompt are commands, as in a recorded session.
    pub has_prompts: bool,
    /// Whether to stop after the line on which the first command ends.
    pub is_single: bool,
    /// Offset of the current command.
    pub began: usize,
    /// Depth of substitutions.
    pub depth: usize,
    /// Number of substitutions.
    pub substitutions: usize,
    /// Whether the text is inside backticks.
    pub in_backticks: bool,
}

impl<'a> Lexer<'a> {
    /// A reader of parts of `text`.
    pub(super) fn new(text: &'a str, marks: &'a RecordedVariables) -> Self {
        Self {
            text,
            at: 0,
            end: 0,
            marks,
            assigned: BTreeMap::new(),
            expanded: 0,
            is_cut: false,
            secrets: Vec::new(),
            defaults: BTreeMap::new(),
            commands: Vec::new(),
            inputs: Vec::new(),
            pending: Vec::new(),
            notes: Vec::new(),
            has_prompts: false,
            is_single: false,
            began: 0,
            depth: 0,
            substitutions: 0,
            in_backticks: false,
        }
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads the next character.
    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Skips `expected` if it comes next.
    pub(super) fn skip(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected);
        self.at += if is_next { expected.len() } else { 0 };
        is_next
    }

    /// Reads up to `end`, and skips it; `None` if it does not occur.
    pub(super) fn until(&mut self, end: char) -> Option<&'a str> {
        let rest = self.rest();
        let length = rest.find(end)?;
        self.at += length + end.len_utf8();
        Some(&rest[..length])
    }

    /// Offset of the end of the current line.
    pub(super) fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.end, |length| self.at + length)
    }

    /// The value of the variable `name` of the shell: what the text assigned, else a placeholder.
    pub(super) fn value(&mut self, name: &str) -> Vec<u8> {
        let value = self.assigned.get(name).filter(|value| {
            self.expanded = self.expanded.saturating_add(value.len());
            self.expanded <= MAX_EXPANDED
        });
        value.cloned().unwrap_or_else(|| {
            if self.assigned.contains_key(name) && !std::mem::replace(&mut self.is_cut, true) {
                let note =
                    format!("the values of variables are longer than 10 MB: the variable `{name}` is used instead");
                self.notes.push((self.at.saturating_sub(name.len())..self.at, note));
            }
            self.marks.mark(&expression(name)).into_bytes()
        })
    }
}
