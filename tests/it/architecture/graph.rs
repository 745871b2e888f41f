//! Which file uses items of which other file, and the cycles among them.
//!
//! An edge goes to the file that defines the item: re-exports are followed. Handing a name on (`pub use`) is no use of it, so
//! that a `mod.rs` of only `mod` and `pub use` is in no cycle. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::Imports;
use super::tokens::{tokens, without_tests};

/// A module's path below `crate`.
type Module = Vec<String>;

/// The files of a crate by the module that they are.
pub struct Graph {
    files: BTreeMap<Module, (String, Imports)>,
}

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
enum Target<'g> {
    /// To an item of that module.
    Item(&'g Module),
    /// To a module itself.
    Module,
    /// Out of the crate, or nowhere that is known.
    Unknown,
}

impl Graph {
    /// Reads files given by their names below `src/`, such as `run/stop.rs`, and their text.
    pub fn new<'t>(sources: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let (mut files, mut tests) = (BTreeMap::new(), Vec::new());
        for (name, text) in sources {
            let module = module(name);
            let (tokens, test_modules) = without_tests(tokens(text));
            tests.extend(test_modules.into_iter().map(|test| [module.clone(), vec![test]].concat()));
            files.insert(module, (name.to_owned(), Imports::new(&tokens)));
        }
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { files }
    }

    /// The names of the files whose items each file uses, itself left out.
    pub fn edges(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let used = |module, imports| self.used(module, imports).into_iter().map(|used| self.files[used].0.as_str());
        let edges = self.files.iter().map(|(module, (name, imports))| {
            let others = used(module, imports).filter(|used| used != name);
            (name.as_str(), others.collect())
        });
        edges.collect()
    }

    /// The groups of files that use each other in a loop, each in order of their names.
    pub fn cycles(&self) -> Vec<Vec<&str>> {
        let edges = self.edges();
        let reach: BTreeMap<&str, BTreeSet<&str>> = edges.keys().map(|file| (*file, reached(&edges, file))).collect();
        let mut cycles = BTreeSet::new();
        for (file, reached) in &reach {
            if reached.contains(file) {
                cycles.insert(reached.iter().copied().filter(|other| reach[other].contains(file)).collect::<Vec<_>>());
            }
        }
        cycles.into_iter().collect()
    }

    /// `use` declarations below `crate`, `super` or `self` that lead nowhere known: what the parser does not understand.
    pub fn unresolved(&self) -> Vec<String> {
        let mut unresolved = Vec::new();
        for (module, (name, imports)) in &self.files {
            for used in &imports.uses {
                let is_own = matches!(used.path[0].as_str(), "crate" | "super" | "self");
                if is_own && self.resolve(module, &used.path, 0) == Target::Unknown {
                    unresolved.push(format!("{name}: {}", used.path.join("::")));
                }
            }
        }
        unresolved
    }

    /// The modules whose items a module uses.
    fn used(&self, module: &Module, imports: &Imports) -> BTreeSet<&Module> {
        let is_use = |used: &&super::imports::Use| !used.is_public || imports.words.contains(&used.name);
        let declared = imports.uses.iter().filter(is_use).map(|used| used.path.clone());
        let globs = imports.uses.iter().filter(|used| used.name == "*" && !used.is_public);
        let through_globs = globs.flat_map(|glob| {
            imports.words.iter().map(|word| [glob.path.as_slice(), std::slice::from_ref(word)].concat())
        });
        let paths = declared.chain(through_globs).chain(imports.paths.iter().cloned());
        let targets = paths.map(|path| self.resolve(module, &path, 0));
        targets.filter_map(|target| if let Target::Item(module) = target { Some(module) } else { None }).collect()
    }

    /// Follows a path as `module` writes it.
    fn resolve(&self, module: &Module, path: &[String], depth: usize) -> Target<'_> {
        let Some((first, rest)) = path.split_first() else { return Target::Module };
        // Imports that name each other in a loop lead nowhere.
        if depth > 16 {
            return Target::Unknown;
        }
        match first.as_str() {
            "crate" => self.descend(Module::new(), rest, depth),
            "self" => self.descend(module.clone(), rest, depth),
            "super" => {
                let mut parent = module.clone();
                parent.pop();
                match rest.first().map(String::as_str) {
                    Some("super") => self.resolve(&parent, rest, depth),
                    _ => self.descend(parent, rest, depth),
                }
            }
            _ => self.descend(module.clone(), path, depth),
        }
    }

    /// Follows a path from inside a module: to its child modules, its items, and the names that it imports.
    fn descend(&self, module: Module, path: &[String], depth: usize) -> Target<'_> {
        let Some((first, rest)) = path.split_first() else { return Target::Module };
        let Some((module, (_, imports))) = self.files.get_key_value(&module) else { return Target::Unknown };
        let child = [module.as_slice(), std::slice::from_ref(first)].concat();
        let is_item = imports.defined.contains(first);
        if self.files.contains_key(&child) && !(rest.is_empty() && is_item) {
            return self.descend(child, rest, depth);
        }
        if is_item {
            return Target::Item(module);
        }
        let follow = |used: &[String], rest: &[String]| {
            // `use http::X` inside a module that imports nothing called `http` leads to another crate.
            let is_itself = used.first() == Some(first) && used.len() == 1;
            if is_itself { Target::Unknown } else { self.resolve(module, &[used, rest].concat(), depth + 1) }
        };
        let named = imports.uses.iter().filter(|used| used.name == *first && used.path.first() != Some(first));
        let named = named.map(|used| follow(&used.path, rest));
        let globs = imports.uses.iter().filter(|used| used.name == "*" && used.path.first() != Some(first));
        let globs = globs.map(|used| follow(&used.path, path));
        named.chain(globs).find(|target| *target != Target::Unknown).unwrap_or(Target::Unknown)
    }
}

