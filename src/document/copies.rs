//! Limits on the copies of nodes that anchors and aliases make, relative to the size of the file: a few hundred bytes of nested
//! aliases can repeat their content billions of times.

use std::ops::RangeInclusive;

use crate::problem::Problem;

use super::node::{Content, Node};

/// Nodes that aliases may repeat: one per byte of the file, within this range.
const NODES: RangeInclusive<usize> = 10_000..=1_000_000;
/// Bytes of text that aliases may repeat: [`TEXT_PER_BYTE`] per byte of the file, within this range.
const TEXT: RangeInclusive<usize> = 1 << 20..=64 << 20;
const TEXT_PER_BYTE: usize = 16;

/// Size of a node with everything below it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    nodes: usize,
    text: usize,
    pub(super) depth: usize,
}

impl Size {
    pub(super) fn new(node: &Node) -> Self {
        match &node.content {
            Content::Scalar(value) => Self { nodes: 1, text: value.as_str().map_or(8, str::len), depth: 0 },
            Content::Sequence(items) => Self::around(items.iter().map(Self::new)),
            Content::Mapping(members) => Self::around(members.iter().map(|member| {
                let value = Self::new(&member.value);
                Self { text: value.text + member.name.len(), ..value }
            })),
        }
    }

    fn around(parts: impl Iterator<Item = Self>) -> Self {
        let start = Self { nodes: 1, text: 0, depth: 1 };
        parts.fold(start, |sum, part| Self {
            nodes: sum.nodes + part.nodes,
            text: sum.text + part.text,
            depth: sum.depth.max(part.depth + 1),
        })
    }

    fn add(&mut self, other: Self) {
        self.nodes += other.nodes;
        self.text += other.text;
    }

    fn exceeds(&self, nodes: usize, text: usize) -> bool {
        self.nodes > nodes || self.text > text
    }
}

/// The copies of one file so far.
#[derive(Debug)]
pub(super) struct Copies {
    bytes: usize,
    /// Content of anchors, which is kept for their aliases; that of an anchor inside another counts for both.
    anchored: Size,
    aliased: Size,
}

impl Copies {
    /// No copies yet, of a file of this many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, anchored: Size::default(), aliased: Size::default() }
    }

    /// Adds the content of an anchor. A file whose anchors are not nested deeply is below the limit at any size.
    pub(super) fn anchor(&mut self, size: Size) -> Result<(), Problem> {
        self.anchored.add(size);
        let (nodes, text) = (self.bytes.max(*NODES.start()), self.text().max(*TEXT.start()));
        if !self.anchored.exceeds(nodes, text) {
            return Ok(());
        }
        let problem = Problem::new(format!("anchors inside anchors repeat more than {}", amount(nodes, text)));
        Err(problem.help("remove anchors that no alias uses"))
    }

    /// Adds what an alias repeats.
    pub(super) fn alias(&mut self, size: Size) -> Result<(), Problem> {
        self.aliased.add(size);
        let nodes = self.bytes.clamp(*NODES.start(), *NODES.end());
        let text = self.text().clamp(*TEXT.start(), *TEXT.end());
        if !self.aliased.exceeds(nodes, text) {
            return Ok(());
        }
        let problem = Problem::new(format!("aliases repeat more than {}", amount(nodes, text)));
        Err(problem.help("the limit depends on the size of the file; use fewer aliases inside of anchors"))
    }

    fn text(&self) -> usize {
        self.bytes.saturating_mul(TEXT_PER_BYTE)
    }
}

fn amount(nodes: usize, text: usize) -> String {
    format!("{nodes} nodes or {} MB of text", text >> 20)
}
