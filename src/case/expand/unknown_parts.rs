//! Parts of a request whose values are captured during the run, so that they are unknown before it.

use crate::expression::{Name, Template, Tree};

use super::super::{Body, MultipartPart, PartContent};

/// The captured variables, and the parts of the request that read them.
#[derive(Debug, Default)]
pub(crate) struct UnknownParts {
    variables: Vec<String>,
    /// In the notation of `violates`: `path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body`, `security`; `cookie` for all
    /// cookies.
    parts: Vec<String>,
}

impl UnknownParts {
    /// Nothing is left out yet; `variables` have no value.
    pub(super) fn new(variables: Vec<String>) -> Self {
        Self { variables, parts: Vec::new() }
    }

    /// Whether `tree` reads a captured variable; notes `part` if so.
    pub(super) fn note_tree(&mut self, tree: &Tree, part: impl FnOnce() -> String) -> bool {
        // Listing the names costs time, and most requests are complete.
        let is_unknown = !self.variables.is_empty() && tree.names().iter().any(|(_, name)| self.reads(name));
        self.note(is_unknown, part)
    }

    /// Whether `body` reads a captured variable; notes it if so.
    pub(super) fn note_body(&mut self, body: &Body) -> bool {
        let is_unknown = !self.variables.is_empty() && names(body).iter().any(|name| self.reads(name));
        self.note(is_unknown, || "body".to_owned())
    }

    /// Notes `part` if `is_unknown`, and returns that.
    pub(super) fn note(&mut self, is_unknown: bool, part: impl FnOnce() -> String) -> bool {
        if is_unknown {
            self.parts.push(part());
        }
        is_unknown
    }

    /// Whether `template` reads a captured variable.
    pub(super) fn is_in(&self, template: &Template) -> bool {
        template.names().iter().any(|name| self.reads(name))
    }

    /// Whether the value at `location`, in the notation of `violates`, is unknown.
    pub(crate) fn covers(&self, location: &str) -> bool {
        self.parts.iter().any(|part| {
            let rest = location.get(part.len()..).filter(|_| location[..part.len()].eq_ignore_ascii_case(part));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether the path contains an unknown value.
    pub(crate) fn is_path_unknown(&self) -> bool {
        self.parts.iter().any(|part| part.starts_with("path/"))
    }

    fn reads(&self, name: &Name) -> bool {
        let root = name.path.split(['.', '[']).next().unwrap_or_default();
        self.variables.iter().any(|variable| variable == root)
    }
}

fn names(body: &Body) -> Vec<Name> {
    let of_tree = |tree: &Tree| tree.names().into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    match body {
        Body::Json(tree) => of_tree(tree),
        Body::Text(template) => template.names(),
        Body::Form(fields) => fields.iter().flat_map(|(_, tree)| of_tree(tree)).collect(),
        Body::Multipart(parts) => parts.iter().flat_map(|part| names_of_part(part, &of_tree)).collect(),
        Body::File(_) | Body::Bytes(_) => Vec::new(),
    }
}

fn names_of_part(part: &MultipartPart, of_tree: &dyn Fn(&Tree) -> Vec<Name>) -> Vec<Name> {
    let content = match &part.content {
        PartContent::Value(tree) | PartContent::Json(tree) => of_tree(tree),
        PartContent::File(_) => Vec::new(),
    };
    let headers = part.headers.iter().flat_map(|(_, tree)| of_tree(tree));
    let texts = [Some(&part.name), part.filename.as_ref(), part.media_type.as_ref()];
    content.into_iter().chain(headers).chain(texts.into_iter().flatten().flat_map(Template::names)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_covers_what_is_below_it() {
        let parts = ["path/id", "header/X-Mode", "body"].map(str::to_owned).to_vec();
        let unknown = UnknownParts { variables: Vec::new(), parts };
        let covered = ["path/id", "path/id2", "path/i", "header/x-mode", "body", "body/a/0", "bodyé", "query/id"];
        let covered = covered.map(|location| unknown.covers(location));
        assert_eq!(covered, [true, false, false, true, true, true, false, false]);
    }
}
