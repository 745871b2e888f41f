//! Looks for the expectation that would notice each survivor, and puts them together as a patch.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::{Case, CaseFile, Story};
use crate::parallel;
use crate::run::{Stop, StopPhase};

use super::super::groups::Group;
use super::super::measured::{Expectation, Measured, MutantResult, State};
use super::super::operator::Family;
use super::super::sensitive::Sensitive;
use super::super::setup::Setup;
use super::super::unmutated::UnmutatedRun;
use super::candidates::Candidates;
use super::edit::with_expectation;
use super::patch::{Patch, hunks};
use super::reason::NoSuggestion;
use super::trial::{Comparison, Trial};

/// Maximum number of survivors for which an expectation is looked for.
const MAX_TRIED: usize = 400;

/// Maximum number of expectations that are tried for one survivor.
const MAX_CANDIDATES: usize = 6;

/// Maximum number of times that the whole suite is run with the patch.
const MAX_ROUNDS: usize = 5;

/// Maximum number of times that the whole suite is run to restore expectations of cases that failed with the patch.
const MAX_RESTORING: usize = 16;

/// Looks for suggestions in the unmutated runs.
pub(crate) struct Suggester<'s, 'a> {
    pub(crate) setup: &'s Setup<'a>,
    pub(crate) groups: &'s [Group<'s>],
    pub(crate) sensitive: &'s Sensitive,
    pub(crate) runs: &'s [UnmutatedRun],
    pub(crate) stop: &'s Stop,
}

/// A case with its file.
type Cases<'s> = HashMap<&'s str, (&'s Story, &'s Case)>;

/// Sets the verified expectation of each survivor, or why it has none. With `setup.suggest`, also the patch of the case files.
pub(crate) fn suggest(suggester: &Suggester<'_, '_>, measured: &mut Measured) {
    let survivors: Vec<usize> = (0..measured.mutants.len())
        .filter(|index| measured.mutants[*index].matters() && measured.mutants[*index].state == State::Survived)
        .collect();
    if survivors.is_empty() || suggester.is_stopped() {
        return;
    }
    let cases = measured.cases.clone();
    let Some((trial, comparison)) = Trial::new(suggester.setup, &cases) else {
        survivors.into_iter().for_each(|index| measured.mutants[index].no_suggestion = Some(NoSuggestion::NoMock));
        return;
    };
    let stories = &suggester.setup.inputs.suite.stories;
    let by_id: Cases<'_> =
        stories.iter().flat_map(|story| story.every().map(move |case| (case.id.as_str(), (story, case)))).collect();
    let is_tried = |index: &usize| measured.mutants[*index].family == Family::Response;
    let tried: Vec<usize> = survivors.iter().copied().filter(is_tried).take(MAX_TRIED).collect();
    let found = parallel::map(tried, |index| {
        (index, suggester.expectation(&trial, &comparison, &by_id, &measured.mutants[index]))
    });
    let mut found: BTreeMap<usize, _> = found.into_iter().collect();
    for index in survivors {
        let mutant = &mut measured.mutants[index];
        let without = if mutant.family == Family::Behaviour { NoSuggestion::Request } else { NoSuggestion::Limit };
        match found.remove(&index).unwrap_or(Err(without)) {
            Ok(kill) => mutant.kill = Some(kill),
            Err(reason) => mutant.no_suggestion = Some(reason),
        }
    }
    if suggester.setup.suggest {
        measured.patch = Some(patch(suggester, &trial, &by_id, &mut measured.mutants));
    }
}

impl Suggester<'_, '_> {
    fn is_stopped(&self) -> bool {
        self.stop.phase() > StopPhase::Running
    }

    /// The first expectation that is verified; else the reason of the candidate that came furthest.
    fn expectation(
        &self,
        trial: &Trial<'_, '_>,
        comparison: &Comparison,
        cases: &Cases<'_>,
        result: &MutantResult,
    ) -> Result<Expectation, NoSuggestion> {
        let mutant = result.response.as_ref().ok_or(NoSuggestion::Unknown)?;
        let is_group = |group: &&Group<'_>| group.operation == mutant.operation && group.status == mutant.status;
        let group = self.groups.iter().find(is_group).ok_or(NoSuggestion::Unknown)?;
        let Self { setup, sensitive, runs, .. } = self;
        let case = |member: usize| Some(*cases.get(runs[0].cases.get(group.members[member].sent.case)?.as_str())?);
        let candidates = Candidates { setup, sensitive, comparison, group, mutant, case: &case };
        let (candidates, mut reason) = candidates.find(MAX_CANDIDATES);
        for kill in candidates {
            if self.is_stopped() {
                return Err(NoSuggestion::Limit);
            }
            let Some((story, case)) = cases.get(kill.case.as_str()) else { continue };
            let file = case.file(story);
            let verified = with_expectation(&file.document, &case.at, &kill.expect)
                .and_then(|text| trial.verify(file, text, mutant));
            match verified {
                Ok(()) => return Ok(kill),
                Err(other) => reason = reason.max(other),
            }
        }
        Err(reason)
    }
}

/// The patch with which the whole suite passes on one mock.
fn patch(
    suggester: &Suggester<'_, '_>,
    trial: &Trial<'_, '_>,
    cases: &Cases<'_>,
    mutants: &mut [MutantResult],
) -> Patch {
    let mut withdrawn = Vec::new();
    let patch = passing(suggester, trial, cases, mutants, &mut withdrawn);
    let restored = restore(suggester, trial, cases, mutants, &withdrawn);
    if suggester.is_stopped() { Patch::default() } else { restored.unwrap_or(patch) }
}

