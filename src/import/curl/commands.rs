//! Commands of a shell script: lists, pipelines, redirections, here-documents, and the prompts of a recorded session.

use std::ops::Range;

use super::super::recorded_variables::RecordedVariables;
use super::lexer::{Command, HereDocument, Lexer, Unclosed, Word};
use super::placeholder::is_secret;
use super::windows;
use super::words::{UNKNOWN, identifier};

/// Words in front of the program of a simple command.
const PREFIXES: [&str; 16] = [
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "sudo", "exec", "command", "nohup", "env",
    "eval",
];

/// Builtins whose arguments are assignments.
const DECLARING: [&str; 5] = ["export", "declare", "local", "readonly", "typeset"];

/// A call of curl.
#[derive(Debug)]
pub(super) struct Call {
    /// The arguments, without the program.
    pub arguments: Vec<Word>,
    /// Standard input, if it is known.
    pub input: Option<Vec<u8>>,
    /// The program and its arguments in the source text.
    pub span: Range<usize>,
}

/// What a script contains.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The calls of curl, in order.
    pub calls: Vec<Call>,
    /// Quotes and substitutions that do not end.
    pub unclosed: Vec<Unclosed>,
    /// What is not executed, and other observations.
    pub notes: Vec<(Range<usize>, String)>,
    /// Values of variables of credentials.
    pub secrets: Vec<String>,
    /// Default values of variables.
    pub defaults: Vec<(String, String)>,
}

/// Reads the calls of curl in the given parts of `text`.
pub(super) fn read(text: &str, parts: &[Range<usize>], marks: &RecordedVariables) -> Script {
    let mut lexer = Lexer::new(text, marks);
    let mut script = Script::default();
    for part in parts {
        (lexer.at, lexer.end) = (part.start, part.end);
        // A line of quoted text may look like one with a prompt: the first command decides.
        let first = text[part.clone()].lines().find(|line| prompt(line).is_some() || starts_with_curl(line));
        lexer.has_prompts = first.is_some_and(|line| prompt(line).is_some());
        while let Err(unclosed) = lexer.commands(None, Unclosed { at: part.end, missing: "" }) {
            lexer.recover(unclosed, &mut script);
        }
        lexer.pending.clear();
    }
    calls(lexer, script)
}

/// Reads the command that `part` of `text` begins with, perhaps after a prompt. Returns the offset behind its line, too.
pub(super) fn first(text: &str, part: Range<usize>, marks: &RecordedVariables) -> (Script, usize) {
    let mut lexer = Lexer::new(text, marks);
    let mut script = Script::default();
    let start = part.start + prompt(text[part.clone()].lines().next().unwrap_or_default()).unwrap_or_default();
    (lexer.at, lexer.end, lexer.is_single) = (start, part.end, true);
    script.unclosed.extend(lexer.commands(None, Unclosed { at: part.end, missing: "" }).err());
    let end = lexer.at;
    (calls(lexer, script), end)
}

/// The script with the calls of curl among the commands of `lexer`.
fn calls(mut lexer: Lexer<'_>, mut script: Script) -> Script {
    for index in 0..lexer.commands.len() {
        let command = &lexer.commands[index];
        let Some(program) = program(command).filter(|at| is_curl(&command.words[*at])) else { continue };
        let arguments = command.words[program + 1..].to_vec();
        let end = arguments.last().map_or(command.words[program].span.end, |last| last.span.end);
        let span = command.words[program].span.start..end;
        script.calls.push(Call { arguments, input: lexer.input(index), span });
    }
    let calls = &script.calls;
    lexer.notes.retain(|(at, _)| calls.iter().any(|call| call.span.start <= at.start && at.start <= call.span.end));
    script.notes = lexer.notes;
    script.secrets = lexer.secrets;
    script.defaults = lexer.defaults.into_iter().collect();
    script
}

