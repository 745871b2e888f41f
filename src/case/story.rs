//! Makes stories of a bound file: rows applied, other files' cases taken in, names and variables checked in their order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::contract::Contract;
use crate::expression::Scope;
use crate::location::Problem;

use super::bind::{Draft, Text};
use super::bound::{Bound, Entry};
use super::error::Problems;
use super::names::{Known, Read, Reader, check_column};
use super::table::Row;
use super::{Case, Role, Story, Use, Violates, lint, violation};

/// Every bound file by its real path.
pub type Files = BTreeMap<PathBuf, Bound>;

/// The stories of the file at `path`: one, or one a row of its table.
pub fn stories(path: &Path, files: &Files, contract: &Contract, all: &mut Vec<Problem>) -> Vec<Story> {
    let Some(bound) = files.get(path) else { return Vec::new() };
    let lines = Lines::of(path, bound, files, all);
    match &bound.rows {
        None => vec![Assembly::new(bound, &lines, contract).story(bound.file.name.to_string(), Arc::default(), all)],
        Some(rows) => (1..)
            .zip(rows)
            .map(|(number, row)| {
                let id = format!("{}#{number}", bound.file.name);
                Assembly::new(bound, &lines, contract).story(id, Arc::clone(row), all)
            })
            .collect(),
    }
}

/// The cases of a story in the order they run, each with the file it was written in.
#[derive(Default)]
struct Lines<'a> {
    setup: Vec<(&'a Bound, &'a Draft)>,
    teardown: Vec<(&'a Bound, &'a Draft)>,
    /// Files that are used, in the order of their variables.
    used: Vec<&'a Bound>,
}

impl<'a> Lines<'a> {
    fn of(path: &Path, bound: &'a Bound, files: &'a Files, all: &mut Vec<Problem>) -> Self {
        let mut lines = Self::default();
        let mut way = vec![path.to_owned()];
        lines.setup = lines.take(bound, &bound.setup, files, &mut way, all);
        let mut teardown = lines.take(bound, &bound.teardown, files, &mut way, all);
        // What a used file sets up, it takes down after everything else.
        teardown.append(&mut lines.teardown);
        lines.teardown = teardown;
        lines
    }

    fn take(
        &mut self,
        bound: &'a Bound,
        entries: &'a [Entry],
        files: &'a Files,
        way: &mut Vec<PathBuf>,
        all: &mut Vec<Problem>,
    ) -> Vec<(&'a Bound, &'a Draft)> {
        let mut taken = Vec::new();
        for entry in entries {
            match entry {
                Entry::Case(draft) => taken.push((bound, &**draft)),
                Entry::Use { at, path } if way.contains(path) => {
                    let mut problems = Problems::of(&bound.file.document);
                    problems.value(at, "expected a file that does not use this one in turn");
                    all.extend(problems.into_list());
                }
                Entry::Use { path, .. } => {
                    way.push(path.clone());
                    taken.extend(files.get(path).into_iter().flat_map(|used| self.used(used, files, way, all)));
                    way.pop();
                }
            }
        }
        taken
    }

    fn used(
        &mut self,
        used: &'a Bound,
        files: &'a Files,
        way: &mut Vec<PathBuf>,
        all: &mut Vec<Problem>,
    ) -> Vec<(&'a Bound, &'a Draft)> {
        let mut taken = self.take(used, &used.setup, files, way, all);
        taken.extend(used.cases.iter().map(|draft| (used, draft)));
        if !self.used.iter().any(|held| Arc::ptr_eq(&held.file, &used.file)) {
            let mut teardown = self.take(used, &used.teardown, files, way, all);
            self.teardown.append(&mut teardown);
            self.used.push(used);
        }
        taken
    }
}

/// One story in the making.
struct Assembly<'a> {
    bound: &'a Bound,
    lines: &'a Lines<'a>,
    contract: &'a Contract,
    known: Known<'a>,
    /// Names of the cases so far that others may need.
    passed: BTreeSet<String>,
    /// Ids so far.
    taken: BTreeSet<String>,
}

impl<'a> Assembly<'a> {
    fn new(bound: &'a Bound, lines: &'a Lines<'a>, contract: &'a Contract) -> Self {
        let vars = lines.used.iter().chain([&bound]).flat_map(|file| file.vars.iter().map(|(name, _)| name.as_str()));
        let known = Known { vars: vars.collect(), ..Known::default() };
        Self { bound, lines, contract, known, passed: BTreeSet::new(), taken: BTreeSet::new() }
    }

    fn story(mut self, id: String, row: Arc<Row>, all: &mut Vec<Problem>) -> Story {
        let lines = self.lines;
        let cases: Vec<_> = self.bound.cases.iter().map(|draft| (self.bound, draft)).collect();
        let setup = self.cases(Role::Setup, &lines.setup, &id, &row, all);
        let cases = self.cases(Role::Case, &cases, &id, &row, all);
        let teardown = self.cases(Role::Teardown, &lines.teardown, &id, &row, all);
        // A variable of the story's own replaces one of that name in a file that it uses.
        let own = |name: &String| self.bound.vars.iter().any(|(held, _)| held == name);
        let foreign = lines.used.iter().flat_map(|used| &used.vars).filter(|(name, _)| !own(name));
        let vars = foreign.chain(&self.bound.vars).cloned().collect();
        Story { file: Arc::clone(&self.bound.file), id, vars, row, setup, cases, teardown }
    }

