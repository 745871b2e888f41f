//! Events of a run, and the sink that receives them.

use std::time::Duration;

use crate::case::Story;
use crate::secret::Secret;

use super::outcome::Outcome;

/// Receives the events of a run in order, on the runner's thread.
pub(crate) trait Sink {
    /// Handles one event. It must not block for long: requests in flight wait meanwhile.
    fn take(&mut self, event: Event<'_>);
}

/// One event of a run.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// The run begins.
    Started {
        /// Number of cases that will be run or skipped.
        cases: usize,
    },
    /// A case is finished.
    Finished(Box<Outcome<'a>>),
    /// A case waits because the target asked to retry later.
    Waiting {
        /// The status of the response.
        status: u16,
        /// The delay before the next request.
        pause: Duration,
    },
    /// A value that no output may contain has been received: an access token.
    Learned(Secret),
    /// Every case of a story is finished.
    StoryFinished {
        /// The story.
        story: &'a Story,
    },
    /// The run is stopping: no further case starts.
    Draining,
}