impl Lexer<'_> {
    /// Reads commands up to `closing`, or to the end.
    pub(super) fn commands(&mut self, closing: Option<char>, unclosed: Unclosed) -> Result<(), Unclosed> {
        let mut current = Command::default();
        let mut subshells = 0_usize;
        if closing.is_none() {
            self.line_start();
        }
        loop {
            self.blanks();
            if current.words.is_empty() {
                self.began = self.at;
            }
            let Some(next) = self.peek() else {
                self.finish(&mut current, false);
                return if closing.is_none() { Ok(()) } else { Err(unclosed) };
            };
            match next {
                '`' if closing == Some('`') => {
                    self.next();
                    self.finish(&mut current, false);
                    return Ok(());
                }
                ')' => {
                    self.next();
                    self.finish(&mut current, false);
                    if subshells == 0 && closing == Some(')') {
                        return Ok(());
                    }
                    subshells = subshells.saturating_sub(1);
                }
                '\n' => {
                    self.next();
                    self.finish(&mut current, false);
                    self.here_documents()?;
                    if self.is_single && closing.is_none() && !self.commands.is_empty() {
                        return Ok(());
                    }
                    if closing.is_none() {
                        self.line_start();
                    }
                }
                '#' => self.at = self.line_end(),
                '|' => {
                    self.next();
                    let is_list = self.skip("|");
                    self.skip("&");
                    self.finish(&mut current, !is_list);
                }
                '&' => self.ampersand(&mut current)?,
                ';' | '(' => {
                    self.next();
                    subshells += usize::from(next == '(');
                    self.finish(&mut current, false);
                }
                '<' | '>' if self.placeholder_name().is_none() => self.redirection(&mut current)?,
                _ => self.argument(&mut current, closing.is_none())?,
            }
        }
    }

    /// Reads a word, or a whole command for `cmd.exe`, which is in no substitution.
    fn argument(&mut self, current: &mut Command, is_outermost: bool) -> Result<(), Unclosed> {
        if is_outermost && current.words.is_empty() && windows::is_command(self.rest()) {
            (current.words, self.at) = windows::words(self.text, self.at, self.end, self.marks)?;
            return Ok(());
        }
        let word = self.word()?;
        let is_descriptor = word.bytes.iter().all(u8::is_ascii_digit) && self.rest().starts_with(['<', '>']);
        if !is_descriptor {
            current.words.push(word);
        }
        Ok(())
    }

    fn ampersand(&mut self, current: &mut Command) -> Result<(), Unclosed> {
        let at = self.at;
        self.next();
        if self.peek() == Some('>') {
            return self.redirection(current);
        }
        let is_in_word = current.words.last().is_some_and(|word| word.span.end == at);
        if is_in_word && self.peek().is_some_and(|next| next.is_alphanumeric()) {
            self.notes.push((at..at + 1, "`&` ends the command in a shell: quote the URL".to_owned()));
        }
        self.skip("&");
        self.finish(current, false);
        Ok(())
    }

    /// Reads a redirection; only those of standard input matter.
    fn redirection(&mut self, current: &mut Command) -> Result<(), Unclosed> {
        let at = self.at;
        if self.skip("<<<") {
            self.blanks();
            let mut text = self.word()?.bytes;
            text.push(b'\n');
            current.input = Some(self.inputs.len());
            self.inputs.push(text);
            return Ok(());
        }
        if self.skip("<<") {
            let is_indented = self.skip("-");
            self.blanks();
            let start = self.at;
            let delimiter = self.word()?.bytes;
            let is_verbatim = self.text[start..self.at].contains(['\'', '"', '\\']);
            let input = self.inputs.len();
            self.inputs.push(Vec::new());
            self.pending.push(HereDocument { delimiter, is_verbatim, is_indented, at, input });
            current.input = Some(input);
            return Ok(());
        }
        while self.peek().is_some_and(|next| "<>&|".contains(next)) {
            self.next();
        }
        self.blanks();
        self.word().map(drop)
    }

    /// Reads the here-documents that begin on this line.
    fn here_documents(&mut self) -> Result<(), Unclosed> {
        for document in std::mem::take(&mut self.pending) {
            let unclosed = Unclosed { at: document.at, missing: "end of the here-document" };
            let mut text = Vec::new();
            loop {
                if self.at >= self.end {
                    return Err(unclosed);
                }
                let end = self.line_end();
                let line = &self.text[self.at..end];
                let indent = if document.is_indented { line.len() - line.trim_start_matches('\t').len() } else { 0 };
                self.at += indent;
                if line.as_bytes()[indent..] == document.delimiter {
                    self.at = end;
                    self.skip("\n");
                    break;
                }
                while self.at < end && !document.is_verbatim {
                    self.expanded(&mut text, &['$', '`', '\\'])?;
                }
                // A continued line goes on after `end`.
                if self.at <= end {
                    text.extend_from_slice(&self.text.as_bytes()[self.at..end]);
                    text.push(b'\n');
                    self.at = end;
                    self.skip("\n");
                }
            }
            self.inputs[document.input] = text;
        }
        Ok(())
    }

    /// Ends a command.
    fn finish(&mut self, current: &mut Command, is_next_piped: bool) {
        let command = std::mem::replace(current, Command { is_piped: is_next_piped, ..Command::default() });
        if command.words.is_empty() {
            return;
        }
        let is_declaring = DECLARING.contains(&&*command.words[0].text());
        if is_declaring || command.words.iter().all(|word| assignment(word).is_some()) {
            for (name, value) in command.words.iter().filter_map(assignment) {
                let is_unknown = |name: &&[u8]| value.windows(name.len()).any(|part| part == *name);
                let is_known = !UNKNOWN.iter().any(is_unknown);
                if is_known && !is_secret(name) {
                    self.assigned.insert(name.to_owned(), value.to_vec());
                } else {
                    self.assigned.remove(name);
                    self.secrets.extend(String::from_utf8(value.to_vec()).ok().filter(|_| is_known));
                }
            }
        }
        self.commands.push(command);
    }

    /// At the start of a line: skips the prompt. In a session with prompts, skips the lines without one, which are output, unless they
    /// call curl.
    fn line_start(&mut self) {
        while self.has_prompts && self.at < self.end {
            let end = self.line_end();
            if let Some(length) = prompt(&self.text[self.at..end]) {
                self.at += length;
                return;
            }
            if starts_with_curl(&self.text[self.at..end]) {
                return;
            }
            self.at = (end + 1).min(self.end);
        }
    }

    /// Continues after a part of a command that does not end: with the next call of curl if the command calls curl, else with
    /// the next line, since it may not be shell text at all.
    fn recover(&mut self, unclosed: Unclosed, script: &mut Script) {
        self.pending.clear();
        (self.depth, self.in_backticks) = (0, false);
        let line = |at: usize| self.text[at..self.end].find('\n').map_or(self.end, |length| at + length + 1);
        let is_call = starts_with_curl(&self.text[self.began..line(self.began)]);
        let mut next = line(self.began);
        if is_call {
            script.unclosed.push(unclosed);
            next = line(unclosed.at.max(self.began).min(self.end));
            while next < self.end && !starts_with_curl(&self.text[next..line(next)]) {
                next = line(next);
            }
        }
        self.at = next;
    }

    /// Standard input of a command, if it is known.
    fn input(&self, index: usize) -> Option<Vec<u8>> {
        let command = &self.commands[index];
        let before = || index.checked_sub(1).filter(|_| command.is_piped).and_then(|before| self.output(before));
        command.input.map(|input| self.inputs[input].clone()).or_else(before)
    }

    /// Output of a command that only prints text.
    pub(super) fn output(&self, index: usize) -> Option<Vec<u8>> {
        let command = &self.commands[index];
        let (name, arguments) = command.words.split_first()?;
        match (&*name.text(), arguments) {
            ("cat", []) => self.input(index),
            ("cat", [only]) if only.bytes == b"-" => self.input(index),
            ("echo", [flag, rest @ ..]) if flag.bytes == b"-n" => Some(joined(rest)),
            ("echo", [flag, ..]) if flag.bytes.starts_with(b"-e") => None,
            ("echo", words) => Some([joined(words), vec![b'\n']].concat()),
            ("printf", [only]) if !only.bytes.contains(&b'%') => Some(only.text().replace("\\n", "\n").into_bytes()),
            ("printf", [format, only]) if format.bytes == b"%s" => Some(only.bytes.clone()),
            ("printf", [format, only]) if format.bytes == b"%s\\n" => Some([&only.bytes[..], b"\n"].concat()),
            _ => None,
        }
    }
}

