//! `signoff mutate --in-diff REV`: the operations whose part of the document, cases or mock rules changed since a revision.
//!
//! A change that does not belong to one operation for certain selects every operation that it may concern.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::case::Story;
use crate::contract::{Anchor, Contract, Operation};
use crate::document::Document;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::project::config_file::canonical;
use crate::project::resolved_run::ResolvedRun;
use crate::quantity::count;

/// Depth of the nodes of a document that are compared as a whole, such as `/paths/~1orders/get` and `/components/schemas/Order`.
const DEPTH: usize = 3;

/// The operations that changed, by index, each with the file or the node of a document that selected it.
pub(super) type ChangedOperations = BTreeMap<usize, String>;

/// Maximum number of operations that are listed with what selected them.
const MAX_LISTED: usize = 5;

/// One line about the operations that changed since `revision`, and why: `1 of 2 operations has changed since main: getOrder
/// (cases/orders.yaml)`.
pub(super) fn summary(changed: &ChangedOperations, contract: &Contract, revision: &str) -> String {
    let all = contract.operations.len();
    if let (true, Some((_, cause))) = (changed.len() == all, changed.first_key_value())
        && changed.values().all(|other| other == cause)
    {
        return format!("every operation is tested: {cause} has changed since {revision}");
    }
    let name = |index: &usize| contract.operations.get(*index).map_or("", |operation| operation.name.as_str());
    let mut listed: Vec<_> =
        changed.iter().take(MAX_LISTED).map(|(index, cause)| format!("{} ({cause})", name(index))).collect();
    if changed.len() > MAX_LISTED {
        listed.push(format!("{} more", changed.len() - MAX_LISTED));
    }
    let verb = if changed.len() == 1 { "has" } else { "have" };
    let operations = count(all as u64, "operation");
    format!("{} of {operations} {verb} changed since {revision}: {}", changed.len(), listed.join(", "))
}

/// The operations that changed since `revision`; `rules` are the files of the mock rules.
pub(super) fn operations(
    resolved: &ResolvedRun,
    rules: &[std::path::PathBuf],
    revision: &str,
) -> Result<ChangedOperations, Problem> {
    let (contract, suite) = (&*resolved.project.contract, &resolved.project.suite);
    let git = Git { root: &resolved.settings.file.root, revision };
    let changed = git.changed_files()?;
    let is_changed = |name: &str| git.spellings(name).iter().any(|name| changed.contains(name));
    let configuration = resolved.settings.file.document.iter().map(|document| &**document.name());
    let shared = contract.overlays.iter().map(|overlay| &**overlay.name()).chain(configuration);
    let rules: Vec<_> = rules.iter().map(|file| file.to_string_lossy().replace('\\', "/")).collect();
    let all = |cause: &str| contract.operations.iter().map(|one| (one.index, cause.to_owned())).collect();
    if let Some(name) = rules.iter().map(String::as_str).chain(shared).find(|name| is_changed(name)) {
        return Ok(all(name));
    }
    // `${file("PATH")}` in the configuration.
    let texts = texts(&resolved.settings.file.value);
    if let Some(name) =
        changed.iter().find(|name| texts.iter().any(|text| text.contains("file(") && text.contains(*name)))
    {
        return Ok(all(name));
    }
    let mut found = ChangedOperations::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for story in &suite.stories {
        let used = files(story);
        if let Some(cause) = used.iter().find(|name| is_changed(name)) {
            match story.every().map(|case| case.operation).collect::<Option<BTreeSet<_>>>() {
                Some(operations) => found.extend(operations.into_iter().map(|index| (index, cause.clone()))),
                None => return Ok(all(cause)),
            }
        }
        known.extend(used);
    }
    let changes = contract.documents.iter().enumerate().filter(|(_, document)| is_changed(document.name()));
    let changes: BTreeMap<usize, BTreeSet<Pointer>> =
        changes.map(|(index, document)| (index, git.changes(document))).collect();
    if !changes.is_empty() {
        let cause = |operation: &Operation| {
            let (document, at) = concerning(contract, operation, &changes)?;
            let pointer = if at.as_str().is_empty() { String::new() } else { format!("#{at}") };
            Some((operation.index, format!("{}{pointer}", contract.documents[document].name())))
        };
        found.extend(contract.operations.iter().filter_map(cause));
    }
    known.extend(contract.documents.iter().map(|document| document.name().to_string()));
    let case_files: BTreeSet<&str> = suite.files.iter().map(|file| &*file.name).collect();
    // Of other files, those that were removed may have been cases, or read by them.
    let is_gone = |name: &str| !known.contains(name) && !git.root.join(name).exists();
    for name in changed.iter().filter(|name| case_files.contains(name.as_str()) || is_gone(name)) {
        match git.named_before(name, contract) {
            Some(operations) => found.extend(operations.into_iter().map(|index| (index, name.clone()))),
            None => return Ok(all(name)),
        }
    }
    Ok(found)
}

