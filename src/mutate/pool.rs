//! Workers, each with a mock and a clock of its own, as many as run at the same time.

use std::io;
use std::sync::{Mutex, PoisonError};

use crate::problem::Problem;

use super::clock::paused_runtime;
use super::setup::Setup;
use super::worker::Worker;

/// Workers that are not in use.
pub(crate) struct Pool<'p, 'a> {
    pub(crate) setup: &'p Setup<'a>,
    pub(crate) workers: Mutex<Vec<Worker>>,
}

impl Pool<'_, '_> {
    /// Runs `work` with a worker of its own.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> Result<T, Vec<Problem>> {
        let waiting = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = match waiting {
            Some(worker) => worker,
            None => {
                let runtime = paused_runtime().map_err(|error| vec![no_runtime(&error)])?;
                let mock = |mock: &dyn Fn(_) -> _| runtime.block_on(async { mock(self.setup.start) });
                let direct = self.setup.mock.map(|make| mock(make)).transpose()?;
                Worker { runtime, direct }
            }
        };
        let done = work(&mut worker);
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(done)
    }
}

/// The problem of a runtime that does not start.
pub(crate) fn no_runtime(error: &io::Error) -> Problem {
    Problem::new(format!("cannot start a runtime: {error}"))
}
