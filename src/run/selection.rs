//! The cases of a suite that are selected to run.

use std::collections::BTreeSet;

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

    /// Number of cases of setup and teardown of the selected cases.
    pub(crate) fn surrounding(&self, suite: &Suite) -> usize {
        self.stories(suite).map(|story| story.story.setup.len() + story.story.teardown.len()).sum()
    }

    /// Number of files with a case that runs, also one of setup or teardown.
    pub(crate) fn files(&self, suite: &Suite) -> usize {
        let stories = self.stories(suite);
        let files = stories.flat_map(|story| story.cases().map(move |case| &*case.file(story.story).name));
        files.collect::<BTreeSet<_>>().len()
    }

    /// The cases that do not run, with setup and teardown of the stories without a selected case.
    pub(crate) fn deselected<'c>(&self, suite: &'c Suite) -> impl Iterator<Item = &'c Case> {
        let pairs = suite.stories.iter().zip(&self.selected);
        pairs.flat_map(|(story, selected)| {
            let cases = story.cases.iter().zip(selected).filter(|(_, selected)| !**selected).map(|(case, _)| case);
            let around = story.setup.iter().chain(&story.teardown).filter(|_| !selected.contains(&true));
            around.chain(cases)
        })
    }

    /// One selection per story with a selected case: the index of the story in the suite, and its selected cases alone.
    pub(crate) fn per_story(&self) -> Vec<(usize, Self)> {
        let only = |story: usize| {
            let others = |(index, cases): (usize, &Vec<bool>)| if index == story { cases.clone() } else { Vec::new() };
            Self { selected: self.selected.iter().enumerate().map(others).collect() }
        };
        let stories = self.selected.iter().enumerate().filter(|(_, cases)| cases.contains(&true));
        stories.map(|(story, _)| (story, only(story))).collect()
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