/// The names of the files of a story, and of those that a text in them may refer to.
fn files(story: &Story) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in story.every().map(|case| case.file(story)).chain([&story.file]) {
        if found.insert(file.name.to_string()) {
            found.extend(texts(file.document.value()).into_iter().map(|text| sibling(&file.name, text)));
        }
    }
    found
}

/// Every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.as_str()),
            Value::Array(items) => open.extend(items),
            Value::Object(properties) => open.extend(properties.values()),
            _ => {}
        }
    }
    found
}

/// The path `text`, relative to the directory of the file `name`, without `.` and `..`.
fn sibling(name: &str, text: &str) -> String {
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The first of the changed nodes, which are by the index of their document, on which an operation may depend.
fn concerning<'n>(
    contract: &Contract,
    operation: &Operation,
    changes: &'n BTreeMap<usize, BTreeSet<Pointer>>,
) -> Option<(usize, &'n Pointer)> {
    let declared = Pointer::root().join("paths").join(&operation.path);
    let mut items = vec![Anchor { document: 0, pointer: declared }];
    items.extend(operation.anchor.pointer.parent().map(|pointer| Anchor { pointer, ..operation.anchor.clone() }));
    let is_other = |anchor: &Anchor| {
        let is_at = |other: &&Operation| other.anchor == *anchor && other.index != operation.index;
        contract.operations.iter().any(|other| is_at(&other))
    };
    // Its path item, apart from the other operations of that.
    let mut start = vec![operation.anchor.clone()];
    for item in &items {
        let keys = contract.value(item).and_then(Value::as_object).into_iter().flat_map(|held| held.keys());
        let keys = keys.map(|key| Anchor { document: item.document, pointer: item.pointer.join(key) });
        start.extend(keys.filter(|key| !is_other(key)));
    }
    let used = reached(contract, start);
    let of_item = |document: usize, at: &Pointer| {
        items.iter().any(|item| {
            let below = at.tokens().nth(item.pointer.tokens().count());
            let key = below.map(|key| Anchor { document, pointer: item.pointer.join(key) });
            item.document == document && at.is_within(&item.pointer) && !key.is_some_and(|key| is_other(&key))
        })
    };
    let mut nodes = changes.iter().flat_map(|(document, nodes)| nodes.iter().map(move |at| (*document, at)));
    nodes.find(|(document, at)| {
        let is_used = |anchor: &Anchor| {
            anchor.document == *document && (at.is_within(&anchor.pointer) || anchor.pointer.is_within(at))
        };
        (*document == 0 && is_global(at)) || of_item(*document, at) || used.iter().any(is_used)
    })
}

/// Whether a node of the first document concerns every operation.
fn is_global(at: &Pointer) -> bool {
    let mut tokens = at.tokens();
    match (tokens.next().as_deref(), tokens.next().as_deref()) {
        (Some("paths"), Some(_)) => false,
        (Some("components"), Some(section)) => section == "securitySchemes",
        _ => true,
    }
}

