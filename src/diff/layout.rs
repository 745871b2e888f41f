//! Lays a body out as formatted JSON with its changes; parts far from a change are folded.

use serde_json::{Map, Value};

use crate::quantity::count;
use crate::suggestion::nearest;

use super::change::{Change, Kind};
use super::change_tree::ChangeTree;
use super::fold::{folded, inline, key, notation};
use super::line::{Line, Role};
use super::text::{Shown, quoted_pair};
use super::verbatim_value::VerbatimValue;

/// Unchanged properties or elements shown before and after a change.
pub(super) const CONTEXT: usize = 2;

/// Number of unchanged properties in a row from which they are folded; fewer are shown, since their names help the
/// reader.
pub(super) const FEW: usize = 4;

/// Maximum number of changes laid out; one line counts the others.
const MOST: usize = 100;

/// Lays `actual` out as formatted JSON with every change at its location and unchanged parts folded. Changes at the
/// same location share the `+` line. Properties keep the order of the actual value; missing ones come last in their
/// object. Of more than 100 changes the first are shown and the others counted.
pub fn lines<'a>(actual: impl Into<VerbatimValue<'a>>, changes: &[Change]) -> Vec<Line> {
    let mut layout = Layout { lines: Vec::new(), depth: 0 };
    let marks = ChangeTree::new(changes.iter().take(MOST));
    layout.child(&Child { name: None, instead_of: None, value: actual.into(), marks: Some(&marks), last: true });
    if changes.len() > MOST {
        layout.push(Role::Fold, format!("… {}", count((changes.len() - MOST) as u64, "more difference")));
    }
    layout.lines
}

/// The actual value, or a property or element of it.
struct Child<'a> {
    name: Option<&'a str>,
    /// The missing property that this one is a misspelling of.
    instead_of: Option<(&'a str, &'a ChangeTree<'a>)>,
    value: VerbatimValue<'a>,
    marks: Option<&'a ChangeTree<'a>>,
    last: bool,
}

impl Child<'_> {
    fn label(&self) -> Shown {
        let Some(name) = self.name else { return Shown::default() };
        let marked = self.instead_of.map(|(meant, _)| quoted_pair(meant, name).1);
        Shown::from(": ").after(marked.unwrap_or_else(|| key(name).into()))
    }

    fn comma(&self) -> &'static str {
        if self.last { "" } else { "," }
    }

    /// Returns the line of the child with `text` as its value.
    fn with(&self, text: impl Into<Shown>) -> Shown {
        let mut shown = text.into().after(self.label());
        shown.text.push_str(self.comma());
        shown
    }
}

struct Layout {
    lines: Vec<Line>,
    depth: usize,
}

impl Layout {
    fn child(&mut self, child: &Child<'_>) {
        let none = ChangeTree::default();
        let marks = child.marks.unwrap_or(&none);
        // A missing element is shown before the one that has its index.
        let (missing, here): (Vec<_>, Vec<_>) = marks.here.iter().partition(|change| change.kind == Kind::Missing);
        self.missing(&Shown::default(), &missing);
        self.misspelled(child);
        let actual = self.expected_lines(child, &here);
        match (here.is_empty(), marks.below.is_empty()) {
            (true, true) => self.shown(Role::Context, child.with(folded(child.value)), None),
            (false, true) => self.actual_line(actual.unwrap_or_else(|| child.with(inline(child.value))), &here),
            (_, false) => self.around(child, marks, &here),
        }
    }

    /// Adds the `-` lines expected in place of `child`. Returns the `+` line if there is a string to compare with.
    fn expected_lines(&mut self, child: &Child<'_>, changes: &[&Change]) -> Option<Shown> {
        let mut line = None;
        for change in changes.iter().filter(|change| change.kind == Kind::Wrong) {
            let pair = literal(change).zip(child.value.value.as_str());
            let (expected, actual) = match pair.map(|(expected, actual)| quoted_pair(&expected, actual)) {
                Some((expected, actual)) => (expected, Some(actual)),
                None => (notation(&change.expected).into(), None),
            };
            self.shown(Role::Removed, expected.after(child.label()), Some(change));
            line = line.or(actual);
        }
        line.map(|actual| child.with(actual))
    }

    /// Adds the `-` lines of the property that `child` is a misspelling of.
    fn misspelled(&mut self, child: &Child<'_>) {
        let (Some((meant, marks)), Some(name)) = (child.instead_of, child.name) else { return };
        let label = Shown::from(": ").after(quoted_pair(meant, name).0);
        self.removed(&label, &marks.here);
    }

    /// Adds the `+` line. The first reason why the value is unexpected is its annotation; others get lines of their
    /// own.
    fn actual_line(&mut self, text: Shown, changes: &[&Change]) {
        let mut reasons = changes.iter().filter(|change| change.kind == Kind::Unexpected);
        self.shown(Role::Added, text, reasons.next().copied());
        reasons.for_each(|change| self.shown(Role::Context, Shown::default(), Some(change)));
    }

    /// Adds a value with changes inside; `here` are the changes of the value itself.
    fn around(&mut self, child: &Child<'_>, marks: &ChangeTree<'_>, here: &[&Change]) {
        let (open, close) = match child.value.value {
            Value::Object(_) => ("{".to_owned(), "}"),
            Value::Array(_) => ("[".to_owned(), "]"),
            _ => (inline(child.value), ""),
        };
        let opening = Shown::from(open).after(child.label());
        if here.is_empty() {
            self.shown(Role::Context, opening, None);
        } else {
            self.actual_line(opening, here);
        }
        self.depth += 1;
        match child.value.value {
            Value::Object(_) => self.members(child.value, marks),
            Value::Array(_) => self.elements(child.value, marks),
            _ => marks.below.iter().for_each(|(name, marks)| self.absent(&key(name), marks)),
        }
        self.depth -= 1;
        if !close.is_empty() {
            self.push(Role::Context, format!("{close}{}", child.comma()));
        }
    }