fn joined(words: &[Word]) -> Vec<u8> {
    words.iter().map(|word| word.bytes.as_slice()).collect::<Vec<_>>().join(&b' ')
}

/// Name and value of `NAME=VALUE`.
fn assignment(word: &Word) -> Option<(&str, &[u8])> {
    let at = word.bytes.iter().position(|byte| *byte == b'=')?;
    let name = std::str::from_utf8(&word.bytes[..at]).ok()?;
    let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && identifier(name) == name;
    is_name.then(|| (name, &word.bytes[at + 1..]))
}

/// Index of the word that names the program.
fn program(command: &Command) -> Option<usize> {
    command.words.iter().position(|word| assignment(word).is_none() && !PREFIXES.contains(&&*word.text()))
}

fn is_curl(word: &Word) -> bool {
    let text = word.text();
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    name == "curl" || name.eq_ignore_ascii_case("curl.exe")
}

/// Whether a line begins with a call of curl, perhaps after a prompt or an assignment.
pub(super) fn starts_with_curl(line: &str) -> bool {
    let line = line[prompt(line).unwrap_or_default()..].trim_start();
    let mut words = line.split([' ', '\t', '(', '"']).filter(|word| !word.is_empty());
    words.find(|word| !PREFIXES.contains(word) && !word.contains('=')).is_some_and(|word| {
        let word = word.trim();
        word == "curl" || word.ends_with("/curl") || word == "curl.exe"
    })
}

/// Length of the prompt that `line` begins with: `$ `, `% `, or any text before `$ curl`, `# curl`, `> curl` and `>curl`.
fn prompt(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    if line[indent..].starts_with("$ ") || line[indent..].starts_with("% ") {
        return Some(indent + 2);
    }
    let at = line.find("curl ").filter(|at| *at > indent)?;
    let before = line[indent..at].trim_end();
    let is_prompt =
        before.ends_with(['$', '%', '#', '>']) && !before.starts_with('#') && !before.contains(['\'', '"', '(', '=']);
    is_prompt.then_some(at)
}