/// Withdraws all expectations of the cases that fail with the patch, which may let other cases come to their expectations: after some
/// rounds, everything is withdrawn.
fn passing(
    suggester: &Suggester<'_, '_>,
    trial: &Trial<'_, '_>,
    cases: &Cases<'_>,
    mutants: &mut [MutantResult],
    withdrawn: &mut Vec<Withdrawn>,
) -> Patch {
    let location = |id: &str| cases.get(id).map(|(story, case)| (&case.file(story).name, &case.at));
    for _ in 0..MAX_ROUNDS {
        let patch = assemble(suggester, trial, cases, mutants);
        if suggester.is_stopped() || patch.is_empty() {
            return patch;
        }
        let failing = trial.failing_together(&patch);
        if failing.as_ref().is_ok_and(BTreeSet::is_empty) {
            return patch;
        }
        // Rows of a table share the expectation.
        let failing: BTreeSet<_> = failing.iter().flatten().filter_map(|id| location(id)).collect();
        let is_withdrawn = |case: &str| location(case).is_some_and(|location| failing.contains(&location));
        if withdraw(mutants, withdrawn, is_withdrawn) == 0 {
            break;
        }
    }
    withdraw(mutants, withdrawn, |_| true);
    Patch::default()
}

/// An expectation that was withdrawn, with the indices of the survivors that it is for.
type Withdrawn = (Expectation, Vec<usize>);

/// Withdraws the expectations of cases; returns the number of survivors.
fn withdraw(mutants: &mut [MutantResult], withdrawn: &mut Vec<Withdrawn>, is_of: impl Fn(&str) -> bool) -> usize {
    let mut number = 0;
    for (index, mutant) in mutants.iter_mut().enumerate() {
        let Some(kill) = mutant.kill.take_if(|kill| is_of(&kill.case)) else { continue };
        mutant.no_suggestion = Some(NoSuggestion::State);
        match withdrawn.iter_mut().find(|(known, _)| *known == kill) {
            Some((_, survivors)) => survivors.push(index),
            None => withdrawn.push((kill, vec![index])),
        }
        number += 1;
    }
    number
}

/// Restores the withdrawn expectations with which the suite still passes, by halves. The number of runs of the suite is limited, so that
/// some may stay withdrawn that would pass. Returns the patch; none if it is the same as before.
fn restore(
    suggester: &Suggester<'_, '_>,
    trial: &Trial<'_, '_>,
    cases: &Cases<'_>,
    mutants: &mut [MutantResult],
    withdrawn: &[Withdrawn],
) -> Option<Patch> {
    if withdrawn.is_empty() {
        return None;
    }
    let mut open = halves(withdrawn);
    for _ in 0..MAX_RESTORING {
        let Some(part) = open.pop().filter(|_| !suggester.is_stopped()) else { break };
        for (kill, survivors) in part {
            survivors.iter().for_each(|index| mutants[*index].kill = Some(kill.clone()));
        }
        let patch = assemble(suggester, trial, cases, mutants);
        if !trial.failing_together(&patch).is_ok_and(|failing| failing.is_empty()) {
            for index in part.iter().flat_map(|(_, survivors)| survivors) {
                (mutants[*index].kill, mutants[*index].no_suggestion) = (None, Some(NoSuggestion::State));
            }
            open.extend(halves(part));
        }
    }
    // The last one may have been a patch that failed.
    Some(assemble(suggester, trial, cases, mutants))
}

/// The halves of a list, the first of which is the last in the result; nothing of a single item.
fn halves<T>(items: &[T]) -> Vec<&[T]> {
    let (first, second) = items.split_at(items.len() / 2);
    if first.is_empty() { Vec::new() } else { vec![second, first] }
}

/// Adds the expectations to the case files one after the other, as long as each is verified together with those before it.
fn assemble(
    suggester: &Suggester<'_, '_>,
    trial: &Trial<'_, '_>,
    cases: &Cases<'_>,
    mutants: &mut [MutantResult],
) -> Patch {
    let mut patch = Patch::default();
    for mutant in mutants {
        let (Some(kill), Some(response)) = (&mutant.kill, &mutant.response) else { continue };
        let Some((story, case)) = cases.get(kill.case.as_str()) else { continue };
        if suggester.is_stopped() {
            break;
        }
        let added = add(&mut patch, (trial, suggester.sensitive), (case.file(story), case), kill, response);
        patch.noticed += usize::from(added.is_ok());
        mutant.no_suggestion = added.err();
    }
    patch
}

fn add(
    patch: &mut Patch,
    (trial, sensitive): (&Trial<'_, '_>, &Sensitive),
    (file, case): (&Arc<CaseFile>, &Case),
    kill: &Expectation,
    mutant: &super::super::response_mutant::ResponseMutant,
) -> Result<(), NoSuggestion> {
    let text = patch.text(file);
    // An expectation for another survivor may notice this one, too.
    if text != file.document.text() && trial.notices(&*trial.passing(file, text.to_owned())?, mutant)? {
        return Ok(());
    }
    let document = crate::document::Document::parse(file.name.to_string(), text.to_owned());
    let document = document.map_err(|_| NoSuggestion::Layout)?;
    let changed = with_expectation(&document, &case.at, &kill.expect)?;
    // The lines around a change are in the patch, too.
    if sensitive.occurs_in_lines(&hunks(file, &changed)) {
        return Err(NoSuggestion::Redacted);
    }
    if !patch.has_room(file, &changed) {
        return Err(NoSuggestion::PatchIsFull);
    }
    trial.verify(file, changed.clone(), mutant)?;
    patch.set(file, changed);
    Ok(())
}
