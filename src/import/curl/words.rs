//! Words: quotes, escapes and expansions (POSIX.1-2024 Shell Command Language §2.2, §2.6).

use super::lexer::{Lexer, MAX_DEPTH, Unclosed, Word};
use super::placeholder::is_secret;

/// Beginnings of the names of variables for what is not evaluated. A variable that the text assigns such a value has a better name.
pub(super) const UNKNOWN: [&[u8]; 3] = [b"command_", b"arithmetic_", b"expansion_"];

/// Maximum length of an expansion in characters.
const MAX_EXPANSION: usize = 4096;

const ARITHMETIC: &str = "arithmetic is not evaluated";

/// Characters that end a word that is not quoted.
const OPERATORS: [char; 7] = ['|', '&', ';', '(', ')', '<', '>'];

impl Lexer<'_> {
    /// Skips blanks and continuations of lines: `\` of a POSIX shell, `^` of Windows.
    pub(super) fn blanks(&mut self) {
        while self.skip(" ") || self.skip("\t") || self.continuation() {}
    }

    /// Skips the end of a line that continues, and the prompt of the next line.
    fn continuation(&mut self) -> bool {
        let is_continued = self.skip("\\\n") || self.skip("^\n");
        if is_continued && self.has_prompts {
            self.skip("> ");
        }
        is_continued
    }

    /// Reads one word, which begins here.
    pub(super) fn word(&mut self) -> Result<Word, Unclosed> {
        let start = self.at;
        let mut bytes = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\n' => break,
                '<' if self.placeholder(&mut bytes) => {}
                _ if OPERATORS.contains(&next) => break,
                '`' if self.in_backticks => break,
                '\\' | '^' if self.continuation() => {}
                '\\' => {
                    self.next();
                    self.character(&mut bytes);
                }
                '\'' => {
                    let text = self.single_quoted()?;
                    bytes.extend_from_slice(text.as_bytes());
                }
                '"' => {
                    self.next();
                    self.double_quoted(&mut bytes)?;
                }
                '$' => self.dollar(&mut bytes, false)?,
                '`' => self.backticks(&mut bytes)?,
                _ => self.character(&mut bytes),
            }
        }
        Ok(Word { bytes, span: start..self.at })
    }

    /// Appends the next character.
    fn character(&mut self, bytes: &mut Vec<u8>) {
        if let Some(next) = self.next() {
            bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn single_quoted(&mut self) -> Result<String, Unclosed> {
        let at = self.at;
        self.next();
        self.until('\'').map(str::to_owned).ok_or(Unclosed { at, missing: "closing quote `'`" })
    }

    /// Reads `<name>`, which is a placeholder rather than the redirection that a shell would read.
    fn placeholder(&mut self, bytes: &mut Vec<u8>) -> bool {
        let Some(length) = self.placeholder_name().map(str::len) else { return false };
        bytes.extend_from_slice(&self.rest().as_bytes()[..length + 2]);
        self.at += length + 2;
        true
    }

    /// The name of the placeholder that begins here.
    pub(super) fn placeholder_name(&self) -> Option<&str> {
        let rest = self.rest().strip_prefix('<')?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let name = &rest[..rest.bytes().position(|byte| !is_part(byte))?];
        (name.starts_with(|c: char| c.is_ascii_alphabetic()) && rest[name.len()..].starts_with('>')).then_some(name)
    }

    /// Reads text in double quotes, after the opening one.
    fn double_quoted(&mut self, bytes: &mut Vec<u8>) -> Result<(), Unclosed> {
        let unclosed = Unclosed { at: self.at - 1, missing: "closing quote `\"`" };
        loop {
            match self.peek().ok_or(unclosed)? {
                '"' => {
                    self.next();
                    return Ok(());
                }
                _ => self.expanded(bytes, &['$', '`', '"', '\\'])?,
            }
        }
    }

    /// Reads one character of a text in which variables are expanded; a backslash escapes the characters `escaped`.
    pub(super) fn expanded(&mut self, bytes: &mut Vec<u8>, escaped: &[char]) -> Result<(), Unclosed> {
        match self.peek() {
            Some('\\') if self.continuation() => {}
            Some('\\') => {
                self.next();
                if !self.peek().is_some_and(|next| escaped.contains(&next)) {
                    bytes.push(b'\\');
                }
                self.character(bytes);
            }
            Some('$') => self.dollar(bytes, true)?,
            Some('`') => self.backticks(bytes)?,
            _ => self.character(bytes),
        }
        Ok(())
    }

    /// Reads what begins with `$`.
    fn dollar(&mut self, bytes: &mut Vec<u8>, is_quoted: bool) -> Result<(), Unclosed> {
        let at = self.at;
        self.next();
        match self.peek() {
            Some('\'') if !is_quoted => return self.ansi_quoted(bytes),
            Some('"') if !is_quoted => {
                self.next();
                return self.double_quoted(bytes);
            }
            Some('{') => return self.parameter(at, bytes),
            Some('[') if self.arithmetic("[", "]") => self.unknown(at, "arithmetic", ARITHMETIC, bytes),
            Some('(') if self.arithmetic("((", "))") => self.unknown(at, "arithmetic", ARITHMETIC, bytes),
            Some('(') => return self.substitution(at, bytes),
            Some(first) if first.is_ascii_alphabetic() || first == '_' => {
                let name = identifier(self.rest());
                self.at += name.len();
                bytes.extend(self.value(name));
            }
            Some(special) if special.is_ascii_digit() || "?!#@*-$".contains(special) => {
                self.next();
                let name = if special.is_ascii_digit() { format!("arg_{special}") } else { "shell_value".to_owned() };
                bytes.extend(self.value(&name));
            }
            _ => bytes.push(b'$'),
        }
        Ok(())
    }

    /// Reads `${…}`, after the `$` at `at`.
    fn parameter(&mut self, at: usize, bytes: &mut Vec<u8>) -> Result<(), Unclosed> {
        let length = closing(self.rest(), '{', '}').ok_or(Unclosed { at, missing: "closing brace `}`" })?;
        let text = &self.rest()[1..length];
        self.at += length + 1;
        let name = identifier(text);
        let rest = &text[name.len()..];
        let default = ["", ":"].iter().find_map(|colon| rest.strip_prefix(colon)?.strip_prefix(['-', '=']));
        let is_value = rest.is_empty() || default.is_some() || rest.starts_with(":?") || rest.starts_with('?');
        if name.is_empty() || !is_value {
            self.unknown(at, "expansion", "this form of `${…}` is not evaluated", bytes);
            return Ok(());
        }
        let default = default.filter(|default| !default.contains(['$', '`']));
        let default = default.map(|default| default.trim_matches(['"', '\'']).to_owned());
        match is_secret(name) {
            true => self.secrets.extend(default),
            false => self.defaults.extend(default.map(|default| (name.to_owned(), default))),
        }
        bytes.extend(self.value(name));
        Ok(())
    }

    /// Skips arithmetic between `open` and `close`. Returns false if this is something else.
    fn arithmetic(&mut self, open: &str, close: &str) -> bool {
        let Some(inner) = self.rest().strip_prefix(open) else { return false };
        let mut depth = 0_usize;
        for (length, c) in inner.char_indices().take(MAX_EXPANSION) {
            match c {
                _ if depth == 0 && inner[length..].starts_with(close) => {
                    self.at += open.len() + length + close.len();
                    return true;
                }
                '(' | '[' => depth += 1,
                // `$((a) b)` contains a subshell.
                ')' | ']' if depth == 0 => return false,
                ')' | ']' => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// Appends a variable for what begins at `at` and is not evaluated.
    fn unknown(&mut self, at: usize, name: &str, why: &str, bytes: &mut Vec<u8>) {
        self.substitutions += 1;
        let name = format!("{name}_{}", self.substitutions);
        self.notes.push((at..self.at, format!("{why}: the variable `{name}` is used instead")));
        bytes.extend(self.value(&name));
    }

    /// Reads `$(…)`, after the `$` at `at`.
    fn substitution(&mut self, at: usize, bytes: &mut Vec<u8>) -> Result<(), Unclosed> {
        self.next();
        let outer = std::mem::take(&mut self.in_backticks);
        let first = self.commands.len();
        self.nested(')', Unclosed { at, missing: "closing parenthesis `)`" })?;
        self.in_backticks = outer;
        self.substituted(at, first, bytes);
        Ok(())
    }

    /// Reads `` `…` ``.
    fn backticks(&mut self, bytes: &mut Vec<u8>) -> Result<(), Unclosed> {
        let at = self.at;
        self.next();
        let first = self.commands.len();
        self.in_backticks = true;
        self.nested('`', Unclosed { at, missing: "closing backtick" })?;
        self.in_backticks = false;
        self.substituted(at, first, bytes);
        Ok(())
    }

    fn nested(&mut self, closing: char, unclosed: Unclosed) -> Result<(), Unclosed> {
        if self.depth == MAX_DEPTH {
            return Err(Unclosed { missing: "substitution that is less deep", ..unclosed });
        }
        self.depth += 1;
        let began = self.began;
        let read = self.commands(Some(closing), unclosed);
        self.began = began;
        self.depth -= 1;
        read
    }

    /// Appends the output of the commands since `first` if it is known, else a placeholder.
    fn substituted(&mut self, at: usize, first: usize, bytes: &mut Vec<u8>) {
        if self.commands.len() == first + 1
            && let Some(mut output) = self.output(first)
        {
            while output.last() == Some(&b'\n') {
                output.pop();
            }
            self.commands.truncate(first);
            bytes.extend(output);
            return;
        }
        self.unknown(at, "command", "commands are not executed", bytes);
    }

    /// Reads `$'…'` (POSIX.1-2024 §2.2.4, with the escapes of bash).
    fn ansi_quoted(&mut self, bytes: &mut Vec<u8>) -> Result<(), Unclosed> {
        let unclosed = Unclosed { at: self.at - 1, missing: "closing quote `'`" };
        self.next();
        loop {
            match self.next().ok_or(unclosed)? {
                '\'' => return Ok(()),
                '\\' => {
                    let escape = self.next().ok_or(unclosed)?;
                    self.ansi_escape(escape, bytes);
                }
                other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    fn ansi_escape(&mut self, escape: char, bytes: &mut Vec<u8>) {
        let byte = match escape {
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 27,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            '0'..='7' => {
                self.at -= 1;
                let code = self.digits(8, 3).unwrap_or_default();
                u8::try_from(code & 0xff).unwrap_or_default()
            }
            'x' => match self.digits(16, 2) {
                Some(code) => u8::try_from(code).unwrap_or_default(),
                None => return bytes.extend_from_slice(b"\\x"),
            },
            'u' | 'U' => {
                let code = self.digits(16, if escape == 'u' { 4 } else { 8 });
                let c = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                return bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            'c' => match self.next() {
                Some(control) if control.is_ascii() => (control as u8) & 0x1f,
                _ => return,
            },
            '\\' | '\'' | '"' | '?' => escape as u8,
            other => {
                bytes.push(b'\\');
                return bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            }
        };
        bytes.push(byte);
    }

    /// Reads at most `most` digits.
    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let rest = self.rest();
        let length = rest.chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let number = u32::from_str_radix(&rest[..length], radix).ok()?;
        self.at += length;
        Some(number)
    }
}

/// The offset of the bracket that closes the one that `text` begins with.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().take(MAX_EXPANSION) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// The identifier that `text` begins with.
pub(super) fn identifier(text: &str) -> &str {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..length]
}