/// The files that are reached from `file` over at least one edge.
fn reached<'g>(edges: &BTreeMap<&'g str, BTreeSet<&'g str>>, file: &str) -> BTreeSet<&'g str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        for next in &edges[file] {
            if reached.insert(*next) {
                open.push(next);
            }
        }
    }
    reached
}

/// `run/stop.rs` is the module `run::stop`, `run/mod.rs` is `run`, `lib.rs` is the crate itself.
fn module(name: &str) -> Module {
    let path = name.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Module::new() } else { path.split('/').map(str::to_owned).collect() }
}

#[cfg(test)]
fn cycles(sources: &[(&str, &str)]) -> Vec<String> {
    let graph = Graph::new(sources.iter().copied());
    assert_eq!(graph.unresolved(), Vec::<String>::new());
    graph.cycles().into_iter().map(|cycle| cycle.join(" ")).collect()
}

#[test]
fn an_edge_leads_to_the_file_that_defines_the_item() {
    let face = ("a/mod.rs", "mod b; mod c; pub use b::B; pub use c::C as D;");
    assert_eq!(cycles(&[face, ("a/b.rs", "use super::D; struct B;"), ("a/c.rs", "struct C;")]), Vec::<String>::new());
    let loops = [face, ("a/b.rs", "use super::D; struct B;"), ("a/c.rs", "use crate::a; struct C(a::B);")];
    assert_eq!(cycles(&[&loops[..], &[("lib.rs", "mod a;")]].concat()), ["a/b.rs a/c.rs"]);
}

#[test]
fn a_module_that_is_imported_is_used_where_a_path_goes_through_it() {
    let files = [("lib.rs", "mod a; mod b;"), ("b.rs", "use crate::a::f; pub fn g() { f() }")];
    let unused = ("a.rs", "use crate::b; pub fn f() {}");
    assert_eq!(cycles(&[&files[..], &[unused]].concat()), Vec::<String>::new());
    let used = ("a.rs", "use crate::b; pub fn f() { b::g() }");
    assert_eq!(cycles(&[&files[..], &[used]].concat()), ["a.rs b.rs"]);
}

#[test]
fn a_face_that_uses_what_it_hands_on_is_in_the_cycle() {
    let child = ("a/b.rs", "use super::T; pub struct B;");
    assert_eq!(cycles(&[("a/mod.rs", "mod b; pub use b::B; pub trait T {}"), child]), Vec::<String>::new());
    assert_eq!(
        cycles(&[("a/mod.rs", "mod b; pub use b::B; pub trait T { fn f() -> B; }"), child]),
        ["a/b.rs a/mod.rs"]
    );
}

#[test]
fn tests_and_globs() {
    let files = [("lib.rs", "mod a; mod b; #[cfg(test)] mod c;"), ("c.rs", "use crate::a::A;")];
    let glob = [
        ("a.rs", "use crate::b::*; pub struct A(B);"),
        ("b.rs", "pub struct B; #[cfg(test)] mod t { use crate::a::A; }"),
    ];
    assert_eq!(cycles(&[&files[..], &glob].concat()), Vec::<String>::new());
    let glob =
        [("a.rs", "use crate::b::*; pub struct A(B);"), ("b.rs", "use crate::a::*; pub struct B; fn f() -> A {}")];
    assert_eq!(cycles(&[&files[..], &glob].concat()), ["a.rs b.rs"]);
}