    fn members<'v>(&mut self, object: VerbatimValue<'v>, marks: &'v ChangeTree<'_>) {
        let count = object.value.as_object().map_or(0, Map::len);
        let child = |(index, (name, value)): (usize, (&'v String, VerbatimValue<'v>))| Child {
            name: Some(name),
            instead_of: None,
            value,
            marks: marks.below.get(name),
            last: index + 1 == count,
        };
        let mut children: Vec<_> = object.members().enumerate().map(child).collect();
        let mut absent: Vec<_> = marks.below.iter().filter(|(name, _)| object.value.get(name).is_none()).collect();
        pair(&mut children, &mut absent);
        self.children(&children, !absent.is_empty(), "property");
        absent.into_iter().for_each(|(name, marks)| self.absent(&key(name), marks));
    }

    fn elements(&mut self, list: VerbatimValue<'_>, marks: &ChangeTree<'_>) {
        let child = |value| Child { name: None, instead_of: None, value, marks: None, last: false };
        let mut children: Vec<_> = list.elements().map(child).collect();
        if let Some(last) = children.last_mut() {
            last.last = true;
        }
        let mut behind = Vec::new();
        for (token, marks) in &marks.below {
            match token.parse::<usize>().ok().and_then(|index| children.get_mut(index)) {
                Some(child) => child.marks = Some(marks),
                None => behind.extend(marks.all()),
            }
        }
        self.children(&children, !behind.is_empty(), "element");
        self.missing(&Shown::default(), &behind);
    }

    /// Adds the children near a change and folds the runs between them.
    fn children(&mut self, children: &[Child<'_>], behind: bool, noun: &str) {
        let shown = near(children, behind);
        let least = if noun == "property" { FEW } else { 2 };
        let mut index = 0;
        while index < children.len() {
            let hidden = shown[index..].iter().take_while(|shown| !**shown).count();
            if hidden >= least {
                self.push(Role::Fold, format!("… {}", count(hidden as u64, noun)));
                index += hidden;
            } else {
                self.child(&children[index]);
                index += 1;
            }
        }
    }

    /// Adds a missing property with the expectations of it and inside it.
    fn absent(&mut self, path: &str, marks: &ChangeTree<'_>) {
        self.missing(&format!("{path}: ").into(), &marks.here);
        marks.below.iter().for_each(|(name, marks)| self.absent(&format!("{path} › {}", key(name)), marks));
    }

    fn missing(&mut self, label: &Shown, changes: &[&Change]) {
        self.removed(label, changes);
        if !changes.is_empty() {
            self.push(Role::Added, "(missing)".to_owned());
        }
    }

    fn removed(&mut self, label: &Shown, changes: &[&Change]) {
        for change in changes {
            self.shown(Role::Removed, Shown::from(notation(&change.expected)).after(label.clone()), Some(change));
        }
    }

    fn push(&mut self, role: Role, text: String) {
        self.shown(role, Shown::from(text), None);
    }

    fn shown(&mut self, role: Role, shown: Shown, reason: Option<&Change>) {
        let Shown { text, emphasis } = shown.after("  ".repeat(self.depth));
        let annotation = reason.map(|change| (change.note.clone(), change.place.clone()));
        self.lines.push(Line { role, text, emphasis, annotation });
    }
}

/// Pairs an unexpected property with the missing one whose name is closest, in whose place it is then shown.
fn pair<'a>(children: &mut [Child<'a>], absent: &mut Vec<(&'a String, &'a ChangeTree<'a>)>) {
    let is_stray = |child: &&mut Child<'_>| {
        let mut here = child.marks.iter().flat_map(|marks| &marks.here).peekable();
        here.peek().is_some() && here.all(|change| change.kind == Kind::Unexpected)
    };
    let is_whole =
        |marks: &ChangeTree<'_>| marks.below.is_empty() && marks.here.iter().all(|c| c.kind == Kind::Missing);
    for child in children.iter_mut().filter(is_stray) {
        let names = absent.iter().filter(|(_, marks)| is_whole(marks)).map(|(name, _)| name.as_str());
        let near = child.name.and_then(|name| nearest(name, names));
        let index = near.and_then(|near| absent.iter().position(|(name, _)| *name == near));
        child.instead_of = index.map(|index| absent.remove(index)).map(|(name, marks)| (name.as_str(), marks));
    }
}

/// Returns which children are shown: the changed ones and their neighbours, except containers in an array, which say
/// nothing when folded. `behind` means that there are changes after the last child.
fn near(children: &[Child<'_>], behind: bool) -> Vec<bool> {
    let telling =
        |child: &Child<'_>| child.name.is_some() || !(child.value.value.is_array() || child.value.value.is_object());
    let mut shown: Vec<bool> = children.iter().map(|child| child.marks.is_some()).collect();
    let changed = children.iter().enumerate().filter(|(_, child)| child.marks.is_some()).map(|(index, _)| index);
    for index in changed.chain(behind.then_some(children.len())) {
        let first = index.saturating_sub(CONTEXT);
        let neighbours = shown.iter_mut().zip(children).skip(first).take(index + CONTEXT + 1 - first);
        neighbours.for_each(|(shown, child)| *shown |= telling(child));
    }
    shown
}

/// Returns the expected string if it is compared character by character.
fn literal(change: &Change) -> Option<String> {
    change.literal.then(|| serde_json::from_str(&change.expected).ok()).flatten()
}
