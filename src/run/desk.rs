//! Finished cases on their way to the sink: what it does with them is done while the network is waited for.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use tokio::sync::Notify;
use tokio::task::yield_now;

use super::{Event, Sink};

/// Events that may wait.
const WAITING: usize = 64;

/// Bytes of answers that may wait: an answer, parsed, can be many times its text.
const HELD: usize = 64 * 1024;

/// The events that the sink has not taken yet, in order.
pub(super) struct Desk<'r> {
    sink: RefCell<&'r mut dyn Sink>,
    waiting: RefCell<VecDeque<Event<'r>>>,
    held: Cell<usize>,
    news: Notify,
}

impl<'r> Desk<'r> {
    /// An empty desk before `sink`.
    pub(super) fn before(sink: &'r mut dyn Sink) -> Self {
        Self { sink: RefCell::new(sink), waiting: RefCell::default(), held: Cell::new(0), news: Notify::new() }
    }

    /// Lays an event down; when too much lies there, all of it is handed over at once.
    pub(super) fn put(&self, event: Event<'r>) {
        self.held.set(self.held.get() + weight(&event));
        self.waiting.borrow_mut().push_back(event);
        if self.held.get() > HELD || self.waiting.borrow().len() > WAITING {
            self.clear();
        } else {
            self.news.notify_one();
        }
    }

    /// Hands over whatever lies there.
    pub(super) fn clear(&self) {
        while self.hand_over() {}
    }

    /// Hands over one event after the other, whatever else is ready going first; never returns.
    pub(super) async fn work(&self) {
        loop {
            self.news.notified().await;
            while self.hand_over() {
                yield_now().await;
            }
        }
    }

    fn hand_over(&self) -> bool {
        let next = self.waiting.borrow_mut().pop_front();
        let Some(event) = next else { return false };
        self.held.set(self.held.get() - weight(&event));
        self.sink.borrow_mut().take(event);
        true
    }
}

/// Bytes of the answers that the event holds.
fn weight(event: &Event<'_>) -> usize {
    let Event::Finished(outcome) = event else { return 0 };
    let answers = outcome.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok());
    answers.map(|(exchange, _)| exchange.response.body.len()).sum()
}
