//! Commands for `cmd.exe` of Windows, such as browsers copy them: `curl ^"https://…^" ^`.
//!
//! Two programs read them: `cmd.exe` removes `^`, and the C runtime splits the rest into arguments by `"` and `\`.

use super::super::recorded_variables::RecordedVariables;
use super::lexer::{Unclosed, Word};
use super::placeholder::expression;

/// Whether the command that `text` begins with is one for `cmd.exe`: it has quotes with `^`, or lines that `^` continues and no words in
/// single quotes, which `cmd.exe` does not know.
pub(super) fn is_command(text: &str) -> bool {
    let program = text.split([' ', '\t', '\n']).next().unwrap_or_default();
    let program = program.rsplit(['\\', '/']).next().unwrap_or_default();
    if !program.eq_ignore_ascii_case("curl") && !program.eq_ignore_ascii_case("curl.exe") {
        return false;
    }
    let mut lines = text.split_inclusive('\n');
    let is_continued = |line: &str| line.trim_end_matches('\n').ends_with('^');
    let first = lines.next().unwrap_or_default();
    let mut command = vec![first];
    while command.last().is_some_and(|line| is_continued(line))
        && let Some(line) = lines.next()
    {
        command.push(line);
    }
    let has_quotes = command.iter().any(|line| line.contains(" ^\""));
    has_quotes || (is_continued(first) && !command.iter().any(|line| line.contains(" '")))
}

/// The words of the command at `at` of `text[..end]`, and the offset behind it.
pub(super) fn words(
    text: &str,
    at: usize,
    end: usize,
    marks: &RecordedVariables,
) -> Result<(Vec<Word>, usize), Unclosed> {
    let (characters, end) = without_carets(text, at, end, marks);
    Ok((arguments(&characters)?, end))
}

/// A character that `cmd.exe` passes on, with its offset.
type Passed = (char, usize);

/// What `cmd.exe` passes on of a command, and the offset behind the command.
fn without_carets(text: &str, at: usize, end: usize, marks: &RecordedVariables) -> (Vec<Passed>, usize) {
    let (mut passed, mut is_quoted) = (Vec::new(), false);
    let mut characters = text[at..end].char_indices().map(|(offset, c)| (c, at + offset));
    while let Some((c, offset)) = characters.next() {
        match c {
            '\n' => return (passed, offset),
            '&' | '|' | '<' | '>' if !is_quoted => return (passed, offset),
            '^' if !is_quoted => {
                let mut escaped = characters.next();
                if let Some(('\n', _)) = escaped {
                    escaped = characters.next();
                }
                passed.extend(escaped);
            }
            '%' => match variable(&text[offset + 1..end]) {
                Some(name) => {
                    passed.extend(marks.mark(&expression(name)).chars().map(|c| (c, offset)));
                    characters.by_ref().take(name.len() + 1).for_each(drop);
                }
                None => passed.push((c, offset)),
            },
            _ => {
                is_quoted ^= c == '"';
                passed.push((c, offset));
            }
        }
    }
    (passed, end)
}

/// The name of a variable of the environment in front of `%`.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('%')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

/// The arguments as the C runtime of Windows splits them.
fn arguments(characters: &[Passed]) -> Result<Vec<Word>, Unclosed> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<Word>, None::<usize>);
    let mut characters = characters.iter().copied().peekable();
    while let Some((c, offset)) = characters.next() {
        if matches!(c, ' ' | '\t') && quote.is_none() {
            words.extend(word.take());
            continue;
        }
        let current = word.get_or_insert_with(|| Word { bytes: Vec::new(), span: offset..offset });
        current.span.end = offset + c.len_utf8();
        let mut push = |c: char| current.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        match c {
            '\\' => {
                let mut length = 1;
                while characters.next_if(|(next, _)| *next == '\\').is_some() {
                    length += 1;
                }
                let is_before_quote = characters.peek().is_some_and(|(next, _)| *next == '"');
                let kept = if is_before_quote { length / 2 } else { length };
                (0..kept).for_each(|_| push('\\'));
                if is_before_quote && length % 2 == 1 {
                    characters.next();
                    push('"');
                }
            }
            '"' if quote.is_none() => quote = Some(offset),
            // Two quotes within quotes are one.
            '"' if characters.next_if(|(next, _)| *next == '"').is_some() => push('"'),
            '"' => quote = None,
            other => push(other),
        }
    }
    words.extend(word);
    match quote {
        Some(at) => Err(Unclosed { at, missing: "closing quote `\"`" }),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a command that ends at `|`.
    fn check(text: &str, expect: &[&str]) {
        let marks = RecordedVariables::new("");
        assert!(is_command(text), "{text}");
        let (words, end) = words(text, 0, text.len(), &marks).expect("words");
        let words: Vec<_> = words.iter().map(|word| marks.expressions(&word.text())).collect();
        assert_eq!(
            (&words[1..], &text[end..]),
            (&expect.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..], "")
        );
    }

    #[test]
    fn commands_that_browsers_copy_are_read() {
        check(
            "curl ^\"https://a.example/?b=1^&c=^%^20d^\" ^\n  -X ^\"POST^\"",
            &["https://a.example/?b=1&c=%20d", "-X", "POST"],
        );
        check(
            "curl.exe ^\"h^\" --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"x ^^ ^%^PATH^% ^\\^\\^\\^\"^\"",
            &["h", "--data-raw", "{\"a\":\"x ^ %PATH% \\\""],
        );
        check("curl ^\"h^\" -d ^\"a^\n\nb^\"", &["h", "-d", "a\nb"]);
        // As older browsers write it.
        check(
            "curl \"h?a=\"^%\"20\" ^\n -d \"{\"\"a\"\":\"\"^b\"\"}\"^\n  --compressed",
            &["h?a=%20", "-d", "{\"a\":\"^b\"}", "--compressed"],
        );
        check("curl ^\n  \"h/%ID%\" -H \"A: \\\"b\\\"\" c:\\d\\", &["h/${ID}", "-H", "A: \"b\"", "c:\\d\\"]);
    }

    #[test]
    fn other_commands_are_those_of_a_shell() {
        let others =
            ["curl h ^\n -H 'a: b'", "curl 'h' \\\n -d ^", "curl h -d \"^\"", "echo ^\"a^\"", "curl h\ncurl ^\"h^\""];
        others.iter().for_each(|text| assert!(!is_command(text), "{text}"));
    }
}
