//! Clause coverage of a run as part of its record.

mod cases;
mod disclosure;
mod evidence;
mod gaps;
mod gates;
mod levels;
mod sentence;
mod stub;
mod suggest;
mod summary;
mod survey;
mod table;
mod verify;

pub(crate) use cases::CaseIndex;
pub(crate) use evidence::Evidence;
pub(crate) use gates::{Gates, Judged, MinShare};
pub(crate) use stub::Trial;
pub(crate) use suggest::{SuggestedCase, Suggestions, Tried};
pub(crate) use summary::{CasesSent, RunCoverage, SummaryLimits};
pub(crate) use survey::{ClauseSurvey, RowFacts, SurveyedRun};
pub(crate) use table::{ClauseRow, ClauseRules, ClauseState, ClauseTable};
