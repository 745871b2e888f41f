//! What was measured: one compact result per mutant, and the score.

use serde_json::{Map, Value};

use crate::contract::Anchor;

use super::classify::Class;
use super::operator::{Family, Operator};
use super::response_mutant::ResponseMutant;
use super::suggest::{NoSuggestion, Patch};
use super::worker::Ending;

/// One mutant and what the cases did about it.
#[derive(Debug, Clone)]
pub(crate) struct MutantResult {
    /// The operator.
    pub operator: &'static str,
    /// Its family.
    pub family: Family,
    /// Index of the operation.
    pub operation: usize,
    /// Status of the responses that are changed; none for a change of the mock.
    pub status: Option<u16>,
    /// Location of the change.
    pub at: String,
    /// What was changed, as the end of a sentence.
    pub phrase: String,
    /// Condition of the mock rule that is changed, if it is one; empty for a rule without a condition.
    pub condition: Option<String>,
    /// Whether it matters.
    pub class: Class,
    /// How it ended.
    pub state: State,
    /// Location in the contract.
    pub anchor: Option<Anchor>,
    /// Number of exchanges that it changed in the unmutated run.
    pub reached: usize,
    /// The change of responses, if it survived.
    pub response: Option<ResponseMutant>,
    /// The expectation that notices a survivor; it is verified.
    pub kill: Option<Expectation>,
    /// Why a survivor has none, or why it is not in the patch.
    pub no_suggestion: Option<NoSuggestion>,
}

/// An expectation that would notice a survivor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// Id of a case that receives such a response.
    pub case: String,
    /// What to add to its `expect`.
    pub expect: Map<String, Value>,
}

impl Expectation {
    /// Lines of YAML below `expect:`, one per key.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.expect.iter().map(|(key, value)| format!("{key}: {value}")).collect()
    }
}

/// How a mutant ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// A case failed: its id and the check.
    Killed(String, &'static str),
    /// A case ended by an error: its id and the reason.
    Errored(String, String),
    /// A case waited until a time-out: its id and the reason.
    TimedOut(String, String),
    /// Every case passed.
    Survived,
    /// No case receives such a response, or sends such a request.
    NotReached,
    /// A person has excluded it, for this reason.
    Excluded(String),
}

impl From<Ending> for State {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Killed { case, check } => Self::Killed(case, check),
            Ending::Errored { case, reason, timed_out: false } => Self::Errored(case, reason),
            Ending::Errored { case, reason, timed_out: true } => Self::TimedOut(case, reason),
            Ending::Survived => Self::Survived,
        }
    }
}

impl MutantResult {
    /// Whether it counts in the score.
    pub(crate) fn matters(&self) -> bool {
        self.class != Class::Unspecified && !matches!(self.state, State::Excluded(_))
    }

    /// Whether it violates the contract and no check noticed.
    pub(crate) fn is_limit(&self) -> bool {
        self.state == State::Survived && self.class == Class::Violating && self.family == Family::Response
    }

    /// Whether a case noticed it.
    pub(crate) fn is_noticed(&self) -> bool {
        matches!(self.state, State::Killed(..) | State::Errored(..) | State::TimedOut(..))
    }
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The mutants, in order of operation, status and operator.
    pub mutants: Vec<MutantResult>,
    /// Mutants that no client can tell from the original, or that equal another mutant.
    pub equivalent: usize,
    /// Mutants that were not tried, because there are too many: the others are a sample.
    pub left_out: usize,
    /// Mutants of response bodies and headers that neither the document nor a case specifies, which were not tried.
    pub undeclared: usize,
    /// Violations of requests, of operations that have too many, which were not tried.
    pub skipped_violations: usize,
    /// Values of responses with too many locations, in which nothing was changed.
    pub skipped: usize,
    /// Ids of the cases that passed unmutated.
    pub cases: Vec<String>,
    /// Number of mutants that each exclusion excludes.
    pub excluded_by: Vec<usize>,
    /// Whether the mock has rules, without which there is no state to change.
    pub has_rules: bool,
    /// Whether the measurement was interrupted.
    pub interrupted: bool,
    /// The patch of the case files, if it is wanted.
    pub patch: Option<Patch>,
    /// The live target whose responses were recorded and changed; none if the mock responded.
    pub recorded_from: Option<String>,
    /// Whether there is nothing to try for a good reason: no operation has changed, or the faults are those of other shards.
    pub is_nothing_to_try: bool,
    /// Case files whose recorded exchanges are too large to be kept.
    pub too_large: Vec<String>,
    /// Number of recorded responses that are too large to be changed.
    pub large_responses: usize,
}

/// Counts over the mutants of a measurement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Mutants that matter.
    pub tried: usize,
    /// Of these: noticed by a finding, by an error, by a time-out.
    pub killed: usize,
    pub errored: usize,
    pub timed_out: usize,
    /// Of these: not noticed.
    pub survived: usize,
    /// Of these: not received or not sent by any case.
    pub not_reached: usize,
    /// Of the survivors: violations of the contract, which the checks did not find.
    pub limits: usize,
    /// Conforming mutants that no case can be expected to notice.
    pub unspecified: usize,
    /// Excluded by a person.
    pub excluded: usize,
    /// Indistinguishable from the original or from another mutant.
    pub equivalent: usize,
}

impl Counts {
    /// Mutants that were noticed.
    pub(crate) fn noticed(self) -> usize {
        self.killed + self.errored + self.timed_out
    }

    /// Percentage of the tried mutants that were noticed, rounded down; 100 without any.
    pub(crate) fn percent(self) -> usize {
        (self.noticed() * 100).checked_div(self.tried).unwrap_or(100)
    }
}

impl Measured {
    /// A measurement that was interrupted before it began.
    pub(crate) fn interrupted(recorded_from: Option<String>) -> Self {
        Self { interrupted: true, recorded_from, ..Self::default() }
    }

    /// Counts the mutants; of one family, if it is given.
    pub(crate) fn counts(&self, family: Option<Family>) -> Counts {
        self.counts_of(|mutant| family.is_none_or(|family| mutant.family == family))
    }

    /// Counts the mutants of which `is` is true.
    pub(crate) fn counts_of(&self, is: impl Fn(&MutantResult) -> bool) -> Counts {
        let mut counts = Counts { equivalent: self.equivalent, ..Counts::default() };
        for mutant in self.mutants.iter().filter(|mutant| is(mutant)) {
            match (&mutant.state, mutant.class) {
                (State::Excluded(_), _) => counts.excluded += 1,
                (_, Class::Unspecified) => counts.unspecified += 1,
                (State::Killed(..), _) => counts.killed += 1,
                (State::Errored(..), _) => counts.errored += 1,
                (State::TimedOut(..), _) => counts.timed_out += 1,
                (State::NotReached, _) => counts.not_reached += 1,
                (State::Survived, _) => {
                    counts.survived += 1;
                    counts.limits += usize::from(mutant.is_limit());
                }
            }
        }
        counts.tried = counts.noticed() + counts.survived + counts.not_reached;
        counts
    }
}

/// Whether `operator` is one of the ids in `wanted`; an empty list wants all.
pub(crate) fn is_wanted(operator: &Operator, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|id| id == operator.id)
}
