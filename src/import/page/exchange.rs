//! Commands of a page that call curl, each with the responses that follow it and the text after them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::document::{TextSource, parse_json};
use crate::place::Snippet;
use crate::problem::Problem;

use super::super::curl::{Commands, is_command, masked_snippet};
use super::super::recorded_variables::RecordedVariables;
use super::markdown::Fence;

/// Maximum number of commands that are read of a page.
const MAX_COMMANDS: usize = 1000;

/// The first line of a response as `curl -i` prints it.
static STATUS_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^HTTP/[0-9.]+ ([1-5][0-9]{2})(?: |$)").expect("a pattern"));

/// A line or a heading that is a status: `200 OK`, `### Response (404)`.
static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[#>*` ]*(?:(?:Example |Sample )?(?:[Rr]esponse|[Ss]tatus)(?: [Cc]ode)?[ :(`*]*)?([1-5][0-9]{2})(?: [A-Z][A-Za-z' -]*)?[)*`:. ]*$")
        .expect("a pattern")
});

/// A command and what follows it.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Its requests, as indices of the commands.
    pub requests: Range<usize>,
    /// The responses to the last of them; only the first may be without a status.
    pub responses: Vec<ShownResponse>,
    /// Lines of text up to the next command.
    pub prose: Vec<String>,
}

/// A response.
#[derive(Debug, Clone)]
pub(super) struct ShownResponse {
    /// The status, if the page shows it.
    pub status: Option<u16>,
    /// The content; none without content.
    pub body: Option<Value>,
    /// Its first line on the page.
    pub at: Snippet,
}

/// Reads a page.
pub(super) fn read(
    source: &TextSource,
    fences: &[Fence],
    commands: &mut Commands,
    variables: &RecordedVariables,
) -> Result<Vec<Exchange>, Vec<Problem>> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(source.text().match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |line: usize| starts.get(line).copied().unwrap_or(source.text().len());
    let mut blocks = fences.iter().map(|fence| {
        let first = fence.line - 1;
        offset(first)..offset(first + fence.text.lines().count())
    });
    let mut reader = Reader { source, at: 0, block: blocks.next(), exchanges: Vec::new(), status: None };
    while reader.at < source.text().len() {
        while reader.block.as_ref().is_some_and(|block| block.end <= reader.at) {
            reader.block = blocks.next();
        }
        reader.line(commands, variables)?;
    }
    Ok(reader.exchanges)
}

struct Reader<'p> {
    source: &'p TextSource,
    /// Offset of the next line.
    at: usize,
    /// The content of the fenced block that the line is in, else of the next one.
    block: Option<Range<usize>>,
    exchanges: Vec<Exchange>,
    /// The status of the next response.
    status: Option<u16>,
}

impl<'p> Reader<'p> {
    /// What the line begins: the rest of its block, or up to the next block.
    fn part(&self) -> (Range<usize>, bool) {
        match &self.block {
            Some(block) if block.contains(&self.at) => (self.at..block.end, true),
            Some(block) if block.start > self.at => (self.at..block.start, false),
            _ => (self.at..self.source.text().len(), false),
        }
    }

    fn line(&mut self, commands: &mut Commands, variables: &RecordedVariables) -> Result<(), Vec<Problem>> {
        let (part, is_in_block) = self.part();
        let rest: &'p str = self.source.text().get(part.clone()).unwrap_or_default();
        let length = rest.find('\n').map_or(rest.len(), |length| length + 1);
        let line = rest.get(..length).unwrap_or_default().trim();
        let next = self.at + length;
        if is_command(line) {
            let first = commands.len();
            self.at = commands.add_first(self.source, part, variables)?.max(next);
            self.status = None;
            self.exchanges.push(Exchange { requests: first..commands.len(), responses: Vec::new(), prose: Vec::new() });
            if self.exchanges.len() > MAX_COMMANDS {
                let message = format!("{} has more than {MAX_COMMANDS} commands", self.source.name());
                return Err(vec![Problem::new(message)]);
            }
            return Ok(());
        }
        let at = std::mem::replace(&mut self.at, next);
        let Some(exchange) = self.exchanges.last_mut() else { return Ok(()) };
        if is_json(line, is_in_block) {
            let (value, length) = json(self.source, at, rest)?;
            self.at = at + length;
            let is_new = exchange.responses.is_empty()
                || self.status.is_some_and(|status| exchange.responses.iter().all(|held| held.status != Some(status)));
            if is_new {
                let at = masked_snippet(self.source, at..next);
                exchange.responses.push(ShownResponse { status: self.status.take(), body: Some(value), at });
            }
            return Ok(());
        }
        if let Some(found) = STATUS_LINE.captures(line) {
            self.status = found[1].parse().ok();
            // The header fields end with an empty line.
            self.at = at + rest.find("\n\n").map_or(rest.len(), |length| length + 1).max(length);
        } else if let Some(found) = STATUS.captures(line) {
            self.status = found[1].parse().ok();
        } else if !(is_in_block || line.is_empty() || line.starts_with("```") || line.starts_with("~~~")) {
            exchange.prose.push(line.to_owned());
        }
        if matches!(self.status, Some(204 | 205 | 304)) {
            let at = masked_snippet(self.source, at..next);
            exchange.responses.push(ShownResponse { status: self.status.take(), body: None, at });
        }
        Ok(())
    }
}

/// Whether a line begins a JSON object or array. Outside a block it may also be a link or a placeholder.
fn is_json(line: &str, is_in_block: bool) -> bool {
    let after = |open: char| line.strip_prefix(open).map(str::trim_start);
    match (after('{'), after('[')) {
        (Some(rest), _) => is_in_block || rest.is_empty() || rest.starts_with(['"', '}']),
        (_, Some(rest)) => is_in_block || matches!(rest, "" | "]") || rest.starts_with(['"', '{']),
        _ => false,
    }
}

/// The JSON value that `text` at `offset` begins with, and the length up to its end.
fn json(source: &TextSource, offset: usize, text: &str) -> Result<(Value, usize), Vec<Problem>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let length = match values.next() {
        Some(Ok(_)) => values.byte_offset(),
        _ => text.len(),
    };
    let value = text.get(..length).unwrap_or_default();
    parse_json(value.as_bytes()).map(|value| (value, length)).map_err(|error| {
        let mut lines = value.split_inclusive('\n');
        let before: usize = lines.by_ref().take((error.line as usize).saturating_sub(1)).map(str::len).sum();
        let line = lines.next().unwrap_or_default();
        let column =
            line.char_indices().nth((error.column as usize).saturating_sub(1)).map_or(line.len(), |(at, _)| at);
        let at = offset + before + column;
        let problem = Problem::new(format!("the response is not valid JSON: {}", error.message));
        vec![problem.at(masked_snippet(source, at..at + 1)).help("complete the response on the page, or remove it")]
    })
}
