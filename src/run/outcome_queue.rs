//! Bounded queue of events before the sink, so that the sink runs while requests are in flight.

use std::cell::RefCell;
use std::collections::VecDeque;

use tokio::sync::Notify;
use tokio::task::yield_now;

use crate::budget::{Budget, Reservation, SMALL};

use super::event::{Event, Sink};

/// Maximum number of queued events.
const MAX_EVENTS: usize = 64;

/// Maximum size of a parsed body: so many times its text.
const PARSED: usize = 32;

/// Approximate size of a finding in bytes.
const FINDING: usize = 1024;

/// Events that the sink has not received yet, in order.
pub(super) struct OutcomeQueue<'r> {
    sink: RefCell<&'r mut dyn Sink>,
    budget: Budget,
    events: RefCell<VecDeque<(Event<'r>, Option<Reservation>)>>,
    pushed: Notify,
}

impl<'r> OutcomeQueue<'r> {
    /// An empty queue before `sink`, whose events draw from `budget`.
    pub(super) fn new(sink: &'r mut dyn Sink, budget: Budget) -> Self {
        Self { sink: RefCell::new(sink), budget, events: RefCell::default(), pushed: Notify::new() }
    }

    /// Enqueues an event; flushes the queue when it is full, or when the budget has no room for the event.
    pub(super) fn push(&self, event: Event<'r>) {
        let size = size(&event);
        let reservation = if size <= SMALL * PARSED { self.budget.reserve(size).ok() } else { None };
        let has_room = reservation.is_some();
        self.events.borrow_mut().push_back((event, reservation));
        if !has_room || self.events.borrow().len() > MAX_EVENTS {
            self.flush();
        } else {
            self.pushed.notify_one();
        }
    }

    /// Passes all queued events to the sink.
    pub(super) fn flush(&self) {
        while self.deliver_one() {}
    }

    /// Passes events to the sink one by one, yielding to other tasks after each; never returns.
    pub(super) async fn deliver(&self) {
        loop {
            self.pushed.notified().await;
            while self.deliver_one() {
                yield_now().await;
            }
        }
    }

    fn deliver_one(&self) -> bool {
        let next = self.events.borrow_mut().pop_front();
        let Some((event, _reservation)) = next else { return false };
        self.sink.borrow_mut().take(event);
        true
    }
}

/// Approximate memory of the event in bytes.
fn size(event: &Event<'_>) -> usize {
    let Event::Finished(outcome) = event else { return 0 };
    let responses = outcome.attempts.iter().filter_map(|attempt| Some(&attempt.result.as_ref().ok()?.0.response));
    let received: usize = responses.map(|response| response.body.len() * PARSED + response.headers.size()).sum();
    received + (outcome.findings.len() + outcome.waived.len()) * FINDING
}
