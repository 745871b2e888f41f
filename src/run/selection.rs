//! The cases of a suite that are selected to run.

use crate::case::{Case, Story, Suite};

/// Selected cases of a suite, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// `selected[story][case]`.
    selected: Vec<Vec<bool>>,
}

impl Selection {
    /// Selects the cases for which `selected[story][case]` is true.
    pub(crate) fn new(selected: Vec<Vec<bool>>) -> Self {
        Self { selected }
    }

    /// The selected cases, without setup and teardown, in suite order.
    pub(crate) fn cases<'c>(&self, suite: &'c Suite) -> impl Iterator<Item = &'c Case> {
        self.stories(suite).flat_map(|story| story.selected_cases())
    }

    /// The cases that are not selected.
    pub(crate) fn deselected<'c>(&self, suite: &'c Suite) -> impl Iterator<Item = &'c Case> {
        let pairs = suite.stories.iter().zip(&self.selected);
        let cases = pairs.flat_map(|(story, selected)| story.cases.iter().zip(selected));
        cases.filter(|(_, selected)| !**selected).map(|(case, _)| case)
    }

    /// The stories of which at least one case is selected, in suite order.
    pub(super) fn stories<'s, 'c>(&'s self, suite: &'c Suite) -> impl Iterator<Item = SelectedStory<'s, 'c>> {
        let pairs = suite.stories.iter().zip(&self.selected);
        pairs
            .filter(|(_, selected)| selected.contains(&true))
            .map(|(story, selected)| SelectedStory { story, selected })
    }
}

/// A story with at least one selected case.
#[derive(Clone, Copy)]
pub(super) struct SelectedStory<'s, 'c> {
    /// The story.
    pub(super) story: &'c Story,
    /// For each of its cases whether it is selected.
    selected: &'s [bool],
}

impl<'s, 'c> SelectedStory<'s, 'c> {
    /// The cases that run: its setup, the selected ones, its teardown.
    pub(super) fn cases(self) -> impl Iterator<Item = &'c Case> + use<'s, 'c> {
        self.story.setup.iter().chain(self.selected_cases()).chain(&self.story.teardown)
    }

    /// The selected cases, in order.
    pub(super) fn selected_cases(self) -> impl Iterator<Item = &'c Case> + use<'s, 'c> {
        self.story.cases.iter().zip(self.selected).filter(|(_, selected)| **selected).map(|(case, _)| case)
    }
}
