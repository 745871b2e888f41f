//! Maps JSON Pointers to source locations in one file.

use std::ops::Range;
use std::sync::OnceLock;

use crate::pointer::Pointer;

use super::end::End;
use super::node::Node;
use super::places::Places;
use super::source::Source;
use super::{compose, json_spans, scalar};

/// Levels whose locations are always kept: every finished case is shown with its own, `/cases/12`.
const OUTLINED: usize = 2;

/// The syntax of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Json,
    Yaml,
}

/// The text of a file with the locations of its nodes.
#[derive(Debug)]
pub struct SourceMap {
    pub(super) source: Source,
    syntax: Syntax,
    /// Locations of the upper levels; JSON has none.
    outline: Option<Places>,
    /// Whether a plain scalar may be read as another number.
    is_misread: bool,
    /// All locations, read on the first request.
    places: OnceLock<Places>,
}

impl SourceMap {
    pub(super) fn json(source: Source) -> Self {
        Self { source, syntax: Syntax::Json, outline: None, is_misread: false, places: OnceLock::new() }
    }

    /// `root` is the tree that was composed from `source`.
    pub(super) fn yaml(source: Source, root: &Node) -> Self {
        let is_misread = root.any_scalar(&|value, span| scalar::is_misread(value, source.slice(span.clone())));
        let outline = Some(Places::new(root, OUTLINED));
        Self { source, syntax: Syntax::Yaml, outline, is_misread, places: OnceLock::new() }
    }

    pub(super) fn is_json(&self) -> bool {
        self.syntax == Syntax::Json
    }

    /// Whether any number may be read as another than its text says.
    pub(super) fn may_misread(&self) -> bool {
        self.is_json() || self.is_misread
    }

    /// Returns the bytes of the node at `pointer`, or of its nearest existing ancestor.
    pub(super) fn find(&self, pointer: &Pointer, end: End) -> Range<usize> {
        let outline = self.outline.as_ref().filter(|_| pointer.tokens().count() <= OUTLINED);
        outline.unwrap_or_else(|| self.places()).find(pointer, end)
    }

    pub(super) fn places(&self) -> &Places {
        self.places.get_or_init(|| match self.syntax {
            Syntax::Json => json_spans::places(&self.source.text),
            Syntax::Yaml => {
                compose::compose(&self.source).map(|root| Places::new(&root, usize::MAX)).unwrap_or_default()
            }
        })
    }

    /// Returns plain YAML scalars that are read as another number than their text says.
    pub(super) fn misread_scalars(&self) -> Vec<(Pointer, String)> {
        let mut found = Vec::new();
        // Composing again is slow, and hardly any file has one.
        if self.is_misread
            && let Ok(root) = compose::compose(&self.source)
        {
            root.each_scalar(&Pointer::root(), &mut |at, value, span| {
                let written = self.source.slice(span.clone());
                if scalar::is_misread(value, written) {
                    found.push((at.clone(), written.to_owned()));
                }
            });
        }
        found
    }
}
