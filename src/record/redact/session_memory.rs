//! Sensitive values of earlier exchanges of a server: a target may repeat in one response what a client sent in another request.

use std::cell::OnceCell;
use std::rc::Rc;

use super::replace::Replacement;
use super::search::SearchPatterns;
use super::sensitive_values::KnownValues;

/// Maximum number of values that are remembered of requests, and the same of responses; beyond it, the values that were not seen for the
/// longest time are forgotten.
const MAX_VALUES: usize = 256;

/// Maximum total size of those values in bytes.
const MAX_SIZE: usize = 16 * 1024;

/// Maximum number of values in a batch. Few large batches are searched faster, and many small ones are prepared faster.
const MAX_BATCH: usize = 16;

/// Values from earlier exchanges have no number, which belongs to one exchange.
const LABEL: &str = "«redacted»";

/// The sensitive values of a session of a server.
#[derive(Default)]
pub(super) struct SessionMemory {
    requests: RecentValues,
    /// Separate, so that long lists in responses do not displace the credentials of clients.
    responses: RecentValues,
}

impl SessionMemory {
    /// Remembers the values of a request.
    pub(super) fn remember_request(&mut self, values: &KnownValues) {
        self.requests.remember(values, 0);
    }

    /// Remembers the values of an exchange that were learned after the first `known`.
    pub(super) fn remember_response(&mut self, values: &KnownValues, known: usize) {
        self.responses.remember(values, known);
    }

    /// Returns a replacement for every remembered value in `text` that is not one of this exchange.
    pub(super) fn replacements(&self, text: &str, own: &KnownValues) -> Vec<Replacement> {
        let batches = self.batches().flat_map(|batch| batch.replacements(text, own));
        batches.collect()
    }

    /// Returns the maximum size in bytes of an encoded value.
    pub(super) fn max_length(&self) -> usize {
        self.batches().map(|batch| batch.patterns().max_length()).max().unwrap_or_default()
    }

    fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.requests.batches.iter().chain(&self.responses.batches)
    }
}

/// Values in batches. The search for a batch is prepared once: that for all values would be prepared again for each new one.
#[derive(Default)]
struct RecentValues {
    batches: Vec<Batch>,
    /// Counts the messages.
    clock: u64,
}

/// Values that are searched for together.
#[derive(Default)]
struct Batch {
    /// Each with the rule that redacts it.
    values: Vec<(String, Rc<str>)>,
    patterns: OnceCell<SearchPatterns>,
    last_seen: u64,
}

impl RecentValues {
    fn remember(&mut self, values: &KnownValues, first: usize) {
        self.clock += 1;
        let mut new = Batch { last_seen: self.clock, ..Batch::default() };
        for (plain, _, rule) in
            values.anywhere().skip(first).take(MAX_VALUES).filter(|(plain, ..)| plain.len() <= MAX_SIZE)
        {
            if let Some(known) =
                self.batches.iter_mut().find(|batch| batch.values.iter().any(|(held, _)| held == plain))
            {
                known.last_seen = self.clock;
                continue;
            }
            new.values.push((plain.to_owned(), Rc::clone(rule)));
            if new.values.len() == MAX_BATCH {
                self.add(std::mem::take(&mut new));
                new.last_seen = self.clock;
            }
        }
        if !new.values.is_empty() {
            self.add(new);
        }
    }

    fn add(&mut self, mut new: Batch) {
        while let Some(last) = self.batches.pop_if(|last| last.values.len() + new.values.len() <= MAX_BATCH) {
            let last_seen = last.last_seen.max(new.last_seen);
            new = Batch { values: [last.values, new.values].concat(), last_seen, ..Batch::default() };
        }
        new.last_seen = new.last_seen.max(self.clock);
        self.batches.push(new);
        let count = |batches: &[Batch]| batches.iter().map(|batch| batch.values.len()).sum::<usize>();
        let size = |batches: &[Batch]| {
            batches.iter().flat_map(|batch| &batch.values).map(|(plain, _)| plain.len()).sum::<usize>()
        };
        while self.batches.len() > 1 && (count(&self.batches) > MAX_VALUES || size(&self.batches) > MAX_SIZE) {
            let ages = self.batches.iter().enumerate().map(|(index, batch)| (batch.last_seen, index));
            let oldest = ages.min().map_or(0, |(_, index)| index);
            self.batches.remove(oldest);
        }
        // A batch may be larger than all are allowed to be.
        while let [only] = &mut self.batches[..]
            && only.size() > MAX_SIZE
        {
            only.values.remove(0);
            only.patterns = OnceCell::new();
        }
    }
}

impl Batch {
    fn size(&self) -> usize {
        self.values.iter().map(|(plain, _)| plain.len()).sum()
    }

    fn patterns(&self) -> &SearchPatterns {
        let values = || self.values.iter().map(|(plain, _)| plain.as_str()).enumerate();
        self.patterns.get_or_init(|| SearchPatterns::of_exchange(values()))
    }

    fn replacements(&self, text: &str, own: &KnownValues) -> Vec<Replacement> {
        let found = self.patterns().find(text).into_iter();
        let found = found.filter_map(|(of, range)| Some((self.values.get(of)?, range)));
        let found = found.filter(|((plain, _), _)| !own.is_anywhere(plain));
        let replacement = |((_, rule), range): (&(String, Rc<str>), _)| Replacement {
            range,
            label: LABEL.to_owned(),
            rule: Rc::clone(rule),
            is_secret: false,
        };
        found.map(replacement).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::redact::sensitive_values::{Kind, RunMemory};

    fn known(values: &[&str]) -> KnownValues {
        let (mut memory, mut known) = (RunMemory::default(), KnownValues::default());
        values.iter().for_each(|value| known.learn(&mut memory, "", (value, Kind::Text), &"rule".into()));
        known
    }

    fn is_redacted(session: &SessionMemory, text: &str) -> bool {
        !session.replacements(text, &KnownValues::default()).is_empty()
    }

    #[test]
    fn values_that_are_used_stay_and_the_others_are_forgotten() {
        let mut session = SessionMemory::default();
        session.remember_request(&known(&["constant", "only once", "abc"]));
        session.remember_response(&known(&["of a request", "of a response"]), 1);
        for number in 0..2_000 {
            session.remember_request(&known(&[&format!("value-{number:04}"), "constant"]));
        }
        let texts = ["a constant", "value-1999", "value-1900", "of a response", "value-1000", "abc", "of a request"];
        let found = texts.map(|text| is_redacted(&session, text));
        assert_eq!(found, [true, true, true, true, false, false, false]);
        assert!(session.replacements("a constant", &known(&["constant"])).is_empty(), "it has a number");
        let batches = &session.requests.batches;
        assert!(batches.iter().map(|batch| batch.values.len()).sum::<usize>() <= MAX_VALUES);
        assert!(batches.len() <= 2 * MAX_VALUES / MAX_BATCH, "{}", batches.len());
    }

    #[test]
    fn the_size_is_bounded() {
        let mut session = SessionMemory::default();
        let large: Vec<_> = (0..10).map(|number| number.to_string().repeat(MAX_SIZE / 3)).collect();
        session.remember_request(&known(&large.iter().map(String::as_str).collect::<Vec<_>>()));
        session.remember_request(&known(&[&"x".repeat(MAX_SIZE), &"y".repeat(MAX_SIZE + 1)]));
        assert!(session.requests.batches.iter().map(Batch::size).sum::<usize>() <= MAX_SIZE);
        assert!(is_redacted(&session, &"x".repeat(MAX_SIZE)));
    }
}
