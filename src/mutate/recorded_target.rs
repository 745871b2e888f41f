//! A live target that was recorded in one pass: replays its responses case by case, one mutant applied. Nothing is sent.

use std::cell::Cell;
use std::ops::Range;

use crate::contract::Contract;
use crate::http::{Exchange, Request};
use crate::transport::{Error, Phase, Transport};

use super::clock;
use super::response_mutant::ResponseMutant;
use super::transport::{SentRequests, replayed};
use super::unmutated::Sent;

/// Replays the recorded responses of one story. A case receives the responses that it received from the target, in order, whatever
/// it sends: with another captured value its request differs, but the target cannot be asked again. A case that sends more
/// requests than it did, such as a poll that a mutant does not let end, receives its last response again.
pub(crate) struct RecordedTarget<'m> {
    contract: &'m Contract,
    /// Ids of all cases.
    cases: &'m [String],
    /// The exchanges of the story, in the order of its cases.
    recorded: &'m [Sent],
    mutant: Option<&'m ResponseMutant>,
    /// The exchanges of the current case.
    case: Cell<(usize, usize)>,
    /// How many of them were replayed.
    replayed: Cell<usize>,
    sent: SentRequests,
}

impl<'m> RecordedTarget<'m> {
    /// The target of a story whose exchanges are `recorded`, in the order of its cases; `cases` are the ids that they refer to.
    pub(crate) fn new(
        contract: &'m Contract,
        cases: &'m [String],
        recorded: &'m [Sent],
        mutant: Option<&'m ResponseMutant>,
    ) -> Self {
        let (case, replayed, sent) = (Cell::default(), Cell::default(), SentRequests::default());
        Self { contract, cases, recorded, mutant, case, replayed, sent }
    }

    /// The exchanges of the case with that id. Cases run in the order in which they are recorded.
    fn range(&self, id: &str) -> Range<usize> {
        let (_, end) = self.case.get();
        let is_of = |sent: &Sent| self.cases.get(sent.case).is_some_and(|case| case == id);
        let Some(first) = self.recorded[end..].iter().position(is_of) else { return end..end };
        let start = end + first;
        let count = self.recorded[start..].iter().take_while(|sent| is_of(sent)).count();
        start..start + count
    }
}

impl Transport for RecordedTarget<'_> {
    fn begin_case(&self, id: &str) {
        let Range { start, end } = self.range(id);
        self.case.set((start, end));
        self.replayed.set(0);
    }

    async fn send(&self, request: Request) -> Result<Exchange, Error> {
        self.sent.count()?;
        clock::advance().await;
        let (start, end) = self.case.get();
        let position = self.replayed.replace(self.replayed.get() + 1);
        let recorded = self.recorded[start..end].get(position).or(self.recorded[start..end].last());
        let Some(sent) = recorded else {
            return Err(Error::new(Phase::FirstByte, "the case received no response from the target"));
        };
        Ok(replayed(self.contract, sent, request, self.mutant))
    }
}