    fn cases(
        &mut self,
        role: Role,
        drafts: &[(&'a Bound, &'a Draft)],
        story: &str,
        row: &Arc<Row>,
        all: &mut Vec<Problem>,
    ) -> Vec<Case> {
        let mut cases = Vec::new();
        for (file, draft) in drafts {
            let mut problems = Problems::of(&file.file.document);
            let own = draft.rows.as_deref().map(|rows| rows.iter().map(|own| merged(row, own)).collect());
            let rows: Vec<Arc<Row>> = own.unwrap_or_else(|| vec![Arc::clone(row)]);
            let from = (!std::ptr::eq(*file, self.bound)).then(|| Arc::clone(&file.file));
            for row in rows {
                let made = self.case(draft, role, story, &row, &mut problems);
                cases.extend(made.map(|case| Case { from: from.clone(), row, ..case }));
            }
            all.extend(problems.into_list());
        }
        cases
    }

    fn case(
        &mut self,
        draft: &'a Draft,
        role: Role,
        story: &str,
        row: &Row,
        problems: &mut Problems<'_>,
    ) -> Option<Case> {
        let scope = row_scope(row);
        let name = fill_in(&draft.name, row, &scope, problems)?;
        let id = case_id(story, role, &name);
        if !self.taken.insert(id.clone()) {
            problems.value(&draft.name.at, format!("expected a name of its own, found a second case called `{name}`"));
            if draft.rows.is_some() {
                problems.help("use a column of the table in the name: `${column}`");
            }
        }
        let uses = self.reads(draft, row, problems);
        let case = draft.sound.then(|| {
            let needs = self.needs(draft, row, &scope, problems);
            let violates = violates(draft, row, &scope, problems);
            let case = Case { role, name: name.clone(), id, uses, needs, violates, ..draft.case.clone() };
            lint::check(&case, self.contract, problems);
            case
        });
        self.passed.insert(name.clone());
        self.captures(draft, &name, row, problems);
        case
    }

    /// Checks every name that the case reads, and gives the captures among them.
    fn reads(&self, draft: &Draft, row: &Row, problems: &mut Problems<'_>) -> Vec<Use> {
        let mut uses: Vec<Use> = Vec::new();
        for read in &draft.reads {
            self.known.check(read, row, problems);
            let Some(captured_by) = self.known.capture(read, row) else { continue };
            match uses.iter_mut().find(|used| used.variable == read.name) {
                Some(used) => used.in_request |= read.reader == Reader::Request,
                None => uses.push(Use {
                    variable: read.name.clone(),
                    captured_by: captured_by.to_owned(),
                    in_request: read.reader == Reader::Request,
                }),
            }
        }
        uses
    }

    fn needs(&self, draft: &Draft, row: &Row, scope: &Scope, problems: &mut Problems<'_>) -> Vec<String> {
        let mut needs = Vec::new();
        for text in &draft.needs {
            let Some(name) = fill_in(text, row, scope, problems) else { continue };
            if !self.passed.contains(&name) {
                problems.value(&text.at, format!("expected the name of an earlier case, found `{name}`"));
                problems.suggest(&name, self.passed.iter().map(String::as_str));
            }
            needs.push(name);
        }
        needs
    }

    fn captures(&mut self, draft: &'a Draft, name: &str, row: &Row, problems: &mut Problems<'_>) {
        for capture in &draft.case.capture {
            if row.contains_key(&capture.name) {
                let at = draft.case.at.join("capture").join(&capture.name);
                problems
                    .key(&at, format!("a column is called `{}` too: the capture would never be seen", capture.name));
            }
            self.known.captures.insert(&capture.name, name.to_owned());
        }
    }
}

fn merged(story: &Arc<Row>, own: &Arc<Row>) -> Arc<Row> {
    if story.is_empty() {
        return Arc::clone(own);
    }
    let both = story.iter().chain(own.iter());
    Arc::new(both.map(|(column, cell)| (column.clone(), cell.clone())).collect())
}

fn case_id(story: &str, role: Role, name: &str) -> String {
    match role {
        Role::Setup => format!("{story}::setup::{name}"),
        Role::Case => format!("{story}::{name}"),
        Role::Teardown => format!("{story}::teardown::{name}"),
    }
}

fn row_scope(row: &Row) -> Scope {
    let mut scope = Scope::new(0, 0, "");
    row.iter().for_each(|(column, cell)| scope.set(column, cell));
    scope
}

fn violates(draft: &Draft, row: &Row, scope: &Scope, problems: &mut Problems<'_>) -> Violates {
    let filled: Vec<(&Text, String)> =
        draft.violates.iter().filter_map(|text| Some((text, fill_in(text, row, scope, problems)?))).collect();
    let entries: Vec<String> = filled.iter().map(|(_, entry)| entry.clone()).collect();
    violation::parse(&entries).unwrap_or_else(|wrong| {
        for (index, message) in wrong {
            problems.value(&filled[index].0.at, message);
        }
        Violates::Unchecked
    })
}

/// The text with the columns of `row` in place.
fn fill_in(text: &Text, row: &Row, scope: &Scope, problems: &mut Problems<'_>) -> Option<String> {
    let before = problems.count();
    for name in text.template.names() {
        check_column(&Read::new(&name, text.at.clone(), Reader::Request), row, problems);
    }
    if problems.count() > before {
        return None;
    }
    match text.template.expand_text(scope) {
        Ok(filled) => filled,
        Err(error) => {
            problems.expression(&text.at, &error);
            None
        }
    }
}
