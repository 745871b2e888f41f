//! What one source file defines and which paths it uses.

use std::collections::BTreeSet;

/// Definitions and paths of one file.
#[derive(Debug, Default)]
pub struct Imports {
    /// Names of the items that the file defines.
    pub defined: BTreeSet<String>,
    /// `use` declarations, wherever in the file.
    pub uses: Vec<Use>,
    /// Other paths of at least two segments.
    pub paths: Vec<Vec<String>>,
    /// All words outside `use` declarations.
    pub words: BTreeSet<String>,
}

/// One name that a `use` declaration brings in.
#[derive(Debug, PartialEq, Eq)]
pub struct Use {
    /// The path as written.
    pub path: Vec<String>,
    /// The name in this file; `*` for everything.
    pub name: String,
    /// Whether the name is handed on (`pub use`).
    pub is_public: bool,
}

const ITEMS: &[&str] = &["fn", "struct", "enum", "union", "trait", "type", "const", "static"];

impl Imports {
    /// Reads the tokens of a file without its tests.
    pub fn new(tokens: &[String]) -> Self {
        let mut imports = Self::default();
        let (mut depth, mut at) = (0, 0);
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1).map(String::as_str).unwrap_or_default();
            match token.as_str() {
                "use" if at == 0 || !matches!(tokens[at - 1].as_str(), "+" | "." | "::") && next != "<" => {
                    let end = at + tokens[at..].iter().take_while(|token| *token != ";").count();
                    let is_public = at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                    tree(&tokens[at + 1..end], &[], is_public, &mut imports.uses);
                    at = end;
                    continue;
                }
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                "macro_rules" => imports.defined.extend(tokens.get(at + 2).cloned()),
                word if depth == 0 && ITEMS.contains(&word) && is_name(next) && !ITEMS.contains(&next) => {
                    imports.defined.insert(next.to_owned());
                }
                _ => {}
            }
            if is_name(token) {
                imports.words.insert(token.clone());
                let path = path(&tokens[at..]);
                let is_start = at == 0 || !matches!(tokens[at - 1].as_str(), "::" | ".");
                if is_start && path.len() > 1 {
                    imports.paths.push(path);
                }
            }
            at += 1;
        }
        imports
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_') && token != "_"
}

/// `a :: b :: c` at the start of `tokens`.
fn path(tokens: &[String]) -> Vec<String> {
    let mut path = vec![tokens[0].clone()];
    let mut rest = &tokens[1..];
    while let [separator, name, after @ ..] = rest
        && separator == "::"
        && is_name(name)
    {
        path.push(name.clone());
        rest = after;
    }
    path
}

/// Reads a use tree: a path that ends with a name, `as` another name, `*`, or trees in braces.
fn tree(tokens: &[String], prefix: &[String], is_public: bool, uses: &mut Vec<Use>) {
    let mut path = prefix.to_vec();
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "::" => {}
            "*" => return uses.push(Use { path, name: "*".to_owned(), is_public }),
            "{" => {
                let inner = &tokens[at + 1..tokens.len() - 1];
                return split(inner).into_iter().for_each(|part| tree(part, &path, is_public, uses));
            }
            "as" => return uses.push(Use { path, name: tokens[at + 1].clone(), is_public }),
            "self" if !prefix.is_empty() && at == 0 => {}
            name => path.push(name.to_owned()),
        }
    }
    let name = path.last().cloned().unwrap_or_default();
    uses.push(Use { path, name, is_public });
}

/// The parts between commas outside braces; an empty part after the last comma is left out.
fn split(tokens: &[String]) -> Vec<&[String]> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
fn read(text: &str) -> Imports {
    Imports::new(&super::tokens::tokens(text))
}

#[test]
fn use_trees_are_taken_apart() {
    let imports = read("use a::{self, b::{c, d as e}, f::*}; pub(crate) use super::g; use h as _;");
    let uses: Vec<_> =
        imports.uses.iter().map(|u| format!("{} {} {}", u.path.join("::"), u.name, u.is_public)).collect();
    let expect = ["a a false", "a::b::c c false", "a::b::d e false", "a::f * false", "super::g g true", "h _ false"];
    assert_eq!(uses, expect);
}

#[test]
fn definitions_stand_outside_blocks() {
    let imports = read("pub struct A; const fn b() { struct C; } const D: E = f(); impl A { fn g() {} } trait H {}");
    assert_eq!(imports.defined.iter().map(String::as_str).collect::<Vec<_>>(), ["A", "D", "H", "b"]);
}

#[test]
fn paths_in_code_are_seen() {
    let imports = read("fn a() -> crate::b::C { d::e::<f::G>(x.h::<i::J>()) + K } fn l() -> impl M + use<'a> {}");
    let paths: Vec<_> = imports.paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["crate::b::C", "d::e", "f::G", "i::J"]);
    assert!(imports.uses.is_empty());
}
