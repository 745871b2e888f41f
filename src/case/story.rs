//! Makes stories of a bound file: applies rows, and checks names, needs and variables in the order of the cases.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::contract::Contract;
use crate::expression::Scope;
use crate::problem::Problem;
use crate::rules;

use super::bound_file::BoundFile;
use super::case_template::{CaseTemplate, RowText};
use super::error::Problems;
use super::row::{self, Row};
use super::sequence::{BoundFiles, OrderedCase, Sequence};
use super::variables::{KnownVariables, ReadBy, VariableRead, check_column};
use super::{CaptureUse, Case, Role, Story, Violates, lint, violation};

/// Returns the stories of the file at `path`: one, or one per row of its table.
pub(super) fn stories(path: &Path, files: &BoundFiles, contract: &Contract, all: &mut Vec<Problem>) -> Vec<Story> {
    let Some(bound) = files.get(path) else { return Vec::new() };
    let lines = Sequence::new(path, bound, files, all);
    let name = &bound.file.name;
    let rows = match &bound.rows {
        None => vec![(name.to_string(), Arc::default())],
        Some(rows) => (1..).zip(rows).map(|(number, row)| (format!("{name}#{number}"), Arc::clone(row))).collect(),
    };
    rows.into_iter().map(|(id, row)| Assembly::new(bound, &lines, contract, (id, row)).story(all)).collect()
}

/// A story that is being assembled.
struct Assembly<'a> {
    bound: &'a BoundFile,
    lines: &'a Sequence<'a>,
    contract: &'a Contract,
    id: String,
    row: Arc<Row>,
    known: KnownVariables<'a>,
    /// Names of the cases so far, for `needs`.
    passed: BTreeSet<String>,
    /// Ids so far.
    taken: BTreeSet<String>,
}

/// One row of one case.
struct Filling<'a> {
    role: Role,
    draft: &'a CaseTemplate,
    /// The row's number, from 0.
    index: usize,
    row: Arc<Row>,
    /// The row's columns, the only names that these strings may read.
    scope: Scope,
}

impl<'a> Assembly<'a> {
    fn new(
        bound: &'a BoundFile,
        lines: &'a Sequence<'a>,
        contract: &'a Contract,
        (id, row): (String, Arc<Row>),
    ) -> Self {
        let vars = lines.used.iter().chain([&bound]).flat_map(|file| file.vars.iter().map(|(name, _)| name.as_str()));
        let known = KnownVariables { vars: vars.collect(), ..KnownVariables::default() };
        Self { bound, lines, contract, id, row, known, passed: BTreeSet::new(), taken: BTreeSet::new() }
    }

    fn story(mut self, all: &mut Vec<Problem>) -> Story {
        let lines = self.lines;
        let setup = self.cases(Role::Setup, &lines.setup, all);
        let cases = self.cases(Role::Case, &lines.cases, all);
        let teardown = self.cases(Role::Teardown, &lines.teardown, all);
        // A variable of the story replaces the variable of that name in a used file.
        let own = |name: &String| self.bound.vars.iter().any(|(other, _)| other == name);
        let foreign = lines.used.iter().flat_map(|used| &used.vars).filter(|(name, _)| !own(name));
        let vars = foreign.chain(&self.bound.vars).cloned().collect();
        Story { file: Arc::clone(&self.bound.file), id: self.id, vars, row: self.row, setup, cases, teardown }
    }