/// These nodes, and those that they refer to, directly or through others.
fn reached(contract: &Contract, mut open: Vec<Anchor>) -> BTreeSet<Anchor> {
    let mut found: BTreeSet<Anchor> = open.iter().cloned().collect();
    while let Some(at) = open.pop() {
        let mut values: Vec<&Value> = contract.value(&at).into_iter().collect();
        let mut add = |anchor: Anchor| {
            if found.insert(anchor.clone()) {
                open.push(anchor);
            }
        };
        while let Some(value) = values.pop() {
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(properties) => {
                    contract.referred(&at, value).into_iter().for_each(&mut add);
                    if properties.contains_key("$dynamicRef") || properties.contains_key("$recursiveRef") {
                        // What these mean depends on the schemas around them.
                        (0..contract.documents.len())
                            .for_each(|document| add(Anchor { document, pointer: Pointer::root() }));
                    }
                    if let Some(discriminator) = properties.get("discriminator") {
                        // A value can name any schema.
                        let schemas = Pointer::root().join("components").join("schemas");
                        (0..contract.documents.len())
                            .for_each(|document| add(Anchor { document, pointer: schemas.clone() }));
                        let mapped = texts(discriminator.get("mapping").unwrap_or(&Value::Null)).into_iter();
                        mapped.filter_map(|text| contract.referred(&at, &json!({ "$ref": text }))).for_each(&mut add);
                    }
                    values.extend(properties.values());
                }
                _ => {}
            }
        }
    }
    found
}

/// The nodes, up to [`DEPTH`], in which two values differ.
fn compare(at: &Pointer, old: &Value, new: &Value, found: &mut BTreeSet<Pointer>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) if at.tokens().count() < DEPTH => {
            for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => compare(&at.join(key), old, new, found),
                    // A whole list of paths or schemas concerns what is in it.
                    _ => drop(found.insert(at.join(key))),
                }
            }
        }
        _ => drop(found.insert(at.clone())),
    }
}

/// The repository of a project, and the revision that it is compared with.
struct Git<'g> {
    /// Directory of the project.
    root: &'g Path,
    /// As the user wrote it.
    revision: &'g str,
}

