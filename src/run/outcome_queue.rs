//! Bounded queue of events before the sink, so that the sink runs while requests are in flight.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use tokio::sync::Notify;
use tokio::task::yield_now;

use super::event::{Event, Sink};

/// Maximum number of queued events.
const MAX_EVENTS: usize = 64;

/// Maximum size of the response bodies in the queue: a parsed body can take many times its size as text.
const MAX_BYTES: usize = 64 * 1024;

/// Events that the sink has not received yet, in order.
pub(super) struct OutcomeQueue<'r> {
    sink: RefCell<&'r mut dyn Sink>,
    events: RefCell<VecDeque<Event<'r>>>,
    /// Bytes of the response bodies in `events`.
    bytes: Cell<usize>,
    pushed: Notify,
}

impl<'r> OutcomeQueue<'r> {
    /// An empty queue before `sink`.
    pub(super) fn new(sink: &'r mut dyn Sink) -> Self {
        Self { sink: RefCell::new(sink), events: RefCell::default(), bytes: Cell::new(0), pushed: Notify::new() }
    }

    /// Enqueues an event; flushes the queue when it is full.
    pub(super) fn push(&self, event: Event<'r>) {
        self.bytes.set(self.bytes.get() + body_size(&event));
        self.events.borrow_mut().push_back(event);
        if self.bytes.get() > MAX_BYTES || self.events.borrow().len() > MAX_EVENTS {
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
        let Some(event) = next else { return false };
        self.bytes.set(self.bytes.get() - body_size(&event));
        self.sink.borrow_mut().take(event);
        true
    }
}

/// Bytes of the response bodies that the event holds.
fn body_size(event: &Event<'_>) -> usize {
    let Event::Finished(outcome) = event else { return 0 };
    let responses = outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok());
    responses.map(|(exchange, _)| exchange.response.body.len()).sum()
}