    fn cases(&mut self, role: Role, lines: &'a [OrderedCase<'a>], all: &mut Vec<Problem>) -> Vec<Case> {
        let mut cases = Vec::with_capacity(lines.len());
        for (file, draft) in lines {
            let mut problems = Problems::new(&file.file.document);
            let from = (!std::ptr::eq(*file, self.bound)).then(|| Arc::clone(&file.file));
            for (index, row) in self.rows(draft).into_iter().enumerate() {
                let filling = Filling { role, draft, index, scope: row::scope(&row), row };
                let made = self.case(&filling, &mut problems);
                cases.extend(made.map(|case| Case { from: from.clone(), row: filling.row, ..case }));
            }
            all.extend(problems.into_list());
        }
        cases
    }

    fn rows(&self, draft: &CaseTemplate) -> Vec<Arc<Row>> {
        match draft.rows.as_deref() {
            None => vec![Arc::clone(&self.row)],
            Some(rows) => rows.iter().map(|own| merged(&self.row, own)).collect(),
        }
    }

    /// Returns `None` if the case has problems already.
    fn case(&mut self, filling: &Filling<'a>, problems: &mut Problems<'_>) -> Option<Case> {
        let draft = filling.draft;
        let name = filling.text(&draft.name, problems)?;
        let id = self.new_id(filling, &name, problems);
        let uses = self.uses(filling, problems);
        let case = draft.sound.then(|| {
            let needs = self.needs(filling, problems);
            let violates = filling.violates(problems);
            let prototype = draft.of_row(filling.index);
            let case = Case { role: filling.role, name: name.clone(), id, uses, needs, violates, ..prototype };
            lint::binding::check(&case, self.contract, problems);
            case
        });
        self.captures(filling, &name, problems);
        self.passed.insert(name);
        case
    }

    fn new_id(&mut self, filling: &Filling<'_>, name: &str, problems: &mut Problems<'_>) -> String {
        let id = match filling.role {
            Role::Setup => format!("{}::setup::{name}", self.id),
            Role::Case => format!("{}::{name}", self.id),
            Role::Teardown => format!("{}::teardown::{name}", self.id),
        };
        if !self.taken.insert(id.clone()) {
            let message = format!("duplicate case name `{name}`");
            problems.value(rules::DUPLICATE_CASE, &filling.draft.name.at, message);
            if filling.draft.rows.is_some() {
                problems.help("use a column of the table in the name: `${column}`");
            }
        }
        id
    }

    /// Checks every name that the case reads, and returns the captures among them.
    fn uses(&self, filling: &Filling<'_>, problems: &mut Problems<'_>) -> Vec<CaptureUse> {
        let mut uses: Vec<CaptureUse> = Vec::new();
        for read in &filling.draft.reads {
            self.known.check(read, &filling.row, problems);
            let Some(captured_by) = self.known.capture(read, &filling.row) else { continue };
            let in_request = read.reader == ReadBy::Request;
            match uses.iter_mut().find(|used| used.variable == read.name) {
                Some(used) => used.in_request |= in_request,
                None => {
                    uses.push(CaptureUse {
                        variable: read.name.clone(),
                        captured_by: captured_by.to_owned(),
                        in_request,
                    });
                }
            }
        }
        uses
    }

    fn needs(&self, filling: &Filling<'_>, problems: &mut Problems<'_>) -> Vec<String> {
        let mut needs = Vec::new();
        for text in &filling.draft.needs {
            let Some(name) = filling.text(text, problems) else { continue };
            if !self.passed.contains(&name) {
                problems.value(rules::NEEDS, &text.at, format!("`{name}` is not the name of an earlier case"));
                problems.suggest(&name, self.passed.iter().map(String::as_str));
            }
            needs.push(name);
        }
        needs
    }

    fn captures(&mut self, filling: &Filling<'a>, name: &str, problems: &mut Problems<'_>) {
        let case = &filling.draft.case;
        self.known.unread.extend(filling.draft.unread_captures.iter().map(String::as_str));
        for capture in &case.capture {
            if filling.row.contains_key(&capture.name) {
                let at = case.at.join("capture").join(&capture.name);
                problems.key(
                    rules::TABLE,
                    &at,
                    format!("a column is called `{}` too: the capture would never be seen", capture.name),
                );
            }
            self.known.captures.insert(&capture.name, name.to_owned());
        }
    }
}

impl Filling<'_> {
    /// Expands `text` with the row's columns.
    fn text(&self, text: &RowText, problems: &mut Problems<'_>) -> Option<String> {
        let before = problems.count();
        for name in text.template.names() {
            check_column(&VariableRead::new(&name, text.at.clone(), ReadBy::Request), &self.row, problems);
        }
        if problems.count() > before {
            return None;
        }
        text.template.expand_text(&self.scope).unwrap_or_else(|error| {
            problems.expression(rules::INVALID_EXPRESSION, &text.at, &error);
            None
        })
    }

    fn violates(&self, problems: &mut Problems<'_>) -> Violates {
        let texts = &self.draft.violates;
        let filled: Vec<_> = texts.iter().filter_map(|text| Some((text, self.text(text, problems)?))).collect();
        let entries: Vec<String> = filled.iter().map(|(_, entry)| entry.clone()).collect();
        violation::parse(&entries).unwrap_or_else(|wrong| {
            wrong
                .into_iter()
                .for_each(|(index, message)| problems.value(rules::VIOLATES, &filled[index].0.at, message));
            Violates::Unchecked
        })
    }
}

/// The row of a case's own table, on top of the row of the file's table.
fn merged(story: &Arc<Row>, own: &Arc<Row>) -> Arc<Row> {
    if story.is_empty() {
        return Arc::clone(own);
    }
    let both = story.iter().chain(own.iter());
    Arc::new(both.map(|(column, cell)| (column.clone(), cell.clone())).collect())
}