impl Git<'_> {
    /// The names of a file relative to the directory of the project: without `.` and `..`, and without symbolic links.
    fn spellings(&self, name: &str) -> Vec<String> {
        let absolute = |path: &Path| Some(canonical(path).ok()?.to_string_lossy().replace('\\', "/"));
        let real = || Some(relative(&(absolute(self.root)? + "/"), &absolute(&self.root.join(name))?));
        [sibling("", name)].into_iter().chain(real()).collect()
    }

    /// Calls git in the directory of the project.
    fn call(&self, args: &[&str]) -> Result<Output, Problem> {
        let output = Command::new("git").arg("-C").arg(self.root).args(args).output();
        output.map_err(|error| Problem::new(format!("--in-diff: cannot run git: {}", reason(&error))))
    }

    /// The files that differ from the revision, are new or are gone, relative to the directory of the project.
    fn changed_files(&self) -> Result<BTreeSet<String>, Problem> {
        let revision = self.revision;
        if revision.starts_with('-') {
            return Err(Problem::new(format!("--in-diff: expected a revision of git, found `{revision}`")));
        }
        let prefix = self.call(&["rev-parse", "--show-prefix"])?;
        if !prefix.status.success() {
            let problem = Problem::new("--in-diff: the project is not in a git repository");
            return Err(problem.help("leave out --in-diff to test every operation"));
        }
        let commit = format!("{revision}^{{commit}}");
        if !self.call(&["rev-parse", "--verify", "--quiet", &commit])?.status.success() {
            let problem = Problem::new(format!("--in-diff: the git repository has no revision `{revision}`"));
            return Err(problem.help("in CI, fetch it first: a shallow clone has only the newest commit"));
        }
        let prefix = String::from_utf8_lossy(&prefix.stdout).trim_end_matches('\n').to_owned();
        let diff = ["diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", revision, "--"];
        // `:/` is the whole repository: a document may be outside of the directory of the project.
        let new = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/"];
        let mut changed = BTreeSet::new();
        for args in [&diff[..], &new[..]] {
            let output = self.call(args)?;
            if !output.status.success() {
                let message = String::from_utf8_lossy(&output.stderr);
                let first = message.lines().next().unwrap_or_default();
                return Err(Problem::new(format!("--in-diff: git cannot compare with `{revision}`: {first}")));
            }
            let names = String::from_utf8_lossy(&output.stdout);
            changed.extend(names.split('\0').filter(|name| !name.is_empty()).map(|name| relative(&prefix, name)));
        }
        Ok(changed)
    }

    /// A file as it was; none if it did not exist, or cannot be read.
    fn before(&self, name: &str) -> Option<Document> {
        let output = self.call(&["show", &format!("{}:./{name}", self.revision)]).ok()?;
        let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
        Document::parse(name, text).ok()
    }

    /// The nodes of a document of the contract that changed; the root if that cannot be known.
    fn changes(&self, document: &Document) -> BTreeSet<Pointer> {
        let now = Document::parse(document.name().to_string(), document.text().to_owned()).ok();
        let mut found = BTreeSet::new();
        match self.before(document.name()).zip(now) {
            Some((old, new)) => compare(&Pointer::root(), old.value(), new.value(), &mut found),
            None => drop(found.insert(Pointer::root())),
        }
        found
    }

    /// The operations that a file of cases named before, itself or in the files that it used; none if that cannot be known.
    fn named_before(&self, name: &str, contract: &Contract) -> Option<BTreeSet<usize>> {
        let was_there = self.call(&["cat-file", "-e", &format!("{}:./{name}", self.revision)]).ok()?.status.success();
        if !was_there {
            return Some(BTreeSet::new());
        }
        let (mut found, mut open, mut seen) = (BTreeSet::new(), vec![name.to_owned()], BTreeSet::new());
        while let Some(name) = open.pop().filter(|_| seen.len() < 1_000) {
            if !seen.insert(name.clone()) {
                continue;
            }
            let old = self.before(&name)?;
            let texts = texts(old.value());
            let named = |operation: &&Operation| texts.iter().any(|text| operation.is_called(text));
            found.extend(contract.operations.iter().filter(named).map(|operation| operation.index));
            let is_file = |text: &&&str| [".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
            let used = texts.iter().filter(is_file).map(|text| sibling(&name, text));
            open.extend(used.filter(|used| self.before(used).is_some()));
        }
        (!found.is_empty()).then_some(found)
    }
}

/// The path `name` of a repository, relative to its directory `prefix`, which is empty or ends with a slash.
fn relative(prefix: &str, name: &str) -> String {
    let mut rest = (prefix, name);
    while let (Some((one, below)), Some((other, file))) = (rest.0.split_once('/'), rest.1.split_once('/'))
        && one == other
    {
        rest = (below, file);
    }
    format!("{}{}", "../".repeat(rest.0.matches('/').count()), rest.1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_relative_to_the_project() {
        for (prefix, name, expected) in [
            ("", "cases/a.yaml", "cases/a.yaml"),
            ("api/", "api/a.yaml", "a.yaml"),
            ("api/one/", "api/two/a.yaml", "../two/a.yaml"),
            ("api/", "a.yaml", "../a.yaml"),
        ] {
            assert_eq!(relative(prefix, name), expected);
        }
        assert_eq!(sibling("cases/a.yaml", "../data/./t.csv"), "data/t.csv");
        assert_eq!(sibling("a.yaml", "../t.csv"), "../t.csv");
    }

    #[test]
    fn differences_name_the_nodes_that_changed() {
        let old = json!({ "a": { "b": { "c": { "d": 1 }, "e": 1 } }, "f": 1 });
        let new = json!({ "a": { "b": { "c": { "d": 2 }, "e": 1 } }, "g": 1 });
        let mut found = BTreeSet::new();
        compare(&Pointer::root(), &old, &new, &mut found);
        assert_eq!(found.iter().map(Pointer::as_str).collect::<Vec<_>>(), ["/a/b/c", "/f", "/g"]);
    }
}
