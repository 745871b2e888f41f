//! A documentation page as Markdown: its title, its description, and its fenced blocks.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

/// Maximum number of fenced blocks that are read of a page.
const MAX_FENCES: usize = 1000;

/// What is read of a page.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    /// The first heading of level 1 that is not the address of the page.
    pub title: Option<String>,
    /// The fenced blocks, in order.
    pub fences: Vec<Fence>,
    /// Whether there are more blocks than are read.
    pub is_cut: bool,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Fence {
    /// Its content.
    pub text: String,
    /// The line of the page on which the content starts, from 1.
    pub line: usize,
    /// Whether the page has its end.
    pub is_closed: bool,
}

impl Fence {
    /// The content behind as many empty lines as are above it on the page, so that its locations are those of the page.
    pub(super) fn in_place(&self) -> String {
        "\n".repeat(self.line - 1) + &self.text
    }
}

impl Markdown {
    /// Reads a page.
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut lines = Lines { text, offset: 0, line: 1 };
        let (mut heading, mut open) = (None::<String>, None::<Fence>);
        for (event, range) in Parser::new(text).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if page.title.is_none() => {
                    heading = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => {
                    let title = heading.take().filter(|title| !title.trim_start().starts_with("Source:"));
                    page.title = page.title.or(title);
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                    if page.fences.len() == MAX_FENCES {
                        page.is_cut = true;
                        break;
                    }
                    let line = lines.at(range.start) + 1;
                    open = Some(Fence { text: String::new(), line, is_closed: is_closed(&text[range]) });
                }
                Event::End(TagEnd::CodeBlock) => page.fences.extend(open.take()),
                Event::Text(part) | Event::Code(part) => {
                    if let Some(fence) = &mut open {
                        fence.text.push_str(&part);
                    } else if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                _ => {}
            }
        }
        page
    }
}

/// Whether a block ends with a fence: a line of as many of the same characters as in its first line, or more.
fn is_closed(block: &str) -> bool {
    let length = |line: &str| match line.trim().chars().next() {
        Some(mark @ ('`' | '~')) => line.trim().chars().take_while(|&c| c == mark).count(),
        _ => 0,
    };
    let mut lines = block.trim_end().lines();
    let (first, last) = (lines.next(), lines.next_back());
    let is_fence = |line: &&str| line.trim().chars().all(|c| c == '`' || c == '~');
    last.filter(is_fence).is_some_and(|last| length(last) >= length(first.unwrap_or_default()))
}

/// Line numbers of ascending offsets.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> usize {
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        self.line += passed.bytes().filter(|&byte| byte == b'\n').count();
        self.offset = self.offset.max(offset);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_the_lines_of_the_page() {
        let text = "> # not this\r\n\r\n# Track *a* `parcel`\r\n\r\n````yaml api.yaml post /x\r\na: 1\r\n```\r\nb: 2\r\n````\r\n\r\n- item\n\n  ```JSON\n  {}\n  ```\n";
        let page = Markdown::read(text);
        assert_eq!(page.title.as_deref(), Some("not this"));
        let fences: Vec<_> = page.fences.iter().map(|fence| (&*fence.text, fence.line)).collect();
        assert!(page.fences.iter().all(|fence| fence.is_closed));
        assert_eq!(fences, [("a: 1\n```\nb: 2\n", 6), ("{}\n", 14)]);
        assert_eq!(page.fences[0].in_place().lines().nth(5), Some("a: 1"));
    }

    #[test]
    fn the_address_of_a_page_is_not_its_title() {
        let title = |text: &str| Markdown::read(text).title;
        assert_eq!(title("# Source: https://a.example/b\n\n# Lend a book\n").as_deref(), Some("Lend a book"));
        assert_eq!(title("# Source: https://a.example/b\n\n## Lend a book\n"), None);
    }

    #[test]
    fn a_block_without_end_is_known() {
        let check = |text: &str| assert!(!Markdown::read(text).fences[0].is_closed, "{text:?}");
        check("```yaml\na: 1\n");
        check("````yaml\na: 1\n```\n");
        check("```");
    }

    #[test]
    fn the_number_of_blocks_is_limited() {
        let page = Markdown::read(&"```\nx\n```\n".repeat(MAX_FENCES + 1));
        assert_eq!((page.fences.len(), page.is_cut), (MAX_FENCES, true));
    }
}
