//! The text of an input: encoding, kind of file, and the parts of it that are shell text.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use regex::Regex;

use crate::document::TextSource;
use crate::problem::Problem;

/// Languages of fenced code blocks that contain commands.
const LANGUAGES: [&str; 13] = [
    "sh",
    "bash",
    "shell",
    "console",
    "curl",
    "zsh",
    "terminal",
    "shell-session",
    "shellsession",
    "bat",
    "batch",
    "cmd",
    "dos",
];

/// First lines of other kinds of files, and what to do with such a file.
static OTHER_KINDS: LazyLock<[(Regex, &str, &str); 4]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a pattern");
    [
        (
            pattern(r#"(?m)\A\s*\{\s*"(?:openapi|swagger)"|^(?:openapi|swagger):\s*['"]?[23]"#),
            "an OpenAPI document",
            "`signoff init --spec FILE` creates cases from a document; --spec names the document of the commands",
        ),
        (
            pattern(r#"\A\s*\{\s*"log"\s*:"#),
            "a HAR file",
            "copy the requests as cURL, or record them with `signoff proxy`",
        ),
        (pattern(r#"\A\s*\{\s*"info"\s*:"#), "a Postman collection", "export its requests as cURL"),
        (
            pattern(r"(?m)\A(?:#.*\n|\s)*(?:story|cases|operation|base|vars):[\s\S]*^cases:|\A(?:#.*\n|\s)*cases:"),
            "a case file",
            "`signoff check --cases FILE` validates it",
        ),
    ]
});

/// Reads the bytes of a file: UTF-8, or UTF-16 with a byte order mark. Line ends become `\n`.
pub(super) fn decode(name: &Arc<str>, bytes: Vec<u8>) -> Result<TextSource, Problem> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let source = TextSource::new(Arc::clone(name), lossy.into());
            Problem::new("not UTF-8").at(source.snippet(at..at + 1)).help("save the file as UTF-8")
        })?,
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    if let Some(at) = text.find('\0') {
        let source = TextSource::new(Arc::clone(name), text.into());
        return Err(Problem::new("a NUL byte: this is not a text file").at(source.snippet(at..at + 1)));
    }
    Ok(TextSource::new(Arc::clone(name), text.into()))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Why a text without commands has none.
pub(super) fn no_commands(source: &TextSource) -> Problem {
    let text = source.text();
    match OTHER_KINDS.iter().find(|(pattern, ..)| pattern.is_match(text)) {
        Some((_, kind, help)) => {
            Problem::new(format!("expected curl commands, found {kind}: {}", source.name())).help(*help)
        }
        None => Problem::new(format!("no curl command in {}", source.name()))
            .help("expected a shell script, a Markdown file with commands in fenced code blocks, or commands alone"),
    }
}

/// The parts that are shell text: all of it, or the code blocks of a Markdown file.
pub(super) fn shell_parts(name: &str, text: &str) -> Vec<Range<usize>> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let is = |known: &[&str]| extension.as_deref().is_some_and(|extension| known.contains(&extension));
    let is_markdown = is(&["md", "markdown", "mdx"]);
    // A script may write Markdown.
    let is_script = is(&["sh", "bash", "zsh", "bat", "cmd"]) || text.starts_with("#!");
    let blocks = if is_script { Vec::new() } else { code_blocks(text) };
    if blocks.is_empty() && !is_markdown { std::iter::once(0..text.len()).collect() } else { blocks }
}

/// Fenced code blocks with commands.
fn code_blocks(text: &str) -> Vec<Range<usize>> {
    let (mut blocks, mut open) = (Vec::new(), None::<Option<Range<usize>>>);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => open = is_shell(&info).then_some(None),
            Event::Text(_) if open.is_some() => {
                open = open.map(|block| Some(block.map_or(range.start, |block| block.start)..range.end));
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take().flatten()),
            _ => {}
        }
    }
    blocks.retain(|block| text[block.clone()].contains("curl"));
    blocks
}

/// Whether a code block with that info string contains commands.
fn is_shell(info: &str) -> bool {
    let language = info.trim_start_matches(['{', '.', ' ']).split([' ', ',', '{', '}', ':']).next().unwrap_or_default();
    language.is_empty() || LANGUAGES.contains(&&*language.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_taken_from_blocks_of_shell_text() {
        let text = "```sh\ncurl a\n```\n~~~~\n$ curl b\n```\n~~~~\n```json\ncurl\n```\n- ```{.bash}\n  curl c\n  ```\n````curl\ncurl d";
        let found: Vec<_> = code_blocks(text).into_iter().map(|block| text[block].trim()).collect();
        assert_eq!(found, ["curl a", "$ curl b\n```", "curl c", "curl d"]);
        assert!(shell_parts("a.sh", "curl a").first().is_some_and(|part| *part == (0..6)));
        assert!(shell_parts("a.md", "curl a").is_empty());
    }

    #[test]
    fn every_encoding_of_a_text_file_is_read() {
        let name: Arc<str> = "a".into();
        let utf_16: Vec<u8> = "\u{feff}cé\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf_16, "cé\n".as_bytes().to_vec(), "\u{feff}cé\r\n".as_bytes().to_vec()] {
            assert_eq!(decode(&name, bytes).expect("text").text(), "cé\n");
        }
        let problem = decode(&name, b"ab\nc\xff".to_vec()).expect_err("not text");
        assert_eq!(problem.to_string(), "a:2:2: not UTF-8 (save the file as UTF-8)");
    }
}
